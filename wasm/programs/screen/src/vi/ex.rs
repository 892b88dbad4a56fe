//! The commands after a colon.

use super::editor::Editor;
use super::motion;
use super::text::{Place, lines_of};
use crate::commands;
use crate::pattern::{Pattern, of_basic};
use crate::tty::Tty;
use std::io;
use terminal::Key;

/// The lines a command is for.
#[derive(Clone, Copy)]
struct Range {
    first: usize,
    last: usize,
    is_given: bool,
}

impl Editor {
    /// Does what a line of commands says; a failure is a message.
    pub fn ex(&mut self, tty: &mut Tty, line: &str) -> io::Result<()> {
        let line = line.trim_start_matches([' ', ':']);
        let (range, rest) = match self.range(line) {
            Ok(parsed) => parsed,
            Err(message) => {
                self.message = message;
                return Ok(());
            }
        };
        let rest = rest.trim_start();
        let end = rest.find(|next: char| !next.is_ascii_alphabetic()).unwrap_or(rest.len());
        let (name, arguments) = match rest.chars().next() {
            Some(first @ ('!' | '&' | '=' | '<' | '>')) => rest.split_at(first.len_utf8()),
            // `:s/a/b/` and `:g/a/d` need no blank; a letter after them belongs to the name.
            _ => rest.split_at(end),
        };
        let (is_forced, arguments) = match arguments.strip_prefix('!') {
            Some(arguments) if name != "!" => (true, arguments),
            _ => (false, arguments),
        };
        let argument = arguments.trim();
        match name {
            "" => {
                if range.is_given {
                    self.at = Place { line: range.last, column: motion::first_character(&self.text, range.last) };
                }
            }
            "q" | "quit" => self.quit(is_forced),
            "qa" | "qall" => self.quit(is_forced),
            "w" | "write" if argument.starts_with('!') => {
                let bytes = self.text.bytes(range_or_all(range, self.text.len()).0, range_or_all(range, self.text.len()).1);
                let output = self.through(tty, &argument[1..], &bytes)?;
                self.message = format!("{} lines written to the command", output.1);
            }
            "w" | "write" => {
                self.write(range, argument, is_forced);
            }
            "wq" | "wqa" => {
                if self.write(range, argument, is_forced) {
                    self.quit(false);
                }
            }
            "x" | "xit" | "wn" if !self.text.is_changed() && argument.is_empty() && name != "wn" => self.quit(is_forced),
            "x" | "xit" => {
                if self.write(range, argument, is_forced) {
                    self.quit(false);
                }
            }
            "wn" => {
                if self.write(range, argument, is_forced) {
                    self.next_file(1, false);
                }
            }
            "e" | "edit" => self.edit(argument, is_forced),
            "n" | "next" => self.next_file(1, is_forced),
            "N" | "prev" | "previous" => self.next_file(-1, is_forced),
            "r" | "read" => self.read(tty, range, argument)?,
            "f" | "file" => {
                if !argument.is_empty() {
                    self.path = Some(argument.to_string());
                }
                let name = self.path.clone().unwrap_or_else(|| "[No Name]".to_string());
                self.message = format!("\"{name}\" {} lines", self.text.len());
            }
            "d" | "delete" => {
                self.save();
                let register = self.text.cut_lines(range.first, range.last);
                self.keep(register);
                let line = range.first.min(self.text.len() - 1);
                self.at = Place { line, column: motion::first_character(&self.text, line) };
            }
            "y" | "yank" => {
                let register = self.text.copy_lines(range.first, range.last);
                self.keep(register);
            }
            "pu" | "put" => {
                self.at.line = range.last;
                if let Some(register) = self.registers.get_mut(&'"') {
                    register.is_lines = true;
                }
                self.put(!is_forced, 1);
            }
            "j" | "join" => {
                let count = if range.is_given { (range.last - range.first).max(1) } else { 1 };
                self.join(range.first, count);
            }
            "m" | "move" | "t" | "co" | "copy" => self.carry(range, argument, name.starts_with('m')),
            ">" | "<" => {
                let times = 1 + argument.chars().filter(|next| name.starts_with(*next)).count();
                self.shift(range.first, range.last, name == ">", times);
            }
            "k" | "mark" => {
                if let Some(name) = argument.chars().next() {
                    self.marks.insert(name, Place { line: range.last, column: 0 });
                }
            }
            "s" | "substitute" | "&" => self.substitute(tty, range, if name == "&" { "" } else { arguments }, arguments)?,
            "g" | "global" | "v" | "vglobal" => self.global(tty, range, arguments, is_forced || name.starts_with('v'))?,
            "u" | "undo" => {
                if let Some(place) = self.text.undo(self.at) {
                    self.at = place;
                }
            }
            "red" | "redo" => {
                if let Some(place) = self.text.redo(self.at) {
                    self.at = place;
                }
            }
            "set" | "se" => self.set(argument),
            "noh" | "nohlsearch" => self.options.marks_matches = false,
            "=" => self.message = (if range.is_given { range.last + 1 } else { self.text.len() }).to_string(),
            "norm" | "normal" => {
                // The keys come back through the terminal's.
                tty.keys.unread(arguments.strip_prefix(' ').unwrap_or(arguments).as_bytes());
            }
            "!" if range.is_given => {
                let bytes = self.text.bytes(range.first, range.last);
                let (output, _) = self.through(tty, argument, &bytes)?;
                self.save();
                self.text.cut_lines(range.first, range.last);
                let was_all = self.text.is_empty();
                self.text.insert_lines(range.first.min(self.text.len()), lines_of(&output).iter().map(|line| line.to_vec()));
                if was_all && self.text.len() > 1 {
                    let last = self.text.len() - 1;
                    self.text.lines.remove(last);
                }
                self.at = Place { line: range.first.min(self.text.len() - 1), column: 0 };
            }
            "!" => {
                self.run_shell(tty, argument)?;
            }
            "sh" | "shell" => self.run_shell(tty, "exec ${SHELL:-sh}")?,
            "cq" => self.exit = Some(1),
            "ve" | "version" => self.message = "vi of secure-exec".to_string(),
            _ => self.message = format!("Not an editor command: {line}"),
        }
        Ok(())
    }

