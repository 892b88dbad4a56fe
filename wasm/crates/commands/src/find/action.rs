//! What actions do with a file.

use super::Find;
use super::entry::Entry;
use super::expression::{Expression, Target};
use crate::output::Output;
use crate::users::Names;
use crate::{calendar, path, stat};
use std::io::{Result, Write};

/// Half a year, after which `-ls` shows the year instead of the time of day.
const RECENT_NS: i64 = 31_556_952 / 2 * 1_000_000_000;

#[link(wasm_import_module = "secure_exec")]
unsafe extern "C" {
    fn path_access(path: *const u8, path_len: usize, mode: i32, flags: i32) -> i32;
}

/// Whether this process may read (4), write (2) or execute (1) a file.
pub fn may_access(path: &[u8], mode: i32) -> bool {
    // SAFETY: the path comes with its length.
    unsafe { path_access(path.as_ptr(), path.len(), mode, 0) == 0 }
}

impl Find {
    pub fn act(&mut self, action: &Expression, entry: &Entry) -> Result<bool> {
        match action {
            Expression::Print { target, end } => {
                let line = [entry.path, &[*end]].concat();
                self.write(*target, &line);
            }
            Expression::Format { target, pieces } => {
                let names = if needs_names(pieces) { Names::load() } else { Names::numeric() };
                let line = self.format(pieces, entry, &names)?;
                self.write(*target, &line);
            }
            Expression::List(target) => {
                let line = self.listed(entry)?;
                self.write(*target, &line);
            }
            Expression::Delete => return Ok(self.delete(entry)),
            Expression::Execute { run, id } => return Ok(self.execute(run, *id, entry)),
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// A failed write shows again when the output is finished.
    fn write(&mut self, target: Target, line: &[u8]) {
        let output: &mut Output = match target.and_then(|index| self.files.get_mut(index)) {
            Some((_, output)) => output,
            None => &mut self.output,
        };
        if output.write_all(line).is_err() {
            self.quits = true;
        }
    }

    fn delete(&mut self, entry: &Entry) -> bool {
        if entry.path == b"." {
            return true;
        }
        let is_directory = sys::lstat(entry.path).is_ok_and(|stat| stat.is_directory());
        let path = path::of(entry.path);
        let removed = if is_directory { std::fs::remove_dir(path) } else { std::fs::remove_file(path) };
        match removed {
            Ok(()) => true,
            Err(error) => {
                self.complain(&format!("cannot delete {}: {}", super::shown(entry.path), sys::errno::message(&error)));
                false
            }
        }
    }

    /// A line as `ls -dils` has it.
    fn listed(&self, entry: &Entry) -> Result<Vec<u8>> {
        let stat = entry.look()?;
        let names = Names::load();
        let recent = (self.options.now_ns - RECENT_NS..=self.options.now_ns + 3_600_000_000_000).contains(&stat.modified_ns);
        let time = calendar::format(if recent { "%b %e %H:%M" } else { "%b %e  %Y" }, stat.modified_ns);
        let size = if stat.is_character_device() || stat.is_block_device() {
            format!("{}, {:>3}", stat::major(stat.device_number), stat::minor(stat.device_number))
        } else {
            stat.size.to_string()
        };
        let mut line = format!(
            "{:>9} {:>6} {} {:>3} {:<8} {:<8} {:>8} {} ",
            stat.inode,
            stat.blocks.div_ceil(2),
            file_mode::letters(stat.mode),
            stat.link_count,
            names.user(stat.uid),
            names.group(stat.gid),
            size,
            time,
        )
        .into_bytes();
        push_escaped(&mut line, entry.path);
        if stat.is_symbolic_link() {
            line.extend_from_slice(b" -> ");
            push_escaped(&mut line, &path::read_link(entry.path)?);
        }
        line.push(b'\n');
        Ok(line)
    }
}

fn needs_names(pieces: &[super::format::Piece]) -> bool {
    use super::format::Piece;
    pieces.iter().any(|piece| matches!(piece, Piece::Directive { letter: b'u' | b'g', .. }))
}

/// Escapes blanks and what is no letter, as `-ls` does.
fn push_escaped(line: &mut Vec<u8>, name: &[u8]) {
    for &byte in name {
        match byte {
            b'\n' => line.extend_from_slice(b"\\n"),
            b'\t' => line.extend_from_slice(b"\\t"),
            b' ' | b'\\' | b'"' => line.extend_from_slice(&[b'\\', byte]),
            byte if byte < 0x20 || byte == 0x7f => line.extend_from_slice(format!("\\{byte:03o}").as_bytes()),
            byte => line.push(byte),
        }
    }
}
