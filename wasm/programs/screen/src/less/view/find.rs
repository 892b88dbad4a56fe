//! Searching, and showing only the lines that fit.

use super::{Place, View};
use crate::less::search::Search;
use crate::pattern::Pattern;
use std::io;

impl View {
    pub(super) fn search_for(&mut self, text: &str, is_backward: bool, times: usize) -> io::Result<()> {
        let (is_negated, text) = match text.strip_prefix('!') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let text = match (text.is_empty(), &self.search) {
            (true, Some(search)) => search.pattern.text.clone(),
            (true, None) => {
                self.message = Some("No previous regular expression".to_string());
                return Ok(());
            }
            _ => text.to_string(),
        };
        match Pattern::new(&text, self.setup.ignores_case, self.setup.always_ignores_case) {
            Ok(pattern) => {
                self.search = Some(Search { pattern, is_backward, is_negated });
                self.find(is_backward, times)
            }
            Err(message) => {
                self.message = Some(message);
                Ok(())
            }
        }
    }

    pub(super) fn search_again(&mut self, is_reverse: bool, times: usize) -> io::Result<()> {
        match &self.search {
            Some(search) => {
                let is_backward = search.is_backward != is_reverse;
                self.find(is_backward, times)
            }
            None => {
                self.message = Some("No previous regular expression".to_string());
                Ok(())
            }
        }
    }

    pub(super) fn find(&mut self, is_backward: bool, times: usize) -> io::Result<()> {
        let Some(search) = &self.search else { return Ok(()) };
        let mut from = if is_backward { self.top.line } else { self.top.line + 1 };
        let mut found = None;
        for _ in 0..times.max(1) {
            found = search.find(&mut self.document, from, is_backward)?;
            match found {
                Some(line) => from = if is_backward { line } else { line + 1 },
                None => break,
            }
        }
        match found {
            Some(line) => self.top = Place { line, row: 0 },
            None => self.message = Some("Pattern not found  (press RETURN)".to_string()),
        }
        Ok(())
    }

    pub(super) fn set_filter(&mut self, text: &str) -> io::Result<()> {
        self.filter = None;
        let (is_negated, text) = match text.strip_prefix('!') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        if text.is_empty() {
            return Ok(());
        }
        match Pattern::new(text, self.setup.ignores_case, self.setup.always_ignores_case) {
            Ok(pattern) => {
                let filter = Search { pattern, is_backward: false, is_negated };
                let first = filter.find(&mut self.document, self.top.line, false)?;
                let first = match first {
                    Some(first) => Some(first),
                    None => filter.find(&mut self.document, 0, false)?,
                };
                match first {
                    Some(line) => {
                        self.top = Place { line, row: 0 };
                        self.filter = Some(filter);
                    }
                    None => self.message = Some("Nothing to filter".to_string()),
                }
            }
            Err(message) => self.message = Some(message),
        }
        Ok(())
    }
}
