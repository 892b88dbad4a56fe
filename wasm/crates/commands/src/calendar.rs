//! Timestamps of the kernel, nanoseconds since 1970, as text. They are shown in UTC: only `date` knows other zones.

use civil_time::{Moment, Zone, strftime};

pub const NANOSECONDS: i64 = 1_000_000_000;

/// Takes a timestamp apart.
pub fn moment(timestamp_ns: i64) -> Moment {
    civil_time::moment(timestamp_ns.div_euclid(NANOSECONDS))
}

/// `2024-03-05 06:07:08.000000009 +0000`
pub fn full(timestamp_ns: i64) -> String {
    format("%F %T.%N %z", timestamp_ns)
}

/// A timestamp as strftime writes it.
pub fn format(format: &str, timestamp_ns: i64) -> String {
    let nanoseconds = timestamp_ns.rem_euclid(NANOSECONDS) as u32;
    let text = strftime(format.as_bytes(), timestamp_ns.div_euclid(NANOSECONDS), Some(nanoseconds), &Zone::default());
    String::from_utf8_lossy(&text).into_owned()
}
