//! Locale identifiers of a system whose only locale is C, which `uucore` names `und`.

use std::fmt;

/// The C locale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Locale;

/// Every locale name other than C is unknown here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownLocale;

impl Locale {
    /// Never succeeds, upon which `uucore` takes the C locale.
    pub fn try_from_str(_name: &str) -> Result<Locale, UnknownLocale> {
        Err(UnknownLocale)
    }
}

impl fmt::Display for Locale {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("und")
    }
}

/// Names the C locale, the only one.
#[macro_export]
macro_rules! locale {
    ("und") => {
        $crate::Locale
    };
}
