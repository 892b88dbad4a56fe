//! sdiff: two files side by side, and a merge of them that asks at each difference. Without `-o` it is `diff -y`.

mod merge;

use crate::diff;
use getopt::{self, Opt, Program, flag, value};
use std::ffi::{OsStr, OsString};

pub const PROGRAM: Program = Program { name: "sdiff", usage: "[OPTION]... FILE1 FILE2", usage_error: 2, stops_at_operand: false };
const OPTIONS: &[Opt] = &[
    value(&["o", "output"]),
    flag(&["i", "ignore-case"]),
    flag(&["E", "ignore-tab-expansion"]),
    flag(&["Z", "ignore-trailing-space"]),
    flag(&["b", "ignore-space-change"]),
    flag(&["W", "ignore-all-space"]),
    flag(&["B", "ignore-blank-lines"]),
    value(&["I", "ignore-matching-lines"]),
    flag(&["strip-trailing-cr"]),
    flag(&["a", "text"]),
    value(&["w", "width"]),
    flag(&["l", "left-column"]),
    flag(&["s", "suppress-common-lines"]),
    flag(&["t", "expand-tabs"]),
    value(&["tabsize"]),
    flag(&["d", "minimal"]),
    flag(&["H", "speed-large-files"]),
    value(&["diff-program"]),
    flag(&["v", "version"]),
];

pub fn main(args: Vec<OsString>) -> i32 {
    run(args).unwrap_or_else(|code| code)
}

fn run(args: Vec<OsString>) -> Result<i32, i32> {
    let parsed = getopt::parse(PROGRAM, OPTIONS, args)?;
    if parsed.operands.len() != 2 {
        return Err(match (parsed.operands.get(2), parsed.operands.last()) {
            (Some(extra), _) => PROGRAM.extra_operand(extra),
            (None, Some(last)) => PROGRAM.missing_operand(Some(last)),
            (None, None) => PROGRAM.missing_operand(Some(OsStr::new("sdiff"))),
        });
    }
    let (mut line, mut output) = (vec![OsString::from("diff"), OsString::from("-y")], None);
    for given in parsed.options {
        // diff's own names of the options.
        let name = match given.name {
            "o" => {
                output = Some(given.value);
                continue;
            }
            "W" => "-w",
            "w" => "-W",
            "s" => "--suppress-common-lines",
            "l" => "--left-column",
            "H" => "--speed-large-files",
            "diff-program" => continue,
            "strip-trailing-cr" => "--strip-trailing-cr",
            "tabsize" => "--tabsize",
            short => &format!("-{short}"),
        };
        let mut word = OsString::from(name);
        if !given.value.is_empty() {
            word.push(if name.starts_with("--") { "=" } else { "" });
            word.push(given.value);
        }
        line.push(word);
    }
    line.push(OsString::from("--"));
    line.extend(parsed.operands);
    match output {
        None => Ok(diff::main(line)),
        Some(output) => merge::run(line, &output),
    }
}
