//! `read [-r] [-p prompt] [-n count] [-N count] [-d delimiter] [-a array] [-u fd] [-s] [-t timeout] [names]`

use super::options;
use std::time::{Duration, Instant};
use crate::state::{Outcome, Shell, Value};

pub fn run(shell: &mut Shell, arguments: &[Vec<u8>]) -> Outcome {
    let (options, names) = match options::parse(arguments, b"rse", b"pnNdautiq") {
        Ok(parsed) => parsed,
        Err(letter) => return shell.usage(b"read", format!("-{}: invalid option", char::from(letter))),
    };
    let value = |letter: u8| options.iter().rev().find(|(known, _)| *known == letter).map(|(_, value)| *value);
    let number = |letter: u8| value(letter).and_then(|text| std::str::from_utf8(text).ok()?.parse::<usize>().ok());
    let names: Vec<String> = names.iter().map(|name| String::from_utf8_lossy(name).into_owned()).collect();
    if let Some(bad) = names.iter().find(|name| {
        let base = name.split('[').next().unwrap_or("");
        !super::declare::is_name(base) || (name.contains('[') && !name.ends_with(']'))
    }) {
        shell.complain(format!("read: `{bad}': not a valid identifier"));
        return Ok(1);
    }
    for (letter, what) in [(b'n', "number"), (b'N', "number"), (b'u', "file descriptor specification")] {
        if let Some(text) = value(letter)
            && number(letter).is_none()
        {
            shell.complain([b"read: ", text, b": invalid ", what.as_bytes()].concat());
            return Ok(1);
        }
    }
    let fd = number(b'u').unwrap_or(0) as i32;
    if value(b'u').is_some() && shell.descriptors.real(fd).is_err() {
        shell.complain(format!("read: {fd}: invalid file descriptor: Bad file descriptor"));
        return Ok(1);
    }
    if let Some(prompt) = value(b'p')
        && shell.test_unary(b't', fd.to_string().as_bytes())?
    {
        // Nothing can be told about a closed stderr.
        let _ = shell.write(2, prompt);
    }
    let limit = number(b'N').or(number(b'n'));
    let delimiter = match (value(b'N'), value(b'd')) {
        (Some(_), _) => None,
        (None, Some(text)) => Some(text.first().copied().unwrap_or(0)),
        (None, None) => Some(b'\n'),
    };
    let is_raw = value(b'r').is_some();
    let timeout = match value(b't') {
        None => None,
        Some(text) => match std::str::from_utf8(text).ok().and_then(|text| text.trim().parse::<f64>().ok()) {
            Some(seconds) if seconds >= 0.0 => Some(seconds),
            _ => {
                let text = String::from_utf8_lossy(text).into_owned();
                shell.complain(format!("read: {text}: invalid timeout specification"));
                return Ok(1);
            }
        },
    };
    if timeout == Some(0.0) {
        shell.settle_input();
        let real = shell.descriptors.real(fd);
        return Ok(i32::from(!real.is_ok_and(|real| sys::wait_readable(real, Some(0.0)).unwrap_or(true))));
    }
    let deadline = timeout.map(|seconds| Instant::now() + Duration::from_secs_f64(seconds.min(1e9)));
    let (text, status) = match read_text(shell, fd, delimiter, limit, is_raw, deadline) {
        Ok(read) => read,
        Err(error) => {
            if let Some(interrupt) = shell.interrupt.take() {
                return Err(interrupt);
            }
            shell.complain(format!("read: read error: {fd}: {}", sys::errno::message(&error)));
            return Ok(1);
        }
    };
    let ifs = if value(b'N').is_some() { Vec::new() } else { shell.field_separators() };
    if let Some(array) = value(b'a') {
        let array = String::from_utf8_lossy(array).into_owned();
        let elements = (0..).zip(split(&text, &ifs, usize::MAX)).collect();
        match shell.variables.entry(&array) {
            Ok(variable) => variable.value = Value::Indexed(elements),
            Err(_) => {
                shell.complain(format!("{array}: readonly variable"));
                return Ok(1);
            }
        }
        return Ok(status);
    }
    if names.is_empty() {
        // REPLY gets the line with its blanks.
        shell.assign("REPLY", text.into_iter().map(|(byte, _)| byte).collect())?;
        return Ok(status);
    }
    let mut fields = split(&text, &ifs, names.len()).into_iter();
    for name in &names {
        shell.assign_by_name(name, fields.next().unwrap_or_default())?;
    }
    Ok(status)
}

