//! getopt: reads options for shell scripts, as util-linux's does.

use crate::getopt::{self, Opt, Program, flag, value};
use crate::output;
use std::ffi::OsString;
use std::io::Write;

const PROGRAM: Program = Program {
    name: "getopt",
    usage: "<optstring> <parameters>\n getopt [options] [--] <optstring> <parameters>\n getopt [options] -o|--options <optstring> [options] [--] <parameters>",
    usage_error: 2,
    stops_at_operand: true,
};
const OPTIONS: &[Opt] = &[
    flag(&["a", "alternative"]),
    value(&["l", "longoptions"]),
    value(&["n", "name"]),
    value(&["o", "options"]),
    flag(&["q", "quiet"]),
    flag(&["Q", "quiet-output"]),
    value(&["s", "shell"]),
    flag(&["T", "test"]),
    flag(&["u", "unquoted"]),
];

/// Exit codes: the parameters are wrong; the call itself is; `-T` (which says that this is the enhanced one).
const WRONG_PARAMETERS: i32 = 1;
const WRONG_CALL: i32 = 2;
const WRONG_SHELL: i32 = 3;
const ENHANCED: i32 = 4;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Takes {
    Nothing,
    Value,
    OptionalValue,
}

struct Specification {
    short: Vec<(char, Takes)>,
    long: Vec<(String, Takes)>,
    /// Long options may begin with one dash.
    alternative: bool,
    name: String,
    quiet: bool,
    /// `+`: options end at the first operand; `-`: operands stay in their places.
    stops_at_operand: bool,
    in_order: bool,
}

struct Answer {
    words: Vec<String>,
    failed: bool,
}

