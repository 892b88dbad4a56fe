//! The builtin functions.

use super::format::{count_characters, end_of_characters};
use super::machine::{Fatal, Machine, fatal};
use super::number;
use super::streams;
use super::time;
use super::value::Value;
use std::time::{SystemTime, UNIX_EPOCH};

type Step<T> = Result<T, Fatal>;

/// Name, least and most arguments.
const FUNCTIONS: [(&str, usize, usize); 39] = [
    ("and", 2, 255), ("asort", 1, 3), ("asorti", 1, 3), ("atan2", 2, 2), ("close", 1, 2), ("compl", 1, 1), ("cos", 1, 1),
    ("exp", 1, 1), ("fflush", 0, 1), ("gensub", 3, 4), ("gsub", 2, 3), ("index", 2, 2), ("int", 1, 1), ("isarray", 1, 1),
    ("length", 0, 1), ("log", 1, 1), ("lshift", 2, 2), ("match", 2, 3), ("mkbool", 1, 1), ("mktime", 1, 2), ("or", 2, 255),
    ("patsplit", 2, 4), ("rand", 0, 0), ("rshift", 2, 2), ("sin", 1, 1), ("split", 2, 4), ("sprintf", 1, 255), ("sqrt", 1, 1),
    ("srand", 0, 1), ("strftime", 0, 3), ("strtonum", 1, 1), ("sub", 2, 3), ("substr", 2, 3), ("system", 1, 1), ("systime", 0, 0),
    ("tolower", 1, 1), ("toupper", 1, 1), ("typeof", 1, 1), ("xor", 2, 255),
];

pub fn argument_counts(name: &str) -> (usize, usize) {
    FUNCTIONS.iter().find(|(known, ..)| *known == name).map_or((0, 255), |(_, least, most)| (*least, *most))
}

pub fn index_of(name: &str) -> u8 {
    FUNCTIONS.iter().position(|(known, ..)| *known == name).unwrap_or(0) as u8
}

/// Whether a regular expression in this place is one, not a match with the record.
pub fn takes_pattern(name: &str, index: usize) -> bool {
    matches!((name, index), ("match", 1) | ("split", 2) | ("patsplit", 2) | ("gensub", 0) | ("sub" | "gsub", 0))
}

impl Machine {
    pub fn builtin(&mut self, index: u8, count: usize) -> Step<Value> {
        let name = FUNCTIONS[usize::from(index)].0;
        if name == "sprintf" {
            return Ok(Value::from_vec(self.format(count)?));
        }
        let arguments = self.stack.split_off(self.stack.len() - count);
        let number = |index: usize| arguments.get(index).map_or(0.0, Value::number);
        Ok(match name {
            "length" => match arguments.first() {
                None => {
                    let is_utf8 = self.is_utf8;
                    Value::Number(count_characters(self.record_text(), is_utf8) as f64)
                }
                Some(Value::Array(array)) => Value::Number(array.borrow().len() as f64),
                Some(value) => Value::Number(self.with_text(value, |text| count_characters(text, self.is_utf8)) as f64),
            },
            "substr" => {
                let length = arguments.get(2).map(Value::number);
                self.with_text(&arguments[0], |text| substring(text, arguments[1].number(), length, self.is_utf8))
            }
            "index" => {
                let at = self.with_text(&arguments[0], |text| {
                    let found = self.with_text(&arguments[1], |part| memchr::memmem::find(text, part));
                    found.map_or(0, |offset| count_characters(&text[..offset], self.is_utf8) + 1)
                });
                Value::Number(at as f64)
            }
            "split" => self.split(&arguments, false)?,
            "patsplit" => self.split(&arguments, true)?,
            "match" => self.match_function(&arguments)?,
            "gensub" => self.gensub(&arguments)?,
            "tolower" => self.with_text(&arguments[0], |text| change_case(text, self.is_utf8, false)),
            "toupper" => self.with_text(&arguments[0], |text| change_case(text, self.is_utf8, true)),
            "int" => Value::Number(number(0).trunc()),
            "sqrt" => Value::Number(number(0).sqrt()),
            "exp" => Value::Number(number(0).exp()),
            "log" => Value::Number(number(0).ln()),
            "sin" => Value::Number(number(0).sin()),
            "cos" => Value::Number(number(0).cos()),
            "atan2" => Value::Number(number(0).atan2(number(1))),
            "rand" => Value::Number(self.next_random()),
            "srand" => {
                let before = self.seed;
                self.seed = if arguments.is_empty() { now() } else { number(0) };
                self.random = random_state(self.seed);
                Value::Number(before)
            }
            "system" => {
                self.flush()?;
                let command = self.text(&arguments[0]);
                Value::Number(streams::system(&command).unwrap_or(-1.0))
            }
            "close" => {
                let name = self.text(&arguments[0]);
                Value::Number(self.streams.close(&name))
            }
            "fflush" => {
                let is_done = match arguments.first().map(|name| self.text(name)).filter(|name| !name.is_empty()) {
                    Some(name) => self.streams.flush_named(&name).unwrap_or(false),
                    None => self.streams.flush().is_ok(),
                };
                Value::Number(if is_done { 0.0 } else { -1.0 })
            }
            "systime" => Value::Number(now()),
            "mktime" => Value::Number(time::make(&self.text(&arguments[0]))),
            "strftime" => {
                let format = arguments.first().map_or_else(|| b"%a %b %e %H:%M:%S %Z %Y".to_vec(), |format| self.text(format));
                let timestamp = if arguments.len() > 1 { number(1) } else { now() };
                Value::from_vec(time::format(&format, timestamp.floor() as i64))
            }
            "and" => bitwise(name, &arguments, |left, right| left & right)?,
            "or" => bitwise(name, &arguments, |left, right| left | right)?,
            "xor" => bitwise(name, &arguments, |left, right| left ^ right)?,
            "lshift" => bitwise(name, &arguments, |left, right| left.checked_shl(right as u32).unwrap_or(0))?,
            "rshift" => bitwise(name, &arguments, |left, right| left.checked_shr(right as u32).unwrap_or(0))?,
            "compl" => Value::Number((!bits(name, number(0))? & ((1 << 53) - 1)) as f64),
            "strtonum" => match &arguments[0] {
                Value::Number(number) => Value::Number(*number),
                other => Value::Number(self.with_text(other, number::number_with_radix)),
            },
            "asort" => self.sort_array(&arguments, false)?,
            "asorti" => self.sort_array(&arguments, true)?,
            "isarray" => Value::boolean(matches!(arguments[0], Value::Array(_))),
            "mkbool" => Value::boolean(arguments[0].is_true()),
            "typeof" => Value::string(arguments[0].type_name().as_bytes()),
            other => return fatal(format!("function `{other}' is not there")),
        })
    }

