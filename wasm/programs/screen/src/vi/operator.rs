//! Operators with their motions, what they cut and where it goes, and the commands of visual mode.

use super::editor::{Editor, Visual};
use super::motion::{self, Kind, Target};
use super::text::{Place, Register};
use crate::pattern::{Pattern, of_basic};
use crate::tty::Tty;
use std::io;
use terminal::Key;

impl Editor {
    /// Where a motion goes; `None` if it fails or is none.
    pub fn motion(&mut self, tty: &mut Tty, key: Key, count: Option<usize>) -> io::Result<Option<Target>> {
        let times = count.unwrap_or(1);
        let at = self.at;
        let last = self.text.len() - 1;
        let length = self.text.line(at.line).len();
        let page = Self::page(tty);
        let to = |place: Place, kind: Kind| Some(Target { place, kind });
        let on_line = |column: usize, kind: Kind| to(Place { column, ..at }, kind);
        let line = |line: usize| Place { line, column: motion::first_character(&self.text, line) };
        let repeat = |step: &dyn Fn(Place) -> Option<Place>| {
            let mut place = at;
            for _ in 0..times {
                place = step(place).or(if place == at { None } else { Some(place) })?;
            }
            Some(place)
        };
        Ok(match key {
            Key::Char('h') | Key::Left | Key::Backspace | Key::Control('H') if at.column == 0 => None,
            Key::Char('h') | Key::Left | Key::Backspace | Key::Control('H') => on_line(at.column.saturating_sub(times), Kind::Exclusive),
            Key::Char('l' | ' ') | Key::Right => on_line((at.column + times).min(length), Kind::Exclusive),
            Key::Char('j') | Key::Down | Key::Control('N' | 'J') if at.line == last => None,
            Key::Char('j') | Key::Down | Key::Control('N' | 'J') => to(Place { line: (at.line + times).min(last), ..at }, Kind::Lines),
            Key::Char('k') | Key::Up | Key::Control('P') if at.line == 0 => None,
            Key::Char('k') | Key::Up | Key::Control('P') => to(Place { line: at.line.saturating_sub(times), ..at }, Kind::Lines),
            Key::Char('+') | Key::Control('M') => to(line((at.line + times).min(last)), Kind::Lines),
            Key::Char('-') => to(line(at.line.saturating_sub(times)), Kind::Lines),
            Key::Char('_') => to(line((at.line + times - 1).min(last)), Kind::Lines),
            Key::Char('0') | Key::Home => on_line(0, Kind::Exclusive),
            Key::Char('^') => to(line(at.line), Kind::Exclusive),
            Key::Char('|') => on_line((times - 1).min(length), Kind::Exclusive),
            Key::Char('$') | Key::End => {
                let line = (at.line + times - 1).min(last);
                to(Place { line, column: self.text.line(line).len().saturating_sub(1) }, Kind::Inclusive)
            }
            Key::Char(letter @ ('w' | 'W')) => repeat(&|place| motion::word_forward(&self.text, place, letter == 'W')).and_then(|place| to(place, Kind::Exclusive)),
            Key::WordRight => repeat(&|place| motion::word_forward(&self.text, place, false)).and_then(|place| to(place, Kind::Exclusive)),
            Key::Char(letter @ ('e' | 'E')) => repeat(&|place| motion::word_end(&self.text, place, letter == 'E')).and_then(|place| to(place, Kind::Inclusive)),
            Key::Char(letter @ ('b' | 'B')) => repeat(&|place| motion::word_back(&self.text, place, letter == 'B')).and_then(|place| to(place, Kind::Exclusive)),
            Key::WordLeft => repeat(&|place| motion::word_back(&self.text, place, false)).and_then(|place| to(place, Kind::Exclusive)),
            Key::Char('{') => to((0..times).fold(at, |place, _| motion::paragraph(&self.text, place.line, false)), Kind::Exclusive),
            Key::Char('}') => to((0..times).fold(at, |place, _| motion::paragraph(&self.text, place.line, true)), Kind::Exclusive),
            Key::Char('%') => motion::bracket(&self.text, at).and_then(|place| to(place, Kind::Inclusive)),
            Key::Char('G') => to(line(count.map_or(last, |number| number.saturating_sub(1).min(last))), Kind::Lines),
            Key::Char('g') => match self.key(tty)? {
                Some(Key::Char('g')) => {
                    let first = count.map_or(0, |number| number.saturating_sub(1).min(last));
                    to(Place { line: first, column: motion::first_character(&self.text, first) }, Kind::Lines)
                }
                _ => None,
            },
            Key::Char('H') => to(line((self.top + times - 1).min(last)), Kind::Lines),
            Key::Char('M') => to(line((self.top + page / 2).min(last)), Kind::Lines),
            Key::Char('L') => to(line((self.top + page).saturating_sub(times).min(last)), Kind::Lines),
            Key::Control('D') => to(line((at.line + page / 2).min(last)), Kind::Lines),
            Key::Control('U') => to(line(at.line.saturating_sub(page / 2)), Kind::Lines),
            Key::Control('F') | Key::PageDown => to(line((at.line + page * times).min(last)), Kind::Lines),
            Key::Control('B') | Key::PageUp => to(line(at.line.saturating_sub(page * times)), Kind::Lines),
            Key::Char(mark @ ('\'' | '`')) => match self.key(tty)? {
                Some(Key::Char(name)) => self.marks.get(&name).copied().and_then(|place| match mark {
                    '`' => to(place, Kind::Exclusive),
                    _ => to(Place { column: motion::first_character(&self.text, place.line), ..place }, Kind::Lines),
                }),
                _ => None,
            },
            Key::Char(kind @ ('f' | 'F' | 't' | 'T')) => match self.key(tty)? {
                Some(Key::Char(wanted)) => {
                    self.find = Some((kind, wanted));
                    self.find_character(kind, wanted, times)
                }
                _ => None,
            },
            Key::Char(key @ (';' | ',')) => match self.find {
                Some((kind, wanted)) if key == ';' => self.find_character(kind, wanted, times),
                Some((kind, wanted)) => {
                    let other = if kind.is_lowercase() { kind.to_ascii_uppercase() } else { kind.to_ascii_lowercase() };
                    self.find_character(other, wanted, times)
                }
                None => None,
            },
            Key::Char(start @ ('/' | '?')) => {
                let Some(text) = self.ask(tty, &start.to_string(), "")? else { return Ok(Some(Target { place: at, kind: Kind::Exclusive })) };
                if !text.is_empty() {
                    match Pattern::new(&of_basic(&text), self.options.ignores_case, true) {
                        Ok(pattern) => self.search = Some((pattern, start == '/')),
                        Err(message) => {
                            self.message = message;
                            return Ok(None);
                        }
                    }
                } else if let Some((_, is_forward)) = &mut self.search {
                    *is_forward = start == '/';
                }
                self.find_again(true, times)
            }
            Key::Char(letter @ ('n' | 'N')) => self.find_again(letter == 'n', times),
            Key::Char(letter @ ('*' | '#')) => {
                let Some((from, to)) = motion::object(&self.text, at, false, 'w') else { return Ok(None) };
                let word: String = self.text.line(at.line)[from.column..to.column].iter().collect();
                match Pattern::new(&format!("\\b{word}\\b"), false, false) {
                    Ok(pattern) => self.search = Some((pattern, letter == '*')),
                    Err(_) => return Ok(None),
                }
                self.find_again(true, times)
            }
            _ => None,
        })
    }

