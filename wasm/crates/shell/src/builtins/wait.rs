//! `wait [-n] [pid | %job …]`

use crate::state::{Outcome, Shell};

pub fn run(shell: &mut Shell, arguments: &[Vec<u8>]) -> Outcome {
    // Within a substitution nobody else reads what the background commands write.
    if let Some(capture) = shell.descriptors.capture()
        && let Err(error) = capture.finish()
    {
        shell.complain(format!("wait: {}", sys::errno::message(&error)));
    }
    let operands: Vec<String> = arguments[1..].iter().map(|word| String::from_utf8_lossy(word).into_owned()).collect();
    if operands.iter().any(|operand| operand == "-n") {
        return wait_for_any(shell);
    }
    if operands.is_empty() {
        let pids: Vec<i32> = shell.jobs.all().map(|job| job.pid).collect();
        for pid in pids {
            shell.jobs.wait(pid);
        }
        return Ok(0);
    }
    let mut status = 0;
    for operand in operands {
        let job = shell.jobs.find(&operand).map(|job| job.pid);
        status = match (job, operand.parse::<i32>()) {
            (Some(pid), _) => shell.jobs.wait(pid).map_or(127, |status| status.shell_status()),
            (None, Ok(pid)) => {
                shell.complain(format!("wait: pid {pid} is not a child of this shell"));
                127
            }
            (None, Err(_)) if operand.starts_with('%') => {
                shell.complain(format!("wait: {operand}: no such job"));
                127
            }
            (None, Err(_)) => {
                shell.complain(format!("wait: `{operand}': not a pid or valid job spec"));
                1
            }
        };
    }
    Ok(status)
}

/// Waits for whichever job ends first.
fn wait_for_any(shell: &mut Shell) -> Outcome {
    shell.jobs.refresh();
    let ended = shell.jobs.all().find(|job| job.status.is_some()).map(|job| job.pid);
    if let Some(pid) = ended {
        return Ok(shell.jobs.wait(pid).map_or(127, |status| status.shell_status()));
    }
    if shell.jobs.all().next().is_none() {
        return Ok(127);
    }
    match sys::waitpid(-1, sys::WaitOptions::default()) {
        Ok(Some((pid, status))) => {
            shell.jobs.note_end(pid, status);
            shell.jobs.wait(pid);
            Ok(status.shell_status())
        }
        _ => Ok(127),
    }
}
