//! Variables the shell makes up when they are read.

use super::{Shell, Value, Variable};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

fn seconds_since_epoch() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |time| time.as_secs_f64())
}

fn indexed(values: impl Iterator<Item = Vec<u8>>) -> Variable {
    let elements: BTreeMap<i64, Vec<u8>> = (0..).zip(values).collect();
    Variable { value: Value::Indexed(elements), attributes: Default::default() }
}

fn number(value: impl ToString) -> Option<Variable> {
    Some(Variable::scalar(value.to_string().as_bytes()))
}

impl Shell {
    /// Looks a variable up, real or made up.
    pub fn variable(&self, name: &str) -> Option<Cow<'_, Variable>> {
        if let Some(variable) = self.variables.get(name) {
            return Some(Cow::Borrowed(variable));
        }
        if !name.starts_with(|first: char| first.is_ascii_uppercase()) {
            return None;
        }
        self.special_variable(name).map(Cow::Owned)
    }

    pub fn variable_scalar(&self, name: &str) -> Option<Vec<u8>> {
        self.variable(name).and_then(|variable| variable.as_scalar().map(<[u8]>::to_vec))
    }

    fn special_variable(&self, name: &str) -> Option<Variable> {
        match name {
            "LINENO" => number(self.line),
            "RANDOM" => number(self.next_random()),
            "SECONDS" => number(0),
            "EPOCHSECONDS" => number(seconds_since_epoch() as u64),
            "EPOCHREALTIME" => number(format!("{:.6}", seconds_since_epoch())),
            "BASHPID" => number(sys::getpid()),
            "PPID" => number(sys::getppid()),
            "BASH_SUBSHELL" => number(self.subshell_level),
            "UID" | "EUID" => number(0),
            "PIPESTATUS" => Some(indexed(self.pipe_status.iter().map(|status| status.to_string().into_bytes()))),
            "FUNCNAME" if !self.calls.is_empty() => {
                Some(indexed(self.calls.iter().rev().map(|name| name.as_bytes().to_vec())))
            }
            "BASH_VERSION" => Some(Variable::scalar(b"5.2.15(1)-release")),
            "BASH" => Some(Variable::scalar(b"/bin/bash")),
            "HOSTTYPE" => Some(Variable::scalar(b"wasm32")),
            "OSTYPE" => Some(Variable::scalar(b"linux-gnu")),
            "SHELLOPTS" => {
                let names: Vec<&str> = self.options.all().filter(|(_, on)| *on).map(|(name, _)| name).collect();
                Some(Variable::scalar(names.join(":").as_bytes()))
            }
            _ => None,
        }
    }

    /// A number from 0 to 32767, from a xorshift generator seeded by the clock.
    fn next_random(&self) -> u32 {
        let mut state = self.random.get();
        if state == 0 {
            let time = SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |time| time.subsec_nanos());
            state = (time ^ (self.pid() as u32).wrapping_mul(0x9e37_79b9)) | 1;
        }
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        self.random.set(state);
        state >> 8 & 0x7fff
    }
}