    fn run_shell(&mut self, tty: &mut Tty, command: &str) -> io::Result<()> {
        let status = tty.away(|| {
            let status = commands::shell(command);
            println!("\nPress ENTER to continue");
            status
        })?;
        self.key(tty)?;
        tty.put("\x1b[2J");
        self.message = if status == 0 { String::new() } else { format!("shell returned {status}") };
        Ok(())
    }

    /// Sends text through a shell command; what it prints, and how many lines went in.
    fn through(&mut self, tty: &mut Tty, command: &str, input: &[u8]) -> io::Result<(Vec<u8>, usize)> {
        let (source, target) = (format!("/tmp/vi.{}.in", sys::getpid()), format!("/tmp/vi.{}.out", sys::getpid()));
        std::fs::write(&source, input)?;
        tty.away(|| commands::shell(&format!("{{ {command}\n}} <{source} >{target} 2>&1")))?;
        let output = std::fs::read(&target);
        for path in [&source, &target] {
            // They were made above.
            let _ = std::fs::remove_file(path);
        }
        Ok((output?, input.iter().filter(|byte| **byte == b'\n').count()))
    }

    fn quit(&mut self, is_forced: bool) {
        match self.text.is_changed() && !is_forced {
            true => self.message = "No write since last change (add ! to override)".to_string(),
            false => self.exit = Some(0),
        }
    }

