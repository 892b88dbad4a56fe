//! `umask [-S] [mode]`

use crate::state::{Outcome, Shell};

pub fn run(shell: &mut Shell, arguments: &[Vec<u8>]) -> Outcome {
    if let Some(option) = arguments[1..].iter().find(|word| word.len() > 1 && word[0] == b'-' && !matches!(word.as_slice(), b"-S" | b"-p" | b"-Sp" | b"-pS" | b"--")) {
        let letter = option[1..].iter().find(|letter| !b"Sp".contains(letter)).copied().unwrap_or(b'-');
        return shell.usage(b"umask", format!("-{}: invalid option", char::from(letter)));
    }
    let is_symbolic = arguments.iter().any(|argument| argument == b"-S");
    let mode = arguments[1..].iter().find(|argument| !argument.starts_with(b"-"));
    let current = match sys::umask(0o022).and_then(|old| sys::umask(old).map(|_| old)) {
        Ok(current) => current,
        Err(error) => {
            shell.complain(format!("umask: {}", sys::errno::message(&error)));
            return Ok(1);
        }
    };
    let Some(mode) = mode else {
        let text = match is_symbolic {
            true => symbolic(current),
            false if arguments.iter().any(|argument| argument == b"-p") => format!("umask {current:04o}\n"),
            false => format!("{current:04o}\n"),
        };
        return shell.print(b"umask", text.as_bytes());
    };
    let text = String::from_utf8_lossy(mode);
    let parsed = match text.starts_with(|first: char| first.is_ascii_digit()) {
        true => u32::from_str_radix(&text, 8).ok().filter(|mask| *mask <= 0o777),
        false => parse_symbolic(&text, current),
    };
    let Some(mask) = parsed else {
        shell.complain(format!("umask: {text}: octal number out of range"));
        return Ok(1);
    };
    if let Err(error) = sys::umask(mask) {
        shell.complain(format!("umask: {}", sys::errno::message(&error)));
        return Ok(1);
    }
    if shell.subshell_depth > 0 && shell.changed_umask.is_none() {
        shell.changed_umask = Some(current);
    }
    Ok(0)
}

fn symbolic(mask: u32) -> String {
    let allowed = |shift: u32| {
        let bits = !mask >> shift;
        let letters = [(4, 'r'), (2, 'w'), (1, 'x')];
        letters.iter().filter(|(bit, _)| bits & bit != 0).map(|(_, letter)| *letter).collect::<String>()
    };
    format!("u={},g={},o={}\n", allowed(6), allowed(3), allowed(0))
}

/// `u=rwx,g-w`: what is allowed, so the mask is the rest.
fn parse_symbolic(text: &str, current: u32) -> Option<u32> {
    let mut allowed = !current & 0o777;
    for clause in text.split(',') {
        let operator = clause.find(['=', '+', '-'])?;
        let mut who = 0;
        for letter in clause[..operator].chars() {
            who |= match letter {
                'u' => 0o700,
                'g' => 0o070,
                'o' => 0o007,
                'a' => 0o777,
                _ => return None,
            };
        }
        if who == 0 {
            who = 0o777;
        }
        let mut bits = 0;
        for letter in clause[operator + 1..].chars() {
            bits |= match letter {
                'r' => 0o444,
                'w' => 0o222,
                'x' => 0o111,
                _ => return None,
            };
        }
        allowed = match &clause[operator..=operator] {
            "=" => allowed & !who | bits & who,
            "+" => allowed | bits & who,
            _ => allowed & !(bits & who),
        };
    }
    Some(!allowed & 0o777)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbolic_masks() {
        assert_eq!(symbolic(0o022), "u=rwx,g=rx,o=rx\n");
        assert_eq!(parse_symbolic("u=rwx,g=rx,o=", 0), Some(0o027));
        assert_eq!(parse_symbolic("go-w", 0), Some(0o022));
        assert_eq!(parse_symbolic("q=w", 0), None);
    }
}
