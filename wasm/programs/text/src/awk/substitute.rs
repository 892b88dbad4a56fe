//! sub, gsub, gensub, match, split and patsplit: what regular expressions do to text.

use super::array::Key;
use super::code::Place;
use super::format::count_characters;
use super::machine::{Fatal, Machine, fatal};
use super::special;
use super::splitter::{Splitter, split_csv};
use super::value::{ArrayRef, Value};
use posix_regex::{Groups, Regex, character_length};
use std::rc::Rc;

type Step<T> = Result<T, Fatal>;

/// A piece of a replacement.
enum Piece {
    Text(Vec<u8>),
    Group(usize),
}

/// Reads a replacement. `&` is the match; with groups `\1` is the first.
fn pieces(replacement: &[u8], has_groups: bool) -> Vec<Piece> {
    let (mut pieces, mut text, mut at) = (Vec::new(), Vec::new(), 0);
    while at < replacement.len() {
        let group = match (replacement[at], replacement.get(at + 1)) {
            (b'\\', Some(b'&')) => {
                text.push(b'&');
                at += 2;
                continue;
            }
            // Three of them and an ampersand are one and the character.
            (b'\\', Some(b'\\')) if !has_groups && replacement[at..].starts_with(b"\\\\\\&") => {
                text.extend(b"\\&");
                at += 4;
                continue;
            }
            // Two backslashes are one, when an ampersand or group is behind them or groups are read at all.
            (b'\\', Some(b'\\')) if has_groups || replacement.get(at + 2) == Some(&b'&') => {
                text.push(b'\\');
                at += 2;
                continue;
            }
            (b'\\', Some(digit @ b'0'..=b'9')) if has_groups => {
                at += 1;
                Some(usize::from(digit - b'0'))
            }
            (b'&', _) => Some(0),
            (byte, _) => {
                text.push(byte);
                None
            }
        };
        at += 1;
        if let Some(group) = group {
            pieces.push(Piece::Text(std::mem::take(&mut text)));
            pieces.push(Piece::Group(group));
        }
    }
    pieces.push(Piece::Text(text));
    pieces
}

