//! `[[ … ]]`

use super::file_test::compare_numbers;
use crate::expand::pattern::PatternByte;
use crate::expand::quote;
use crate::expand::regex::Regex;
use crate::state::{Interrupt, Outcome, Shell, Value};
use crate::syntax::{TestExpression, Word};

impl Shell {
    pub(super) fn run_test_command(&mut self, test: &TestExpression) -> Outcome {
        match self.test(test) {
            Ok(holds) => Ok(i32::from(!holds)),
            Err(Interrupt::Discard(status)) => Ok(status),
            Err(interrupt) => Err(interrupt),
        }
    }

    fn test(&mut self, test: &TestExpression) -> Outcome<bool> {
        match test {
            TestExpression::And(left, right) => Ok(self.test(left)? && self.test(right)?),
            TestExpression::Or(left, right) => Ok(self.test(left)? || self.test(right)?),
            TestExpression::Not(inner) => Ok(!self.test(inner)?),
            TestExpression::Group(inner) => self.test(inner),
            TestExpression::Unary(operator, word) => {
                let operand = self.expand_to_string(word)?;
                if self.options.xtrace() {
                    let shown = quote::traced(&operand);
                    self.trace([b"[[ ", operator.as_bytes(), b" ", &shown, b" ]]"].concat());
                }
                self.test_unary(operator.as_bytes()[1], &operand)
            }
            TestExpression::Binary(operator, left, right) => self.test_binary(operator, left, right),
        }
    }

    fn test_binary(&mut self, operator: &str, left: &Word, right: &Word) -> Outcome<bool> {
        let left = self.expand_to_string(left)?;
        if self.options.xtrace() {
            let right = self.expand_to_string(right)?;
            let shown = [quote::traced(&left), quote::traced(&right)];
            self.trace([b"[[ ", shown[0].as_slice(), b" ", operator.as_bytes(), b" ", &shown[1], b" ]]"].concat());
        }
        match operator {
            "==" => Ok(self.expand_to_extended_pattern(right)?.matches(&left)),
            "!=" => Ok(!self.expand_to_extended_pattern(right)?.matches(&left)),
            "=~" => {
                let expression = self.expand_to_regular_expression(right)?;
                self.test_regular_expression(&left, &expression)
            }
            _ => {
                let right = self.expand_to_string(right)?;
                if compare_numbers(operator, 0, 0).is_some() {
                    let (left, right) = (self.evaluate(&left)?, self.evaluate(&right)?);
                    return Ok(compare_numbers(operator, left, right).unwrap_or(false));
                }
                Ok(self.test_files_and_strings(operator, &left, &right))
            }
        }
    }

    fn test_regular_expression(&mut self, text: &[u8], expression: &[PatternByte]) -> Outcome<bool> {
        let Ok(regex) = Regex::new(expression, self.shell_options.is_on("nocasematch")) else {
            return Err(Interrupt::Discard(2));
        };
        let found = regex.find(text);
        let groups = found.iter().flatten().map(|group| group.map_or(Vec::new(), |(from, to)| text[from..to].to_vec()));
        let groups = (0..).zip(groups).collect();
        if let Ok(variable) = self.variables.entry("BASH_REMATCH") {
            variable.value = Value::Indexed(groups);
        }
        Ok(found.is_some())
    }
}
