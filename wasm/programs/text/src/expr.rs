//! expr: evaluates an expression. Ours, on `posix-regex`: the crate's needs a second engine of regular expressions,
//! with its tables, and takes the first alternative.

use crate::locale;
use crate::writer::Writer;
use num_bigint::BigInt;
use num_traits::ToPrimitive;
use posix_regex::{Dialect, Options, Regex, character_length};
use std::cmp::Ordering;
use std::ffi::OsString;
use std::os::wasi::ffi::OsStringExt;

const FALSE: i32 = 1;
const INVALID: i32 = 2;
const FAILED: i32 = 3;
/// Parentheses and prefixes within each other: a frame of the stack each.
const DEEPEST: usize = 5000;

pub fn main(args: Vec<OsString>) -> i32 {
    let mut words: Vec<Vec<u8>> = args.into_iter().skip(1).map(OsStringExt::into_vec).collect();
    match &words[..] {
        [word] if word == b"--help" => {
            getopt::say!("Usage: expr EXPRESSION\n  or:  expr OPTION");
            return 0;
        }
        [word] if word == b"--version" => {
            getopt::say!("expr (secure-exec) {}", env!("CARGO_PKG_VERSION"));
            return 0;
        }
        _ => {}
    }
    if words.first().is_some_and(|word| word == b"--") {
        words.remove(0);
    }
    if words.is_empty() {
        eprintln!("expr: missing operand\nTry 'expr --help' for more information.");
        return INVALID;
    }
    let mut parser = Parser { words: &words, next: 0, depth: 0, is_utf8: locale::is_utf8() };
    let value = parser.whole().unwrap_or_else(|problem| {
        eprintln!("expr: {problem}");
        std::process::exit(INVALID);
    });
    let code = if value.is_null() { FALSE } else { 0 };
    let mut output = Writer::standard(1);
    output.buffer().extend(value.into_text());
    output.buffer().push(b'\n');
    if let Err(error) = output.flush() {
        eprintln!("expr: write error: {}", sys::errno::message(&error));
        return FAILED;
    }
    code
}

enum Value {
    Number(BigInt),
    Text(Vec<u8>),
}

impl Value {
    /// Null, or a zero of whatever length.
    fn is_null(&self) -> bool {
        match self {
            Value::Number(number) => *number == BigInt::ZERO,
            Value::Text(text) => {
                let digits = text.strip_prefix(b"-").unwrap_or(text);
                text.is_empty() || !digits.is_empty() && digits.iter().all(|byte| *byte == b'0')
            }
        }
    }

    fn into_text(self) -> Vec<u8> {
        match self {
            Value::Number(number) => number.to_string().into_bytes(),
            Value::Text(text) => text,
        }
    }

    fn number(&self) -> Option<BigInt> {
        match self {
            Value::Number(number) => Some(number.clone()),
            Value::Text(text) => {
                let digits = text.strip_prefix(b"-").unwrap_or(text);
                let is_number = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
                if is_number { BigInt::parse_bytes(text, 10) } else { None }
            }
        }
    }

    fn integer(&self) -> Result<BigInt, String> {
        self.number().ok_or_else(|| "non-integer argument".to_owned())
    }
}

fn truth(is_true: bool) -> Value {
    Value::Number(BigInt::from(u8::from(is_true)))
}

#[derive(Clone, Copy)]
enum Operator {
    Or,
    And,
    Compare(fn(Ordering) -> bool),
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Match,
}

impl Operator {
    fn of(word: &[u8]) -> Option<Operator> {
        Some(match word {
            b"|" => Operator::Or,
            b"&" => Operator::And,
            b"<" => Operator::Compare(Ordering::is_lt),
            b"<=" => Operator::Compare(Ordering::is_le),
            b"=" | b"==" => Operator::Compare(Ordering::is_eq),
            b"!=" => Operator::Compare(Ordering::is_ne),
            b">=" => Operator::Compare(Ordering::is_ge),
            b">" => Operator::Compare(Ordering::is_gt),
            b"+" => Operator::Add,
            b"-" => Operator::Subtract,
            b"*" => Operator::Multiply,
            b"/" => Operator::Divide,
            b"%" => Operator::Remainder,
            b":" => Operator::Match,
            _ => return None,
        })
    }

    /// Those of a higher level bind closer.
    fn level(self) -> u8 {
        match self {
            Operator::Or => 0,
            Operator::And => 1,
            Operator::Compare(_) => 2,
            Operator::Add | Operator::Subtract => 3,
            Operator::Multiply | Operator::Divide | Operator::Remainder => 4,
            Operator::Match => 5,
        }
    }
}

/// Evaluates while it reads, as there is nothing to run twice.
struct Parser<'a> {
    words: &'a [Vec<u8>],
    next: usize,
    depth: usize,
    is_utf8: bool,
}

type Outcome = Result<Value, String>;

impl<'a> Parser<'a> {
    fn whole(&mut self) -> Outcome {
        let value = self.binary(0, true)?;
        match self.words.get(self.next) {
            Some(word) => Err(format!("syntax error: unexpected argument {}", self.quoted(word))),
            None => Ok(value),
        }
    }

    /// Operators of `lowest` level or higher. What is not `wanted` is read only: no error of its values shows.
    fn binary(&mut self, lowest: u8, wanted: bool) -> Outcome {
        let mut left = self.primary(wanted)?;
        while let Some(operator) = self.words.get(self.next).and_then(|word| Operator::of(word)) {
            if operator.level() < lowest {
                break;
            }
            self.next += 1;
            let decides = match operator {
                Operator::Or => !left.is_null(),
                Operator::And => left.is_null(),
                _ => false,
            };
            let right = self.binary(operator.level() + 1, wanted && !decides)?;
            if wanted {
                left = self.combine(operator, left, right)?;
            }
        }
        Ok(left)
    }

