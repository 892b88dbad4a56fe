//! Variables the shell makes up when they are read, and those whose assignment does something.

use super::{Attributes, Shell, Value, Variable};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::{SystemTime, UNIX_EPOCH};

pub fn seconds_since_epoch() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |time| time.as_secs_f64())
}

fn indexed(values: impl Iterator<Item = Vec<u8>>) -> Option<Variable> {
    let elements: BTreeMap<i64, Vec<u8>> = (0..).zip(values).collect();
    Some(Variable { value: Value::Indexed(elements), attributes: Attributes::default() })
}

fn number(value: impl ToString) -> Option<Variable> {
    text(value.to_string().as_bytes())
}

fn text(value: &[u8]) -> Option<Variable> {
    Some(Variable::scalar(value))
}

fn read_only(variable: Option<Variable>, integer: bool) -> Option<Variable> {
    let mut variable = variable?;
    variable.attributes.readonly = true;
    variable.attributes.integer = integer;
    Some(variable)
}

impl Shell {
    /// Looks a variable up, real or made up.
    pub fn variable(&self, name: &str) -> Option<Cow<'_, Variable>> {
        if self.variables.has_namerefs() {
            let meant = self.variables.resolve(name);
            if let Some((array, rest)) = meant.split_once('[') {
                let variable = self.variables.get(array)?;
                let subscript = rest.trim_end_matches(']').as_bytes();
                let element = match &variable.value {
                    Value::Associative(elements) => elements.get(subscript),
                    Value::Indexed(elements) => {
                        let index = std::str::from_utf8(subscript).ok()?.parse::<i64>().ok()?;
                        elements.get(&index)
                    }
                    Value::Scalar(value) if subscript == b"0" => Some(value),
                    _ => None,
                };
                return element.map(|element| Cow::Owned(Variable::scalar(element)));
            }
        }
        if let Some(variable) = self.variables.get(name) {
            // One that is made up can be exported.
            if variable.value == Value::Unset
                && variable.attributes.exported
                && let Some(mut made_up) = self.special_variable(name)
            {
                made_up.attributes.exported = true;
                return Some(Cow::Owned(made_up));
            }
            return Some(Cow::Borrowed(variable));
        }
        if !name.starts_with(|first: char| first.is_ascii_uppercase() || first == '_') {
            return None;
        }
        self.special_variable(name).map(Cow::Owned)
    }

    pub fn variable_scalar(&self, name: &str) -> Option<Vec<u8>> {
        self.variable(name).and_then(|variable| variable.as_scalar().map(<[u8]>::to_vec))
    }

    /// Names of made-up variables, for `${!B*}`.
    pub const SPECIAL_NAMES: [&'static str; 24] = [
        "BASH",
        "BASHOPTS",
        "BASHPID",
        "BASH_ARGV0",
        "BASH_COMMAND",
        "BASH_LINENO",
        "BASH_SOURCE",
        "BASH_SUBSHELL",
        "BASH_VERSINFO",
        "BASH_VERSION",
        "DIRSTACK",
        "EPOCHREALTIME",
        "EPOCHSECONDS",
        "EUID",
        "GROUPS",
        "HOSTNAME",
        "HOSTTYPE",
        "MACHTYPE",
        "OSTYPE",
        "PPID",
        "RANDOM",
        "SECONDS",
        "SHELLOPTS",
        "SRANDOM",
    ];

    /// Made-up variables that are ordinary ones once they were unset.
    pub const LOSES_MEANING: [&'static str; 13] = [
        "BASHPID",
        "BASH_ARGV0",
        "BASH_COMMAND",
        "BASH_SUBSHELL",
        "DIRSTACK",
        "EPOCHREALTIME",
        "EPOCHSECONDS",
        "FUNCNAME",
        "GROUPS",
        "LINENO",
        "RANDOM",
        "SECONDS",
        "SRANDOM",
    ];

    fn special_variable(&self, name: &str) -> Option<Variable> {
        match name {
            "LINENO" => number(self.line_base.unwrap_or(self.line)),
            "RANDOM" => number(self.next_random()),
            "SRANDOM" => number(self.next_random() << 17 ^ self.next_random() << 8 ^ self.next_random()),
            "SECONDS" => number((seconds_since_epoch() - self.started).floor() as i64),
            "EPOCHSECONDS" => number(seconds_since_epoch() as u64),
            "EPOCHREALTIME" => number(format!("{:.6}", seconds_since_epoch())),
            "BASHPID" => number(sys::getpid()),
            "PPID" => read_only(number(sys::getppid()), true),
            "BASH_SUBSHELL" => number(self.subshell_level),
            "UID" | "EUID" => read_only(number(0), true),
            "GROUPS" => indexed([b"0".to_vec()].into_iter()),
            "PIPESTATUS" => indexed(self.pipe_status.iter().map(|status| status.to_string().into_bytes())),
            "FUNCNAME" if self.frames.is_in_function() => {
                indexed(self.frames.inner_first().map(|frame| frame.name.as_bytes().to_vec()))
            }
            "BASH_SOURCE" if !self.frames.0.is_empty() => {
                indexed(self.frames.inner_first().map(|frame| frame.source.to_vec()))
            }
            "BASH_LINENO" if !self.frames.0.is_empty() => {
                indexed(self.frames.inner_first().map(|frame| frame.line.to_string().into_bytes()))
            }
            "BASH_VERSION" => text(b"5.2.15(1)-release"),
            "BASH_VERSINFO" => {
                let parts = ["5", "2", "15", "1", "release", "x86_64-pc-linux-gnu"];
                read_only(indexed(parts.iter().map(|part| part.as_bytes().to_vec())), false)
            }
            "BASH" => text(b"/bin/bash"),
            "BASH_ARGV0" => text(&self.name),
            "BASH_COMMAND" => text(&self.current_command()),
            "BASH_EXECUTION_STRING" => self.execution_string.as_ref().and_then(|string| text(string)),
            "HOSTNAME" => {
                let name = std::fs::read("/etc/hostname").unwrap_or_else(|_| b"localhost".to_vec());
                text(name.trim_ascii())
            }
            "HOSTTYPE" => text(b"x86_64"),
            "MACHTYPE" => text(b"x86_64-pc-linux-gnu"),
            "OSTYPE" => text(b"linux-gnu"),
            "DIRSTACK" => {
                let top = std::iter::once(self.directory.to_vec());
                indexed(top.chain(self.directories.iter().cloned()))
            }
            "_" => text(&self.last_argument),
            "SHELLOPTS" => {
                let names: Vec<&str> = self.options.all().filter(|(_, on)| *on).map(|(name, _)| name).collect();
                read_only(text(names.join(":").as_bytes()), false)
            }
            "BASHOPTS" => {
                let names: Vec<&str> = self.shell_options.all().filter(|(_, on)| *on).map(|(name, _)| name).collect();
                read_only(text(names.join(":").as_bytes()), false)
            }
            _ => None,
        }
    }

    /// The command that runs, for BASH_COMMAND.
    fn current_command(&self) -> Vec<u8> {
        self.command_text.as_ref().map_or_else(Vec::new, |text| text.to_vec())
    }

    /// Takes an assignment to a variable that is made up; false if it is an ordinary one.
    pub fn assign_special(&mut self, name: &str, value: &[u8]) -> bool {
        let number = || std::str::from_utf8(value.trim_ascii()).ok().and_then(|text| text.parse::<i64>().ok()).unwrap_or(0);
        // An entry without a value may only say that it is exported.
        let is_ordinary = || self.variables.get(name).is_some_and(|variable| !variable.attributes.exported);
        match name {
            "RANDOM" | "SECONDS" | "BASH_ARGV0" if is_ordinary() => return false,
            "RANDOM" => self.random.set(Some(number() as u32)),
            "SECONDS" => self.started = seconds_since_epoch().floor() - number() as f64,
            "OPTIND" => {
                self.getopts_offset = 0;
                return false;
            }
            "HISTSIZE" if number() >= 0 && !value.is_empty() => {
                Rc::make_mut(&mut self.interactive).history.limit(number() as usize);
                return false;
            }
            "HISTFILESIZE" if number() >= 0 && !value.is_empty() => {
                if let Some(path) = self.history_file() {
                    // A file that is not there needs no shortening.
                    let _ = crate::interactive::history::truncate_file(&path, number() as usize);
                }
                return false;
            }
            "BASH_ARGV0" => self.name = value.into(),
            "BASHPID" | "SRANDOM" | "EPOCHSECONDS" | "EPOCHREALTIME" | "FUNCNAME" | "LINENO" | "BASH_COMMAND" | "GROUPS"
            | "BASH_LINENO" | "BASH_SOURCE" | "BASH_SUBSHELL" | "DIRSTACK"
                if !is_ordinary() => {}
            _ => return false,
        }
        true
    }

    /// A number from 0 to 32767, from bash's generator, seeded by the clock.
    fn next_random(&self) -> u32 {
        let seed = self.random.get().unwrap_or_else(|| {
            let time = SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |time| time.subsec_nanos());
            time ^ (self.pid() as u32).wrapping_mul(0x9e37_79b9)
        });
        // "Random number generators: good ones are hard to find", Park and Miller, as bash has it.
        let seed = if seed == 0 { 123_459_876 } else { seed as i32 };
        let high = i64::from(seed / 127_773);
        let low = i64::from(seed % 127_773);
        let next = 16_807 * low - 2_836 * high;
        let next = (if next < 0 { next + 0x7fff_ffff } else { next }) as u32;
        self.random.set(Some(next));
        (next >> 16 ^ next & 0xffff) & 0x7fff
    }
}
