//! The line editor: takes keys, does what they are bound to, shows the line.

use super::Interactive;
use super::buffer::{Buffer, WordKind};
use super::commands::Command;
use super::history::Entry;
use super::keymap::{self, Action, Found};
use super::prompt;
use super::screen::{Cell, Screen};
use super::vi::Vi;
use crate::state::traps::Event;
use crate::state::{Interrupt, Shell};
use std::collections::{BTreeMap, VecDeque};
use std::io::{self, Write};
use std::rc::Rc;
use sys::signal::{self, Disposition};
use terminal::{RawModes, size_of, text};

/// How reading a line goes on after a key.
pub(super) enum Step {
    Continue,
    Accept,
    /// ^D on an empty line.
    End,
}

/// What was done last, for commands that go on with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Last {
    Other,
    Kill,
    /// From, to: what was put in.
    Yank(usize, usize),
    /// The entry whose argument was put in, and where.
    LastArgument { entry: usize, from: usize, to: usize },
    /// A completion that found nothing to add: the next one lists.
    Complete,
    /// A search by what stands before the cursor: how much of it.
    Search(usize),
}

/// A child has changed.
const SIGCHLD: i32 = 17;

pub(super) struct Editor<'a> {
    pub shell: &'a mut Shell,
    fd: i32,
    output: i32,
    pub screen: Screen,
    pub prompt: Vec<Cell>,
    pub buffer: Buffer,
    /// The entry of the history that is edited; the new line is behind the last one.
    pub place: usize,
    /// Entries that have been changed, and the new line while another one is shown.
    pub kept: BTreeMap<usize, Buffer>,
    pub argument: Option<i64>,
    pub last: Last,
    mark: usize,
    overwrites: bool,
    pub vi: Option<Vi>,
    /// Bytes to take before those from the terminal: macros, and keys that ended something.
    queue: VecDeque<u8>,
    end_character: u8,
    /// Something was typed before the editor took the terminal: ^D came as NUL then.
    has_typed_ahead: bool,
}

impl Shell {
    /// Reads a line with the editor; `None` at the end of the input. Begins with the entry `first` of the history
    /// if there is one (^O).
    pub(super) fn edit_line(&mut self, fd: i32, prompt: &[u8], first: Option<usize>) -> io::Result<Option<Vec<u8>>> {
        let output = self.job_control.as_ref().and_then(|control| control.terminal).unwrap_or(2);
        let has_typed_ahead = sys::wait_readable(fd, Some(0.0)).unwrap_or(false);
        let modes = RawModes::enter(fd, true)?;
        let end_character = modes.control_character(4);
        let watches_size = self.traps.get(Event::Signal(terminal::calls::SIGWINCH)).is_none()
            && signal::set_action(terminal::calls::SIGWINCH, Disposition::Caught).is_ok();
        let tells_jobs = self.options.named("notify")
            && self.traps.get(Event::Signal(SIGCHLD)).is_none()
            && signal::set_action(SIGCHLD, Disposition::Caught).is_ok();
        let (before, last) = prompt::split(prompt);
        let mut editor = Editor {
            fd,
            output,
            screen: Screen::new(size_of(fd)),
            prompt: prompt::cells(last),
            buffer: Buffer::default(),
            place: self.interactive.history.len(),
            kept: BTreeMap::new(),
            argument: None,
            last: Last::Other,
            mark: 0,
            overwrites: false,
            vi: self.options.named("vi").then(Vi::default),
            queue: VecDeque::new(),
            end_character,
            has_typed_ahead,
            shell: self,
        };
        editor.note_size();
        editor.screen.send(b"\x1b[?2004h");
        editor.screen.send(&prompt::without_marks(before));
        if let Some(entry) = first {
            editor.go_to_entry(entry);
        }
        let result = editor.run();
        editor.screen.send(b"\x1b[?2004l\r");
        // A terminal that has hung up is told by reading.
        let _ = editor.flush();
        let line = result.map(|is_accepted| is_accepted.then(|| text::encode(&editor.buffer.text)));
        if watches_size {
            // Setting the default cannot fail where catching did not.
            let _ = signal::set_action(terminal::calls::SIGWINCH, Disposition::Default);
            self.traps.pending.borrow_mut().retain(|number| *number != terminal::calls::SIGWINCH);
        }
        if tells_jobs {
            // As above.
            let _ = signal::set_action(SIGCHLD, Disposition::Default);
            self.traps.pending.borrow_mut().retain(|number| *number != SIGCHLD);
        }
        drop(modes);
        line
    }
}

