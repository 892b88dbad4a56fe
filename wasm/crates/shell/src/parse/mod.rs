//! From script text to the syntax tree.
//!
//! The grammar is the crate brush-parser's. Around it: `lexer` makes the tokens (bash's rules for
//! bytes, here-documents, `$(case … esac)`, and one command at a time, which the crate's own
//! tokenizer lacks), `lower` turns the crate's tree into `syntax`, and `word` takes words apart.

mod brace;
mod error;
mod grammar_text;
mod lexer;
mod lower;
mod lower_command;
mod lower_test;
mod nesting;
mod parameter;
mod skip;
mod word;

pub use error::ParseError;
pub use lexer::remove_quotes;
pub use word::{Context, parse_assignment, parse_word};

use crate::syntax::List;
use lexer::Lexer;

/// Nested constructs (`$(`, `{`, `(`, `if` …) a script may have; deeper ones overflow the stack of
/// the recursive grammar.
pub const MAXIMUM_DEPTH: usize = 100;

/// Reads a script one complete command at a time, as the shell executes it.
pub struct Parser<'a> {
    lexer: Lexer<'a>,
    depth: usize,
}

impl<'a> Parser<'a> {
    /// `first_line` is the number of the text's first line; `depth` how deep in other constructs it stands.
    pub fn new(text: &'a [u8], first_line: u32, depth: usize) -> Self {
        Parser { lexer: Lexer::new(text, first_line, depth), depth }
    }

    /// Parses the next complete command; `None` at the end.
    pub fn next_list(&mut self) -> Result<Option<List>, ParseError> {
        if self.depth > MAXIMUM_DEPTH {
            return Err(ParseError::too_deep(self.lexer.line()));
        }
        loop {
            let tokens = self.lexer.next_complete_command()?;
            if tokens.is_empty() {
                return Ok(None);
            }
            let list = lower::parse_tokens(&tokens, self.depth)?;
            if !list.items.is_empty() {
                return Ok(Some(list));
            }
        }
    }

    /// The text ended within a here-document.
    pub fn awaits_here_document(&self) -> bool {
        self.lexer.has_open_here_document()
    }
}

/// Parses a whole text, such as the inside of `$(…)`.
pub fn parse_all(text: &[u8], first_line: u32, depth: usize) -> Result<List, ParseError> {
    let mut parser = Parser::new(text, first_line, depth);
    let mut all = List::default();
    while let Some(list) = parser.next_list()? {
        all.items.extend(list.items);
    }
    Ok(all)
}
