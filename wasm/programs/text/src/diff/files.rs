//! Which files are compared with which, and what is said of a pair.

use super::format::{self, Compared};
use super::myers::{self, Change};
use super::side_by_side;
use super::text;
use super::{Form, Settings};
use crate::writer::Writer;
use std::collections::BTreeSet;
use std::io::Read;

const SAME: i32 = 0;
const DIFFERENT: i32 = 1;
const TROUBLE: i32 = 2;

pub struct Comparison<'a> {
    settings: &'a Settings,
    out: Writer,
    write_error: Option<std::io::Error>,
}

fn shown(name: &[u8]) -> String {
    String::from_utf8_lossy(name).into_owned()
}

fn complain(name: &[u8], error: &std::io::Error) -> i32 {
    eprintln!("diff: {}: {}", shown(name), sys::errno::message(error));
    TROUBLE
}

fn join(directory: &[u8], name: &[u8]) -> Vec<u8> {
    let separator: &[u8] = if directory.ends_with(b"/") { b"" } else { b"/" };
    [directory, separator, name].concat()
}

fn is_directory(name: &[u8]) -> bool {
    name != b"-" && sys::stat(name).is_ok_and(|stat| stat.is_directory())
}

fn exists(name: &[u8]) -> bool {
    name == b"-" || sys::stat(name).is_ok()
}

impl<'a> Comparison<'a> {
    pub fn new(settings: &'a Settings) -> Self {
        Comparison { settings, out: Writer::standard(1), write_error: None }
    }

    pub fn finish(mut self, code: i32) -> i32 {
        let result = self.out.flush();
        let Some(error) = self.write_error.take().or(result.err()) else { return code };
        eprintln!("diff: standard output: {}", sys::errno::message(&error));
        TROUBLE
    }

    fn put(&mut self, text: &[u8]) {
        self.out.buffer().extend_from_slice(text);
        if let Err(error) = self.out.written() {
            self.write_error.get_or_insert(error);
        }
    }

    /// Compares what the command line names. A file and a directory: the file of that name in it.
    pub fn operands(&mut self, old: &[u8], new: &[u8]) -> i32 {
        let (mut old, mut new) = (old.to_vec(), new.to_vec());
        let base = |name: &[u8]| name.rsplit(|byte| *byte == b'/').next().unwrap_or_default().to_vec();
        match (is_directory(&old), is_directory(&new)) {
            (true, true) => return self.directories(&old, &new),
            (true, false) if new != b"-" => old = join(&old, &base(&new)),
            (false, true) if old != b"-" => new = join(&new, &base(&old)),
            _ => {}
        }
        let mut code = SAME;
        for name in [&old, &new] {
            if name != b"-" && !(self.settings.has_new_files && (exists(&old) || exists(&new))) {
                if let Err(error) = sys::stat(name) {
                    code = complain(name, &error);
                }
            }
        }
        if code == SAME { self.files(&old, &new, false) } else { code }
    }

    fn names(&self, directory: &[u8]) -> std::io::Result<BTreeSet<Vec<u8>>> {
        let mut names = BTreeSet::new();
        for name in sys::directory::names(directory)?.into_iter().map(|name| name.bytes) {
            let text = String::from_utf8_lossy(&name).into_owned();
            if !self.settings.excluded.iter().any(|pattern| matches_glob(pattern.as_bytes(), text.as_bytes())) {
                names.insert(name);
            }
        }
        Ok(names)
    }

    fn directories(&mut self, old: &[u8], new: &[u8]) -> i32 {
        let old_names = if exists(old) { self.names(old) } else { Ok(BTreeSet::new()) };
        let new_names = if exists(new) { self.names(new) } else { Ok(BTreeSet::new()) };
        let (old_names, new_names) = match (old_names, new_names) {
            (Ok(old_names), Ok(new_names)) => (old_names, new_names),
            (Err(error), _) => return complain(old, &error),
            (_, Err(error)) => return complain(new, &error),
        };
        let mut code = SAME;
        for name in old_names.union(&new_names) {
            let (left, right) = (join(old, name), join(new, name));
            let (in_old, in_new) = (old_names.contains(name), new_names.contains(name));
            code = code.max(if in_old && in_new || self.settings.has_new_files {
                self.entries(&left, &right)
            } else {
                let directory = if in_old { old } else { new };
                self.put(format!("Only in {}: {}\n", shown(directory), shown(name)).as_bytes());
                DIFFERENT
            });
        }
        code
    }

    fn entries(&mut self, old: &[u8], new: &[u8]) -> i32 {
        let (old_is, new_is) = (is_directory(old), is_directory(new));
        let (old_exists, new_exists) = (exists(old), exists(new));
        if (old_is || !old_exists) && (new_is || !new_exists) {
            if self.settings.is_recursive {
                return self.directories(old, new);
            }
            self.put(format!("Common subdirectories: {} and {}\n", shown(old), shown(new)).as_bytes());
            return SAME;
        }
        if old_is != new_is && old_exists && new_exists {
            let kind = |is_directory| if is_directory { "directory" } else { "regular file" };
            let text = format!("File {} is a {} while file {} is a {}\n", shown(old), kind(old_is), shown(new), kind(new_is));
            self.put(text.as_bytes());
            return DIFFERENT;
        }
        self.files(old, new, true)
    }

    fn read(&self, name: &[u8]) -> std::io::Result<Vec<u8>> {
        let mut text = Vec::new();
        if name == b"-" {
            std::io::stdin().read_to_end(&mut text)?;
        } else if exists(name) || !self.settings.has_new_files {
            crate::path::open(name)?.read_to_end(&mut text)?;
        }
        Ok(text)
    }

