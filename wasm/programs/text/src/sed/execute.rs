//! Carries out a script over its input.

use super::input::{Input, Next};
use super::output::Outputs;
use super::replacement;
use super::script::{Action, Address, End, Pattern, Range, RangeState, Script, Substitution};
use crate::reader::{Reader, Separator};
use posix_regex::{Regex, character_length};
use std::rc::Rc;

/// What ends sed at once: a message and an exit code.
pub struct Fatal(pub String, pub i32);

type Step<T> = Result<T, Fatal>;

pub struct Settings {
    pub is_silent: bool,
    pub is_posix: bool,
    pub is_utf8: bool,
    pub line_length: usize,
    pub terminator: u8,
}

/// What is put out when the cycle ends.
enum Queued {
    Text(Vec<u8>),
    File(Vec<u8>),
    Line(usize),
}

pub struct Machine {
    script: Script,
    settings: Settings,
    pub input: Input,
    pub outputs: Outputs,
    space: Vec<u8>,
    hold: Vec<u8>,
    /// The last line of the input may have no newline; then its output has none.
    has_newline: bool,
    queue: Vec<Queued>,
    line_inputs: Vec<Option<Reader>>,
    has_substituted: bool,
    last_pattern: Option<Rc<Regex>>,
    buffer: Vec<u8>,
}

/// How a cycle goes on.
enum Flow {
    EndCycle,
    /// Without printing.
    Delete,
    /// Without reading a line.
    Restart,
    Quit(i32),
    QuitSilently(i32),
}

impl Machine {
    pub fn new(script: Script, settings: Settings, input: Input, outputs: Outputs) -> Self {
        let line_inputs = script.line_inputs.iter().map(|name| crate::path::open(name).ok().map(Reader::of_file)).collect();
        Machine {
            script,
            settings,
            input,
            outputs,
            space: Vec::new(),
            hold: Vec::new(),
            has_newline: true,
            queue: Vec::new(),
            line_inputs,
            has_substituted: false,
            last_pattern: None,
            buffer: Vec::new(),
        }
    }

    /// Runs to the end of the input; the exit code.
    pub fn run(&mut self) -> Step<i32> {
        let mut reads = true;
        loop {
            if reads && !self.read(false)? {
                return Ok(0);
            }
            let flow = self.cycle()?;
            reads = !matches!(flow, Flow::Restart);
            let prints = !self.settings.is_silent && matches!(flow, Flow::EndCycle | Flow::Quit(_));
            if prints {
                self.print_space()?;
            }
            self.flush_queue()?;
            match flow {
                Flow::Quit(code) | Flow::QuitSilently(code) => {
                    self.finish_in_place(true)?;
                    self.input.give_back();
                    return Ok(code);
                }
                _ => {}
            }
        }
    }

    /// Reads the next line into the pattern space; false at the end.
    fn read(&mut self, stays: bool) -> Step<bool> {
        loop {
            self.buffer.clear();
            match self.input.next(&mut self.buffer, stays) {
                Next::Line { has_newline } => {
                    std::mem::swap(&mut self.space, &mut self.buffer);
                    self.has_newline = has_newline;
                    return Ok(true);
                }
                Next::File => {
                    self.finish_in_place(false)?;
                    let name = self.input.name.clone();
                    self.outputs.begin_file(&name).map_err(|text| Fatal(text, 4))?;
                }
                Next::End => {
                    if !stays {
                        self.finish_in_place(false)?;
                    }
                    return Ok(false);
                }
            }
        }
    }

    /// Puts the edited file in its place; what was not read yet is copied when the script has quit.
    fn finish_in_place(&mut self, copies_rest: bool) -> Step<()> {
        if !self.outputs.is_in_file() {
            return Ok(());
        }
        if copies_rest {
            loop {
                self.buffer.clear();
                let Next::Line { has_newline } = self.input.next(&mut self.buffer, true) else { break };
                let line = std::mem::take(&mut self.buffer);
                self.outputs.main().extend_from_slice(&line);
                if has_newline {
                    let terminator = self.settings.terminator;
                    self.outputs.main().push(terminator);
                }
                self.buffer = line;
                self.written()?;
            }
        }
        self.outputs.end_file().map_err(|text| Fatal(text, 4))
    }

