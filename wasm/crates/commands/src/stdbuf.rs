//! stdbuf: runs a program with other buffering. The wish is handed on as GNU does, in `_STDBUF_I`, `_STDBUF_O` and `_STDBUF_E`; programs
//! here write what they have before they wait for input and at their end, and look at it where that is not enough.

use crate::getopt::{self, Opt, Program, value};
use crate::launch;
use crate::size;
use crate::words::quoted;
use std::ffi::{OsStr, OsString};

const PROGRAM: Program = Program { name: "stdbuf", usage: "OPTION... COMMAND", usage_error: 125, stops_at_operand: true };
const OPTIONS: &[Opt] = &[value(&["i", "input"]), value(&["o", "output"]), value(&["e", "error"])];

pub fn main(args: Vec<OsString>) -> i32 {
    let parsed = match getopt::parse(PROGRAM, OPTIONS, args) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    let mut environment = launch::environment();
    for given in &parsed.options {
        let mode = given.value.to_string_lossy().into_owned();
        if mode == "L" && given.name == "i" {
            return PROGRAM.usage_failure("line buffering stdin is meaningless");
        }
        let handed_on = match (mode.as_str(), size::parse(&mode, false)) {
            ("L", _) => mode,
            (_, Some(bytes)) => bytes.to_string(),
            _ => {
                PROGRAM.complain(&format!("invalid mode {}", quoted(&given.value)));
                return 125;
            }
        };
        let name = match given.name {
            "i" => "_STDBUF_I",
            "o" => "_STDBUF_O",
            _ => "_STDBUF_E",
        };
        launch::assign(&mut environment, OsStr::new(name), OsStr::new(&handed_on));
    }
    if parsed.operands.is_empty() {
        return PROGRAM.missing_operand(None);
    }
    if parsed.options.is_empty() {
        return PROGRAM.usage_failure("you must specify a buffering mode option");
    }
    launch::run(PROGRAM, "failed to run command ", &parsed.operands, &environment)
}
