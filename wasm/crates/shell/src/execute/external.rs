//! External commands: finding, starting and waiting for them.

use crate::descriptors::{Capture, OpenDescriptor, read_to_end};
use crate::jobs::wait_for;
use crate::state::shell::{CommandPaths, FoundCommand};
use crate::state::{Outcome, Shell};
use crate::syntax::Command;
use crate::syntax::print::print_command_line;
use std::io;
use std::os::fd::RawFd;
use std::rc::Rc;
use sys::{SpawnOptions, WaitStatus, errno, signal};

/// Where the kernel's own commands are found by their bare names.
const COMMAND_DIRECTORIES: [&[u8]; 2] = [b"/bin", b"/usr/bin"];

const DEFAULT_PATH: &[u8] = b"/bin:/usr/bin";

/// The write end children get for captured descriptors, and the way back.
pub struct CapturePipe {
    read_end: Rc<OpenDescriptor>,
    write_end: Rc<OpenDescriptor>,
    capture: Capture,
}

impl CapturePipe {
    pub fn write_fd(&self) -> RawFd {
        self.write_end.fd
    }

    /// Collects what the children write until all of them have ended.
    pub fn drain(self) -> io::Result<()> {
        drop(self.write_end);
        let mut output = Vec::new();
        let result = read_to_end(self.read_end.fd, &mut output);
        self.capture.bytes.borrow_mut().append(&mut output);
        result
    }

    /// Leaves the reading for later, as the children run in the background.
    pub fn drain_later(self) {
        self.capture.background.borrow_mut().push(self.read_end);
    }
}

impl Shell {
    /// Makes a pipe for children if some descriptor is captured.
    pub fn capture_pipe(&mut self) -> Option<CapturePipe> {
        let capture = self.descriptors.capture()?.clone();
        match sys::pipe(true) {
            Ok((read_fd, write_fd)) => Some(CapturePipe {
                read_end: OpenDescriptor::new(read_fd),
                write_end: OpenDescriptor::new(write_fd),
                capture,
            }),
            Err(error) => {
                self.complain(format!("cannot make pipe for command substitution: {}", errno::message(&error)));
                None
            }
        }
    }

    /// Runs a command and waits for it.
    pub fn run_external(&mut self, arguments: &[Vec<u8>]) -> Outcome {
        if self.functions.contains("command_not_found_handle")
            && !self.is_exec
            && !arguments[0].contains(&b'/')
            && self.find_command(&arguments[0]).is_none()
        {
            let call = std::iter::once(b"command_not_found_handle".to_vec()).chain(arguments.iter().cloned());
            return self.in_subshell(|shell| shell.call_function(b"command_not_found_handle", call.collect()));
        }
        if self.is_interactive
            && arguments.len() == 1
            && !self.is_exec
            && self.shell_options.is_on("autocd")
            && sys::stat(&arguments[0]).is_ok_and(|stat| stat.is_directory())
        {
            // Nothing can be told about a closed stderr.
            let _ = self.write(2, &[b"cd -- ", arguments[0].as_slice(), b"\n"].concat());
            return self.run_without_functions(&[b"cd".to_vec(), b"--".to_vec(), arguments[0].clone()]);
        }
        let pipe = self.capture_pipe();
        let pid = match self.spawn_external(arguments, pipe.as_ref().map(CapturePipe::write_fd)) {
            Ok(pid) => pid,
            Err(status) => return Ok(status),
        };
        self.drain(pipe);
        Ok(self.wait_in_foreground(pid, arguments))
    }

    pub fn drain(&mut self, pipe: Option<CapturePipe>) {
        if let Some(pipe) = pipe
            && let Err(error) = pipe.drain()
        {
            self.complain(format!("command substitution: {}", errno::message(&error)));
        }
    }

    fn wait_in_foreground(&mut self, pid: i32, arguments: &[Vec<u8>]) -> i32 {
        let status = match self.has_job_control() {
            true => self.wait_for_job(&[pid], None, || arguments.join(b" ".as_slice())).pop().flatten(),
            false => wait_for(pid),
        };
        let Some(status) = status else { return 127 };
        self.untold_death = Some((pid, status));
        status.shell_status()
    }

    /// Tells of the command that has just been waited for; its redirections are undone by now.
    pub fn tell_untold_death(&mut self, command: &Command) {
        if let Some((pid, status)) = self.untold_death.take() {
            self.tell_death(pid, status, || print_command_line(command));
        }
    }

