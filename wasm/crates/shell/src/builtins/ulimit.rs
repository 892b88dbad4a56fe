//! `ulimit`: the limits that the kernel keeps are its own affair; they are shown as unlimited, and may be
//! set to what they are.

use crate::state::{Outcome, Shell};

/// Letter, description, unit, value.
const LIMITS: [(u8, &str, &str, &str); 16] = [
    (b'R', "real-time non-blocking time", "(microseconds, -R)", "unlimited"),
    (b'c', "core file size", "(blocks, -c)", "0"),
    (b'd', "data seg size", "(kbytes, -d)", "unlimited"),
    (b'e', "scheduling priority", "(-e)", "0"),
    (b'f', "file size", "(blocks, -f)", "unlimited"),
    (b'i', "pending signals", "(-i)", "unlimited"),
    (b'l', "max locked memory", "(kbytes, -l)", "unlimited"),
    (b'm', "max memory size", "(kbytes, -m)", "unlimited"),
    (b'n', "open files", "(-n)", "1024"),
    (b'p', "pipe size", "(512 bytes, -p)", "8"),
    (b'q', "POSIX message queues", "(bytes, -q)", "819200"),
    (b'r', "real-time priority", "(-r)", "0"),
    (b's', "stack size", "(kbytes, -s)", "8192"),
    (b't', "cpu time", "(seconds, -t)", "unlimited"),
    (b'u', "max user processes", "(-u)", "unlimited"),
    (b'v', "virtual memory", "(kbytes, -v)", "unlimited"),
];

pub fn run(shell: &mut Shell, arguments: &[Vec<u8>]) -> Outcome {
    let mut letter = b'f';
    let mut shows_all = false;
    let mut value = None;
    for argument in &arguments[1..] {
        match argument.as_slice() {
            [b'-', letters @ ..] if !letters.is_empty() => {
                for next in letters {
                    match next {
                        b'a' => shows_all = true,
                        b'H' | b'S' => {}
                        next if LIMITS.iter().any(|limit| limit.0 == *next) => letter = *next,
                        next => return shell.usage(b"ulimit", format!("-{}: invalid option", char::from(*next))),
                    }
                }
            }
            text => value = Some(text.to_vec()),
        }
    }
    if let Some(value) = value {
        let is_number = value.iter().all(u8::is_ascii_digit) || matches!(value.as_slice(), b"unlimited" | b"hard" | b"soft");
        if !is_number {
            shell.complain([b"ulimit: ", value.as_slice(), b": invalid number"].concat());
            return Ok(1);
        }
        return Ok(0);
    }
    let mut output = String::new();
    for (known, description, unit, limit) in LIMITS {
        if shows_all {
            output.push_str(&format!("{description:<28}{unit:>15} {limit}\n"));
        } else if known == letter {
            output.push_str(&format!("{limit}\n"));
        }
    }
    shell.print(b"ulimit", output.as_bytes())
}