    fn written(&mut self) -> Step<()> {
        self.outputs.written().map_err(|error| Fatal(format!("couldn't write to stdout: {}", sys::errno::message(&error)), 4))
    }

    fn print_space(&mut self) -> Step<()> {
        let out = self.outputs.main();
        out.extend_from_slice(&self.space);
        if self.has_newline {
            out.push(self.settings.terminator);
        } else {
            self.outputs.leave_line_open(self.settings.terminator);
        }
        self.written()
    }

    /// Puts out text and a newline, whatever the input's last line has.
    fn print_line(&mut self, text: &[u8]) -> Step<()> {
        let out = self.outputs.main();
        out.extend_from_slice(text);
        out.push(self.settings.terminator);
        self.written()
    }

    fn flush_queue(&mut self) -> Step<()> {
        if self.queue.is_empty() {
            return Ok(());
        }
        for queued in std::mem::take(&mut self.queue) {
            match queued {
                Queued::Text(text) => self.outputs.main().extend_from_slice(&text),
                Queued::File(name) => {
                    // A file that can't be read is no text, and no error.
                    let name: &[u8] = if name == b"/dev/stdin" { b"/dev/fd/0" } else { &name };
                    if let Ok(text) = std::fs::read(crate::path::of(name)) {
                        self.outputs.main().extend_from_slice(&text);
                    }
                }
                Queued::Line(index) => {
                    let separator = Separator::Byte(self.settings.terminator);
                    let (mut line, mut terminator) = (Vec::new(), Vec::new());
                    let found = self.line_inputs[index].as_mut().is_some_and(|reader| reader.next(&separator, &mut line, &mut terminator).unwrap_or(false));
                    if found {
                        line.push(self.settings.terminator);
                        self.outputs.main().extend_from_slice(&line);
                    }
                }
            }
            self.written()?;
        }
        Ok(())
    }

    fn regex(&mut self, pattern: &Pattern) -> Step<Rc<Regex>> {
        match pattern {
            Some(regex) => {
                self.last_pattern = Some(Rc::clone(regex));
                Ok(Rc::clone(regex))
            }
            None => self.last_pattern.clone().ok_or_else(|| Fatal("-e expression #1, char 0: no previous regular expression".to_owned(), 1)),
        }
    }

    fn matches_pattern(&mut self, pattern: &Pattern) -> Step<bool> {
        let regex = self.regex(pattern)?;
        Ok(regex.is_match(&self.space))
    }

    fn matches_address(&mut self, address: &Address) -> Step<bool> {
        let line = self.input.line;
        Ok(match address {
            Address::Line(wanted) => line == *wanted,
            Address::Last => self.input.is_last(),
            Address::Pattern(pattern) => self.matches_pattern(pattern)?,
            Address::Step(first, 0) => line == *first,
            Address::Step(first, step) => line >= *first && (line - first) % step == 0,
        })
    }

    /// Whether the command at `index` applies to this line.
    fn applies(&mut self, script: &mut Script, index: usize) -> Step<bool> {
        let command = &mut script.commands[index];
        let Some(start) = &command.start else { return Ok(!command.is_negated) };
        let applies = match &mut command.range {
            None => self.matches_address(start)?,
            Some(range) => self.in_range(start, range)?,
        };
        Ok(applies != command.is_negated)
    }

