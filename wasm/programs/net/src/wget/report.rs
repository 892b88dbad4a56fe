//! What is told, on standard error or in the log.

use super::Wget;
use crate::http::{Head, Url};
use std::io::Write;

impl Wget {
    pub(super) fn put(&mut self, text: &str) {
        match &mut self.log {
            // A log that cannot be written is no reason to stop.
            Some(log) => drop(log.write_all(text.as_bytes())),
            None => eprint!("{text}"),
        }
    }

    /// What wget tells by default.
    pub(super) fn say(&mut self, text: &str) {
        if !self.quiet && !self.terse {
            self.put(text);
        }
    }

    /// What it tells under `-nv`, too.
    pub(super) fn tell(&mut self, text: &str) {
        if !self.quiet {
            self.put(text);
        }
    }

    pub(super) fn error(&mut self, head: &Head, url: &Url) {
        if self.spider && head.status == 404 {
            self.say("Remote file does not exist -- broken link!!!\n\n");
            return;
        }
        if self.terse {
            self.tell(&format!("{}:\n", url.text()));
        }
        self.tell(&format!("{} ERROR {}: {}.\n\n", local_time(), head.status, head.reason));
    }
}

pub(super) fn human(bytes: u64) -> String {
    let (mut value, mut unit) = (bytes as f64 / 1024.0, 'K');
    for next in ['M', 'G', 'T'] {
        if value < 1024.0 {
            break;
        }
        (value, unit) = (value / 1024.0, next);
    }
    if value < 10.0 { format!("{value:.1}{unit}") } else { format!("{value:.0}{unit}") }
}

/// `2024-03-05 06:07:08`, UTC.
pub(super) fn local_time() -> String {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |since| since.as_secs() as i64);
    let (days, of_day) = (now.div_euclid(86_400), now.rem_euclid(86_400));
    let shifted = days + 719_468;
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let year = year_of_era + shifted.div_euclid(146_097) * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02} {:02}:{:02}:{:02}", of_day / 3600, of_day / 60 % 60, of_day % 60)
}
