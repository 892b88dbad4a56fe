//! UTC dates of timestamps, and the other way round: a sandbox has no other time zone.

/// A moment in UTC, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    pub year: i64,
    /// From 1.
    pub month: u32,
    pub day: u32,
    pub hour: u32,
    pub minute: u32,
    pub second: u32,
}

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const WEEKDAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const DAY_SECONDS: i64 = 86_400;

/// Takes seconds since 1970 apart.
pub fn moment(seconds: i64) -> Moment {
    let (days, of_day) = (seconds.div_euclid(DAY_SECONDS), seconds.rem_euclid(DAY_SECONDS) as u32);
    let (year, month, day) = civil_from_days(days);
    Moment { year, month, day, hour: of_day / 3600, minute: of_day / 60 % 60, second: of_day % 60 }
}

/// Howard Hinnant's `civil_from_days`: counts in eras of 400 years that begin in March.
fn civil_from_days(days: i64) -> (i64, u32, u32) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = (day_of_year - (153 * month_from_march + 2) / 5 + 1) as u32;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 } as u32;
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// Seconds since 1970 of a date and time.
pub fn seconds(year: i64, month: u32, day: u32, hour: u32, minute: u32, second: u32) -> i64 {
    let shifted_year = if month <= 2 { year - 1 } else { year };
    let era = shifted_year.div_euclid(400);
    let year_of_era = shifted_year.rem_euclid(400);
    let month_from_march = (i64::from(month) + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + i64::from(day) - 1;
    let days = era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468;
    days * DAY_SECONDS + i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second)
}

/// `Mar  5 06:07`
pub fn short(seconds: i64) -> String {
    let now = moment(seconds);
    format!("{} {:2} {:02}:{:02}", month_name(now.month), now.day, now.hour, now.minute)
}

/// `2024-03-05 06:07`
pub fn iso_minutes(seconds: i64) -> String {
    let now = moment(seconds);
    format!("{:04}-{:02}-{:02} {:02}:{:02}", now.year, now.month, now.day, now.hour, now.minute)
}

/// `Tue Mar  5 06:07:08 2024`
pub fn long(seconds: i64) -> String {
    let now = moment(seconds);
    let weekday = WEEKDAYS[(seconds.div_euclid(DAY_SECONDS) + 4).rem_euclid(7) as usize];
    let month = month_name(now.month);
    format!("{weekday} {month} {:2} {:02}:{:02}:{:02} {}", now.day, now.hour, now.minute, now.second, now.year)
}

pub fn month_name(month: u32) -> &'static str {
    MONTHS.get(month.wrapping_sub(1) as usize).copied().unwrap_or("???")
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
    is_sane.then(|| seconds(year, month, day, hour, minute, second))
}