    /// Tells that a signal ended a command in the foreground; SIGINT and SIGPIPE are everyday ends.
    pub fn tell_death(&mut self, pid: i32, status: WaitStatus, command: impl FnOnce() -> Vec<u8>) {
        let Some(number) = status.signal().filter(|number| !matches!(*number, signal::SIGINT | signal::SIGPIPE)) else {
            return;
        };
        if self.is_interactive || number == signal::SIGTERM {
            // Nothing can be told about a closed stderr.
            let _ = self.write(2, format!("{}\n", signal::description(number)).as_bytes());
            return;
        }
        let mut message = format!("{pid:5} {:<23} ", signal::description(number)).into_bytes();
        message.extend(command());
        self.complain(message);
    }

    /// Starts a command with the shell's descriptors; on failure tells why and returns the status.
    pub fn spawn_external(&mut self, arguments: &[Vec<u8>], capture_fd: Option<RawFd>) -> Result<i32, i32> {
        let started = self.find_and_spawn(arguments, capture_fd);
        if let Ok(pid) = started {
            self.note_started(pid);
        }
        started
    }

    fn find_and_spawn(&mut self, arguments: &[Vec<u8>], capture_fd: Option<RawFd>) -> Result<i32, i32> {
        self.settle_input();
        let name = arguments[0].as_slice();
        let first = self.argument_zero.as_deref().unwrap_or(&arguments[0]);
        let rest = arguments[1..].iter().map(Vec::as_slice);
        let argv = sys::string_block::from_strings(std::iter::once(first).chain(rest).collect::<Vec<_>>());
        let environment = self.environment_block();
        let actions = self.descriptors.actions(capture_fd, None);
        let options = SpawnOptions { argv: &argv, env: &environment, actions: &actions, job: self.job_place() };
        if name.contains(&b'/') {
            return self.spawn_path(name, options).map_err(|error| self.tell_spawn_failure(name, name, &error));
        }
        self.look_at_path();
        let known = self.command_paths.found.get(name).map(|known| known.path.clone());
        if let Some(path) = known {
            match self.spawn_path(&path, options) {
                Ok(pid) => {
                    self.count_hit(name);
                    return Ok(pid);
                }
                // A file that has gone is looked for again only if the user wants that.
                Err(error) if error.raw_os_error() == Some(errno::NOENT) && path.contains(&b'/') => {
                    let looks_again = self.options.posix() || self.shell_options.is_on("checkhash");
                    if !looks_again {
                        return Err(self.tell_spawn_failure(&path, &path, &error));
                    }
                }
                Err(_) => {}
            }
        }
        let started = self.spawn_from_path(name, options);
        if started.is_ok() {
            self.count_hit(name);
        }
        started
    }

    /// Forgets what was found in another PATH.
    pub fn look_at_path(&mut self) {
        let path_list = self.variables.scalar("PATH").unwrap_or(DEFAULT_PATH);
        if self.command_paths.path != path_list {
            let path = path_list.to_vec();
            self.command_paths = Rc::new(CommandPaths { path, ..CommandPaths::default() });
        }
    }

    fn count_hit(&self, name: &[u8]) {
        if let Some(known) = self.command_paths.found.get(name) {
            known.hits.set(known.hits.get() + 1);
        }
    }

    pub fn remember_path(&mut self, name: &[u8], path: &[u8]) {
        let found = FoundCommand { path: path.to_vec(), hits: Default::default() };
        Rc::make_mut(&mut self.command_paths).found.insert(name.to_vec(), found);
    }

    /// Walks PATH. For the kernel's own directories the bare name is asked first: one call instead of
    /// a search.
    fn spawn_from_path(&mut self, name: &[u8], options: SpawnOptions) -> Result<i32, i32> {
        let path_list = self.command_paths.path.clone();
        let mut denied = None;
        let mut asked_kernel = false;
        if !name.is_empty() {
            for directory in path_list.split(|byte| *byte == b':') {
                if COMMAND_DIRECTORIES.contains(&directory) && !asked_kernel {
                    asked_kernel = true;
                    match sys::spawn(name, options) {
                        Ok(pid) => {
                            self.remember_path(name, name);
                            return Ok(pid);
                        }
                        Err(error) if error.raw_os_error() == Some(errno::NOENT) => {}
                        Err(error) => return Err(self.tell_spawn_failure(name, name, &error)),
                    }
                }
                let path = in_directory(directory, name);
                if !sys::stat(&path).is_ok_and(|stat| stat.is_regular()) {
                    continue;
                }
                match self.spawn_path(&path, options) {
                    Ok(pid) => {
                        self.remember_path(name, &path);
                        return Ok(pid);
                    }
                    Err(error) if denied.is_none() => denied = Some((path, error)),
                    Err(_) => {}
                }
            }
        }
        Err(match denied {
            Some((path, error)) => self.tell_spawn_failure(name, &path, &error),
            None => {
                if self.is_exec {
                    self.complain([b"exec: ", name, b": not found"].concat());
                } else {
                    self.complain([name, b": command not found"].concat());
                }
                127
            }
        })
    }

