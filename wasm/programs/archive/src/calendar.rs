//! Times as the archive programs show and read them: in UTC, seconds since 1970.

use civil_time::utc;

/// `Mar  5 06:07`
pub fn short(seconds: i64) -> String {
    utc("%b %e %H:%M", seconds)
}

/// `2024-03-05 06:07`
pub fn iso_minutes(seconds: i64) -> String {
    utc("%4Y-%m-%d %H:%M", seconds)
}

/// `Tue Mar  5 06:07:08 2024`
pub fn long(seconds: i64) -> String {
    utc("%c", seconds)
}

/// Reads `@SECONDS`, `YYYY-MM-DD`, `YYYY-MM-DD HH:MM[:SS]` and the same with `T` or with `Z`, `UTC` behind: in seconds.
pub fn parse(text: &str) -> Option<i64> {
    let text = text.trim();
    if let Some(number) = text.strip_prefix('@') {
        return number.split('.').next()?.parse().ok();
    }
    let text = text.strip_suffix("UTC").or_else(|| text.strip_suffix('Z')).unwrap_or(text).trim();
    let (date, time) = text.split_once([' ', 'T']).unwrap_or((text, "00:00"));
    let mut date = date.split('-');
    let (year, month, day) = (date.next()?.parse().ok()?, date.next()?.parse().ok()?, date.next()?.parse().ok()?);
    let mut time = time.split('.').next()?.split(':');
    let (hour, minute) = (time.next()?.parse().ok()?, time.next()?.parse().ok()?);
    let second = time.next().map_or(Some(0), |second| second.parse().ok())?;
    let is_sane = (1..=12).contains(&month) && (1..=31).contains(&day) && hour < 24 && minute < 60 && second < 61;
    is_sane.then(|| civil_time::seconds_of(year, month, day, hour, minute, second))
}
