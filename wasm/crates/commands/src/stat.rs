//! stat: shows what the kernel knows of a file.

mod file_system;

use crate::getopt::{self, Opt, Program, flag, value};
use crate::output;
use crate::path;
use crate::users::Names;
use crate::words::{quoted, quoted_if_needed};
use crate::{calendar, escapes};
use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::os::wasi::ffi::OsStrExt;
use sys::Stat;

const PROGRAM: Program = Program { name: "stat", usage: "[OPTION]... FILE...", usage_error: 1, stops_at_operand: false };
const OPTIONS: &[Opt] = &[
    flag(&["L", "dereference"]),
    value(&["c", "format"]),
    value(&["printf"]),
    flag(&["t", "terse"]),
    flag(&["f", "file-system"]),
];

const DEFAULT_FORMAT: &str = "  File: %N\n  Size: %-10s\tBlocks: %-10b IO Block: %-6o %F\n\
Device: %Hd,%Ld\tInode: %-11i Links: %h\n\
Access: (%04a/%10.10A)  Uid: (%5u/%8U)   Gid: (%5g/%8G)\n\
Access: %x\nModify: %y\nChange: %z\n Birth: %w\n";
const DEVICE_FORMAT: &str = "  File: %N\n  Size: %-10s\tBlocks: %-10b IO Block: %-6o %F\n\
Device: %Hd,%Ld\tInode: %-11i Links: %-5h Device type: %Hr,%Lr\n\
Access: (%04a/%10.10A)  Uid: (%5u/%8U)   Gid: (%5g/%8G)\n\
Access: %x\nModify: %y\nChange: %z\n Birth: %w\n";
const TERSE_FORMAT: &str = "%n %s %b %f %u %g %D %i %h %t %T %X %Y %Z %W %o\n";

pub fn main(args: Vec<OsString>) -> i32 {
    let parsed = match getopt::parse(PROGRAM, OPTIONS, args) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    let (mut follow, mut format, mut file_systems, mut terse) = (false, None, false, false);
    for given in parsed.options {
        match given.name {
            "L" => follow = true,
            "c" => format = Some([given.value.as_bytes(), b"\n"].concat()),
            "printf" => format = Some(escapes::expand(given.value.as_bytes())),
            "t" => (format, terse) = (Some(TERSE_FORMAT.into()), true),
            _ => file_systems = true,
        }
    }
    if parsed.operands.is_empty() {
        return PROGRAM.missing_operand(None);
    }
    if file_systems {
        return file_system::describe(PROGRAM, &parsed.operands, format.as_deref(), terse);
    }
    let (names, mut output, mut code) = (Names::load(), output::standard(), 0);
    for operand in &parsed.operands {
        let name = operand.as_bytes();
        let stat = match (follow, name) {
            (_, b"-") => sys::fd_stat(0),
            (true, name) => sys::stat(name),
            (false, name) => sys::lstat(name),
        };
        match stat {
            Ok(stat) => {
                let is_device = stat.is_character_device() || stat.is_block_device();
                let default = if is_device { DEVICE_FORMAT } else { DEFAULT_FORMAT };
                // A name is put between quotes where a format was asked for, else where it needs them.
                let text = match format.as_deref() {
                    Some(format) => described(format, name, &stat, &names, true),
                    None => described(default.as_bytes(), name, &stat, &names, false),
                };
                let _ = output.write_all(&text);
            }
            Err(error) => {
                let _ = output.flush();
                PROGRAM.complain_of(&format!("cannot statx {}", quoted(operand)), &error);
                code = 1;
            }
        }
    }
    output::finish(output, "stat", code)
}

/// The noun for a file's type.
pub fn kind(stat: &Stat) -> &'static str {
    match file_mode::type_letter(stat.mode) {
        'd' => "directory",
        'l' => "symbolic link",
        'c' => "character special file",
        'b' => "block special file",
        'p' => "fifo",
        's' => "socket",
        _ => "regular file",
    }
}

