//! The tests of `[[ … ]]` and `test`: one operator and its operands.

use crate::state::{Outcome, Shell};
use std::cmp::Ordering;

pub fn is_unary_operator(text: &[u8]) -> bool {
    matches!(text, [b'-', letter] if b"abcdefghkLnNoOpGrRsStuvwxz".contains(letter))
}

pub fn is_binary_operator(text: &[u8]) -> bool {
    matches!(
        text,
        b"=" | b"=="
            | b"!="
            | b"<"
            | b">"
            | b"-eq"
            | b"-ne"
            | b"-lt"
            | b"-le"
            | b"-gt"
            | b"-ge"
            | b"-nt"
            | b"-ot"
            | b"-ef"
    )
}

impl Shell {
    pub fn test_unary(&mut self, operator: u8, operand: &[u8]) -> Outcome<bool> {
        let stat = || sys::stat(operand);
        // The sandbox's user is root, whom only a missing execute bit stops.
        Ok(match operator {
            b'n' => !operand.is_empty(),
            b'z' => operand.is_empty(),
            b'a' | b'e' | b'r' | b'w' | b'O' | b'G' => stat().is_ok(),
            b'N' => stat().is_ok_and(|stat| stat.modified_ns > stat.accessed_ns),
            b'b' => stat().is_ok_and(|stat| stat.is_block_device()),
            b'c' => stat().is_ok_and(|stat| stat.is_character_device()),
            b'd' => stat().is_ok_and(|stat| stat.is_directory()),
            b'f' => stat().is_ok_and(|stat| stat.is_regular()),
            b'g' => stat().is_ok_and(|stat| stat.mode & 0o2000 != 0),
            b'h' | b'L' => sys::lstat(operand).is_ok_and(|stat| stat.is_symbolic_link()),
            b'k' => stat().is_ok_and(|stat| stat.mode & 0o1000 != 0),
            b'p' => stat().is_ok_and(|stat| stat.is_fifo()),
            b's' => stat().is_ok_and(|stat| stat.size > 0),
            b'S' => stat().is_ok_and(|stat| stat.is_socket()),
            b'u' => stat().is_ok_and(|stat| stat.mode & 0o4000 != 0),
            b'x' => stat().is_ok_and(|stat| stat.is_directory() || stat.mode & 0o111 != 0),
            b't' => self.is_terminal(operand),
            b'o' => self.options.named(&String::from_utf8_lossy(operand)),
            b'v' => self.is_set(operand)?,
            b'R' => {
                let name = String::from_utf8_lossy(operand);
                self.variables.get_raw(&name).is_some_and(|variable| variable.attributes.nameref && variable.as_scalar().is_some())
            }
            _ => false,
        })
    }

    pub fn is_terminal(&self, operand: &[u8]) -> bool {
        use std::io::IsTerminal;
        let fd = std::str::from_utf8(operand).ok().and_then(|text| text.trim().parse::<i32>().ok());
        fd.and_then(|fd| self.descriptors.real(fd).ok())
            .is_some_and(|real| crate::descriptors::borrowed_file(real).is_terminal())
    }

    /// `-v name`, `-v name[subscript]`
    fn is_set(&mut self, operand: &[u8]) -> Outcome<bool> {
        let text = String::from_utf8_lossy(operand).into_owned();
        if let Some((name, rest)) = text.split_once('[')
            && let Some(subscript) = rest.strip_suffix(']')
        {
            return match subscript {
                "@" | "*" => Ok(!self.elements(name).is_empty()),
                _ => {
                    let subscript = self.expand_argument_subscript(name, subscript.as_bytes())?;
                    self.element(name, &subscript).map(|value| value.is_some())
                }
            };
        }
        if let Ok(number) = text.parse::<usize>() {
            return Ok(number <= self.positional.len());
        }
        Ok(self.variable_scalar(&text).is_some())
    }

    /// Compares strings and files; numbers are the caller's, whose rules for them differ.
    pub fn test_files_and_strings(&self, operator: &str, left: &[u8], right: &[u8]) -> bool {
        let newer = |left: &[u8], right: &[u8]| match (sys::stat(left), sys::stat(right)) {
            (Ok(left), Ok(right)) => left.modified_ns > right.modified_ns,
            (Ok(_), Err(_)) => true,
            _ => false,
        };
        match operator {
            "=" | "==" => left == right,
            "!=" => left != right,
            "<" => left.cmp(right) == Ordering::Less,
            ">" => left.cmp(right) == Ordering::Greater,
            "-nt" => newer(left, right),
            "-ot" => newer(right, left),
            "-ef" => match (sys::stat(left), sys::stat(right)) {
                (Ok(left), Ok(right)) => (left.device, left.inode) == (right.device, right.inode),
                _ => false,
            },
            _ => false,
        }
    }
}

/// Compares numbers by `-eq` and its like; `None` for any other operator.
pub fn compare_numbers(operator: &str, left: i64, right: i64) -> Option<bool> {
    Some(match operator {
        "-eq" => left == right,
        "-ne" => left != right,
        "-lt" => left < right,
        "-le" => left <= right,
        "-gt" => left > right,
        "-ge" => left >= right,
        _ => return None,
    })
}
