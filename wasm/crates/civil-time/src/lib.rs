//! The Gregorian calendar, and times as strftime writes them in the C locale. `date` itself has a library's, with zones;
//! this is for programs that have no room for the zones' tables.

mod strftime;

pub use strftime::{Zone, strftime, utc};

pub const WEEKDAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
pub const MONTHS: [&str; 12] = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
];
/// As `ls` and `sort -M` have them.
pub const SHORT_MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

const DAY_SECONDS: i64 = 86_400;

/// A second, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    pub year: i64,
    /// From 1.
    pub month: u32,
    /// From 1.
    pub day: u32,
    pub hour: u32,
    pub minute: u32,
    pub second: u32,
    /// From Sunday, 0.
    pub weekday: u32,
    /// From 0.
    pub day_of_year: u32,
}

/// Takes seconds since 1970 apart. Years beyond 2^56 seconds from it are out of i64's reach: callers with free numbers clamp.
pub fn moment(seconds: i64) -> Moment {
    let (days, of_day) = (seconds.div_euclid(DAY_SECONDS), seconds.rem_euclid(DAY_SECONDS) as u32);
    let (year, month, day) = date_of(days);
    Moment {
        year,
        month,
        day,
        hour: of_day / 3600,
        minute: of_day / 60 % 60,
        second: of_day % 60,
        weekday: (days + 4).rem_euclid(7) as u32,
        day_of_year: (days - days_of(year, 1, 1)) as u32,
    }
}

/// Seconds since 1970 of a date and a time of day. What is out of range is carried over, as by mktime; months are not.
pub fn seconds_of(year: i64, month: u32, day: i64, hour: i64, minute: i64, second: i64) -> i64 {
    (days_of(year, month, 1) + day - 1) * DAY_SECONDS + hour * 3600 + minute * 60 + second
}

/// Year, month and day of a count of days since 1970: Howard Hinnant's `civil_from_days`, which counts in eras of 400
/// years that begin in March.
pub fn date_of(days: i64) -> (i64, u32, u32) {
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

/// The inverse: days since 1970 of a date.
pub fn days_of(year: i64, month: u32, day: u32) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month_from_march = (i64::from(month) + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + i64::from(day) - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}