    fn in_range(&mut self, start: &Address, range: &mut Range) -> Step<bool> {
        let line = self.input.line;
        match range.state {
            RangeState::Outside => {
                if !self.matches_address(start)? {
                    return Ok(false);
                }
                range.state = match &range.end {
                    End::Line(end) if *end <= line => RangeState::Outside,
                    End::Line(end) => RangeState::Inside(Some(*end)),
                    End::After(0) => RangeState::Outside,
                    End::After(count) => RangeState::Inside(Some(line.saturating_add(*count))),
                    End::Multiple(0) => RangeState::Outside,
                    End::Multiple(step) => RangeState::Inside(Some((line / step + 1).saturating_mul(*step))),
                    End::Last if self.input.is_last() => RangeState::Outside,
                    End::Last | End::Pattern(_) => RangeState::Inside(None),
                };
                Ok(true)
            }
            RangeState::Inside(Some(end)) => {
                if line >= end {
                    range.state = RangeState::Outside;
                }
                if line > end {
                    // The end was passed unseen: the line may begin a range again.
                    return if matches!(start, Address::Line(_)) { Ok(false) } else { self.in_range(start, range) };
                }
                Ok(true)
            }
            RangeState::Inside(None) => {
                let ends = match &range.end {
                    End::Pattern(pattern) => self.matches_pattern(pattern)?,
                    _ => self.input.is_last(),
                };
                if ends {
                    range.state = RangeState::Outside;
                }
                Ok(true)
            }
        }
    }

    fn cycle(&mut self) -> Step<Flow> {
        // Taken out while it runs: ranges have a state, and the rest of the machine is used beside it.
        let mut script = std::mem::take(&mut self.script);
        let result = self.execute(&mut script);
        self.script = script;
        result
    }

    fn execute(&mut self, script: &mut Script) -> Step<Flow> {
        let mut index = 0;
        while index < script.commands.len() {
            if !self.applies(script, index)? {
                index = match script.commands[index].action {
                    Action::Block(end) => end,
                    _ => index + 1,
                };
                continue;
            }
            let command = &script.commands[index];
            index += 1;
            match &command.action {
                Action::Block(_) | Action::BlockEnd | Action::Label => {}
                Action::Substitute(substitution) => self.substitute(substitution)?,
                Action::Transliterate(table, pairs) => self.transliterate(table, pairs),
                Action::Append(text) => self.queue.push(Queued::Text(text.clone())),
                Action::Insert(text) => {
                    self.outputs.main().extend_from_slice(text);
                    self.written()?;
                }
                Action::Change(text) => {
                    let ends = match &command.range {
                        Some(range) => command.is_negated || range.state == RangeState::Outside,
                        None => true,
                    };
                    if ends {
                        self.outputs.main().extend_from_slice(text);
                        self.written()?;
                    }
                    return Ok(Flow::Delete);
                }
                Action::Delete => return Ok(Flow::Delete),
                Action::DeleteFirstLine => match self.first_line_end() {
                    None => return Ok(Flow::Delete),
                    Some(end) => {
                        self.space.drain(..=end);
                        return Ok(Flow::Restart);
                    }
                },
                Action::Next => {
                    if self.input.is_last() && self.ends_at_last() {
                        // GNU prints the pattern space, POSIX does not.
                        return Ok(if self.settings.is_posix { Flow::QuitSilently(0) } else { Flow::Quit(0) });
                    }
                    if !self.settings.is_silent {
                        self.print_space()?;
                    }
                    self.flush_queue()?;
                    if !self.read(false)? {
                        return Ok(Flow::QuitSilently(0));
                    }
                }
                Action::AppendNext => {
                    self.flush_queue()?;
                    if self.input.is_last() && self.ends_at_last() {
                        return Ok(if self.settings.is_posix { Flow::QuitSilently(0) } else { Flow::Quit(0) });
                    }
                    let mut before = std::mem::take(&mut self.space);
                    if !self.read(false)? {
                        self.space = before;
                        return Ok(Flow::Quit(0));
                    }
                    before.push(self.settings.terminator);
                    before.extend_from_slice(&self.space);
                    self.space = before;
                }
                Action::Print => self.print_space()?,
                Action::PrintFirstLine => {
                    let end = self.first_line_end().unwrap_or(self.space.len());
                    let line = self.space[..end].to_vec();
                    self.print_line(&line)?;
                }
                Action::Hold => self.hold.clone_from(&self.space),
                Action::HoldAppend => {
                    self.hold.push(self.settings.terminator);
                    self.hold.extend_from_slice(&self.space);
                }
                Action::Get => self.space.clone_from(&self.hold),
                Action::GetAppend => {
                    self.space.push(self.settings.terminator);
                    self.space.extend_from_slice(&self.hold);
                }
                Action::Exchange => std::mem::swap(&mut self.space, &mut self.hold),
                Action::Branch(target) => index = *target,
                Action::BranchIfSubstituted(target) => {
                    if std::mem::take(&mut self.has_substituted) {
                        index = *target;
                    }
                }
                Action::BranchUnlessSubstituted(target) => {
                    if !std::mem::take(&mut self.has_substituted) {
                        index = *target;
                    }
                }
                Action::ReadFile(name) => self.queue.push(Queued::File(name.clone())),
                Action::ReadLine(input) => self.queue.push(Queued::Line(*input)),
                Action::WriteFile(output) => {
                    let space = std::mem::take(&mut self.space);
                    self.write_to(*output, &space)?;
                    self.space = space;
                }
                Action::WriteFirstLine(output) => {
                    let end = self.first_line_end().unwrap_or(self.space.len());
                    let line = self.space[..end].to_vec();
                    self.write_to(*output, &line)?;
                }
                Action::Quit(code) => return Ok(Flow::Quit(*code)),
                Action::QuitSilently(code) => return Ok(Flow::QuitSilently(*code)),
                Action::List(length) => {
                    let length = length.unwrap_or(self.settings.line_length);
                    let text = listed(&self.space, length, self.settings.is_utf8);
                    self.outputs.main().extend_from_slice(&text);
                    self.written()?;
                }
                Action::LineNumber => {
                    let text = format!("{}\n", self.input.line);
                    self.outputs.main().extend_from_slice(text.as_bytes());
                    self.written()?;
                }
                Action::FileName => {
                    let name = self.input.name.clone();
                    self.print_line(&name)?;
                }
                Action::Execute(command) => self.execute_command(command)?,
                Action::Zap => self.space.clear(),
            }
        }
        self.has_substituted = false;
        Ok(Flow::EndCycle)
    }