pub fn main(args: Vec<OsString>) -> i32 {
    // Without an option in front the first argument is the specification, and nothing is quoted.
    let compatible = args.get(1).is_some_and(|first| !first.to_string_lossy().starts_with('-'));
    let parsed = match if compatible || args.len() < 2 {
        Ok(getopt::Parsed { options: Vec::new(), operands: args.into_iter().skip(1).collect() })
    } else {
        getopt::parse(PROGRAM, OPTIONS, args)
    } {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    let mut specification = Specification {
        short: Vec::new(),
        long: Vec::new(),
        alternative: false,
        name: "getopt".to_owned(),
        quiet: false,
        stops_at_operand: std::env::var_os("POSIXLY_CORRECT").is_some(),
        in_order: false,
    };
    let (mut short, mut unquoted, mut quiet_output, mut c_shell) = (None, compatible, false, false);
    for given in &parsed.options {
        let text = given.value.to_string_lossy().into_owned();
        match given.name {
            "a" => specification.alternative = true,
            "l" => specification.long.extend(long_options(&text)),
            "n" => specification.name = text,
            "o" => short = Some(text),
            "q" => specification.quiet = true,
            "Q" => quiet_output = true,
            "T" => return ENHANCED,
            "u" => unquoted = true,
            _ => match text.as_str() {
                "sh" | "bash" => c_shell = false,
                "csh" | "tcsh" => c_shell = true,
                _ => {
                    PROGRAM.complain("unknown shell after -s or --shell argument");
                    return WRONG_SHELL;
                }
            },
        }
    }
    let mut parameters: Vec<String> = parsed.operands.iter().map(|word| word.to_string_lossy().into_owned()).collect();
    let short = match short {
        Some(short) => short,
        None if parameters.is_empty() => {
            PROGRAM.usage_failure("missing optstring argument");
            return WRONG_CALL;
        }
        None => parameters.remove(0),
    };
    if compatible && parameters.first().is_some_and(|first| first == "--") {
        parameters.remove(0);
    }
    specification.read_short(&short);
    let answer = specification.apply(&parameters);
    let mut output = output::standard();
    if !quiet_output {
        let quote = |word: &String| match (word.starts_with('\0'), unquoted) {
            // What is marked is an option's name, or the `--`, which need no quotes.
            (true, _) => word[1..].to_owned(),
            (false, true) => word.clone(),
            (false, false) => quoted(word, c_shell),
        };
        let line: String = answer.words.iter().map(|word| format!(" {}", quote(word))).collect();
        let _ = writeln!(output, "{line}");
    }
    output::finish(output, PROGRAM.name, if answer.failed { WRONG_PARAMETERS } else { 0 })
}

fn quoted(word: &str, c_shell: bool) -> String {
    let mut text = String::from("'");
    for letter in word.chars() {
        match letter {
            '\'' => text.push_str("'\\''"),
            '!' if c_shell => text.push_str("'\\!'"),
            '\n' if c_shell => text.push_str("\\n"),
            '\\' if c_shell => text.push_str("\\\\"),
            letter => text.push(letter),
        }
    }
    text + "'"
}

fn takes(text: &str) -> (&str, Takes) {
    if let Some(name) = text.strip_suffix("::") {
        return (name, Takes::OptionalValue);
    }
    text.strip_suffix(':').map_or((text, Takes::Nothing), |name| (name, Takes::Value))
}

fn long_options(list: &str) -> Vec<(String, Takes)> {
    let words = list.split([',', ' ', '\t', '\n']).filter(|word| !word.is_empty());
    words.map(takes).map(|(name, takes)| (name.to_owned(), takes)).collect()
}

impl Specification {
    fn read_short(&mut self, text: &str) {
        let mut rest = text;
        while let Some(after) = rest.strip_prefix(['+', '-', ':']) {
            self.stops_at_operand |= rest.starts_with('+');
            self.in_order |= rest.starts_with('-');
            self.quiet |= rest.starts_with(':');
            rest = after;
        }
        let mut letters = rest.chars().peekable();
        while let Some(letter) = letters.next() {
            let first = letters.next_if_eq(&':').is_some();
            let second = first && letters.next_if_eq(&':').is_some();
            let takes = match (first, second) {
                (false, _) => Takes::Nothing,
                (true, false) => Takes::Value,
                (true, true) => Takes::OptionalValue,
            };
            self.short.push((letter, takes));
        }
    }

    fn complain(&self, answer: &mut Answer, text: &str) {
        if !self.quiet {
            eprintln!("{}: {text}", self.name);
        }
        answer.failed = true;
    }

    fn apply(&self, parameters: &[String]) -> Answer {
        let mut answer = Answer { words: Vec::new(), failed: false };
        let mut operands: Vec<String> = Vec::new();
        let mut rest = parameters.iter();
        while let Some(word) = rest.next() {
            if word == "--" {
                break;
            }
            if let Some(long) = word.strip_prefix("--") {
                self.long(long, "--", &mut rest, &mut answer);
            } else if word.len() > 1 && word.starts_with('-') {
                let name = word[1..].split('=').next().unwrap_or("");
                let is_long = self.alternative && (name.chars().count() > 1 || !self.short.iter().any(|(letter, _)| name.starts_with(*letter)));
                if is_long && !self.fitting(name).is_empty() {
                    self.long(&word[1..], "-", &mut rest, &mut answer);
                } else {
                    self.cluster(&word[1..], &mut rest, &mut answer);
                }
            } else if self.in_order {
                answer.words.push(word.clone());
            } else {
                operands.push(word.clone());
                if self.stops_at_operand {
                    break;
                }
            }
        }
        answer.words.push("\0--".to_owned());
        answer.words.extend(operands);
        answer.words.extend(rest.cloned());
        answer
    }

    fn fitting(&self, name: &str) -> Vec<&(String, Takes)> {
        if let Some(exact) = self.long.iter().find(|(long, _)| long == name) {
            return vec![exact];
        }
        self.long.iter().filter(|(long, _)| long.starts_with(name)).collect()
    }

    fn long<'word>(&self, text: &str, dashes: &str, rest: &mut impl Iterator<Item = &'word String>, answer: &mut Answer) {
        let (name, attached) = text.split_once('=').map_or((text, None), |(name, value)| (name, Some(value)));
        let (long, takes) = match self.fitting(name)[..] {
            [] => return self.complain(answer, &format!("unrecognized option '{dashes}{name}'")),
            [found] => found,
            ref several => {
                let possibilities: String = several.iter().map(|(long, _)| format!(" '{dashes}{long}'")).collect();
                return self.complain(answer, &format!("option '{dashes}{name}' is ambiguous; possibilities:{possibilities}"));
            }
        };
        let value = match (takes, attached) {
            (Takes::Nothing, Some(_)) => return self.complain(answer, &format!("option '{dashes}{long}' doesn't allow an argument")),
            (Takes::Nothing, None) => None,
            (Takes::OptionalValue, attached) => Some(attached.unwrap_or("").to_owned()),
            (Takes::Value, Some(attached)) => Some(attached.to_owned()),
            (Takes::Value, None) => match rest.next() {
                Some(next) => Some(next.clone()),
                None => return self.complain(answer, &format!("option '{dashes}{long}' requires an argument")),
            },
        };
        answer.words.push(format!("\0--{long}"));
        answer.words.extend(value);
    }

    fn cluster<'word>(&self, cluster: &str, rest: &mut impl Iterator<Item = &'word String>, answer: &mut Answer) {
        let mut letters = cluster.chars();
        while let Some(letter) = letters.next() {
            let Some((_, takes)) = self.short.iter().find(|(known, _)| *known == letter) else {
                self.complain(answer, &format!("invalid option -- '{letter}'"));
                continue;
            };
            let value = match takes {
                Takes::Nothing => None,
                Takes::OptionalValue => Some(letters.as_str().to_owned()),
                Takes::Value if !letters.as_str().is_empty() => Some(letters.as_str().to_owned()),
                Takes::Value => match rest.next() {
                    Some(next) => Some(next.clone()),
                    None => return self.complain(answer, &format!("option requires an argument -- '{letter}'")),
                },
            };
            answer.words.push(format!("\0-{letter}"));
            if *takes != Takes::Nothing {
                answer.words.extend(value);
                return;
            }
        }
    }
}
