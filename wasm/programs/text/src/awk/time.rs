//! strftime and mktime, in UTC.

const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS: [&str; 12] = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
];
const DAY_SECONDS: i64 = 86_400;

/// A point in time by the calendar.
struct Calendar {
    year: i64,
    month: i64,
    day: i64,
    hour: i64,
    minute: i64,
    second: i64,
    weekday: i64,
    /// From 0.
    day_of_year: i64,
}

/// Days from 1970-01-01 to the first of March-based year arithmetic's date.
fn days_of(year: i64, month: i64, day: i64) -> i64 {
    let shifted = if month <= 2 { year - 1 } else { year };
    let era = shifted.div_euclid(400);
    let of_era = shifted.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

impl Calendar {
    fn of(timestamp: i64) -> Self {
        let (days, seconds) = (timestamp.div_euclid(DAY_SECONDS), timestamp.rem_euclid(DAY_SECONDS));
        let shifted = days + 719_468;
        let era = shifted.div_euclid(146_097);
        let of_era = shifted.rem_euclid(146_097);
        let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * shifted_month + 2) / 5 + 1;
        let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        Calendar {
            year,
            month,
            day,
            hour: seconds / 3600,
            minute: seconds / 60 % 60,
            second: seconds % 60,
            weekday: (days + 4).rem_euclid(7),
            day_of_year: days - days_of(year, 1, 1),
        }
    }

    /// ISO 8601's year and week.
    fn iso_week(&self) -> (i64, i64) {
        let weekday = (self.weekday + 6) % 7;
        let week = (self.day_of_year - weekday + 10) / 7;
        if week < 1 {
            let year = self.year - 1;
            return (year, weeks_in(year));
        }
        if week > weeks_in(self.year) { (self.year + 1, 1) } else { (self.year, week) }
    }
}

fn weeks_in(year: i64) -> i64 {
    let first = (days_of(year, 1, 1) + 4).rem_euclid(7);
    let is_leap = days_of(year + 1, 1, 1) - days_of(year, 1, 1) == 366;
    if first == 4 || (is_leap && first == 3) { 53 } else { 52 }
}

pub fn format(format: &[u8], timestamp: i64) -> Vec<u8> {
    let mut out = Vec::new();
    // A number from the program may be any; the calendar's arithmetic stays within this.
    let timestamp = timestamp.clamp(-67_768_040_609_740_800, 67_767_976_233_446_399);
    push(&mut out, format, &Calendar::of(timestamp), timestamp);
    out
}

fn push(out: &mut Vec<u8>, format: &[u8], time: &Calendar, timestamp: i64) {
    let mut bytes = format.iter().copied();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            out.push(byte);
            continue;
        }
        let mut letter = bytes.next();
        let mut pads = true;
        while let Some(b'-' | b'E' | b'O' | b'_' | b'^') = letter {
            pads &= letter != Some(b'-');
            letter = bytes.next();
        }
        let Some(letter) = letter else {
            out.push(b'%');
            return;
        };
        let two = |number: i64| if pads { format!("{number:02}") } else { number.to_string() };
        let blank = |number: i64| if pads { format!("{number:2}") } else { number.to_string() };
        let hour12 = (time.hour + 11) % 12 + 1;
        let (day_name, month_name) = (DAYS[time.weekday as usize], MONTHS[time.month as usize - 1]);
        let text = match letter {
            b'a' => day_name[..3].to_owned(),
            b'A' => day_name.to_owned(),
            b'b' | b'h' => month_name[..3].to_owned(),
            b'B' => month_name.to_owned(),
            b'C' => two(time.year.div_euclid(100)),
            b'd' => two(time.day),
            b'e' => blank(time.day),
            b'g' => two(time.iso_week().0.rem_euclid(100)),
            b'G' => time.iso_week().0.to_string(),
            b'H' => two(time.hour),
            b'I' => two(hour12),
            b'j' => if pads { format!("{:03}", time.day_of_year + 1) } else { (time.day_of_year + 1).to_string() },
            b'k' => blank(time.hour),
            b'l' => blank(hour12),
            b'm' => two(time.month),
            b'M' => two(time.minute),
            b'n' => "\n".to_owned(),
            b'p' => if time.hour < 12 { "AM" } else { "PM" }.to_owned(),
            b'P' => if time.hour < 12 { "am" } else { "pm" }.to_owned(),
            b's' => timestamp.to_string(),
            b'S' => two(time.second),
            b't' => "\t".to_owned(),
            b'u' => ((time.weekday + 6) % 7 + 1).to_string(),
            b'U' => two((time.day_of_year + 7 - time.weekday) / 7),
            b'V' => two(time.iso_week().1),
            b'w' => time.weekday.to_string(),
            b'W' => two((time.day_of_year + 7 - (time.weekday + 6) % 7) / 7),
            b'y' => two(time.year.rem_euclid(100)),
            b'Y' => time.year.to_string(),
            b'z' => "+0000".to_owned(),
            b'Z' => "UTC".to_owned(),
            b'%' => "%".to_owned(),
            composed => {
                let format: &[u8] = match composed {
                    b'c' => b"%a %b %e %H:%M:%S %Y",
                    b'D' | b'x' => b"%m/%d/%y",
                    b'F' => b"%Y-%m-%d",
                    b'r' => b"%I:%M:%S %p",
                    b'R' => b"%H:%M",
                    b'T' | b'X' => b"%H:%M:%S",
                    other => {
                        out.extend([b'%', other]);
                        continue;
                    }
                };
                push(out, format, time, timestamp);
                continue;
            }
        };
        out.extend_from_slice(text.as_bytes());
    }
}

/// `YYYY MM DD HH MM SS [DST]` to seconds; -1 if it is no date.
pub fn make(text: &[u8]) -> f64 {
    let text = String::from_utf8_lossy(text);
    let numbers: Vec<i64> = text.split_whitespace().map_while(|word| word.parse::<i32>().ok().map(i64::from)).collect();
    let [year, month, day, hour, minute, second] = numbers[..numbers.len().min(6)] else { return -1.0 };
    let (year, month) = (year + (month - 1).div_euclid(12), (month - 1).rem_euclid(12) + 1);
    (days_of(year, month, 1) + day - 1) as f64 * DAY_SECONDS as f64 + (hour * 3600 + minute * 60 + second) as f64
}
