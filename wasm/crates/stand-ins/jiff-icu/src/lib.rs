//! Converts jiff's dates for the stand-in of `icu_calendar`.

use icu_calendar::{Date, cal::Iso};

pub trait ConvertFrom<Source> {
    fn convert_from(source: Source) -> Self;
}

impl ConvertFrom<jiff::civil::Date> for Date<Iso> {
    fn convert_from(date: jiff::civil::Date) -> Self {
        Date::try_new_iso(date.year().into(), date.month() as u8, date.day() as u8)
            .expect("jiff checked this date")
    }
}
