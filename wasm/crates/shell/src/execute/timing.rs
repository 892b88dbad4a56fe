//! What `time` prints.

use crate::process_facts::{Usage, Whose, usage};
use crate::state::Shell;
use crate::syntax::Timing;
use std::time::{Duration, Instant};

const BASH: &[u8] = b"\nreal\t%3lR\nuser\t%3lU\nsys\t%3lS";
const POSIX: &[u8] = b"real %2R\nuser %2U\nsys %2S";

/// When a pipeline that is timed began.
pub struct Started {
    at: Instant,
    used: Usage,
}

impl Started {
    pub fn now() -> Started {
        Started { at: Instant::now(), used: used_by_now() }
    }
}

fn used_by_now() -> Usage {
    usage(Whose::Own).plus(usage(Whose::Children))
}

impl Shell {
    /// Prints the time a pipeline took, and what of it processors worked.
    pub(super) fn tell_times(&mut self, started: Started, timing: Timing) {
        let (elapsed, used) = (started.at.elapsed(), used_by_now().since(started.used));
        let format = match timing {
            Timing::Posix => POSIX.to_vec(),
            _ => self.variables.scalar("TIMEFORMAT").unwrap_or(BASH).to_vec(),
        };
        if format.is_empty() {
            return;
        }
        let mut text = format_times(&format, elapsed, used);
        text.push(b'\n');
        // Nothing can be told about a closed stderr.
        let _ = self.write(2, &text);
    }
}

/// TIMEFORMAT's `%[precision][l]R`, `U`, `S`, `%P` and `%%`.
fn format_times(format: &[u8], elapsed: Duration, used: Usage) -> Vec<u8> {
    let mut output = Vec::new();
    let mut bytes = format.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            output.push(byte);
            continue;
        }
        let mut precision = 3;
        if let Some(digit) = bytes.next_if(u8::is_ascii_digit) {
            precision = usize::from(digit - b'0').min(3);
        }
        let is_long = bytes.next_if_eq(&b'l').is_some();
        let seconds = match bytes.next() {
            Some(b'R') => elapsed.as_secs_f64(),
            Some(b'U') => used.user.as_secs_f64(),
            Some(b'S') => used.system.as_secs_f64(),
            Some(b'P') => {
                let share = (used.user + used.system).as_secs_f64() / elapsed.as_secs_f64().max(1e-9);
                output.extend(format!("{:.2}", share * 100.0).bytes());
                continue;
            }
            Some(b'%') => {
                output.push(b'%');
                continue;
            }
            other => {
                output.push(b'%');
                output.extend(other);
                continue;
            }
        };
        output.extend(match is_long {
            true => format!("{}m{:.precision$}s", seconds as u64 / 60, seconds % 60.0).into_bytes(),
            false => format!("{seconds:.precision$}").into_bytes(),
        });
    }
    output
}
