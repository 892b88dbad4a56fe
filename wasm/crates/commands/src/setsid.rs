//! setsid: runs a program in a session of its own. util-linux' command line.

use crate::getopt::{self, Opt, Program, flag};
use crate::launch::{self, CANNOT_RUN, NOT_FOUND};
use std::ffi::OsString;
use sys::errno;

const PROGRAM: Program =
    Program { name: "setsid", usage: "[options] <program> [arguments ...]", usage_error: 1, stops_at_operand: true };
const OPTIONS: &[Opt] = &[flag(&["c", "ctty"]), flag(&["f", "fork"]), flag(&["w", "wait"]), flag(&["V", "version"])];

pub fn main(args: Vec<OsString>) -> i32 {
    let parsed = match getopt::parse(PROGRAM, OPTIONS, args) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    let Some(name) = parsed.operands.first().map(|name| name.to_string_lossy().into_owned()) else {
        return PROGRAM.usage_failure("no command specified");
    };
    let has = |name: &str| parsed.options.iter().any(|given| given.name == name);
    // The leader of a group cannot begin a session: the program's group goes on in this one's.
    if let Err(error) = sys::setsid()
        && error.raw_os_error() != Some(errno::PERM)
    {
        PROGRAM.complain_of("setsid failed", &error);
        return 1;
    }
    let pid = match launch::spawn(&parsed.operands, &launch::environment()) {
        Ok(pid) => pid,
        Err(error) => {
            PROGRAM.complain_of(&format!("failed to execute {name}"), &error);
            return if error.raw_os_error() == Some(errno::NOENT) { NOT_FOUND } else { CANNOT_RUN };
        }
    };
    // Without -f the program takes this process's place: its end is this one's.
    if has("f") && !has("w") { 0 } else { launch::wait(pid).shell_status() }
}
