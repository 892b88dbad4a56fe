//! patch: applies what diff made.

mod apply;
mod parse;

use getopt::{self, Opt, Program, flag, value};
use apply::{Outcome, apply};
use parse::{FilePatch, Kind, parse};
use std::ffi::OsString;
use std::io::Read;
use std::os::wasi::ffi::OsStringExt;

const PROGRAM: Program = Program { name: "patch", usage: "[OPTION]... [ORIGFILE [PATCHFILE]]", usage_error: 2, stops_at_operand: false };
const OPTIONS: &[Opt] = &[
    value(&["p", "strip"]),
    flag(&["R", "reverse"]),
    value(&["i", "input"]),
    value(&["o", "output"]),
    flag(&["N", "forward"]),
    flag(&["dry-run"]),
    flag(&["b", "backup"]),
    value(&["z", "suffix"]),
    value(&["F", "fuzz"]),
    flag(&["f", "force"]),
    flag(&["t", "batch"]),
    flag(&["s", "quiet", "silent"]),
    flag(&["E", "remove-empty-files"]),
    value(&["d", "directory"]),
    value(&["r", "reject-file"]),
    flag(&["l", "ignore-whitespace"]),
    flag(&["u", "unified"]),
    flag(&["c", "context"]),
    flag(&["n", "normal"]),
    flag(&["verbose"]),
    flag(&["no-backup-if-mismatch"]),
    flag(&["posix"]),
    flag(&["binary"]),
    flag(&["v", "version"]),
];
const TROUBLE: i32 = 2;

#[derive(Default)]
struct Settings {
    strip: Option<usize>,
    is_reverse: bool,
    output: Option<Vec<u8>>,
    is_forward: bool,
    is_dry: bool,
    has_backups: bool,
    suffix: Vec<u8>,
    fuzz: usize,
    is_batch: bool,
    is_silent: bool,
    removes_empty: bool,
    rejects: Option<Vec<u8>>,
    ignores_blanks: bool,
    file: Option<Vec<u8>>,
    never_backs_up_mismatch: bool,
}

fn shown(name: &[u8]) -> String {
    String::from_utf8_lossy(name).into_owned()
}

pub fn main(args: Vec<OsString>) -> i32 {
    let parsed = match getopt::parse(PROGRAM, OPTIONS, args) {
        Ok(parsed) => parsed,
        Err(code) => return code,
    };
    let mut settings = Settings { fuzz: 2, suffix: b".orig".to_vec(), ..Settings::default() };
    let mut input = None;
    for given in parsed.options {
        let text = given.value.to_string_lossy().into_owned();
        let value = given.value.into_vec();
        match given.name {
            "p" | "F" => {
                let Ok(number) = text.parse() else {
                    eprintln!("patch: **** {} {text} is not a number", if given.name == "p" { "strip count" } else { "fuzz factor" });
                    return TROUBLE;
                };
                if given.name == "p" { settings.strip = Some(number) } else { settings.fuzz = number }
            }
            "R" => settings.is_reverse = true,
            "i" => input = Some(value),
            "o" => settings.output = Some(value),
            "N" => settings.is_forward = true,
            "dry-run" => settings.is_dry = true,
            "b" => settings.has_backups = true,
            "z" => (settings.suffix, settings.has_backups) = (value, true),
            "f" | "t" => settings.is_batch = true,
            "s" => settings.is_silent = true,
            "E" => settings.removes_empty = true,
            "d" => {
                if let Err(error) = sys::change_directory(&value) {
                    eprintln!("patch: **** Can't change to directory {text} : {}", sys::errno::message(&error));
                    return TROUBLE;
                }
            }
            "r" => settings.rejects = Some(value),
            "l" => settings.ignores_blanks = true,
            "no-backup-if-mismatch" => settings.never_backs_up_mismatch = true,
            _ => {}
        }
    }
    let mut operands = parsed.operands.into_iter().map(OsStringExt::into_vec);
    settings.file = operands.next();
    if let Some(name) = operands.next() {
        input = Some(name);
    }
    let mut text = Vec::new();
    let result = match input.as_deref().filter(|name| *name != b"-") {
        Some(name) => crate::path::open(name).and_then(|mut file| file.read_to_end(&mut text)),
        None => std::io::stdin().read_to_end(&mut text),
    };
    if let Err(error) = result {
        eprintln!("patch: **** Can't open patch file {} : {}", shown(&input.unwrap_or_default()), sys::errno::message(&error));
        return TROUBLE;
    }
    let patches = match parse(&text) {
        Ok(patches) => patches,
        Err(malformed) => {
            let line = text.split(|byte| *byte == b'\n').nth(malformed.0 - 1).unwrap_or_default();
            if let Some(name) = malformed.1.and_then(|patch| settings.target(&patch)) {
                settings.say(&format!("patching file {}", shown(&name)));
            }
            eprintln!("patch: **** malformed patch at line {}: {}\n", malformed.0, shown(line));
            return TROUBLE;
        }
    };
    if patches.is_empty() {
        if !text.is_empty() {
            eprintln!("patch: **** Only garbage was found in the patch input.");
            return TROUBLE;
        }
        return 0;
    }
    let mut code = 0;
    for patch in &patches {
        match settings.apply(patch) {
            Ok(outcome) => code = code.max(outcome),
            Err(message) => {
                eprintln!("patch: **** {message}");
                return TROUBLE;
            }
        }
    }
    code
}

