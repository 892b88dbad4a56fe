//! Shells of their own for what cannot run in this process: a new `sh` that gets this shell's state and
//! a program.
//!
//! The state goes through a pipe the new shell inherits (`sh --state-fd=N`), which it reads to the end
//! before anything else. Numbers are little-endian, strings have their length in front.

use crate::descriptors::{OpenDescriptor, borrowed_file};
use crate::spawn_actions::ChildDescriptor;
use crate::state::variables::Scope;
use crate::state::frames::FrameKind;
use crate::state::traps::Event;
use crate::state::{Associative, Attributes, Options, Shell, ShellOptions, Value, Variable, Variables};
use std::collections::BTreeMap;
use std::io::Write;
use std::os::fd::RawFd;
use std::rc::Rc;
use sys::{SpawnOptions, errno, signal};

/// Bytes that fit into an empty pipe without waiting for its reader.
const PIPE_CAPACITY: usize = 64 * 1024;

impl Shell {
    /// Starts a shell with this one's state that runs `program`; on failure tells why.
    pub fn carry(&mut self, program: &[u8], capture_fd: Option<RawFd>) -> Option<i32> {
        let state = self.encode(program);
        let result = self.spawn_with_state(&state, capture_fd);
        match result {
            Ok(pid) => Some(pid),
            Err(error) => {
                self.complain(format!("cannot start subshell: {}", errno::message(&error)));
                None
            }
        }
    }

    fn spawn_with_state(&mut self, state: &[u8], capture_fd: Option<RawFd>) -> std::io::Result<i32> {
        self.settle_input();
        let (read_fd, write_fd) = sys::pipe(true)?;
        let reader = OpenDescriptor::new(read_fd);
        let writer = OpenDescriptor::new(write_fd);
        // The number of the writing end is free in the child, unless the table uses it.
        let mut child_fd = write_fd;
        while self.descriptors.entry(child_fd).is_some() {
            child_fd += 1;
        }
        let extra = ChildDescriptor { child: child_fd, source: Some(read_fd) };
        let actions = self.descriptors.actions(capture_fd, Some(extra));
        let argument = format!("--state-fd={child_fd}");
        let argv = sys::string_block::from_strings([b"sh".as_slice(), argument.as_bytes()]);
        let environment = self.environment_block();
        let options = SpawnOptions { argv: &argv, env: &environment, actions: &actions, job: self.job_place() };
        let fits = state.len() <= PIPE_CAPACITY;
        if fits {
            borrowed_file(writer.fd).write_all(state)?;
        }
        let pid = sys::spawn(b"sh", options)?;
        self.note_started(pid);
        drop(reader);
        if !fits {
            // Should the child be killed meanwhile, this shell must not be.
            let is_ignored = signal::set_ignored(signal::SIGPIPE, true).is_ok();
            let result = borrowed_file(writer.fd).write_all(state);
            if is_ignored {
                signal::set_ignored(signal::SIGPIPE, false)?;
            }
            if let Err(error) = result
                && error.raw_os_error() != Some(errno::PIPE)
            {
                return Err(error);
            }
        }
        Ok(pid)
    }

    fn encode(&self, program: &[u8]) -> Vec<u8> {
        let mut writer = Writer(Vec::with_capacity(4096));
        writer.string(program);
        writer.string(&self.name);
        writer.strings(self.positional.iter().map(Vec::as_slice));
        writer.number(i64::from(self.status));
        writer.number(i64::from(self.pid()));
        writer.number(self.last_background.map_or(-1, i64::from));
        writer.number(i64::from(self.options.0));
        writer.number(i64::from(self.line));
        writer.number(i64::from(self.subshell_level));
        writer.number(i64::from(self.conditions));
        writer.number(i64::try_from(self.shell_options.0).unwrap_or(i64::MAX));
        writer.number(self.frames.0.len() as i64);
        for frame in &self.frames.0 {
            writer.number(match frame.kind {
                FrameKind::Script => 0,
                FrameKind::Source => 1,
                FrameKind::Function => 2,
            });
            writer.string(frame.name.as_bytes());
            writer.string(&frame.source);
            writer.number(i64::from(frame.line));
        }
        writer.number((self.started * 1000.0) as i64);
        let jobs: Vec<_> = self.jobs.all().collect();
        writer.number(jobs.len() as i64);
        for job in jobs {
            writer.number(job.number as i64);
            writer.number(i64::from(job.pid));
            writer.string(&job.command);
        }
        writer.string(&self.last_argument);
        writer.strings(self.directories.iter().map(Vec::as_slice));
        writer.number(self.aliases.len() as i64);
        for (name, value) in self.aliases.iter() {
            writer.string(name);
            writer.string(value);
        }
        let traps = self.traps.listed();
        writer.number(traps.len() as i64);
        for (event, commands) in traps {
            writer.string(event.name().as_bytes());
            writer.string(&commands);
        }
        let names: Vec<&String> = self.functions.names().collect();
        writer.number(names.len() as i64);
        for name in names {
            writer.string(name.as_bytes());
            writer.string(self.functions.source(name).unwrap_or(b""));
            writer.string(&self.functions.file(name));
            writer.number(i64::from(self.functions.line(name)));
            let (exported, readonly) = (self.functions.is_exported(name), self.functions.is_readonly(name));
            writer.number(i64::from(exported) + 2 * i64::from(readonly));
        }
        writer.number(self.variables.scopes().len() as i64);
        for scope in self.variables.scopes() {
            writer.number(scope.len() as i64);
            for (name, variable) in scope.iter() {
                writer.string(name.as_bytes());
                writer.variable(variable);
            }
        }
        writer.0
    }