    fn find_character(&self, kind: char, wanted: char, times: usize) -> Option<Target> {
        let text = self.text.line(self.at.line);
        let from = self.at.column;
        let to = |column: usize, kind: Kind| Some(Target { place: Place { column, ..self.at }, kind });
        match kind {
            'f' => (from + 1..text.len()).filter(|place| text[*place] == wanted).nth(times - 1).and_then(|place| to(place, Kind::Inclusive)),
            't' => (from + 2..text.len()).filter(|place| text[*place] == wanted).nth(times - 1).and_then(|place| to(place - 1, Kind::Inclusive)),
            'F' => (0..from).rev().filter(|place| text[*place] == wanted).nth(times - 1).and_then(|place| to(place, Kind::Exclusive)),
            _ => (0..from.saturating_sub(1)).rev().filter(|place| text[*place] == wanted).nth(times - 1).and_then(|place| to(place + 1, Kind::Exclusive)),
        }
    }

    /// The next place of what was looked for, around the end of the text.
    fn find_again(&mut self, is_same_way: bool, times: usize) -> Option<Target> {
        let Some((pattern, is_forward)) = &self.search else {
            self.message = "No previous regular expression".to_string();
            return None;
        };
        let is_forward = *is_forward == is_same_way;
        let places = |line: usize| -> Vec<usize> {
            let text: String = self.text.line(line).iter().collect();
            pattern.regex().find_iter(&text).map(|found| text[..found.start()].chars().count()).collect()
        };
        let count = self.text.len();
        let mut place = self.at;
        for _ in 0..times {
            let mut found = None;
            for step in 0..=count {
                let line = if is_forward { (place.line + step) % count } else { (place.line + count * 2 - step) % count };
                let columns = places(line);
                let column = match (is_forward, step) {
                    (true, 0) => columns.into_iter().find(|column| *column > place.column),
                    (true, _) => columns.into_iter().next(),
                    (false, 0) => columns.into_iter().rev().find(|column| *column < place.column),
                    (false, _) => columns.into_iter().next_back(),
                };
                if let Some(column) = column {
                    found = Some(Place { line, column });
                    break;
                }
            }
            match found {
                Some(found) => place = found,
                None => {
                    self.message = format!("Pattern not found: {}", pattern.text);
                    return None;
                }
            }
        }
        Some(Target { place, kind: Kind::Exclusive })
    }

