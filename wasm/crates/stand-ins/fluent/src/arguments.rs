//! The values a message is filled with.

use std::borrow::Cow;

/// A value, already worded: English shows numbers plainly.
pub struct FluentValue(String);

impl From<String> for FluentValue {
    fn from(value: String) -> Self {
        FluentValue(value)
    }
}

impl From<&str> for FluentValue {
    fn from(value: &str) -> Self {
        FluentValue(value.to_owned())
    }
}

impl From<i64> for FluentValue {
    fn from(value: i64) -> Self {
        FluentValue(value.to_string())
    }
}

impl From<f64> for FluentValue {
    fn from(value: f64) -> Self {
        FluentValue(value.to_string())
    }
}

#[derive(Default)]
pub struct FluentArgs<'names> {
    values: Vec<(Cow<'names, str>, FluentValue)>,
}

impl<'names> FluentArgs<'names> {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn set(&mut self, name: impl Into<Cow<'names, str>>, value: impl Into<FluentValue>) {
        self.values.push((name.into(), value.into()));
    }

    /// The last value set under `name`.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let (_, value) = self.values.iter().rev().find(|(other, _)| other == name)?;
        Some(&value.0)
    }
}
