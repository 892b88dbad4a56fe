//! POSIX patterns, with GNU's extensions, as patterns of the `regex` crate.
//!
//! Back-references and what `-P` has beyond the linear engine need the backtracking one: see `matcher`.

use super::matcher::{Matcher, Reading};
use super::options::{Options, Output, Syntax};
use regex::bytes::{Regex, RegexBuilder};

/// All patterns of the command line as one.
pub struct Pattern {
    pub matcher: Matcher,
    /// It has anchors to the text's very start or end, or its engine takes lines only.
    pub lines_only: bool,
}

/// Why there is no pattern.
pub enum Refusal {
    /// It makes no sense, as GNU words it.
    Wrong(String),
    /// It needs an engine that this program does not have.
    NeedsBacktracking,
}

impl From<String> for Refusal {
    fn from(text: String) -> Self {
        Refusal::Wrong(text)
    }
}

/// Compiles the patterns, of which each is an alternative.
pub fn compile(options: &Options) -> Result<Pattern, Refusal> {
    let shows_matches = options.color || options.output == Output::Matches;
    let reading = Reading {
        ignore_case: options.ignore_case,
        line_end: options.line_end,
        longest: shows_matches && matches!(options.syntax, Syntax::Basic | Syntax::Extended),
    };
    let mut patterns = Vec::new();
    for pattern in &options.patterns {
        patterns.push(std::str::from_utf8(pattern).map_err(|_| "pattern is not valid UTF-8".to_owned())?);
    }
    if options.syntax == Syntax::Perl {
        if patterns.len() > 1 {
            return Err("the -P option only supports a single pattern".to_owned().into());
        }
        let whole = wrapped(patterns.first().unwrap_or(&""), options, true);
        return perl(patterns.first().unwrap_or(&""), &whole, reading);
    }
    let (mut alternatives, mut lines_only, mut refers_back) = (Vec::new(), false, false);
    for text in &patterns {
        let (translated, refers) = match options.syntax {
            Syntax::Fixed => (escape(text), false),
            syntax => Translator::new(text, syntax == Syntax::Extended).translate()?,
        };
        refers_back |= refers;
        lines_only |= ["\\A", "\\z"].iter().any(|anchor| translated.contains(anchor));
        alternatives.push(format!("(?:{translated})"));
    }
    // No pattern at all (an empty -f file) matches nothing.
    let joined = if alternatives.is_empty() { "[^\\s\\S]".to_owned() } else { alternatives.join("|") };
    if refers_back {
        return backtracking(&as_perl(&wrapped(&joined, options, true)), reading);
    }
    let matcher = Matcher::linear(&wrapped(&joined, options, false), reading)?;
    Ok(Pattern { matcher, lines_only })
}

/// What `-x` and `-w` put around a pattern.
fn wrapped(joined: &str, options: &Options, for_perl: bool) -> String {
    match (options.whole_lines, options.words) {
        (true, _) => format!("^(?:{joined})$"),
        (false, true) if for_perl => format!("(?<!\\w)(?:{joined})(?!\\w)"),
        (false, true) => format!("\\b{{start-half}}(?:{joined})\\b{{end-half}}"),
        (false, false) => joined.to_owned(),
    }
}

/// A pattern of `-P`: by the linear engine where it means the same there.
fn perl(pattern: &str, whole: &str, reading: Reading) -> Result<Pattern, Refusal> {
    // Sets within sets and their operators are the linear engine's own.
    let is_plain = !["&&", "--", "~~", "[[", "\\<", "\\>", "\\b{", "(?x", "\\Z", "\\G"].iter().any(|text| pattern.contains(text));
    let has_lookaround = whole.contains("(?<!\\w)");
    if is_plain && !has_lookaround {
        if let Ok(matcher) = Matcher::linear(whole, reading) {
            let lines_only = ["\\A", "\\z"].iter().any(|anchor| pattern.contains(anchor));
            return Ok(Pattern { matcher, lines_only });
        }
    }
    backtracking(whole, reading)
}

