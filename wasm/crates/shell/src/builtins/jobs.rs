//! `jobs`, `times`

use crate::state::{Outcome, Shell};

pub fn run(shell: &mut Shell, arguments: &[Vec<u8>]) -> Outcome {
    shell.jobs.refresh();
    let only_pids = arguments.get(1).is_some_and(|argument| argument == b"-p");
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
        output.extend(format!("[{}]{mark}  {state:<24}", job.number).bytes());
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