    fn write(&mut self, range: Range, argument: &str, is_forced: bool) -> bool {
        let (appends, name) = match argument.strip_prefix(">>") {
            Some(name) => (true, name.trim()),
            None => (false, argument),
        };
        let Some(path) = Some(name).filter(|name| !name.is_empty()).map(str::to_string).or(self.path.clone()) else {
            self.message = "No file name".to_string();
            return false;
        };
        let is_own = self.path.as_deref() == Some(path.as_str());
        if self.is_read_only && is_own && !is_forced {
            self.message = "'readonly' option is set (add ! to override)".to_string();
            return false;
        }
        let exists = std::fs::metadata(&path).is_ok();
        if exists && !is_own && !is_forced && !appends {
            self.message = "File exists (add ! to override)".to_string();
            return false;
        }
        let (first, last) = range_or_all(range, self.text.len());
        let bytes = match self.text.is_empty() && !exists {
            true => Vec::new(),
            false => self.text.bytes(first, last),
        };
        let mut options = std::fs::OpenOptions::new();
        options.create(true).write(true).append(appends).truncate(!appends);
        match options.open(&path).and_then(|mut file| io::Write::write_all(&mut file, &bytes)) {
            Ok(()) => {
                let new = if exists { "" } else { " [New]" };
                self.message = format!("\"{path}\"{new} {}L, {}B written", last - first + 1, bytes.len());
                if self.path.is_none() {
                    self.path = Some(path);
                }
                if !range.is_given && !appends {
                    self.text.note_written();
                }
                true
            }
            Err(error) => {
                self.message = format!("\"{path}\" {}", sys::errno::message(&error));
                false
            }
        }
    }

    fn edit(&mut self, argument: &str, is_forced: bool) {
        if self.text.is_changed() && !is_forced {
            self.message = "No write since last change (add ! to override)".to_string();
            return;
        }
        let path = if argument.is_empty() { self.path.clone() } else { Some(argument.to_string()) };
        match path {
            Some(path) => self.open(&path),
            None => self.message = "No file name".to_string(),
        }
    }

    fn next_file(&mut self, step: i64, is_forced: bool) {
        if self.text.is_changed() && !is_forced {
            self.message = "No write since last change (add ! to override)".to_string();
            return;
        }
        match usize::try_from(self.file as i64 + step).ok().and_then(|file| Some((file, self.files.get(file)?.clone()))) {
            Some((file, path)) => {
                self.file = file;
                self.open(&path);
            }
            None => self.message = "No more files".to_string(),
        }
    }

    fn read(&mut self, tty: &mut Tty, range: Range, argument: &str) -> io::Result<()> {
        let bytes = match argument.strip_prefix('!') {
            Some(command) => self.through(tty, command, b"")?.0,
            None => match std::fs::read(if argument.is_empty() { self.path.as_deref().unwrap_or("") } else { argument }) {
                Ok(bytes) => bytes,
                Err(error) => {
                    self.message = format!("\"{argument}\" {}", sys::errno::message(&error));
                    return Ok(());
                }
            },
        };
        if !bytes.is_empty() {
            self.save();
            let line = range.last + 1;
            self.text.insert_lines(line, lines_of(&bytes).iter().map(|line| line.to_vec()));
            self.at = Place { line, column: 0 };
        }
        Ok(())
    }

    /// `:m` and `:t`
    fn carry(&mut self, range: Range, argument: &str, moves: bool) {
        let target = match argument {
            "0" => 0,
            _ => match self.range(argument) {
                Ok((target, _)) => target.last + 1,
                Err(message) => {
                    self.message = message;
                    return;
                }
            },
        };
        let lines = self.text.copy_lines(range.first, range.last).lines;
        let count = lines.len();
        if moves && (range.first + 1..=range.last).contains(&target) {
            self.message = "Cannot move a range of lines into itself".to_string();
            return;
        }
        self.save();
        self.text.insert_lines(target, lines);
        if moves {
            let first = if target <= range.first { range.first + count } else { range.first };
            self.text.lines.drain(first..first + count);
        }
        let end = if moves && target > range.last { target } else { target + count };
        self.at = Place { line: end - 1, column: 0 };
    }