impl Editor<'_> {
    /// Takes keys until the line is accepted (true) or the input ends.
    fn run(&mut self) -> io::Result<bool> {
        loop {
            if self.queue.is_empty() {
                self.show()?;
            }
            let step = match self.vi.as_ref().is_some_and(Vi::takes_commands) {
                true => self.vi_command()?,
                false => self.key()?,
            };
            match step {
                Step::Continue => {}
                Step::Accept => {
                    self.screen.show(&self.prompt, &self.buffer.text, self.buffer.text.len());
                    self.screen.leave();
                    self.keep_changes();
                    return Ok(true);
                }
                Step::End => return Ok(false),
            }
        }
    }

    pub fn interactive(&mut self) -> &mut Interactive {
        Rc::make_mut(&mut self.shell.interactive)
    }

    pub fn entries(&self) -> &[Entry] {
        self.shell.interactive.history.entries()
    }

    pub fn show(&mut self) -> io::Result<()> {
        self.screen.show(&self.prompt, &self.buffer.text, self.buffer.cursor);
        self.flush()
    }

    pub fn flush(&mut self) -> io::Result<()> {
        let output = self.screen.take_output();
        match output.is_empty() {
            true => Ok(()),
            false => crate::descriptors::borrowed_file(self.output).write_all(&output),
        }
    }

    pub fn bell(&mut self) {
        if !self.shell.interactive.settings.is_silent {
            self.screen.send(b"\x07");
        }
    }

    /// LINES and COLUMNS, as `shopt checkwinsize` promises.
    fn note_size(&mut self) {
        let size = self.screen.size();
        for (name, value) in [("LINES", size.rows), ("COLUMNS", size.columns)] {
            // One that is read-only stays as it is.
            let _ = self.shell.variables.set_scalar(name, value.to_string().into_bytes());
        }
    }

    /// The next byte; `None` at the end. Signals that come meanwhile may end the line.
    pub fn byte(&mut self) -> io::Result<Option<u8>> {
        if let Some(byte) = self.queue.pop_front() {
            return Ok(Some(byte));
        }
        // One may have come while a key's own command ran.
        if self.tells_of_jobs() {
            self.meet_signals()?;
        }
        loop {
            let mut buffer = [0];
            // One byte at a time: what follows the line belongs to the command it starts.
            match terminal::calls::read(self.fd, &mut buffer) {
                Ok(0) => return Ok(None),
                Ok(_) => return Ok(Some(buffer[0])),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => self.meet_signals()?,
                Err(error) => return Err(error),
            }
        }
    }

    /// A child has changed, and `set -b` wants that told at once.
    fn tells_of_jobs(&self) -> bool {
        self.shell.options.named("notify") && self.shell.traps.pending.borrow().contains(&SIGCHLD)
    }

    fn meet_signals(&mut self) -> io::Result<()> {
        let came = self.shell.signal_that_came();
        if came == Some(signal::SIGINT) {
            self.screen.go_to_end();
            self.screen.send(b"^C");
            self.flush()?;
            let is_trapped = self.shell.traps.get(Event::Signal(signal::SIGINT)).is_some();
            if is_trapped {
                self.screen.leave();
                self.flush()?;
            }
            self.shell.go_on_after_signal()?;
            // With a trap the line is given up too.
            self.shell.interrupt = Some(Interrupt::TopLevel(130));
            return Err(io::ErrorKind::Interrupted.into());
        }
        let size = size_of(self.fd);
        if size != self.screen.size() {
            self.screen.resize(size);
            self.note_size();
            self.show()?;
        }
        if self.tells_of_jobs() {
            self.shell.traps.pending.borrow_mut().retain(|number| *number != SIGCHLD);
            self.shell.jobs.refresh();
            if self.shell.jobs.has_changed() {
                // What became of a job stands on a line of its own, and the prompt below it.
                self.screen.go_to_end();
                self.screen.leave();
                self.flush()?;
                self.shell.tell_changed_jobs();
                self.show()?;
            }
        }
        if came.is_some() {
            // What a trap prints stands on lines of its own.
            self.shell.go_on_after_signal()?;
        }
        Ok(())
    }

    /// Another byte comes within the time.
    pub fn has_byte(&mut self, seconds: f64) -> bool {
        !self.queue.is_empty() || sys::wait_readable(self.fd, Some(seconds)).unwrap_or(true)
    }

    pub fn unread(&mut self, bytes: &[u8]) {
        for byte in bytes.iter().rev() {
            self.queue.push_front(*byte);
        }
    }

    /// Takes a key and does what it is bound to.
    fn key(&mut self) -> io::Result<Step> {
        let Some(first) = self.byte()? else { return Ok(Step::End) };
        let is_end = if first == 0 { self.has_typed_ahead } else { first == self.end_character };
        if is_end && self.buffer.text.is_empty() {
            return Ok(Step::End);
        }
        let is_vi = self.vi.is_some();
        let mut sequence = vec![first];
        loop {
            match keymap::find(&self.shell.interactive.keys, &sequence, is_vi) {
                Found::Action(action) => return self.act(&action, &sequence),
                Found::Prefix(exact) => {
                    if let Some(action) = exact
                        && !self.has_byte(if sequence == [27] { 0.05 } else { 0.5 })
                    {
                        return self.act(&action, &sequence);
                    }
                    match self.byte()? {
                        Some(byte) => sequence.push(byte),
                        None => return Ok(Step::End),
                    }
                }
                Found::None => return self.unbound(sequence),
            }
        }
    }

    fn unbound(&mut self, mut sequence: Vec<u8>) -> io::Result<Step> {
        if let [first @ (32..=126 | 128..)] = sequence[..] {
            let character = self.character(first)?;
            return self.put(character);
        }
        if sequence.starts_with(b"\x1b[") {
            // A sequence that means nothing here goes to its end.
            while !matches!(sequence.last(), Some(0x40..=0x7e)) || sequence.len() == 2 {
                match self.byte()? {
                    Some(byte) => sequence.push(byte),
                    None => return Ok(Step::End),
                }
            }
        } else if self.vi.is_some() && sequence[0] == 27 {
            self.unread(&sequence[1..]);
            return self.run_command(Command::ViMovementMode, 0);
        }
        self.bell();
        Ok(Step::Continue)
    }

    /// The character that begins with this byte.
    pub fn character(&mut self, first: u8) -> io::Result<char> {
        let length = match first {
            0xc2..=0xdf => 2,
            0xe0..=0xef => 3,
            0xf0..=0xf4 => 4,
            _ => 1,
        };
        let mut bytes = vec![first];
        while bytes.len() < length {
            match self.byte()? {
                Some(byte) if byte & 0xc0 == 0x80 => bytes.push(byte),
                Some(byte) => {
                    self.unread(&[byte]);
                    break;
                }
                None => break,
            }
        }
        let characters = text::decode(&bytes);
        if characters.len() > 1 {
            self.unread(&bytes[1..]);
        }
        Ok(characters[0])
    }

    /// Puts a typed character in, as often as the argument says.
    fn put(&mut self, character: char) -> io::Result<Step> {
        for _ in 0..self.argument.take().unwrap_or(1).clamp(0, 10_000) {
            match self.overwrites {
                true => self.buffer.overwrite(character),
                false => self.buffer.insert(character),
            }
        }
        if let Some(vi) = &mut self.vi {
            vi.note_inserted(character);
        }
        self.last = Last::Other;
        Ok(Step::Continue)
    }

    fn act(&mut self, action: &Action, sequence: &[u8]) -> io::Result<Step> {
        match action {
            Action::Command(command) => self.run_command(*command, sequence.last().copied().unwrap_or(0)),
            Action::Keys(keys) => {
                let keys = keys.clone();
                self.unread(&keys);
                Ok(Step::Continue)
            }
            Action::Shell(command) => {
                let command = command.clone();
                self.run_shell_command(&command)
            }
            Action::Nothing => Ok(Step::Continue),
        }
    }

    /// `bind -x`: the command sees and may change the line.
    fn run_shell_command(&mut self, command: &[u8]) -> io::Result<Step> {
        self.screen.go_to_end();
        self.screen.send(b"\r\x1b[K");
        self.flush()?;
        self.screen.forget();
        let point = text::encode(&self.buffer.text[..self.buffer.cursor]).len();
        let line = text::encode(&self.buffer.text);
        for (name, value) in [("READLINE_LINE", line.clone()), ("READLINE_POINT", point.to_string().into_bytes())] {
            // One that is read-only stays as it is.
            let _ = self.shell.variables.set_scalar(name, value);
        }
        let number = self.shell.line;
        if let Err(interrupt @ Interrupt::Exit(_)) = self.shell.run_script_text(command, number, "") {
            self.shell.interrupt = Some(interrupt);
            return Err(io::ErrorKind::Interrupted.into());
        }
        let new = self.shell.variables.scalar("READLINE_LINE").unwrap_or(b"").to_vec();
        let point = self.shell.variables.scalar("READLINE_POINT").and_then(|text| std::str::from_utf8(text).ok()?.parse().ok());
        if new != line {
            self.buffer.set(text::decode(&new));
        }
        let point = point.unwrap_or(new.len()).min(new.len());
        self.buffer.cursor = text::decode(&new[..point]).len();
        for name in ["READLINE_LINE", "READLINE_POINT"] {
            let _ = self.shell.variables.unset(name);
        }
        Ok(Step::Continue)
    }

    /// Does what a command says; `key` is the last byte of the key.
    pub fn run_command(&mut self, command: Command, key: u8) -> io::Result<Step> {
        use Command::*;
        if command == DigitArgument {
            return self.take_argument(key);
        }
        let count = self.argument.take().unwrap_or(1);
        let last = std::mem::replace(&mut self.last, Last::Other);
        if command != SelfInsert {
            self.buffer.end_typing();
        }
        let length = self.buffer.text.len();
        let cursor = self.buffer.cursor;
        let times = count.unsigned_abs().min(10_000) as usize;
        match command {
            AcceptLine => return Ok(Step::Accept),
            OperateAndGetNext => {
                let next = self.place + 1;
                self.interactive().next_entry = Some(next);
                return Ok(Step::Accept);
            }
            Abort => self.bell(),
            DeleteChar if length == 0 && key == 4 => return Ok(Step::End),
            BackwardChar if count < 0 => self.buffer.cursor = (cursor + times).min(length),
            ForwardChar | BackwardChar => {
                let is_forward = (command == ForwardChar) == (count > 0);
                self.buffer.cursor = if is_forward { (cursor + times).min(length) } else { cursor.saturating_sub(times) };
            }
            BeginningOfLine => self.buffer.cursor = 0,
            EndOfLine => self.buffer.cursor = length,
            ForwardWord => self.buffer.cursor = self.repeat(times, cursor, |buffer, at| buffer.word_end(at, WordKind::Alphanumeric)),
            BackwardWord => self.buffer.cursor = self.repeat(times, cursor, |buffer, at| buffer.word_start(at, WordKind::Alphanumeric)),
            DeleteChar if times > 1 => self.kill(cursor, cursor + times, true, &last),
            DeleteChar if cursor < length => drop(self.buffer.remove(cursor, cursor + 1)),
            DeleteChar => self.bell(),
            BackwardDeleteChar if times > 1 => self.kill(cursor.saturating_sub(times), cursor, false, &last),
            BackwardDeleteChar if cursor > 0 => drop(self.buffer.remove(cursor - 1, cursor)),
            BackwardDeleteChar => self.bell(),
            KillLine => self.kill(cursor, length, true, &last),
            BackwardKillLine | UnixLineDiscard => self.kill(0, cursor, false, &last),
            KillWholeLine => self.kill(0, length, true, &last),
            KillWord => {
                let end = self.repeat(times, cursor, |buffer, at| buffer.word_end(at, WordKind::Alphanumeric));
                self.kill(cursor, end, true, &last);
            }
            BackwardKillWord | UnixWordRubout => {
                let kind = if command == UnixWordRubout { WordKind::Blank } else { WordKind::Alphanumeric };
                let start = self.repeat(times, cursor, |buffer, at| buffer.word_start(at, kind));
                self.kill(start, cursor, false, &last);
            }
            DeleteHorizontalSpace => {
                let is_blank = |character: &char| matches!(character, ' ' | '\t');
                let from = self.buffer.text[..cursor].iter().rposition(|next| !is_blank(next)).map_or(0, |place| place + 1);
                let to = cursor + self.buffer.text[cursor..].iter().take_while(|next| is_blank(next)).count();
                self.buffer.remove(from, to);
            }
            Yank => self.yank(),
            YankPop => self.yank_pop(&last),
            YankLastArg | InsertLastArgument => self.yank_last_argument(&last),
            YankNthArg => self.yank_argument(count),
            TransposeChars => {
                if !self.buffer.transpose() {
                    self.bell();
                }
            }
            TransposeWords => {
                if !self.buffer.transpose_words() {
                    self.bell();
                }
            }
            UpcaseWord | DowncaseWord | CapitalizeWord => self.change_case(command, times),
            Undo => {
                if !self.buffer.undo() {
                    self.bell();
                }
            }
            RevertLine => self.buffer.revert(),
            SetMark => self.mark = cursor,
            ExchangePointAndMark => {
                self.buffer.cursor = self.mark.min(length);
                self.mark = cursor;
            }
            OverwriteMode => self.overwrites = !self.overwrites,
            QuotedInsert => {
                if let Some(byte) = self.byte()? {
                    let character = self.character(byte)?;
                    self.buffer.insert(character);
                }
            }
            SelfInsert => {
                let character = self.character(key)?;
                return self.put(character);
            }
            ClearScreen => self.screen.clear(),
            RedrawCurrentLine => {
                self.screen.go_to_end();
                self.screen.send(b"\r\n");
                self.screen.forget();
            }
            BracketedPasteBegin => self.paste()?,
            PreviousHistory => self.move_in_history(-count),
            NextHistory => self.move_in_history(count),
            BeginningOfHistory => self.go_to_entry(0),
            EndOfHistory => self.go_to_entry(self.entries().len()),
            HistorySearchBackward => self.search_by_start(true, &last),
            HistorySearchForward => self.search_by_start(false, &last),
            ReverseSearchHistory => return self.search(true),
            ForwardSearchHistory => return self.search(false),
            HistoryExpandLine => self.expand_history_in_line(),
            ShellExpandLine => self.expand_line(),
            TildeExpand => self.expand_tilde(),
            InsertComment => {
                self.buffer.cursor = 0;
                self.buffer.insert('#');
                return Ok(Step::Accept);
            }
            EditAndExecute => return self.edit_and_execute(),
            Complete => self.complete(&last)?,
            PossibleCompletions => self.list_completions()?,
            InsertCompletions => self.insert_completions()?,
            ViMovementMode => self.enter_vi_commands(),
            DigitArgument => {}
        }
        Ok(Step::Continue)
    }

    fn repeat(&self, times: usize, from: usize, step: impl Fn(&Buffer, usize) -> usize) -> usize {
        (0..times).fold(from, |place, _| step(&self.buffer, place))
    }

    /// M-1, M-- and on: how often the next command is done.
    fn take_argument(&mut self, key: u8) -> io::Result<Step> {
        let digit = i64::from(key.wrapping_sub(b'0'));
        self.argument = Some(match (self.argument, key) {
            (None, b'-') => -1,
            (Some(value), b'-') => -value,
            (None, _) => digit,
            (Some(-1), _) => -digit,
            (Some(value), _) => (value.saturating_mul(10) + digit).clamp(-1_000_000, 1_000_000),
        });
        // Digits that follow need no Meta.
        loop {
            match self.byte()? {
                Some(byte @ b'0'..=b'9') => {
                    let value = self.argument.unwrap_or(0);
                    let digit = i64::from(byte - b'0');
                    self.argument = Some((value.saturating_mul(10) + digit).min(1_000_000));
                }
                Some(byte) => {
                    self.unread(&[byte]);
                    return Ok(Step::Continue);
                }
                None => return Ok(Step::End),
            }
        }
    }

    /// Cuts a part out; cuts in a row make one text.
    pub fn kill(&mut self, from: usize, to: usize, is_forward: bool, last: &Last) {
        const MAXIMUM: usize = 60;
        let killed = self.buffer.remove(from, to);
        if killed.is_empty() {
            return;
        }
        let kills = &mut self.interactive().kills;
        match kills.last_mut().filter(|_| *last == Last::Kill) {
            Some(text) if is_forward => text.extend(killed),
            Some(text) => drop(text.splice(0..0, killed)),
            None => kills.push(killed),
        }
        if kills.len() > MAXIMUM {
            kills.remove(0);
        }
        self.last = Last::Kill;
    }

    fn yank(&mut self) {
        let Some(text) = self.shell.interactive.kills.last().cloned() else { return self.bell() };
        let from = self.buffer.cursor;
        self.buffer.insert_all(&text);
        self.last = Last::Yank(from, self.buffer.cursor);
    }

    /// Puts the text that was cut before in place of the one that was put in.
    fn yank_pop(&mut self, last: &Last) {
        let Last::Yank(from, to) = *last else { return self.bell() };
        self.interactive().kills.rotate_right(1);
        self.buffer.remove(from, to);
        self.yank();
    }

    fn change_case(&mut self, command: Command, times: usize) {
        let from = self.buffer.cursor;
        let to = self.repeat(times, from, |buffer, at| buffer.word_end(at, WordKind::Alphanumeric));
        let first = self.buffer.text[from..to].iter().position(|next| next.is_alphanumeric()).unwrap_or(0);
        let upper = |character: char| character.to_uppercase().next().unwrap_or(character);
        let lower = |character: char| character.to_lowercase().next().unwrap_or(character);
        self.buffer.change_case(from, to, |index, character| match command {
            Command::UpcaseWord => upper(character),
            Command::CapitalizeWord if index == first => upper(character),
            _ => lower(character),
        });
        self.buffer.cursor = to;
    }

    /// What was pasted goes in as it is; line ends are ^J.
    fn paste(&mut self) -> io::Result<()> {
        const END: &[u8] = b"\x1b[201~";
        let mut bytes = Vec::new();
        while !bytes.ends_with(END) {
            match self.byte()? {
                Some(byte) => bytes.push(byte),
                None => break,
            }
        }
        if bytes.ends_with(END) {
            bytes.truncate(bytes.len() - END.len());
        }
        let characters: Vec<char> =
            text::decode(&bytes).into_iter().map(|next| if next == '\r' { '\n' } else { next }).collect();
        self.buffer.insert_all(&characters);
        Ok(())
    }
}
