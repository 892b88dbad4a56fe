//! Start-up: the environment becomes variables, the working directory is entered.

use crate::builtins::is_name;
use crate::descriptors::{OpenDescriptor, read_to_end};
use crate::state::{Attributes, Outcome, Shell, Value, Variable};
use std::ffi::OsString;
use std::rc::Rc;

/// Bash's own, where the environment has none.
const DEFAULT_PATH: &[u8] = b"/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// Two names of one directory, the first without `.` and `..`.
fn is_same_directory(name: &[u8], other: &[u8]) -> bool {
    let has_dots = name.split(|byte| *byte == b'/').any(|part| part == b"." || part == b"..");
    !has_dots
        && matches!((sys::stat(name), sys::stat(other)), (Ok(left), Ok(right)) if left.device == right.device && left.inode == right.inode)
}

impl Shell {
    /// Takes the environment over and sets what bash sets at start. Answers the lists of options in it.
    pub fn start(&mut self, environment: impl Iterator<Item = (OsString, OsString)>) -> Vec<(String, Vec<u8>)> {
        let (mut foreign, mut inherited) = (Vec::new(), Vec::new());
        for (name, value) in environment {
            let (name, value) = (name.into_encoded_bytes(), value.into_encoded_bytes());
            match String::from_utf8(name) {
                Ok(name) if matches!(name.as_str(), "SHELLOPTS" | "BASHOPTS") => {
                    inherited.push((name, value));
                }
                Ok(name) if is_name(&name) => self.import(&name, value),
                Ok(name) if self.import_function(&name, &value) => {}
                Ok(name) => foreign.push([name.as_bytes(), b"=", &value].concat()),
                Err(error) => foreign.push([error.as_bytes(), b"=", &value].concat()),
            }
        }
        self.foreign_environment = Rc::new(foreign);
        if let Ok(directory) = sys::enter_working_directory() {
            // What the environment says of it is kept if it is a name of that directory.
            let known = self.variables.scalar("PWD").filter(|known| known.starts_with(b"/") && **known != directory);
            let same = known.filter(|known| is_same_directory(known, &directory)).map(<[u8]>::to_vec);
            let directory = same.unwrap_or(directory);
            self.directory = directory.as_slice().into();
            self.import("PWD", directory);
        }
        if self.variables.get("OLDPWD").is_none() {
            self.variables.change_attributes("OLDPWD", false, |attributes| attributes.exported = true);
        }
        if self.variables.get("PATH").is_none() {
            self.set("PATH", DEFAULT_PATH.to_vec(), Attributes::default());
        }
        let level = self.variables.scalar("SHLVL").and_then(|text| std::str::from_utf8(text).ok()?.parse::<i64>().ok());
        self.import("SHLVL", (level.unwrap_or(0) + 1).to_string().into_bytes());
        for (name, value) in [("IFS", " \t\n"), ("OPTIND", "1"), ("PS4", "+ ")] {
            let known = self.variables.scalar(name).is_some();
            if !known || name == "IFS" {
                self.set(name, value.as_bytes().to_vec(), Attributes::default());
            }
        }
        inherited
    }

    /// Sets the options that SHELLOPTS and BASHOPTS of the environment name; what is unknown there is passed over.
    pub fn inherit_options(&mut self, lists: &[(String, Vec<u8>)]) {
        for (variable, list) in lists {
            self.variables.change_attributes(variable, false, |attributes| attributes.exported = true);
            for name in String::from_utf8_lossy(list).split(':').filter(|name| *name != "privileged") {
                match variable.as_str() {
                    "SHELLOPTS" => self.options.set(name, true),
                    _ => self.shell_options.set(name, true),
                };
            }
        }
    }

    /// `BASH_FUNC_name%%`: a function another bash exported.
    fn import_function(&mut self, entry: &str, value: &[u8]) -> bool {
        let Some(name) = entry.strip_prefix("BASH_FUNC_").and_then(|rest| rest.strip_suffix("%%")) else { return false };
        if !value.starts_with(b"() {") {
            return false;
        }
        let source = [name.as_bytes(), b" ", value].concat();
        // The text must be one definition and nothing after it.
        let is_definition = crate::parse::parse_all(&source, 1, 0).is_ok_and(|list| list.items.len() == 1);
        if is_definition {
            self.functions.define_from_source(name, source, b"environment".as_slice().into(), 0);
            self.functions.export(name, true);
        }
        is_definition
    }

    fn import(&mut self, name: &str, value: Vec<u8>) {
        self.set(name, value, Attributes { exported: true, ..Attributes::default() });
    }

    /// Nothing is read-only yet, so that this cannot fail.
    fn set(&mut self, name: &str, value: Vec<u8>, attributes: Attributes) {
        if let Ok(variable) = self.variables.entry(name) {
            *variable = Variable { value: Value::Scalar(value), attributes };
        }
    }

    /// Runs the program another shell sent with its state.
    pub fn run_carried(&mut self, state_fd: i32) -> Outcome {
        let mut state = Vec::new();
        let reader = OpenDescriptor::new(state_fd);
        let is_read = read_to_end(reader.fd, &mut state).is_ok();
        drop(reader);
        let program = match is_read {
            true => self.decode(&state),
            false => None,
        };
        let Some(program) = program else {
            self.complain("cannot read the state of the parent shell");
            return Ok(2);
        };
        drop(state);
        if let Ok(directory) = sys::enter_working_directory() {
            self.directory = self.variables.scalar("PWD").unwrap_or(&directory).into();
        }
        let line = self.line;
        self.run_script_text(&program, line, "")
    }
}
