//! `kill [-s signal | -signal] pid …`, `kill -l [status]`

use crate::state::{Outcome, Shell};
use sys::signal;

pub fn run(shell: &mut Shell, arguments: &[Vec<u8>]) -> Outcome {
    let words: Vec<String> = arguments[1..].iter().map(|word| String::from_utf8_lossy(word).into_owned()).collect();
    let mut operands = words.as_slice();
    let mut number = signal::SIGTERM;
    if let Some(first) = operands.first()
        && let Some(option) = first.strip_prefix('-').filter(|option| !option.is_empty())
    {
        let name = match option {
            "l" | "L" => return list(shell, &operands[1..]),
            "s" | "n" => {
                operands = &operands[1..];
                operands.first().map_or("", String::as_str)
            }
            "-" => "TERM",
            name => name,
        };
        match signal::parse(name) {
            Some(parsed) => number = parsed,
            None => {
                shell.complain(format!("kill: {name}: invalid signal specification"));
                return Ok(1);
            }
        }
        operands = operands.get(1..).unwrap_or(&[]);
    }
    if operands.first().is_some_and(|operand| operand == "--") {
        operands = &operands[1..];
    }
    if operands.is_empty() {
        return shell
            .usage(b"kill", "usage: kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]");
    }
    let mut status = 0;
    for operand in operands {
        let pid = match operand.starts_with('%') {
            // With job control a job is a process group.
            true if shell.has_job_control() => shell.jobs.find(operand).map(|job| -job.group),
            true => shell.jobs.find(operand).map(|job| job.pid),
            false => operand.parse().ok(),
        };
        let Some(pid) = pid else {
            let reason = if operand.starts_with('%') { "no such job" } else { "arguments must be process or job IDs" };
            shell.complain(format!("kill: {operand}: {reason}"));
            status = 1;
            continue;
        };
        if let Err(error) = sys::kill(pid, number) {
            shell.complain(format!("kill: ({pid}) - {}", sys::errno::message(&error)));
            status = 1;
        } else if operand.starts_with('%') && matches!(number, signal::SIGTERM | signal::SIGHUP) {
            // A stopped job could not end; it may have gone meanwhile.
            let _ = sys::kill(pid, signal::SIGCONT);
        }
    }
    Ok(status)
}

pub fn list(shell: &mut Shell, operands: &[String]) -> Outcome {
    if operands.is_empty() {
        let mut output = String::new();
        for (index, name) in signal::NAMES.iter().enumerate().skip(1) {
            output.push_str(&format!("{index:2}) SIG{name}{}", if index % 5 == 0 { "\n" } else { "\t" }));
        }
        output.push('\n');
        return shell.print(b"kill", output.as_bytes());
    }
    let mut status = 0;
    for operand in operands {
        let answer = match operand.parse::<i32>() {
            // Also the status of what a signal ended; 128 would be EXIT's.
            Ok(number) if (129..256).contains(&number) => signal::name(number - 128).map(str::to_string),
            Ok(number) if (0..128).contains(&number) => signal::name(number).map(str::to_string),
            Ok(_) => None,
            Err(_) => signal::parse(operand).map(|number| number.to_string()),
        };
        match answer {
            Some(answer) => status |= shell.print(b"kill", format!("{answer}\n").as_bytes())?,
            None => {
                shell.complain(format!("kill: {operand}: invalid signal specification"));
                status = 1;
            }
        }
    }
    Ok(status)
}
