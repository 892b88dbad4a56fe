//! The columns of ps: names, headings, widths, and what stands in them.

use crate::machine;
use crate::processes::{Process, TICKS};
use civil_time::utc;
use commands::users::Names;

/// What the columns of one listing need to know besides the process.
pub struct Scene {
    pub names: Names,
    pub boot: i64,
    pub now: i64,
    pub uptime_s: f64,
}

impl Scene {
    pub fn look() -> Scene {
        Scene { names: Names::load(), boot: machine::boot_time(), now: machine::now(), uptime_s: machine::uptime() }
    }

    fn started(&self, process: &Process) -> i64 {
        self.boot + (process.started / TICKS) as i64
    }

    fn age_s(&self, process: &Process) -> u64 {
        (self.uptime_s - process.started as f64 / TICKS as f64).max(0.0) as u64
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Align {
    Left,
    Right,
}

#[derive(Clone, Copy)]
pub struct Kind {
    pub heading: &'static str,
    pub width: usize,
    pub align: Align,
    pub cell: fn(&Scene, &Process) -> String,
}

/// One column of a listing.
#[derive(Clone)]
pub struct Column {
    pub kind: Kind,
    pub heading: String,
}

impl Column {
    pub fn new(kind: Kind) -> Column {
        Column { kind, heading: kind.heading.to_owned() }
    }

    pub fn width(&self) -> usize {
        self.kind.width.max(self.heading.chars().count())
    }
}

/// Process numbers are as wide as the largest one, /proc/sys/kernel/pid_max.
const PID: usize = 7;

const fn right(heading: &'static str, width: usize, cell: fn(&Scene, &Process) -> String) -> Kind {
    Kind { heading, width, align: Align::Right, cell }
}

const fn left(heading: &'static str, width: usize, cell: fn(&Scene, &Process) -> String) -> Kind {
    Kind { heading, width, align: Align::Left, cell }
}

/// Finds a column by one of its names.
pub fn find(name: &str) -> Option<Kind> {
    Some(match name {
        "pid" | "tgid" => right("PID", PID, |_, process| process.pid.to_string()),
        "ppid" => right("PPID", PID, |_, process| process.ppid.to_string()),
        "pgid" | "pgrp" => right(if name == "pgid" { "PGID" } else { "PGRP" }, PID, |_, process| process.pgid.to_string()),
        "sid" => right("SID", PID, |_, process| process.sid.to_string()),
        "sess" | "session" => right("SESS", PID, |_, process| process.sid.to_string()),
        "tpgid" => right("TPGID", PID, |_, process| process.tpgid.to_string()),
        "lwp" | "tid" | "spid" => right(if name == "lwp" { "LWP" } else if name == "tid" { "TID" } else { "SPID" }, PID, |_, process| process.pid.to_string()),
        "user" | "uname" => left("USER", 8, |scene, process| fitted(scene.names.user(process.uids[1]), process.uids[1])),
        "euser" => left("EUSER", 8, |scene, process| fitted(scene.names.user(process.uids[1]), process.uids[1])),
        "ruser" => left("RUSER", 8, |scene, process| fitted(scene.names.user(process.uids[0]), process.uids[0])),
        "suser" => left("SUSER", 8, |scene, process| fitted(scene.names.user(process.uids[2]), process.uids[2])),
        "group" => left("GROUP", 8, |scene, process| fitted(scene.names.group(process.gids[1]), process.gids[1])),
        "egroup" => left("EGROUP", 8, |scene, process| fitted(scene.names.group(process.gids[1]), process.gids[1])),
        "rgroup" => left("RGROUP", 8, |scene, process| fitted(scene.names.group(process.gids[0]), process.gids[0])),
        "uid" => right("UID", 5, |_, process| process.uids[1].to_string()),
        "euid" => right("EUID", 5, |_, process| process.uids[1].to_string()),
        "ruid" => right("RUID", 5, |_, process| process.uids[0].to_string()),
        "suid" | "svuid" => right("SUID", 5, |_, process| process.uids[2].to_string()),
        "gid" => right("GID", 5, |_, process| process.gids[1].to_string()),
        "egid" => right("EGID", 5, |_, process| process.gids[1].to_string()),
        "rgid" => right("RGID", 5, |_, process| process.gids[0].to_string()),
        "comm" | "ucomm" => left("COMMAND", 15, |_, process| comm(process)),
        "ucmd" => left("CMD", 15, |_, process| comm(process)),
        "args" | "command" => left("COMMAND", 27, |_, process| process.command_line()),
        "cmd" => left("CMD", 27, |_, process| process.command_line()),
        "exe" => left("EXE", 27, |_, process| executable(process)),
        "tty" | "tt" => left("TT", 8, |_, process| process.tty.clone()),
        "tname" => left("TTY", 8, |_, process| process.tty.clone()),
        "stat" => left("STAT", 4, |_, process| process.decorated_state()),
        "s" | "state" => left("S", 1, |_, process| process.state.to_string()),
        "time" | "cputime" => right("TIME", 8, |_, process| clock_text(process.cpu_ticks / TICKS)),
        "bsdtime" => right("TIME", 6, |_, process| minutes_text(process.cpu_ticks / TICKS)),
        "times" | "cputimes" => right("TIME", 8, |_, process| (process.cpu_ticks / TICKS).to_string()),
        "etime" => right("ELAPSED", 11, |scene, process| elapsed_text(scene.age_s(process))),
        "etimes" => right("ELAPSED", 7, |scene, process| scene.age_s(process).to_string()),
        "stime" | "start_time" => left(if name == "stime" { "STIME" } else { "START" }, 5, |scene, process| short_start(scene, process)),
        "bsdstart" => right("START", 6, |scene, process| short_start(scene, process)),
        "start" => right("STARTED", 8, |scene, process| long_start(scene, process)),
        "lstart" => right("STARTED", 24, |scene, process| full_start(scene, process)),
        "%cpu" | "pcpu" => right("%CPU", 4, |scene, process| format!("{:.1}", share(scene, process))),
        "c" | "cp" => right("C", 2, |scene, process| format!("{:.0}", share(scene, process))),
        "%mem" | "pmem" => right("%MEM", 4, |_, _| "0.0".to_owned()),
        "vsz" | "vsize" => right("VSZ", 6, |_, _| "0".to_owned()),
        "rss" | "rssize" | "rsz" => right(if name == "rsz" { "RSZ" } else { "RSS" }, 5, |_, _| "0".to_owned()),
        "sz" | "size" => right(if name == "sz" { "SZ" } else { "SIZE" }, 5, |_, _| "0".to_owned()),
        "ni" | "nice" => right("NI", 3, |_, process| process.nice.to_string()),
        "pri" => right("PRI", 3, |_, process| (39 - process.priority).to_string()),
        "opri" | "priority" => right("PRI", 3, |_, process| (60 + process.priority).to_string()),
        "psr" => right("PSR", 3, |_, _| "0".to_owned()),
        "nlwp" | "thcount" => right(if name == "nlwp" { "NLWP" } else { "THCNT" }, 4, |_, _| "1".to_owned()),
        "wchan" => left("WCHAN", 6, |_, _| "-".to_owned()),
        "addr" => left("ADDR", 4, |_, _| "-".to_owned()),
        "f" | "flag" | "flags" => right("F", 1, |_, _| "0".to_owned()),
        "cls" | "class" | "policy" => left("CLS", 3, |_, _| "TS".to_owned()),
        "rtprio" => right("RTPRIO", 6, |_, _| "-".to_owned()),
        "label" => left("LABEL", 31, |_, _| "-".to_owned()),
        _ => return None,
    })
}

/// What a listing can be sorted by: a number, then text.
pub fn sort_key(name: &str, scene: &Scene, process: &Process) -> (f64, String) {
    let number = |value: f64| (value, String::new());
    match name {
        "comm" | "ucomm" | "ucmd" => number_then(0.0, process.comm.clone()),
        "args" | "cmd" | "command" => number_then(0.0, process.command_line()),
        "%cpu" | "pcpu" | "c" => number(share(scene, process)),
        "start" | "start_time" | "lstart" | "stime" | "bsdstart" => number(process.started as f64),
        "etime" | "etimes" => number(-(process.started as f64)),
        "time" | "cputime" | "bsdtime" => number(process.cpu_ticks as f64),
        _ => {
            let text = find(name).map_or_else(String::new, |kind| (kind.cell)(scene, process));
            match text.parse() {
                Ok(value) => number(value),
                Err(_) => number_then(0.0, text),
            }
        }
    }
}

fn number_then(number: f64, text: String) -> (f64, String) {
    (number, text)
}

fn comm(process: &Process) -> String {
    if process.state == 'Z' { format!("{} <defunct>", process.comm) } else { process.comm.clone() }
}

fn executable(process: &Process) -> String {
    let link = std::fs::read_link(format!("/proc/{}/exe", process.pid));
    link.map_or_else(|_| "-".to_owned(), |path| path.to_string_lossy().into_owned())
}

/// A name that is too long gives way to the number.
fn fitted(name: String, id: u32) -> String {
    if name.chars().count() > 8 { id.to_string() } else { name }
}

fn share(scene: &Scene, process: &Process) -> f64 {
    let age = scene.uptime_s - process.started as f64 / TICKS as f64;
    if age <= 0.0 { 0.0 } else { process.cpu_ticks as f64 / age }
}

fn clock_text(seconds: u64) -> String {
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    let days = if days > 0 { format!("{days}-") } else { String::new() };
    format!("{days}{:02}:{:02}:{:02}", rest / 3600, rest / 60 % 60, rest % 60)
}

fn minutes_text(seconds: u64) -> String {
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

fn elapsed_text(seconds: u64) -> String {
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    let minutes = format!("{:02}:{:02}", rest / 60 % 60, rest % 60);
    match (days, rest / 3600) {
        (0, 0) => minutes,
        (0, hours) => format!("{hours:02}:{minutes}"),
        (days, hours) => format!("{days}-{hours:02}:{minutes}"),
    }
}

/// The time of today, the day of this year, else the year.
fn short_start(scene: &Scene, process: &Process) -> String {
    let started = scene.started(process);
    let (at, now) = (civil_time::moment(started), civil_time::moment(scene.now));
    if (at.year, at.month, at.day) == (now.year, now.month, now.day) {
        utc("%H:%M", started)
    } else if at.year == now.year {
        utc("%b%d", started)
    } else {
        at.year.to_string()
    }
}

fn long_start(scene: &Scene, process: &Process) -> String {
    let started = scene.started(process);
    utc(if scene.now - started < 86_400 { "%T" } else { "%b %d" }, started)
}

fn full_start(scene: &Scene, process: &Process) -> String {
    utc("%c", scene.started(process))
}
