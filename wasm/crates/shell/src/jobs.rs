//! The table of jobs: what runs in the background or is stopped, for `wait`, `jobs`, `fg` and `bg`.

use sys::{WaitOptions, WaitStatus};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Running,
    Stopped,
    Ended(WaitStatus),
}

#[derive(Clone, Debug)]
pub struct Job {
    /// The number of `%1`; 0 for a process that `wait` knows but that is no job.
    pub number: usize,
    /// The last process, whose status is the job's.
    pub pid: i32,
    /// Its process group, where there is job control.
    pub group: i32,
    /// The processes before the last one, of a pipeline that was stopped in the foreground.
    pub others: Vec<i32>,
    pub command: Vec<u8>,
    pub state: State,
    /// The end of the shell is not told to it: `disown -h`.
    pub ignores_hangup: bool,
    /// It is in another state than the user was told.
    has_changed: bool,
}

/// The jobs, and the statuses of processes that were waited for.
#[derive(Clone, Debug, Default)]
pub struct Jobs(Vec<Job>, Vec<(i32, i32)>);

/// Ended processes whose status is kept for a second `wait`.
const PAST: usize = 256;

impl Jobs {
    pub fn add(&mut self, pid: i32, command: Vec<u8>) -> usize {
        let number = self.0.iter().map(|job| job.number).max().unwrap_or(0) + 1;
        self.show(number, pid, command);
        number
    }

    /// Adds what was stopped in the foreground.
    pub fn add_stopped(&mut self, mut pids: Vec<i32>, group: i32, command: Vec<u8>) -> usize {
        let Some(pid) = pids.pop() else { return 0 };
        let number = self.add(pid, command);
        if let Some(job) = self.0.last_mut() {
            (job.group, job.others, job.state) = (group, pids, State::Stopped);
        }
        number
    }

    /// Lists a job of the parent shell.
    pub fn show(&mut self, number: usize, pid: i32, command: Vec<u8>) {
        let others = Vec::new();
        let state = State::Running;
        self.0.push(Job { number, pid, group: pid, others, command, state, ignores_hangup: false, has_changed: false });
    }

    /// Notes a process that `wait` can wait for by its number but that is no job.
    pub fn add_hidden(&mut self, pid: i32) {
        self.show(0, pid, Vec::new());
    }

    pub fn all(&self) -> impl DoubleEndedIterator<Item = &Job> {
        self.0.iter().filter(|job| job.number > 0)
    }

    /// Finds by pid or by `%n`, `%%`, `%+`, `%-`, `%text` (how its command begins), `%?text` (what is in it).
    pub fn find(&self, name: &str) -> Option<&Job> {
        if let Some(number) = name.strip_prefix('%') {
            return match number {
                "" | "%" | "+" => self.current(),
                "-" => self.previous(),
                _ => match (number.parse::<usize>(), number.strip_prefix('?')) {
                    (Ok(number), _) => self.by_number(number),
                    (_, Some(part)) if !part.is_empty() => {
                        self.all().find(|job| job.command.windows(part.len()).any(|text| text == part.as_bytes()))
                    }
                    _ => self.all().find(|job| job.command.starts_with(number.as_bytes())),
                },
            };
        }
        name.parse().ok().and_then(|pid: i32| self.0.iter().find(|job| job.pid == pid))
    }

    pub fn by_number(&self, number: usize) -> Option<&Job> {
        self.0.iter().find(|job| job.number == number && number > 0)
    }

    pub fn group_of(&self, number: usize) -> Option<i32> {
        self.by_number(number).map(|job| job.group)
    }

    /// `%+`: the last one that is stopped, else the last one.
    pub fn current(&self) -> Option<&Job> {
        self.all().rev().find(|job| job.state == State::Stopped).or_else(|| self.all().next_back())
    }

    /// `%-`: what would be current without the current one.
    fn previous(&self) -> Option<&Job> {
        let current = self.current()?.number;
        let others = || self.all().rev().filter(|job| job.number != current);
        others().find(|job| job.state == State::Stopped).or_else(|| others().next())
    }

    /// `+` for the current job, `-` for the previous one.
    pub fn mark(&self, number: usize) -> char {
        if self.current().is_some_and(|job| job.number == number) {
            return '+';
        }
        if self.previous().is_some_and(|job| job.number == number) { '-' } else { ' ' }
    }

