//! flock: runs a command while it holds a file's lock, or locks a descriptor of the shell. util-linux' command line.

use crate::getopt::{self, Opt, Program, flag, value};
use crate::launch;
use crate::path;
use crate::words::quoted;
use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::io::{Error, Result};
use std::os::fd::{AsRawFd, RawFd};
use std::os::wasi::ffi::OsStrExt;
use std::time::{Duration, Instant};
use sys::{Lock, errno};

const USAGE: i32 = 64;
const BAD_INPUT: i32 = 65;
const NO_INPUT: i32 = 66;
const UNAVAILABLE: i32 = 69;
const PROGRAM: Program = Program {
    name: "flock",
    usage: "[options] <file>|<directory> <command> [<argument>...]\n flock [options] <file>|<directory> -c <command>\n flock [options] <file descriptor number>",
    usage_error: USAGE,
    stops_at_operand: true,
};
const OPTIONS: &[Opt] = &[
    flag(&["s", "shared"]),
    flag(&["x", "e", "exclusive"]),
    flag(&["u", "unlock"]),
    flag(&["n", "nb", "nonblock", "nonblocking"]),
    value(&["w", "timeout", "wait"]),
    value(&["E", "conflict-exit-code"]),
    flag(&["o", "close"]),
    flag(&["F", "no-fork"]),
    flag(&["verbose"]),
    flag(&["V", "version"]),
];
/// How long it waits between two looks at a lock it may not wait for without end.
const PAUSE: Duration = Duration::from_millis(20);

pub fn main(args: Vec<OsString>) -> i32 {
    run(args).unwrap_or_else(|code| code)
}

fn run(args: Vec<OsString>) -> std::result::Result<i32, i32> {
    let parsed = getopt::parse(PROGRAM, OPTIONS, args)?;
    let (mut lock, mut deadline, mut conflict, mut closes, mut tells) = (Lock::Exclusive, None, 1, false, false);
    let mut waits = true;
    for given in &parsed.options {
        let text = given.value.to_string_lossy();
        match given.name {
            "s" => lock = Lock::Shared,
            "x" => lock = Lock::Exclusive,
            "u" => lock = Lock::None,
            "n" => waits = false,
            "w" => {
                let seconds = text.parse::<f64>().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
                let seconds = seconds.ok_or_else(|| fails(&format!("invalid timeout value: {}", quoted(&given.value)), USAGE))?;
                deadline = Some(Instant::now() + seconds);
            }
            "E" => {
                let code = text.parse().ok().filter(|code| (0..=255).contains(code));
                conflict = code.ok_or_else(|| fails("exit code out of range (expected 0 to 255)", USAGE))?;
            }
            "o" => closes = true,
            "verbose" => tells = true,
            _ => {}
        }
    }
    let (target, command) = match &parsed.operands[..] {
        [] => return Err(PROGRAM.usage_failure(if parsed.options.is_empty() { "not enough arguments" } else { "requires file descriptor, file or directory" })),
        [target] => (target, None),
        [target, option, script @ ..] if option == "-c" || option == "--command" => match script {
            [script] => (target, Some(vec![OsString::from("/bin/sh"), OsString::from("-c"), script.clone()])),
            _ => return Err(fails("-c requires exactly one command argument", USAGE)),
        },
        [target, command @ ..] => (target, Some(command.to_vec())),
    };
    let file;
    let fd: RawFd = match &command {
        None => target.to_str().and_then(|text| text.parse().ok()).ok_or_else(|| fails(&format!("bad file descriptor: {}", quoted(target)), USAGE))?,
        Some(_) => {
            file = open(target.as_bytes()).map_err(|error| {
                PROGRAM.complain_of(&format!("cannot open lock file {}", target.to_string_lossy()), &error);
                NO_INPUT
            })?;
            file.as_raw_fd()
        }
    };
    let since = Instant::now();
    loop {
        let failed = match sys::flock(fd, lock, waits && deadline.is_none()) {
            Ok(()) => break,
            Err(error) => error,
        };
        match failed.raw_os_error() {
            Some(errno::INTR) => {}
            Some(errno::AGAIN) if waits && deadline.is_some_and(|deadline| Instant::now() < deadline) => std::thread::sleep(PAUSE),
            Some(errno::AGAIN) => {
                if tells {
                    PROGRAM.complain(if waits { "timeout while waiting to get lock" } else { "failed to get lock" });
                }
                return Err(conflict);
            }
            _ => {
                PROGRAM.complain_of(&target.to_string_lossy(), &failed);
                return Err(BAD_INPUT);
            }
        }
    }
    if tells {
        println!("flock: getting lock took {:.6} seconds", since.elapsed().as_secs_f64());
    }
    let Some(command) = command else { return Ok(0) };
    if tells {
        println!("flock: executing {}", command[0].to_string_lossy());
    }
    // Who runs in the background is not to hold the lock.
    if closes && let Err(error) = sys::set_close_on_exec(fd, true) {
        PROGRAM.complain_of("cannot close the lock file", &error);
    }
    let name = command[0].to_string_lossy().into_owned();
    let started = launch::spawn(&command, &launch::environment()).map_err(|error| {
        PROGRAM.complain_of(&format!("failed to execute {name}"), &error);
        UNAVAILABLE
    })?;
    Ok(launch::wait(started).shell_status())
}

fn fails(text: &str, code: i32) -> i32 {
    PROGRAM.complain(text);
    code
}

/// Opens the file, made if it is not there; a directory is as good.
fn open(name: &[u8]) -> Result<File> {
    let opened = OpenOptions::new().read(true).append(true).create(true).open(path::of(name));
    opened.or_else(|error: Error| match error.raw_os_error() {
        Some(errno::ISDIR | errno::ACCES) => File::open(path::of(name)),
        _ => Err(error),
    })
}
