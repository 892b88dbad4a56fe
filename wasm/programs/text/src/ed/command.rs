//! The commands.

use super::address::{Addresses, digits, skip_blanks};
use super::{Editor, Failure};
use posix_regex::character_length;
use std::io::{Read, Write};

pub enum Outcome {
    Done,
    Quit,
}

/// Of a substitution.
#[derive(Clone, Copy, Default)]
pub struct Flags {
    is_global: bool,
    number: usize,
}

/// How lines are printed.
#[derive(Clone, Copy, Default)]
struct Style {
    prints: bool,
    has_numbers: bool,
    is_listed: bool,
}

type Step<T> = Result<T, Failure>;

const SUFFIX: Failure = "Invalid command suffix";
const INVALID: Failure = "Invalid address";

impl Editor {
    pub fn command(&mut self, line: &[u8]) -> Step<Outcome> {
        let before = self.buffer.current;
        let result = self.command_inside(line);
        if result.is_err() && self.buffer.current > self.buffer.len() {
            self.buffer.current = before.min(self.buffer.len());
        }
        result
    }

    fn command_inside(&mut self, line: &[u8]) -> Step<Outcome> {
        let mut at = 0;
        let addresses = self.addresses(line, &mut at)?;
        skip_blanks(line, &mut at);
        let letter = line.get(at).copied();
        at += 1;
        let rest = line.get(at..).unwrap_or_default();
        let Addresses { first, last, count } = addresses;
        let in_text = |first: usize| if first == 0 { Err(INVALID) } else { Ok(()) };
        let is_warned = std::mem::replace(&mut self.is_warned, false);
        let Some(letter) = letter else {
            // An empty line prints the next one.
            let number = if count == 0 { self.buffer.current + 1 } else { last };
            if number == 0 || number > self.buffer.len() {
                return Err(INVALID);
            }
            self.print(number, number, Style { prints: true, ..Style::default() });
            return Ok(Outcome::Done);
        };
        match letter {
            b'a' | b'i' | b'c' => {
                let style = suffix(rest)?;
                if letter == b'c' {
                    in_text(first)?;
                }
                self.remember();
                let texts = self.text_lines();
                match letter {
                    b'a' => self.buffer.insert(last, texts),
                    b'i' => self.buffer.insert(last.max(1) - 1, texts),
                    _ => {
                        let after = first - 1;
                        self.buffer.delete(first, last);
                        let is_empty = texts.is_empty();
                        let current = self.buffer.current;
                        self.buffer.insert(after, texts);
                        if is_empty {
                            self.buffer.current = current;
                        }
                    }
                }
                self.print_current(style);
            }
            b'd' => {
                let style = suffix(rest)?;
                in_text(first)?;
                self.remember();
                self.buffer.delete(first, last);
                self.print_current(style);
            }
            b'p' | b'n' | b'l' => {
                let mut style = suffix(rest)?;
                in_text(first)?;
                (style.prints, style.has_numbers, style.is_listed) = (true, style.has_numbers || letter == b'n', style.is_listed || letter == b'l');
                self.print(first, last, style);
            }
            b'=' => {
                let number = if count == 0 { self.buffer.len() } else { last };
                self.put(format!("{number}\n").as_bytes());
            }
            b'q' | b'Q' => {
                if count > 0 {
                    return Err("Unexpected address");
                }
                if letter == b'q' && self.buffer.is_modified && !is_warned && !self.is_silent {
                    self.is_warned = true;
                    return Err("Warning: buffer modified");
                }
                return Ok(Outcome::Quit);
            }
            b'w' | b'W' => {
                let (quits, rest) = match rest.strip_prefix(b"q") {
                    Some(rest) => (true, rest),
                    None => (false, rest),
                };
                let (first, last) = if count == 0 { (1.min(self.buffer.len()), self.buffer.len()) } else { (first, last) };
                self.write_file(rest.trim_ascii(), first, last, letter == b'W')?;
                if quits {
                    return Ok(Outcome::Quit);
                }
            }
            b'r' => {
                let after = if count == 0 { self.buffer.len() } else { last };
                let name = rest.trim_ascii().to_vec();
                let name = if name.is_empty() { self.file.clone() } else { name };
                if name.is_empty() {
                    return Err("No current filename");
                }
                if self.file.is_empty() && !name.starts_with(b"!") {
                    self.file.clone_from(&name);
                }
                self.remember();
                self.read_file(&name, after)?;
            }
            b'e' | b'E' => {
                if letter == b'e' && self.buffer.is_modified && !is_warned {
                    self.is_warned = true;
                    return Err("Warning: buffer modified");
                }
                let name = rest.trim_ascii().to_vec();
                let name = if name.is_empty() { self.file.clone() } else { name };
                if name.is_empty() {
                    return Err("No current filename");
                }
                if self.buffer.len() > 0 {
                    self.buffer.delete(1, self.buffer.len());
                }
                let result = self.read_file(&name, 0);
                if !name.starts_with(b"!") {
                    self.file = name;
                }
                self.buffer.is_modified = false;
                result?;
            }
            b'f' => {
                if rest.first().is_some_and(|byte| !matches!(byte, b' ' | b'\t')) {
                    return Err("Unexpected command suffix");
                }
                let name = rest.trim_ascii().to_vec();
                if !name.is_empty() {
                    self.file = name;
                }
                if self.file.is_empty() {
                    return Err("No current filename");
                }
                let text = [&self.file[..], b"\n"].concat();
                self.put(&text);
            }
            b'k' => {
                in_text(last)?;
                let [mark @ b'a'..=b'z'] = rest else { return Err("Invalid mark character") };
                let id = self.buffer.lines[last - 1].id;
                self.buffer.marks.insert(*mark, id);
            }
            b'm' | b't' => {
                in_text(first)?;
                let mut after = 0;
                let target = self.addresses(rest, &mut after)?;
                let style = suffix(&rest[after.min(rest.len())..])?;
                if letter == b't' {
                    self.remember();
                    let texts = (first..=last).map(|number| self.buffer.text(number).to_vec()).collect();
                    self.buffer.insert(target.last, texts);
                } else {
                    if target.last >= first && target.last < last {
                        return Err("Invalid destination");
                    }
                    self.remember();
                    let lines = self.buffer.delete(first, last);
                    let after = if target.last >= last { target.last - lines.len() } else { target.last };
                    self.buffer.place(after, lines);
                }
                self.print_current(style);
            }
            b'j' => {
                let style = suffix(rest)?;
                let (first, last) = if count < 2 { (last, last + 1) } else { (first, last) };
                in_text(first)?;
                if last > self.buffer.len() {
                    return Err(INVALID);
                }
                if first < last {
                    self.remember();
                    let text = (first..=last).flat_map(|number| self.buffer.text(number).to_vec()).collect();
                    self.buffer.delete(first, last);
                    self.buffer.insert(first - 1, vec![text]);
                }
                self.print_current(style);
            }
            b's' => self.substitute(first, last, rest)?,
            b'g' | b'v' | b'G' | b'V' => {
                let (first, last) = if count == 0 { (1.min(self.buffer.len()), self.buffer.len()) } else { (first, last) };
                self.global(first, last, rest, letter.is_ascii_lowercase() && letter == b'g')?;
            }
            b'u' => {
                let style = suffix(rest)?;
                if !self.buffer.undo() {
                    return Err("Nothing to undo");
                }
                self.print_current(style);
            }
            b'h' => {
                if !self.last_error.is_empty() {
                    self.put(format!("{}\n", self.last_error).as_bytes());
                }
            }
            b'H' => {
                self.is_verbose = !self.is_verbose;
                if self.is_verbose && !self.last_error.is_empty() {
                    self.put(format!("{}\n", self.last_error).as_bytes());
                }
            }
            b'P' => self.has_prompt = !self.has_prompt,
            b'z' => {
                let mut position = 0;
                let lines = digits(rest, &mut position);
                if lines > 0 {
                    self.window = lines;
                }
                let first = if count == 0 { self.buffer.current + 1 } else { last };
                if first == 0 || first > self.buffer.len() {
                    return Err(INVALID);
                }
                self.print(first, (first + self.window - 1).min(self.buffer.len()), Style { prints: true, ..Style::default() });
            }
            b'!' => {
                let _ = self.out.flush();
                if let Ok(pid) = crate::shell::spawn(rest, &[]) {
                    let _ = sys::waitpid(pid, sys::WaitOptions::default());
                }
                if !self.is_silent {
                    self.put(b"!\n");
                }
            }
            b'#' => {}
            _ => return Err("Unknown command"),
        }
        Ok(Outcome::Done)
    }

