//! Dates as people write them: `2024-03-05 06:07:08.9 +0100`, `@1700000000`, `yesterday 12:00`,
//! `2 days ago`. All in UTC unless an offset is given. It covers what scripts use of GNU's notation.

use crate::calendar;
use civil_time::SHORT_MONTHS;

const SECOND: i64 = 1_000_000_000;
const DAY_SECONDS: i64 = 86_400;

/// What has been read so far; `None` where nothing was said.
#[derive(Default)]
struct Said {
    days: Option<i64>,
    time_ns: Option<i64>,
    offset_seconds: i64,
    months: i64,
    shift_ns: i64,
}

/// Reads a date; `now_ns` is what relative ones start from.
pub fn parse(text: &str, now_ns: i64) -> Option<i64> {
    let text = text.trim();
    if let Some(seconds) = text.strip_prefix('@') {
        return fraction_ns(seconds);
    }
    let spaced = separate_date_and_time(text);
    let mut said = Said::default();
    let mut words = spaced.split_whitespace().peekable();
    while let Some(word) = words.next() {
        let lower = word.to_ascii_lowercase();
        let number = lower.parse::<i64>().ok();
        match (number, words.peek().and_then(|next| unit(next))) {
            (Some(count), Some(unit)) => {
                words.next();
                said.shift(count, unit, words.next_if(|next| next.eq_ignore_ascii_case("ago")).is_some())?;
            }
            _ => said.word(&lower, &mut words, now_ns)?,
        }
    }
    said.moment(now_ns)
}

/// `2024-03-05T06:07:08` becomes two words.
fn separate_date_and_time(text: &str) -> String {
    let bytes = text.as_bytes();
    let is_between_digits = |index: usize| {
        matches!(bytes[index], b'T' | b't')
            && index > 0
            && bytes[index - 1].is_ascii_digit()
            && bytes.get(index + 1).is_some_and(u8::is_ascii_digit)
    };
    match (0..bytes.len()).find(|index| is_between_digits(*index)) {
        Some(index) => format!("{} {}", &text[..index], &text[index + 1..]),
        None => text.to_owned(),
    }
}

#[derive(Clone, Copy)]
enum Unit {
    Seconds(i64),
    Months(i64),
}

fn unit(word: &str) -> Option<Unit> {
    let word = word.to_ascii_lowercase();
    Some(match word.strip_suffix('s').unwrap_or(&word) {
        "sec" | "second" => Unit::Seconds(1),
        "min" | "minute" => Unit::Seconds(60),
        "hour" => Unit::Seconds(3600),
        "day" => Unit::Seconds(DAY_SECONDS),
        "week" => Unit::Seconds(7 * DAY_SECONDS),
        "fortnight" => Unit::Seconds(14 * DAY_SECONDS),
        "month" => Unit::Months(1),
        "year" => Unit::Months(12),
        _ => return None,
    })
}

impl Said {
    fn shift(&mut self, count: i64, unit: Unit, ago: bool) -> Option<()> {
        let count = if ago { -count } else { count };
        match unit {
            Unit::Seconds(seconds) => {
                let shift = count.checked_mul(seconds)?.checked_mul(SECOND)?;
                self.shift_ns = self.shift_ns.checked_add(shift)?;
            }
            Unit::Months(months) => self.months = self.months.checked_add(count.checked_mul(months)?)?,
        }
        Some(())
    }

