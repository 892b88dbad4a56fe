//! Localised date formatting, of which the C locale has none: no formatter can be made.

use icu_calendar::{Date, cal::Iso};
use std::{convert::Infallible, marker::PhantomData};

/// The fields a formatter would show.
pub mod fieldsets {
    pub struct M;

    impl M {
        pub fn long() -> Self {
            M
        }

        pub fn medium() -> Self {
            M
        }
    }

    pub struct E;

    impl E {
        pub fn long() -> Self {
            E
        }

        pub fn short() -> Self {
            E
        }
    }
}

#[derive(Clone, Copy)]
pub struct DateTimeFormatterPreferences;

impl From<icu_locale::Locale> for DateTimeFormatterPreferences {
    fn from(_locale: icu_locale::Locale) -> Self {
        DateTimeFormatterPreferences
    }
}

#[derive(Debug)]
pub struct NoLocaleData;

pub struct DateTimeFormatter<Fields> {
    never: Infallible,
    fields: PhantomData<Fields>,
}

impl<Fields> DateTimeFormatter<Fields> {
    pub fn try_new(
        _preferences: DateTimeFormatterPreferences,
        _fields: Fields,
    ) -> Result<Self, NoLocaleData> {
        Err(NoLocaleData)
    }

    pub fn format(&self, _date: &Date<Iso>) -> String {
        match self.never {}
    }
}