/// The status after a timeout: 128 and SIGALRM.
const TIMED_OUT: i32 = 142;

/// Bytes, and whether a backslash protects them.
type Text = Vec<(u8, bool)>;

/// Reads a line, joining lines that end in a backslash; the status is 1 at the end of the input.
fn read_text(
    shell: &mut Shell,
    fd: i32,
    delimiter: Option<u8>,
    limit: Option<usize>,
    is_raw: bool,
    deadline: Option<Instant>,
) -> std::io::Result<(Text, i32)> {
    let mut text = Vec::new();
    let mut is_escaped = false;
    loop {
        let left = limit.map(|limit| limit.saturating_sub(text.len()));
        let line = match deadline {
            None => shell.read_until(fd, delimiter, left)?,
            Some(deadline) => match shell.read_until_deadline(fd, delimiter, left, deadline)? {
                (line, false) => line,
                (line, true) => {
                    text.extend(line.text.into_iter().map(|byte| (byte, false)));
                    return Ok((text, TIMED_OUT));
                }
            },
        };
        let length = line.text.len();
        let mut bytes = line.text.into_iter().filter(|byte| *byte != 0 || delimiter == Some(0));
        let mut joins = false;
        if std::mem::take(&mut is_escaped) {
            match bytes.next() {
                Some(b'\n') => {}
                Some(first) => text.push((first, true)),
                None => joins = line.is_terminated && delimiter == Some(b'\n'),
            }
        }
        while let Some(byte) = bytes.next() {
            match byte {
                b'\\' if !is_raw => match bytes.next() {
                    Some(b'\n') => {}
                    Some(next) => text.push((next, true)),
                    None if line.is_terminated => match delimiter {
                        Some(b'\n') | None => joins = true,
                        // Any other delimiter is a character that the backslash protects.
                        Some(delimiter) => {
                            text.push((delimiter, true));
                            joins = true;
                        }
                    },
                    None => is_escaped = true,
                },
                _ => text.push((byte, false)),
            }
        }
        if joins {
            continue;
        }
        // A backslash is not counted, what it protects is.
        if limit.is_some_and(|limit| text.len() < limit) && left.is_some_and(|left| length >= left && left > 0) {
            continue;
        }
        let is_full = left.is_some_and(|left| length >= left);
        return Ok((text, i32::from(!line.is_terminated && !is_full)));
    }
}

/// Splits into at most `count` fields; the last takes the rest, without blanks around it.
fn split(text: &Text, ifs: &[u8], count: usize) -> Vec<Vec<u8>> {
    let is_separator = |(byte, is_protected): &(u8, bool)| !is_protected && ifs.contains(byte);
    let is_blank = |next: &(u8, bool)| is_separator(next) && matches!(next.0, b' ' | b'\t' | b'\n');
    let plain = |part: &[(u8, bool)]| part.iter().map(|(byte, _)| *byte).collect::<Vec<u8>>();
    let skip_blanks = |rest: &mut &[(u8, bool)]| {
        *rest = &rest[rest.iter().take_while(|next| is_blank(next)).count()..];
    };
    let mut rest = text.as_slice();
    let mut fields = Vec::new();
    skip_blanks(&mut rest);
    while !rest.is_empty() {
        if fields.len() + 1 == count {
            fields.push(plain(last_field(rest, is_separator, is_blank)));
            return fields;
        }
        let length = rest.iter().position(is_separator).unwrap_or(rest.len());
        fields.push(plain(&rest[..length]));
        rest = &rest[length..];
        skip_blanks(&mut rest);
        if rest.first().is_some_and(is_separator) {
            rest = &rest[1..];
            skip_blanks(&mut rest);
        }
    }
    fields
}

/// What remains, without trailing blanks; a single trailing separator counts as the field's end.
fn last_field<'a>(
    rest: &'a [(u8, bool)],
    is_separator: impl Fn(&(u8, bool)) -> bool,
    is_blank: impl Fn(&(u8, bool)) -> bool,
) -> &'a [(u8, bool)] {
    let trim = |part: &'a [(u8, bool)]| {
        let end = part.iter().rposition(|next| !is_blank(next)).map_or(0, |last| last + 1);
        &part[..end]
    };
    let trimmed = trim(rest);
    if let Some((last, before)) = trimmed.split_last()
        && is_separator(last)
        && !before.iter().any(&is_separator)
    {
        return trim(before);
    }
    trimmed
}
