//! How an interactive shell gets its next line: prompt, editor, history expansion, and the note in the history.

use super::history::truncate_file;
use super::history_expansion::{self, Context, Expanded};
use super::prompt::without_marks;
use crate::expand::pattern::{Pattern, PatternByte};
use crate::input::Line;
use crate::parse::Parser;
use crate::state::{Interrupt, Outcome, Shell};
use std::io;
use std::rc::Rc;

impl Shell {
    /// What bash sets when it starts on a terminal; before start-up files, which may change it.
    pub fn begin_interaction(&mut self) {
        self.read_input_settings();
        for option in ["history", "histexpand"] {
            self.options.set(option, true);
        }
        if !self.options.named("vi") {
            self.options.set("emacs", true);
        }
        let file = if self.options.named("posix") { "/.sh_history" } else { "/.bash_history" };
        let path = [self.variables.scalar("HOME").unwrap_or(b"/"), file.as_bytes()].concat();
        for (name, value) in [("HISTFILE", path), ("HISTSIZE", b"500".to_vec()), ("HISTFILESIZE", b"500".to_vec())] {
            if self.variables.get(name).is_none() {
                // Nothing is read-only yet.
                let _ = self.variables.set_scalar(name, value);
            }
        }
    }

    /// Takes the history file's entries; after start-up files.
    pub fn load_history(&mut self) {
        let Some(path) = self.history_file() else { return };
        let size = self.history_size("HISTSIZE");
        let history = &mut Rc::make_mut(&mut self.interactive).history;
        // There may be no file yet.
        history.lines_read = history.read(&path, 0).unwrap_or(0);
        history.limit(size);
    }

    /// Writes the history file when the shell ends.
    pub fn save_history(&mut self) {
        if !self.is_interactive || !self.options.named("history") {
            return;
        }
        let Some(path) = self.history_file() else { return };
        let with_times = self.variables.scalar("HISTTIMEFORMAT").is_some();
        let lines = self.history_size("HISTFILESIZE");
        let history = &mut Rc::make_mut(&mut self.interactive).history;
        // What cannot be written is lost without a word, as in bash.
        if history.write(&path, true, with_times).is_ok() {
            let _ = truncate_file(&path, lines);
        }
    }

    pub fn history_file(&self) -> Option<Vec<u8>> {
        self.variables.scalar("HISTFILE").filter(|path| !path.is_empty()).map(<[u8]>::to_vec)
    }

    fn history_size(&self, name: &str) -> usize {
        let number = self.variables.scalar(name).and_then(|text| std::str::from_utf8(text).ok()?.trim().parse::<i64>().ok());
        // Negative numbers and none at all mean no limit.
        number.and_then(|number| usize::try_from(number).ok()).unwrap_or(usize::MAX)
    }

    /// Whether lines are edited: input from a terminal that can move its cursor.
    fn edits_lines(&self) -> bool {
        self.is_interactive
            && self.source_letter != Some(b'c')
            && !self.no_editing
            && (self.options.named("emacs") || self.options.named("vi"))
            && self.variables.scalar("TERM").is_some_and(|term| !term.is_empty() && term != b"dumb")
            && self.is_terminal(b"0")
    }

    /// Reads a line of commands with a prompt (`text` is what came before it of the same command). An error with
    /// `interrupt` set is a signal.
    pub fn read_command_line(&mut self, text: &[u8]) -> io::Result<Line> {
        let variable = if text.is_empty() { "PS1" } else { "PS2" };
        if !self.is_interactive {
            return self.read_until(0, Some(b'\n'), None);
        }
        let default: &[u8] = if text.is_empty() { b"$ " } else { b"> " };
        let prompt = self.variables.scalar(variable).unwrap_or(default).to_vec();
        let prompt = self.expand_prompt_with_marks(&prompt);
        let line = match self.edits_lines() {
            true => {
                let fd = self.descriptors.real(0)?;
                let first = Rc::make_mut(&mut self.interactive).next_entry.take();
                match self.edit_line(fd, &prompt, first)? {
                    Some(text) => Line { text, is_terminated: true },
                    None => Line { text: Vec::new(), is_terminated: false },
                }
            }
            false => {
                // Nothing can be told about a closed stderr.
                let _ = self.write(2, &without_marks(&prompt));
                self.read_until(0, Some(b'\n'), None)?
            }
        };
        self.expand_and_note(line, text)
    }

    /// Applies history expansion and puts the line into the history.
    fn expand_and_note(&mut self, mut line: Line, text: &[u8]) -> io::Result<Line> {
        if !self.options.named("history") || (!line.is_terminated && line.text.is_empty()) {
            return Ok(line);
        }
        let (delimiter, quote) = self.open_construct(text);
        if self.options.named("histexpand") {
            let context = Context { quote, extglob: self.shell_options.is_on("extglob") };
            let interactive = Rc::make_mut(&mut self.interactive);
            let mut substitution = interactive.substitution.take();
            let expanded = history_expansion::expand(&line.text, &interactive.history, &mut substitution, context);
            interactive.substitution = substitution;
            match expanded {
                Ok(Expanded::Same) => {}
                Ok(Expanded::Changed { line: new, only_prints }) => {
                    // Nothing can be told about a closed stderr.
                    let _ = self.write(2, &[new.as_slice(), b"\n"].concat());
                    line.text = new;
                    if only_prints {
                        self.note_line(&line.text, text, delimiter);
                        return self.give_line_up(self.status);
                    }
                }
                Err(message) => {
                    self.complain(message);
                    return self.give_line_up(self.status);
                }
            }
        }
        self.note_line(&line.text, text, delimiter);
        Ok(line)
    }

