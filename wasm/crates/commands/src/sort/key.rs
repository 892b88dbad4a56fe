//! Sort keys: where they lie in a line and how they compare.

use super::options::Options;
use crate::version_order;
use std::cmp::Ordering as Result;

/// How a key is compared.
#[derive(Clone, Copy, Default)]
pub struct Ordering {
    pub kind: Kind,
    pub reverse: bool,
    /// `-b`, when given globally.
    pub skips_blanks: bool,
    pub dictionary: bool,
    pub folds_case: bool,
    pub printable_only: bool,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub enum Kind {
    #[default]
    Text,
    Number,
    General,
    Human,
    Month,
    Random,
    Version,
}

impl Ordering {
    /// Sets what an option letter means.
    pub fn set(&mut self, letter: char) {
        match letter {
            'b' => self.skips_blanks = true,
            'd' => self.dictionary = true,
            'f' => self.folds_case = true,
            'i' => self.printable_only = true,
            'r' => self.reverse = true,
            'g' => self.kind = Kind::General,
            'h' => self.kind = Kind::Human,
            'M' => self.kind = Kind::Month,
            'n' => self.kind = Kind::Number,
            'R' => self.kind = Kind::Random,
            'V' => self.kind = Kind::Version,
            _ => {}
        }
    }

    fn is_default(&self) -> bool {
        self.kind == Kind::Text
            && !(self.reverse || self.skips_blanks || self.dictionary || self.folds_case || self.printable_only)
    }

    fn transforms(&self) -> bool {
        self.dictionary || self.folds_case || self.printable_only
    }
}

/// A place in a line, fields and characters counted from 1.
#[derive(Clone, Copy)]
pub struct Place {
    pub field: usize,
    pub character: Option<usize>,
}

#[derive(Clone, Copy)]
pub struct Key {
    pub start: Place,
    pub end: Option<Place>,
    pub start_skips_blanks: bool,
    pub end_skips_blanks: bool,
    pub ordering: Ordering,
}

/// What is compared when no key is given.
const WHOLE_LINE: Key = Key {
    start: Place { field: 1, character: None },
    end: None,
    start_skips_blanks: false,
    end_skips_blanks: false,
    ordering: Ordering {
        kind: Kind::Text,
        reverse: false,
        skips_blanks: false,
        dictionary: false,
        folds_case: false,
        printable_only: false,
    },
};

/// The order of lines under one set of options.
pub struct Order<'options> {
    options: &'options Options,
    keys: Vec<Key>,
    /// Makes a random order the same within one run and different between runs.
    seed: u64,
}

impl<'options> Order<'options> {
    pub fn new(options: &'options Options) -> Self {
        let global = options.global;
        let with_global = |key: &Key| {
            let has_own = !key.ordering.is_default() || key.start_skips_blanks || key.end_skips_blanks;
            if has_own {
                return *key;
            }
            let skips = global.skips_blanks;
            Key { ordering: global, start_skips_blanks: skips, end_skips_blanks: skips, ..*key }
        };
        let keys = match options.keys.is_empty() {
            true => vec![with_global(&WHOLE_LINE)],
            false => options.keys.iter().map(with_global).collect(),
        };
        let seed = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(1, |since| since.as_nanos() as u64);
        Order { options, keys, seed }
    }

    /// Whole lines by their bytes, apart from direction.
    pub fn is_plain(&self) -> bool {
        let global = &self.options.global;
        self.options.keys.is_empty() && global.kind == Kind::Text && !global.transforms() && !global.skips_blanks
    }

    /// Keys first; lines with equal keys by their bytes, unless the options forbid it.
    pub fn compare_fully(&self, left: &[u8], right: &[u8]) -> Result {
        self.compare_keys(left, right).then_with(|| self.compare_whole(left, right))
    }

    pub fn compare_keys(&self, left: &[u8], right: &[u8]) -> Result {
        self.compare_by(&self.keys, left, right)
    }