    /// Keeps a state for undo; within a global command the state before all of it.
    fn remember(&mut self) {
        if !self.is_in_global {
            self.buffer.remember();
        }
    }

    /// Lines up to one with a lone dot.
    fn text_lines(&mut self) -> Vec<Vec<u8>> {
        let mut lines = Vec::new();
        while let Some(line) = self.line() {
            if line == b"." {
                break;
            }
            lines.push(line);
        }
        lines
    }

    fn print_current(&mut self, style: Style) {
        if style.prints && self.buffer.current > 0 {
            self.print(self.buffer.current, self.buffer.current, style);
        }
    }

    fn print(&mut self, first: usize, last: usize, style: Style) {
        for number in first..=last {
            let text = self.buffer.text(number).to_vec();
            let mut out = if style.has_numbers { format!("{number}\t").into_bytes() } else { Vec::new() };
            if style.is_listed {
                out.extend(listed(&text));
            } else {
                out.extend(text);
            }
            out.push(b'\n');
            self.put(&out);
        }
        self.buffer.current = last;
    }

    /// Reads a file, or a command's output, behind a line.
    pub fn read_file(&mut self, name: &[u8], after: usize) -> Step<()> {
        let mut text = Vec::new();
        let result = match name.strip_prefix(b"!") {
            Some(command) => crate::shell::spawn_reading(command).and_then(|(pid, mut file)| {
                file.read_to_end(&mut text)?;
                sys::waitpid(pid, sys::WaitOptions::default())
            }).map(|_| ()),
            None => crate::path::open(name).and_then(|mut file| file.read_to_end(&mut text)).map(|_| ()),
        };
        if let Err(error) = result {
            let _ = self.out.flush();
            eprintln!("{}: {}", String::from_utf8_lossy(name), sys::errno::message(&error));
            return Err("Cannot open input file");
        }
        let mut lines: Vec<Vec<u8>> = text.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
        let mut size = text.len();
        if lines.last().is_some_and(Vec::is_empty) {
            lines.pop();
        } else {
            size += 1;
            let _ = self.out.flush();
            eprintln!("Newline appended");
        }
        self.buffer.insert(after, lines);
        if !self.is_silent {
            self.put(format!("{size}\n").as_bytes());
        }
        Ok(())
    }