/// Fills a format in: `%`, flags, width, precision, an optional H or L, a letter.
fn described(format: &[u8], name: &[u8], stat: &Stat, names: &Names, quotes: bool) -> Vec<u8> {
    let mut output = Vec::new();
    let mut rest = format;
    while let Some((first, tail)) = rest.split_first() {
        rest = tail;
        if *first != b'%' {
            output.push(*first);
            continue;
        }
        let flags_end = rest.iter().position(|byte| !b"#-+ 0".contains(byte)).unwrap_or(rest.len());
        let (flags, after_flags) = rest.split_at(flags_end);
        let (width, after_width) = take_number(after_flags);
        let (precision, after_precision) = match after_width.strip_prefix(b".") {
            Some(digits) => take_number(digits),
            None => (None, after_width),
        };
        let half = after_precision.first().filter(|half| b"HL".contains(half) && after_precision.get(1).is_some_and(|letter| b"dr".contains(letter)));
        let after_half = if half.is_some() { &after_precision[1..] } else { after_precision };
        let Some((letter, tail)) = after_half.split_first() else {
            output.push(b'%');
            break;
        };
        rest = tail;
        if *letter == b'\n' && rest.is_empty() {
            output.extend(b"%\n");
            break;
        }
        let mut value = directive(*letter, half.copied(), name, stat, names, precision, quotes);
        if let (b'A' | b'n' | b'N' | b'F', Some(precision)) = (*letter, precision) {
            value.truncate(precision);
        }
        if flags.contains(&b'#') && *letter == b'a' {
            value.insert(0, b'0');
        }
        let padding = width.unwrap_or(0).saturating_sub(value.len());
        let is_number = b"abBdDfghioruWXYZtTs".contains(letter);
        if flags.contains(&b'-') {
            output.extend(value);
            output.extend(std::iter::repeat_n(b' ', padding));
            continue;
        }
        let fill = if flags.contains(&b'0') && is_number { b'0' } else { b' ' };
        output.extend(std::iter::repeat_n(fill, padding));
        output.extend(value);
    }
    output
}

fn take_number(text: &[u8]) -> (Option<usize>, &[u8]) {
    let end = text.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    let number = std::str::from_utf8(&text[..end]).ok().and_then(|digits| digits.parse().ok());
    (number, &text[end..])
}

fn directive(letter: u8, half: Option<u8>, name: &[u8], stat: &Stat, names: &Names, precision: Option<usize>, quotes: bool) -> Vec<u8> {
    let seconds = |time_ns: i64| match precision {
        Some(digits @ 1..=9) => {
            let fraction = format!("{:09}", time_ns.rem_euclid(1_000_000_000));
            format!("{}.{}", time_ns.div_euclid(1_000_000_000), &fraction[..digits])
        }
        _ => time_ns.div_euclid(1_000_000_000).to_string(),
    };
    let device_half = |number: u64| match half {
        Some(b'H') => major(number).to_string(),
        Some(_) => minor(number).to_string(),
        None => number.to_string(),
    };
    let text = match letter {
        b'%' => "%".to_owned(),
        b'a' => format!("{:o}", stat.permissions()),
        b'A' => file_mode::letters(stat.mode),
        b'b' => stat.blocks.to_string(),
        b'B' => "512".to_owned(),
        b'd' => device_half(stat.device),
        b'D' => format!("{:x}", stat.device),
        b'f' => format!("{:x}", stat.mode),
        b'F' if stat.is_regular() && stat.size == 0 => "regular empty file".to_owned(),
        b'F' => kind(stat).to_owned(),
        b'g' => stat.gid.to_string(),
        b'G' => names.group(stat.gid),
        b'h' => stat.link_count.to_string(),
        b'i' => stat.inode.to_string(),
        b'm' => "/".to_owned(),
        b'n' => return name.to_vec(),
        b'N' => linked_name(name, stat, quotes),
        b'o' => stat.block_size.to_string(),
        b'r' => device_half(stat.device_number),
        b's' => stat.size.to_string(),
        b't' => format!("{:x}", major(stat.device_number)),
        b'T' => format!("{:x}", minor(stat.device_number)),
        b'u' => stat.uid.to_string(),
        b'U' => names.user(stat.uid),
        b'w' => calendar::full(stat.born_ns),
        b'W' => seconds(stat.born_ns),
        b'x' => calendar::full(stat.accessed_ns),
        b'X' => seconds(stat.accessed_ns),
        b'y' => calendar::full(stat.modified_ns),
        b'Y' => seconds(stat.modified_ns),
        b'z' => calendar::full(stat.changed_ns),
        b'Z' => seconds(stat.changed_ns),
        _ => "?".to_owned(),
    };
    text.into_bytes()
}

fn linked_name(name: &[u8], stat: &Stat, quotes: bool) -> String {
    let quote = |name: &[u8]| if quotes { quoted(OsStr::from_bytes(name)) } else { quoted_if_needed(OsStr::from_bytes(name)) };
    let shown = quote(name);
    if !stat.is_symbolic_link() {
        return shown;
    }
    match path::read_link(name) {
        Ok(target) => format!("{shown} -> {}", quote(&target)),
        Err(_) => shown,
    }
}

/// Linux's encoding of device numbers.
pub fn major(number: u64) -> u64 {
    (number >> 8 & 0xfff) | (number >> 32 & !0xfff)
}

/// Linux's encoding of device numbers.
pub fn minor(number: u64) -> u64 {
    (number & 0xff) | (number >> 12 & !0xff)
}