    /// A line's first key, so that a sort reads it once and not at each comparison.
    pub fn first_key<'line>(&self, line: &'line [u8]) -> Value<'line> {
        self.value(line, &self.keys[0])
    }

    /// `compare_fully` of lines whose first keys are at hand.
    pub fn compare_with_first(&self, left: &(Value, &[u8]), right: &(Value, &[u8])) -> Result {
        compare_values(&left.0, &right.0, &self.keys[0])
            .then_with(|| self.compare_by(&self.keys[1..], left.1, right.1))
            .then_with(|| self.compare_whole(left.1, right.1))
    }

    fn compare_by(&self, keys: &[Key], left: &[u8], right: &[u8]) -> Result {
        let orders = keys.iter().map(|key| compare_values(&self.value(left, key), &self.value(right, key), key));
        orders.into_iter().find(|order| *order != Result::Equal).unwrap_or(Result::Equal)
    }

    fn compare_whole(&self, left: &[u8], right: &[u8]) -> Result {
        if self.options.stable || self.options.unique {
            return Result::Equal;
        }
        let whole = left.cmp(right);
        if self.options.global.reverse { whole.reverse() } else { whole }
    }

    fn part<'line>(&self, line: &'line [u8], key: &Key) -> &'line [u8] {
        let separator = self.options.separator;
        let start = place_in(line, key.start, separator, key.start_skips_blanks, false);
        let end = match key.end {
            Some(end) => place_in(line, end, separator, key.end_skips_blanks, true),
            None => line.len(),
        };
        &line[start.min(end)..end]
    }

    fn value<'line>(&self, line: &'line [u8], key: &Key) -> Value<'line> {
        let part = self.part(line, key);
        match key.ordering.kind {
            Kind::Text if key.ordering.transforms() => Value::Folded(transformed(part, &key.ordering)),
            Kind::Text => Value::Text(part),
            Kind::Number => Value::Number(number(part)),
            Kind::General => Value::General(general(part)),
            Kind::Human => Value::Human(human(part)),
            Kind::Month => Value::Month(month(part)),
            Kind::Version => Value::Version(part),
            Kind::Random => Value::Random(hash(part, self.seed), part),
        }
    }
}

