//! `wait [-fn] [-p variable] [pid | %job …]`

use super::options;
use crate::jobs::State;
use crate::state::{Outcome, Shell};
use sys::WaitStatus;

pub fn run(shell: &mut Shell, arguments: &[Vec<u8>]) -> Outcome {
    // Within a substitution nobody else reads what the background commands write.
    if let Some(capture) = shell.descriptors.capture()
        && let Err(error) = capture.finish()
    {
        shell.complain(format!("wait: {}", sys::errno::message(&error)));
    }
    let (options, operands) = match options::parse(arguments, b"fn", b"p") {
        Ok(parsed) => parsed,
        Err(letter) => return shell.usage(b"wait", format!("-{}: invalid option", char::from(letter))),
    };
    let variable = options.iter().find(|(letter, _)| *letter == b'p').map(|(_, name)| String::from_utf8_lossy(name).into_owned());
    let operands: Vec<String> = operands.iter().map(|word| String::from_utf8_lossy(word).into_owned()).collect();
    let (pid, status) = match (options.iter().any(|(letter, _)| *letter == b'n'), operands.is_empty()) {
        (true, _) => wait_for_any(shell, &operands),
        (false, true) => {
            (None, wait_for_all(shell))
        }
        (false, false) => wait_for_each(shell, &operands),
    };
    if let Some(variable) = variable {
        match pid {
            Some(pid) => shell.assign_by_name(&variable, pid.to_string().into_bytes())?,
            // A read-only variable keeps its value.
            None => drop(shell.variables.unset(&variable)),
        }
    }
    shell.status = status;
    shell.run_signal_traps()?;
    Ok(status)
}

/// Waits for a job's end and forgets it. An error is the status when a signal came first, or it is no child.
fn wait_for_end(shell: &mut Shell, pid: i32) -> Result<i32, i32> {
    let known = shell.jobs.find(&pid.to_string()).and_then(|job| job.status());
    let status = match known {
        Some(status) => status,
        None => wait_for_child(shell, pid)?.1,
    };
    let command = shell.jobs.find(&pid.to_string()).map(|job| job.command.clone());
    shell.jobs.take_ended(pid, status);
    // SIGTERM is the everyday end of a job in the background.
    if !shell.is_interactive && status.signal() != Some(sys::signal::SIGTERM) {
        shell.tell_death(pid, status, || command.unwrap_or_default());
    }
    Ok(status.shell_status())
}

/// Waits for a child, or for a signal that has a trap: then the error is the status.
fn wait_for_child(shell: &mut Shell, pid: i32) -> Result<(i32, WaitStatus), i32> {
    loop {
        match sys::waitpid(pid, sys::WaitOptions::default()) {
            Ok(Some(changed)) => return Ok(changed),
            Err(error) if error.raw_os_error() != Some(sys::errno::INTR) => return Err(127),
            _ => {}
        }
        if let Some(number) = shell.signal_that_came() {
            return Err(128 + number);
        }
    }
}

fn wait_for_all(shell: &mut Shell) -> i32 {
    let running = |job: &&crate::jobs::Job| job.state != State::Stopped;
    let pids: Vec<i32> = shell.jobs.all().filter(running).map(|job| job.pid).collect();
    for pid in pids {
        match wait_for_end(shell, pid) {
            Err(127) => shell.jobs.forget(pid),
            Err(status) => return status,
            Ok(_) => {}
        }
    }
    0
}

fn wait_for_each(shell: &mut Shell, operands: &[String]) -> (Option<i32>, i32) {
    let mut answer = (None, 0);
    for operand in operands {
        let job = shell.jobs.find(operand).map(|job| job.pid);
        answer = match (job, operand.parse::<i32>()) {
            (Some(pid), _) => match wait_for_end(shell, pid) {
                Ok(status) => (Some(pid), status),
                Err(127) => {
                    shell.jobs.forget(pid);
                    (Some(pid), 127)
                }
                Err(status) => return (None, status),
            },
            (None, Ok(pid)) => match shell.jobs.past_status(pid) {
                Some(status) => (Some(pid), status),
                None => {
                    shell.complain(format!("wait: pid {pid} is not a child of this shell"));
                    (None, 127)
                }
            },
            (None, Err(_)) if operand.starts_with('%') => {
                shell.complain(format!("wait: {operand}: no such job"));
                (None, 127)
            }
            (None, Err(_)) => {
                shell.complain(format!("wait: `{operand}': not a pid or valid job spec"));
                (None, 1)
            }
        };
    }
    answer
}

/// Waits for whichever job ends first, of all or of those named.
fn wait_for_any(shell: &mut Shell, operands: &[String]) -> (Option<i32>, i32) {
    let wanted: Vec<i32> = match operands.is_empty() {
        true => shell.jobs.all().map(|job| job.pid).collect(),
        false => {
            let mut found = Vec::new();
            for operand in operands {
                match shell.jobs.find(operand).map(|job| job.pid) {
                    Some(pid) => found.push(pid),
                    None if operand.parse::<i32>().is_ok() => {
                        shell.complain(format!("wait: pid {operand} is not a child of this shell"));
                    }
                    None if operand.starts_with('%') => shell.complain(format!("wait: {operand}: no such job")),
                    None => shell.complain(format!("wait: `{operand}': not a pid or valid job spec")),
                }
            }
            found
        }
    };
    if wanted.is_empty() {
        return (None, 127);
    }
    loop {
        shell.jobs.refresh();
        let ended = shell.jobs.all().find(|job| job.status().is_some() && wanted.contains(&job.pid)).map(|job| job.pid);
        if let Some(pid) = ended {
            return (Some(pid), wait_for_end(shell, pid).unwrap_or_else(|status| status));
        }
        match wait_for_child(shell, -1) {
            Ok((pid, status)) => shell.jobs.note_end(pid, status),
            Err(status) => return (None, status),
        }
    }
}
