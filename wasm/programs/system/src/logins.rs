//! Who is there. There is no login here and no utmp: a session with a terminal is somebody's login.

use crate::machine;
use crate::processes::{Process, TICKS, all};
use commands::users::Names;

pub struct Login {
    pub user: String,
    pub tty: String,
    /// Seconds since 1970.
    pub since: i64,
    pub leader: i32,
    /// What is in the foreground of the terminal.
    pub command: String,
}

/// The logins, by terminal.
pub fn logins() -> Vec<Login> {
    let (processes, names, boot) = (all(), Names::load(), machine::boot_time());
    let mut found: Vec<Login> = processes
        .iter()
        .filter(|process| process.sid == process.pid && process.tty != "?" && process.state != 'Z')
        .map(|leader| Login {
            user: names.user(leader.uids[0]),
            tty: leader.tty.clone(),
            since: boot + (leader.started / TICKS) as i64,
            leader: leader.pid,
            command: foreground(&processes, leader).command_line(),
        })
        .collect();
    found.sort_by(|one, other| (one.tty.len(), &one.tty).cmp(&(other.tty.len(), &other.tty)));
    found
}

/// The newest process in the foreground of a leader's terminal.
fn foreground<'a>(processes: &'a [Process], leader: &'a Process) -> &'a Process {
    let in_foreground = |process: &&Process| process.pgid == leader.tpgid && process.tty == leader.tty;
    processes.iter().rev().find(in_foreground).unwrap_or(leader)
}