    /// Where each file is a stream of its own, another one may come after the last line of this.
    fn ends_at_last(&mut self) -> bool {
        !self.input.has_another_file()
    }

    fn first_line_end(&self) -> Option<usize> {
        memchr::memchr(self.settings.terminator, &self.space)
    }

    fn write_to(&mut self, output: usize, line: &[u8]) -> Step<()> {
        let out = self.outputs.file(output);
        out.buffer().extend_from_slice(line);
        out.buffer().push(self.settings.terminator);
        let result = self.outputs.file(output).flush();
        result.map_err(|error| {
            let name = self.outputs.name(output);
            Fatal(format!("couldn't write to {name}: {}", sys::errno::message(&error)), 4)
        })
    }

    fn execute_command(&mut self, command: &[u8]) -> Step<()> {
        self.outputs.flush().map_err(|error| Fatal(format!("couldn't flush stdout: {}", sys::errno::message(&error)), 4))?;
        if command.is_empty() {
            let mut output = run_shell(&self.space)?;
            if output.last() == Some(&b'\n') {
                output.pop();
            }
            self.space = output;
            return Ok(());
        }
        let output = run_shell(command)?;
        self.outputs.main().extend_from_slice(&output);
        self.written()
    }

    fn substitute(&mut self, substitution: &Substitution) -> Step<()> {
        let regex = self.regex(&substitution.pattern)?;
        let needs_groups = replacement::highest_group(&substitution.replacement).is_some_and(|group| group > 0);
        let mut out = std::mem::take(&mut self.buffer);
        out.clear();
        let text = &self.space;
        let (mut copied, mut from, mut count, mut end_of_last) = (0, 0, 0, None);
        let mut is_changed = false;
        while from <= text.len() {
            let groups = if needs_groups {
                match regex.groups_at(text, from) {
                    Some(groups) => groups,
                    None => break,
                }
            } else {
                match regex.find_at(text, from) {
                    Some(found) => vec![Some(found)],
                    None => break,
                }
            };
            let Some((start, end)) = groups[0] else { break };
            // An empty match right behind a match is none.
            if start < end || end_of_last != Some(end) {
                count += 1;
                if count >= substitution.number {
                    is_changed = true;
                    out.extend_from_slice(&text[copied..start]);
                    replacement::push(&mut out, &substitution.replacement, text, &groups, self.settings.is_utf8);
                    copied = end;
                    if !substitution.is_global {
                        break;
                    }
                }
            }
            (from, end_of_last) = (end, Some(end));
            if start == end {
                if start >= text.len() {
                    break;
                }
                from += character_length(&text[start..], self.settings.is_utf8);
            }
        }
        if !is_changed {
            self.buffer = out;
            return Ok(());
        }
        out.extend_from_slice(&text[copied..]);
        self.buffer = std::mem::replace(&mut self.space, out);
        self.has_substituted = true;
        if substitution.executes {
            self.execute_command(b"")?;
        }
        for _ in 0..substitution.prints.min(1) {
            self.print_space()?;
        }
        if let Some(output) = substitution.file {
            let space = std::mem::take(&mut self.space);
            self.write_to(output, &space)?;
            self.space = space;
        }
        Ok(())
    }

