//! The engines behind a pattern.
//!
//! The `regex` crate searches whole buffers in linear time. Where the length of a match shows (`-o`, `--color`), a lazy
//! automaton that keeps all alternatives finds the longest, as POSIX wants it. What needs backtracking (back-references,
//! look-around) is PCRE2's, which is in the program `secure-exec-search` only, for its tables.

use regex::bytes::{Regex, RegexBuilder};
use regex_automata::hybrid::dfa::{Cache, DFA};
use regex_automata::util::syntax;
use regex_automata::{Anchored, Input, MatchKind};
use std::cell::RefCell;
use std::ops::Range;

/// A line that takes more is given up, after about a second.
#[cfg(feature = "pcre")]
const MAXIMUM_STEPS: u32 = 1_000_000;

/// How a pattern is to be read.
#[derive(Clone, Copy)]
pub struct Reading {
    pub ignore_case: bool,
    pub line_end: u8,
    /// The longest match counts, not the first that fits.
    pub longest: bool,
}

pub enum Matcher {
    Linear { regex: Regex, longest: Option<Longest> },
    #[cfg(feature = "pcre")]
    Backtracking { regex: pcre2::bytes::Regex, exceeded: std::cell::Cell<bool> },
}

pub struct Longest {
    automaton: DFA,
    cache: RefCell<Cache>,
}

impl Matcher {
    pub fn linear(pattern: &str, reading: Reading) -> Result<Matcher, String> {
        let regex = RegexBuilder::new(pattern)
            .case_insensitive(reading.ignore_case)
            .multi_line(true)
            .line_terminator(reading.line_end)
            .build()
            .map_err(|error| match error {
                regex::Error::CompiledTooBig(_) => "Regular expression too big".to_owned(),
                error => error.to_string(),
            })?;
        let longest = if reading.longest { Longest::new(pattern, reading) } else { None };
        Ok(Matcher::Linear { regex, longest })
    }

    #[cfg(feature = "pcre")]
    pub fn backtracking(pattern: &str, reading: Reading) -> Result<Matcher, String> {
        let built = pcre2::bytes::RegexBuilder::new()
            .caseless(reading.ignore_case)
            .multi_line(true)
            .utf(true)
            .ucp(true)
            .build(&format!("(*LIMIT_MATCH={MAXIMUM_STEPS}){pattern}"));
        // PCRE's own words stand after where it was.
        let regex = built.map_err(|error| {
            let text = error.to_string();
            text.rsplit_once(": ").map_or(text.clone(), |(_, words)| words.to_owned())
        })?;
        Ok(Matcher::Backtracking { regex, exceeded: std::cell::Cell::new(false) })
    }

    /// Where a match in many lines may begin, from `position` on; each place may be one for engines that take
    /// single lines only.
    pub fn candidate(&self, text: &[u8], position: usize) -> Option<usize> {
        match self {
            Matcher::Linear { regex, .. } => Some(regex.find(&text[position..])?.start() + position),
            #[cfg(feature = "pcre")]
            Matcher::Backtracking { .. } => Some(position),
        }
    }

    pub fn is_match(&self, line: &[u8]) -> bool {
        match self {
            Matcher::Linear { regex, .. } => regex.is_match(line),
            #[cfg(feature = "pcre")]
            Matcher::Backtracking { regex, exceeded } => regex.is_match(line).unwrap_or_else(|_| {
                exceeded.set(true);
                false
            }),
        }
    }

    /// Whether a line took more steps than the engine takes, since this was last asked.
    pub fn gave_up(&self) -> bool {
        match self {
            Matcher::Linear { .. } => false,
            #[cfg(feature = "pcre")]
            Matcher::Backtracking { exceeded, .. } => exceeded.take(),
        }
    }

    /// The matches in a line that are not empty.
    pub fn matches(&self, line: &[u8]) -> Vec<Range<usize>> {
        let (mut found, mut position) = (Vec::new(), 0);
        while position <= line.len() {
            let Some(range) = self.find_at(line, position) else { break };
            if range.is_empty() {
                position = range.end + 1;
                continue;
            }
            position = range.end;
            found.push(range);
        }
        found
    }

    fn find_at(&self, line: &[u8], position: usize) -> Option<Range<usize>> {
        match self {
            Matcher::Linear { regex, longest } => {
                let first = regex.find_at(line, position)?;
                let end = longest.as_ref().and_then(|longest| longest.end(line, first.start()));
                Some(first.start()..end.unwrap_or(first.end()).max(first.end()))
            }
            #[cfg(feature = "pcre")]
            Matcher::Backtracking { regex, .. } => regex.find_at(line, position).ok().flatten().map(|found| found.start()..found.end()),
        }
    }
}

impl Longest {
    /// `None` where the automaton cannot be had: then the first match has to do.
    fn new(pattern: &str, reading: Reading) -> Option<Longest> {
        let syntax = syntax::Config::new()
            .case_insensitive(reading.ignore_case)
            .multi_line(true)
            .line_terminator(reading.line_end)
            .utf8(false);
        let automaton = DFA::builder()
            .syntax(syntax)
            .configure(DFA::config().match_kind(MatchKind::All).unicode_word_boundary(true))
            .build(pattern)
            .ok()?;
        let cache = RefCell::new(automaton.create_cache());
        Some(Longest { automaton, cache })
    }

    /// Where the longest match from `start` ends.
    fn end(&self, line: &[u8], start: usize) -> Option<usize> {
        let input = Input::new(line).range(start..).anchored(Anchored::Yes);
        let half = self.automaton.try_search_fwd(&mut self.cache.borrow_mut(), &input).ok()??;
        Some(half.offset())
    }
}