    /// An operator with the motion that follows; twice the letter is lines.
    pub fn operator(&mut self, tty: &mut Tty, operator: char, times: usize) -> io::Result<()> {
        let mut digits = String::new();
        let key = loop {
            match self.key(tty)? {
                None => return Ok(()),
                Some(Key::Char(digit @ '0'..='9')) if digit != '0' || !digits.is_empty() => digits.push(digit),
                Some(key) => break key,
            }
        };
        let inner = digits.parse::<usize>().ok().map(|count| count.min(1_000_000));
        let count = match (inner, times) {
            (None, 1) => None,
            (inner, times) => Some(times.saturating_mul(inner.unwrap_or(1))),
        };
        let at = self.at;
        if key == Key::Char(operator) {
            let last = (at.line + count.unwrap_or(1) - 1).min(self.text.len() - 1);
            return self.operate_on_lines(tty, operator, at.line, last);
        }
        if let Key::Char(kind @ ('i' | 'a')) = key {
            if let Some(Key::Char(name)) = self.key(tty)?
                && let Some((from, to)) = motion::object(&self.text, at, kind == 'a', name)
            {
                return self.operate(tty, operator, from, to);
            }
            self.bell(tty);
            return Ok(());
        }
        // `cw` leaves the blanks after the word.
        let on_word = self.text.line(at.line).get(at.column).is_some_and(|next| !next.is_whitespace());
        let target = match key {
            Key::Char(letter @ ('w' | 'W')) if operator == 'c' && on_word => {
                let mut place = at;
                for round in 0..count.unwrap_or(1) {
                    // A word of one character ends where it begins.
                    let line = self.text.line(place.line);
                    let kind = line.get(place.column).map(|next| motion::class(*next, letter == 'W'));
                    let after = line.get(place.column + 1).map(|next| motion::class(*next, letter == 'W'));
                    if round > 0 || kind == after {
                        place = motion::word_end(&self.text, place, letter == 'W').unwrap_or(place);
                    }
                }
                Some(Target { place, kind: Kind::Inclusive })
            }
            _ => self.motion(tty, key, count)?,
        };
        let Some(target) = target else {
            self.bell(tty);
            return Ok(());
        };
        let (mut from, mut to) = (at.min(target.place), at.max(target.place));
        match target.kind {
            Kind::Lines => return self.operate_on_lines(tty, operator, from.line, to.line),
            Kind::Inclusive => to.column += 1,
            // A word at the line's end takes the line's end not with it.
            Kind::Exclusive if to.line > from.line && matches!(key, Key::Char('w' | 'W')) => {
                to = Place { line: to.line - 1, column: self.text.line(to.line - 1).len() };
                from = from.min(to);
            }
            Kind::Exclusive => {}
        }
        self.operate(tty, operator, from, to)
    }

    fn operate(&mut self, tty: &mut Tty, operator: char, from: Place, to: Place) -> io::Result<()> {
        match operator {
            'y' => {
                let register = self.text.copy(from, to);
                self.keep(register);
                self.at = from;
            }
            '<' | '>' => self.shift(from.line, to.line, operator == '>', 1),
            _ => {
                self.save();
                let register = self.text.cut(from, to);
                self.keep(register);
                self.at = from;
                if operator == 'c' {
                    self.insert_within(tty)?;
                }
            }
        }
        Ok(())
    }

