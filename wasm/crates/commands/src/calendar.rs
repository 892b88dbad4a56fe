//! UTC dates of timestamps. Times are shown in UTC: a sandbox has no other time zone.

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
    pub nanosecond: u32,
}

const WEEKDAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const FULL_MONTHS: [&str; 12] = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
];
pub const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

const NANOSECONDS: i64 = 1_000_000_000;
const DAY_SECONDS: i64 = 86_400;

/// Takes a timestamp (nanoseconds since 1970) apart.
pub fn moment(timestamp_ns: i64) -> Moment {
    let seconds = timestamp_ns.div_euclid(NANOSECONDS);
    let (days, of_day) = (seconds.div_euclid(DAY_SECONDS), seconds.rem_euclid(DAY_SECONDS) as u32);
    let (year, month, day) = civil_from_days(days);
    Moment {
        year,
        month,
        day,
        hour: of_day / 3600,
        minute: of_day / 60 % 60,
        second: of_day % 60,
        nanosecond: timestamp_ns.rem_euclid(NANOSECONDS) as u32,
    }
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

/// The inverse: days since 1970 of a date.
pub fn days_from_civil(year: i64, month: u32, day: u32) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month_from_march = (i64::from(month) + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + i64::from(day) - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// `2024-03-05 06:07:08.000000009 +0000`
pub fn full(timestamp_ns: i64) -> String {
    let moment = moment(timestamp_ns);
    format!(
        "{:04}-{:02}-{:02} {:02}:{:02}:{:02}.{:09} +0000",
        moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second, moment.nanosecond
    )
}

/// Formats a timestamp as strftime does in the C locale. Directives it does not know stay as they are.
pub fn format(format: &str, timestamp_ns: i64) -> String {
    let now = moment(timestamp_ns);
    let days = days_from_civil(now.year, now.month, now.day);
    let weekday = WEEKDAYS[(days + 4).rem_euclid(7) as usize];
    let month = FULL_MONTHS[now.month as usize - 1];
    let mut output = String::new();
    let mut letters = format.chars();
    while let Some(letter) = letters.next() {
        if letter != '%' {
            output.push(letter);
            continue;
        }
        let Some(directive) = letters.next() else {
            output.push('%');
            break;
        };
        output.push_str(&match directive {
            'Y' => now.year.to_string(),
            'y' => format!("{:02}", now.year.rem_euclid(100)),
            'm' => format!("{:02}", now.month),
            'd' => format!("{:02}", now.day),
            'e' => format!("{:2}", now.day),
            'H' => format!("{:02}", now.hour),
            'I' => format!("{:02}", (now.hour + 11) % 12 + 1),
            'M' => format!("{:02}", now.minute),
            'S' => format!("{:02}", now.second),
            'N' => format!("{:09}", now.nanosecond),
            'p' => if now.hour < 12 { "AM" } else { "PM" }.to_owned(),
            'j' => format!("{:03}", days - days_from_civil(now.year, 1, 1) + 1),
            's' => timestamp_ns.div_euclid(NANOSECONDS).to_string(),
            'a' => weekday[..3].to_owned(),
            'A' => weekday.to_owned(),
            'b' | 'h' => month[..3].to_owned(),
            'B' => month.to_owned(),
            'F' => self::format("%Y-%m-%d", timestamp_ns),
            'T' => self::format("%H:%M:%S", timestamp_ns),
            'R' => self::format("%H:%M", timestamp_ns),
            'D' => self::format("%m/%d/%y", timestamp_ns),
            'c' => self::format("%a %b %e %H:%M:%S %Y", timestamp_ns),
            'z' => "+0000".to_owned(),
            'Z' => "UTC".to_owned(),
            'n' => "\n".to_owned(),
            't' => "\t".to_owned(),
            '%' => "%".to_owned(),
            other => format!("%{other}"),
        });
    }
    output
}