impl Settings {
    /// A header's name without its leading directories; `/dev/null` names nothing.
    fn stripped(&self, name: &Option<Vec<u8>>) -> Option<Vec<u8>> {
        let name = name.as_ref().filter(|name| *name != b"/dev/null")?;
        let Some(strip) = self.strip else {
            let base = name.iter().rposition(|byte| *byte == b'/').map_or(0, |slash| slash + 1);
            // Without -p the name counts whole if its directory is there.
            let directory = &name[..base.saturating_sub(1)];
            let is_there = !name.starts_with(b"/") && sys::stat(directory).is_ok();
            return Some(if is_there { name.clone() } else { name[base..].to_vec() });
        };
        let mut rest = &name[..];
        for _ in 0..strip {
            let slash = rest.iter().position(|byte| *byte == b'/')?;
            rest = &rest[slash..];
            rest = &rest[rest.iter().take_while(|byte| **byte == b'/').count()..];
        }
        Some(rest.to_vec())
    }

    /// The file to patch: of the names the one that exists, with the fewest and shortest components.
    fn target(&self, patch: &FilePatch) -> Option<Vec<u8>> {
        if let Some(file) = &self.file {
            return Some(file.clone());
        }
        let names: Vec<Vec<u8>> = [&patch.old_name, &patch.new_name, &patch.index_name].into_iter().filter_map(|name| self.stripped(name)).collect();
        let is_safe = |name: &&Vec<u8>| !name.starts_with(b"/") && !name.split(|byte| *byte == b'/').any(|part| part == b"..");
        let existing = names.iter().filter(is_safe).filter(|name| sys::stat(name).is_ok());
        let rank = |name: &&Vec<u8>| (name.iter().filter(|byte| **byte == b'/').count(), name.len());
        if let Some(name) = existing.min_by_key(rank) {
            return Some(name.clone());
        }
        let created = if self.is_reverse { &patch.old_name } else { &patch.new_name };
        self.stripped(created).filter(|name| is_safe(&name)).or_else(|| names.iter().find(is_safe).cloned())
    }

    fn say(&self, text: &str) {
        if !self.is_silent {
            getopt::say!("{text}");
        }
    }

