//! `dirs`, `pushd`, `popd`: a stack of directories whose top is the working directory.

use crate::state::{Outcome, Shell};

/// The working directory and the stack below it.
fn stack(shell: &Shell) -> Vec<Vec<u8>> {
    std::iter::once(shell.directory.to_vec()).chain(shell.directories.iter().cloned()).collect()
}

/// With `~` for the home directory.
fn shown(shell: &Shell, directory: &[u8]) -> Vec<u8> {
    match shell.variables.scalar("HOME") {
        Some(home) if home.len() > 1 && directory.starts_with(home) => match directory.get(home.len()) {
            None | Some(b'/') => [b"~", &directory[home.len()..]].concat(),
            Some(_) => directory.to_vec(),
        },
        _ => directory.to_vec(),
    }
}

/// `+n` counts from the top, `-n` from the bottom.
fn place(text: &[u8], count: usize) -> Option<Result<usize, ()>> {
    let (sign, digits) = text.split_first()?;
    if !matches!(sign, b'+' | b'-') || digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let number: usize = std::str::from_utf8(digits).ok()?.parse().ok()?;
    if number >= count {
        return Some(Err(()));
    }
    Some(Ok(if *sign == b'+' { number } else { count - 1 - number }))
}

/// A word that looks like an option and is no place in the stack.
fn is_option(word: &[u8]) -> bool {
    word.len() > 1 && word[0] == b'-' && !word[1..].iter().all(u8::is_ascii_digit)
}

pub fn run_dirs(shell: &mut Shell, arguments: &[Vec<u8>]) -> Outcome {
    let (mut is_long, mut by_line, mut numbered) = (false, false, false);
    let all = stack(shell);
    let mut only = None;
    for argument in &arguments[1..] {
        if let Some(place) = place(argument, all.len()) {
            match place {
                Ok(index) => only = Some(index),
                Err(()) => {
                    let shown = String::from_utf8_lossy(&argument[1..]).into_owned();
                    shell.complain(format!("dirs: {shown}: directory stack index out of range"));
                    return Ok(1);
                }
            }
            continue;
        }
        for letter in argument.strip_prefix(b"-").unwrap_or(b"?") {
            match letter {
                b'c' => {
                    shell.directories.clear();
                    return Ok(0);
                }
                b'l' => is_long = true,
                b'p' => by_line = true,
                b'v' => (by_line, numbered) = (true, true),
                _ => {
                    let text = String::from_utf8_lossy(argument).into_owned();
                    return shell.usage(b"dirs", format!("{text}: invalid option"));
                }
            }
        }
    }
    let mut output = Vec::new();
    for (index, directory) in all.iter().enumerate().filter(|(index, _)| only.is_none_or(|only| only == *index)) {
        if !output.is_empty() && !by_line {
            output.push(b' ');
        }
        if numbered {
            output.extend(format!("{index:2}  ").bytes());
        }
        output.extend(if is_long { directory.clone() } else { shown(shell, directory) });
        if by_line {
            output.push(b'\n');
        }
    }
    if !by_line {
        output.push(b'\n');
    }
    shell.print(b"dirs", &output)
}

fn enter(shell: &mut Shell, name: &[u8], directory: &[u8]) -> Outcome<bool> {
    let before = shell.name.clone();
    let status = super::cd::enter(shell, name, directory)?;
    shell.name = before;
    Ok(status == 0)
}

pub fn run_pushd(shell: &mut Shell, arguments: &[Vec<u8>]) -> Outcome {
    let mut operands = &arguments[1..];
    let stays = operands.first().is_some_and(|operand| operand == b"-n");
    if stays || operands.first().is_some_and(|operand| operand == b"--") {
        operands = &operands[1..];
    }
    let mut all = stack(shell);
    if let Some(option) = operands.first().filter(|operand| is_option(operand)) {
        return shell.usage(b"pushd", [option.as_slice(), b": invalid number"].concat());
    }
    if operands.len() > 1 {
        shell.complain("pushd: too many arguments");
        return Ok(1);
    }
    match operands.first() {
        None => {
            if all.len() < 2 {
                shell.complain("pushd: no other directory");
                return Ok(1);
            }
            all.swap(0, 1);
        }
        Some(operand) => match place(operand, all.len()) {
            Some(Ok(index)) => all.rotate_left(index),
            Some(Err(())) => {
                let text = String::from_utf8_lossy(operand).into_owned();
                shell.complain(format!("pushd: {text}: directory stack index out of range"));
                return Ok(1);
            }
            None if stays => {
                shell.directories.insert(0, operand.clone());
                return run_dirs(shell, &[b"dirs".to_vec()]);
            }
            None => {
                let before = shell.directory.to_vec();
                if !enter(shell, b"pushd", operand)? {
                    return Ok(1);
                }
                shell.directories.insert(0, before);
                return run_dirs(shell, &[b"dirs".to_vec()]);
            }
        },
    }
    if !stays && !enter(shell, b"pushd", &all[0].clone())? {
        return Ok(1);
    }
    shell.directories = all.split_off(1);
    run_dirs(shell, &[b"dirs".to_vec()])
}

pub fn run_popd(shell: &mut Shell, arguments: &[Vec<u8>]) -> Outcome {
    let mut operands = &arguments[1..];
    let stays = operands.first().is_some_and(|operand| operand == b"-n");
    if stays || operands.first().is_some_and(|operand| operand == b"--") {
        operands = &operands[1..];
    }
    let mut all = stack(shell);
    if let Some(operand) = operands.first().filter(|operand| place(operand, all.len()).is_none()) {
        let reason: &[u8] = if is_option(operand) { b": invalid number" } else { b": invalid argument" };
        return shell.usage(b"popd", [operand.as_slice(), reason].concat());
    }
    if all.len() < 2 {
        shell.complain("popd: directory stack empty");
        return Ok(1);
    }
    let index = match operands.first() {
        None => usize::from(stays),
        Some(operand) => match place(operand, all.len()) {
            Some(Ok(index)) => index,
            _ => {
                let text = String::from_utf8_lossy(operand).into_owned();
                shell.complain(format!("popd: {text}: directory stack index out of range"));
                return Ok(1);
            }
        },
    };
    all.remove(index);
    if index == 0 && !enter(shell, b"popd", &all[0].clone())? {
        return Ok(1);
    }
    shell.directories = all.split_off(1);
    run_dirs(shell, &[b"dirs".to_vec()])
}