/// A key as it is compared.
pub enum Value<'line> {
    Text(&'line [u8]),
    Folded(Vec<u8>),
    Number(Number<'line>),
    General(General),
    Human((i32, Number<'line>)),
    Month(usize),
    Version(&'line [u8]),
    Random(u64, &'line [u8]),
}

/// Compares two lines' values of one key, which are of one kind.
fn compare_values(left: &Value, right: &Value, key: &Key) -> Result {
    let order = match (left, right) {
        (Value::Text(left), Value::Text(right)) => left.cmp(right),
        (Value::Folded(left), Value::Folded(right)) => left.cmp(right),
        (Value::Number(left), Value::Number(right)) => left.cmp(right),
        (Value::General(left), Value::General(right)) => left.cmp(right),
        (Value::Human(left), Value::Human(right)) => left.cmp(right),
        (Value::Month(left), Value::Month(right)) => left.cmp(right),
        (Value::Version(left), Value::Version(right)) => version_order::compare(left, right),
        (Value::Random(left, own), Value::Random(right, other)) => left.cmp(right).then_with(|| own.cmp(other)),
        _ => Result::Equal,
    };
    if key.ordering.reverse { order.reverse() } else { order }
}

fn is_blank(byte: u8) -> bool {
    byte == b' ' || byte == b'\t'
}

fn without_blanks(text: &[u8]) -> &[u8] {
    &text[text.iter().take_while(|byte| is_blank(**byte)).count()..]
}

/// The byte index a place names. As the end of a key, it is the one after the place's last character.
fn place_in(line: &[u8], place: Place, separator: Option<u8>, skips_blanks: bool, is_end: bool) -> usize {
    let is_whole_field = is_end && matches!(place.character, None | Some(0));
    let fields_to_skip = if is_whole_field { place.field } else { place.field - 1 };
    let mut index = 0;
    for skipped in 0..fields_to_skip {
        if index >= line.len() {
            break;
        }
        match separator {
            Some(separator) => match memchr::memchr(separator, &line[index..]) {
                // The end of a whole field does not include the separator after it.
                Some(at) if is_whole_field && skipped + 1 == fields_to_skip => index += at,
                Some(at) => index += at + 1,
                None => index = line.len(),
            },
            None => {
                // Blanks belong to the field after them.
                index += line[index..].iter().take_while(|byte| is_blank(**byte)).count();
                index += line[index..].iter().take_while(|byte| !is_blank(**byte)).count();
            }
        }
    }
    if is_whole_field {
        return index;
    }
    if skips_blanks {
        index += line[index..].iter().take_while(|byte| is_blank(**byte)).count();
    }
    let character = place.character.unwrap_or(1);
    let offset = if is_end { character } else { character - 1 };
    index.saturating_add(offset).min(line.len())
}

fn transformed(text: &[u8], ordering: &Ordering) -> Vec<u8> {
    let keeps = |byte: &u8| {
        (!ordering.dictionary || byte.is_ascii_alphanumeric() || is_blank(*byte))
            && (!ordering.printable_only || byte.is_ascii_graphic() || *byte == b' ')
    };
    let fold = |byte: &u8| if ordering.folds_case { byte.to_ascii_uppercase() } else { *byte };
    text.iter().filter(|byte| keeps(byte)).map(fold).collect()
}

/// A decimal number of any length, as text: no number is 0.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Number<'text> {
    negative: bool,
    /// Without leading zeros.
    whole: &'text [u8],
    /// Without trailing zeros.
    fraction: &'text [u8],
}

/// Reads the number at the start of `text`.
pub fn number(text: &[u8]) -> Number<'_> {
    let text = without_blanks(text);
    let (negative, digits) = text.strip_prefix(b"-").map_or((false, text), |rest| (true, rest));
    let digits_in = |text: &[u8]| text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let whole_end = digits_in(digits);
    let zeros = digits[..whole_end].iter().take_while(|byte| **byte == b'0').count();
    let fraction = match digits.get(whole_end) {
        Some(b'.') => {
            let rest = &digits[whole_end + 1..];
            let rest = &rest[..digits_in(rest)];
            &rest[..rest.iter().rposition(|byte| *byte != b'0').map_or(0, |last| last + 1)]
        }
        _ => &[],
    };
    let whole = &digits[zeros..whole_end];
    let is_zero = whole.is_empty() && fraction.is_empty();
    Number { negative: negative && !is_zero, whole, fraction }
}

impl Ord for Number<'_> {
    fn cmp(&self, other: &Self) -> Result {
        if self.negative != other.negative {
            return other.negative.cmp(&self.negative);
        }
        let magnitude = self
            .whole
            .len()
            .cmp(&other.whole.len())
            .then_with(|| self.whole.cmp(other.whole))
            .then_with(|| self.fraction.cmp(other.fraction));
        if self.negative { magnitude.reverse() } else { magnitude }
    }
}

impl PartialOrd for Number<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Result> {
        Some(self.cmp(other))
    }
}

/// A floating-point number: no number sorts first, then NaN, then the numbers.
pub struct General(Option<f64>);

fn general(text: &[u8]) -> General {
    let text = String::from_utf8_lossy(without_blanks(text)).into_owned();
    let is_part = |character: char| character.is_ascii_alphanumeric() || "+-.".contains(character);
    let mut candidate = &text[..text.find(|character| !is_part(character)).unwrap_or(text.len())];
    while !candidate.is_empty() {
        if let Ok(value) = candidate.parse::<f64>() {
            return General(Some(value));
        }
        candidate = &candidate[..candidate.len() - 1];
    }
    General(None)
}

impl General {
    fn cmp(&self, other: &General) -> Result {
        let rank = |value: Option<f64>| value.map_or(0, |value| if value.is_nan() { 1 } else { 2 });
        rank(self.0)
            .cmp(&rank(other.0))
            .then_with(|| self.0.partial_cmp(&other.0).unwrap_or(Result::Equal))
    }
}

/// A size for people: by sign, then unit, then number.
fn human(text: &[u8]) -> (i32, Number<'_>) {
    let number = number(text);
    let text = without_blanks(text);
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit() || b"-.".contains(byte)).count();
    let unit = match text.get(digits) {
        Some(b'k' | b'K') => 1,
        Some(letter) => b"KMGTPEZYRQ".iter().position(|unit| unit == letter).map_or(0, |index| index as i32 + 1),
        None => 0,
    };
    let is_zero = number.whole.is_empty() && number.fraction.is_empty();
    let magnitude = if is_zero { 0 } else { unit };
    (if number.negative { -magnitude - 1 } else { magnitude }, number)
}

/// 1 to 12; 0 is no month.
fn month(text: &[u8]) -> usize {
    let text = without_blanks(text);
    let Some(start) = text.get(..3) else { return 0 };
    civil_time::SHORT_MONTHS.iter().position(|month| month.as_bytes().eq_ignore_ascii_case(start)).map_or(0, |index| index + 1)
}

fn hash(text: &[u8], seed: u64) -> u64 {
    text.iter().fold(seed, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3).rotate_left(23))
}
