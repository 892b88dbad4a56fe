//! A set of resources; a later one overrides an earlier one.

use crate::{arguments::FluentArgs, pattern::Pattern, resource::FluentResource};
use std::borrow::{Borrow, Cow};
use unic_langid::LanguageIdentifier;

/// Formatting does not fail: a missing variable is shown by its name.
#[derive(Debug)]
pub enum FluentError {}

pub struct FluentMessage<'bundle> {
    pattern: Pattern<'bundle>,
}

impl<'bundle> FluentMessage<'bundle> {
    pub fn value(&self) -> Option<Pattern<'bundle>> {
        Some(self.pattern)
    }
}

pub struct FluentBundle<Resource> {
    pub locales: Vec<LanguageIdentifier>,
    resources: Vec<Resource>,
}

impl<Resource: Borrow<FluentResource>> FluentBundle<Resource> {
    pub fn new(locales: Vec<LanguageIdentifier>) -> Self {
        FluentBundle { locales, resources: Vec::new() }
    }

    /// Marks around inserted values are never written.
    pub fn set_use_isolating(&mut self, _use_isolating: bool) {}

    pub fn add_resource_overriding(&mut self, resource: Resource) {
        self.resources.push(resource);
    }

    pub fn has_message(&self, id: &str) -> bool {
        self.get_message(id).is_some()
    }

    pub fn get_message(&self, id: &str) -> Option<FluentMessage<'_>> {
        let pattern = self.resources.iter().rev().find_map(|resource| resource.borrow().find(id))?;
        Some(FluentMessage { pattern })
    }

    pub fn format_pattern(
        &self,
        pattern: Pattern,
        arguments: Option<&FluentArgs>,
        _errors: &mut Vec<FluentError>,
    ) -> Cow<'static, str> {
        let find_message = |id: &str| self.get_message(id).map(|message| message.pattern);
        Cow::Owned(pattern.format(arguments, &find_message))
    }
}
