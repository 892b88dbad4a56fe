//! The formats of `-printf`.

use super::Find;
use super::entry::{Entry, letter_of};
use super::expression::Time;
use super::tests::time_of;
use crate::users::Names;
use crate::{calendar, path};
use std::io::Result;

/// What the kernel's file systems are called.
pub const FILE_SYSTEM: &[u8] = b"secure-exec";

/// A part of a format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    Text(Vec<u8>),
    Directive { flags: Vec<u8>, width: usize, precision: Option<usize>, letter: u8 },
    /// `%T@`: the letter of the time, and what of it is shown.
    Moment { letter: u8, part: u8 },
    /// `\c`
    Stop,
}

/// Takes a format apart. What is no directive is printed as it stands, after a warning.
pub fn parse(format: &[u8]) -> Vec<Piece> {
    let (mut pieces, mut text, mut rest) = (Vec::new(), Vec::new(), format);
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match byte {
            b'\\' => {
                let (escaped, length) = escape(rest);
                rest = &rest[length..];
                match escaped {
                    Some(bytes) => text.extend(bytes),
                    None => {
                        pieces.push(Piece::Text(std::mem::take(&mut text)));
                        pieces.push(Piece::Stop);
                    }
                }
            }
            b'%' => {
                let (piece, length) = directive(rest);
                match piece {
                    Some(piece) => {
                        pieces.push(Piece::Text(std::mem::take(&mut text)));
                        pieces.push(piece);
                    }
                    None => {
                        text.push(b'%');
                        text.extend(&rest[..length]);
                    }
                }
                rest = &rest[length..];
            }
            byte => text.push(byte),
        }
    }
    pieces.push(Piece::Text(text));
    pieces
}

/// What a backslash stands for with what follows it, and how much of that is used; `None` for `\c`.
fn escape(rest: &[u8]) -> (Option<Vec<u8>>, usize) {
    let Some(&letter) = rest.first() else { return (Some(b"\\".to_vec()), 0) };
    let byte = match letter {
        b'a' => 7,
        b'b' => 8,
        b'f' => 12,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'v' => 11,
        b'\\' => b'\\',
        b'c' => return (None, 1),
        b'0'..=b'7' => {
            let digits = rest.iter().take(3).take_while(|byte| (b'0'..=b'7').contains(byte)).count();
            let value = rest[..digits].iter().fold(0u32, |value, digit| value * 8 + u32::from(digit - b'0'));
            return (Some(vec![value as u8]), digits);
        }
        other => {
            eprintln!("find: warning: unrecognized escape `\\{}'", other as char);
            return (Some(vec![b'\\', other]), 1);
        }
    };
    (Some(vec![byte]), 1)
}

