//! `getopts letters name [arguments]`

use crate::state::{Outcome, Shell};

pub fn run(shell: &mut Shell, arguments: &[Vec<u8>]) -> Outcome {
    let (Some(letters), Some(name)) = (arguments.get(1), arguments.get(2)) else {
        return shell.usage(b"getopts", "usage: getopts optstring name [arg ...]");
    };
    let name = String::from_utf8_lossy(name).into_owned();
    let words = match arguments.len() {
        3 => shell.positional.to_vec(),
        _ => arguments[3..].to_vec(),
    };
    let (is_silent, letters) = match letters.strip_prefix(b":") {
        Some(letters) => (true, letters),
        None => (false, letters.as_slice()),
    };
    let number = |shell: &Shell, name: &str| {
        shell.variables.scalar(name).and_then(|text| std::str::from_utf8(text).ok()?.parse::<usize>().ok())
    };
    let mut index = number(shell, "OPTIND").unwrap_or(1).max(1);
    if index == 1 && shell.getopts_offset > 0 && words.first().is_none_or(|word| word.len() <= shell.getopts_offset) {
        shell.getopts_offset = 0;
    }
    // Behind the end of words that have become fewer it is at their end.
    index = index.min(words.len() + 1);
    let word = words.get(index - 1).cloned().unwrap_or_default();
    if shell.getopts_offset == 0 {
        let is_option = word.len() > 1 && word[0] == b'-';
        if word == b"--" {
            index += 1;
        }
        if !is_option || word == b"--" {
            shell.assign("OPTIND", index.to_string().into_bytes())?;
            // OPTARG is an ordinary variable that may be read-only; getopts does not care.
            drop(shell.variables.unset("OPTARG"));
            shell.assign(&name, b"?".to_vec())?;
            return Ok(1);
        }
        shell.getopts_offset = 1;
    }
    let letter = word[shell.getopts_offset];
    shell.getopts_offset += 1;
    let is_last = shell.getopts_offset >= word.len();
    let place = letters.iter().position(|known| *known == letter && letter != b':');
    let takes_value = place.is_some_and(|place| letters.get(place + 1) == Some(&b':'));
    let mut answer = vec![letter];
    let mut value = None;
    if place.is_none() {
        answer = b"?".to_vec();
        match is_silent {
            true => value = Some(vec![letter]),
            false => tell(shell, format!("illegal option -- {}", char::from(letter))),
        }
    } else if takes_value {
        if !is_last {
            value = Some(word[shell.getopts_offset..].to_vec());
        } else if let Some(next) = words.get(index) {
            index += 1;
            value = Some(next.clone());
        } else {
            answer = if is_silent { b":".to_vec() } else { b"?".to_vec() };
            match is_silent {
                true => value = Some(vec![letter]),
                false => tell(shell, format!("option requires an argument -- {}", char::from(letter))),
            }
        }
    }
    if is_last || takes_value {
        index += 1;
        shell.getopts_offset = 0;
    }
    let offset = shell.getopts_offset;
    shell.assign("OPTIND", index.to_string().into_bytes())?;
    // An assignment by anyone else starts over.
    shell.getopts_offset = offset;
    match value {
        Some(value) => shell.assign("OPTARG", value)?,
        // OPTARG is an ordinary variable that may be read-only; getopts does not care.
        None => drop(shell.variables.unset("OPTARG")),
    }
    if !super::is_name(&name) {
        shell.complain(format!("getopts: `{name}': not a valid identifier"));
        return Ok(1);
    }
    shell.assign(&name, answer)?;
    Ok(0)
}

/// Getopts speaks for the script, so without a line; OPTERR 0 silences it.
fn tell(shell: &mut Shell, message: String) {
    if shell.variables.scalar("OPTERR") == Some(b"0") {
        return;
    }
    let text = [&*shell.name, b": ", message.as_bytes(), b"\n"].concat();
    // Nothing can be told about a closed stderr.
    let _ = shell.write(2, &text);
}
