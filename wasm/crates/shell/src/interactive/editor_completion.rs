//! Tab: completes the word before the cursor, or lists what it could become.

use super::completion;
use super::completion_word::{self, Found};
use super::editor::{Editor, Last};
use super::history_expansion;
use crate::completion::CompletionContext;
use crate::expand::quote;
use crate::parse;
use crate::state::Interrupt;
use crate::state::completions::{ACTIONS, Completion};
use std::io;
use terminal::text;

/// What a word could become, and how it is put in.
struct Candidates {
    found: Found,
    /// Sorted.
    names: Vec<Vec<u8>>,
    are_files: bool,
    adds_space: bool,
    quotes: bool,
}

impl Editor<'_> {
    pub fn complete(&mut self, last: &Last) -> io::Result<()> {
        let candidates = self.candidates()?;
        if candidates.names.is_empty() {
            self.bell();
            return Ok(());
        }
        let settings = self.shell.interactive.settings.clone();
        let common = common_start(&candidates.names, settings.completion_ignore_case && candidates.are_files);
        let is_longer = common.len() > candidates.found.word.len() || !common.starts_with(&candidates.found.word);
        if candidates.names.len() == 1 {
            let name = candidates.names[0].clone();
            self.put_completion(&candidates, &name, true);
            return Ok(());
        }
        if is_longer && !common.is_empty() {
            self.put_completion(&candidates, &common, false);
        }
        let shows_all = settings.show_all_if_ambiguous || settings.show_all_if_unmodified && !is_longer;
        if *last == Last::Complete || shows_all {
            return self.list(&candidates);
        }
        self.bell();
        self.last = Last::Complete;
        Ok(())
    }

    pub fn list_completions(&mut self) -> io::Result<()> {
        let candidates = self.candidates()?;
        match candidates.names.is_empty() {
            true => {
                self.bell();
                Ok(())
            }
            false => self.list(&candidates),
        }
    }

    /// M-*: everything the word could become.
    pub fn insert_completions(&mut self) -> io::Result<()> {
        let candidates = self.candidates()?;
        let mut line = Vec::new();
        for name in &candidates.names {
            line.extend(quote::backslashed(name));
            line.push(b' ');
        }
        if line.is_empty() {
            self.bell();
        } else {
            let start = self.character_index(candidates.found.start);
            self.buffer.replace(start, self.buffer.cursor, &text::decode(&line));
        }
        Ok(())
    }

    /// M-&: the home directory in place of `~`.
    pub fn expand_tilde(&mut self) {
        let before = text::encode(&self.buffer.text[..self.buffer.cursor]);
        let found = completion_word::find(&before);
        let path = completion::without_tilde(self.shell, &found.word);
        if path != found.word {
            let start = self.character_index(found.start);
            self.buffer.replace(start, self.buffer.cursor, &text::decode(&quote::backslashed(&path)));
        }
    }

    /// M-C-e: the line as the shell would see it after its expansions.
    pub fn expand_line(&mut self) {
        self.expand_history_in_line();
        let line = text::encode(&self.buffer.text);
        let mut expanded = Vec::new();
        for word in history_expansion::words(&line) {
            let value = parse::parse_word(&word, self.shell.line).ok().and_then(|word| self.shell.expand_to_string(&word).ok());
            expanded.push(value.unwrap_or(word));
        }
        self.buffer.set(text::decode(&expanded.join(b" ".as_slice())));
    }

    fn character_index(&self, byte: usize) -> usize {
        let line = text::encode(&self.buffer.text);
        text::decode(&line[..byte.min(line.len())]).len()
    }

    fn candidates(&mut self) -> io::Result<Candidates> {
        let before = text::encode(&self.buffer.text[..self.buffer.cursor]);
        let found = completion_word::find(&before);
        let mut candidates = Candidates { names: Vec::new(), are_files: false, adds_space: true, quotes: false, found };
        let word = candidates.found.word.clone();
        let is_single_quoted = candidates.found.quote == Some(b'\'');
        if let Some(dollar) = word.iter().rposition(|byte| *byte == b'$').filter(|_| !is_single_quoted) {
            let name = &word[dollar + 1..];
            let (open, name) = match name.strip_prefix(b"{") {
                Some(name) => (b"${".as_slice(), name),
                None => (b"$".as_slice(), name),
            };
            if name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_') {
                let close: &[u8] = if open.len() == 2 { b"}" } else { b"" };
                let names = self.shell.names_of_kind("variable", name);
                candidates.names = names.iter().map(|name| [&word[..dollar], open, name, close].concat()).collect();
                return Ok(candidates);
            }
        }
        if word.starts_with(b"~") && !word.contains(&b'/') {
            let users = self.shell.names_of_kind("user", &word[1..]);
            candidates.names = users.iter().map(|user| [b"~", user.as_slice()].concat()).collect();
            if word == b"~" && candidates.names.is_empty() {
                candidates.names = vec![b"~/".to_vec()];
                candidates.adds_space = false;
            }
            return Ok(candidates);
        }
        let completion = match (&candidates.found, self.shell.shell_options.is_on("progcomp")) {
            (_, false) => None,
            (found, _) if found.is_redirection => None,
            (found, _) if found.is_command => {
                let name: &[u8] = if before.trim_ascii().is_empty() { b"-E" } else { b"-I" };
                self.shell.completions.of.get(name).cloned()
            }
            (found, _) => self.completion_of(&found.words[0]).or_else(|| self.shell.completions.of.get(b"-D".as_slice()).cloned()),
        };
        let mut falls_back = true;
        if let Some(mut completion) = completion {
            let words = candidates.found.words.clone();
            let context = CompletionContext {
                command: words[0].clone(),
                previous: words.len().checked_sub(2).map_or_else(Vec::new, |index| words[index].clone()),
                line: text::encode(&self.buffer.text),
                point: before.len(),
                word_index: words.len() as i64 - 1,
                words,
            };
            for _ in 0..2 {
                self.interactive().completion_status = 0;
                match self.shell.candidates(&completion, &word, &context) {
                    Ok(names) => candidates.names = names,
                    Err(Interrupt::Discard(_) | Interrupt::TopLevel(_) | Interrupt::Return(_)) => {}
                    Err(interrupt) => {
                        self.shell.interrupt = Some(interrupt);
                        return Err(io::ErrorKind::Interrupted.into());
                    }
                }
                // `compopt` has changed it, or the function has set another one and wants that tried: 124.
                let now = self.completion_of(&context.command);
                completion = now.unwrap_or(completion);
                if self.shell.interactive.completion_status != 124 {
                    break;
                }
            }
            candidates.adds_space = !completion.has_option("nospace");
            let makes_files = completion.actions.iter().any(|row| matches!(ACTIONS[*row].0, "file" | "directory"));
            let says_files = ["filenames", "plusdirs", "dirnames", "default"].iter().any(|option| completion.has_option(option));
            candidates.are_files = makes_files || says_files;
            candidates.quotes = candidates.are_files && !completion.has_option("noquote");
            falls_back = candidates.names.is_empty() && completion.has_option("bashdefault");
        }
        if falls_back && candidates.names.is_empty() {
            let is_command = candidates.found.is_command && !word.contains(&b'/');
            candidates.names = match is_command {
                true => self.shell.command_names(&word),
                false => completion::files(self.shell, &word),
            };
            candidates.are_files = !is_command;
            candidates.quotes = candidates.are_files;
        }
        candidates.names.sort();
        candidates.names.dedup();
        Ok(candidates)
    }

    /// What `complete` has set for a command's name, or for its last part.
    fn completion_of(&self, name: &[u8]) -> Option<Completion> {
        let base = name.rsplit(|byte| *byte == b'/').next().unwrap_or(name);
        let of = &self.shell.completions.of;
        of.get(name).or_else(|| of.get(base)).cloned()
    }

    /// Puts a completion in place of the word; a whole one is closed.
    fn put_completion(&mut self, candidates: &Candidates, name: &[u8], is_whole: bool) {
        let is_directory = is_whole && candidates.are_files && completion::is_directory(self.shell, name);
        let mut put = Vec::new();
        match candidates.found.quote {
            Some(open) => {
                put.push(open);
                for byte in name {
                    if open == b'"' && b"\"\\`".contains(byte) && candidates.quotes {
                        put.push(b'\\');
                    }
                    put.push(*byte);
                }
            }
            None if candidates.quotes && !name.is_empty() => {
                let (tilde, rest) = match name.strip_prefix(b"~") {
                    Some(rest) if rest.starts_with(b"/") => (b"~".as_slice(), rest),
                    _ => (b"".as_slice(), name),
                };
                put.extend_from_slice(tilde);
                put.extend(quote::backslashed(rest));
            }
            None => put.extend_from_slice(name),
        }
        if is_directory && self.shell.interactive.settings.mark_directories {
            if !put.ends_with(b"/") {
                put.push(b'/');
            }
        } else if is_whole && !is_directory {
            put.extend(candidates.found.quote);
            if candidates.adds_space {
                put.push(b' ');
            }
        }
        let start = self.character_index(candidates.found.start);
        self.buffer.replace(start, self.buffer.cursor, &text::decode(&put));
    }

    /// Shows the candidates in columns below the line.
    fn list(&mut self, candidates: &Candidates) -> io::Result<()> {
        self.screen.show(&self.prompt, &self.buffer.text, self.buffer.text.len());
        self.screen.leave();
        let count = candidates.names.len();
        let many = self.shell.interactive.settings.completion_query_items;
        if many > 0 && count >= many {
            self.screen.send(format!("Display all {count} possibilities? (y or n)").as_bytes());
            self.flush()?;
            let answer = self.byte()?;
            self.screen.send(b"\n");
            if !matches!(answer, Some(b'y' | b'Y' | b' ')) {
                return Ok(());
            }
        }
        let shown: Vec<(Vec<u8>, usize)> = candidates
            .names
            .iter()
            .map(|name| {
                let base = name.strip_suffix(b"/").unwrap_or(name);
                let base = match candidates.are_files {
                    true => base.rsplit(|byte| *byte == b'/').next().unwrap_or(base),
                    false => name,
                };
                let characters = text::decode(base);
                let mut shown: Vec<u8> = characters.iter().flat_map(|next| text::shown(*next).into_bytes()).collect();
                let mut width = text::width_of(&characters);
                if candidates.are_files && completion::is_directory(self.shell, name) {
                    shown.push(b'/');
                    width += 1;
                }
                (shown, width)
            })
            .collect();
        let output = in_columns(&shown, self.screen.size().columns);
        match self.shell.interactive.settings.page_completions {
            true => self.page(&output),
            false => {
                self.screen.send(&output);
                Ok(())
            }
        }
    }

    /// Shows lines a screenful at a time, as far as the user wants to see them.
    fn page(&mut self, output: &[u8]) -> io::Result<()> {
        let page = self.screen.size().rows.saturating_sub(1).max(1);
        let mut left = page;
        for line in output.split_inclusive(|byte| *byte == b'\n') {
            while left == 0 {
                self.screen.send(b"--More--");
                self.flush()?;
                let answer = self.byte()?;
                self.screen.send(b"\r        \r");
                left = match answer {
                    Some(b'y' | b'Y' | b' ' | b'\t') => page,
                    Some(b'\r' | b'\n') => 1,
                    None | Some(b'n' | b'N' | b'q' | b'Q' | 3 | 127) => return Ok(()),
                    Some(_) => {
                        self.bell();
                        0
                    }
                };
            }
            self.screen.send(line);
            left -= 1;
        }
        Ok(())
    }
}

