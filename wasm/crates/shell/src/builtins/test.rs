//! `test expression`, `[ expression ]`

use crate::execute::{compare_numbers, is_binary_operator, is_unary_operator};
use crate::state::{Outcome, Shell};

/// What is wrong with an expression.
enum Failure {
    Message(Vec<u8>),
    Interrupted(crate::state::Interrupt),
}

impl From<crate::state::Interrupt> for Failure {
    fn from(interrupt: crate::state::Interrupt) -> Self {
        Failure::Interrupted(interrupt)
    }
}

type Answer = Result<bool, Failure>;

pub fn run(shell: &mut Shell, arguments: &[Vec<u8>]) -> Outcome {
    test(shell, &arguments[0], &arguments[1..])
}

pub fn run_bracket(shell: &mut Shell, arguments: &[Vec<u8>]) -> Outcome {
    match arguments.split_last() {
        Some((last, rest)) if last == b"]" && !rest.is_empty() => test(shell, b"[", &rest[1..]),
        _ => shell.usage(b"[", "missing `]'"),
    }
}

fn test(shell: &mut Shell, name: &[u8], words: &[Vec<u8>]) -> Outcome {
    match by_count(shell, words) {
        Ok(holds) => Ok(i32::from(!holds)),
        Err(Failure::Interrupted(interrupt)) => Err(interrupt),
        Err(Failure::Message(message)) => shell.usage(name, message),
    }
}

fn message(parts: &[&[u8]]) -> Failure {
    Failure::Message(parts.concat())
}

/// POSIX settles up to four words by their number; more are parsed.
fn by_count(shell: &mut Shell, words: &[Vec<u8>]) -> Answer {
    match words {
        [] => Ok(false),
        [word] => Ok(!word.is_empty()),
        [not, word] if not == b"!" => Ok(word.is_empty()),
        [operator, operand] if is_unary_operator(operator) => Ok(shell.test_unary(operator[1], operand)?),
        [operator, _] => Err(message(&[operator, b": unary operator expected"])),
        [left, operator, right] if is_binary_operator(operator) => binary(shell, left, operator, right),
        [left, and, right] if and == b"-a" => Ok(!left.is_empty() && !right.is_empty()),
        [left, or, right] if or == b"-o" => Ok(!left.is_empty() || !right.is_empty()),
        [not, rest @ ..] if words.len() <= 4 && not == b"!" => by_count(shell, rest).map(|holds| !holds),
        [open, inner @ .., close] if words.len() <= 4 && open == b"(" && close == b")" => by_count(shell, inner),
        [_, operator, _] => Err(message(&[operator, b": binary operator expected"])),
        _ => {
            let mut parser = Parser { shell, words, position: 0 };
            let holds = parser.or()?;
            match parser.position < words.len() {
                true => Err(Failure::Message(b"too many arguments".to_vec())),
                false => Ok(holds),
            }
        }
    }
}

fn binary(shell: &mut Shell, left: &[u8], operator: &[u8], right: &[u8]) -> Answer {
    let operator = String::from_utf8_lossy(operator).into_owned();
    if compare_numbers(&operator, 0, 0).is_none() {
        return Ok(shell.test_files_and_strings(&operator, left, right));
    }
    let number = |text: &[u8]| {
        std::str::from_utf8(text)
            .ok()
            .and_then(|text| text.trim().parse::<i64>().ok())
            .ok_or_else(|| message(&[text, b": integer expression expected"]))
    };
    Ok(compare_numbers(&operator, number(left)?, number(right)?).unwrap_or(false))
}

struct Parser<'a> {
    shell: &'a mut Shell,
    words: &'a [Vec<u8>],
    position: usize,
}

impl Parser<'_> {
    fn accept(&mut self, word: &[u8]) -> bool {
        let found = self.words.get(self.position).is_some_and(|next| next == word);
        self.position += usize::from(found);
        found
    }

    fn or(&mut self) -> Answer {
        let mut holds = self.and()?;
        while self.accept(b"-o") {
            holds |= self.and()?;
        }
        Ok(holds)
    }

    fn and(&mut self) -> Answer {
        let mut holds = self.primary()?;
        while self.accept(b"-a") {
            holds &= self.primary()?;
        }
        Ok(holds)
    }

    fn primary(&mut self) -> Answer {
        let words = self.words;
        let rest = &words[self.position.min(words.len())..];
        match rest {
            [] => Err(Failure::Message(b"argument expected".to_vec())),
            [left, operator, right, ..] if is_binary_operator(operator) && !(left == b"(" && right == b")") => {
                self.position += 3;
                binary(self.shell, left, operator, right)
            }
            [not, ..] if not == b"!" => {
                self.position += 1;
                self.primary().map(|holds| !holds)
            }
            [open, ..] if open == b"(" => {
                self.position += 1;
                let holds = self.or()?;
                match self.accept(b")") {
                    true => Ok(holds),
                    false => Err(Failure::Message(b"`)' expected".to_vec())),
                }
            }
            [operator, operand, ..] if is_unary_operator(operator) => {
                self.position += 2;
                Ok(self.shell.test_unary(operator[1], operand)?)
            }
            [word, ..] => {
                self.position += 1;
                Ok(!word.is_empty())
            }
        }
    }
}
