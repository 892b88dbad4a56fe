//! `hash [-lr] [-p path] [-dt] [name …]`: where commands were found, and how often they were started

use super::options;
use crate::expand::quote;
use crate::state::{Outcome, Shell};
use std::rc::Rc;

const USAGE: &str = "hash: usage: hash [-lr] [-p pathname] [-dt] [name ...]";

pub fn run(shell: &mut Shell, arguments: &[Vec<u8>]) -> Outcome {
    let (options, names) = match options::parse(arguments, b"lrdt", b"p") {
        Ok(parsed) => parsed,
        Err(b'p') => return shell.usage(b"hash", "-p: option requires an argument"),
        Err(letter) => {
            shell.complain(format!("hash: -{}: invalid option", char::from(letter)));
            // Nothing can be told about a closed stderr.
            let _ = shell.write(2, format!("{USAGE}\n").as_bytes());
            return Ok(2);
        }
    };
    let asks = |letter: u8| options.iter().any(|(known, _)| *known == letter);
    shell.look_at_path();
    if asks(b'r') {
        shell.command_paths = Rc::default();
        shell.look_at_path();
    }
    if names.is_empty() {
        return match options.iter().find(|(letter, _)| matches!(letter, b'd' | b't')) {
            Some((letter, _)) => {
                shell.complain(format!("hash: -{}: option requires an argument", char::from(*letter)));
                Ok(1)
            }
            None if asks(b'r') => Ok(0),
            None => list(shell, asks(b'l')),
        };
    }
    let given = options.iter().find(|(letter, _)| *letter == b'p').map(|(_, path)| *path);
    let mut status = 0;
    let mut output = Vec::new();
    for name in names {
        let is_known = shell.command_paths.found.contains_key(name.as_slice());
        let is_done = match given {
            Some(path) => {
                shell.remember_path(name, path);
                true
            }
            None if asks(b'd') => Rc::make_mut(&mut shell.command_paths).found.remove(name.as_slice()).is_some(),
            None if asks(b't') => {
                if is_known {
                    let path = shown_path(shell, name);
                    output.extend(match (asks(b'l'), names.len() > 1) {
                        (true, _) => reusable(name, &path),
                        (false, true) => [name, b"\t".as_slice(), &path, b"\n"].concat(),
                        (false, false) => [path.as_slice(), b"\n"].concat(),
                    });
                }
                is_known
            }
            // A function or a builtin has no place, which is no fault.
            None => name.contains(&b'/') || is_internal(shell, name) || find(shell, name),
        };
        if !is_done {
            shell.complain([b"hash: ", name.as_slice(), b": not found"].concat());
            status = 1;
        }
    }
    shell.print(b"hash", &output)?;
    Ok(status)
}

fn is_internal(shell: &Shell, name: &[u8]) -> bool {
    super::find(name).is_some() || std::str::from_utf8(name).is_ok_and(|name| shell.functions.contains(name))
}

fn find(shell: &mut Shell, name: &[u8]) -> bool {
    match shell.find_command(name) {
        Some(path) => {
            shell.remember_path(name, &path);
            true
        }
        None => false,
    }
}

/// A command of the kernel's own is remembered by its name, and shown where PATH has it.
fn shown_path(shell: &Shell, name: &[u8]) -> Vec<u8> {
    let known = shell.command_paths.found.get(name).map_or_else(Vec::new, |found| found.path.clone());
    match known.contains(&b'/') {
        true => known,
        false => shell.find_command(name).unwrap_or(known),
    }
}

fn reusable(name: &[u8], path: &[u8]) -> Vec<u8> {
    [b"builtin hash -p ", quote::if_needed(path).as_slice(), b" ", &quote::if_needed(name), b"\n"].concat()
}

fn list(shell: &mut Shell, is_reusable: bool) -> Outcome {
    if shell.command_paths.found.is_empty() {
        return shell.print(b"hash", if is_reusable { b"" } else { b"hash: hash table empty\n" });
    }
    let mut output = if is_reusable { Vec::new() } else { b"hits\tcommand\n".to_vec() };
    for (name, found) in &shell.command_paths.found {
        let path = shown_path(shell, name);
        match is_reusable {
            true => output.extend(reusable(name, &path)),
            false => output.extend([format!("{:4}\t", found.hits.get()).as_bytes(), &path, b"\n"].concat()),
        }
    }
    shell.print(b"hash", &output)
}
