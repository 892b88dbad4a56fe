//! `ulimit [-SHa] [-letter] [limit]`: the kernel's limits on this process and those it starts.

use crate::process_facts::{self as limits, Limit, UNLIMITED};
use crate::state::{Outcome, Shell};

/// What a letter stands for.
struct Row {
    letter: u8,
    description: &'static str,
    unit: &'static str,
    /// Linux's number of it; none of the pipe's size, which is fixed.
    resource: Option<i32>,
    /// Bytes, or whatever the kernel counts, in one of the builtin's units.
    factor: i64,
}

const fn row(letter: u8, description: &'static str, unit: &'static str, resource: Option<i32>, factor: i64) -> Row {
    Row { letter, description, unit, resource, factor }
}

const ROWS: [Row; 17] = [
    row(b'R', "real-time non-blocking time", "(microseconds, -R)", Some(15), 1),
    row(b'c', "core file size", "(blocks, -c)", Some(4), 1024),
    row(b'd', "data seg size", "(kbytes, -d)", Some(2), 1024),
    row(b'e', "scheduling priority", "(-e)", Some(13), 1),
    row(b'f', "file size", "(blocks, -f)", Some(1), 1024),
    row(b'i', "pending signals", "(-i)", Some(11), 1),
    row(b'l', "max locked memory", "(kbytes, -l)", Some(8), 1024),
    row(b'm', "max memory size", "(kbytes, -m)", Some(5), 1024),
    row(b'n', "open files", "(-n)", Some(7), 1),
    row(b'p', "pipe size", "(512 bytes, -p)", None, 512),
    row(b'q', "POSIX message queues", "(bytes, -q)", Some(12), 1),
    row(b'r', "real-time priority", "(-r)", Some(14), 1),
    row(b's', "stack size", "(kbytes, -s)", Some(3), 1024),
    row(b't', "cpu time", "(seconds, -t)", Some(0), 1),
    row(b'u', "max user processes", "(-u)", Some(6), 1),
    row(b'v', "virtual memory", "(kbytes, -v)", Some(9), 1024),
    row(b'x', "file locks", "(-x)", Some(10), 1),
];

/// In units of 512 bytes.
const PIPE_SIZE: i64 = 8;

pub fn run(shell: &mut Shell, arguments: &[Vec<u8>]) -> Outcome {
    let (mut shows_all, mut is_hard, mut is_soft) = (false, false, false);
    let mut wanted: Vec<&Row> = Vec::new();
    let mut value = None;
    for argument in &arguments[1..] {
        let letters = match argument.as_slice() {
            [b'-', letters @ ..] if !letters.is_empty() => letters,
            text if value.is_none() => {
                value = Some(text.to_vec());
                continue;
            }
            _ => {
                shell.complain("ulimit: too many arguments");
                return Ok(2);
            }
        };
        for letter in letters {
            match letter {
                b'a' => shows_all = true,
                b'H' => is_hard = true,
                b'S' => is_soft = true,
                letter => match ROWS.iter().find(|row| row.letter == *letter) {
                    Some(row) => wanted.push(row),
                    None => return shell.usage(b"ulimit", format!("-{}: invalid option", char::from(*letter))),
                },
            }
        }
    }
    if shows_all {
        wanted = ROWS.iter().collect();
    } else if wanted.is_empty() {
        wanted.extend(ROWS.iter().find(|row| row.letter == b'f'));
    }
    if let (Some(value), [row]) = (&value, wanted.as_slice()) {
        return change(shell, row, value, is_soft, is_hard);
    }
    let mut output = String::new();
    for row in &wanted {
        let limit = read(row);
        let shown = text(row, if is_hard && !is_soft { limit.hard } else { limit.soft });
        match wanted.len() > 1 {
            true => output.push_str(&format!("{:<28}{:>15} {shown}\n", row.description, row.unit)),
            false => output.push_str(&format!("{shown}\n")),
        }
    }
    shell.print(b"ulimit", output.as_bytes())
}

/// A limit the kernel does not know counts as none.
fn read(row: &Row) -> Limit {
    let unlimited = Limit { soft: UNLIMITED, hard: UNLIMITED };
    match row.resource {
        Some(resource) => limits::get(resource).unwrap_or(unlimited),
        None => Limit { soft: PIPE_SIZE * row.factor, hard: PIPE_SIZE * row.factor },
    }
}

fn text(row: &Row, value: i64) -> String {
    if value == UNLIMITED { "unlimited".to_string() } else { (value / row.factor).to_string() }
}

fn change(shell: &mut Shell, row: &Row, value: &[u8], is_soft: bool, is_hard: bool) -> Outcome {
    let old = read(row);
    let parsed = match value {
        b"unlimited" => Some(UNLIMITED),
        b"hard" => Some(old.hard),
        b"soft" => Some(old.soft),
        digits if !digits.is_empty() && digits.iter().all(u8::is_ascii_digit) => {
            let number = std::str::from_utf8(digits).ok().and_then(|digits| digits.parse::<i64>().ok());
            number.and_then(|number| number.checked_mul(row.factor))
        }
        _ => {
            shell.complain([b"ulimit: ", value, b": invalid number"].concat());
            return Ok(1);
        }
    };
    let Some(number) = parsed else {
        shell.complain([b"ulimit: ", value, b": limit out of range"].concat());
        return Ok(1);
    };
    // Without a letter both are set.
    let (sets_soft, sets_hard) = (is_soft || !is_hard, is_hard || !is_soft);
    let limit = Limit {
        soft: if sets_soft { number } else { old.soft },
        hard: if sets_hard { number } else { old.hard },
    };
    let result = match row.resource {
        Some(resource) => limits::set(resource, limit),
        None => Err(std::io::Error::from_raw_os_error(sys::errno::INVAL)),
    };
    match result {
        Ok(()) => Ok(0),
        Err(error) => {
            let reason = sys::errno::message(&error);
            shell.complain(format!("ulimit: {}: cannot modify limit: {reason}", row.description));
            Ok(1)
        }
    }
}