    fn write_file(&mut self, name: &[u8], first: usize, last: usize, appends: bool) -> Step<()> {
        let name = if name.is_empty() { self.file.clone() } else { name.to_vec() };
        if name.is_empty() {
            return Err("No current filename");
        }
        let mut text = Vec::new();
        if first > 0 {
            for number in first..=last {
                text.extend_from_slice(self.buffer.text(number));
                text.push(b'\n');
            }
        }
        if let Some(command) = name.strip_prefix(b"!") {
            let _ = self.out.flush();
            let write = || -> std::io::Result<()> {
                let (read, write) = sys::pipe(true)?;
                let pid = crate::shell::spawn(command, &[sys::FdAction::dup2(read, 0)]);
                sys::close(read)?;
                // SAFETY: the pipe's end is new and nobody else's.
                let mut file = unsafe { <std::fs::File as std::os::fd::FromRawFd>::from_raw_fd(write) };
                file.write_all(&text)?;
                drop(file);
                sys::waitpid(pid?, sys::WaitOptions::default())?;
                Ok(())
            };
            write().map_err(|_| "Cannot write file")?;
        } else {
            if self.file.is_empty() {
                self.file.clone_from(&name);
            }
            let mut options = std::fs::File::options();
            let opened = options.create(true).write(true).append(appends).truncate(!appends).open(crate::path::of(&name));
            if let Err(error) = opened.and_then(|mut file| file.write_all(&text)) {
                let _ = self.out.flush();
                eprintln!("{}: {}", String::from_utf8_lossy(&name), sys::errno::message(&error));
                return Err("Cannot open output file");
            }
            if first <= 1 && last == self.buffer.len() {
                self.buffer.is_modified = false;
            }
        }
        if !self.is_silent {
            self.put(format!("{}\n", text.len()).as_bytes());
        }
        Ok(())
    }

