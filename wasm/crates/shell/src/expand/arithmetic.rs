//! Arithmetic: 64-bit integers with C's operators, evaluated while they are read.

use crate::state::{Interrupt, Outcome, Shell};

/// Expressions within variables within expressions.
const MAXIMUM_DEPTH: u32 = 1024;

/// An error, worded as bash does, or an interruption by something within (an unbound variable).
enum Failure {
    Message { what: &'static str, rest: Vec<u8> },
    Interrupted(Interrupt),
}

impl From<Interrupt> for Failure {
    fn from(interrupt: Interrupt) -> Self {
        Failure::Interrupted(interrupt)
    }
}

type Evaluated<T = i64> = Result<T, Failure>;

impl Shell {
    /// Evaluates an expanded expression; an error is told and ends the command.
    pub fn evaluate(&mut self, text: &[u8]) -> Outcome<i64> {
        self.evaluate_for("", text)
    }

    /// The same for a command, whose name stands before a message.
    pub fn evaluate_for(&mut self, command: &str, text: &[u8]) -> Outcome<i64> {
        // Plain numbers are by far the commonest.
        if let Some(number) = plain_number(text) {
            return Ok(number);
        }
        let mut evaluator = Evaluator { shell: self, text, position: 0, depth: 0, is_skipping: 0, token: 0 };
        match evaluator.whole() {
            Ok(value) => Ok(value),
            Err(Failure::Interrupted(interrupt)) => Err(interrupt),
            Err(Failure::Message { what, rest }) => {
                let mut message = command.as_bytes().to_vec();
                message.extend_from_slice(text.trim_ascii_start());
                message.extend(format!(": {what} (error token is \"").bytes());
                message.extend_from_slice(&rest);
                message.extend(b"\")");
                self.complain(message);
                Err(Interrupt::Discard(1))
            }
        }
    }
}

fn plain_number(text: &[u8]) -> Option<i64> {
    let digits = text.trim_ascii();
    let is_plain = (1..=18).contains(&digits.len())
        && digits.iter().all(u8::is_ascii_digit)
        && (digits[0] != b'0' || digits.len() == 1);
    is_plain.then(|| digits.iter().fold(0, |value, digit| value * 10 + i64::from(digit - b'0')))
}

/// What an assignment can go to.
enum Place {
    Variable(String),
    Element(String, Vec<u8>),
}

/// Binary operators and how tightly they bind; longer spellings first.
const BINARY: [(&[u8], u8); 18] = [
    (b"||", 1),
    (b"&&", 2),
    (b"==", 6),
    (b"!=", 6),
    (b"<=", 7),
    (b">=", 7),
    (b"<<", 8),
    (b">>", 8),
    (b"**", 11),
    (b"|", 3),
    (b"^", 4),
    (b"&", 5),
    (b"<", 7),
    (b">", 7),
    (b"+", 9),
    (b"-", 9),
    (b"*", 10),
    (b"/", 10),
];

const ASSIGNMENTS: [&[u8]; 11] = [b"<<=", b">>=", b"*=", b"/=", b"%=", b"+=", b"-=", b"&=", b"^=", b"|=", b"="];

struct Evaluator<'a> {
    shell: &'a mut Shell,
    text: &'a [u8],
    position: usize,
    depth: u32,
    /// Operands that are read but not evaluated (`0 && x++`).
    is_skipping: u32,
    /// Where the last token started: what is missing comes after it.
    token: usize,
}

