//! `sdiff -o`: shows each difference and asks what becomes of it.

use super::PROGRAM;
use crate::diff::format::Compared;
use crate::diff::myers::Change;
use crate::diff::side_by_side::{self, Style};
use crate::diff::{self, myers, text};
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{BufRead, Read, Stdin, Write};
use std::os::wasi::ffi::{OsStrExt, OsStringExt};

const DIFFERENT: i32 = 1;
const TROUBLE: i32 = 2;

const HELP: &str = "ed:\tEdit then use both versions, each decorated with a header.
eb:\tEdit then use both versions.
el or e1:\tEdit then use the left version.
er or e2:\tEdit then use the right version.
e:\tDiscard both versions then edit a new one.
l or 1:\tUse the left version.
r or 2:\tUse the right version.
s:\tSilently include common lines.
v:\tVerbosely include common lines.
q:\tQuit.
";

struct Merge<'a> {
    compared: Compared<'a>,
    names: [OsString; 2],
    style: Style,
    output: Vec<u8>,
    shows_common: bool,
    input: Stdin,
}

/// Merges the two files that diff's command line names into a file.
pub fn run(line: Vec<OsString>, output_name: &OsStr) -> Result<i32, i32> {
    let (settings, names) = diff::read_line(line)?;
    let texts = [read(&names[0])?, read(&names[1])?];
    let mut output = File::create(output_name).map_err(|error| trouble(output_name, &error))?;
    let (old, new) = (text::lines(&texts[0]), text::lines(&texts[1]));
    let (old_numbers, new_numbers) = text::number(&old, &new, settings.sameness);
    let changes = myers::changes(&old_numbers, &new_numbers);
    let compared = Compared { old, new, changes };
    let style = settings.side_by_side;
    let mut merge =
        Merge { compared, names, style, output: Vec::new(), shows_common: !style.hides_common, input: std::io::stdin() };
    let is_whole = merge.run();
    output.write_all(&merge.output).map_err(|error| trouble(output_name, &error))?;
    Ok(match is_whole {
        true if merge.compared.changes.is_empty() => 0,
        true => DIFFERENT,
        false => TROUBLE,
    })
}

fn trouble(name: &OsStr, error: &std::io::Error) -> i32 {
    PROGRAM.complain_of(&name.to_string_lossy(), error);
    TROUBLE
}

fn read(name: &OsStr) -> Result<Vec<u8>, i32> {
    let mut text = Vec::new();
    let read = crate::path::open(name.as_bytes()).and_then(|mut file| file.read_to_end(&mut text));
    read.map_err(|error| {
        eprintln!("diff: {}: {}", name.to_string_lossy(), sys::errno::message(&error));
        TROUBLE
    })?;
    Ok(text)
}

impl Merge<'_> {
    /// Goes through the changes; false when it was ended before the last.
    fn run(&mut self) -> bool {
        let (mut old_at, mut new_at) = (0, 0);
        for change in self.compared.changes.clone() {
            self.common((old_at, change.old_start), (new_at, change.new_start));
            let mut rows = Vec::new();
            side_by_side::change_rows(&mut rows, &self.compared, &change, self.style);
            show(&rows);
            if !self.ask(&change) {
                return false;
            }
            (old_at, new_at) = (change.old_end, change.new_end);
        }
        self.common((old_at, self.compared.old.len()), (new_at, self.compared.new.len()));
        true
    }

    /// Takes over lines that both files have.
    fn common(&mut self, old: (usize, usize), new: (usize, usize)) {
        let (old, new) = (&self.compared.old[old.0..old.1], &self.compared.new[new.0..new.1]);
        if self.shows_common {
            let mut rows = Vec::new();
            side_by_side::common_rows(&mut rows, old, new, Style { hides_common: false, ..self.style });
            show(&rows);
        }
        self.output.extend(old.concat());
    }

    /// Asks until the change is decided; false to end.
    fn ask(&mut self, change: &Change) -> bool {
        let old = self.compared.old[change.old_start..change.old_end].concat();
        let new = self.compared.new[change.new_start..change.new_end].concat();
        loop {
            show(b"%");
            let mut answer = String::new();
            if !matches!(self.input.lock().read_line(&mut answer), Ok(count) if count > 0) {
                return false;
            }
            let edited = match answer.trim() {
                "l" | "1" => {
                    self.output.extend(old);
                    return true;
                }
                "r" | "2" => {
                    self.output.extend(new);
                    return true;
                }
                "s" => {
                    self.shows_common = false;
                    continue;
                }
                "v" => {
                    self.shows_common = true;
                    continue;
                }
                "q" => return false,
                "e" => Vec::new(),
                "el" | "e1" => old.clone(),
                "er" | "e2" => new.clone(),
                "eb" => [&old[..], &new].concat(),
                "ed" => {
                    let left = header("---", &self.names[0], change.old_start, change.old_end);
                    let right = header("+++", &self.names[1], change.new_start, change.new_end);
                    [left.as_bytes(), &old, right.as_bytes(), &new].concat()
                }
                _ => {
                    eprint!("{HELP}");
                    continue;
                }
            };
            match edit(&edited) {
                Ok(text) => {
                    self.output.extend(text);
                    return true;
                }
                Err(_) => return false,
            }
        }
    }
}

/// `--- NAME 2,3`; nothing where there are no lines.
fn header(mark: &str, name: &OsStr, start: usize, end: usize) -> String {
    let name = name.to_string_lossy();
    match end - start {
        0 => String::new(),
        1 => format!("{mark} {name} {}\n", start + 1),
        _ => format!("{mark} {name} {},{end}\n", start + 1),
    }
}

/// Shows text at once: a question may follow. What cannot be shown ends nothing, since the merge is in the file.
fn show(text: &[u8]) {
    let mut output = std::io::stdout();
    let _ = output.write_all(text).and_then(|()| output.flush());
}

/// Lets the user's editor change a text; an error's message is printed.
fn edit(text: &[u8]) -> Result<Vec<u8>, i32> {
    let folder = std::env::var_os("TMPDIR").unwrap_or_else(|| OsString::from("/tmp"));
    let name = [folder.as_bytes(), format!("/sdiff.{}", sys::getpid()).as_bytes()].concat();
    let path = OsString::from_vec(name.clone());
    std::fs::write(&path, text).map_err(|error| trouble(&path, &error))?;
    let editor = std::env::var_os("EDITOR").unwrap_or_else(|| OsString::from("ed"));
    let ended = crate::shell::run(&editor, &name);
    let edited = std::fs::read(&path).map_err(|error| trouble(&path, &error));
    // The file is nobody's after this.
    let _ = std::fs::remove_file(&path);
    match ended {
        Err(_) => {
            PROGRAM.complain(&format!("subsidiary program {} not found", getopt::words::quoted(&editor)));
            Err(TROUBLE)
        }
        Ok(0) => edited,
        Ok(code) => {
            PROGRAM.complain(&format!("subsidiary program {} failed (exit status {code})", getopt::words::quoted(&editor)));
            Err(TROUBLE)
        }
    }
}
