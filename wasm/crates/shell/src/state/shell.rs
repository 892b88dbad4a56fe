//! The shell: all its state in one place. A clone is a subshell; it costs little, for the big parts
//! are shared until written.

use super::frames::Frames;
use super::special_variables;
use super::traps::Traps;
use super::{Functions, Options, ShellOptions, Variables};
use crate::parse::Aliases;
use crate::descriptors::Descriptors;
use crate::job_control::JobControl;
use crate::interactive::Interactive;
use crate::jobs::Jobs;
use crate::read_ahead::ReadAhead;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// Why execution leaves the present command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interrupt {
    /// The shell (or subshell) ends with this status.
    Exit(i32),
    /// The function or sourced script ends.
    Return(i32),
    Break(u32),
    Continue(u32),
    /// An error that ends the command: a script, or the text of `eval` or a sourced file, goes on with its next line.
    Discard(i32),
    /// An error or ^C that ends what was called for the command too; so the whole text of `-c`.
    TopLevel(i32),
}

/// A status, or why there is none.
pub type Outcome<T = i32> = Result<T, Interrupt>;

#[derive(Clone)]
pub struct Shell {
    pub variables: Variables,
    pub functions: Functions,
    pub options: Options,
    /// `shopt`
    pub shell_options: ShellOptions,
    pub aliases: Rc<Aliases>,
    pub completions: super::completions::Completions,
    /// `$0`
    pub name: Rc<[u8]>,
    /// `$1` and on.
    pub positional: Rc<Vec<Vec<u8>>>,
    /// `$?`
    pub status: i32,
    /// The status of the last command substitution, which is that of a command of assignments only.
    pub substitution_status: i32,
    /// How the external command ended that has just run, until its redirections are undone and it can be told.
    pub untold_death: Option<(i32, sys::WaitStatus)>,
    /// PIPESTATUS
    pub pipe_status: Vec<i32>,
    /// `$$`, asked for when first wanted; a subshell keeps its parent's.
    pub pid: Cell<Option<i32>>,
    /// Descriptors of process substitutions whose commands still run.
    pub substituted_descriptors: Vec<i32>,
    /// Processes of `>(…)`, also those of subshells in this process.
    pub substituted_readers: Rc<RefCell<Vec<i32>>>,
    /// `$!`
    pub last_background: Option<i32>,
    pub descriptors: Descriptors,
    /// Shared with subshells in this process.
    pub read_ahead: Rc<RefCell<ReadAhead>>,
    pub jobs: Jobs,
    /// Of an interactive shell.
    pub job_control: Option<JobControl>,
    /// The group of the job that is being started: 0 until its first process runs. `None`: each process is
    /// a job. Shared with subshells in this process.
    pub job_group: Rc<Cell<Option<i32>>>,
    /// What is started does not get the terminal.
    pub starts_in_background: bool,
    /// "There are stopped jobs" was said, so that the next `exit` goes.
    pub has_told_of_jobs: bool,
    /// Why a call that waited was broken off, until commands end for it.
    pub interrupt: Option<Interrupt>,
    /// The line of the command that runs.
    pub line: u32,
    /// The logical working directory, `$PWD`.
    pub directory: Rc<[u8]>,
    pub frames: Frames,
    pub loop_depth: u32,
    /// Subshells that run in this process.
    pub subshell_depth: u32,
    /// `$BASH_SUBSHELL`
    pub subshell_level: u32,
    /// Commands within commands within commands; bounded to keep the stack whole.
    pub nesting: u32,
    /// Conditions that run; `set -e` does not count there.
    pub conditions: u32,
    pub is_interactive: bool,
    /// `--noediting`
    pub no_editing: bool,
    /// History, completion and keys.
    pub interactive: Rc<Interactive>,
    /// The letter of `$-` that tells where commands come from: `c` or `s`.
    pub source_letter: Option<u8>,
    pub command_paths: Rc<CommandPaths>,
    /// Environment block and the generation of variables it was made from.
    pub environment: Option<(u64, Rc<Vec<u8>>)>,
    /// Environment entries whose names are no variable names.
    pub foreign_environment: Rc<Vec<Vec<u8>>>,
    /// getopts: position within a group of letters.
    pub getopts_offset: usize,
    pub random: Cell<Option<u32>>,
    pub traps: Traps,
    /// ERR, DEBUG and RETURN were set by the function that runs, and so count in it.
    pub error_trap_is_local: bool,
    /// `$_` once the command that runs has ended.
    pub next_last_argument: Option<Rc<[u8]>>,
    /// The signal this process ends by once its EXIT trap has run.
    pub ending_signal: Option<i32>,
    /// What the EXIT trap that runs ends with unless it says otherwise.
    pub exit_trap_status: Option<i32>,
    /// The zone that TZ meant last.
    pub known_zone: Option<crate::builtins::KnownZone>,
    /// Complete commands that were read, for `\\#` in prompts.
    pub commands_read: u32,
    /// `exec -a`
    pub argument_zero: Option<Vec<u8>>,
    /// `exec` starts a command.
    pub is_exec: bool,
    /// Command substitutions and `eval`s that run, for the prompt of `set -x`.
    pub trace_depth: usize,
    /// Options to go back to when the function ends: `local -`.
    pub saved_options: Option<Options>,
    /// The line that commands of a trap are said to stand on.
    pub line_base: Option<u32>,
    /// The stack of `pushd`, below the working directory.
    pub directories: Vec<Vec<u8>>,
    pub disabled_builtins: Rc<BTreeSet<&'static str>>,
    /// When SECONDS was zero, in seconds since 1970.
    pub started: f64,
    /// The text of the simple command that runs, kept while there are traps.
    pub command_text: Option<Rc<[u8]>>,
    /// `$_`
    pub last_argument: Rc<[u8]>,
    /// The text of `-c`.
    pub execution_string: Option<Rc<[u8]>>,
    /// The umask before the first change within this subshell.
    pub changed_umask: Option<u32>,
}