/// Replaces the matches for which `chosen` says so, by their count from 1; `None` if there was none.
fn replace(
    regex: &Regex,
    text: &[u8],
    pieces: &[Piece],
    is_utf8: bool,
    mut chosen: impl FnMut(usize) -> bool,
    stops_after: usize,
) -> Option<(Vec<u8>, usize)> {
    let needs_groups = pieces.iter().any(|piece| matches!(piece, Piece::Group(group) if *group > 0));
    let (mut out, mut copied, mut from) = (Vec::new(), 0, 0);
    let (mut count, mut replaced) = (0, 0);
    let mut end_of_last = None;
    while from <= text.len() && replaced < stops_after {
        let groups: Groups = if needs_groups {
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
        let Some((begin, end)) = groups[0] else { break };
        // An empty match right behind a match is none.
        if begin < end || end_of_last != Some(end) {
            count += 1;
            if chosen(count) {
                replaced += 1;
                out.extend_from_slice(&text[copied..begin]);
                for piece in pieces {
                    match piece {
                        Piece::Text(text) => out.extend_from_slice(text),
                        Piece::Group(group) => {
                            if let Some((begin, end)) = groups.get(*group).copied().flatten() {
                                out.extend_from_slice(&text[begin..end]);
                            }
                        }
                    }
                }
            } else {
                out.extend_from_slice(&text[copied..end]);
            }
            copied = end;
        }
        (from, end_of_last) = (end, Some(end));
        if begin == end {
            if begin >= text.len() {
                break;
            }
            from = begin + character_length(&text[begin..], is_utf8);
            out.extend_from_slice(&text[copied..from]);
            copied = from;
        }
    }
    if replaced == 0 {
        return None;
    }
    out.extend_from_slice(&text[copied..]);
    Some((out, replaced))
}

impl Machine {
    /// The regular expression that a value stands for.
    pub fn regex(&mut self, value: &Value) -> Step<Rc<Regex>> {
        match value {
            Value::Pattern(index) => self.patterns.constant(*index),
            other => {
                let source = self.text(other);
                self.patterns.dynamic(&source)
            }
        }
        .map_err(Fatal::here)
    }

    /// sub and gsub: pops replacement and pattern, stores in the place, pushes the count.
    pub fn substitute(&mut self, is_global: bool, place: Option<Place>) -> Step<()> {
        let replacement = self.pop();
        let pattern = self.pop();
        let regex = self.regex(&pattern)?;
        let target = match place {
            Some(place) => self.load_for_update(place)?,
            None => self.pop(),
        };
        let replacement = self.text(&replacement);
        let pieces = pieces(&replacement, false);
        let most = if is_global { usize::MAX } else { 1 };
        let result = self.with_text(&target, |text| replace(&regex, text, &pieces, self.is_utf8, |_| true, most));
        let count = result.as_ref().map_or(0, |(_, count)| *count);
        match (place, result) {
            (Some(place), Some((text, _))) => self.store(place, Value::from_vec(text))?,
            (Some(place), None) => self.drop_key(place),
            _ => {}
        }
        self.stack.push(Value::Number(count as f64));
        Ok(())
    }

    pub fn gensub(&mut self, arguments: &[Value]) -> Step<Value> {
        let regex = self.regex(&arguments[0])?;
        let replacement = self.text(&arguments[1]);
        let target = match arguments.get(3) {
            Some(target) => self.text(target),
            None => self.record_text().to_vec(),
        };
        let how = self.text(&arguments[2]);
        let which = if matches!(how.first(), Some(b'g' | b'G')) { None } else { Some((arguments[2].number() as usize).max(1)) };
        let most = if which.is_some() { 1 } else { usize::MAX };
        let chosen = |count| which.is_none_or(|which| which == count);
        let result = replace(&regex, &target, &pieces(&replacement, true), self.is_utf8, chosen, most);
        Ok(Value::from_vec(result.map_or(target, |(text, _)| text)))
    }

    pub fn match_function(&mut self, arguments: &[Value]) -> Step<Value> {
        let text = self.text(&arguments[0]);
        let regex = self.regex(&arguments[1])?;
        let groups = if arguments.len() > 2 { regex.groups_at(&text, 0) } else { regex.find_at(&text, 0).map(|found| vec![Some(found)]) };
        let place = |(begin, end): (usize, usize)| {
            let start = count_characters(&text[..begin], self.is_utf8) + 1;
            (start as f64, count_characters(&text[begin..end], self.is_utf8) as f64)
        };
        let (start, length) = groups.as_ref().and_then(|groups| groups[0]).map_or((0.0, -1.0), place);
        if let Some(Value::Array(array)) = arguments.get(2) {
            let mut array = array.borrow_mut();
            array.clear();
            for (index, span) in groups.iter().flatten().enumerate() {
                let Some((begin, end)) = *span else { continue };
                let (start, length) = place((begin, end));
                let index = index as i64;
                array.insert(Key::Integer(index), Value::input(&text[begin..end]));
                for (name, number) in [(&b"start"[..], start), (b"length", length)] {
                    let key = [index.to_string().as_bytes(), &self.subsep, name].concat();
                    array.insert(Key::of_text(&key), Value::Number(number));
                }
            }
        }
        self.globals[special::RSTART as usize] = Value::Number(start);
        self.globals[special::RLENGTH as usize] = Value::Number(length);
        Ok(Value::Number(start))
    }

    pub fn split(&mut self, arguments: &[Value], is_by_content: bool) -> Step<Value> {
        let text = self.text(&arguments[0]);
        let Some(Value::Array(array)) = arguments.get(1) else { return fatal("split: second argument is not an array") };
        let splitter = match arguments.get(2) {
            _ if is_by_content => {
                let pattern = arguments.get(2).cloned().unwrap_or_else(|| self.globals[special::FPAT as usize].clone());
                Rc::new(Splitter::Content(self.regex(&pattern)?))
            }
            Some(Value::Pattern(index)) if self.code.patterns[*index as usize].is_empty() => Rc::new(Splitter::Characters),
            Some(pattern @ Value::Pattern(_)) => Rc::new(Splitter::Regex(self.regex(pattern)?)),
            Some(separator) => {
                let separator = self.text(separator);
                Rc::new(self.patterns.splitter(&separator).map_err(Fatal::here)?)
            }
            None => Rc::clone(&self.splitter),
        };
        let (mut fields, mut separators) = (Vec::new(), Vec::new());
        if matches!(*splitter, Splitter::Csv) {
            fields = split_csv(&text).iter().map(|field| Value::input(field)).collect();
        } else {
            splitter.split(
                &text,
                self.is_utf8,
                false,
                |(start, end)| fields.push(Value::input(&text[start..end])),
                |(start, end)| separators.push(Value::input(&text[start..end])),
            );
        }
        let count = fields.len();
        fill(array, fields);
        if let Some(Value::Array(array)) = arguments.get(3) {
            fill(array, separators);
        }
        Ok(Value::Number(count as f64))
    }
}

/// Makes the array hold these values, from 1 up.
pub fn fill(array: &ArrayRef, values: Vec<Value>) {
    let mut array = array.borrow_mut();
    array.clear();
    array.extend(values.into_iter().enumerate().map(|(index, value)| (Key::Integer(index as i64 + 1), value)));
}
