//! mkfifo, mknod: make named pipes. Devices can't be made: no driver serves them.

use crate::getopt::{self, Given, Opt, Program, flag, value};
use crate::words::quoted;
use std::ffi::{OsStr, OsString};
use std::os::wasi::ffi::OsStrExt;

const MKFIFO: Program = Program { name: "mkfifo", usage: "[OPTION]... NAME...", usage_error: 1, stops_at_operand: false };
const MKNOD: Program =
    Program { name: "mknod", usage: "[OPTION]... NAME TYPE [MAJOR MINOR]", usage_error: 1, stops_at_operand: false };
const OPTIONS: &[Opt] = &[value(&["m", "mode"]), flag(&["Z"])];

const FIFO: u32 = 0o010000;
const DEFAULT_MODE: u32 = 0o666;

pub fn mkfifo_main(args: Vec<OsString>) -> i32 {
    let parsed = match getopt::parse(MKFIFO, OPTIONS, args) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    let wanted = match wanted_mode(MKFIFO, &parsed.options) {
        Ok(wanted) => wanted,
        Err(code) => return code,
    };
    if parsed.operands.is_empty() {
        return MKFIFO.missing_operand(None);
    }
    let make = |name: &OsString| make_fifo(MKFIFO, name, "cannot create fifo ", wanted);
    parsed.operands.iter().map(make).max().unwrap_or(0)
}

pub fn mknod_main(args: Vec<OsString>) -> i32 {
    let parsed = match getopt::parse(MKNOD, OPTIONS, args) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    let wanted = match wanted_mode(MKNOD, &parsed.options) {
        Ok(wanted) => wanted,
        Err(code) => return code,
    };
    let operands = &parsed.operands[..];
    let is_fifo = operands.get(1).is_some_and(|kind| kind == "p");
    let expected = if operands.len() < 2 || is_fifo { 2 } else { 4 };
    if operands.len() < expected {
        if expected == 4 && operands.len() == 2 {
            eprintln!("mknod: missing operand after {}\nSpecial files require major and minor device numbers.", quoted(&operands[1]));
            eprintln!("Try 'mknod --help' for more information.");
            return MKNOD.usage_error;
        }
        return MKNOD.missing_operand(operands.last().map(OsString::as_os_str));
    }
    if let Some(extra) = operands.get(expected) {
        if expected == 2 && operands.len() == 4 {
            eprintln!("mknod: extra operand {}\nFifos do not have major and minor device numbers.", quoted(extra));
            eprintln!("Try 'mknod --help' for more information.");
            return MKNOD.usage_error;
        }
        return MKNOD.extra_operand(extra);
    }
    match operands[1].as_bytes().first() {
        Some(b'p') => make_fifo(MKNOD, &operands[0], "", wanted),
        Some(b'b' | b'c' | b'u') => {
            for (number, which) in [(&operands[2], "major"), (&operands[3], "minor")] {
                if number.to_str().is_none_or(|text| text.parse::<u32>().is_err()) {
                    MKNOD.complain(&format!("invalid {which} device number {}", quoted(number)));
                    return 1;
                }
            }
            MKNOD.complain(&format!("{}: Operation not permitted", operands[0].to_string_lossy()));
            1
        }
        _ => MKNOD.usage_failure(&format!("invalid device type {}", quoted(&operands[1]))),
    }
}

/// The mode that `-m` asks for.
fn wanted_mode(program: Program, options: &[Given]) -> Result<Option<u32>, i32> {
    let Some(given) = options.iter().rfind(|given| given.name == "m") else { return Ok(None) };
    let wanted = file_mode::apply(&given.value.to_string_lossy(), DEFAULT_MODE, false, file_mode::umask());
    match wanted {
        Some(wanted) if wanted & !0o777 == 0 => Ok(Some(wanted)),
        Some(_) => {
            program.complain("mode must specify only file permission bits");
            Err(1)
        }
        None => {
            program.complain("invalid mode");
            Err(1)
        }
    }
}

fn make_fifo(program: Program, name: &OsStr, what: &str, wanted: Option<u32>) -> i32 {
    let made = sys::file::path_mknod(name.as_bytes(), FIFO | DEFAULT_MODE & !file_mode::umask())
        .and_then(|()| wanted.map_or(Ok(()), |wanted| sys::path_chmod(name.as_bytes(), wanted)));
    let Err(error) = made else { return 0 };
    let shown = if what.is_empty() { name.to_string_lossy().into_owned() } else { quoted(name) };
    program.complain_of(&format!("{what}{shown}"), &error);
    1
}
