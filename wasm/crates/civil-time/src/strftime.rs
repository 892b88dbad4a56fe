//! strftime, as glibc's in the C locale.

use crate::{MONTHS, Moment, WEEKDAYS, days_of, moment};

/// How far local time is from UTC, and its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone {
    pub offset_seconds: i64,
    pub name: Vec<u8>,
}

impl Default for Zone {
    fn default() -> Self {
        Zone { offset_seconds: 0, name: b"UTC".to_vec() }
    }
}

/// Writes seconds since 1970 by a format. `%N` is known where nanoseconds are given; an unknown directive stays as it is.
pub fn strftime(format: &[u8], seconds: i64, nanoseconds: Option<u32>, zone: &Zone) -> Vec<u8> {
    let local = seconds.saturating_add(zone.offset_seconds);
    let mut out = Vec::new();
    Writer { now: moment(local), seconds, nanoseconds, zone }.push(&mut out, format);
    out
}

/// The same in UTC, for formats that are text.
pub fn utc(format: &str, seconds: i64) -> String {
    String::from_utf8_lossy(&strftime(format.as_bytes(), seconds, None, &Zone::default())).into_owned()
}

/// What stands between `%` and the letter.
#[derive(Default)]
struct Flags {
    /// `-`, `_`, `0`
    padding: Option<u8>,
    is_upper: bool,
    width: usize,
}

struct Writer<'a> {
    now: Moment,
    seconds: i64,
    nanoseconds: Option<u32>,
    zone: &'a Zone,
}