    fn word<'text>(&mut self, word: &str, rest: &mut std::iter::Peekable<impl Iterator<Item = &'text str>>, now_ns: i64) -> Option<()> {
        match word {
            "now" => {}
            "today" => {}
            "yesterday" => self.shift_ns -= DAY_SECONDS * SECOND,
            "tomorrow" => self.shift_ns += DAY_SECONDS * SECOND,
            "midnight" => self.time_ns = Some(0),
            "noon" => self.time_ns = Some(12 * 3600 * SECOND),
            "utc" | "gmt" | "z" => self.offset_seconds = 0,
            "next" | "last" => {
                let unit = unit(rest.next()?)?;
                self.shift(if word == "next" { 1 } else { -1 }, unit, false)?;
            }
            _ if unit(word).is_some() => {
                let ago = rest.next_if(|next| next.eq_ignore_ascii_case("ago")).is_some();
                self.shift(1, unit(word)?, ago)?;
            }
            _ if month_number(word).is_some() => {
                let day: u32 = rest.next()?.trim_end_matches(',').parse().ok()?;
                self.days = Some(self.dated(rest, month_number(word)?, day, now_ns)?);
            }
            _ if word.contains(':') => self.clock(word)?,
            _ if is_weekday(word) => {}
            _ => self.date_or_offset(word, rest, now_ns)?,
        }
        Some(())
    }

    /// A month and day, with the year if it follows.
    fn dated<'text>(&self, rest: &mut std::iter::Peekable<impl Iterator<Item = &'text str>>, month: u32, day: u32, now_ns: i64) -> Option<i64> {
        let is_year = |next: &&str| next.len() == 4 && next.bytes().all(|byte| byte.is_ascii_digit());
        let year = match rest.next_if(is_year) {
            Some(year) => year.parse().ok()?,
            None => calendar::moment(now_ns).year,
        };
        checked_days(year, month, day)
    }

    /// `06:07[:08[.9]]`, with an offset or `Z` attached.
    fn clock(&mut self, word: &str) -> Option<()> {
        let (clock, offset) = match word.find(['+', '-', 'z']) {
            Some(at) => word.split_at(at),
            None => (word, ""),
        };
        let mut parts = clock.split(':');
        let (hour, minute): (i64, i64) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        let second_ns = fraction_ns(parts.next().unwrap_or("0"))?;
        if hour > 23 || minute > 59 || second_ns > 60 * SECOND || second_ns < 0 || hour < 0 || parts.next().is_some() {
            return None;
        }
        self.time_ns = Some((hour * 3600 + minute * 60) * SECOND + second_ns);
        if !offset.is_empty() && offset != "z" {
            self.offset_seconds = offset_seconds(offset)?;
        }
        Some(())
    }

    fn date_or_offset<'text>(&mut self, word: &str, rest: &mut std::iter::Peekable<impl Iterator<Item = &'text str>>, now_ns: i64) -> Option<()> {
        if self.time_ns.is_some() && word.starts_with(['+', '-']) {
            self.offset_seconds = offset_seconds(word)?;
            return Some(());
        }
        if let Some(month) = rest.peek().and_then(|next| month_number(&next.to_ascii_lowercase())) {
            rest.next();
            self.days = Some(self.dated(rest, month, word.parse().ok()?, now_ns)?);
            return Some(());
        }
        let numbers = |separator| word.split(separator).map(|part| part.parse::<u32>().ok()).collect::<Option<Vec<u32>>>();
        let days = match (numbers('-').as_deref(), numbers('/').as_deref()) {
            (Some([year, month, day]), _) => checked_days(i64::from(*year), *month, *day)?,
            (_, Some([year, month, day])) if *year > 31 => checked_days(i64::from(*year), *month, *day)?,
            (_, Some([month, day, year])) => checked_days(i64::from(*year), *month, *day)?,
            (Some([joined]), _) if word.len() == 8 => checked_days(i64::from(joined / 10_000), joined / 100 % 100, joined % 100)?,
            _ => return None,
        };
        self.days = Some(days);
        Some(())
    }

    fn moment(&self, now_ns: i64) -> Option<i64> {
        let now_seconds = now_ns.div_euclid(SECOND);
        let mut days = self.days.unwrap_or(now_seconds.div_euclid(DAY_SECONDS));
        if self.months != 0 {
            let start = calendar::moment(days.checked_mul(DAY_SECONDS)?.checked_mul(SECOND)?);
            let months = start.year * 12 + i64::from(start.month) - 1 + self.months;
            days = civil_time::days_of(months.div_euclid(12), months.rem_euclid(12) as u32 + 1, start.day);
        }
        let time_ns = match (self.time_ns, self.days) {
            (Some(time), _) => time,
            (None, Some(_)) => 0,
            (None, None) => now_ns.rem_euclid(DAY_SECONDS * SECOND),
        };
        let local = days.checked_mul(DAY_SECONDS)?.checked_sub(self.offset_seconds)?.checked_mul(SECOND)?;
        local.checked_add(time_ns)?.checked_add(self.shift_ns)
    }
}

/// Days since 1970 of a date that exists.
fn checked_days(year: i64, month: u32, day: u32) -> Option<i64> {
    let days = (1..=12).contains(&month).then(|| civil_time::days_of(year, month, day))?;
    let back = calendar::moment(days.checked_mul(DAY_SECONDS)?.checked_mul(SECOND)?);
    ((back.month, back.day) == (month, day)).then_some(days)
}

fn month_number(word: &str) -> Option<u32> {
    let start = word.get(..3).filter(|_| word.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'.'))?;
    let index = SHORT_MONTHS.iter().position(|month| month.eq_ignore_ascii_case(start))?;
    Some(index as u32 + 1)
}

/// A weekday beside a date says nothing new.
fn is_weekday(word: &str) -> bool {
    let days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
    word.get(..3).is_some_and(|start| days.contains(&start)) && word.trim_end_matches(',').bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// `+0100`, `-05:30`, `+02`
fn offset_seconds(text: &str) -> Option<i64> {
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let digits = text[1..].replace(':', "");
    let number: i64 = digits.parse().ok()?;
    let (hours, minutes) = if digits.len() <= 2 { (number, 0) } else { (number / 100, number % 100) };
    (hours <= 24 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

/// Seconds with a fraction, in nanoseconds.
fn fraction_ns(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once(['.', ',']).unwrap_or((text, ""));
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let whole_ns = whole.parse::<i64>().ok()?.checked_mul(SECOND)?;
    let digits: String = fraction.chars().chain("000000000".chars()).take(9).collect();
    let fraction_ns: i64 = digits.parse().ok()?;
    whole_ns.checked_add(if whole.starts_with('-') { -fraction_ns } else { fraction_ns })
}
