//! strftime and mktime, in UTC.

use civil_time::{Zone, seconds_of, strftime};

pub fn format(format: &[u8], timestamp: i64) -> Vec<u8> {
    // A number from the program may be any; the calendar's arithmetic stays within this.
    strftime(format, timestamp.clamp(-67_768_040_609_740_800, 67_767_976_233_446_399), None, &Zone::default())
}

/// `YYYY MM DD HH MM SS [DST]` to seconds; -1 if it is no date.
pub fn make(text: &[u8]) -> f64 {
    let text = String::from_utf8_lossy(text);
    let numbers: Vec<i64> = text.split_whitespace().map_while(|word| word.parse::<i32>().ok().map(i64::from)).collect();
    let [year, month, day, hour, minute, second] = numbers[..numbers.len().min(6)] else { return -1.0 };
    let (year, month) = (year + (month - 1).div_euclid(12), (month - 1).rem_euclid(12) + 1);
    seconds_of(year, month as u32, day, hour, minute, second) as f64
}