    /// Takes `%`, `n,m`, `.`, `$`, `'a`, `/text/` with `+n` and `-n` off a command.
    fn range<'a>(&mut self, line: &'a str) -> Result<(Range, &'a str), String> {
        if let Some(rest) = line.strip_prefix('%') {
            return Ok((Range { first: 0, last: self.text.len() - 1, is_given: true }, rest));
        }
        let (first, rest) = self.address(line)?;
        let mut range = Range { first: first.unwrap_or(self.at.line), last: first.unwrap_or(self.at.line), is_given: first.is_some() };
        let mut rest = rest;
        if let Some(after) = rest.strip_prefix([',', ';']) {
            let (last, after) = self.address(after)?;
            range.last = last.unwrap_or(self.at.line);
            range.is_given = true;
            rest = after;
        }
        if range.first > range.last {
            std::mem::swap(&mut range.first, &mut range.last);
        }
        if range.last >= self.text.len() {
            return Err("Invalid range".to_string());
        }
        Ok((range, rest))
    }

    fn address<'a>(&mut self, text: &'a str) -> Result<(Option<usize>, &'a str), String> {
        let text = text.trim_start();
        let digits = text.len() - text.trim_start_matches(|next: char| next.is_ascii_digit()).len();
        let (mut line, mut rest) = match text.chars().next() {
            Some('.') => (Some(self.at.line as i64), &text[1..]),
            Some('$') => (Some(self.text.len() as i64 - 1), &text[1..]),
            Some('\'') => {
                let name = text[1..].chars().next().unwrap_or(' ');
                let place = self.marks.get(&name).ok_or("Mark not set")?;
                (Some(place.line as i64), &text[1 + name.len_utf8()..])
            }
            Some(delimiter @ ('/' | '?')) => {
                let (wanted, after) = delimited(&text[1..], delimiter);
                let pattern = Pattern::new(&of_basic(&wanted), self.options.ignores_case, true)?;
                let count = self.text.len();
                let found = (1..=count).map(|step| match delimiter {
                    '/' => (self.at.line + step) % count,
                    _ => (self.at.line + count - step) % count,
                }).find(|line| pattern.is_match(&self.text.line(*line).iter().collect::<String>()));
                (Some(found.ok_or(format!("Pattern not found: {wanted}"))? as i64), after)
            }
            _ if digits > 0 => {
                let number = text[..digits].parse::<i64>().unwrap_or(i64::MAX);
                (Some((number - 1).max(0)), &text[digits..])
            }
            Some('+' | '-') => (Some(self.at.line as i64), text),
            _ => (None, text),
        };
        while let Some(sign) = rest.chars().next().filter(|sign| matches!(sign, '+' | '-')) {
            rest = &rest[1..];
            let digits = rest.len() - rest.trim_start_matches(|next: char| next.is_ascii_digit()).len();
            let step = rest[..digits].parse::<i64>().unwrap_or(1);
            rest = &rest[digits..];
            line = line.map(|line| line.saturating_add(if sign == '+' { step } else { -step }).max(0));
        }
        Ok((line.map(|line| usize::try_from(line).unwrap_or(usize::MAX)), rest))
    }

    /// `:s/old/new/flags`; without them the last one again.
    fn substitute(&mut self, tty: &mut Tty, range: Range, arguments: &str, flags: &str) -> io::Result<()> {
        if let Some(delimiter) = arguments.chars().next().filter(|next| !next.is_alphanumeric() && !next.is_whitespace()) {
            let (old, rest) = delimited(&arguments[delimiter.len_utf8()..], delimiter);
            let (new, flags) = delimited(rest, delimiter);
            let old = match (old.is_empty(), &self.search) {
                (true, Some((pattern, _))) => pattern.text.clone(),
                _ => of_basic(&old),
            };
            self.substitution = Some((old, new, flags.trim().to_string()));
        } else if let Some((_, _, kept)) = &mut self.substitution {
            *kept = flags.trim().to_string();
        }
        let Some((old, new, flags)) = self.substitution.clone() else {
            self.message = "No previous substitute regular expression".to_string();
            return Ok(());
        };
        let ignores = flags.contains('i') || self.options.ignores_case;
        let pattern = match Pattern::new(&old, ignores, true) {
            Ok(pattern) => pattern,
            Err(message) => {
                self.message = message;
                return Ok(());
            }
        };
        let (everywhere, asks) = (flags.contains('g'), flags.contains('c'));
        self.save();
        let (mut count, mut changed) = (0, 0);
        let mut line = range.first;
        let mut last = range.last;
        let mut does_all = !asks;
        'lines: while line <= last && line < self.text.len() {
            let source: String = self.text.line(line).iter().collect();
            let mut output = String::new();
            let mut end = 0;
            let before = count;
            for found in pattern.regex().captures_iter(&source) {
                let Some(whole) = found.get(0) else { continue };
                if !does_all {
                    self.at = Place { line, column: source[..whole.start()].chars().count() };
                    self.message = format!("replace with {new} (y/n/a/q/l)?");
                    self.draw(tty)?;
                    match self.key(tty)? {
                        Some(Key::Char('y')) => {}
                        Some(Key::Char('a')) => does_all = true,
                        Some(Key::Char('l')) => {
                            last = line;
                        }
                        Some(Key::Char('q') | Key::Escape | Key::Control('C')) | None => {
                            last = 0;
                            break;
                        }
                        Some(_) => continue,
                    }
                }
                output.push_str(&source[end..whole.start()]);
                output.push_str(&replacement(&new, &found));
                end = whole.end();
                count += 1;
                if !everywhere {
                    break;
                }
            }
            if count > before {
                changed += 1;
                output.push_str(&source[end..]);
                let lines: Vec<Vec<char>> = output.split('\n').map(|line| line.chars().collect()).collect();
                let added = lines.len() - 1;
                self.text.lines.remove(line);
                self.text.insert_lines(line, lines);
                self.at = Place { line: line + added, column: 0 };
                line += added;
                last = if last == 0 { 0 } else { last + added };
            }
            if last == 0 && range.last > 0 {
                break 'lines;
            }
            line += 1;
        }
        self.text.forget_unchanged();
        self.message = match count {
            0 => format!("Pattern not found: {}", pattern.text),
            _ if changed > 2 => format!("{count} substitutions on {changed} lines"),
            _ => String::new(),
        };
        self.search = Some((pattern, true));
        Ok(())
    }

    /// `:g/text/command`: for each line that fits (or does not).
    fn global(&mut self, tty: &mut Tty, range: Range, arguments: &str, is_negated: bool) -> io::Result<()> {
        let Some(delimiter) = arguments.chars().next() else {
            self.message = "Regular expression missing from global".to_string();
            return Ok(());
        };
        let (wanted, command) = delimited(&arguments[delimiter.len_utf8()..], delimiter);
        let pattern = match Pattern::new(&of_basic(&wanted), self.options.ignores_case, true) {
            Ok(pattern) => pattern,
            Err(message) => {
                self.message = message;
                return Ok(());
            }
        };
        let (first, last) = range_or_all(range, self.text.len());
        let fits = |line: &Vec<char>| pattern.is_match(&line.iter().collect::<String>()) != is_negated;
        let marked: Vec<_> = self.text.lines[first..=last].iter().filter(|line| fits(line)).cloned().collect();
        if marked.is_empty() {
            self.message = format!("Pattern not found: {wanted}");
            return Ok(());
        }
        let is_delete = matches!(command, "d" | "delete");
        self.save();
        if is_delete {
            let kept = self.text.lines.iter().enumerate().filter(|(index, line)| !(first..=last).contains(index) || !fits(line));
            self.text.lines = kept.map(|(_, line)| line.clone()).collect();
            if self.text.lines.is_empty() {
                self.text.lines.push(Default::default());
            }
            self.message = format!("{} fewer lines", marked.len());
            return Ok(());
        }
        let mut from = first;
        for line in marked {
            // Lines move: a marked one is the same text, not the same number.
            let Some(place) = (from..self.text.len()).find(|index| std::rc::Rc::ptr_eq(&self.text.lines[*index], &line)) else { continue };
            self.at = Place { line: place, column: 0 };
            let before = self.text.len();
            self.ex(tty, command)?;
            from = (place + 1 + self.text.len()).saturating_sub(before).min(self.text.len());
        }
        Ok(())
    }

    fn set(&mut self, argument: &str) {
        for word in argument.split_whitespace() {
            let (name, value) = word.split_once('=').map_or((word, None), |(name, value)| (name, value.parse::<usize>().ok()));
            let (name, on) = match name.strip_prefix("no") {
                Some(rest) if !rest.is_empty() => (rest, false),
                _ => (name.trim_end_matches('!'), true),
            };
            match (name, value) {
                ("nu" | "number", _) => self.options.numbers = on,
                ("ic" | "ignorecase", _) => self.options.ignores_case = on,
                ("ai" | "autoindent", _) => self.options.indents = on,
                ("et" | "expandtab", _) => self.options.expands_tabs = on,
                ("hls" | "hlsearch", _) => self.options.marks_matches = on,
                ("ro" | "readonly", _) => self.is_read_only = on,
                ("ts" | "tabstop", Some(value)) => self.options.tab = value.clamp(1, 64),
                ("sw" | "shiftwidth", Some(value)) => self.options.shift = value.clamp(1, 64),
                ("all", _) => {
                    let on = |on: bool, name: &str| if on { name.to_string() } else { format!("no{name}") };
                    self.message = [
                        on(self.options.indents, "autoindent"),
                        on(self.options.expands_tabs, "expandtab"),
                        on(self.options.ignores_case, "ignorecase"),
                        on(self.options.numbers, "number"),
                        format!("shiftwidth={}", self.options.shift),
                        format!("tabstop={}", self.options.tab),
                    ]
                    .join(" ");
                }
                _ => self.message = format!("Unknown option: {word}"),
            }
        }
    }
}

