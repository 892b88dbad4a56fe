//! test and [: conditions. Implemented by POSIX's rules on the number of arguments, then, for more
//! than four, by the grammar `or := and {-o and}`, `and := not {-a not}`, `not := ! not | ( or ) | primary`.

use crate::words;
use std::ffi::{OsStr, OsString};
use std::os::wasi::ffi::OsStrExt;
use sys::Stat;

/// Exit codes: true is 0, false is 1.
const ERROR: i32 = 2;

type Answer = Result<bool, String>;

pub fn main(args: Vec<OsString>) -> i32 {
    let is_bracket = args.first().is_some_and(|name| name.as_bytes().ends_with(b"["));
    let name = if is_bracket { "[" } else { "test" };
    let mut words: Vec<&[u8]> = args.iter().skip(1).map(|arg| arg.as_bytes()).collect();
    if is_bracket && words.pop() != Some(b"]") {
        eprintln!("[: missing ']'");
        return ERROR;
    }
    match evaluate(&words) {
        Ok(answer) => i32::from(!answer),
        Err(text) => {
            eprintln!("{name}: {text}");
            ERROR
        }
    }
}

fn evaluate(words: &[&[u8]]) -> Answer {
    match words {
        [] => Ok(false),
        [word] => Ok(!word.is_empty()),
        [b"!", word] => Ok(word.is_empty()),
        [operator, word] if is_unary(operator) => unary(operator, word),
        [operator, _] => Err(format!("{}: unary operator expected", quoted(operator))),
        [left, operator, right] if is_binary(operator) => binary(left, operator, right),
        [left, b"-a", right] => Ok(!left.is_empty() && !right.is_empty()),
        [left, b"-o", right] => Ok(!left.is_empty() || !right.is_empty()),
        [b"!", rest @ ..] if rest.len() == 2 => evaluate(rest).map(|answer| !answer),
        [b"(", word, b")"] => Ok(!word.is_empty()),
        [_, operator, _] => Err(format!("{}: binary operator expected", quoted(operator))),
        [b"!", rest @ ..] if rest.len() == 3 => evaluate(rest).map(|answer| !answer),
        [b"(", inner @ .., b")"] if inner.len() == 2 => evaluate(inner),
        words => {
            let mut parser = Parser { words, next: 0 };
            let answer = parser.or()?;
            match parser.words.get(parser.next) {
                None => Ok(answer),
                Some(extra) => Err(format!("extra argument {}", quoted(extra))),
            }
        }
    }
}

fn quoted(word: &[u8]) -> String {
    words::quoted(OsStr::from_bytes(word))
}

struct Parser<'words> {
    words: &'words [&'words [u8]],
    next: usize,
}

impl Parser<'_> {
    fn takes(&mut self, word: &[u8]) -> bool {
        let is_it = self.words.get(self.next).is_some_and(|next| *next == word);
        self.next += usize::from(is_it);
        is_it
    }

    fn or(&mut self) -> Answer {
        let mut answer = self.and()?;
        while self.takes(b"-o") {
            answer |= self.and()?;
        }
        Ok(answer)
    }

    fn and(&mut self) -> Answer {
        let mut answer = self.not()?;
        while self.takes(b"-a") {
            answer &= self.not()?;
        }
        Ok(answer)
    }

    fn not(&mut self) -> Answer {
        let mut negated = false;
        while self.takes(b"!") {
            negated = !negated;
        }
        Ok(self.primary()? != negated)
    }

    fn primary(&mut self) -> Answer {
        let rest = &self.words[self.next..];
        match rest {
            [] => Err("argument expected".to_owned()),
            [left, operator, right, ..] if is_binary(operator) => {
                self.next += 3;
                binary(left, operator, right)
            }
            [b"(", ..] => {
                self.next += 1;
                let answer = self.or()?;
                if self.takes(b")") { Ok(answer) } else { Err("')' expected".to_owned()) }
            }
            [operator, word, ..] if is_unary(operator) => {
                self.next += 2;
                unary(operator, word)
            }
            [word, ..] => {
                self.next += 1;
                Ok(!word.is_empty())
            }
        }
    }
}