/// What commands' names were found to mean (`hash`).
#[derive(Clone, Default)]
pub struct CommandPaths {
    /// The value of PATH they were found with.
    pub path: Vec<u8>,
    pub found: BTreeMap<Vec<u8>, FoundCommand>,
}

#[derive(Clone)]
pub struct FoundCommand {
    /// What to ask the kernel for: a path, or the name itself if it is one of its own.
    pub path: Vec<u8>,
    /// How often it was started from here.
    pub hits: Cell<u32>,
}

/// Commands within commands that may run. Each takes several KiB of the native stack, of which the
/// parser needs its part too.
pub const MAXIMUM_NESTING: u32 = 1000;

impl Shell {
    pub fn new(name: &[u8]) -> Self {
        Shell {
            variables: Variables::default(),
            functions: Functions::default(),
            options: Options::default(),
            shell_options: ShellOptions::default(),
            aliases: Rc::default(),
            completions: Default::default(),
            name: name.into(),
            positional: Rc::default(),
            status: 0,
            substitution_status: 0,
            pipe_status: Vec::new(),
            pid: Cell::new(None),
            substituted_descriptors: Vec::new(),
            substituted_readers: Rc::default(),
            last_background: None,
            descriptors: Descriptors::default(),
            read_ahead: Rc::default(),
            jobs: Jobs::default(),
            job_control: None,
            job_group: Rc::default(),
            starts_in_background: false,
            has_told_of_jobs: false,
            interrupt: None,
            line: 1,
            directory: b"/".as_slice().into(),
            frames: Frames::default(),
            loop_depth: 0,
            subshell_depth: 0,
            subshell_level: 0,
            nesting: 0,
            conditions: 0,
            is_interactive: false,
            no_editing: false,
            interactive: Rc::default(),
            source_letter: None,
            command_paths: Rc::default(),
            environment: None,
            foreign_environment: Rc::default(),
            getopts_offset: 0,
            random: Cell::new(None),
            traps: Traps::default(),
            error_trap_is_local: false,
            next_last_argument: None,
            ending_signal: None,
            exit_trap_status: None,
            known_zone: None,
            commands_read: 0,
            argument_zero: None,
            untold_death: None,
            is_exec: false,
            trace_depth: 0,
            saved_options: None,
            line_base: None,
            directories: Vec::new(),
            disabled_builtins: Rc::default(),
            started: special_variables::seconds_since_epoch(),
            command_text: None,
            last_argument: name.into(),
            execution_string: None,
            changed_umask: None,
        }
    }

    /// `$$`
    pub fn pid(&self) -> i32 {
        if let Some(pid) = self.pid.get() {
            return pid;
        }
        let pid = sys::getpid();
        self.pid.set(Some(pid));
        pid
    }

    /// Prints a message as bash does: `sh: line 3: …`.
    pub fn complain(&mut self, message: impl AsRef<[u8]>) {
        let mut text = self.name.to_vec();
        if !self.is_interactive {
            text.extend(format!(": line {}", self.line).bytes());
        }
        text.extend(b": ");
        text.extend_from_slice(message.as_ref());
        text.push(b'\n');
        // Nothing can be told about a closed stderr.
        let _ = self.write(2, &text);
    }

