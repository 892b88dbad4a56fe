//! The time zone that TZ names. Zones are a quarter of a megabyte of tables, which `date` has and the shell has not: it is asked.

use crate::state::Shell;
use civil_time::{Zone, strftime};

/// A zone as it was found for a quarter of an hour: clocks change at no other times.
#[derive(Clone)]
pub struct KnownZone {
    variable: Vec<u8>,
    quarter: i64,
    zone: Zone,
}

impl Shell {
    /// A time as `format` wants it, where TZ says. Without a format the time of day.
    pub fn date_text(&mut self, format: &[u8], seconds: i64) -> Vec<u8> {
        let zone = self.zone_at(seconds);
        strftime(if format.is_empty() { b"%X" } else { format }, seconds, None, &zone)
    }

    /// The zone at a time in seconds since 1970; UTC where TZ is not exported or names none.
    pub fn zone_at(&mut self, seconds: i64) -> Zone {
        const QUARTER_SECONDS: i64 = 900;
        let exported = self.variables.get("TZ").filter(|variable| variable.attributes.exported);
        let Some(variable) = exported.and_then(|variable| variable.as_scalar()).map(<[u8]>::to_vec) else {
            return Zone::default();
        };
        if matches!(variable.as_slice(), b"" | b"UTC" | b"UTC0" | b"Etc/UTC") {
            return Zone::default();
        }
        let quarter = seconds.div_euclid(QUARTER_SECONDS);
        if let Some(known) = &self.known_zone
            && known.variable == variable
            && known.quarter == quarter
        {
            return known.zone.clone();
        }
        let (status, substitution_status) = (self.status, self.substitution_status);
        let command = format!("command date -d @{seconds} '+%z %Z' 2>/dev/null");
        let zone = match self.substitute_text(command.as_bytes()) {
            Ok(answer) => parse(&answer).unwrap_or_default(),
            // What ends the shell ends it with its next command.
            Err(_) => Zone::default(),
        };
        (self.status, self.substitution_status) = (status, substitution_status);
        self.known_zone = Some(KnownZone { variable, quarter, zone: zone.clone() });
        zone
    }
}

/// `+0930 ACST`
fn parse(answer: &[u8]) -> Option<Zone> {
    let text = std::str::from_utf8(answer).ok()?;
    let (offset, name) = text.split_once(' ')?;
    let (sign, digits) = (if offset.starts_with('-') { -1 } else { 1 }, offset.trim_start_matches(['+', '-']));
    let (hours, minutes) = (digits.get(..2)?.parse::<i64>().ok()?, digits.get(2..4)?.parse::<i64>().ok()?);
    Some(Zone { offset_seconds: sign * (hours * 3600 + minutes * 60), name: name.as_bytes().to_vec() })
}

#[cfg(test)]
mod tests {
    use super::parse;
    use civil_time::Zone;

    #[test]
    fn what_date_answers() {
        let zone = |offset_seconds, name: &str| Some(Zone { offset_seconds, name: name.into() });
        assert_eq!(parse(b"-0930 -0930"), zone(-34_200, "-0930"));
        assert_eq!(parse(b"+0900 JST"), zone(32_400, "JST"));
        assert_eq!(parse(b"date: invalid"), None);
    }
}