    fn operate_on_lines(&mut self, tty: &mut Tty, operator: char, first: usize, last: usize) -> io::Result<()> {
        match operator {
            'y' => {
                let register = self.text.copy_lines(first, last);
                self.keep(register);
                self.at.line = first;
            }
            'c' => self.change_lines(tty, first, last)?,
            '<' | '>' => self.shift(first, last, operator == '>', 1),
            _ => {
                self.save();
                let register = self.text.cut_lines(first, last);
                self.keep(register);
                let line = first.min(self.text.len() - 1);
                self.at = Place { line, column: motion::first_character(&self.text, line) };
            }
        }
        Ok(())
    }

    pub fn change_lines(&mut self, tty: &mut Tty, first: usize, last: usize) -> io::Result<()> {
        let last = last.min(self.text.len() - 1);
        self.save();
        let register = self.text.copy_lines(first, last);
        self.keep(register);
        let end = Place { line: last, column: self.text.line(last).len() };
        self.text.cut(Place { line: first, column: 0 }, end);
        self.at = Place { line: first, column: 0 };
        self.insert_within(tty)
    }

    /// Moves lines right or left.
    pub fn shift(&mut self, first: usize, last: usize, is_right: bool, times: usize) {
        self.save();
        let width = self.options.shift * times;
        let tab = self.options.tab;
        for index in first..=last.min(self.text.len() - 1) {
            let line = self.text.line(index);
            let blanks = line.iter().take_while(|next| matches!(next, ' ' | '\t')).count();
            if line.len() == blanks && is_right {
                continue;
            }
            let before = line[..blanks].iter().fold(0, |width, next| if *next == '\t' { (width / tab + 1) * tab } else { width + 1 });
            let after = if is_right { before + width } else { before.saturating_sub(width) };
            let (tabs, spaces) = if self.options.expands_tabs { (0, after) } else { (after / tab, after % tab) };
            let indent: Vec<char> = std::iter::repeat_n('\t', tabs).chain(std::iter::repeat_n(' ', spaces)).collect();
            self.text.line_mut(index).splice(..blanks, indent);
        }
        self.at = Place { line: first, column: motion::first_character(&self.text, first) };
    }

    /// Puts what was cut or copied into the register that was named, or the unnamed one.
    pub fn keep(&mut self, register: Register) {
        match self.register {
            Some(name) if name.is_ascii_uppercase() => {
                let kept = self.registers.entry(name.to_ascii_lowercase()).or_default();
                kept.is_lines |= register.is_lines;
                kept.lines.extend(register.lines.clone());
            }
            Some(name) => drop(self.registers.insert(name, register.clone())),
            None => {}
        }
        self.registers.insert('"', register);
    }

    pub fn put(&mut self, is_after: bool, times: usize) {
        let name = self.register.unwrap_or('"').to_ascii_lowercase();
        let Some(register) = self.registers.get(&name).cloned() else {
            self.message = format!("Nothing in register {name}");
            return;
        };
        self.save();
        if register.is_lines {
            let line = self.at.line + usize::from(is_after);
            for _ in 0..times {
                self.text.insert_lines(line, register.lines.iter().cloned());
            }
            self.at = Place { line, column: motion::first_character(&self.text, line) };
            return;
        }
        let length = self.text.line(self.at.line).len();
        let mut place = Place { column: (self.at.column + usize::from(is_after)).min(length), ..self.at };
        let start = place;
        for _ in 0..times {
            place = self.text.insert(place, &register.lines);
        }
        self.at = if register.lines.len() > 1 { start } else { Place { column: place.column.saturating_sub(1), ..place } };
    }

    pub fn delete_characters(&mut self, from: usize, to: usize) {
        self.save();
        if from < to {
            let line = self.at.line;
            let register = self.text.cut(Place { line, column: from }, Place { line, column: to });
            self.keep(register);
            self.at.column = from;
        }
    }

    pub fn replace_characters(&mut self, tty: &mut Tty, times: usize) -> io::Result<()> {
        let (line, column) = (self.at.line, self.at.column);
        let fits = column + times <= self.text.line(line).len();
        match self.key(tty)? {
            Some(Key::Char(character)) if fits => {
                self.save();
                self.text.line_mut(line)[column..column + times].fill(character);
                self.at.column = column + times - 1;
            }
            Some(Key::Control('M')) if fits => {
                self.save();
                self.text.line_mut(line).drain(column..column + times);
                self.at = self.text.insert(self.at, &[Vec::new(), Vec::new()]);
            }
            _ => self.bell(tty),
        }
        Ok(())
    }

