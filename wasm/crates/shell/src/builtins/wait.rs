//! `wait [-fn] [-p variable] [pid | %job …]`

use super::options;
use crate::state::{Outcome, Shell};

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
            wait_for_all(shell);
            (None, 0)
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
    Ok(status)
}

fn wait_for_all(shell: &mut Shell) {
    let pids: Vec<i32> = shell.jobs.all().map(|job| job.pid).collect();
    for pid in pids {
        shell.jobs.wait(pid);
    }
}

fn wait_for_each(shell: &mut Shell, operands: &[String]) -> (Option<i32>, i32) {
    let mut answer = (None, 0);
    for operand in operands {
        let job = shell.jobs.find(operand).map(|job| job.pid);
        answer = match (job, operand.parse::<i32>()) {
            (Some(pid), _) => (Some(pid), shell.jobs.wait(pid).map_or(127, |status| status.shell_status())),
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
        false => operands.iter().filter_map(|operand| shell.jobs.find(operand).map(|job| job.pid)).collect(),
    };
    if wanted.is_empty() {
        return (None, 127);
    }
    loop {
        shell.jobs.refresh();
        let ended = shell.jobs.all().find(|job| job.status.is_some() && wanted.contains(&job.pid)).map(|job| job.pid);
        if let Some(pid) = ended {
            return (Some(pid), shell.jobs.wait(pid).map_or(127, |status| status.shell_status()));
        }
        match sys::waitpid(-1, sys::WaitOptions::default()) {
            Ok(Some((pid, status))) => shell.jobs.note_end(pid, status),
            _ => return (None, 127),
        }
    }
}
