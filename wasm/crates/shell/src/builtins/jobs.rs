//! `jobs`, `disown`, `times`

use crate::state::{Outcome, Shell};

pub fn run(shell: &mut Shell, arguments: &[Vec<u8>]) -> Outcome {
    shell.jobs.refresh();
    let asks = |letter: u8| arguments[1..].iter().any(|argument| argument.starts_with(b"-") && argument.contains(&letter));
    let (only_pids, with_pids) = (asks(b'p'), asks(b'l'));
    let mut output = Vec::new();
    let count = shell.jobs.all().count();
    for (index, job) in shell.jobs.all().enumerate() {
        if only_pids {
            output.extend(format!("{}\n", job.pid).bytes());
            continue;
        }
        let mark = match count - index {
            1 => '+',
            2 => '-',
            _ => ' ',
        };
        let state = match job.status.map(|status| status.shell_status()) {
            None => "Running".to_string(),
            Some(0) => "Done".to_string(),
            Some(status) => format!("Exit {status}"),
        };
        match with_pids {
            true => output.extend(format!("[{}]{mark} {:5} {state:<24}", job.number, job.pid).bytes()),
            false => output.extend(format!("[{}]{mark}  {state:<24}", job.number).bytes()),
        }
        output.extend_from_slice(&job.command);
        output.extend_from_slice(if job.status.is_none() { b" &\n" } else { b"\n" });
    }
    shell.jobs.forget_ended();
    shell.print(b"jobs", &output)
}

/// The kernel keeps no processor times.
pub fn run_times(shell: &mut Shell, _: &[Vec<u8>]) -> Outcome {
    shell.print(b"times", b"0m0.000s 0m0.000s\n0m0.000s 0m0.000s\n")
}

/// `disown [-ahr] [jobs]`: the shell forgets jobs, which go on.
pub fn run_disown(shell: &mut Shell, arguments: &[Vec<u8>]) -> Outcome {
    let mut status = 0;
    let mut names = Vec::new();
    let mut all = false;
    let mut only_marks = false;
    for argument in &arguments[1..] {
        match argument.as_slice() {
            b"-a" | b"-r" => all = true,
            b"-h" => only_marks = true,
            _ => names.push(String::from_utf8_lossy(argument).into_owned()),
        }
    }
    if only_marks {
        return Ok(0);
    }
    if all && names.is_empty() {
        shell.jobs.clear();
        return Ok(0);
    }
    if names.is_empty() {
        names.push("%+".to_string());
    }
    for name in names {
        match shell.jobs.find(&name).map(|job| job.pid) {
            Some(pid) => shell.jobs.forget(pid),
            None => {
                let shown = if name == "%+" { "current" } else { &name };
                shell.complain(format!("disown: {shown}: no such job"));
                status = 1;
            }
        }
    }
    Ok(status)
}