    fn combine(&self, operator: Operator, left: Value, right: Value) -> Outcome {
        let numbers = || Ok::<_, String>((left.integer()?, right.integer()?));
        Ok(match operator {
            Operator::Or if !left.is_null() => left,
            Operator::Or => if right.is_null() { truth(false) } else { right },
            Operator::And => if left.is_null() || right.is_null() { truth(false) } else { left },
            Operator::Compare(holds) => truth(holds(match (left.number(), right.number()) {
                (Some(left), Some(right)) => left.cmp(&right),
                _ => left.into_text().cmp(&right.into_text()),
            })),
            Operator::Match => return self.matching(&left.into_text(), &right.into_text()),
            Operator::Add => numbers().map(|(left, right)| Value::Number(left + right))?,
            Operator::Subtract => numbers().map(|(left, right)| Value::Number(left - right))?,
            Operator::Multiply => numbers().map(|(left, right)| Value::Number(left * right))?,
            Operator::Divide | Operator::Remainder => {
                let (left, right) = numbers()?;
                if right == BigInt::ZERO {
                    return Err("division by zero".to_owned());
                }
                Value::Number(if matches!(operator, Operator::Divide) { left / right } else { left % right })
            }
        })
    }

    fn primary(&mut self, wanted: bool) -> Outcome {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err("expression nested too deeply".to_owned());
        }
        let value = self.prefixed(wanted);
        self.depth -= 1;
        value
    }

    fn prefixed(&mut self, wanted: bool) -> Outcome {
        let word = self.take()?;
        match word {
            b"(" => {
                let value = self.binary(0, wanted)?;
                match self.words.get(self.next).map(Vec::as_slice) {
                    Some(b")") => self.next += 1,
                    Some(word) => return Err(format!("syntax error: expecting ')' instead of {}", self.quoted(word))),
                    None => return Err(format!("syntax error: expecting ')' after {}", self.quoted(self.last()))),
                }
                Ok(value)
            }
            b")" => Err("syntax error: unexpected ')'".to_owned()),
            b"+" => Ok(Value::Text(self.take()?.to_vec())),
            b"length" => {
                let text = self.primary(wanted)?.into_text();
                Ok(Value::Number(BigInt::from(self.characters(&text).count())))
            }
            b"index" => {
                let (text, wanted_ones) = (self.primary(wanted)?.into_text(), self.primary(wanted)?.into_text());
                let place = self.characters(&text).position(|found| self.characters(&wanted_ones).any(|one| one == found));
                Ok(Value::Number(BigInt::from(place.map_or(0, |index| index + 1))))
            }
            b"match" => {
                let (text, pattern) = (self.primary(wanted)?.into_text(), self.primary(wanted)?.into_text());
                if wanted { self.matching(&text, &pattern) } else { Ok(truth(false)) }
            }
            b"substr" => {
                let text = self.primary(wanted)?.into_text();
                let (place, length) = (self.primary(wanted)?.number(), self.primary(wanted)?.number());
                Ok(Value::Text(match place.zip(length) {
                    Some((place, length)) if place > BigInt::ZERO && length > BigInt::ZERO => {
                        let skipped = place.to_usize().unwrap_or(usize::MAX) - 1;
                        let taken = length.to_usize().unwrap_or(usize::MAX);
                        self.characters(&text).skip(skipped).take(taken).flatten().copied().collect()
                    }
                    _ => Vec::new(),
                }))
            }
            word => Ok(Value::Text(word.to_vec())),
        }
    }

    fn take(&mut self) -> Result<&'a [u8], String> {
        let Some(word) = self.words.get(self.next) else {
            return Err(format!("syntax error: missing argument after {}", self.quoted(self.last())));
        };
        self.next += 1;
        Ok(word)
    }

    fn last(&self) -> &'a [u8] {
        self.words.last().map_or(b"", Vec::as_slice)
    }

    fn characters<'text>(&self, text: &'text [u8]) -> impl Iterator<Item = &'text [u8]> {
        let is_utf8 = self.is_utf8;
        let mut rest = text;
        std::iter::from_fn(move || {
            if rest.is_empty() {
                return None;
            }
            let (character, after) = rest.split_at(character_length(rest, is_utf8));
            rest = after;
            Some(character)
        })
    }

    /// The first group of a match at the text's beginning; without groups, how many characters the match has.
    fn matching(&self, text: &[u8], pattern: &[u8]) -> Outcome {
        let mut options = Options::new(Dialect::Basic);
        options.is_utf8 = self.is_utf8;
        let regex = Regex::new(pattern, options).map_err(|error| error.to_string())?;
        // The leftmost match is the one at the beginning, if there is one.
        let groups = regex.groups_at(text, 0).filter(|groups| groups[0].is_some_and(|(start, _)| start == 0));
        if regex.groups() > 0 {
            let group = groups.and_then(|groups| groups[1]);
            return Ok(Value::Text(group.map_or_else(Vec::new, |(start, end)| text[start..end].to_vec())));
        }
        let length = groups.and_then(|groups| groups[0]).map_or(0, |(_, end)| self.characters(&text[..end]).count());
        Ok(Value::Number(BigInt::from(length)))
    }

    fn quoted(&self, word: &[u8]) -> String {
        let word = String::from_utf8_lossy(word);
        if self.is_utf8 { format!("‘{word}’") } else { format!("'{word}'") }
    }
}
