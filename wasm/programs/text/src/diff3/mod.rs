//! diff3: compares three files, and merges what two of them made of the third, with GNU's options and forms.

mod block;
mod form;
mod merge;

use crate::diff::text;
use getopt::{self, Opt, Program, flag, value};
use crate::writer::Writer;
use block::{Block, Odd};
use std::ffi::OsString;
use std::io::Read;
use std::os::wasi::ffi::OsStringExt;

const PROGRAM: Program = Program { name: "diff3", usage: "[OPTION]... MYFILE OLDFILE YOURFILE", usage_error: 2, stops_at_operand: false };
const OPTIONS: &[Opt] = &[
    flag(&["A", "show-all"]),
    flag(&["e", "ed"]),
    flag(&["E", "show-overlap"]),
    flag(&["3", "easy-only"]),
    flag(&["x", "overlap-only"]),
    flag(&["X"]),
    flag(&["i"]),
    flag(&["m", "merge"]),
    flag(&["a", "text"]),
    flag(&["strip-trailing-cr"]),
    flag(&["T", "initial-tab"]),
    value(&["diff-program"]),
    value(&["L", "label"]),
    flag(&["v", "version"]),
];
const CONFLICTS: i32 = 1;
const TROUBLE: i32 = 2;

#[derive(Default)]
struct Settings {
    is_ed_script: bool,
    is_merge: bool,
    /// Conflicts stand between marks.
    has_marks: bool,
    /// The old file's lines are shown in conflicts, and changes that both files made alike.
    shows_old: bool,
    only_overlapping: bool,
    only_easy: bool,
    writes_and_quits: bool,
    is_text: bool,
    strips_carriage_returns: bool,
    has_initial_tab: bool,
    labels: Vec<Vec<u8>>,
}

impl Settings {
    /// What becomes of a block in a script or a merge: nothing (None), or the change, as a conflict or not.
    fn is_conflict(&self, block: &Block) -> Option<bool> {
        match block.odd {
            Odd::Mine => None,
            Odd::Old => self.shows_old.then_some(true),
            Odd::Yours => (!self.only_overlapping).then_some(false),
            Odd::All => (!self.only_easy).then_some(self.has_marks),
        }
    }
}

/// Lines of the three files, MYFILE first.
type Files<'a> = [Vec<&'a [u8]>; 3];

pub fn main(args: Vec<OsString>) -> i32 {
    run(args).unwrap_or_else(|code| code)
}

fn run(args: Vec<OsString>) -> Result<i32, i32> {
    let parsed = getopt::parse(PROGRAM, OPTIONS, args)?;
    let (mut settings, mut forms) = (Settings::default(), 0);
    for given in parsed.options {
        let is_form = matches!(given.name, "A" | "e" | "E" | "3" | "x" | "X");
        forms += i32::from(is_form);
        match given.name {
            "A" => settings.shows_old = true,
            "3" => settings.only_easy = true,
            "x" | "X" => settings.only_overlapping = true,
            "i" => settings.writes_and_quits = true,
            "m" => settings.is_merge = true,
            "a" => settings.is_text = true,
            "strip-trailing-cr" => settings.strips_carriage_returns = true,
            "T" => settings.has_initial_tab = true,
            "L" => settings.labels.push(given.value.into_vec()),
            _ => {}
        }
        // `-X` is documented to set marks too; GNU's does not.
        settings.has_marks |= matches!(given.name, "A" | "E");
    }
    settings.is_ed_script = forms > 0 && !settings.is_merge;
    if settings.is_merge && forms == 0 {
        (settings.shows_old, settings.has_marks) = (true, true);
    }
    let has_useless_label = !settings.labels.is_empty() && !settings.has_marks;
    if forms > 1 || (settings.writes_and_quits && settings.is_merge) || has_useless_label {
        return Err(PROGRAM.usage_failure("incompatible options"));
    }
    if settings.labels.len() > 3 {
        return Err(PROGRAM.usage_failure("too many file label options"));
    }
    let names: Vec<Vec<u8>> = parsed.operands.into_iter().map(OsStringExt::into_vec).collect();
    if names.len() != 3 {
        return Err(match (names.get(3), names.last()) {
            (Some(extra), _) => PROGRAM.usage_failure(&format!("extra operand '{}'", shown(extra))),
            (None, Some(last)) => PROGRAM.usage_failure(&format!("missing operand after '{}'", shown(last))),
            (None, None) => PROGRAM.usage_failure("missing operand after 'diff3'"),
        });
    }
    let given_labels = settings.labels.len();
    settings.labels.extend_from_slice(&names[given_labels..]);
    compare(&settings, &names)
}

fn shown(name: &[u8]) -> String {
    String::from_utf8_lossy(name).into_owned()
}

fn trouble(name: &[u8], error: &std::io::Error) -> i32 {
    eprintln!("diff3: {}: {}", shown(name), sys::errno::message(error));
    TROUBLE
}

fn compare(settings: &Settings, names: &[Vec<u8>]) -> Result<i32, i32> {
    let texts: Vec<Vec<u8>> = names.iter().map(|name| read(settings, name)).collect::<Result<_, _>>()?;
    let [mine, old, yours] = &texts[..] else { return Err(TROUBLE) };
    let files: Files = [text::lines(mine), text::lines(old), text::lines(yours)];
    let forms_a_merge = settings.is_merge || settings.is_ed_script;
    // What the two others are compared with: the file that both came from, or in the plain form the last one. Standard
    // input is not compared twice.
    let common = match (forms_a_merge, &names[1][..], &names[2][..]) {
        (true, b"-", _) => 2,
        (true, ..) => 1,
        (false, _, b"-") => 1,
        (false, ..) => 2,
    };
    if names[common] == b"-" {
        eprintln!("diff3: '-' specified for more than one input file");
        return Err(TROUBLE);
    }
    let blocks = block::blocks(&files, common);
    let mut out = Writer::standard(1);
    let has_conflicts = if settings.is_merge {
        merge::merged(out.buffer(), settings, &files, &blocks)
    } else if settings.is_ed_script {
        merge::script(out.buffer(), settings, &files, &blocks)
    } else {
        form::plain(out.buffer(), settings, &files, &blocks);
        false
    };
    if let Err(error) = out.flush() {
        return Err(trouble(b"standard output", &error));
    }
    Ok(if has_conflicts { CONFLICTS } else { 0 })
}

fn read(settings: &Settings, name: &[u8]) -> Result<Vec<u8>, i32> {
    let mut text = Vec::new();
    let result = if name == b"-" {
        std::io::stdin().read_to_end(&mut text)
    } else if sys::stat(name).is_ok_and(|stat| stat.is_directory()) {
        eprintln!("diff3: {}: Is a directory", shown(name));
        return Err(TROUBLE);
    } else {
        crate::path::open(name).and_then(|mut file| file.read_to_end(&mut text))
    };
    result.map_err(|error| trouble(name, &error))?;
    if !settings.is_text && text[..text.len().min(32768)].contains(&0) {
        eprintln!("diff3: {}: binary file; -a compares it as text", shown(name));
        return Err(TROUBLE);
    }
    if settings.strips_carriage_returns {
        text = text.split_inclusive(|byte| *byte == b'\n').fold(Vec::with_capacity(text.len()), |mut kept, line| {
            kept.extend_from_slice(line.strip_suffix(b"\r\n").unwrap_or(line));
            if line.ends_with(b"\r\n") {
                kept.push(b'\n');
            }
            kept
        });
    }
    Ok(text)
}
