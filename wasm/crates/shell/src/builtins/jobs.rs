//! `jobs`, `fg`, `bg`, `disown`, `times`

use super::options;
use crate::jobs::{Job, State};
use crate::process_facts::{Usage, Whose, usage};
use crate::state::{Outcome, Shell};
use std::time::Duration;

pub fn run(shell: &mut Shell, arguments: &[Vec<u8>]) -> Outcome {
    shell.jobs.refresh();
    let asks = |letter: u8| arguments[1..].iter().any(|argument| argument.starts_with(b"-") && argument.contains(&letter));
    let (only_pids, with_pids) = (asks(b'p'), asks(b'l'));
    let (only_running, only_stopped) = (asks(b'r'), asks(b's'));
    let names: Vec<String> = arguments[1..]
        .iter()
        .filter(|argument| !argument.starts_with(b"-"))
        .map(|argument| String::from_utf8_lossy(argument).into_owned())
        .collect();
    let mut status = 0;
    let mut wanted = Vec::new();
    for name in &names {
        match shell.jobs.find(name).map(|job| job.number) {
            Some(number) => wanted.push(number),
            None => {
                shell.complain(format!("jobs: {name}: no such job"));
                status = 1;
            }
        }
    }
    let mut output = Vec::new();
    for job in shell.jobs.all() {
        let is_left_out = only_running && job.state != State::Running || only_stopped && job.state != State::Stopped;
        if is_left_out || !names.is_empty() && !wanted.contains(&job.number) {
            continue;
        }
        match only_pids {
            true => output.extend(format!("{}\n", job.group).bytes()),
            false => output.extend(shell.jobs.line(job.number, with_pids).unwrap_or_default()),
        }
    }
    shell.jobs.take_changed();
    shell.jobs.forget_ended();
    shell.print(b"jobs", &output)?;
    Ok(status)
}

/// `fg [job]`: a job goes on in the foreground.
pub fn run_fg(shell: &mut Shell, arguments: &[Vec<u8>]) -> Outcome {
    match find_jobs(shell, arguments) {
        Ok(numbers) => shell.continue_job(numbers[0], true),
        Err(status) => Ok(status),
    }
}

/// `bg [job …]`: stopped jobs go on in the background.
pub fn run_bg(shell: &mut Shell, arguments: &[Vec<u8>]) -> Outcome {
    let numbers = match find_jobs(shell, arguments) {
        Ok(numbers) => numbers,
        Err(status) => return Ok(status),
    };
    let mut status = 0;
    for number in numbers {
        if shell.jobs.by_number(number).is_some_and(|job| job.state == State::Running) {
            shell.complain(format!("bg: job {number} already in background"));
            continue;
        }
        status = shell.continue_job(number, false)?;
    }
    Ok(status)
}

/// The jobs that operands name, at least one; else the status.
fn find_jobs(shell: &mut Shell, arguments: &[Vec<u8>]) -> Result<Vec<usize>, i32> {
    let command = String::from_utf8_lossy(&arguments[0]).into_owned();
    if !shell.has_job_control() {
        shell.complain(format!("{command}: no job control"));
        return Err(1);
    }
    shell.jobs.refresh();
    let mut names: Vec<String> = arguments[1..].iter().map(|name| String::from_utf8_lossy(name).into_owned()).collect();
    if names.is_empty() {
        names.push("%+".to_string());
    }
    let mut numbers = Vec::new();
    for name in names {
        let spec = if name.starts_with('%') { name.clone() } else { format!("%{name}") };
        match shell.jobs.find(&spec).map(|job| (job.number, job.status())) {
            Some((number, None)) => numbers.push(number),
            Some((_, Some(_))) => shell.complain(format!("{command}: job has terminated")),
            None => {
                let shown = if name == "%+" { "current" } else { &name };
                shell.complain(format!("{command}: {shown}: no such job"));
            }
        }
    }
    if numbers.is_empty() { Err(1) } else { Ok(numbers) }
}

/// `times`: what the shell and the commands that have ended used, user and system time.
pub fn run_times(shell: &mut Shell, _: &[Vec<u8>]) -> Outcome {
    let mut output = String::new();
    for whose in [Whose::Own, Whose::Children] {
        let Usage { user, system } = usage(whose);
        output.push_str(&format!("{} {}\n", in_minutes(user), in_minutes(system)));
    }
    shell.print(b"times", output.as_bytes())
}

fn in_minutes(time: Duration) -> String {
    format!("{}m{}.{:03}s", time.as_secs() / 60, time.as_secs() % 60, time.subsec_millis())
}

/// `disown [-ahr] [jobs]`: the shell forgets jobs, or only keeps a hangup from them; they go on.
pub fn run_disown(shell: &mut Shell, arguments: &[Vec<u8>]) -> Outcome {
    let (options, operands) = match options::parse(arguments, b"ahr", b"") {
        Ok(parsed) => parsed,
        Err(letter) => {
            shell.complain(format!("disown: -{}: invalid option", char::from(letter)));
            return shell.usage(b"disown", "usage: disown [-h] [-ar] [jobspec ... | pid ...]");
        }
    };
    let asks = |letter: u8| options.iter().any(|(known, _)| *known == letter);
    shell.jobs.refresh();
    let mut status = 0;
    let mut pids = Vec::new();
    if operands.is_empty() && (asks(b'a') || asks(b'r')) {
        let is_meant = |job: &&Job| !asks(b'r') || job.state == State::Running;
        pids.extend(shell.jobs.all().filter(is_meant).map(|job| job.pid));
    } else {
        let mut names: Vec<String> = operands.iter().map(|name| String::from_utf8_lossy(name).into_owned()).collect();
        if names.is_empty() {
            names.push("%+".to_string());
        }
        for name in names {
            match shell.jobs.find(&name).map(|job| job.pid) {
                Some(pid) => pids.push(pid),
                None => {
                    let shown = if name == "%+" { "current" } else { &name };
                    shell.complain(format!("disown: {shown}: no such job"));
                    status = 1;
                }
            }
        }
    }
    for pid in pids {
        match asks(b'h') {
            true => shell.jobs.keep_from_hangup(pid),
            false => shell.jobs.forget(pid),
        }
    }
    Ok(status)
}