    fn apply(&self, patch: &FilePatch) -> Result<i32, String> {
        let Some(name) = self.target(patch) else {
            getopt::say!("can't find file to patch at input line 1\nPerhaps you used the wrong -p or --strip option?\nFile to patch: \nSkip this patch? [y] \nSkipping patch.");
            getopt::say!("{} out of {} hunks ignored", patch.hunks.len(), patch.hunks.len());
            return Ok(1);
        };
        let (mut text, exists) = (Vec::new(), sys::stat(&name).is_ok());
        if exists {
            crate::path::open(&name).and_then(|mut file| file.read_to_end(&mut text)).map_err(|error| format!("Can't open file {} : {}", shown(&name), sys::errno::message(&error)))?;
        }
        let lines: Vec<&[u8]> = text.split_inclusive(|byte| *byte == b'\n').collect();
        let mut hunks: Vec<parse::Hunk> = patch.hunks.iter().map(|hunk| if self.is_reverse { reversed(hunk) } else { same(hunk) }).collect();
        if !exists && hunks.iter().any(|hunk| hunk.lines.iter().any(|line| line.kind != Kind::New)) {
            getopt::say!("can't find file to patch at input line 3\nPerhaps you should have used the -p or --strip option?\nFile to patch: \nSkip this patch? [y] \nSkipping patch.");
            getopt::say!("{} out of {} {} ignored", hunks.len(), hunks.len(), if hunks.len() == 1 { "hunk" } else { "hunks" });
            return Ok(1);
        }
        let target = self.output.as_ref().unwrap_or(&name);
        let verb = if self.is_dry { "checking" } else { "patching" };
        let from = if self.output.is_some() { format!("{} (read from {})", shown(target), shown(&name)) } else { shown(&name) };
        self.say(&format!("{verb} file {from}"));
        let mut applied = apply(&lines, &hunks, self.fuzz, self.ignores_blanks);
        let first_failed = matches!(applied.outcomes.first(), Some(Outcome::Failed { .. }));
        if first_failed {
            let backwards: Vec<parse::Hunk> = hunks.iter().map(reversed).collect();
            let other = apply(&lines, &backwards, self.fuzz, self.ignores_blanks);
            if matches!(other.outcomes.first(), Some(Outcome::Applied { .. })) {
                let word = if self.is_reverse { "Unreversed" } else { "Reversed" };
                if self.is_forward {
                    self.say(&format!("{word} (or previously applied) patch detected!  Skipping patch."));
                    let ignored = if hunks.len() == 1 { "1 out of 1 hunk".to_owned() } else { format!("{0} out of {0} hunks", hunks.len()) };
                    getopt::say!("{ignored} ignored{}", self.save_rejects(&name, patch, &hunks, |_| true)?);
                    return Ok(1);
                }
                if self.is_batch {
                    self.say(&format!("{word} (or previously applied) patch detected!  Assuming -R."));
                    (hunks, applied) = (backwards, other);
                } else {
                    getopt::say!("{word} (or previously applied) patch detected!  Assume -R? [n] ");
                    getopt::say!("Apply anyway? [n] \nSkipping patch.");
                    let ignored = if hunks.len() == 1 { "1 out of 1 hunk".to_owned() } else { format!("{0} out of {0} hunks", hunks.len()) };
                    getopt::say!("{ignored} ignored{}", self.save_rejects(&name, patch, &hunks, |_| true)?);
                    return Ok(1);
                }
            }
        }
        let mut failed = 0;
        for (index, outcome) in applied.outcomes.iter().enumerate() {
            match outcome {
                Outcome::Applied { offset: 0, fuzz: 0, .. } => {}
                Outcome::Applied { line, offset, fuzz } => {
                    let with_fuzz = if *fuzz > 0 { format!(" with fuzz {fuzz}") } else { String::new() };
                    let unit = if offset.abs() == 1 { "line" } else { "lines" };
                    let with_offset = if *offset != 0 { format!(" (offset {offset} {unit})") } else { String::new() };
                    self.say(&format!("Hunk #{} succeeded at {line}{with_fuzz}{with_offset}.", index + 1));
                }
                Outcome::Failed { line } => {
                    failed += 1;
                    getopt::say!("Hunk #{} FAILED at {line}.", index + 1);
                }
            }
        }
        let is_mismatch = applied.outcomes.iter().any(|outcome| !matches!(outcome, Outcome::Applied { offset: 0, fuzz: 0, .. }));
        let removes = applied.lines.is_empty() && failed == 0 && (self.removes_empty || self.says_removed(patch));
        if !self.is_dry {
            let write = |name: &[u8], text: &[u8]| std::fs::write(crate::path::of(name), text).map_err(|error| format!("Can't create file {} : {}", shown(name), sys::errno::message(&error)));
            let backs_up = self.has_backups || (is_mismatch && !self.never_backs_up_mismatch);
            if backs_up && self.output.is_none() {
                write(&[&name[..], &self.suffix].concat(), &text)?;
            }
            if removes && self.output.is_none() {
                std::fs::remove_file(crate::path::of(&name)).map_err(|error| format!("Can't remove file {} : {}", shown(&name), sys::errno::message(&error)))?;
                // Directories that are empty now go too; the first that is not ends that.
                let mut directory = &name[..];
                while let Some(slash) = directory.iter().rposition(|byte| *byte == b'/') {
                    directory = &directory[..slash];
                    if std::fs::remove_dir(crate::path::of(directory)).is_err() {
                        break;
                    }
                }
            } else if failed < hunks.len() {
                if let Some(slash) = target.iter().rposition(|byte| *byte == b'/') {
                    // The write says what is wrong if this fails.
                    let _ = std::fs::create_dir_all(crate::path::of(&target[..slash]));
                }
                write(target, &applied.lines.concat())?;
            }
        }
        if failed == 0 {
            return Ok(0);
        }
        let outcomes = &applied.outcomes;
        let is_failed = |index: usize| matches!(outcomes[index], Outcome::Failed { .. });
        let unit = if hunks.len() == 1 { "hunk" } else { "hunks" };
        getopt::say!("{failed} out of {} {unit} FAILED{}", hunks.len(), self.save_rejects(&name, patch, &hunks, is_failed)?);
        Ok(1)
    }

