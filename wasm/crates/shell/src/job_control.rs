//! Job control, of an interactive shell or of a script after `set -m`: its jobs are process groups, and one of them,
//! or the shell, has the terminal if there is one. A shell with it runs nothing in copies of itself that could be
//! stopped: see `has_job_control`.

use crate::jobs::{Job, State};
use crate::state::traps::Event;
use crate::state::{Interrupt, Outcome, Shell};
use sys::signal::{self, Disposition};
use sys::terminal::{self, Modes};
use sys::{JobPlace, WaitOptions, WaitStatus, errno};

/// What a shell with job control knows about where it runs.
#[derive(Clone)]
pub struct JobControl {
    /// Of a script: signals do to it what they do to any process.
    is_of_script: bool,
    /// A descriptor of the terminal, out of the way of scripts; none without a terminal.
    pub terminal: Option<i32>,
    /// The shell's own group.
    group: i32,
    /// The group that had the terminal before, if the shell took it.
    group_before: Option<i32>,
    /// The modes as the last command that ended well left them.
    modes: Option<Modes>,
}

/// Where the shell's copy of the terminal's descriptor is.
const TERMINAL_FD: i32 = 255;

impl Shell {
    /// What an interactive shell does first: signals from the keyboard don't end it, and it has the terminal.
    pub fn begin_job_control(&mut self) {
        for signal in [signal::SIGINT, signal::SIGHUP] {
            // Without the kernel's help the signal ends the shell.
            let _ = signal::set_action(signal, Disposition::Caught);
        }
        for signal in signal::IGNORED_BY_INTERACTIVE_SHELLS {
            let _ = signal::set_action(signal, Disposition::Ignored);
        }
        let group = sys::getpgid(0).unwrap_or(0);
        let mut control = JobControl { is_of_script: false, terminal: None, group, group_before: None, modes: None };
        let fd = [2, 0].into_iter().find(|fd| terminal::foreground(*fd).is_ok());
        if let Some(fd) = fd
            && let Ok(copy) = sys::dup_at_least(fd, TERMINAL_FD, true).or_else(|_| sys::dup_at_least(fd, 10, true))
        {
            let pid = sys::getpid();
            if group != pid && sys::setpgid(0, 0).is_ok() {
                control.group = pid;
                control.group_before = terminal::foreground(copy).ok();
            }
            if terminal::foreground(copy).is_ok_and(|group| group != control.group) {
                // Where it fails the shell stays in the background, and is told so when it reads.
                let _ = terminal::set_foreground(copy, control.group);
            }
            control.modes = terminal::modes(copy).ok();
            control.terminal = Some(copy);
            self.options.set("monitor", true);
        }
        self.job_control = Some(control);
    }

    /// `set -m` in a script: has the terminal's foreground to give away if the script runs there.
    pub fn begin_script_job_control(&mut self) {
        if self.job_control.is_some() || !self.options.named("monitor") {
            return;
        }
        let group = sys::getpgid(0).unwrap_or(0);
        let fd = [2, 0, 1].into_iter().find(|fd| terminal::foreground(*fd).is_ok_and(|owner| owner == group));
        let copy = fd.and_then(|fd| sys::dup_at_least(fd, TERMINAL_FD, true).or_else(|_| sys::dup_at_least(fd, 10, true)).ok());
        if copy.is_some() {
            // Else taking the terminal back would stop the script.
            let _ = signal::set_action(signal::SIGTTOU, Disposition::Ignored);
        }
        self.job_control = Some(JobControl { is_of_script: true, terminal: copy, group, group_before: None, modes: None });
    }

    /// Gives the terminal back and ends what is stopped, as nobody could continue it.
    pub fn end_job_control(&mut self) {
        let Some(control) = self.job_control.take().filter(|control| !control.is_of_script) else { return };
        for job in self.jobs.all().filter(|job| job.state == State::Stopped) {
            // It may have gone.
            let _ = sys::kill(-job.group, signal::SIGTERM);
            let _ = sys::kill(-job.group, signal::SIGCONT);
        }
        if let (Some(fd), Some(group)) = (control.terminal, control.group_before) {
            let _ = terminal::set_foreground(fd, group);
        }
    }