/// Reads what follows a `%`; without a piece it stands for itself.
fn directive(rest: &[u8]) -> (Option<Piece>, usize) {
    if rest.first() == Some(&b'%') {
        return (Some(Piece::Text(b"%".to_vec())), 1);
    }
    let mut at = rest.iter().take_while(|byte| b"-+ #0".contains(byte)).count();
    let flags = rest[..at].to_vec();
    let number = |at: &mut usize| {
        let digits = rest[*at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let text = std::str::from_utf8(&rest[*at..*at + digits]).unwrap_or("");
        *at += digits;
        // Wider than any line makes sense of.
        text.parse::<usize>().unwrap_or(0).min(1 << 16)
    };
    let width = number(&mut at);
    let precision = (rest.get(at) == Some(&b'.')).then(|| {
        at += 1;
        number(&mut at)
    });
    match rest.get(at) {
        Some(&letter @ (b'A' | b'B' | b'C' | b'T')) if rest.len() > at + 1 => {
            (Some(Piece::Moment { letter, part: rest[at + 1] }), at + 2)
        }
        Some(&letter) if b"abcdDfFgGhHiklmMnpPsStuUyYZ".contains(&letter) => {
            (Some(Piece::Directive { flags, width, precision, letter }), at + 1)
        }
        Some(&letter) => {
            eprintln!("find: warning: unrecognized format directive `%{}'", letter as char);
            (None, at + 1)
        }
        None => (None, at),
    }
}

impl Find {
    /// Words a file as the pieces say.
    pub fn format(&self, pieces: &[Piece], entry: &Entry, names: &Names) -> Result<Vec<u8>> {
        let mut line = Vec::new();
        for piece in pieces {
            match piece {
                Piece::Text(text) => line.extend(text),
                Piece::Stop => break,
                Piece::Moment { letter, part } => {
                    let time = match letter {
                        b'A' => Time::Accessed,
                        b'B' => Time::Born,
                        b'C' => Time::Changed,
                        _ => Time::Modified,
                    };
                    line.extend(moment(time_of(&entry.look()?, time), *part).into_bytes());
                }
                Piece::Directive { flags, width, precision, letter } => {
                    let mut value = value(*letter, flags, entry, names)?;
                    if let Some(precision) = precision {
                        value.truncate(*precision);
                    }
                    let padding = width.saturating_sub(value.len());
                    if flags.contains(&b'-') {
                        line.extend(value);
                        line.resize(line.len() + padding, b' ');
                    } else {
                        let zeros = flags.contains(&b'0') && b"bdDgiGkmnsU".contains(letter);
                        line.resize(line.len() + padding, if zeros { b'0' } else { b' ' });
                        line.extend(value);
                    }
                }
            }
        }
        Ok(line)
    }
}

fn value(letter: u8, flags: &[u8], entry: &Entry, names: &Names) -> Result<Vec<u8>> {
    let number = |number: u64| number.to_string().into_bytes();
    Ok(match letter {
        b'p' => entry.path.to_vec(),
        b'f' => {
            let name = entry.name();
            let bare = path::without_trailing_slashes(name);
            if bare.is_empty() { name.to_vec() } else { bare.to_vec() }
        }
        b'h' => leading_directories(entry.path).to_vec(),
        b'H' => entry.path[..entry.root_length].to_vec(),
        b'P' => {
            let below = &entry.path[entry.root_length..];
            below.strip_prefix(b"/").unwrap_or(below).to_vec()
        }
        b'd' => number(entry.depth as u64),
        b'l' if entry.type_letter()? == b'l' => path::read_link(entry.path)?,
        b'l' => Vec::new(),
        b'y' => vec![entry.type_letter()?],
        b'Y' if entry.type_letter()? == b'l' => match entry.look_behind() {
            Ok(stat) => vec![letter_of(stat.mode)],
            Err(error) if error.raw_os_error() == Some(sys::errno::LOOP) => b"L".to_vec(),
            Err(error) if error.raw_os_error() == Some(sys::errno::NOENT) => b"N".to_vec(),
            Err(_) => b"?".to_vec(),
        },
        b'Y' => vec![entry.type_letter()?],
        b'F' => FILE_SYSTEM.to_vec(),
        b'Z' => Vec::new(),
        letter => {
            let stat = entry.look()?;
            match letter {
                b's' => number(stat.size),
                b'b' => number(stat.blocks),
                b'k' => number(stat.blocks.div_ceil(2)),
                b'm' if flags.contains(&b'#') => format!("{:#05o}", stat.permissions()).replacen("0o", "0", 1).into_bytes(),
                b'm' => format!("{:o}", stat.permissions()).into_bytes(),
                b'M' => file_mode::letters(stat.mode).into_bytes(),
                b'u' => names.user(stat.uid).into_bytes(),
                b'U' => number(u64::from(stat.uid)),
                b'g' => names.group(stat.gid).into_bytes(),
                b'G' => number(u64::from(stat.gid)),
                b'i' => number(stat.inode),
                b'n' => number(u64::from(stat.link_count)),
                b'D' => number(stat.device),
                b'S' => {
                    let share = if stat.size == 0 { 1.0 } else { stat.blocks as f64 * 512.0 / stat.size as f64 };
                    general(share)
                }
                b'a' => moment(stat.accessed_ns, b'c').into_bytes(),
                b'c' => moment(stat.changed_ns, b'c').into_bytes(),
                _ => moment(stat.modified_ns, b'c').into_bytes(),
            }
        }
    })
}

/// A number as C's `%g` has it.
fn general(number: f64) -> Vec<u8> {
    let text = format!("{number:.6}");
    let significant = format!("{:.*}", 5usize.saturating_sub(number.abs().log10().floor().max(0.0) as usize), number);
    let shown = if number >= 1.0 { significant } else { text };
    shown.trim_end_matches('0').trim_end_matches('.').to_owned().into_bytes()
}

fn leading_directories(whole: &[u8]) -> &[u8] {
    let bare = path::without_trailing_slashes(whole);
    match bare.iter().rposition(|byte| *byte == b'/') {
        Some(0) if bare.len() == 1 => b"",
        Some(slash) => &bare[..slash],
        None => b".",
    }
}

/// A part of a time: strftime's, with ten digits of fraction where there are seconds.
fn moment(time_ns: i64, part: u8) -> String {
    let fraction = format!("{:09}0", time_ns.rem_euclid(1_000_000_000));
    let with_fraction = |format: &str| format!("{}.{fraction}", calendar::format(format, time_ns));
    match part {
        b'@' => format!("{}.{fraction}", time_ns.div_euclid(1_000_000_000)),
        b'+' => with_fraction("%Y-%m-%d+%H:%M:%S"),
        b'S' => with_fraction("%S"),
        b'T' | b'X' => with_fraction("%H:%M:%S"),
        b'c' => {
            format!("{}.{fraction} {}", calendar::format("%a %b %e %H:%M:%S", time_ns), calendar::format("%Y", time_ns))
        }
        b'x' => calendar::format("%m/%d/%y", time_ns),
        b'k' => format!("{:2}", calendar::moment(time_ns).hour),
        b'l' => format!("{:2}", (calendar::moment(time_ns).hour + 11) % 12 + 1),
        b'r' => calendar::format("%I:%M:%S %p", time_ns),
        other => calendar::format(&format!("%{}", other as char), time_ns),
    }
}
