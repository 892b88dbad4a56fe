//! Background processes, for `wait` and `jobs`.

use sys::{WaitOptions, WaitStatus};

#[derive(Clone, Debug)]
pub struct Job {
    /// The number of `%1`.
    pub number: usize,
    pub pid: i32,
    pub command: Vec<u8>,
    /// Its wait status once it has ended.
    pub status: Option<WaitStatus>,
}

#[derive(Clone, Debug, Default)]
pub struct Jobs(Vec<Job>, Vec<(i32, i32)>);

/// Ended processes whose status is kept for a second `wait`.
const PAST: usize = 256;

impl Jobs {
    pub fn add(&mut self, pid: i32, command: Vec<u8>) -> usize {
        let number = self.0.iter().map(|job| job.number).max().unwrap_or(0) + 1;
        self.0.push(Job { number, pid, command, status: None });
        number
    }

    /// Lists a job of the parent shell.
    pub fn show(&mut self, number: usize, pid: i32, command: Vec<u8>) {
        self.0.push(Job { number, pid, command, status: None });
    }

    /// Notes a process that `wait` can wait for by its number but that is no job.
    pub fn add_hidden(&mut self, pid: i32) {
        self.0.push(Job { number: 0, pid, command: Vec::new(), status: None });
    }

    pub fn all(&self) -> impl DoubleEndedIterator<Item = &Job> {
        self.0.iter().filter(|job| job.number > 0)
    }

    /// Finds by pid or by `%n`, `%%`, `%+`, `%-`.
    pub fn find(&self, name: &str) -> Option<&Job> {
        if let Some(number) = name.strip_prefix('%') {
            return match number {
                "" | "%" | "+" => self.all().next_back(),
                "-" => self.all().rev().nth(1),
                _ => number.parse().ok().and_then(|number: usize| self.0.iter().find(|job| job.number == number)),
            };
        }
        name.parse().ok().and_then(|pid: i32| self.0.iter().find(|job| job.pid == pid))
    }

    /// Waits for a job's end and forgets it.
    pub fn wait(&mut self, pid: i32) -> Option<WaitStatus> {
        let index = self.0.iter().position(|job| job.pid == pid)?;
        let job = self.0.remove(index);
        let status = job.status.or_else(|| wait_for(pid));
        if let Some(status) = status {
            if self.1.len() >= PAST {
                self.1.remove(0);
            }
            self.1.push((pid, status.shell_status()));
        }
        status
    }

    /// The status of a process that was waited for before.
    pub fn past_status(&self, pid: i32) -> Option<i32> {
        self.1.iter().rev().find(|(known, _)| *known == pid).map(|(_, status)| *status)
    }

    /// Notes which jobs have ended, without waiting.
    pub fn refresh(&mut self) {
        for job in self.0.iter_mut().filter(|job| job.status.is_none()) {
            let options = WaitOptions { no_hang: true, ..WaitOptions::default() };
            if let Ok(Some((_, status))) = sys::waitpid(job.pid, options) {
                job.status = Some(status);
            }
        }
    }

    /// Notes the end of a job that was waited for by other means.
    pub fn note_end(&mut self, pid: i32, status: WaitStatus) {
        if let Some(job) = self.0.iter_mut().find(|job| job.pid == pid) {
            job.status = Some(status);
        }
    }

    pub fn forget_ended(&mut self) {
        self.0.retain(|job| job.status.is_none());
    }

    pub fn forget(&mut self, pid: i32) {
        self.0.retain(|job| job.pid != pid);
    }

    pub fn clear(&mut self) {
        self.0.clear();
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