    pub fn swap_case(&mut self, times: usize) {
        self.save();
        let (line, column) = (self.at.line, self.at.column);
        let end = (column + times).min(self.text.line(line).len());
        change_case(&mut self.text.line_mut(line)[column..end], '~');
        self.at.column = end;
    }

    /// Joins the line with those after it.
    pub fn join(&mut self, line: usize, times: usize) {
        self.save();
        for _ in 0..times {
            if line + 1 >= self.text.len() {
                break;
            }
            let next: Vec<char> = self.text.line(line + 1).iter().copied().skip_while(|next| next.is_whitespace()).collect();
            self.text.lines.remove(line + 1);
            let first = self.text.line_mut(line);
            while first.last().is_some_and(|last| last.is_whitespace()) && !next.is_empty() {
                first.pop();
            }
            self.at = Place { line, column: first.len() };
            if !first.is_empty() && !next.is_empty() && next[0] != ')' {
                first.push(' ');
            }
            first.extend(next);
        }
    }

    /// What a key does with the selection; false if it is a motion or a command that knows no selection.
    pub fn visual_command(&mut self, tty: &mut Tty, count: Option<usize>, key: Key) -> io::Result<bool> {
        let Some(visual) = self.visual else { return Ok(false) };
        let (from, to) = (visual.start.min(self.at), visual.start.max(self.at));
        let to_after = Place { column: to.column + 1, ..to };
        let Key::Char(letter) = key else {
            return Ok(false);
        };
        self.marks.insert('<', from);
        self.marks.insert('>', to);
        match letter {
            'v' | 'V' => {
                let is_lines = letter == 'V';
                self.visual = if is_lines == visual.is_lines { None } else { Some(Visual { is_lines, ..visual }) };
            }
            'o' => {
                self.visual = Some(Visual { start: self.at, ..visual });
                self.at = visual.start;
            }
            'd' | 'x' | 'y' | 'c' | 's' | 'D' | 'Y' => {
                self.visual = None;
                let operator = match letter {
                    'x' | 'D' => 'd',
                    's' => 'c',
                    'Y' => 'y',
                    letter => letter,
                };
                if visual.is_lines || letter.is_ascii_uppercase() {
                    self.operate_on_lines(tty, operator, from.line, to.line)?;
                } else {
                    self.operate(tty, operator, from, to_after)?;
                }
                // The selection is not there to do it again.
                self.is_change = false;
            }
            '<' | '>' => {
                self.visual = None;
                self.shift(from.line, to.line, letter == '>', count.unwrap_or(1));
                self.is_change = false;
            }
            'J' => {
                self.visual = None;
                self.join(from.line, (to.line - from.line).max(1));
                self.is_change = false;
            }
            '~' | 'u' | 'U' => {
                self.visual = None;
                self.save();
                for line in from.line..=to.line {
                    let length = self.text.line(line).len();
                    let start = if line == from.line && !visual.is_lines { from.column.min(length) } else { 0 };
                    let end = if line == to.line && !visual.is_lines { to_after.column.min(length) } else { length };
                    change_case(&mut self.text.line_mut(line)[start..end], letter);
                }
                self.at = from;
                self.is_change = false;
            }
            'p' | 'P' => {
                let before = self.registers.get(&self.register.unwrap_or('"')).cloned();
                self.visual = None;
                match visual.is_lines {
                    true => self.operate_on_lines(tty, 'd', from.line, to.line)?,
                    false => self.operate(tty, 'd', from, to_after)?,
                }
                if let Some(before) = before {
                    self.registers.insert('"', before);
                }
                self.register = None;
                self.put(visual.is_lines && self.at.line < from.line, 1);
                self.is_change = false;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
}

fn change_case(characters: &mut [char], how: char) {
    for character in characters {
        let is_up = match how {
            'u' => false,
            'U' => true,
            _ => character.is_lowercase(),
        };
        *character = match is_up {
            true => character.to_uppercase().next().unwrap_or(*character),
            false => character.to_lowercase().next().unwrap_or(*character),
        };
    }
}