    /// Takes over the state another shell sent; returns the program. `None`: it is damaged.
    pub fn decode(&mut self, state: &[u8]) -> Option<Vec<u8>> {
        let mut reader = Reader { rest: state };
        let program = reader.string()?.to_vec();
        self.name = reader.string()?.into();
        self.positional = Rc::new(reader.strings()?);
        self.status = reader.number()? as i32;
        self.pid.set(Some(reader.number()? as i32));
        self.last_background = i32::try_from(reader.number()?).ok().filter(|pid| *pid >= 0);
        self.options = Options(reader.number()? as u32);
        self.options.set("monitor", false);
        self.line = reader.number()? as u32;
        self.subshell_level = reader.number()? as u32 + 1;
        self.conditions = reader.number()? as u32;
        self.shell_options = ShellOptions(reader.number()? as u64);
        for _ in 0..reader.number()? {
            let kind = match reader.number()? {
                0 => FrameKind::Script,
                1 => FrameKind::Source,
                _ => FrameKind::Function,
            };
            let name = String::from_utf8_lossy(reader.string()?).as_ref().into();
            let source = reader.string()?.into();
            self.frames.push(kind, name, source, reader.number()? as u32);
        }
        self.started = reader.number()? as f64 / 1000.0;
        for _ in 0..reader.number()? {
            let number = reader.number()? as usize;
            let pid = reader.number()? as i32;
            self.jobs.show(number, pid, reader.string()?.to_vec());
        }
        self.last_argument = reader.string()?.into();
        self.directories = reader.strings()?;
        for _ in 0..reader.number()? {
            let name = reader.string()?.to_vec();
            let value = reader.string()?.to_vec();
            Rc::make_mut(&mut self.aliases).insert(name, value);
        }
        for _ in 0..reader.number()? {
            let event = Event::parse(&String::from_utf8_lossy(reader.string()?));
            let commands = reader.string()?.into();
            if let Some(event) = event {
                self.traps.set(event, Some(commands));
            }
        }
        self.traps.enter_subshell(self.options.errtrace(), self.options.functrace());
        for _ in 0..reader.number()? {
            let name = String::from_utf8_lossy(reader.string()?).into_owned();
            let source = reader.string()?.to_vec();
            let file = reader.string()?.into();
            let line = reader.number()? as u32;
            self.functions.define_from_source(&name, source, file, line);
            let flags = reader.number()?;
            if flags & 1 == 1 {
                self.functions.export(&name, true);
            }
            if flags & 2 == 2 {
                self.functions.make_readonly(&name);
            }
        }
        let mut scopes = Vec::new();
        for _ in 0..reader.number()? {
            let mut scope = BTreeMap::new();
            for _ in 0..reader.number()? {
                let name: Rc<str> = String::from_utf8_lossy(reader.string()?).into();
                scope.insert(name, reader.variable()?);
            }
            scopes.push(Scope::new(scope));
        }
        let mut variables = Variables::default();
        if !scopes.is_empty() {
            variables.replace_scopes(scopes);
        }
        self.variables = variables;
        Some(program)
    }
}

struct Writer(Vec<u8>);

impl Writer {
    fn number(&mut self, number: i64) {
        self.0.extend(number.to_le_bytes());
    }

