//! Starts commands, several at a time with `-P`, and keeps what their ends mean for the exit code.

use super::options::Options;
use super::{PROGRAM, Stop};
use crate::prompt;
use std::os::wasi::ffi::OsStrExt;
use sys::{FdAction, SpawnOptions, WaitOptions, WaitStatus, string_block};

/// Exit codes that POSIX and GNU give xargs.
const SOME_FAILED: i32 = 123;
const SAID_STOP: i32 = 124;
const WAS_KILLED: i32 = 125;
const CANNOT_RUN: i32 = 126;
const NOT_FOUND: i32 = 127;

pub struct Runner<'options> {
    options: &'options Options,
    environment: Vec<(Vec<u8>, Vec<u8>)>,
    /// Commands that run, each at its slot's place.
    running: Vec<Option<i32>>,
    /// `/dev/null`, or the terminal with `-o`; none when it cannot be opened.
    input: Option<std::fs::File>,
    code: i32,
}

impl<'options> Runner<'options> {
    pub fn new(options: &'options Options) -> Self {
        use std::os::wasi::ffi::OsStringExt;
        let environment = std::env::vars_os().map(|(name, value)| (name.into_vec(), value.into_vec())).collect();
        // With -a standard input is the commands' own.
        let source = if options.opens_terminal { "/dev/tty" } else { "/dev/null" };
        let keeps_input = options.input.is_some() && !options.opens_terminal;
        let input = if keeps_input { None } else { std::fs::File::open(source).ok() };
        Runner { options, environment, running: Vec::new(), input, code: 0 }
    }

    /// Starts a command, waiting for a free place first.
    pub fn run(&mut self, words: Vec<Vec<u8>>) -> Result<(), Stop> {
        if self.options.shows {
            let line: Vec<String> = words.iter().map(|word| shown(word)).collect();
            if self.options.asks {
                if !prompt::confirms(&format!("{}?...", line.join(" "))) {
                    return Ok(());
                }
            } else {
                eprintln!("{}", line.join(" "));
            }
        }
        while self.options.processes > 0 && self.running.iter().flatten().count() >= self.options.processes {
            self.wait_for_one()?;
        }
        self.start(&words)
    }

    fn start(&mut self, words: &[Vec<u8>]) -> Result<(), Stop> {
        use std::os::fd::AsRawFd;
        let slot = self.running.iter().position(Option::is_none).unwrap_or(self.running.len());
        let argv = string_block::from_strings(words.iter().map(Vec::as_slice));
        let mut env = Vec::new();
        for (name, value) in &self.environment {
            string_block::push(&mut env, &[&name[..], b"=", value].concat());
        }
        if let Some(variable) = &self.options.slot_variable {
            string_block::push(&mut env, &[&variable[..], b"=", slot.to_string().as_bytes()].concat());
        }
        let actions: Vec<FdAction> = self.input.iter().map(|input| FdAction::dup2(input.as_raw_fd(), 0)).collect();
        loop {
            let options = SpawnOptions { argv: &argv, env: &env, actions: &actions, ..SpawnOptions::default() };
            match sys::spawn(&words[0], options) {
                Ok(pid) => {
                    if slot == self.running.len() {
                        self.running.push(None);
                    }
                    self.running[slot] = Some(pid);
                    return Ok(());
                }
                // No more processes for now: one of ours has to end first.
                Err(error) if error.raw_os_error() == Some(sys::errno::AGAIN) && self.running.iter().any(Option::is_some) => {
                    self.wait_for_one()?;
                }
                Err(error) => {
                    let name = std::ffi::OsStr::from_bytes(&words[0]).to_string_lossy().into_owned();
                    PROGRAM.complain_of(&name, &error);
                    let is_missing = error.raw_os_error() == Some(sys::errno::NOENT);
                    self.code = if is_missing { NOT_FOUND } else { CANNOT_RUN };
                    return Err(Stop::Quietly);
                }
            }
        }
    }

    fn wait_for_one(&mut self) -> Result<(), Stop> {
        loop {
            match sys::waitpid(-1, WaitOptions::default()) {
                Ok(Some((pid, status))) => {
                    let Some(slot) = self.running.iter().position(|running| *running == Some(pid)) else { continue };
                    self.running[slot] = None;
                    return self.take(status);
                }
                Err(error) if error.raw_os_error() != Some(sys::errno::INTR) => {
                    self.running.clear();
                    return Ok(());
                }
                Ok(None) | Err(_) => {}
            }
        }
    }

    fn take(&mut self, status: WaitStatus) -> Result<(), Stop> {
        let name = String::from_utf8_lossy(&self.options.command[0]).into_owned();
        if let Some(signal) = status.signal() {
            PROGRAM.complain(&format!("{name}: terminated by signal {signal}"));
            self.code = WAS_KILLED;
            return Err(Stop::Quietly);
        }
        match status.exit_code() {
            Some(255) => {
                PROGRAM.complain(&format!("{name}: exited with status 255; aborting"));
                self.code = SAID_STOP;
                Err(Stop::Quietly)
            }
            Some(0) | None => Ok(()),
            Some(_) => {
                self.code = SOME_FAILED;
                Ok(())
            }
        }
    }

    /// Waits for all that still run; the exit code.
    pub fn finish(mut self) -> i32 {
        while self.running.iter().any(Option::is_some) {
            // Whoever says stop now stops nothing any more.
            let _ = self.wait_for_one();
        }
        self.code
    }
}

/// A word as `-t` shows it.
fn shown(word: &[u8]) -> String {
    crate::words::quoted_if_needed(std::ffi::OsStr::from_bytes(word))
}