    /// Tells an error that ends the command; with `set -e` it ends the shell.
    pub fn report(&mut self, message: impl AsRef<[u8]>) -> Interrupt {
        self.complain(message);
        match self.options.errexit() && !self.is_interactive {
            true => Interrupt::Exit(1),
            false => Interrupt::Discard(1),
        }
    }

    /// Assigns a scalar; a read-only variable is an error that ends the command.
    pub fn assign(&mut self, name: &str, value: Vec<u8>) -> Outcome<()> {
        if self.variables.has_namerefs() {
            let target = self.variables.resolve(name).into_owned();
            if target.is_empty() && !name.is_empty() {
                self.complain(format!("warning: {name}: circular name reference"));
                return Err(Interrupt::Discard(1));
            }
            if target.contains('[') {
                return self.assign_by_name(&target, value);
            }
        }
        if name.len() > 5 && self.assign_special(name, &value) {
            return Ok(());
        }
        let is_readonly_special = matches!(name, "UID" | "EUID" | "PPID" | "SHELLOPTS" | "BASHOPTS" | "BASH_VERSINFO");
        if is_readonly_special {
            return Err(self.report(format!("{name}: readonly variable")));
        }
        let value = self.in_attributes(name, value)?;
        if self.variables.set_scalar(name, value).is_err() {
            return Err(self.report(format!("{name}: readonly variable")));
        }
        if self.options.allexport() {
            self.variables.change_attributes(name, false, |attributes| attributes.exported = true);
        }
        Ok(())
    }

    /// Applies what the variable's attributes say to a value that `read` or `for` assigns.
    fn in_attributes(&mut self, name: &str, value: Vec<u8>) -> Outcome<Vec<u8>> {
        let Some(variable) = self.variables.get(name) else { return Ok(value) };
        let attributes = variable.attributes;
        if attributes.integer {
            return Ok(self.evaluate(&value)?.to_string().into_bytes());
        }
        if attributes.uppercase || attributes.lowercase {
            return Ok(crate::expand::in_case(&value, attributes.uppercase));
        }
        Ok(value)
    }

    /// Reads `name` or `name[subscript]`.
    pub fn value_by_name(&mut self, name: &str) -> Outcome<Option<Vec<u8>>> {
        match name.split_once('[') {
            Some((array, rest)) if rest.ends_with(']') => {
                let subscript = self.expand_argument_subscript(array, &rest.as_bytes()[..rest.len() - 1])?;
                self.element(array, &subscript)
            }
            _ => Ok(self.variable_scalar(name)),
        }
    }

    /// Assigns to `name` or `name[subscript]`.
    pub fn assign_by_name(&mut self, name: &str, value: Vec<u8>) -> Outcome<()> {
        match name.split_once('[') {
            Some((array, rest)) if rest.ends_with(']') => {
                let subscript = self.expand_argument_subscript(array, &rest.as_bytes()[..rest.len() - 1])?;
                self.assign_element(array, &subscript, value)
            }
            _ => self.assign(name, value),
        }
    }

    /// Whether a variable that the shell makes up was exported.
    fn exports(&self, name: &str) -> bool {
        self.variables.get(name).is_some_and(|variable| variable.attributes.exported)
    }

    /// The environment block of a child.
    pub fn environment_block(&mut self) -> Rc<Vec<u8>> {
        let generation = self.variables.generation();
        let shows_options = self.exports("SHELLOPTS") || self.exports("BASHOPTS");
        if let Some((known, block)) = &self.environment
            && *known == generation
            && !shows_options
        {
            return block.clone();
        }
        let mut block = Vec::new();
        let mut entry = Vec::new();
        for (name, variable) in self.variables.visible() {
            if !variable.attributes.exported || variable.is_array() {
                continue;
            }
            let Some(value) = variable.as_scalar() else { continue };
            entry.clear();
            entry.extend_from_slice(name.as_bytes());
            entry.push(b'=');
            entry.extend_from_slice(value);
            sys::string_block::push(&mut block, &entry);
        }
        for name in ["SHELLOPTS", "BASHOPTS"] {
            if self.exports(name) {
                let value = self.variable_scalar(name).unwrap_or_default();
                sys::string_block::push(&mut block, &[name.as_bytes(), b"=", &value].concat());
            }
        }
        for function in self.functions.environment() {
            sys::string_block::push(&mut block, &function);
        }
        for foreign in self.foreign_environment.iter() {
            sys::string_block::push(&mut block, foreign);
        }
        let block = Rc::new(block);
        self.environment = Some((generation, block.clone()));
        block
    }
}