    fn string(&mut self, text: &[u8]) {
        self.number(text.len() as i64);
        self.0.extend_from_slice(text);
    }

    fn strings<'a>(&mut self, texts: impl ExactSizeIterator<Item = &'a [u8]>) {
        self.number(texts.len() as i64);
        for text in texts {
            self.string(text);
        }
    }

    fn variable(&mut self, variable: &Variable) {
        let Attributes { exported, readonly, integer, lowercase, uppercase, nameref, traced, local, unassigned } =
            variable.attributes;
        let flags = [exported, readonly, integer, lowercase, uppercase, nameref, traced, local, unassigned];
        self.number((0..).zip(flags).map(|(bit, on)| i64::from(on) << bit).sum());
        match &variable.value {
            Value::Unset => self.number(0),
            Value::Scalar(value) => {
                self.number(1);
                self.string(value);
            }
            Value::Indexed(elements) => {
                self.number(2);
                self.number(elements.len() as i64);
                for (index, value) in elements {
                    self.number(*index);
                    self.string(value);
                }
            }
            Value::Associative(elements) => {
                self.number(3);
                self.number(elements.len() as i64);
                for (key, value) in elements.by_age() {
                    self.string(key);
                    self.string(value);
                }
            }
        }
    }
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn number(&mut self) -> Option<i64> {
        let (bytes, rest) = self.rest.split_first_chunk::<8>()?;
        self.rest = rest;
        Some(i64::from_le_bytes(*bytes))
    }

    fn string(&mut self) -> Option<&'a [u8]> {
        let length = usize::try_from(self.number()?).ok()?;
        let (text, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(text)
    }

    fn strings(&mut self) -> Option<Vec<Vec<u8>>> {
        (0..self.number()?).map(|_| self.string().map(<[u8]>::to_vec)).collect()
    }

    fn variable(&mut self) -> Option<Variable> {
        let flags = self.number()?;
        let is_on = |bit: u32| flags >> bit & 1 == 1;
        let attributes = Attributes {
            exported: is_on(0),
            readonly: is_on(1),
            integer: is_on(2),
            lowercase: is_on(3),
            uppercase: is_on(4),
            nameref: is_on(5),
            traced: is_on(6),
            local: is_on(7),
            unassigned: is_on(8),
        };
        let value = match self.number()? {
            0 => Value::Unset,
            1 => Value::Scalar(self.string()?.to_vec()),
            2 => {
                let mut elements = BTreeMap::new();
                for _ in 0..self.number()? {
                    elements.insert(self.number()?, self.string()?.to_vec());
                }
                Value::Indexed(elements)
            }
            3 => {
                let mut elements = Associative::default();
                for _ in 0..self.number()? {
                    elements.insert(self.string()?.to_vec(), self.string()?.to_vec());
                }
                Value::Associative(elements)
            }
            _ => return None,
        };
        Some(Variable { value, attributes })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn state_survives_the_journey() {
        let mut shell = Shell::new(b"sh");
        shell.variables.set_scalar("x", b"a\nb\xff".to_vec()).unwrap();
        shell.variables.change_attributes("x", false, |attributes| attributes.exported = true);
        shell.variables.entry("a").unwrap().value = Value::Indexed([(0, b"1".to_vec()), (7, b"2".to_vec())].into());
        shell.variables.push_scope();
        shell.variables.local_entry("x").unwrap().value = Value::Scalar(b"local".to_vec());
        shell.positional = Rc::new(vec![b"p q".to_vec()]);
        shell.status = 3;
        shell.functions.define_from_source("f", b"f () \n{ \n    echo hi\n}".to_vec(), b"main".as_slice().into(), 3);
        let state = shell.encode(b"echo x");

        let mut other = Shell::new(b"other");
        assert_eq!(other.decode(&state).unwrap(), b"echo x");
        assert_eq!(other.variables.scalar("x"), Some(b"local".as_slice()));
        other.variables.pop_scope();
        assert_eq!(other.variables.get("x"), {
            shell.variables.pop_scope();
            shell.variables.get("x")
        });
        assert_eq!(other.variables.get("a"), shell.variables.get("a"));
        assert_eq!((other.status, other.positional.len(), &*other.name), (3, 1, b"sh".as_slice()));
        assert!(other.functions.body("f").unwrap().is_ok());
        assert_eq!(Shell::new(b"x").decode(&state[..state.len() - 1]), None);
    }
}
