//! strftime for printf's `%(…)T`, prompts and the history.

use super::Zone;

const WEEKDAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

const MONTHS: [&str; 12] = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
];

/// Days from 1970 to the first of January of a year.
fn days_before_year(year: i64) -> i64 {
    let before = year - 1;
    before * 365 + before.div_euclid(4) - before.div_euclid(100) + before.div_euclid(400) - 719_162
}

/// Formats seconds since 1970.
pub fn format_date(format: &[u8], seconds: i64, zone: &Zone) -> Vec<u8> {
    let local = seconds.saturating_add(zone.offset_seconds);
    let days = local.div_euclid(86_400);
    let second_of_day = local.rem_euclid(86_400);
    let (year, month, day) = civil_from_days(days);
    let (hour, minute, second) = (second_of_day / 3600, second_of_day / 60 % 60, second_of_day % 60);
    let weekday = (days + 4).rem_euclid(7) as usize;
    let day_of_year = days - days_before_year(year);
    let mut output = Vec::new();
    let mut bytes = if format.is_empty() { b"%X".as_slice() } else { format }.iter();
    while let Some(byte) = bytes.next() {
        if *byte != b'%' {
            output.push(*byte);
            continue;
        }
        let text = match bytes.next() {
            Some(b'Y') => year.to_string(),
            Some(b'y') => format!("{:02}", year.rem_euclid(100)),
            Some(b'm') => format!("{month:02}"),
            Some(b'd') => format!("{day:02}"),
            Some(b'H') => format!("{hour:02}"),
            Some(b'M') => format!("{minute:02}"),
            Some(b'S') => format!("{second:02}"),
            Some(b'F') => format!("{year}-{month:02}-{day:02}"),
            Some(b'T' | b'X') => format!("{hour:02}:{minute:02}:{second:02}"),
            Some(b's') => seconds.to_string(),
            Some(b'a') => WEEKDAYS[weekday][..3].to_string(),
            Some(b'A') => WEEKDAYS[weekday].to_string(),
            Some(b'b' | b'h') => MONTHS[month as usize - 1][..3].to_string(),
            Some(b'B') => MONTHS[month as usize - 1].to_string(),
            Some(b'C') => format!("{:02}", year.div_euclid(100)),
            Some(b'e') => format!("{day:2}"),
            Some(b'j') => format!("{:03}", day_of_year + 1),
            Some(b'k') => format!("{hour:2}"),
            Some(b'l') => format!("{:2}", (hour + 11) % 12 + 1),
            Some(b'I') => format!("{:02}", (hour + 11) % 12 + 1),
            Some(b'p') => if hour < 12 { "AM" } else { "PM" }.to_string(),
            Some(b'P') => if hour < 12 { "am" } else { "pm" }.to_string(),
            Some(b'u') => (if weekday == 0 { 7 } else { weekday }).to_string(),
            Some(b'w') => weekday.to_string(),
            Some(b'U') => format!("{:02}", (day_of_year + 7 - weekday as i64) / 7),
            Some(b'W') => format!("{:02}", (day_of_year + 7 - (weekday as i64 + 6) % 7) / 7),
            Some(b'D' | b'x') => format!("{month:02}/{day:02}/{:02}", year.rem_euclid(100)),
            Some(b'R') => format!("{hour:02}:{minute:02}"),
            Some(b'r') => {
                let half = if hour < 12 { "AM" } else { "PM" };
                format!("{:02}:{minute:02}:{second:02} {half}", (hour + 11) % 12 + 1)
            }
            Some(b'c') => format!(
                "{} {} {day:2} {hour:02}:{minute:02}:{second:02} {year}",
                &WEEKDAYS[weekday][..3],
                &MONTHS[month as usize - 1][..3]
            ),
            Some(b'n') => "\n".to_string(),
            Some(b't') => "\t".to_string(),
            Some(b'Z') => String::from_utf8_lossy(&zone.name).into_owned(),
            Some(b'z') => {
                let (sign, minutes) = (if zone.offset_seconds < 0 { '-' } else { '+' }, zone.offset_seconds.abs() / 60);
                format!("{sign}{:02}{:02}", minutes / 60, minutes % 60)
            }
            Some(b'%') => "%".to_string(),
            Some(other) => format!("%{}", char::from(*other)),
            None => "%".to_string(),
        };
        output.extend(text.bytes());
    }
    output
}

/// Year, month and day of a day number; the algorithm is Howard Hinnant's `civil_from_days`.
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::{Zone, format_date};

    #[test]
    fn dates_are_of_their_zone() {
        let utc = Zone::default();
        assert_eq!(format_date(b"%F %T", 951_827_696, &utc), b"2000-02-29 12:34:56");
        assert_eq!(format_date(b"%Y%%", -1, &utc), b"1969%");
        let zone = Zone { offset_seconds: -34_200, name: b"X".to_vec() };
        assert_eq!(format_date(b"%F %R %z %Z", 0, &zone), b"1969-12-31 14:30 -0930 X");
    }
}