#[cfg(feature = "pcre")]
fn backtracking(pattern: &str, reading: Reading) -> Result<Pattern, Refusal> {
    Ok(Pattern { matcher: Matcher::backtracking(pattern, reading)?, lines_only: true })
}

#[cfg(not(feature = "pcre"))]
fn backtracking(_: &str, _: Reading) -> Result<Pattern, Refusal> {
    Err(Refusal::NeedsBacktracking)
}

/// A translated pattern in PCRE's words.
fn as_perl(translated: &str) -> String {
    translated
        .replace("\\b{start}", "\\b(?=\\w)")
        .replace("\\b{end}", "\\b(?<=\\w)")
        .replace("[\\w--[\\d_]]", "[:alpha:]")
        .replace("[\\w--_]", "[:alnum:]")
}

/// A POSIX pattern for the whole of a text, lines or not, as find's `-regex` wants it.
pub fn whole_text(text: &str, extended: bool, ignore_case: bool) -> Result<Regex, String> {
    let (translated, _) = Translator::new(text, extended).translate()?;
    RegexBuilder::new(&format!("\\A(?:{translated})\\z"))
        .case_insensitive(ignore_case)
        .dot_matches_new_line(true)
        .build()
        .map_err(|error| error.to_string())
}

fn escape(text: &str) -> String {
    let mut output = String::with_capacity(text.len());
    for character in text.chars() {
        push_literal(&mut output, character);
    }
    output
}

/// `\<` and `\>` would be word boundaries; the characters themselves mean nothing.
fn push_literal(output: &mut String, character: char) {
    if character.is_ascii_punctuation() && !matches!(character, '<' | '>') {
        output.push('\\');
    }
    output.push(character);
}

/// Whether an atom stands before the current place, for a repetition to act on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    Start,
    Atom,
    Repetition,
}

struct Translator<'pattern> {
    characters: std::iter::Peekable<std::str::Chars<'pattern>>,
    extended: bool,
    output: String,
    /// Output position of the last atom's start.
    atom_start: usize,
    open_groups: Vec<usize>,
    /// Groups that were closed.
    groups: usize,
    before: Before,
    /// It has back-references.
    refers_back: bool,
}

impl<'pattern> Translator<'pattern> {
    fn new(pattern: &'pattern str, extended: bool) -> Self {
        Translator {
            characters: pattern.chars().peekable(),
            extended,
            output: String::new(),
            atom_start: 0,
            open_groups: Vec::new(),
            groups: 0,
            before: Before::Start,
            refers_back: false,
        }
    }

    /// The pattern, and whether it has back-references.
    fn translate(mut self) -> Result<(String, bool), String> {
        while let Some(character) = self.characters.next() {
            match character {
                '\\' => self.escape()?,
                '[' => self.bracket()?,
                '.' => self.atom("."),
                '^' => self.caret(),
                '$' => self.dollar(),
                '*' => self.repetition('*'),
                '(' | ')' | '|' | '{' | '+' | '?' if self.extended => self.operator(character)?,
                character => self.literal(character),
            }
        }
        if self.open_groups.is_empty() {
            return Ok((self.output, self.refers_back));
        }
        Err("Unmatched ( or \\(".to_owned())
    }

    fn atom(&mut self, text: &str) {
        self.atom_start = self.output.len();
        self.output.push_str(text);
        self.before = Before::Atom;
    }

    fn literal(&mut self, character: char) {
        self.atom_start = self.output.len();
        push_literal(&mut self.output, character);
        self.before = Before::Atom;
    }

    /// An assertion is no atom in basic syntax, but may be repeated without harm.
    fn assertion(&mut self, text: &str) {
        self.atom_start = self.output.len();
        self.output.push_str(text);
        self.before = Before::Start;
    }

    fn caret(&mut self) {
        if self.extended || self.before == Before::Start {
            return self.assertion("^");
        }
        self.literal('^');
    }