    pub fn flush(&mut self) -> Step<()> {
        self.streams.flush().or_else(|error| fatal(format!("print to \"standard output\" failed: {}", sys::errno::message(&error))))
    }

    /// In [0, 1), by xorshift64*.
    fn next_random(&mut self) -> f64 {
        self.random ^= self.random >> 12;
        self.random ^= self.random << 25;
        self.random ^= self.random >> 27;
        (self.random.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// Where the random numbers of a seed begin. The first seed is 0 to gawk and 1 to others: both begin alike.
pub fn random_state(seed: f64) -> u64 {
    ((seed as i64).max(1) as u64 ^ 0x5851_f42d_4c95_7f2d).wrapping_mul(0x2545_f491_4f6c_dd1d) | 1
}

fn now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |since| since.as_secs() as f64)
}

fn bits(name: &str, number: f64) -> Step<u64> {
    if number < 0.0 {
        return fatal(format!("{name}: negative values are not allowed"));
    }
    Ok(number as u64)
}

fn bitwise(name: &str, arguments: &[Value], operation: impl Fn(u64, u64) -> u64) -> Step<Value> {
    let mut result = bits(name, arguments[0].number())?;
    for argument in &arguments[1..] {
        result = operation(result, bits(name, argument.number())?);
    }
    Ok(Value::Number(result as f64))
}

/// Characters from `start` on, both numbers rounded; a start before the text is its beginning, as in gawk.
fn substring(text: &[u8], start: f64, length: Option<f64>, is_utf8: bool) -> Value {
    let (first, length) = (round_half_even(start).max(1.0), length.map_or(f64::INFINITY, round_half_even));
    if start.is_nan() || length.is_nan() || length <= 0.0 {
        return Value::string(b"");
    }
    let (skipped, taken) = ((first - 1.0) as usize, length as usize);
    let from = end_of_characters(text, skipped, is_utf8);
    let to = from + end_of_characters(&text[from..], taken, is_utf8);
    Value::string(&text[from..to])
}

fn round_half_even(number: f64) -> f64 {
    number.round_ties_even()
}

fn change_case(text: &[u8], is_utf8: bool, to_upper: bool) -> Value {
    if !is_utf8 || text.is_ascii() {
        return Value::from_vec(if to_upper { text.to_ascii_uppercase() } else { text.to_ascii_lowercase() });
    }
    let mut out = Vec::with_capacity(text.len());
    for chunk in text.utf8_chunks() {
        for character in chunk.valid().chars() {
            let changed = posix_regex::other_case(character, to_upper);
            out.extend_from_slice(changed.encode_utf8(&mut [0; 4]).as_bytes());
        }
        out.extend_from_slice(chunk.invalid());
    }
    Value::from_vec(out)
}
