//! The shell: all its state in one place. A clone is a subshell; it costs little, for the big parts
//! are shared until written.

use super::{Functions, Options, ShellOptions, Variables};
use crate::parse::Aliases;
use crate::descriptors::Descriptors;
use crate::jobs::Jobs;
use std::cell::Cell;
use std::collections::BTreeMap;
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
    /// An error that ends the present top-level command but not an interactive shell.
    Discard(i32),
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
    /// `$0`
    pub name: Rc<[u8]>,
    /// `$1` and on.
    pub positional: Rc<Vec<Vec<u8>>>,
    /// `$?`
    pub status: i32,
    /// The status of the last command substitution, which is that of a command of assignments only.
    pub substitution_status: i32,
    /// PIPESTATUS
    pub pipe_status: Vec<i32>,
    /// `$$`, asked for when first wanted; a subshell keeps its parent's.
    pub pid: Cell<Option<i32>>,
    /// Descriptors of process substitutions whose commands still run.
    pub substituted_descriptors: Vec<i32>,
    /// `$!`
    pub last_background: Option<i32>,
    pub descriptors: Descriptors,
    pub jobs: Jobs,
    /// The line of the command that runs.
    pub line: u32,
    /// The logical working directory, `$PWD`.
    pub directory: Rc<[u8]>,
    /// Names of the functions that run, innermost last.
    pub calls: Vec<Rc<str>>,
    /// Sourced scripts that run.
    pub source_depth: u32,
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
    /// The letter of `$-` that tells where commands come from: `c` or `s`.
    pub source_letter: Option<u8>,
    pub command_paths: Rc<CommandPaths>,
    /// Environment block and the generation of variables it was made from.
    pub environment: Option<(u64, Rc<Vec<u8>>)>,
    /// Environment entries whose names are no variable names.
    pub foreign_environment: Rc<Vec<Vec<u8>>>,
    /// getopts: position within a group of letters.
    pub getopts_offset: usize,
    pub random: Cell<u32>,
    /// Commands of `trap … EXIT`.
    pub exit_trap: Option<Rc<[u8]>>,
    /// The umask before the first change within this subshell.
    pub changed_umask: Option<u32>,
}

/// What commands' names were found to mean (`hash`).
#[derive(Clone, Default)]
pub struct CommandPaths {
    /// The value of PATH they were found with.
    pub path: Vec<u8>,
    /// Names, and what to ask the kernel for: a path, or the name itself if it is one of its own.
    pub found: BTreeMap<Vec<u8>, Vec<u8>>,
}

/// Commands within commands that may run. Each takes half a KiB of a stack of 1 MiB, of which the parser
/// needs its part too.
pub const MAXIMUM_NESTING: u32 = 1200;

impl Shell {
    pub fn new(name: &[u8]) -> Self {
        Shell {
            variables: Variables::default(),
            functions: Functions::default(),
            options: Options::default(),
            shell_options: ShellOptions::default(),
            aliases: Rc::default(),
            name: name.into(),
            positional: Rc::default(),
            status: 0,
            substitution_status: 0,
            pipe_status: vec![0],
            pid: Cell::new(None),
            substituted_descriptors: Vec::new(),
            last_background: None,
            descriptors: Descriptors::default(),
            jobs: Jobs::default(),
            line: 1,
            directory: b"/".as_slice().into(),
            calls: Vec::new(),
            source_depth: 0,
            loop_depth: 0,
            subshell_depth: 0,
            subshell_level: 0,
            nesting: 0,
            conditions: 0,
            is_interactive: false,
            source_letter: None,
            command_paths: Rc::default(),
            environment: None,
            foreign_environment: Rc::default(),
            getopts_offset: 0,
            random: Cell::new(0),
            exit_trap: None,
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

    /// Assigns a scalar; a read-only variable is an error that ends the command.
    pub fn assign(&mut self, name: &str, value: Vec<u8>) -> Outcome<()> {
        if self.variables.set_scalar(name, value).is_err() {
            self.complain(format!("{name}: readonly variable"));
            return Err(Interrupt::Discard(1));
        }
        if self.options.allexport() {
            self.variables.change_attributes(name, false, |attributes| attributes.exported = true);
        }
        Ok(())
    }

    /// Assigns to `name` or `name[subscript]`.
    pub fn assign_by_name(&mut self, name: &str, value: Vec<u8>) -> Outcome<()> {
        match name.split_once('[') {
            Some((array, rest)) if rest.ends_with(']') => {
                self.assign_element(array, &rest.as_bytes()[..rest.len() - 1], value)
            }
            _ => self.assign(name, value),
        }
    }

    /// The environment block of a child.
    pub fn environment_block(&mut self) -> Rc<Vec<u8>> {
        let generation = self.variables.generation();
        if let Some((known, block)) = &self.environment
            && *known == generation
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
        for foreign in self.foreign_environment.iter() {
            sys::string_block::push(&mut block, foreign);
        }
        let block = Rc::new(block);
        self.environment = Some((generation, block.clone()));
        block
    }
}