fn range_or_all(range: Range, count: usize) -> (usize, usize) {
    if range.is_given { (range.first, range.last) } else { (0, count - 1) }
}

/// Text up to a delimiter that no backslash protects, and what comes after it.
fn delimited(source: &str, delimiter: char) -> (String, &str) {
    let mut part = String::new();
    let mut characters = source.char_indices();
    while let Some((place, character)) = characters.next() {
        match character {
            _ if character == delimiter => return (part, &source[place + character.len_utf8()..]),
            '\\' => match characters.next() {
                Some((_, next)) if next == delimiter => part.push(next),
                Some((_, next)) => part.extend(['\\', next]),
                None => part.push('\\'),
            },
            _ => part.push(character),
        }
    }
    (part, "")
}

/// `&`, `\1`, `\n`, `\u` and their like in a replacement.
fn replacement(new: &str, found: &regex_lite::Captures) -> String {
    let group = |index: usize| found.get(index).map_or("", |group| group.as_str());
    let mut output = String::new();
    let mut case = None;
    let mut characters = new.chars();
    while let Some(character) = characters.next() {
        let piece = match character {
            '&' => group(0).to_string(),
            '\r' => "\n".to_string(),
            '\\' => match characters.next() {
                Some(digit @ '0'..='9') => group(digit as usize - '0' as usize).to_string(),
                Some('n' | 'r') => "\n".to_string(),
                Some('t') => "\t".to_string(),
                Some(letter @ ('u' | 'l' | 'U' | 'L' | 'E' | 'e')) => {
                    case = Some(letter);
                    continue;
                }
                Some(other) => other.to_string(),
                None => "\\".to_string(),
            },
            other => other.to_string(),
        };
        match case {
            Some('U') => output.push_str(&piece.to_uppercase()),
            Some('L') => output.push_str(&piece.to_lowercase()),
            Some(letter @ ('u' | 'l')) => {
                let mut rest = piece.chars();
                if let Some(first) = rest.next() {
                    match letter {
                        'u' => output.extend(first.to_uppercase()),
                        _ => output.extend(first.to_lowercase()),
                    }
                    case = None;
                }
                output.extend(rest);
            }
            _ => output.push_str(&piece),
        }
    }
    output
}