    /// Commands are jobs of their own, but not where their output is captured.
    pub fn has_job_control(&self) -> bool {
        self.job_control.as_ref().is_some_and(|control| control.is_of_script || control.terminal.is_some())
            && self.options.named("monitor")
            && self.descriptors.capture().is_none()
    }

    /// Where the next process belongs.
    pub fn job_place(&self) -> Option<JobPlace> {
        let control = self.job_control.as_ref()?;
        if !self.has_job_control() {
            // A script's signals are its children's, too; its processes stay in its group without being told.
            let place = JobPlace { group: control.group, foreground_of: None };
            return (!control.is_of_script).then_some(place);
        }
        let group = self.job_group.get().unwrap_or(0);
        let takes_terminal = group == 0 && !self.starts_in_background;
        Some(JobPlace { group, foreground_of: control.terminal.filter(|_| takes_terminal) })
    }

    /// Notes a process that has been started: the first one of a job leads its group.
    pub fn note_started(&self, pid: i32) {
        if self.job_group.get() == Some(0) {
            self.job_group.set(Some(pid));
        }
    }

    /// Runs `start`, whose processes belong to one job.
    pub fn in_one_job<T>(&mut self, start: impl FnOnce(&mut Shell) -> T) -> T {
        let before = self.job_group.replace(Some(0));
        let result = start(self);
        self.job_group.set(before);
        result
    }

    /// Runs `start`, whose processes don't get the terminal.
    pub fn starting_in_background<T>(&mut self, start: impl FnOnce(&mut Shell) -> T) -> T {
        let before = std::mem::replace(&mut self.starts_in_background, true);
        let result = self.in_one_job(start);
        self.starts_in_background = before;
        result
    }

    /// Waits for the processes of the foreground job; its group is that of the first one. One that is
    /// stopped becomes a job of the table, `number` if it was one. `None`: a process is no child.
    pub fn wait_for_job(
        &mut self,
        pids: &[i32],
        number: Option<usize>,
        command: impl FnOnce() -> Vec<u8>,
    ) -> Vec<Option<WaitStatus>> {
        let mut statuses = Vec::with_capacity(pids.len());
        let mut alive = Vec::new();
        for pid in pids {
            let status = wait_for_change(*pid);
            if status.is_some_and(|status| status.stop_signal().is_some()) {
                alive.push(*pid);
            }
            statuses.push(status);
        }
        let last = statuses.last().copied().flatten();
        let is_stopped = !alive.is_empty();
        self.take_terminal(is_stopped || last.is_some_and(|status| status.signal().is_some()));
        if is_stopped {
            let group = number.map_or(pids[0], |number| self.jobs.group_of(number).unwrap_or(pids[0]));
            let text = command();
            let number = match number {
                Some(number) => {
                    self.jobs.note_stop(number);
                    number
                }
                None => self.jobs.add_stopped(alive, group, text),
            };
            self.tell_job(number, b"\n");
        } else {
            if let Some(number) = number {
                self.jobs.remove(number);
            }
            let is_trapped = self.traps.get(Event::Signal(signal::SIGINT)).is_some();
            if !is_trapped && last.is_some_and(|status| status.signal() == Some(signal::SIGINT)) {
                // The list the command is in ends with it.
                self.traps.pending.borrow_mut().push(signal::SIGINT);
            }
        }
        statuses
    }

    /// The shell has the terminal again, with modes it can work with.
    fn take_terminal(&mut self, restores_modes: bool) {
        let Some(control) = &mut self.job_control else { return };
        let Some(fd) = control.terminal else { return };
        // A terminal that has hung up needs nothing.
        let _ = terminal::set_foreground(fd, control.group);
        match (restores_modes, &control.modes) {
            (true, Some(modes)) => drop(terminal::set_modes(fd, modes)),
            _ => control.modes = terminal::modes(fd).ok(),
        }
    }