impl Evaluator<'_> {
    fn whole(&mut self) -> Evaluated {
        self.skip_blanks();
        if self.position == self.text.len() {
            return Ok(0);
        }
        let value = self.comma()?;
        if self.position < self.text.len() {
            let rest = &self.text[self.position..];
            if rest.starts_with(b"=") && !rest.starts_with(b"==") {
                return Err(self.error("attempted assignment to non-variable"));
            }
            return Err(self.error("syntax error in expression"));
        }
        Ok(value)
    }

    fn error(&self, what: &'static str) -> Failure {
        Failure::Message { what, rest: self.text[self.position..].to_vec() }
    }

    fn skip_blanks(&mut self) {
        while self.text.get(self.position).is_some_and(u8::is_ascii_whitespace) {
            self.position += 1;
        }
    }

    fn accept(&mut self, token: &[u8]) -> bool {
        self.skip_blanks();
        let found = self.text[self.position..].starts_with(token);
        if found {
            self.position += token.len();
            self.skip_blanks();
        }
        found
    }

    fn comma(&mut self) -> Evaluated {
        let mut value = self.assignment()?;
        while self.accept(b",") {
            value = self.assignment()?;
        }
        Ok(value)
    }

    fn assignment(&mut self) -> Evaluated {
        self.skip_blanks();
        let start = self.position;
        if let Some(place) = self.place()? {
            let operator = ASSIGNMENTS.iter().find(|operator| self.text[self.position..].starts_with(operator));
            if let Some(operator) =
                operator.filter(|operator| !(**operator == b"=" && self.text[self.position..].starts_with(b"==")))
            {
                self.token = self.position;
                self.position += operator.len();
                self.skip_blanks();
                let value_start = self.position;
                let right = self.assignment()?;
                let value = match operator.strip_suffix(b"=") {
                    Some([]) | None => right,
                    Some(binary) => {
                        let left = self.read(&place)?;
                        if matches!(binary, b"/" | b"%") && right == 0 && self.is_skipping == 0 {
                            let rest = self.text[value_start..self.position].to_vec();
                            return Err(Failure::Message { what: "division by 0", rest });
                        }
                        self.apply(binary, left, right)?
                    }
                };
                if self.text.get(self.position).is_some_and(|byte| !b")]:;,?=<>&|^+-*/%!~".contains(byte)) {
                    return Err(self.error("syntax error in expression"));
                }
                self.write(&place, value)?;
                return Ok(value);
            }
        }
        self.position = start;
        self.conditional()
    }

    fn conditional(&mut self) -> Evaluated {
        let condition = self.binary(1)?;
        if !self.accept(b"?") {
            return Ok(condition);
        }
        let chosen = self.skipping_if(condition == 0, Self::comma)?;
        if !self.accept(b":") {
            return Err(self.error("`:' expected for conditional expression"));
        }
        let other = self.skipping_if(condition != 0, Self::assignment)?;
        Ok(if condition != 0 { chosen } else { other })
    }

    fn skipping_if(&mut self, skips: bool, parse: fn(&mut Self) -> Evaluated) -> Evaluated {
        self.is_skipping += u32::from(skips);
        let value = parse(self);
        self.is_skipping -= u32::from(skips);
        value
    }

    /// The binary operator here, if it binds at least as tightly as `minimum`.
    fn binary_operator(&self, minimum: u8) -> Option<(&'static [u8], u8)> {
        let rest = &self.text[self.position..];
        if rest.first() == Some(&b'%') {
            return (minimum <= 10 && !rest.starts_with(b"%=")).then_some((b"%", 10));
        }
        let (operator, level) = BINARY.iter().find(|(operator, _)| rest.starts_with(operator))?;
        let is_assignment = ASSIGNMENTS.iter().any(|assignment| {
            rest.starts_with(assignment) && assignment.len() > operator.len() && assignment.starts_with(operator)
        });
        (*level >= minimum && !is_assignment).then_some((*operator, *level))
    }

    fn binary(&mut self, minimum: u8) -> Evaluated {
        let mut left = self.unary()?;
        loop {
            self.skip_blanks();
            let Some((operator, level)) = self.binary_operator(minimum) else { return Ok(left) };
            self.token = self.position;
            self.position += operator.len();
            self.skip_blanks();
            let operand = self.position;
            let decided = match operator {
                b"&&" => left == 0,
                b"||" => left != 0,
                _ => false,
            };
            self.is_skipping += u32::from(decided);
            // `**` binds to the right.
            let right = self.binary(if operator == b"**" { level } else { level + 1 });
            self.is_skipping -= u32::from(decided);
            let right = right?;
            let end = self.position;
            if matches!(operator, b"/" | b"%") && right == 0 && self.is_skipping == 0 {
                return Err(Failure::Message { what: "division by 0", rest: self.text[operand..end].to_vec() });
            }
            if operator == b"**" && right < 0 && self.is_skipping == 0 {
                let start = self.text[operand..end].iter().position(u8::is_ascii_digit).unwrap_or(0);
                let rest = self.text[operand + start..].to_vec();
                return Err(Failure::Message { what: "exponent less than 0", rest });
            }
            left = self.apply(operator, left, right)?;
        }
    }

    fn apply(&mut self, operator: &[u8], left: i64, right: i64) -> Evaluated {
        Ok(match operator {
            b"||" => i64::from(left != 0 || right != 0),
            b"&&" => i64::from(left != 0 && right != 0),
            b"|" => left | right,
            b"^" => left ^ right,
            b"&" => left & right,
            b"==" => i64::from(left == right),
            b"!=" => i64::from(left != right),
            b"<" => i64::from(left < right),
            b">" => i64::from(left > right),
            b"<=" => i64::from(left <= right),
            b">=" => i64::from(left >= right),
            b"<<" => left.wrapping_shl(right as u32),
            b">>" => left.wrapping_shr(right as u32),
            b"+" => left.wrapping_add(right),
            b"-" => left.wrapping_sub(right),
            b"*" => left.wrapping_mul(right),
            b"/" | b"%" if right == 0 => {
                if self.is_skipping > 0 {
                    return Ok(0);
                }
                return Err(self.error("division by 0"));
            }
            b"/" => left.wrapping_div(right),
            b"%" => left.wrapping_rem(right),
            b"**" if right < 0 => {
                if self.is_skipping > 0 {
                    return Ok(0);
                }
                return Err(self.error("exponent less than 0"));
            }
            b"**" => power(left, right as u64),
            _ => return Err(self.error("syntax error in expression")),
        })
    }

    fn unary(&mut self) -> Evaluated {
        self.skip_blanks();
        let rest = &self.text[self.position..];
        if rest.starts_with(b"++") || rest.starts_with(b"--") {
            let change = if rest[0] == b'+' { 1 } else { -1 };
            let start = self.position;
            self.position += 2;
            self.skip_blanks();
            if let Some(place) = self.place()? {
                let value = self.read(&place)?.wrapping_add(change);
                self.write(&place, value)?;
                return Ok(value);
            }
            self.position = start;
        }
        match self.text.get(self.position) {
            Some(b'+') => {
                self.position += 1;
                self.nested(Self::unary)
            }
            Some(b'-') => {
                self.position += 1;
                Ok(self.nested(Self::unary)?.wrapping_neg())
            }
            Some(b'!') => {
                self.position += 1;
                Ok(i64::from(self.nested(Self::unary)? == 0))
            }
            Some(b'~') => {
                self.position += 1;
                Ok(!self.nested(Self::unary)?)
            }
            _ => self.operand(),
        }
    }

    fn nested(&mut self, parse: fn(&mut Self) -> Evaluated) -> Evaluated {
        self.depth += 1;
        if self.depth > MAXIMUM_DEPTH {
            return Err(self.error("expression recursion level exceeded"));
        }
        let value = parse(self);
        self.depth -= 1;
        value
    }

    fn operand(&mut self) -> Evaluated {
        match self.text.get(self.position) {
            Some(b'(') => {
                self.position += 1;
                let value = self.nested(Self::comma)?;
                if !self.accept(b")") {
                    return Err(self.error("missing `)'"));
                }
                Ok(value)
            }
            Some(byte) if byte.is_ascii_digit() => self.number(),
            _ => match self.place()? {
                Some(place) => self.postfix(&place),
                None => {
                    if self.position >= self.text.len() {
                        self.position = self.token.min(self.text.len());
                    }
                    Err(self.error("syntax error: operand expected"))
                }
            },
        }
    }

    fn postfix(&mut self, place: &Place) -> Evaluated {
        let value = self.read(place)?;
        self.skip_blanks();
        let rest = &self.text[self.position..];
        if rest.starts_with(b"++") || rest.starts_with(b"--") {
            let change = if rest[0] == b'+' { 1 } else { -1 };
            self.position += 2;
            self.write(place, value.wrapping_add(change))?;
        }
        Ok(value)
    }

    /// `123`, `0x7f`, `017`, `2#101`
    fn number(&mut self) -> Evaluated {
        let start = self.position;
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'#' | b'@' | b'_');
        let length = self.text[start..].iter().take_while(|byte| is_part(byte)).count();
        let text = &self.text[start..start + length];
        let parsed = match text.iter().position(|byte| *byte == b'#') {
            Some(mark) => match plain_number(&text[..mark]) {
                Some(base @ 2..=64) if mark + 1 < length => digits(&text[mark + 1..], base),
                Some(_) => return Err(self.error("invalid arithmetic base")),
                None => None,
            },
            None => match text {
                [b'0', b'x' | b'X', rest @ ..] => digits(rest, 16),
                [b'0', rest @ ..] => digits(rest, 8),
                _ => digits(text, 10),
            },
        };
        match parsed {
            Some(value) => {
                self.position += length;
                Ok(value)
            }
            None => Err(self.error("value too great for base")),
        }
    }

    /// A variable's name and subscript.
    fn place(&mut self) -> Evaluated<Option<Place>> {
        let start = self.position;
        let length =
            self.text[start..].iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
        if length == 0 || self.text[start].is_ascii_digit() {
            return Ok(None);
        }
        let name = String::from_utf8_lossy(&self.text[start..start + length]).into_owned();
        self.position += length;
        if self.text.get(self.position) != Some(&b'[') {
            self.skip_blanks();
            return Ok(Some(Place::Variable(name)));
        }
        let mut depth = 0;
        for (offset, byte) in self.text[self.position..].iter().enumerate() {
            match byte {
                b'[' => depth += 1,
                b']' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                let subscript = self.text[self.position + 1..self.position + offset].to_vec();
                self.position += offset + 1;
                self.skip_blanks();
                return Ok(Some(Place::Element(name, subscript)));
            }
        }
        Err(self.error("bad array subscript"))
    }

    fn read(&mut self, place: &Place) -> Evaluated {
        if self.is_skipping > 0 {
            return Ok(0);
        }
        let (name, text) = match place {
            Place::Variable(name) => (name, self.shell.variable_scalar(name)),
            Place::Element(name, subscript) => match self.element(name, subscript) {
                Ok(value) => (name, value),
                // Reading before the first element is told and gives nothing.
                Err(Interrupt::Discard(_)) if subscript.starts_with(b"-") => return Ok(0),
                Err(interrupt) => return Err(interrupt.into()),
            },
        };
        let Some(text) = text else {
            if self.shell.options.nounset() {
                self.shell.complain(format!("{name}: unbound variable"));
                return Err(self.shell.expansion_failure().into());
            }
            return Ok(0);
        };
        if let Some(number) = plain_number(&text) {
            return Ok(number);
        }
        if self.depth >= MAXIMUM_DEPTH {
            return Err(self.error("expression recursion level exceeded"));
        }
        let mut inner =
            Evaluator { shell: self.shell, text: &text, position: 0, depth: self.depth + 1, is_skipping: 0, token: 0 };
        inner.whole()
    }

    fn element(&mut self, name: &str, subscript: &[u8]) -> Outcome<Option<Vec<u8>>> {
        let subscript = self.shell.expand_argument_subscript(name, subscript)?;
        self.shell.element(name, &subscript)
    }

    fn write(&mut self, place: &Place, value: i64) -> Evaluated<()> {
        if self.is_skipping > 0 {
            return Ok(());
        }
        let text = value.to_string().into_bytes();
        match place {
            Place::Variable(name) => self.shell.assign(name, text)?,
            Place::Element(name, subscript) => {
                let subscript = self.shell.expand_argument_subscript(name, subscript)?;
                self.shell.assign_element(name, &subscript, text)?;
            }
        }
        Ok(())
    }
}

