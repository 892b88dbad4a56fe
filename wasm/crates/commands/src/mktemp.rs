//! mktemp: makes a file or directory with a name nobody has.

use crate::getopt::{self, Opt, Program, flag, optional_value, value};
use crate::path;
use crate::words::quoted;
use std::ffi::{OsStr, OsString};
use std::fs::OpenOptions;
use std::io::{ErrorKind, Read, Result};
use std::os::wasi::ffi::{OsStrExt, OsStringExt};

const PROGRAM: Program = Program { name: "mktemp", usage: "[OPTION]... [TEMPLATE]", usage_error: 1, stops_at_operand: false };
const OPTIONS: &[Opt] = &[
    flag(&["d", "directory"]),
    flag(&["u", "dry-run"]),
    flag(&["q", "quiet"]),
    value(&["suffix"]),
    value(&["p"]),
    optional_value(&["tmpdir"]),
    flag(&["t"]),
];

const DEFAULT_TEMPLATE: &[u8] = b"tmp.XXXXXXXXXX";
const MINIMUM_XS: usize = 3;
const ATTEMPTS: usize = 1000;
const LETTERS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

pub fn main(args: Vec<OsString>) -> i32 {
    let parsed = match getopt::parse(PROGRAM, OPTIONS, args) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    let (mut makes_directory, mut dry, mut quiet, mut is_in_tmpdir) = (false, false, false, false);
    let (mut suffix, mut parent): (Option<OsString>, Option<OsString>) = (None, None);
    let given_temporary = || std::env::var_os("TMPDIR").filter(|name| !name.is_empty());
    let temporary = || given_temporary().unwrap_or_else(|| "/tmp".into());
    for given in parsed.options {
        match given.name {
            "d" => makes_directory = true,
            "u" => dry = true,
            "q" => quiet = true,
            "t" => is_in_tmpdir = true,
            "suffix" => suffix = Some(given.value),
            _ => parent = Some(if given.value.is_empty() { temporary() } else { given.value }),
        }
    }
    if parsed.operands.len() > 1 {
        return PROGRAM.usage_failure("too many templates");
    }
    let given_template = parsed.operands.first().map(|template| template.as_bytes());
    if given_template.is_none() && parent.is_none() {
        parent = Some(temporary());
    }
    let template = given_template.unwrap_or(DEFAULT_TEMPLATE);
    let shown_template = || quoted(OsStr::from_bytes(template));
    if is_in_tmpdir {
        // The old way: $TMPDIR goes before -p, and the template is a mere name.
        parent = Some(given_temporary().or(parent).unwrap_or_else(|| "/tmp".into()));
        if template.contains(&b'/') {
            PROGRAM.complain(&format!("invalid template, {}, contains directory separator", shown_template()));
            return 1;
        }
    }
    if parent.is_some() && template.starts_with(b"/") {
        PROGRAM.complain(&format!("invalid template, {}; with --tmpdir, it may not be absolute", shown_template()));
        return 1;
    }
    let last_x = template.iter().rposition(|byte| *byte == b'X').map_or(0, |last| last + 1);
    let (body, implied_suffix) = if suffix.is_some() { (template, &b""[..]) } else { template.split_at(last_x) };
    let xs = body.iter().rev().take_while(|byte| **byte == b'X').count();
    if suffix.is_some() && xs == 0 {
        PROGRAM.complain(&format!("with --suffix, template {} must end in X", shown_template()));
        return 1;
    }
    if xs < MINIMUM_XS {
        PROGRAM.complain(&format!("too few X's in template {}", shown_template()));
        return 1;
    }
    let suffix = suffix.as_deref().map_or(implied_suffix, |suffix| suffix.as_bytes());
    let prefix = &body[..body.len() - xs];
    let prefix = parent.map_or_else(|| prefix.to_vec(), |parent| path::join(parent.as_bytes(), prefix));
    let kind = if makes_directory { "directory" } else { "file" };
    match make(&prefix, xs, suffix, makes_directory, dry) {
        Ok(name) => {
            getopt::say!("{}", OsString::from_vec(name).to_string_lossy());
            0
        }
        Err(error) => {
            if !quiet {
                let template = [&prefix[..], &b"X".repeat(xs), suffix].concat();
                let shown = quoted(OsStr::from_bytes(&template));
                PROGRAM.complain_of(&format!("failed to create {kind} via template {shown}"), &error);
            }
            1
        }
    }
}

fn make(prefix: &[u8], xs: usize, suffix: &[u8], makes_directory: bool, dry: bool) -> Result<Vec<u8>> {
    let mut result = Err(ErrorKind::AlreadyExists.into());
    for _ in 0..ATTEMPTS {
        let name = [prefix, &random_letters(xs)?, suffix].concat();
        result = match (dry, makes_directory) {
            (true, _) if sys::lstat(&name).is_ok() => Err(ErrorKind::AlreadyExists.into()),
            (true, _) => Ok(()),
            (false, true) => std::fs::create_dir(path::of(&name)).and_then(|()| sys::path_chmod(&name, 0o700)),
            (false, false) => {
                let made = OpenOptions::new().write(true).create_new(true).open(path::of(&name));
                made.and_then(|_| sys::path_chmod(&name, 0o600))
            }
        };
        match &result {
            Ok(()) => return Ok(name),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(_) => break,
        }
    }
    result.map(|()| Vec::new())
}

fn random_letters(count: usize) -> Result<Vec<u8>> {
    let mut bytes = vec![0; count];
    // SAFETY: the buffer comes with its length.
    if unsafe { libc::getentropy(bytes.as_mut_ptr().cast(), count) } != 0 {
        std::fs::File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    }
    Ok(bytes.into_iter().map(|byte| LETTERS[usize::from(byte) % LETTERS.len()]).collect())
}