    fn dollar(&mut self) {
        let mut rest = self.characters.clone();
        let ends = match (rest.next(), rest.next()) {
            (None, _) => true,
            (Some('\\'), Some(next)) => next == ')' || next == '|',
            _ => false,
        };
        if self.extended || ends {
            return self.assertion("$");
        }
        self.literal('$');
    }

    fn escape(&mut self) -> Result<(), String> {
        let Some(character) = self.characters.next() else {
            return Err("Trailing backslash".to_owned());
        };
        match character {
            '(' | ')' | '|' | '{' | '+' | '?' if !self.extended => self.operator(character)?,
            '1'..='9' => {
                if character as usize - '0' as usize > self.groups {
                    return Err("Invalid back reference".to_owned());
                }
                self.refers_back = true;
                self.atom(&format!("\\g{{{character}}}"));
            }
            'w' => self.atom("\\w"),
            'W' => self.atom("\\W"),
            's' => self.atom("\\s"),
            'S' => self.atom("\\S"),
            'b' => self.assertion("\\b"),
            'B' => self.assertion("\\B"),
            '<' => self.assertion("\\b{start}"),
            '>' => self.assertion("\\b{end}"),
            '`' => self.assertion("\\A"),
            '\'' => self.assertion("\\z"),
            character => {
                if character.is_ascii_alphanumeric() {
                    eprintln!("grep: warning: stray \\ before {character}");
                }
                self.literal(character);
            }
        }
        Ok(())
    }

    fn operator(&mut self, character: char) -> Result<(), String> {
        match character {
            '(' => {
                self.open_groups.push(self.output.len());
                self.output.push('(');
                self.before = Before::Start;
            }
            ')' => match self.open_groups.pop() {
                Some(start) => {
                    self.output.push(')');
                    self.groups += 1;
                    (self.atom_start, self.before) = (start, Before::Atom);
                }
                None if self.extended => self.literal(')'),
                None => return Err("Unmatched ) or \\)".to_owned()),
            },
            '|' => {
                self.output.push('|');
                self.before = Before::Start;
            }
            '{' => return self.interval(),
            repetition => self.repetition(repetition),
        }
        Ok(())
    }

    /// `*`, `+` or `?`. At the start there is nothing to repeat: it is literal (basic) or ignored (extended).
    fn repetition(&mut self, character: char) {
        match self.before {
            Before::Start if !self.extended => self.literal(character),
            Before::Start => eprintln!("grep: warning: {character} at start of expression"),
            Before::Atom => self.push_repetition(&character.to_string()),
            Before::Repetition => {
                self.wrap_atom();
                self.push_repetition(&character.to_string());
            }
        }
    }

    fn push_repetition(&mut self, text: &str) {
        self.output.push_str(text);
        self.before = Before::Repetition;
    }

    /// A repeated repetition needs a group: `a**` would otherwise mean something else, or nothing.
    fn wrap_atom(&mut self) {
        self.output.insert_str(self.atom_start, "(?:");
        self.output.push(')');
    }

    fn interval(&mut self) -> Result<(), String> {
        let closing = if self.extended { "}" } else { "\\}" };
        let rest: String = self.characters.clone().collect();
        let body = rest.find(closing).map(|end| &rest[..end]);
        let Some((low, high)) = body.and_then(parse_interval) else {
            if self.extended {
                // GNU takes an invalid interval as text.
                self.literal('{');
                return Ok(());
            }
            let text = if body.is_none() { "Unmatched \\{" } else { "Invalid content of \\{\\}" };
            return Err(text.to_owned());
        };
        if high.is_some_and(|high| high < low) {
            return Err("Invalid content of \\{\\}".to_owned());
        }
        if low.max(high.unwrap_or(0)) > 32767 {
            return Err("Regular expression too big".to_owned());
        }
        let length = body.map_or(0, |body| body.chars().count()) + closing.len();
        self.characters.nth(length - 1);
        match self.before {
            Before::Start if !self.extended => return Err("Invalid preceding regular expression".to_owned()),
            Before::Start => return Ok(()),
            Before::Repetition => self.wrap_atom(),
            Before::Atom => {}
        }
        let high = high.map_or(String::new(), |high| high.to_string());
        self.push_repetition(&format!("{{{low},{high}}}"));
        Ok(())
    }

