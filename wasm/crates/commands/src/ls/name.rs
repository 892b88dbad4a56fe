//! How a name is shown: quoting, colour, and the indicator after it.

use super::entry::Entry;
use super::options::{Indicators, Options, Quoting};
use crate::words;
use std::ffi::OsStr;
use std::os::wasi::ffi::OsStrExt;

/// Quotes a name as the options say.
pub fn shown(name: &[u8], options: &Options) -> Vec<u8> {
    let os_name = OsStr::from_bytes(name);
    match options.quoting {
        Quoting::Literal => name.to_vec(),
        Quoting::HideControl => name.iter().map(|byte| if byte.is_ascii_control() { b'?' } else { *byte }).collect(),
        Quoting::ShellIfNeeded => words::quoted_if_needed(os_name).into_bytes(),
        Quoting::ShellAlways => words::quoted(os_name).into_bytes(),
        Quoting::Escape => escaped(name, b' '),
        Quoting::C => [b"\"", &escaped(name, b'"')[..], b"\""].concat(),
    }
}

fn escaped(name: &[u8], also: u8) -> Vec<u8> {
    let mut output = Vec::with_capacity(name.len());
    for byte in name {
        match byte {
            b'\n' => output.extend(b"\\n"),
            b'\t' => output.extend(b"\\t"),
            b'\r' => output.extend(b"\\r"),
            b'\\' => output.extend(b"\\\\"),
            byte if *byte == also => output.extend([b'\\', *byte]),
            byte if byte.is_ascii_control() => output.extend(format!("\\{byte:03o}").bytes()),
            byte => output.push(*byte),
        }
    }
    output
}

/// The name with colour and indicator, and its width on a terminal.
pub fn decorated(entry: &Entry, options: &Options) -> (Vec<u8>, usize) {
    let mut text = shown(&entry.name, options);
    let mut width = characters(&text);
    text = coloured(text, entry.stat.map_or(0, |stat| stat.mode), options);
    if let Some(indicator) = indicator(entry.stat.map_or(0, |stat| stat.mode), options.indicators) {
        text.push(indicator);
        width += 1;
    }
    (text, width)
}

/// The width of a name as it is shown.
pub fn width(name: &[u8], options: &Options) -> usize {
    characters(&shown(name, options))
}

fn characters(text: &[u8]) -> usize {
    String::from_utf8_lossy(text).chars().count()
}

/// The sign after a name for a file of this mode.
pub fn indicator(mode: u32, indicators: Indicators) -> Option<u8> {
    let sign = match file_mode::type_letter(mode) {
        'd' => b'/',
        'l' => b'@',
        'p' => b'|',
        's' => b'=',
        '-' if mode & 0o111 != 0 => b'*',
        _ => return None,
    };
    let wanted = match indicators {
        Indicators::None => false,
        Indicators::Slash => sign == b'/',
        Indicators::FileType => sign != b'*',
        Indicators::Classify => true,
    };
    wanted.then_some(sign)
}

/// The text in the colour of a file of this mode.
pub fn coloured(text: Vec<u8>, mode: u32, options: &Options) -> Vec<u8> {
    let Some(color) = color_of(mode).filter(|_| options.color) else { return text };
    let reset: &[u8] = if options.color_began.replace(true) { b"" } else { b"\x1b[0m" };
    [reset, b"\x1b[", color.as_bytes(), b"m", &text, b"\x1b[0m"].concat()
}

/// GNU's default colours.
fn color_of(mode: u32) -> Option<&'static str> {
    if mode == 0 {
        return None;
    }
    match file_mode::type_letter(mode) {
        'd' if mode & 0o1002 == 0o1002 => Some("30;42"),
        'd' => Some("01;34"),
        'l' => Some("01;36"),
        'p' => Some("40;33"),
        's' => Some("01;35"),
        'c' | 'b' => Some("40;33;01"),
        _ if mode & 0o111 != 0 => Some("01;32"),
        _ => None,
    }
}
