//! POSIX basic and extended regular expressions with GNU's extensions. A match is the leftmost and there the longest:
//! regex-automata finds where the leftmost match begins, and, where its end may not be the longest, a lazy automaton
//! that keeps all choices goes on from there. Back-references take a backtracking matcher.

#![forbid(unsafe_code)]

mod backtrack;
mod bracket;
mod class;
mod parse;
mod syntax;
mod translate;

pub use class::other_case;
pub use syntax::{Dialect, Error, Options, character_length, decode};

use regex_automata::hybrid::dfa;
use regex_automata::meta;
use regex_automata::nfa::thompson;
use regex_automata::util::captures::Captures;
use regex_automata::{Anchored, Input, MatchKind};
use regex_syntax::hir::{Hir, Look};
use std::cell::{OnceCell, RefCell};

const TOO_BIG: Error = Error("Regular expression too big");
const SIZE_LIMIT_BYTES: usize = 16 * 1024 * 1024;

/// Where the groups are; the whole match is the first.
pub type Groups = Vec<Option<(usize, usize)>>;

pub struct Regex {
    engine: Engine,
    groups: usize,
}

enum Engine {
    Automata(Box<Automata>),
    Backtracking(backtrack::Program),
}

struct Automata {
    hir: Hir,
    first: meta::Regex,
    cache: RefCell<meta::Cache>,
    may_match_longer: bool,
    longest: OnceCell<Option<Longest>>,
    /// The pattern with the end of the text behind it, for the groups of a match whose end is known.
    exact: OnceCell<Option<meta::Regex>>,
}

struct Longest {
    automaton: dfa::DFA,
    cache: RefCell<dfa::Cache>,
}

impl Regex {
    pub fn new(pattern: &[u8], options: Options) -> Result<Self, Error> {
        let parsed = parse::parse(pattern, options)?;
        if parsed.has_back_references {
            let program = backtrack::Program::new(&parsed.node, parsed.groups, options.is_utf8, options.ignores_case);
            return Ok(Regex { engine: Engine::Backtracking(program.ok_or(TOO_BIG)?), groups: parsed.groups });
        }
        let hir = translate::translate(&parsed.node, options.is_utf8);
        let first = build(&hir)?;
        let cache = RefCell::new(first.create_cache());
        let may_match_longer = translate::may_match_longer(&parsed.node);
        let automata = Automata { hir, first, cache, may_match_longer, longest: OnceCell::new(), exact: OnceCell::new() };
        Ok(Regex { engine: Engine::Automata(Box::new(automata)), groups: parsed.groups })
    }

    /// How many groups the pattern has, the whole not counted.
    pub fn groups(&self) -> usize {
        self.groups
    }

    pub fn is_match(&self, text: &[u8]) -> bool {
        match &self.engine {
            Engine::Automata(automata) => {
                let input = Input::new(text).earliest(true);
                automata.first.search_half_with(&mut automata.cache.borrow_mut(), &input).is_some()
            }
            Engine::Backtracking(program) => program.find(text, 0).is_some(),
        }
    }

    /// The leftmost-longest match that begins at `start` or later.
    pub fn find_at(&self, text: &[u8], start: usize) -> Option<(usize, usize)> {
        match &self.engine {
            Engine::Automata(automata) => automata.find(text, start),
            Engine::Backtracking(program) => {
                let slots = program.find(text, start)?;
                slots[0].zip(slots[1])
            }
        }
    }

    /// The same with its groups.
    pub fn groups_at(&self, text: &[u8], start: usize) -> Option<Groups> {
        match &self.engine {
            Engine::Automata(automata) => automata.groups(text, start, self.groups),
            Engine::Backtracking(program) => {
                let slots = program.find(text, start)?;
                Some(slots.chunks(2).map(|pair| pair[0].zip(pair[1])).collect())
            }
        }
    }
}