    fn give_line_up(&mut self, status: i32) -> io::Result<Line> {
        self.interrupt = Some(Interrupt::TopLevel(status));
        Err(io::ErrorKind::Interrupted.into())
    }

    /// What joins a further line to the command it belongs to, and the quote that is open before it.
    fn open_construct(&self, text: &[u8]) -> (&'static [u8], Option<u8>) {
        if text.is_empty() {
            return (b"", None);
        }
        let mut parser = Parser::new(text, 1, 0);
        let error = loop {
            match parser.next_list() {
                Ok(Some(_)) => {}
                Ok(None) => break None,
                Err(error) => break Some(error),
            }
        };
        if parser.awaits_here_document() {
            return (b"\n", None);
        }
        let quote = error.and_then(|error| match error.message.split('`').nth(1).map(str::as_bytes) {
            Some([b'\'', ..]) if error.message.contains("matching") => Some(b'\''),
            Some([b'"', ..]) if error.message.contains("matching") => Some(b'"'),
            _ => None,
        });
        if quote.is_some() {
            return (b"\n", quote);
        }
        if text.ends_with(b"\\\n") {
            return (b"", None);
        }
        let words = history_expansion::words(text);
        let needs_no_semicolon: [&[u8]; 15] = [
            b"&&", b"||", b"|", b"|&", b";", b"&", b";;", b"{", b"(", b"do", b"then", b"else", b"elif", b"in", b")",
        ];
        match words.last() {
            Some(last) if needs_no_semicolon.contains(&last.as_slice()) => (b" ", None),
            _ => (b"; ", None),
        }
    }

    /// Puts a line into the history, as HISTCONTROL and HISTIGNORE say.
    pub fn note_line(&mut self, line: &[u8], before: &[u8], delimiter: &[u8]) {
        if !before.is_empty() {
            let history = &mut Rc::make_mut(&mut self.interactive).history;
            if history.has_current && self.shell_options.is_on("cmdhist") {
                let delimiter = if self.shell_options.is_on("lithist") { b"\n" } else { delimiter };
                // A backslash at the end was taken out with the line's end.
                if before.ends_with(b"\\\n") {
                    let last = history.last().unwrap_or(b"").strip_suffix(b"\\").map(<[u8]>::to_vec);
                    if let Some(last) = last {
                        let entry = history.pop();
                        history.push(&last, entry.and_then(|entry| entry.time));
                    }
                }
                history.extend_last(&[delimiter, line].concat());
            }
            return;
        }
        Rc::make_mut(&mut self.interactive).history.has_current = false;
        let control = self.variables.scalar("HISTCONTROL").unwrap_or(b"").to_vec();
        let controls: Vec<&[u8]> = control.split(|byte| *byte == b':').collect();
        let says = |word: &[u8]| controls.contains(&word) || (word != b"erasedups" && controls.contains(&b"ignoreboth".as_slice()));
        if line.trim_ascii().is_empty()
            || (says(b"ignorespace") && matches!(line[0], b' ' | b'\t'))
            || (says(b"ignoredups") && self.interactive.history.last() == Some(line))
            || self.is_ignored_in_history(line)
        {
            return;
        }
        let erases = says(b"erasedups");
        let size = self.history_size("HISTSIZE");
        let time = crate::state::special_variables::seconds_since_epoch() as i64;
        let history = &mut Rc::make_mut(&mut self.interactive).history;
        if erases {
            history.erase(line);
        }
        history.push(line, Some(time));
        history.limit(size);
        history.has_current = true;
    }

    /// HISTIGNORE: patterns of whole lines; `&` is the line before.
    fn is_ignored_in_history(&self, line: &[u8]) -> bool {
        let Some(ignored) = self.variables.scalar("HISTIGNORE") else { return false };
        let last = self.interactive.history.last().unwrap_or(b"");
        ignored.split(|byte| *byte == b':').filter(|pattern| !pattern.is_empty()).any(|pattern| match pattern {
            b"&" => line == last,
            _ => {
                let bytes: Vec<PatternByte> =
                    pattern.iter().map(|byte| PatternByte { byte: *byte, is_quoted: false }).collect();
                Pattern::new(&bytes, self.pattern_rules()).matches(line)
            }
        })
    }

    /// Lets the user change text in an editor (FCEDIT, EDITOR, vi); `None` if the editor failed.
    pub fn edit_in_editor(&mut self, text: &[u8], editor: Option<&[u8]>) -> Outcome<Option<Vec<u8>>> {
        let path = format!("/tmp/bash-fc.{}", self.pid());
        if let Err(error) = std::fs::write(&path, text) {
            self.complain(format!("{path}: cannot create temp file: {}", sys::errno::message(&error)));
            return Ok(None);
        }
        let editor = editor.map(<[u8]>::to_vec).unwrap_or_else(|| b"${FCEDIT:-${VISUAL:-${EDITOR:-vi}}}".to_vec());
        let command = [editor.as_slice(), b" ", path.as_bytes()].concat();
        let line = self.line;
        let result = self.run_script_text(&command, line, "");
        let edited = std::fs::read(&path);
        // It was made above.
        let _ = std::fs::remove_file(&path);
        match result? {
            0 => Ok(edited.ok()),
            _ => Ok(None),
        }
    }
}
