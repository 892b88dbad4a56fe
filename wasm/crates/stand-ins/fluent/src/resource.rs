//! The text of one `.ftl` file.

use crate::pattern::Pattern;
use fluent_syntax::parser::ParserError;

pub struct FluentResource {
    text: String,
}

impl FluentResource {
    /// Keeps the text. Nothing is parsed, so nothing fails.
    pub fn try_new(text: String) -> Result<Self, (Self, Vec<ParserError>)> {
        Ok(FluentResource { text })
    }

    /// Finds the value of message `id`: what follows `id =`, with its continuation lines.
    pub(crate) fn find(&self, id: &str) -> Option<Pattern<'_>> {
        let mut start = 0;
        for line in self.text.split_inclusive('\n') {
            let rest = line.strip_prefix(id).map(|rest| rest.trim_start_matches(' '));
            if let Some(value) = rest.and_then(|rest| rest.strip_prefix('=')) {
                let value_start = start + (line.len() - value.len());
                return Some(Pattern { text: &self.text[value_start..self.end_of_value(start + line.len())] });
            }
            start += line.len();
        }
        None
    }

    /// A value goes on while lines are blank or indented.
    fn end_of_value(&self, after_first_line: usize) -> usize {
        let mut end = after_first_line;
        for line in self.text[after_first_line..].split_inclusive('\n') {
            if !line.trim().is_empty() && !line.starts_with(' ') {
                break;
            }
            end += line.len();
        }
        end
    }
}
