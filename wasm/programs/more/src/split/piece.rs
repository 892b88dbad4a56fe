//! One piece that split makes: a file, or what a filter is given to read.

use super::options::{Options, PROGRAM};
use getopt::words::quoted;
use std::ffi::OsString;
use std::fs::File;
use std::io::{BufWriter, Error, ErrorKind, Write};
use std::os::fd::FromRawFd;
use std::os::wasi::ffi::OsStrExt;
use sys::signal::SIGPIPE;
use sys::{FdAction, SpawnOptions, WaitOptions, string_block};

const BUFFER_BYTES: usize = 64 * 1024;

pub struct Piece {
    name: OsString,
    output: BufWriter<File>,
    filter: Option<i32>,
    /// The filter reads no more.
    is_deaf: bool,
}

impl Piece {
    /// Makes the next file, or starts the filter. An error is the exit code, its message printed.
    pub fn create(options: &mut Options, input: Option<(u64, u64)>) -> Result<Piece, i32> {
        let Some(name) = options.names.next() else {
            PROGRAM.complain("output file suffixes exhausted");
            return Err(1);
        };
        if options.is_verbose {
            let verb = if options.filter.is_some() { "executing with FILE=" } else { "creating file " };
            getopt::say!("{verb}{}", quoted(&name));
        }
        if let Some(filter) = &options.filter {
            let (file, pid) = start(filter, &name).map_err(|error| {
                PROGRAM.complain_of("failed to run command", &error);
                1
            })?;
            return Ok(Piece { name, output: buffered(file), filter: Some(pid), is_deaf: false });
        }
        let is_input = |stat: sys::Stat| input == Some((stat.device, stat.inode));
        if input.is_some() && sys::stat(name.as_bytes()).is_ok_and(is_input) {
            PROGRAM.complain(&format!("{} would overwrite input; aborting", quoted(&name)));
            return Err(1);
        }
        match File::create(&name) {
            Ok(file) => Ok(Piece { name, output: buffered(file), filter: None, is_deaf: false }),
            Err(error) => {
                PROGRAM.complain_of(&getopt::words::quoted_if_needed(&name), &error);
                Err(1)
            }
        }
    }

    pub fn is_deaf(&self) -> bool {
        self.is_deaf
    }

    pub fn write(&mut self, bytes: &[u8]) -> Result<(), i32> {
        let written = self.output.write_all(bytes);
        self.judge(written)
    }

    pub fn flush(&mut self) -> Result<(), i32> {
        let flushed = self.output.flush();
        self.judge(flushed)
    }

    fn judge(&mut self, result: std::io::Result<()>) -> Result<(), i32> {
        match result {
            Err(error) if self.filter.is_some() && error.kind() == ErrorKind::BrokenPipe => {
                self.is_deaf = true;
                Ok(())
            }
            Err(error) => Err(self.fail(&error)),
            Ok(()) => Ok(()),
        }
    }

    fn fail(&self, error: &Error) -> i32 {
        PROGRAM.complain_of(&getopt::words::quoted_if_needed(&self.name), error);
        1
    }

    /// Closes it and waits for its filter, whose failure is ours.
    pub fn finish(mut self) -> Result<(), i32> {
        if !self.is_deaf {
            self.flush()?;
        }
        let (name, filter) = (self.name, self.filter);
        // What the buffer still holds for a deaf filter is nobody's.
        drop(self.output.into_parts());
        let Some(pid) = filter else { return Ok(()) };
        let status = loop {
            match sys::waitpid(pid, WaitOptions::default()) {
                Ok(Some((_, status))) => break status,
                Err(error) if error.raw_os_error() != Some(sys::errno::INTR) => return Ok(()),
                Ok(None) | Err(_) => {}
            }
        };
        let file = name.to_string_lossy();
        match (status.signal(), status.exit_code()) {
            (Some(SIGPIPE), _) | (_, Some(0)) => Ok(()),
            (Some(signal), _) => {
                let signal_name = sys::signal::name(signal).unwrap_or("unknown");
                PROGRAM.complain(&format!("with FILE={file}, signal {signal_name} from command"));
                Err(128 + signal)
            }
            (None, code) => {
                let code = code.unwrap_or(1);
                PROGRAM.complain(&format!("with FILE={file}, exit {code} from command"));
                Err(code)
            }
        }
    }
}

fn buffered(file: File) -> BufWriter<File> {
    BufWriter::with_capacity(BUFFER_BYTES, file)
}

/// Starts the filter in a shell, the piece's name in `FILE`. SIGPIPE is its own again, whereas split lives on when a
/// filter has read enough.
fn start(filter: &OsString, name: &OsString) -> std::io::Result<(File, i32)> {
    let shell = std::env::var_os("SHELL").filter(|shell| !shell.is_empty()).unwrap_or_else(|| OsString::from("sh"));
    let shell_name = shell.as_bytes().rsplit(|byte| *byte == b'/').next().unwrap_or(b"sh");
    let argv = string_block::from_strings([shell_name, b"-c", filter.as_bytes()]);
    let mut env = Vec::new();
    for (variable, value) in std::env::vars_os().filter(|(variable, _)| variable != "FILE") {
        string_block::push(&mut env, &[variable.as_bytes(), b"=", value.as_bytes()].concat());
    }
    string_block::push(&mut env, &[b"FILE=", name.as_bytes()].concat());
    let (read, write) = sys::pipe(true)?;
    sys::signal::set_ignored(SIGPIPE, false)?;
    let spawned = sys::spawn(shell.as_bytes(), SpawnOptions { argv: &argv, env: &env, actions: &[FdAction::dup2(read, 0)], job: None });
    sys::signal::set_ignored(SIGPIPE, true)?;
    sys::close(read)?;
    // SAFETY: the pipe's end is new and nobody else's.
    let file = unsafe { File::from_raw_fd(write) };
    Ok((file, spawned?))
}
