//! `-x` and `-X`: commands on what was found.

use super::options::{CommandTemplate, Options};
use std::path::{Path, PathBuf};
use sys::{SpawnOptions, WaitOptions, string_block};

const PLACEHOLDERS: [&str; 5] = ["{//}", "{/.}", "{/}", "{.}", "{}"];
/// Bytes of names for one command, well under the kernel's limit.
const BATCH_BYTES: usize = 100 * 1024;

pub fn has_placeholder(word: &str) -> bool {
    PLACEHOLDERS.iter().any(|placeholder| word.contains(placeholder))
}

/// Runs the command for each file, or for all; 1 when one failed.
pub fn run(command: &CommandTemplate, found: &[PathBuf], options: &Options) -> Result<i32, String> {
    let names: Vec<&Path> = found.iter().map(PathBuf::as_path).collect();
    let mut code = 0;
    if !command.in_batch {
        for name in names {
            let words = one(command, name, options);
            code |= i32::from(!succeeds(&words)?);
        }
        return Ok(code);
    }
    let mut rest = &names[..];
    while !rest.is_empty() {
        let mut bytes = 0;
        let fitting = rest.iter().take_while(|name| {
            bytes += name.as_os_str().len() + 1;
            bytes <= BATCH_BYTES
        });
        let limit = if command.batch_size > 0 { command.batch_size } else { usize::MAX };
        let count = fitting.count().clamp(1, limit.max(1));
        let words = many(command, &rest[..count], options);
        code |= i32::from(!succeeds(&words)?);
        rest = &rest[count..];
    }
    Ok(code)
}

fn one(command: &CommandTemplate, name: &Path, options: &Options) -> Vec<String> {
    let mut words: Vec<String> = command.words.iter().map(|word| filled(word, name, options)).collect();
    if !command.words.iter().any(|word| has_placeholder(word)) {
        words.push(filled("{}", name, options));
    }
    words
}

/// The word with the placeholder stands for as many as there are names.
fn many(command: &CommandTemplate, names: &[&Path], options: &Options) -> Vec<String> {
    let mut words = Vec::new();
    for word in &command.words {
        if has_placeholder(word) {
            words.extend(names.iter().map(|name| filled(word, name, options)));
        } else {
            words.push(word.clone());
        }
    }
    if !command.words.iter().any(|word| has_placeholder(word)) {
        words.extend(names.iter().map(|name| filled("{}", name, options)));
    }
    words
}

fn filled(word: &str, name: &Path, options: &Options) -> String {
    let mut output = String::new();
    let mut rest = word;
    while let Some(at) = rest.find('{') {
        output.push_str(&rest[..at]);
        rest = &rest[at..];
        let Some(placeholder) = PLACEHOLDERS.iter().find(|placeholder| rest.starts_with(**placeholder)) else {
            output.push('{');
            rest = &rest[1..];
            continue;
        };
        let basename = || PathBuf::from(name.file_name().unwrap_or_default());
        let value = match *placeholder {
            "{//}" => match name.parent() {
                Some(parent) if parent.as_os_str().is_empty() => PathBuf::from("."),
                Some(parent) => parent.to_owned(),
                None => name.to_owned(),
            },
            "{/.}" => PathBuf::from(name.file_stem().unwrap_or_default()),
            "{/}" => basename(),
            "{.}" => {
                let bare = name.with_extension("");
                bare.strip_prefix(".").map_or(bare.clone(), Path::to_owned)
            }
            _ => name.to_owned(),
        };
        let value = value.to_string_lossy();
        match &options.path_separator {
            Some(separator) => output.push_str(&value.replace('/', separator)),
            None => output.push_str(&value),
        }
        rest = &rest[placeholder.len()..];
    }
    output.push_str(rest);
    output
}

/// Runs a command and waits for it.
fn succeeds(words: &[String]) -> Result<bool, String> {
    let argv = string_block::from_strings(words.iter().map(|word| word.as_bytes()));
    let mut env = Vec::new();
    for (name, value) in std::env::vars_os() {
        string_block::push(&mut env, &[name.as_encoded_bytes(), b"=", value.as_encoded_bytes()].concat());
    }
    let pid = match sys::spawn(words[0].as_bytes(), SpawnOptions { argv: &argv, env: &env, ..SpawnOptions::default() }) {
        Ok(pid) => pid,
        Err(error) if error.raw_os_error() == Some(sys::errno::NOENT) => {
            eprintln!("[fd error]: Command not found: {}", words[0]);
            return Ok(false);
        }
        Err(error) => return Err(format!("Problem while executing command: {}", sys::errno::message(&error))),
    };
    loop {
        match sys::waitpid(pid, WaitOptions::default()) {
            Ok(Some((_, status))) => return Ok(status.exit_code() == Some(0)),
            Err(error) if error.raw_os_error() != Some(sys::errno::INTR) => return Ok(false),
            Ok(None) | Err(_) => {}
        }
    }
}