    /// The patch says that the file is no more.
    fn says_removed(&self, patch: &FilePatch) -> bool {
        let name = if self.is_reverse { &patch.old_name } else { &patch.new_name };
        name.as_deref() == Some(b"/dev/null")
    }

    /// Writes the hunks that failed beside the file, and words where.
    fn save_rejects(&self, name: &[u8], patch: &FilePatch, hunks: &[parse::Hunk], is_failed: impl Fn(usize) -> bool) -> Result<String, String> {
        let target = self.rejects.clone().unwrap_or_else(|| [self.output.as_deref().unwrap_or(name), b".rej"].concat());
        if self.is_dry {
            return Ok(String::new());
        }
        let mut text = Vec::new();
        let label = |name: &Option<Vec<u8>>| name.clone().unwrap_or_else(|| b"/dev/null".to_vec());
        text.extend([b"--- ", &label(&patch.old_name)[..], b"\n+++ ", &label(&patch.new_name), b"\n"].concat());
        for (_, hunk) in hunks.iter().enumerate().filter(|(index, _)| is_failed(*index)) {
            let count = |kind: Kind| hunk.lines.iter().filter(|line| line.kind != kind).count();
            let side = |start: usize, count: usize| match count {
                0 => format!("{start},0"),
                1 => format!("{}", start + 1),
                _ => format!("{},{count}", start + 1),
            };
            text.extend(format!("@@ -{} +{} @@\n", side(hunk.old_start, count(Kind::New)), side(hunk.new_start, count(Kind::Old))).into_bytes());
            for line in &hunk.lines {
                text.push(match line.kind {
                    Kind::Context => b' ',
                    Kind::Old => b'-',
                    Kind::New => b'+',
                });
                text.extend_from_slice(&line.text);
                if line.text.last() != Some(&b'\n') {
                    text.extend_from_slice(b"\n\\ No newline at end of file\n");
                }
            }
        }
        std::fs::write(crate::path::of(&target), text).map_err(|error| format!("Can't create file {} : {}", shown(&target), sys::errno::message(&error)))?;
        Ok(format!(" -- saving rejects to file {}", shown(&target)))
    }
}

fn same(hunk: &parse::Hunk) -> parse::Hunk {
    parse::Hunk { old_start: hunk.old_start, new_start: hunk.new_start, lines: hunk.lines.clone() }
}

fn reversed(hunk: &parse::Hunk) -> parse::Hunk {
    let turned = |kind| match kind {
        Kind::Context => Kind::Context,
        Kind::Old => Kind::New,
        Kind::New => Kind::Old,
    };
    let mut lines: Vec<parse::Line> = hunk.lines.iter().map(|line| parse::Line { kind: turned(line.kind), text: line.text.clone() }).collect();
    // Within a run of changes what goes comes first.
    lines.chunk_by_mut(|left, right| (left.kind == Kind::Context) == (right.kind == Kind::Context)).for_each(|run| run.sort_by_key(|line| line.kind == Kind::New));
    parse::Hunk { old_start: hunk.new_start, new_start: hunk.old_start, lines }
}