    /// Continues a job, in the foreground with the terminal.
    pub fn continue_job(&mut self, number: usize, in_foreground: bool) -> Outcome {
        let Some(job) = self.jobs.by_number(number).cloned() else { return Ok(1) };
        let Job { pid, group, others, command, .. } = job;
        if in_foreground {
            self.print(b"fg", &[command.as_slice(), b"\n"].concat())?;
            if let Some(fd) = self.job_control.as_ref().and_then(|control| control.terminal) {
                // A group that has gone is found out by waiting.
                let _ = terminal::set_foreground(fd, group);
            }
        } else {
            let mark = self.jobs.mark(number);
            self.print(b"bg", &[format!("[{number}]{mark} ").as_bytes(), &command, b" &\n"].concat())?;
        }
        self.jobs.note_running(number);
        if let Err(error) = sys::kill(-group, signal::SIGCONT)
            && error.raw_os_error() != Some(errno::SRCH)
        {
            self.complain(format!("cannot continue job {number}: {}", errno::message(&error)));
            return Ok(1);
        }
        if !in_foreground {
            return Ok(0);
        }
        let pids: Vec<i32> = others.into_iter().chain([pid]).collect();
        let statuses = self.wait_for_job(&pids, Some(number), || command);
        Ok(statuses.last().copied().flatten().map_or(127, WaitStatus::shell_status))
    }

    /// Tells what became of jobs in the background, before a prompt.
    pub fn tell_changed_jobs(&mut self) {
        self.jobs.refresh();
        for number in self.jobs.take_changed() {
            self.tell_job(number, b"");
        }
        self.jobs.forget_ended();
    }

    fn tell_job(&mut self, number: usize, before: &[u8]) {
        if let Some(line) = self.jobs.line(number, false) {
            // Nothing can be told about a closed stderr.
            let _ = self.write(2, &[before, &line].concat());
        }
    }

    /// Runs a subshell as a job: a process of its own can be stopped.
    pub fn run_as_job(&mut self, program: &[u8]) -> Outcome {
        let Some(pid) = self.carry(program, None) else { return Ok(1) };
        let status = self.wait_for_job(&[pid], None, || program.trim_ascii_end().to_vec()).pop().flatten();
        if let Some(status) = status {
            self.tell_death(pid, status, Vec::new);
        }
        Ok(status.map_or(127, WaitStatus::shell_status))
    }

    /// Whether the shell may end: the first time not while jobs are stopped.
    pub fn may_exit(&mut self) -> bool {
        let is_top = self.subshell_depth == 0 && self.job_control.as_ref().is_some_and(|control| !control.is_of_script);
        if !is_top || self.has_told_of_jobs || !self.jobs.all().any(|job| job.state == State::Stopped) {
            return true;
        }
        self.has_told_of_jobs = true;
        // Nothing can be told about a closed stderr.
        let _ = self.write(2, b"There are stopped jobs.\n");
        false
    }

    /// What an interactive shell does for signals that have no trap.
    pub fn meet_signal(&mut self, number: i32) -> Outcome<()> {
        if self.job_control.as_ref().is_none_or(|control| control.is_of_script) {
            self.ending_signal = Some(number);
            return Err(Interrupt::Exit(128 + number));
        }
        match number {
            signal::SIGINT => {
                // The line with ^C is still open.
                let _ = self.write(2, b"\n");
                self.status = 128 + signal::SIGINT;
                Err(Interrupt::TopLevel(self.status))
            }
            signal::SIGHUP => {
                for job in self.jobs.all().filter(|job| !job.ignores_hangup) {
                    // It may have gone.
                    let _ = sys::kill(-job.group, signal::SIGHUP);
                    let _ = sys::kill(-job.group, signal::SIGCONT);
                }
                Err(Interrupt::Exit(128 + signal::SIGHUP))
            }
            _ => Ok(()),
        }
    }
}

/// Waits until a child ends or is stopped, whatever signals come meanwhile. `None`: it is no child.
fn wait_for_change(pid: i32) -> Option<WaitStatus> {
    loop {
        match sys::waitpid(pid, WaitOptions { stopped: true, ..WaitOptions::default() }) {
            Ok(Some((_, status))) => return Some(status),
            Err(error) if error.raw_os_error() != Some(errno::INTR) => return None,
            _ => {}
        }
    }
}
