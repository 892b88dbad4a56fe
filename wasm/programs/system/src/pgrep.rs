//! pgrep and pkill: processes by pattern and by what they are.

use crate::processes::{Process, all};
use crate::selection;
use commands::getopt::{self, Opt, Program, flag, value};
use regex_lite::{Regex, RegexBuilder};
use std::ffi::OsString;
use std::os::wasi::ffi::OsStrExt;

const PGREP: Program = Program { name: "pgrep", usage: "[options] <pattern>", usage_error: 2, stops_at_operand: false };
const PKILL: Program = Program { name: "pkill", usage: "[options] <pattern>", usage_error: 2, stops_at_operand: false };

const OPTIONS: &[Opt] = &[
    flag(&["a", "list-full"]),
    flag(&["c", "count"]),
    value(&["d", "delimiter"]),
    flag(&["e", "echo"]),
    flag(&["f", "full"]),
    value(&["g", "pgroup"]),
    value(&["G", "group"]),
    flag(&["i", "ignore-case"]),
    flag(&["l", "list-name"]),
    flag(&["n", "newest"]),
    flag(&["o", "oldest"]),
    value(&["O", "older"]),
    value(&["P", "parent"]),
    value(&["r", "runstates"]),
    value(&["s", "session"]),
    value(&["t", "terminal"]),
    value(&["u", "euid"]),
    value(&["U", "uid"]),
    flag(&["v", "inverse"]),
    flag(&["w", "lightweight"]),
    flag(&["x", "exact"]),
    flag(&["A", "ignore-ancestors"]),
    value(&["signal"]),
    value(&["q", "queue"]),
];

/// Exit codes of procps.
const NO_MATCH: i32 = 1;
const BAD_USAGE: i32 = 2;
/// A name is cut to this many bytes in /proc.
const COMM_BYTES: usize = 15;

#[derive(Default)]
struct Request {
    full: bool,
    exact: bool,
    ignore_case: bool,
    inverse: bool,
    newest: bool,
    oldest: bool,
    counts: bool,
    echoes: bool,
    list_name: bool,
    list_full: bool,
    delimiter: String,
    signal: i32,
    no_ancestors: bool,
    older_s: Option<u64>,
    states: Option<String>,
    parents: Option<Vec<i32>>,
    process_groups: Option<Vec<i32>>,
    sessions: Option<Vec<i32>>,
    terminals: Option<Vec<String>>,
    effective_users: Option<Vec<u32>>,
    real_users: Option<Vec<u32>>,
    real_groups: Option<Vec<u32>>,
}

pub fn pgrep_main(args: Vec<OsString>) -> i32 {
    run(PGREP, args)
}

pub fn pkill_main(args: Vec<OsString>) -> i32 {
    run(PKILL, args)
}

fn run(program: Program, mut args: Vec<OsString>) -> i32 {
    let is_kill = program.name == PKILL.name;
    let mut request = Request { signal: sys::signal::SIGTERM, delimiter: "\n".to_owned(), ..Request::default() };
    if is_kill && let Some(signal) = take_signal(&mut args) {
        request.signal = signal;
    }
    let parsed = match getopt::parse(program, OPTIONS, args) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    let has_criteria = match request.read(program, &parsed.options) {
        Ok(has_criteria) => has_criteria,
        Err(code) => return code,
    };
    let pattern = match (&parsed.operands[..], has_criteria) {
        ([], false) => {
            eprintln!("{0}: no matching criteria specified\nTry `{0} --help' for more information.", program.name);
            return BAD_USAGE;
        }
        ([], true) => None,
        ([pattern], _) => Some(pattern.to_string_lossy().into_owned()),
        _ => {
            eprintln!("{0}: only one pattern can be provided\nTry `{0} --help' for more information.", program.name);
            return BAD_USAGE;
        }
    };
    let regex = match pattern.as_deref().map(|pattern| request.compile(pattern)).transpose() {
        Ok(regex) => regex,
        Err(error) => {
            program.complain(&format!("regex error: {error}"));
            return BAD_USAGE;
        }
    };
    if let Some(pattern) = &pattern
        && pattern.len() > COMM_BYTES
        && !request.full
        && !pattern.bytes().any(|byte| b"|[*?+.".contains(&byte))
    {
        eprintln!(
            "{0}: pattern that searches for process name longer than 15 characters will result in zero matches\n\
             Try `{0} -f' option to match against the complete command line.",
            program.name
        );
    }
    let mut found = request.find(regex.as_ref());
    if is_kill {
        request.kill(program, &mut found);
    }
    request.print(&found, is_kill);
    i32::from(found.is_empty()) * NO_MATCH
}

/// `-9`, `-KILL`, `-SIGKILL` as pkill takes them, anywhere before `--`.
fn take_signal(args: &mut Vec<OsString>) -> Option<i32> {
    let place = args.iter().skip(1).take_while(|arg| *arg != "--").position(|arg| {
        let text = arg.as_bytes().strip_prefix(b"-").and_then(|text| std::str::from_utf8(text).ok());
        let is_word = |text: &str| text.parse::<i32>().is_ok() || text.len() > 1 && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
        text.is_some_and(|text| is_word(text) && sys::signal::parse(text).is_some())
    })?;
    let text = args.remove(place + 1);
    sys::signal::parse(&text.to_string_lossy()[1..])
}