impl Writer<'_> {
    fn push(&self, out: &mut Vec<u8>, format: &[u8]) {
        let mut at = 0;
        while let Some(&byte) = format.get(at) {
            at += 1;
            if byte != b'%' {
                out.push(byte);
                continue;
            }
            let start = at - 1;
            let mut flags = Flags::default();
            while let Some(&flag) = format.get(at) {
                match flag {
                    b'-' | b'_' | b'0' => flags.padding = Some(flag),
                    b'^' => flags.is_upper = true,
                    b'#' | b'+' => {}
                    _ => break,
                }
                at += 1;
            }
            while let Some(digit) = format.get(at).filter(|digit| digit.is_ascii_digit()) {
                flags.width = (flags.width * 10 + usize::from(digit - b'0')).min(1024);
                at += 1;
            }
            if let Some(b'E' | b'O') = format.get(at) {
                at += 1;
            }
            let text = format.get(at).and_then(|letter| self.directive(*letter, &flags));
            at = format.len().min(at + 1);
            match text {
                Some(mut text) => {
                    if flags.is_upper {
                        text.make_ascii_uppercase();
                    }
                    let blank = if flags.padding == Some(b'0') { b'0' } else { b' ' };
                    out.resize(out.len() + flags.width.saturating_sub(text.len()), blank);
                    out.append(&mut text);
                }
                None => out.extend_from_slice(&format[start..at]),
            }
        }
    }

    fn directive(&self, letter: u8, flags: &Flags) -> Option<Vec<u8>> {
        let Moment { year, month, day, hour, minute, second, weekday, day_of_year } = self.now;
        let number = |number: i64, width: usize, usual: u8| {
            let width = if flags.width > 0 { flags.width } else { width };
            match flags.padding.unwrap_or(usual) {
                b'-' => number.to_string(),
                b'_' => format!("{number:width$}"),
                _ => format!("{number:0width$}"),
            }
        };
        let two = |value: u32| number(i64::from(value), 2, b'0');
        let hour12 = (hour + 11) % 12 + 1;
        let (day_name, month_name) = (WEEKDAYS[weekday as usize], MONTHS[month as usize - 1]);
        Some(match letter {
            b'a' => day_name[..3].into(),
            b'A' => day_name.into(),
            b'b' | b'h' => month_name[..3].into(),
            b'B' => month_name.into(),
            b'C' => number(year.div_euclid(100), 2, b'0').into(),
            b'd' => two(day).into(),
            b'e' => number(day.into(), 2, b'_').into(),
            b'g' => number(self.iso_week().0.rem_euclid(100), 2, b'0').into(),
            b'G' => number(self.iso_week().0, 1, b'0').into(),
            b'H' => two(hour).into(),
            b'I' => two(hour12).into(),
            b'j' => number(i64::from(day_of_year) + 1, 3, b'0').into(),
            b'k' => number(hour.into(), 2, b'_').into(),
            b'l' => number(hour12.into(), 2, b'_').into(),
            b'm' => two(month).into(),
            b'M' => two(minute).into(),
            b'n' => b"\n".to_vec(),
            b'N' => format!("{:09}", self.nanoseconds?).into(),
            b'p' => if hour < 12 { "AM" } else { "PM" }.into(),
            b'P' => if hour < 12 { "am" } else { "pm" }.into(),
            b's' => self.seconds.to_string().into(),
            b'S' => two(second).into(),
            b't' => b"\t".to_vec(),
            b'u' => ((weekday + 6) % 7 + 1).to_string().into(),
            b'U' => two((day_of_year + 7 - weekday) / 7).into(),
            b'V' => number(self.iso_week().1, 2, b'0').into(),
            b'w' => weekday.to_string().into(),
            b'W' => two((day_of_year + 7 - (weekday + 6) % 7) / 7).into(),
            b'y' => number(year.rem_euclid(100), 2, b'0').into(),
            b'Y' => number(year, 1, b'0').into(),
            b'z' => {
                let (sign, minutes) = (if self.zone.offset_seconds < 0 { '-' } else { '+' }, self.zone.offset_seconds.abs() / 60);
                format!("{sign}{:02}{:02}", minutes / 60, minutes % 60).into()
            }
            b'Z' => self.zone.name.clone(),
            b'%' => b"%".to_vec(),
            composed => {
                let format: &[u8] = match composed {
                    b'c' => b"%a %b %e %H:%M:%S %Y",
                    b'D' | b'x' => b"%m/%d/%y",
                    b'F' => b"%Y-%m-%d",
                    b'r' => b"%I:%M:%S %p",
                    b'R' => b"%H:%M",
                    b'T' | b'X' => b"%H:%M:%S",
                    _ => return None,
                };
                let mut text = Vec::new();
                self.push(&mut text, format);
                text
            }
        })
    }

    /// ISO 8601's year and week.
    fn iso_week(&self) -> (i64, i64) {
        let Moment { year, weekday, day_of_year, .. } = self.now;
        let week = (i64::from(day_of_year) - i64::from((weekday + 6) % 7) + 10) / 7;
        if week < 1 {
            return (year - 1, weeks_in(year - 1));
        }
        if week > weeks_in(year) { (year + 1, 1) } else { (year, week) }
    }
}

fn weeks_in(year: i64) -> i64 {
    let first = (days_of(year, 1, 1) + 4).rem_euclid(7);
    let is_leap = days_of(year + 1, 1, 1) - days_of(year, 1, 1) == 366;
    if first == 4 || (is_leap && first == 3) { 53 } else { 52 }
}

#[cfg(test)]
mod tests {
    use super::{Zone, strftime};

    #[test]
    fn dates_are_of_their_zone() {
        let utc = Zone::default();
        assert_eq!(strftime(b"%F %T", 951_827_696, None, &utc), b"2000-02-29 12:34:56");
        assert_eq!(strftime(b"%Y%%%N", -1, None, &utc), b"1969%%N");
        assert_eq!(strftime(b"%-d %_m %^a %5e", 0, None, &utc), b"1  1 THU     1");
        let zone = Zone { offset_seconds: -34_200, name: b"X".to_vec() };
        assert_eq!(strftime(b"%F %R %z %Z", 0, None, &zone), b"1969-12-31 14:30 -0930 X");
    }
}