    /// Starts a file; one that is no program is a shell script.
    fn spawn_path(&self, path: &[u8], options: SpawnOptions) -> io::Result<i32> {
        let error = match sys::spawn(path, options) {
            Err(error) if error.raw_os_error() == Some(errno::NOEXEC) => error,
            result => return result,
        };
        if is_binary(path) {
            return Err(error);
        }
        let mut argv = sys::string_block::from_strings([b"sh".as_slice(), path]);
        let first_end = options.argv.iter().position(|byte| *byte == 0).map_or(0, |end| end + 1);
        argv.extend_from_slice(&options.argv[first_end..]);
        sys::spawn(b"sh", SpawnOptions { argv: &argv, ..options })
    }

    fn tell_spawn_failure(&mut self, name: &[u8], path: &[u8], error: &io::Error) -> i32 {
        let number = error.raw_os_error();
        let is_directory = matches!(number, Some(errno::ACCES | errno::ISDIR | errno::NOEXEC))
            && sys::stat(path).is_ok_and(|stat| stat.is_directory());
        let reason = match number {
            _ if is_directory => "Is a directory".to_string(),
            Some(errno::NOEXEC) => "cannot execute binary file: Exec format error".to_string(),
            Some(errno::NOENT) if sys::stat(path).is_ok() => "cannot execute: required file not found".to_string(),
            // Too much for the call says nothing of the interpreter.
            Some(errno::TOO_BIG) => errno::message(error),
            _ => match interpreter(path) {
                Some(interpreter) => format!("{interpreter}: bad interpreter: {}", errno::message(error)),
                None => errno::message(error),
            },
        };
        self.complain([name, b": ", reason.as_bytes()].concat());
        match number {
            Some(errno::NOENT) => 127,
            _ => 126,
        }
    }

    /// Every file in PATH that a command's name could stand for.
    pub fn find_commands(&self, name: &[u8]) -> Vec<Vec<u8>> {
        let is_executable =
            |path: &[u8]| sys::stat(path).is_ok_and(|stat| stat.is_regular() && stat.permissions() & 0o111 != 0);
        let path_list = self.variables.scalar("PATH").unwrap_or(DEFAULT_PATH);
        path_list
            .split(|byte| *byte == b':')
            .map(|directory| in_directory(directory, name))
            .filter(|path| is_executable(path))
            .collect()
    }

    /// Finds the file a command's name stands for, for `command -v` and `type`.
    pub fn find_command(&self, name: &[u8]) -> Option<Vec<u8>> {
        let is_executable =
            |path: &[u8]| sys::stat(path).is_ok_and(|stat| stat.is_regular() && stat.permissions() & 0o111 != 0);
        if name.contains(&b'/') {
            return is_executable(name).then(|| name.to_vec());
        }
        let path_list = self.variables.scalar("PATH").unwrap_or(DEFAULT_PATH);
        path_list
            .split(|byte| *byte == b':')
            .map(|directory| in_directory(directory, name))
            .find(|path| is_executable(path))
    }
}

/// An empty directory in PATH is the working directory.
fn in_directory(directory: &[u8], name: &[u8]) -> Vec<u8> {
    match directory {
        b"" => [b"./", name].concat(),
        _ => [directory, b"/", name].concat(),
    }
}

/// What the `#!` line of an executable script names.
fn interpreter(path: &[u8]) -> Option<String> {
    let stat = sys::stat(path).ok()?;
    if !stat.is_regular() || stat.permissions() & 0o111 == 0 {
        return None;
    }
    let start = first_line(path)?;
    let rest = start.strip_prefix(b"#!")?;
    let mut words = rest.split(|byte| matches!(byte, b' ' | b'\t')).filter(|word| !word.is_empty());
    Some(String::from_utf8_lossy(words.next()?).into_owned())
}

/// A NUL in the first line tells a binary file from a script.
fn is_binary(path: &[u8]) -> bool {
    first_line(path).is_some_and(|line| line.contains(&0))
}

/// As much of a file's first line as tells what it is.
fn first_line(path: &[u8]) -> Option<Vec<u8>> {
    let mut file = std::fs::File::open(crate::expand::pathname::os_str(path)).ok()?;
    let mut start = [0; 128];
    let count = io::Read::read(&mut file, &mut start).ok()?;
    Some(start[..count].split(|byte| *byte == b'\n').next()?.to_vec())
}