    fn transliterate(&mut self, table: &[u8; 256], pairs: &[(Vec<u8>, Vec<u8>)]) {
        if pairs.is_empty() {
            self.space.iter_mut().for_each(|byte| *byte = table[usize::from(*byte)]);
            return;
        }
        let (mut out, mut at) = (Vec::with_capacity(self.space.len()), 0);
        while at < self.space.len() {
            let length = character_length(&self.space[at..], self.settings.is_utf8);
            let character = &self.space[at..at + length];
            match pairs.iter().find(|(from, _)| from == character) {
                Some((_, to)) => out.extend_from_slice(to),
                None if length == 1 => out.push(table[usize::from(character[0])]),
                None => out.extend_from_slice(character),
            }
            at += length;
        }
        self.space = out;
    }
}

/// Runs a command by the shell and returns its output.
fn run_shell(command: &[u8]) -> Step<Vec<u8>> {
    let run = || -> std::io::Result<Vec<u8>> {
        let mut output = Vec::new();
        let (pid, mut reader) = crate::shell::spawn_reading(command)?;
        std::io::Read::read_to_end(&mut reader, &mut output)?;
        sys::waitpid(pid, sys::WaitOptions::default())?;
        Ok(output)
    };
    run().map_err(|error| Fatal(format!("error running command: {}", sys::errno::message(&error)), 4))
}

/// The text in the unambiguous form of `l`.
fn listed(text: &[u8], line_length: usize, is_utf8: bool) -> Vec<u8> {
    let (mut out, mut column) = (Vec::new(), 0);
    let mut at = 0;
    while at < text.len() {
        let length = character_length(&text[at..], is_utf8);
        let byte = text[at];
        let shown = match byte {
            b'\\' => b"\\\\".to_vec(),
            7 => b"\\a".to_vec(),
            8 => b"\\b".to_vec(),
            b'\t' => b"\\t".to_vec(),
            b'\n' => b"\\n".to_vec(),
            11 => b"\\v".to_vec(),
            12 => b"\\f".to_vec(),
            b'\r' => b"\\r".to_vec(),
            b' '..=b'~' => vec![byte],
            _ => text[at..at + length].iter().flat_map(|byte| format!("\\{byte:03o}").into_bytes()).collect(),
        };
        // Bytes of one character are separate pieces to the line's end.
        for piece in shown.chunks(if byte > b'~' { 4 } else { shown.len() }) {
            if line_length > 1 && column + piece.len() > line_length - 1 {
                out.extend(b"\\\n");
                column = 0;
            }
            out.extend_from_slice(piece);
            column += piece.len();
        }
        at += length;
    }
    out.extend(b"$\n");
    out
}
