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
    civil_time::utc("%F %T", now)
}
