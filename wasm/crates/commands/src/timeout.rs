//! timeout: runs a program for so long at most.

use crate::getopt::{self, Opt, Program, flag, value};
use crate::launch;
use crate::words::quoted;
use std::ffi::OsString;
use sys::signal::{self, Disposition};
use sys::{WaitOptions, WaitStatus};

const PROGRAM: Program = Program { name: "timeout", usage: "[OPTION] DURATION COMMAND [ARG]...", usage_error: 125, stops_at_operand: true };
const OPTIONS: &[Opt] = &[
    flag(&["foreground"]),
    value(&["k", "kill-after"]),
    flag(&["preserve-status"]),
    value(&["s", "signal"]),
    flag(&["v", "verbose"]),
];

const TIMED_OUT: i32 = 124;
const SIGALRM: i32 = 14;
const SIGQUIT: i32 = 3;

struct Limit {
    child: i32,
    signal: i32,
    kill_after_us: i64,
    foreground: bool,
    verbose: bool,
    command: OsString,
    timed_out: bool,
}

pub fn main(args: Vec<OsString>) -> i32 {
    let parsed = match getopt::parse(PROGRAM, OPTIONS, args) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    let (mut limit_signal, mut kill_after_us, mut preserve_status, mut foreground, mut verbose) =
        (signal::SIGTERM, 0, false, false, false);
    for given in &parsed.options {
        match given.name {
            "foreground" => foreground = true,
            "preserve-status" => preserve_status = true,
            "v" => verbose = true,
            "k" => match duration_us(&given.value.to_string_lossy()) {
                Some(duration) => kill_after_us = duration,
                None => return PROGRAM.usage_failure(&format!("invalid time interval {}", quoted(&given.value))),
            },
            _ => match signal::parse(&given.value.to_string_lossy()) {
                Some(number) => limit_signal = number,
                None => return PROGRAM.usage_failure(&format!("{}: invalid signal", quoted(&given.value))),
            },
        }
    }
    let (duration, command) = match &parsed.operands[..] {
        [duration, command @ ..] if !command.is_empty() => (duration, command),
        _ => {
            eprintln!("Try 'timeout --help' for more information.");
            return PROGRAM.usage_error;
        }
    };
    let Some(duration_us) = duration_us(&duration.to_string_lossy()) else {
        return PROGRAM.usage_failure(&format!("invalid time interval {}", quoted(duration)));
    };
    if !foreground {
        // A group of its own, so that the program's children can be ended with it.
        let _ = sys::setpgid(0, 0);
        for stop in [signal::SIGTTIN, signal::SIGTTOU] {
            let _ = signal::set_action(stop, Disposition::Ignored);
        }
    }
    let child = match launch::start(PROGRAM, "failed to run command ", command, &launch::environment()) {
        Ok(child) => child,
        Err(code) => return code,
    };
    for caught in [SIGALRM, signal::SIGINT, SIGQUIT, signal::SIGHUP, signal::SIGTERM] {
        let _ = signal::set_action(caught, Disposition::Caught);
    }
    let mut limit =
        Limit { child, signal: limit_signal, kill_after_us, foreground, verbose, command: command[0].clone(), timed_out: false };
    if duration_us > 0 {
        let _ = signal::set_alarm(duration_us);
    }
    let status = limit.wait();
    match (limit.timed_out, status.signal()) {
        (true, Some(signal::SIGKILL)) if !preserve_status => 128 + signal::SIGKILL,
        (true, _) if !preserve_status => TIMED_OUT,
        (false, Some(signal)) => {
            // It dies as the program did.
            let _ = signal::set_action(signal, Disposition::Default);
            let _ = sys::kill(sys::getpid(), signal);
            128 + signal
        }
        _ => status.shell_status(),
    }
}

impl Limit {
    fn wait(&mut self) -> WaitStatus {
        loop {
            match sys::waitpid(self.child, WaitOptions::default()) {
                Ok(Some((_, status))) => return status,
                Err(error) if error.raw_os_error() != Some(sys::errno::INTR) => return WaitStatus(125 << 8),
                Ok(None) | Err(_) => {}
            }
            while let Some(signal) = signal::take() {
                self.pass_on(signal);
            }
        }
    }

    fn pass_on(&mut self, came: i32) {
        let mut sent = came;
        if came == SIGALRM {
            self.timed_out = true;
            sent = self.signal;
        }
        if self.kill_after_us > 0 {
            // The next alarm kills.
            let _ = signal::set_alarm(self.kill_after_us);
            (self.signal, self.kill_after_us) = (signal::SIGKILL, 0);
        }
        if self.verbose {
            let name = signal::name(sent).unwrap_or("0");
            PROGRAM.complain(&format!("sending signal {name} to command {}", quoted(&self.command)));
        }
        let _ = sys::kill(self.child, sent);
        if !self.foreground {
            let _ = signal::set_action(sent, Disposition::Ignored);
            let _ = sys::kill(0, sent);
            if sent != signal::SIGKILL && sent != signal::SIGCONT {
                // A stopped program has to run to see the signal.
                let _ = sys::kill(self.child, signal::SIGCONT);
                let _ = signal::set_action(signal::SIGCONT, Disposition::Ignored);
                let _ = sys::kill(0, signal::SIGCONT);
            }
        }
    }
}

/// `1.5`, `2m`, `1h`, `1d`, in microseconds, at least one for what is not zero.
fn duration_us(text: &str) -> Option<i64> {
    let (number, factor) = match text.chars().next_back()? {
        's' => (&text[..text.len() - 1], 1.0),
        'm' => (&text[..text.len() - 1], 60.0),
        'h' => (&text[..text.len() - 1], 3600.0),
        'd' => (&text[..text.len() - 1], 86400.0),
        _ => (text, 1.0),
    };
    let is_number = number.bytes().all(|byte| byte.is_ascii_digit() || b".e+-E".contains(&byte)) || number == "infinity" || number == "inf";
    let seconds: f64 = number.parse().ok().filter(|seconds: &f64| is_number && *seconds >= 0.0)?;
    // Longer than anybody waits.
    let limit = 1e15;
    Some((seconds * factor * 1e6).min(limit).ceil() as i64)
}