/// Names in columns as Readline lists them: downwards, with two blanks between.
fn in_columns(names: &[(Vec<u8>, usize)], columns: usize) -> Vec<u8> {
    let widest = names.iter().map(|(_, width)| *width).max().unwrap_or(0) + 2;
    let mut across = columns / widest;
    if across > 1 && across * widest == columns {
        across -= 1;
    }
    let across = across.max(1);
    let rows = names.len().div_ceil(across);
    let mut output = Vec::new();
    for row in 0..rows {
        let line: Vec<&(Vec<u8>, usize)> = names.iter().skip(row).step_by(rows).collect();
        for (index, (name, width)) in line.iter().enumerate() {
            output.extend_from_slice(name);
            if index + 1 < line.len() {
                output.extend(std::iter::repeat_n(b' ', widest - width));
            }
        }
        output.push(b'\n');
    }
    output
}

/// What all names begin with; whole characters.
fn common_start(names: &[Vec<u8>], ignores_case: bool) -> Vec<u8> {
    let Some((first, rest)) = names.split_first() else { return Vec::new() };
    let mut length = first.len();
    for name in rest {
        length = first.iter().zip(name).take(length).take_while(|(left, right)| left == right || ignores_case && left.eq_ignore_ascii_case(right)).count();
    }
    while length > 0 && length < first.len() && first[length] & 0xc0 == 0x80 {
        length -= 1;
    }
    first[..length].to_vec()
}
