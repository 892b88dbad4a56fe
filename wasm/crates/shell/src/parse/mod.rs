//! From script text to the syntax tree: a recursive-descent parser without a separate lexer.
//!
//! `cursor` walks the text and knows blanks, operators and lines; `command` is the grammar of commands,
//! `simple` that of simple commands and redirections, `test` that of `[[ … ]]`, `word` takes words apart
//! in the same pass, `parameter` does `${…}`. Every byte is read once, save for `((`, where a flat scan
//! decides between arithmetic and two subshells. Recursion is bounded by `MAXIMUM_DEPTH`.

mod alias;
mod assignment;
mod command;
mod continuation;
mod cursor;
mod error;
mod here_document;
mod parameter;
mod simple;
mod test;
mod word;

pub use alias::Aliases;
pub use error::ParseError;
pub use here_document::remove_quotes;

use crate::syntax::{Assignment, List, Word};
use alias::ActiveAlias;
use here_document::PendingHereDocument;
use std::rc::Rc;

/// Nested constructs (`$(`, `{`, `(`, `if` …) a script may have; each takes stack.
pub const MAXIMUM_DEPTH: usize = 500;

/// Reads a script one complete command at a time, as the shell executes it.
pub struct Parser {
    text: Vec<u8>,
    position: usize,
    line: u32,
    depth: usize,
    /// A backslash ends a line somewhere, so that tokens may go on in the next.
    has_continued_lines: bool,
    pending: Vec<PendingHereDocument>,
    /// A here-document ended with the text instead of its delimiter.
    has_open_here_document: bool,
    aliases: Option<Rc<Aliases>>,
    /// `shopt -s extglob`: `!(` within `[[ ]]` begins a pattern.
    has_extglob: bool,
    active_aliases: Vec<ActiveAlias>,
    /// The word at this position is looked up as an alias too, because one before it ended in a blank.
    next_alias: Option<usize>,
}

impl Parser {
    /// `first_line` is the number of the text's first line; `depth` how deep in other constructs it stands.
    pub fn new(text: &[u8], first_line: u32, depth: usize) -> Self {
        Parser {
            text: text.to_vec(),
            position: 0,
            line: first_line,
            depth,
            has_continued_lines: text.windows(2).any(|pair| pair == b"\\\n"),
            pending: Vec::new(),
            has_open_here_document: false,
            aliases: None,
            has_extglob: false,
            active_aliases: Vec::new(),
            next_alias: None,
        }
    }

    /// Aliases that the commands parsed from now on may use.
    pub fn use_aliases(&mut self, aliases: Option<Rc<Aliases>>) {
        self.aliases = aliases;
    }

    /// Whether the commands parsed from now on have extended patterns everywhere.
    pub fn use_extglob(&mut self, is_on: bool) {
        self.has_extglob = is_on;
    }

    /// The text ended within a here-document.
    pub fn awaits_here_document(&self) -> bool {
        self.has_open_here_document
    }

    /// How much of the text has been parsed.
    pub fn position(&self) -> usize {
        self.position.min(self.text.len())
    }
}

/// Parses a whole text, such as a carried function.
pub fn parse_all(text: &[u8], first_line: u32, depth: usize) -> Result<List, ParseError> {
    let mut parser = Parser::new(text, first_line, depth);
    let mut all = List::default();
    while let Some(list) = parser.next_list()? {
        all.items.extend(list.items);
    }
    Ok(all)
}

/// Parses text that is one word, whatever it contains: `x[1]` of `${!name}`, a prompt.
pub fn parse_word(text: &[u8], line: u32) -> Result<Word, ParseError> {
    Parser::new(text, line, 0).whole_word(word::Mode::Plain)
}

/// Parses text as if it stood within double quotes.
pub fn parse_quoted(text: &[u8], line: u32) -> Result<Word, ParseError> {
    Parser::new(text, line, 0).whole_word(word::Mode::DoubleQuotes)
}

/// Parses `name=value`, `name+=value`, `name[index]=value`, `name=(…)`; `None` for any other text.
pub fn parse_assignment(text: &[u8], line: u32) -> Result<Option<Assignment>, ParseError> {
    let mut parser = Parser::new(text, line, 0);
    let assignment = parser.assignment()?;
    Ok(assignment.filter(|_| parser.position >= text.len()))
}