    /// Runs commands at each line that matches, or does not.
    fn global(&mut self, first: usize, last: usize, rest: &[u8], matches: bool) -> Step<()> {
        if self.is_in_global {
            return Err("Cannot nest global commands");
        }
        let Some((&delimiter, rest)) = rest.split_first() else { return Err("Invalid pattern delimiter") };
        let (mut pattern, mut at) = (Vec::new(), 0);
        while let Some(byte) = rest.get(at).copied() {
            at += 1;
            if byte == delimiter {
                break;
            }
            pattern.push(byte);
            if byte == b'\\' {
                if rest.get(at) == Some(&delimiter) {
                    pattern.pop();
                }
                pattern.extend(rest.get(at));
                at += 1;
            }
        }
        let regex = self.pattern(&pattern)?;
        let mut list: Vec<Vec<u8>> = Vec::new();
        let mut line = rest.get(at..).unwrap_or_default().to_vec();
        while line.last() == Some(&b'\\') {
            line.pop();
            list.push(line);
            line = self.line().unwrap_or_default();
        }
        list.push(line);
        if list.len() == 1 && list[0].is_empty() {
            list[0] = b"p".to_vec();
        }
        let found: Vec<u64> = if first == 0 { Vec::new() } else {
            (first..=last).filter(|number| regex.is_match(self.buffer.text(*number)) == matches).map(|number| self.buffer.lines[number - 1].id).collect()
        };
        self.buffer.remember();
        self.is_in_global = true;
        let mut result = Ok(());
        for id in found {
            let Some(number) = self.buffer.find(id) else { continue };
            self.buffer.current = number;
            self.queued = list.iter().cloned().collect();
            // A text that ends with the list ends without its dot.
            self.queued.push_back(b".".to_vec());
            while self.queued.len() > 1 {
                let Some(line) = self.queued.pop_front() else { break };
                if let Err(text) = self.command(&line) {
                    result = Err(text);
                    break;
                }
            }
            self.queued.clear();
            if result.is_err() {
                break;
            }
        }
        self.is_in_global = false;
        result
    }