impl Automata {
    fn find(&self, text: &[u8], start: usize) -> Option<(usize, usize)> {
        let input = Input::new(text).range(start..);
        let found = self.first.search_with(&mut self.cache.borrow_mut(), &input)?;
        Some((found.start(), self.longest_end(text, found.start(), found.end())))
    }

    fn longest_end(&self, text: &[u8], start: usize, end: usize) -> usize {
        if !self.may_match_longer {
            return end;
        }
        let Some(longest) = self.longest.get_or_init(|| Longest::new(&self.hir)) else { return end };
        let input = Input::new(text).range(start..).anchored(Anchored::Yes);
        match longest.automaton.try_search_fwd(&mut longest.cache.borrow_mut(), &input) {
            Ok(Some(half)) => half.offset().max(end),
            _ => end,
        }
    }

    fn groups(&self, text: &[u8], start: usize, groups: usize) -> Option<Groups> {
        let mut captures = self.first.create_captures();
        let input = Input::new(text).range(start..);
        self.first.search_captures_with(&mut self.cache.borrow_mut(), &input, &mut captures);
        let found = captures.get_match()?;
        let end = self.longest_end(text, found.start(), found.end());
        if end > found.end() {
            if let Some(exact) = self.exact.get_or_init(|| build(&Hir::concat(vec![self.hir.clone(), Hir::look(Look::End)])).ok()) {
                let mut longer = exact.create_captures();
                let input = Input::new(&text[..end]).range(found.start()..).anchored(Anchored::Yes);
                exact.search_captures(&input, &mut longer);
                if longer.is_match() {
                    captures = longer;
                }
            }
        }
        let mut result = spans(&captures, groups);
        result[0] = Some((found.start(), end));
        Some(result)
    }
}

fn spans(captures: &Captures, groups: usize) -> Groups {
    (0..=groups).map(|group| captures.get_group(group).map(|span| (span.start, span.end))).collect()
}

fn build(hir: &Hir) -> Result<meta::Regex, Error> {
    let config = meta::Config::new().utf8_empty(false).nfa_size_limit(Some(SIZE_LIMIT_BYTES));
    meta::Builder::new().configure(config).build_from_hir(hir).map_err(|_| TOO_BIG)
}

impl Longest {
    fn new(hir: &Hir) -> Option<Self> {
        let config = thompson::Config::new()
            .utf8(false)
            .nfa_size_limit(Some(SIZE_LIMIT_BYTES))
            .which_captures(thompson::WhichCaptures::None);
        let nfa = thompson::Compiler::new().configure(config).build_from_hir(hir).ok()?;
        let config = dfa::Config::new().match_kind(MatchKind::All).skip_cache_capacity_check(true);
        let automaton = dfa::Builder::new().configure(config).build_from_nfa(nfa).ok()?;
        let cache = RefCell::new(automaton.create_cache());
        Some(Longest { automaton, cache })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(dialect: Dialect, pattern: &str, text: &str) -> Option<(usize, usize)> {
        Regex::new(pattern.as_bytes(), Options::new(dialect)).unwrap().find_at(text.as_bytes(), 0)
    }

    #[test]
    fn the_longest_of_the_leftmost_matches_wins() {
        assert_eq!(found(Dialect::Extended, "a|ab", "xab"), Some((1, 3)));
        assert_eq!(found(Dialect::Extended, "a*(ab)*", "aab"), Some((0, 3)));
        assert_eq!(found(Dialect::Basic, "x*", "abc"), Some((0, 0)));
    }

    #[test]
    fn basic_expressions_escape_their_operators() {
        assert_eq!(found(Dialect::Basic, "a\\{2\\}", "xaaa"), Some((1, 3)));
        assert_eq!(found(Dialect::Basic, "*a", "x*a"), Some((1, 3)));
        assert_eq!(found(Dialect::Basic, "\\(.\\)\\1", "abccd"), Some((2, 4)));
        assert_eq!(found(Dialect::Basic, "a+", "aa+"), Some((1, 3)));
    }
}
