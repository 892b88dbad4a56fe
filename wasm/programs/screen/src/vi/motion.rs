//! Where motions go.

use super::text::{Place, Text};

/// A motion's end, and what an operator takes with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    pub place: Place,
    pub kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Up to the place.
    Exclusive,
    /// The character there too.
    Inclusive,
    Lines,
}

/// Blank, letters, others; big words know only blanks.
pub fn class(character: char, is_big: bool) -> u8 {
    match character {
        _ if character.is_whitespace() => 0,
        _ if is_big || character.is_alphanumeric() || character == '_' => 1,
        _ => 2,
    }
}

/// A step through the text; line ends are blanks.
fn next(text: &Text, place: Place) -> Option<Place> {
    if place.column + 1 < text.line(place.line).len() {
        return Some(Place { column: place.column + 1, ..place });
    }
    (place.line + 1 < text.len()).then_some(Place { line: place.line + 1, column: 0 })
}

fn previous(text: &Text, place: Place) -> Option<Place> {
    if place.column > 0 {
        return Some(Place { column: place.column - 1, ..place });
    }
    let line = place.line.checked_sub(1)?;
    Some(Place { line, column: text.line(line).len().saturating_sub(1) })
}

fn class_at(text: &Text, place: Place, is_big: bool) -> u8 {
    text.line(place.line).get(place.column).map_or(0, |character| class(*character, is_big))
}

pub fn word_forward(text: &Text, from: Place, is_big: bool) -> Option<Place> {
    let first = class_at(text, from, is_big);
    let mut place = from;
    let mut has_left = first == 0;
    loop {
        let line = place.line;
        place = match next(text, place) {
            Some(place) => place,
            // Behind the last character of the text.
            None => return (from.column < text.line(from.line).len()).then_some(Place { line, column: text.line(line).len() }),
        };
        let kind = class_at(text, place, is_big);
        has_left |= kind != first || place.line != line;
        // An empty line is a word.
        if has_left && (kind != 0 || text.line(place.line).is_empty()) {
            return Some(place);
        }
    }
}

pub fn word_end(text: &Text, from: Place, is_big: bool) -> Option<Place> {
    let mut place = next(text, from)?;
    while class_at(text, place, is_big) == 0 {
        place = next(text, place)?;
    }
    let kind = class_at(text, place, is_big);
    while let Some(after) = next(text, place).filter(|after| after.line == place.line && class_at(text, *after, is_big) == kind) {
        place = after;
    }
    Some(place)
}

pub fn word_back(text: &Text, from: Place, is_big: bool) -> Option<Place> {
    let mut place = previous(text, from)?;
    while class_at(text, place, is_big) == 0 {
        if text.line(place.line).is_empty() {
            return Some(place);
        }
        place = match previous(text, place) {
            Some(place) => place,
            None => return Some(place),
        };
    }
    let kind = class_at(text, place, is_big);
    while let Some(before) = previous(text, place).filter(|before| before.line == place.line && class_at(text, *before, is_big) == kind) {
        place = before;
    }
    Some(place)
}

pub fn paragraph(text: &Text, from: usize, is_forward: bool) -> Place {
    let mut line = from;
    let is_empty = |line: usize| text.line(line).is_empty();
    if is_forward {
        while line + 1 < text.len() && is_empty(line) {
            line += 1;
        }
        while line + 1 < text.len() && !is_empty(line) {
            line += 1;
        }
        let column = if is_empty(line) { 0 } else { text.line(line).len() };
        return Place { line, column };
    }
    while line > 0 && is_empty(line) {
        line -= 1;
    }
    while line > 0 && !is_empty(line) {
        line -= 1;
    }
    Place { line, column: 0 }
}

pub fn first_character(text: &Text, line: usize) -> usize {
    let line = text.line(line);
    line.iter().position(|next| !next.is_whitespace()).unwrap_or(line.len().saturating_sub(1))
}