    /// A job as `jobs` shows it.
    pub fn line(&self, number: usize, with_pid: bool) -> Option<Vec<u8>> {
        let job = self.by_number(number)?;
        let state = match job.state {
            State::Running => "Running".to_string(),
            State::Stopped => "Stopped".to_string(),
            State::Ended(status) => match (status.signal(), status.shell_status()) {
                (Some(number), _) => sys::signal::description(number).to_string(),
                (None, 0) => "Done".to_string(),
                (None, status) => format!("Exit {status}"),
            },
        };
        let mark = self.mark(number);
        let mut line = match with_pid {
            true => format!("[{number}]{mark} {:5} {state:<24}", job.pid),
            false => format!("[{number}]{mark}  {state:<24}"),
        }
        .into_bytes();
        line.extend_from_slice(&job.command);
        line.extend_from_slice(if job.state == State::Running { b" &\n" } else { b"\n" });
        Some(line)
    }

    /// Takes a job out of the table and keeps how it ended.
    pub fn take_ended(&mut self, pid: i32, status: WaitStatus) {
        self.forget(pid);
        if self.1.len() >= PAST {
            self.1.remove(0);
        }
        self.1.push((pid, status.shell_status()));
    }

    /// The status of a process that was waited for before.
    pub fn past_status(&self, pid: i32) -> Option<i32> {
        self.1.iter().rev().find(|(known, _)| *known == pid).map(|(_, status)| *status)
    }

    /// Notes which jobs have ended, stopped or gone on, without waiting.
    pub fn refresh(&mut self) {
        for job in &mut self.0 {
            let options = WaitOptions { no_hang: true, stopped: true, continued: true };
            while !matches!(job.state, State::Ended(_))
                && let Ok(Some((_, status))) = sys::waitpid(job.pid, options)
            {
                job.note(status);
            }
        }
    }

    /// Notes the end of a job that was waited for by other means.
    pub fn note_end(&mut self, pid: i32, status: WaitStatus) {
        if let Some(job) = self.0.iter_mut().find(|job| job.pid == pid) {
            job.note(status);
        }
    }

    pub fn note_stop(&mut self, number: usize) {
        self.set_state(number, State::Stopped);
    }

    pub fn note_running(&mut self, number: usize) {
        self.set_state(number, State::Running);
    }

    fn set_state(&mut self, number: usize, state: State) {
        if let Some(job) = self.0.iter_mut().find(|job| job.number == number) {
            (job.state, job.has_changed) = (state, false);
        }
    }

    /// Whether there is something to tell.
    pub fn has_changed(&self) -> bool {
        self.0.iter().any(|job| job.has_changed && job.number > 0)
    }

    /// The numbers of jobs that ended or stopped since this was asked before.
    pub fn take_changed(&mut self) -> Vec<usize> {
        let changed = self.0.iter_mut().filter(|job| job.has_changed && job.number > 0);
        changed.map(|job| {
            job.has_changed = false;
            job.number
        })
        .collect()
    }

    pub fn forget_ended(&mut self) {
        let ended = |job: &Job| match job.state {
            State::Ended(status) => Some((job.pid, status)),
            _ => None,
        };
        for (pid, status) in self.0.iter().filter_map(ended).collect::<Vec<_>>() {
            self.take_ended(pid, status);
        }
    }

    pub fn forget(&mut self, pid: i32) {
        self.0.retain(|job| job.pid != pid);
    }

    pub fn remove(&mut self, number: usize) {
        self.0.retain(|job| job.number != number);
    }

    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// `disown -h`
    pub fn keep_from_hangup(&mut self, pid: i32) {
        for job in self.0.iter_mut().filter(|job| job.pid == pid) {
            job.ignores_hangup = true;
        }
    }
}

impl Job {
    fn note(&mut self, status: WaitStatus) {
        let state = match (status.is_continued(), status.stop_signal()) {
            (true, _) => State::Running,
            (false, Some(_)) => State::Stopped,
            (false, None) => State::Ended(status),
        };
        self.has_changed = state != State::Running && state != self.state;
        self.state = state;
    }

    /// Its status once it has ended.
    pub fn status(&self) -> Option<WaitStatus> {
        match self.state {
            State::Ended(status) => Some(status),
            _ => None,
        }
    }
}

/// Waits for a child's end, whatever signals come meanwhile. `None`: it is no child.
pub fn wait_for(pid: i32) -> Option<WaitStatus> {
    loop {
        match sys::waitpid(pid, WaitOptions::default()) {
            Ok(Some((_, status))) => return Some(status),
            Err(error) if error.raw_os_error() != Some(sys::errno::INTR) => return None,
            _ => {}
        }
    }
}