impl Request {
    /// Whether something was said of which processes are meant.
    fn read(&mut self, program: Program, options: &[getopt::Given]) -> Result<bool, i32> {
        let mut has_criteria = false;
        let refuse = |kind: &str, part: String| {
            program.complain(&format!("invalid {kind}: {part}"));
            BAD_USAGE
        };
        for given in options {
            let text = given.value.to_string_lossy();
            has_criteria |= "gGOPrstuUno".contains(given.name);
            match given.name {
                "a" => self.list_full = true,
                "c" => self.counts = true,
                "d" => self.delimiter = text.replace("\\n", "\n").replace("\\t", "\t"),
                "e" => self.echoes = true,
                "f" => self.full = true,
                "g" => self.process_groups = Some(selection::numbers(&text).map_err(|part| refuse("process group", part))?),
                "G" => self.real_groups = Some(selection::groups(&text).map_err(|part| refuse("group name", part))?),
                "i" => self.ignore_case = true,
                "l" => self.list_name = true,
                "n" => self.newest = true,
                "o" => self.oldest = true,
                "O" => self.older_s = Some(text.parse().map_err(|_| refuse("number of seconds", text.to_string()))?),
                "P" => self.parents = Some(selection::numbers(&text).map_err(|part| refuse("pid", part))?),
                "r" => self.states = Some(text.into_owned()),
                "s" => self.sessions = Some(selection::numbers(&text).map_err(|part| refuse("session id", part))?),
                "t" => self.terminals = Some(selection::terminals(&text)),
                "u" => self.effective_users = Some(selection::users(&text).map_err(|part| refuse("user name", part))?),
                "U" => self.real_users = Some(selection::users(&text).map_err(|part| refuse("user name", part))?),
                "v" => self.inverse = true,
                "x" => self.exact = true,
                "A" => self.no_ancestors = true,
                "signal" => self.signal = sys::signal::parse(&text).ok_or_else(|| refuse("signal", text.to_string()))?,
                _ => {}
            }
        }
        Ok(has_criteria)
    }

    fn compile(&self, pattern: &str) -> Result<Regex, regex_lite::Error> {
        let pattern = if self.exact { format!("^(?:{pattern})$") } else { pattern.to_owned() };
        RegexBuilder::new(&pattern).case_insensitive(self.ignore_case).build()
    }

    fn find(&self, regex: Option<&Regex>) -> Vec<Process> {
        let processes = all();
        let left_out = self.left_out(&processes);
        let mut found: Vec<Process> = processes
            .into_iter()
            .filter(|process| !left_out.contains(&process.pid))
            .filter(|process| self.fits(process, regex) != self.inverse)
            .collect();
        // Of those that began in the same tick, the number tells.
        let by_age = |process: &Process| (process.started, process.pid);
        if self.newest {
            found = found.into_iter().max_by_key(by_age).into_iter().collect();
        } else if self.oldest {
            found = found.into_iter().min_by_key(by_age).into_iter().collect();
        }
        found
    }

    /// Itself, and with `-A` those it descends from.
    fn left_out(&self, processes: &[Process]) -> Vec<i32> {
        let mut pids = vec![sys::getpid()];
        while self.no_ancestors
            && let Some(process) = processes.iter().find(|process| Some(&process.pid) == pids.last())
            && !pids.contains(&process.ppid)
        {
            pids.push(process.ppid);
        }
        pids
    }

    fn fits(&self, process: &Process, regex: Option<&Regex>) -> bool {
        fn within<T: PartialEq>(list: &Option<Vec<T>>, value: &T) -> bool {
            list.as_ref().is_none_or(|list| list.contains(value))
        }
        // 0 means the own one.
        let own = |list: &Option<Vec<i32>>, value: i32, own: i32| {
            list.as_ref().is_none_or(|list| list.contains(&value) || list.contains(&0) && value == own)
        };
        let age_s = || (crate::machine::uptime() as u64).saturating_sub(process.started / crate::processes::TICKS);
        within(&self.parents, &process.ppid)
            && own(&self.process_groups, process.pgid, sys::getpgid(0).unwrap_or(-1))
            && own(&self.sessions, process.sid, Process::read(sys::getpid()).map_or(-1, |own| own.sid))
            && within(&self.terminals, &process.tty)
            && within(&self.effective_users, &process.uids[1])
            && within(&self.real_users, &process.uids[0])
            && within(&self.real_groups, &process.gids[0])
            && self.states.as_ref().is_none_or(|states| states.contains(process.state))
            && self.older_s.is_none_or(|seconds| age_s() >= seconds)
            && regex.is_none_or(|regex| {
                if self.full && !process.args.is_empty() { regex.is_match(&process.args.join(" ")) } else { regex.is_match(&process.comm) }
            })
    }

    /// Sends the signal; keeps those that it reached.
    fn kill(&self, program: Program, found: &mut Vec<Process>) {
        found.retain(|process| match sys::kill(process.pid, self.signal) {
            Ok(()) => {
                if self.echoes {
                    getopt::say!("{} killed (pid {})", process.comm, process.pid);
                }
                true
            }
            // It ended meanwhile.
            Err(error) if error.raw_os_error() == Some(sys::errno::SRCH) => false,
            Err(error) => {
                program.complain_of(&format!("killing pid {} failed", process.pid), &error);
                false
            }
        });
    }

    fn print(&self, found: &[Process], is_kill: bool) {
        if self.counts {
            getopt::say!("{}", found.len());
            return;
        }
        if is_kill {
            return;
        }
        let shown: Vec<String> = found
            .iter()
            .map(|process| match (self.list_full, self.list_name) {
                (true, _) => format!("{} {}", process.pid, process.command_line()),
                (_, true) => format!("{} {}", process.pid, process.comm),
                _ => process.pid.to_string(),
            })
            .collect();
        if !shown.is_empty() {
            getopt::say!("{}", shown.join(&self.delimiter));
        }
    }
}