fn is_unary(operator: &[u8]) -> bool {
    matches!(operator, [b'-', letter] if b"bcdefgGhkLnNOprsStuwxz".contains(letter))
}

fn is_binary(operator: &[u8]) -> bool {
    matches!(operator, b"=" | b"==" | b"!=" | b"<" | b">" | b"-eq" | b"-ne" | b"-lt" | b"-le" | b"-gt" | b"-ge" | b"-nt" | b"-ot" | b"-ef")
}

fn unary(operator: &[u8], word: &[u8]) -> Answer {
    let letter = operator[1];
    match letter {
        b'n' => return Ok(!word.is_empty()),
        b'z' => return Ok(word.is_empty()),
        b't' => {
            let fd = number(word)?;
            // SAFETY: isatty takes any number.
            return Ok(i32::try_from(fd).is_ok_and(|fd| unsafe { libc::isatty(fd) } == 1));
        }
        _ => {}
    }
    let follows = !matches!(letter, b'h' | b'L');
    let stat = if follows { sys::stat(word) } else { sys::lstat(word) };
    Ok(stat.is_ok_and(|stat| file_is(letter, &stat)))
}

/// The process's user and group. There is no call for them; `/proc/self` belongs to the process.
fn process_owner() -> (u32, u32) {
    sys::stat(b"/proc/self").map_or((0, 0), |stat| (stat.uid, stat.gid))
}

fn file_is(letter: u8, stat: &Stat) -> bool {
    let (uid, gid) = process_owner();
    let permission = |bit: u32| {
        let class = if stat.uid == uid { bit << 6 } else if stat.gid == gid { bit << 3 } else { bit };
        // Root may do all but execute what nobody may.
        let root_may = uid == 0 && (bit != 1 || stat.is_directory() || stat.mode & 0o111 != 0);
        root_may || stat.mode & class != 0
    };
    match letter {
        b'b' => stat.is_block_device(),
        b'c' => stat.is_character_device(),
        b'd' => stat.is_directory(),
        b'e' => true,
        b'f' => stat.is_regular(),
        b'g' => stat.mode & 0o2000 != 0,
        b'G' => stat.gid == gid,
        b'h' | b'L' => stat.is_symbolic_link(),
        b'k' => stat.mode & 0o1000 != 0,
        b'N' => stat.modified_ns > stat.accessed_ns,
        b'O' => stat.uid == uid,
        b'p' => stat.is_fifo(),
        b'r' => permission(4),
        b's' => stat.size > 0,
        b'S' => stat.is_socket(),
        b'u' => stat.mode & 0o4000 != 0,
        b'w' => permission(2),
        _ => permission(1),
    }
}

fn binary(left: &[u8], operator: &[u8], right: &[u8]) -> Answer {
    let modified = |path: &[u8]| sys::stat(path).ok().map(|stat| stat.modified_ns);
    let identity = |path: &[u8]| sys::stat(path).ok().map(|stat| (stat.device, stat.inode));
    Ok(match operator {
        b"=" | b"==" => left == right,
        b"!=" => left != right,
        b"<" => left < right,
        b">" => left > right,
        b"-nt" => modified(left) > modified(right),
        b"-ot" => modified(left) < modified(right),
        b"-ef" => identity(left).is_some() && identity(left) == identity(right),
        b"-eq" => number(left)? == number(right)?,
        b"-ne" => number(left)? != number(right)?,
        b"-lt" => number(left)? < number(right)?,
        b"-le" => number(left)? <= number(right)?,
        b"-gt" => number(left)? > number(right)?,
        _ => number(left)? >= number(right)?,
    })
}

fn number(word: &[u8]) -> Result<i128, String> {
    let text = std::str::from_utf8(word).unwrap_or("").trim();
    text.parse().map_err(|_| format!("invalid integer {}", quoted(word)))
}