    fn substitute(&mut self, first: usize, last: usize, rest: &[u8]) -> Step<()> {
        if first == 0 {
            return Err(INVALID);
        }
        let mut style = Style::default();
        let (regex, replacement, flags) = if rest.is_empty() || rest.iter().all(|byte| b"gpnlr0123456789".contains(byte)) {
            let Some((replacement, flags)) = self.replacement.clone() else { return Err("No previous substitution") };
            style = suffix(&rest.iter().copied().filter(|byte| b"pnl".contains(byte)).collect::<Vec<_>>())?;
            (self.pattern(b"")?, replacement, Flags { is_global: flags.is_global != rest.contains(&b'g'), ..flags })
        } else {
            let delimiter = rest[0];
            let (mut parts, mut at) = ([Vec::new(), Vec::new()], 1);
            let mut is_ended = false;
            let mut text = rest.to_vec();
            for (index, part) in parts.iter_mut().enumerate() {
                is_ended = false;
                loop {
                    let Some(byte) = text.get(at).copied() else { break };
                    at += 1;
                    if byte == delimiter {
                        is_ended = true;
                        break;
                    }
                    if byte == b'\\' {
                        match text.get(at).copied() {
                            Some(next) if next == delimiter => part.push(next),
                            Some(next) => part.extend([b'\\', next]),
                            // The replacement goes on in the next line.
                            None if index == 1 => {
                                part.push(b'\n');
                                text = self.line().unwrap_or_default();
                                at = 0;
                                continue;
                            }
                            None => return Err("Trailing backslash (\\)"),
                        }
                        at += 1;
                        continue;
                    }
                    part.push(byte);
                }
            }
            let mut flags = Flags { is_global: false, number: 1 };
            if is_ended {
                let mut letters = Vec::new();
                while let Some(byte) = text.get(at).copied() {
                    match byte {
                        b'g' => flags.is_global = true,
                        b'0'..=b'9' => {
                            flags.number = digits(&text, &mut at).max(1);
                            continue;
                        }
                        other => letters.push(other),
                    }
                    at += 1;
                }
                style = suffix(&letters)?;
            } else {
                style.prints = true;
            }
            let [pattern, replacement] = parts;
            // A lone `%` is the replacement of before.
            let replacement = if replacement == b"%" { self.replacement.clone().map(|(text, _)| text).ok_or("No previous substitution")? } else { replacement };
            (self.pattern(&pattern)?, replacement, flags)
        };
        self.replacement = Some((replacement.clone(), flags));
        self.remember();
        let (mut number, mut end, mut is_changed) = (first, last, false);
        while number <= end {
            let text = self.buffer.text(number).to_vec();
            let Some(changed) = replace(&regex, &text, &replacement, flags) else {
                number += 1;
                continue;
            };
            is_changed = true;
            let lines: Vec<Vec<u8>> = changed.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
            let count = lines.len();
            if count == 1 {
                self.buffer.replace(number, changed);
                self.buffer.current = number;
            } else {
                self.buffer.delete(number, number);
                self.buffer.insert(number - 1, lines);
            }
            number += count;
            end += count - 1;
        }
        if !is_changed && !self.is_in_global {
            return Err("No match");
        }
        if is_changed {
            self.print_current(style);
        }
        Ok(())
    }
}

/// The text with its matches replaced; `None` if there is none.
fn replace(regex: &posix_regex::Regex, text: &[u8], replacement: &[u8], flags: Flags) -> Option<Vec<u8>> {
    let (mut out, mut copied, mut from, mut count, mut is_changed) = (Vec::new(), 0, 0, 0, false);
    while from <= text.len() {
        let Some(groups) = regex.groups_at(text, from) else { break };
        let (start, end) = groups[0]?;
        count += 1;
        if count >= flags.number {
            is_changed = true;
            out.extend_from_slice(&text[copied..start]);
            let mut bytes = replacement.iter().copied();
            while let Some(byte) = bytes.next() {
                let group = match byte {
                    b'&' => 0,
                    b'\\' => match bytes.next() {
                        Some(digit @ b'1'..=b'9') => usize::from(digit - b'0'),
                        other => {
                            out.extend(other);
                            continue;
                        }
                    },
                    other => {
                        out.push(other);
                        continue;
                    }
                };
                if let Some((start, end)) = groups.get(group).copied().flatten() {
                    out.extend_from_slice(&text[start..end]);
                }
            }
            copied = end;
            if !flags.is_global {
                break;
            }
        }
        from = if start == end { end + text.get(end..).filter(|rest| !rest.is_empty()).map_or(1, |rest| character_length(rest, true)) } else { end };
    }
    if !is_changed {
        return None;
    }
    out.extend_from_slice(&text[copied..]);
    Some(out)
}

fn suffix(text: &[u8]) -> Step<Style> {
    let mut style = Style::default();
    for byte in text {
        match byte {
            b'p' => {}
            b'n' => style.has_numbers = true,
            b'l' => style.is_listed = true,
            b' ' | b'\t' => continue,
            _ => return Err(SUFFIX),
        }
        style.prints = true;
    }
    Ok(style)
}

/// A line in the form of `l`.
fn listed(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for byte in text {
        match byte {
            b'\\' => out.extend(b"\\\\"),
            b'$' => out.extend(b"\\$"),
            7 => out.extend(b"\\a"),
            8 => out.extend(b"\\b"),
            b'\t' => out.extend(b"\\t"),
            11 => out.extend(b"\\v"),
            12 => out.extend(b"\\f"),
            b'\r' => out.extend(b"\\r"),
            b' '..=b'~' => out.push(*byte),
            other => out.extend(format!("\\{other:03o}").into_bytes()),
        }
    }
    out.push(b'$');
    out
}