/// The bracket that belongs to the next one in the line.
pub fn bracket(text: &Text, from: Place) -> Option<Place> {
    const PAIRS: [(char, char); 3] = [('(', ')'), ('[', ']'), ('{', '}')];
    let line = text.line(from.line);
    let of = |character: char| PAIRS.iter().find(|pair| pair.0 == character || pair.1 == character);
    let column = (from.column..line.len()).find(|column| of(line[*column]).is_some())?;
    let (open, close) = *of(line[column])?;
    let is_forward = line[column] == open;
    let mut place = Place { line: from.line, column };
    let mut depth = 0;
    loop {
        match text.line(place.line).get(place.column) {
            Some(character) if *character == open => depth += 1,
            Some(character) if *character == close => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(place);
        }
        place = if is_forward { next(text, place)? } else { previous(text, place)? };
    }
}

/// The words, quotes and brackets that `iw`, `a"`, `i(` and so on name: from, and to (exclusive).
pub fn object(text: &Text, at: Place, is_around: bool, name: char) -> Option<(Place, Place)> {
    let line = text.line(at.line);
    let on_line = |from: usize, to: usize| Some((Place { column: from, ..at }, Place { column: to, ..at }));
    match name {
        'w' | 'W' => {
            let is_big = name == 'W';
            let kind = class(*line.get(at.column)?, is_big);
            let same = |column: &usize| class(line[*column], is_big) == kind;
            let from = (0..at.column).rev().take_while(same).last().unwrap_or(at.column);
            let mut to = (at.column..line.len()).take_while(same).last().unwrap_or(at.column) + 1;
            if is_around {
                to += line[to..].iter().take_while(|next| next.is_whitespace()).count();
            }
            on_line(from, to)
        }
        '"' | '\'' | '`' => {
            let quotes: Vec<usize> = (0..line.len()).filter(|column| line[*column] == name).collect();
            let pair = quotes.chunks_exact(2).find(|pair| at.column <= pair[1])?;
            match is_around {
                true => on_line(pair[0], pair[1] + 1),
                false => on_line(pair[0] + 1, pair[1]),
            }
        }
        _ => {
            let (open, close) = match name {
                '(' | ')' | 'b' => ('(', ')'),
                '[' | ']' => ('[', ']'),
                '{' | '}' | 'B' => ('{', '}'),
                '<' | '>' => ('<', '>'),
                _ => return None,
            };
            let mut start = at;
            let mut depth = 0;
            loop {
                match text.line(start.line).get(start.column) {
                    Some(character) if *character == open => {
                        if depth == 0 {
                            break;
                        }
                        depth -= 1;
                    }
                    Some(character) if *character == close && start != at => depth += 1,
                    _ => {}
                }
                start = previous(text, start)?;
            }
            let mut end = start;
            let mut depth = 0;
            loop {
                match text.line(end.line).get(end.column) {
                    Some(character) if *character == open => depth += 1,
                    Some(character) if *character == close => depth -= 1,
                    _ => {}
                }
                if depth == 0 {
                    break;
                }
                end = next(text, end)?;
            }
            Some(match is_around {
                true => (start, Place { column: end.column + 1, ..end }),
                false => (Place { column: start.column + 1, ..start }, end),
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::text::lines_of;
    use super::*;

    #[test]
    fn words_over_lines() {
        let mut text = Text::empty();
        text.lines = lines_of(b"one two\n\nf(a, b)");
        let place = |line, column| Place { line, column };
        assert_eq!(word_forward(&text, place(0, 0), false), Some(place(0, 4)));
        assert_eq!(word_forward(&text, place(0, 4), false), Some(place(1, 0)));
        assert_eq!(word_end(&text, place(0, 2), false), Some(place(0, 6)));
        assert_eq!(word_back(&text, place(2, 0), false), Some(place(1, 0)));
        assert_eq!(bracket(&text, place(2, 0)), Some(place(2, 6)));
        assert_eq!(object(&text, place(2, 3), false, '('), Some((place(2, 2), place(2, 6))));
    }
}
