//! The processes as /proc shows them (proc(5)).

use std::fs;

/// Clock ticks a second, as /proc counts.
pub const TICKS: u64 = 100;
/// Terminals of /dev/pts have this major number.
const PTS_MAJOR: u64 = 136;

pub struct Process {
    pub pid: i32,
    pub ppid: i32,
    pub pgid: i32,
    pub sid: i32,
    /// `pts/N`, or `?` without a terminal.
    pub tty: String,
    /// The group in the foreground of its terminal, or -1.
    pub tpgid: i32,
    pub state: char,
    pub priority: i64,
    pub nice: i64,
    /// Ticks after the boot.
    pub started: u64,
    pub cpu_ticks: u64,
    pub comm: String,
    /// Empty of a process that has ended.
    pub args: Vec<String>,
    /// Real, effective, saved.
    pub uids: [u32; 3],
    pub gids: [u32; 3],
}

impl Process {
    /// Reads one process; None when there is none by now.
    pub fn read(pid: i32) -> Option<Process> {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // The name may hold blanks and parentheses: it ends at the last one.
        let (head, tail) = stat.rsplit_once(')')?;
        let comm = head.split_once('(')?.1.to_owned();
        let fields: Vec<&str> = tail.split_ascii_whitespace().collect();
        // `number` counts as proc(5) does: field 3 is the first behind the name.
        let text = |number: usize| fields.get(number - 3).copied().unwrap_or("0");
        let number = |index: usize| text(index).parse::<i64>().unwrap_or(0);
        let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
        let cmdline = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        Some(Process {
            pid,
            ppid: number(4) as i32,
            pgid: number(5) as i32,
            sid: number(6) as i32,
            tty: terminal_name(number(7) as u64),
            tpgid: number(8) as i32,
            state: text(3).chars().next().unwrap_or('?'),
            priority: number(18),
            nice: number(19),
            started: number(22) as u64,
            cpu_ticks: (number(14) + number(15)) as u64,
            comm,
            args: strings(&cmdline),
            uids: ids(&status, "Uid:"),
            gids: ids(&status, "Gid:"),
        })
    }

    /// The command line in one line; the name in brackets when there is none, as of a zombie.
    pub fn command_line(&self) -> String {
        if self.state == 'Z' {
            return format!("[{}] <defunct>", self.comm);
        }
        if self.args.is_empty() {
            return format!("[{}]", self.comm);
        }
        self.args.join(" ").chars().map(|letter| if letter.is_control() { '?' } else { letter }).collect()
    }

    /// The state with its additions: session leader, in the foreground, nice.
    pub fn decorated_state(&self) -> String {
        let mut text = String::from(self.state);
        if self.nice != 0 {
            text.push(if self.nice < 0 { '<' } else { 'N' });
        }
        if self.sid == self.pid {
            text.push('s');
        }
        if self.tpgid == self.pgid {
            text.push('+');
        }
        text
    }
}

/// Every process, by number.
pub fn all() -> Vec<Process> {
    let mut pids: Vec<i32> = fs::read_dir("/proc")
        .map(|entries| entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok()).collect())
        .unwrap_or_default();
    pids.sort_unstable();
    pids.into_iter().filter_map(Process::read).collect()
}

fn terminal_name(device: u64) -> String {
    let (major, minor) = (device >> 8 & 0xfff, device & 0xff | device >> 12 & 0xfff00);
    if major == PTS_MAJOR { format!("pts/{minor}") } else { "?".to_owned() }
}

fn strings(block: &[u8]) -> Vec<String> {
    let block = block.strip_suffix(b"\0").unwrap_or(block);
    if block.is_empty() {
        return Vec::new();
    }
    block.split(|byte| *byte == 0).map(|part| String::from_utf8_lossy(part).into_owned()).collect()
}

fn ids(status: &str, name: &str) -> [u32; 3] {
    let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or("");
    let mut numbers = line.split_ascii_whitespace().map(|number| number.parse().unwrap_or(0));
    std::array::from_fn(|_| numbers.next().unwrap_or(0))
}