fn power(mut base: i64, mut exponent: u64) -> i64 {
    let mut result: i64 = 1;
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = result.wrapping_mul(base);
        }
        base = base.wrapping_mul(base);
        exponent >>= 1;
    }
    result
}

fn digits(text: &[u8], base: i64) -> Option<i64> {
    let mut value: i64 = 0;
    for byte in text {
        let digit = match byte {
            b'0'..=b'9' => byte - b'0',
            b'a'..=b'z' => byte - b'a' + 10,
            b'A'..=b'Z' if base <= 36 => byte - b'A' + 10,
            b'A'..=b'Z' => byte - b'A' + 36,
            b'@' => 62,
            b'_' => 63,
            _ => return None,
        };
        if i64::from(digit) >= base {
            return None;
        }
        value = value.wrapping_mul(base).wrapping_add(i64::from(digit));
    }
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn evaluate(text: &str) -> Option<i64> {
        let mut shell = Shell::new(b"sh");
        shell.variables.set_scalar("x", b"5".to_vec()).unwrap();
        shell.variables.set_scalar("y", b"x + 1".to_vec()).unwrap();
        shell.descriptors.replace(2, Some(crate::descriptors::Target::Closed));
        shell.evaluate(text.as_bytes()).ok()
    }

    #[test]
    fn operators_bind_as_in_c() {
        assert_eq!(evaluate("1 + 2 * 3"), Some(7));
        assert_eq!(evaluate("(1 + 2) * 3 % 4"), Some(1));
        assert_eq!(evaluate("2 ** 3 ** 2"), Some(512));
        assert_eq!(evaluate("-2 ** 2"), Some(4));
        assert_eq!(evaluate("1 << 4 | 3 & 2"), Some(18));
        assert_eq!(evaluate("1 < 2 && 2 >= 3 || !0"), Some(1));
        assert_eq!(evaluate("0 ? 1 : 2 ? 3 : 4"), Some(3));
        assert_eq!(evaluate("7 / -2, -7 % 3"), Some(-1));
    }

    #[test]
    fn numbers_have_bases() {
        assert_eq!(evaluate("0x1F + 010 + 2#101"), Some(44));
        assert_eq!(evaluate("36#zZ"), Some(35 * 36 + 35));
        assert_eq!(evaluate("9223372036854775807 + 1"), Some(i64::MIN));
        assert_eq!(evaluate(""), Some(0));
    }

    #[test]
    fn variables_are_expressions_and_places() {
        assert_eq!(evaluate("x + y"), Some(11));
        assert_eq!(evaluate("x++ + x"), Some(11));
        assert_eq!(evaluate("++x * 2, x += 4"), Some(10));
        assert_eq!(evaluate("z = x == 5"), Some(1));
        assert_eq!(evaluate("0 && (x = 9), x"), Some(5));
        assert_eq!(evaluate("unset_one"), Some(0));
    }

    #[test]
    fn errors_are_errors() {
        for text in ["1 +", "1 / 0", "(1", "08", "1 2", "x = ", "1 ? 2", "5 = 3"] {
            assert_eq!(evaluate(text), None, "{text}");
        }
        assert_eq!(evaluate("0 && 1 / 0"), Some(0));
    }
}
