//! Collation in the C locale: by bytes.

use std::{cmp::Ordering, convert::Infallible};

/// Options of a collator, all without effect on a comparison of bytes.
pub mod options {
    #[derive(Clone, Copy, Debug)]
    pub enum AlternateHandling {
        Shifted,
    }

    #[derive(Clone, Copy, Debug)]
    pub enum CaseLevel {}

    #[derive(Clone, Copy, Debug)]
    pub enum MaxVariable {}

    #[derive(Clone, Copy, Debug)]
    pub enum Strength {
        Quaternary,
    }

    #[derive(Clone, Copy, Debug, Default)]
    pub struct CollatorOptions {
        pub alternate_handling: Option<AlternateHandling>,
        pub strength: Option<Strength>,
    }
}

pub struct CollatorPreferences;

impl From<icu_locale::Locale> for CollatorPreferences {
    fn from(_locale: icu_locale::Locale) -> Self {
        CollatorPreferences
    }
}

#[derive(Debug)]
pub struct CollatorBorrowed;

impl CollatorBorrowed {
    pub fn try_new(
        _preferences: CollatorPreferences,
        _options: options::CollatorOptions,
    ) -> Result<Self, Infallible> {
        Ok(CollatorBorrowed)
    }

    pub fn compare_utf8(&self, left: &[u8], right: &[u8]) -> Ordering {
        left.cmp(right)
    }

    pub fn write_sort_key_utf8_to(&self, input: &[u8], key: &mut Vec<u8>) -> Result<(), Infallible> {
        key.extend_from_slice(input);
        Ok(())
    }
}