    /// `[…]`: `]` is literal when first, there are no escapes, classes are `[:name:]`.
    fn bracket(&mut self) -> Result<(), String> {
        let start = self.output.len();
        let mut set = String::from("[");
        if self.characters.next_if_eq(&'^').is_some() {
            // A negated set never matches the end of a line.
            set.push_str("^\\n");
        }
        let unmatched = || "Unmatched [, [^, [:, [., or [=".to_owned();
        let mut is_first = true;
        loop {
            let character = self.characters.next().ok_or_else(unmatched)?;
            match (character, self.characters.peek()) {
                (']', _) if !is_first => break,
                ('[', Some(':')) => {
                    self.characters.next();
                    set.push_str(&self.class_name()?);
                }
                ('[', Some('.' | '=')) => {
                    let kind = self.characters.next().ok_or_else(unmatched)?;
                    let element = self.characters.next().ok_or_else(unmatched)?;
                    if self.characters.next() != Some(kind) || self.characters.next() != Some(']') {
                        return Err("Invalid collation character".to_owned());
                    }
                    push_literal(&mut set, element);
                }
                (low, Some('-')) => {
                    let mut ahead = self.characters.clone();
                    ahead.next();
                    match ahead.next() {
                        Some(']') | None => push_literal(&mut set, low),
                        Some(high) => {
                            if high < low {
                                return Err("Invalid range end".to_owned());
                            }
                            self.characters.nth(1);
                            push_literal(&mut set, low);
                            set.push('-');
                            push_literal(&mut set, high);
                        }
                    }
                }
                (character, _) => push_literal(&mut set, character),
            }
            is_first = false;
        }
        set.push(']');
        if set.starts_with("[\\:") && set.ends_with("\\:]") && set.len() > "[\\:\\:]".len() {
            return Err("character class syntax is [[:space:]], not [:space:]".to_owned());
        }
        self.output.push_str(&set);
        (self.atom_start, self.before) = (start, Before::Atom);
        Ok(())
    }

    fn class_name(&mut self) -> Result<String, String> {
        let mut name = String::new();
        while let Some(letter) = self.characters.next_if(|letter| letter.is_ascii_alphabetic()) {
            name.push(letter);
        }
        let closes = self.characters.next() == Some(':') && self.characters.next() == Some(']');
        let class = match name.as_str() {
            "alpha" => "[\\w--[\\d_]]",
            "upper" => "A-Z",
            "lower" => "a-z",
            "digit" => "0-9",
            "alnum" => "[\\w--_]",
            "space" => "\\s",
            "blank" => " \\t",
            "punct" => "[:punct:]",
            "print" => "[:print:]",
            "graph" => "[:graph:]",
            "cntrl" => "[:cntrl:]",
            "xdigit" => "0-9A-Fa-f",
            _ => return Err("Invalid character class name".to_owned()),
        };
        if !closes {
            return Err("Unmatched [, [^, [:, [., or [=".to_owned());
        }
        Ok(if class.starts_with("[:") { format!("[{class}]") } else { class.to_owned() })
    }
}

/// `n`, `n,`, `,m` or `n,m`.
fn parse_interval(body: &str) -> Option<(u32, Option<u32>)> {
    let Some((low, high)) = body.split_once(',') else {
        let count = body.parse().ok()?;
        return Some((count, Some(count)));
    };
    let low = if low.is_empty() { 0 } else { low.parse().ok()? };
    let high = if high.is_empty() { None } else { Some(high.parse().ok()?) };
    Some((low, high))
}
