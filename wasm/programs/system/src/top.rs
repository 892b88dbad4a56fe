//! top: the processes, again and again. Without `-b` each look clears the screen; q and ^C end it.

use crate::processes::{Process, TICKS, all};
use crate::{machine, selection, uptime};
use commands::getopt::{self, Opt, Program, flag, value};
use commands::output;
use commands::users::Names;
use std::ffi::OsString;
use std::io::{IsTerminal, Read, Write};
use std::time::Duration;

const PROGRAM: Program = Program { name: "top", usage: "[options]", usage_error: 1, stops_at_operand: false };
const OPTIONS: &[Opt] = &[
    flag(&["b", "batch-mode"]),
    value(&["n", "iterations"]),
    value(&["d", "delay"]),
    value(&["p", "pid"]),
    value(&["u", "U", "filter-only-euser"]),
    value(&["o", "sort-override"]),
    flag(&["c", "cmdline-toggle"]),
    flag(&["i", "idle-toggle"]),
    flag(&["H", "threads-show"]),
    value(&["w", "width"]),
];
const DELAY_S: f64 = 3.0;
const CLEAR: &str = "\x1b[H\x1b[2J";

#[derive(Default)]
struct Request {
    pids: Option<Vec<i32>>,
    users: Option<Vec<u32>>,
    full_commands: bool,
}

pub fn main(args: Vec<OsString>) -> i32 {
    let parsed = match getopt::parse(PROGRAM, OPTIONS, args) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    let (mut request, mut is_batch) = (Request::default(), false);
    let (mut left, mut delay) = (u64::MAX, DELAY_S);
    for given in parsed.options {
        let text = given.value.to_string_lossy();
        let problem = match given.name {
            "b" => {
                is_batch = true;
                None
            }
            "n" => match text.parse() {
                Ok(number) if number > 0 => {
                    left = number;
                    None
                }
                _ => Some(format!("bad iterations argument '{text}'")),
            },
            "d" => match text.parse::<f64>() {
                Ok(number) if number >= 0.0 && number.is_finite() => {
                    delay = number;
                    None
                }
                _ => Some(format!("bad delay interval '{text}'")),
            },
            "p" => selection::numbers(&text).map(|pids| request.pids.get_or_insert_default().extend(pids)).err().map(|part| format!("bad pid '{part}'")),
            "u" => selection::users(&text).map(|users| request.users = Some(users)).err().map(|_| "Invalid user".to_owned()),
            "c" => {
                request.full_commands = true;
                None
            }
            _ => None,
        };
        if let Some(text) = problem {
            PROGRAM.complain(&text);
            return 1;
        }
    }
    let has_screen = !is_batch && std::io::stdout().is_terminal();
    let keyboard = if has_screen { Keyboard::open() } else { None };
    if keyboard.is_none() && !is_batch {
        PROGRAM.complain("failed tty get");
        return 1;
    }
    loop {
        let mut output = output::standard();
        let clear = if is_batch { "" } else { CLEAR };
        let _ = write!(output, "{clear}{}", request.look());
        let code = output::finish(output, PROGRAM.name, 0);
        left -= 1;
        if left == 0 || code != 0 {
            return code;
        }
        if is_batch {
            println!();
        }
        match &keyboard {
            Some(keyboard) if keyboard.says_quit(delay) => return 0,
            Some(_) => {}
            None => std::thread::sleep(Duration::from_secs_f64(delay)),
        }
    }
}

/// The terminal at standard input, key by key until it is dropped.
struct Keyboard {
    before: sys::terminal::Modes,
}

impl Keyboard {
    /// None when there is no terminal.
    fn open() -> Option<Keyboard> {
        const LOCAL_FLAGS: usize = 12;
        const ICANON_AND_ECHO: u8 = 2 | 8;
        let before = sys::terminal::modes(0).ok()?;
        let mut modes = before;
        modes[LOCAL_FLAGS] &= !ICANON_AND_ECHO;
        // Caught, ^C ends the waiting, and the modes are put back.
        sys::signal::set_action(sys::signal::SIGINT, sys::signal::Disposition::Caught).ok()?;
        sys::terminal::set_modes(0, &modes).ok()?;
        Some(Keyboard { before })
    }

    /// Waits for a key. The end of the input and a signal are as good as q.
    fn says_quit(&self, delay_s: f64) -> bool {
        let mut keys = [0; 64];
        match sys::wait_readable(0, Some(delay_s)) {
            Ok(false) => false,
            Ok(true) => match std::io::stdin().read(&mut keys) {
                Ok(count @ 1..) => keys[..count].iter().any(|key| matches!(key, b'q' | b'Q')),
                _ => true,
            },
            Err(_) => true,
        }
    }
}

impl Drop for Keyboard {
    fn drop(&mut self) {
        // There is nothing to be done about a terminal that is gone.
        let _ = sys::terminal::set_modes(0, &self.before);
    }
}

impl Request {
    fn look(&self) -> String {
        let (processes, names) = (all(), Names::load());
        let count = |states: &str| processes.iter().filter(|process| states.contains(process.state)).count();
        let memory = machine::memory();
        let mib = |kib: u64| kib as f64 / 1024.0;
        let mut text = format!("top - {}\n", uptime::line());
        text += &format!(
            "Tasks: {:3} total, {:3} running, {:3} sleeping, {:3} stopped, {:3} zombie\n",
            processes.len(),
            count("R"),
            count("SD"),
            count("Tt"),
            count("Z")
        );
        text += "%Cpu(s):  0.0 us,  0.0 sy,  0.0 ni,100.0 id,  0.0 wa,  0.0 hi,  0.0 si,  0.0 st \n";
        text += &format!(
            "MiB Mem : {:8.1} total, {:8.1} free, {:8.1} used, {:8.1} buff/cache     \n",
            mib(memory.total),
            mib(memory.free),
            mib(memory.total.saturating_sub(memory.available)),
            mib(memory.buffers + memory.cached)
        );
        text += &format!(
            "MiB Swap: {:8.1} total, {:8.1} free, {:8.1} used. {:8.1} avail Mem \n\n",
            mib(memory.swap_total),
            mib(memory.swap_free),
            mib(memory.swap_total.saturating_sub(memory.swap_free)),
            mib(memory.available)
        );
        text += "    PID USER      PR  NI    VIRT    RES    SHR S  %CPU  %MEM     TIME+ COMMAND\n";
        for process in processes.iter().filter(|process| self.fits(process)) {
            text += &self.line(process, &names);
        }
        text
    }

    fn fits(&self, process: &Process) -> bool {
        self.pids.as_ref().is_none_or(|pids| pids.contains(&process.pid))
            && self.users.as_ref().is_none_or(|users| users.contains(&process.uids[1]))
    }

    fn line(&self, process: &Process, names: &Names) -> String {
        let command = if self.full_commands { process.command_line() } else { process.comm.clone() };
        let user: String = names.user(process.uids[1]).chars().take(8).collect();
        let (minutes, hundredths) = (process.cpu_ticks / TICKS / 60, process.cpu_ticks * 100 / TICKS % 6000);
        format!(
            "{:>7} {user:<8} {:>3} {:>3} {:>7} {:>6} {:>6} {} {:>5} {:>5} {:>9} {command}\n",
            process.pid,
            process.priority,
            process.nice,
            0,
            0,
            0,
            process.state,
            "0.0",
            "0.0",
            format!("{minutes}:{:02}.{:02}", hundredths / 100, hundredths % 100)
        )
    }
}