    fn files(&mut self, old_name: &[u8], new_name: &[u8], is_in_tree: bool) -> i32 {
        let old = match self.read(old_name) {
            Ok(text) => text,
            Err(error) => return complain(old_name, &error),
        };
        let new = if old_name == b"-" && new_name == b"-" { old.clone() } else {
            match self.read(new_name) {
                Ok(text) => text,
                Err(error) => return complain(new_name, &error),
            }
        };
        let is_binary = |text: &[u8]| !self.settings.is_text && text[..text.len().min(32768)].contains(&0);
        if old == new {
            if self.settings.form == Form::SideBySide && !is_binary(&old) {
                let lines = text::lines(&old);
                let mut out = Vec::new();
                side_by_side::common_rows(&mut out, &lines, &lines, self.settings.side_by_side);
                self.put(&out);
            }
            return self.identical(old_name, new_name);
        }
        if is_binary(&old) || is_binary(&new) {
            let verb = if self.settings.is_brief { "Files" } else { "Binary files" };
            self.put(format!("{verb} {} and {} differ\n", shown(old_name), shown(new_name)).as_bytes());
            return DIFFERENT;
        }
        let (old_lines, new_lines) = (text::lines(&old), text::lines(&new));
        let (old_numbers, new_numbers) = text::number(&old_lines, &new_lines, self.settings.sameness);
        let changes = myers::changes(&old_numbers, &new_numbers);
        let compared = Compared { old: old_lines, new: new_lines, changes };
        let is_ignored = |change: &Change| self.is_ignored(change, &compared);
        if compared.changes.iter().all(is_ignored) {
            if self.settings.form == Form::SideBySide {
                let mut out = Vec::new();
                side_by_side::side_by_side(&mut out, &compared, self.settings.side_by_side);
                self.put(&out);
            }
            return self.identical(old_name, new_name);
        }
        if self.settings.is_brief {
            self.put(format!("Files {} and {} differ\n", shown(old_name), shown(new_name)).as_bytes());
            return DIFFERENT;
        }
        let mut out = Vec::new();
        if is_in_tree {
            let options = if self.settings.shown_options.is_empty() { String::new() } else { format!("{} ", self.settings.shown_options) };
            out.extend_from_slice(format!("diff {options}{} {}\n", shown(old_name), shown(new_name)).as_bytes());
        }
        let changes = compared.changes.iter().filter(|change| matches!(self.settings.form, Form::SideBySide) || !is_ignored(change)).copied().collect();
        let compared = Compared { changes, ..compared };
        match self.settings.form {
            Form::Normal => format::normal(&mut out, &compared),
            Form::Ed => format::ed(&mut out, &compared),
            Form::SideBySide => side_by_side::side_by_side(&mut out, &compared, self.settings.side_by_side),
            Form::Unified(context) => {
                self.push_header(&mut out, ["---", "+++"], old_name, new_name);
                format::unified(&mut out, &compared, context);
            }
            Form::Context(context) => {
                self.push_header(&mut out, ["***", "---"], old_name, new_name);
                format::context(&mut out, &compared, context);
            }
        }
        self.put(&out);
        DIFFERENT
    }

    fn identical(&mut self, old: &[u8], new: &[u8]) -> i32 {
        if self.settings.reports_identical {
            self.put(format!("Files {} and {} are identical\n", shown(old), shown(new)).as_bytes());
        }
        SAME
    }

    /// Only blank lines or ignored ones differ.
    fn is_ignored(&self, change: &Change, compared: &Compared) -> bool {
        if !self.settings.ignores_blank_lines && self.settings.ignored.is_empty() {
            return false;
        }
        let is_ignored = |line: &&[u8]| {
            let text = line.strip_suffix(b"\n").unwrap_or(line);
            (self.settings.ignores_blank_lines && text.is_empty()) || self.settings.ignored.iter().any(|regex| regex.is_match(text))
        };
        compared.old[change.old_start..change.old_end].iter().all(is_ignored) && compared.new[change.new_start..change.new_end].iter().all(is_ignored)
    }

    fn push_header(&self, out: &mut Vec<u8>, marks: [&str; 2], old: &[u8], new: &[u8]) {
        for (index, (mark, name)) in marks.into_iter().zip([old, new]).enumerate() {
            out.extend_from_slice(mark.as_bytes());
            out.push(b' ');
            match self.settings.labels.get(index) {
                Some(label) => out.extend_from_slice(label),
                None => {
                    out.extend_from_slice(name);
                    out.extend_from_slice(format!("\t{}", modified(name)).as_bytes());
                }
            }
            out.push(b'\n');
        }
    }
}

/// When a file was changed; a file that is not there, at the beginning of time.
fn modified(name: &[u8]) -> String {
    let time = if name == b"-" { None } else { std::fs::metadata(crate::path::of(name)).ok().and_then(|metadata| metadata.modified().ok()) };
    let since = match time {
        Some(time) => time.duration_since(std::time::UNIX_EPOCH).unwrap_or_default(),
        None if name == b"-" => std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default(),
        None => std::time::Duration::ZERO,
    };
    let date = String::from_utf8_lossy(&crate::awk::time_text(b"%Y-%m-%d %H:%M:%S", since.as_secs() as i64)).into_owned();
    format!("{date}.{:09} +0000", since.subsec_nanos())
}

/// `*` and `?` of a pattern of names.
fn matches_glob(pattern: &[u8], name: &[u8]) -> bool {
    match (pattern.first(), name.first()) {
        (None, None) => true,
        (Some(b'*'), _) => (0..=name.len()).any(|skipped| matches_glob(&pattern[1..], &name[skipped..])),
        (Some(b'?'), Some(_)) => matches_glob(&pattern[1..], &name[1..]),
        (Some(letter), Some(found)) if letter == found => matches_glob(&pattern[1..], &name[1..]),
        _ => false,
    }
}
