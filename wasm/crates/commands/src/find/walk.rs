//! The walk over a root's tree.

use super::ahead::Siblings;
use super::entry::Entry;
use super::expression::{Expression, Follow};
use super::{Find, shown};
use crate::path;
use std::io::Error;
use sys::directory::{self, FileType};

/// A directory above, to see loops of links.
#[derive(Clone, Copy)]
struct Above {
    device: u64,
    inode: u64,
    path_length: usize,
}

/// What stays the same below one root.
struct Walk<'expression> {
    expression: &'expression Expression,
    root_length: usize,
    device: u64,
    above: Vec<Above>,
    reads_ahead: bool,
}

impl Find {
    pub fn visit_root(&mut self, root: &[u8], expression: &Expression) {
        let mut path = root.to_vec();
        let entry = Entry::new(&path, name_start(root), root.len(), 0, self.options.follow);
        let stat = match entry.look() {
            Ok(stat) => stat,
            Err(error) => return self.complain_of(root, &error),
        };
        let mut walk = Walk {
            expression,
            root_length: root.len(),
            device: stat.device,
            above: Vec::new(),
            reads_ahead: !expression.changes_files() && !self.options.one_file_system,
        };
        self.visit(&mut path, name_start(root), 0, FileType::Unknown, &mut walk, None);
    }

    /// Visits the file that `path` names, and what is below it.
    fn visit(
        &mut self,
        path: &mut Vec<u8>,
        name_start: usize,
        depth: usize,
        listed: FileType,
        walk: &mut Walk,
        siblings: Option<&mut Siblings>,
    ) {
        let is_wanted = depth >= self.options.minimum_depth;
        let mut entry = Entry::new(path, name_start, walk.root_length, depth, self.options.follow);
        entry.listed_type = listed;
        let is_directory = match entry.type_letter() {
            Ok(letter) => letter == b'd',
            Err(error) => return self.complain_of_vanished(path, &error),
        };
        if is_directory && self.is_loop(&entry, walk) {
            return;
        }
        let is_elsewhere = is_directory && self.options.one_file_system && entry.look().is_ok_and(|stat| stat.device != walk.device);
        let enters = is_directory && depth < self.options.maximum_depth && !is_elsewhere;
        self.prunes = false;
        if is_wanted && !self.options.depth_first {
            self.evaluate(walk.expression, &entry);
        }
        if self.quits {
            return;
        }
        if enters && !self.prunes {
            self.visit_content(path, depth, walk, siblings);
        }
        if self.options.depth_first && is_wanted && !self.quits {
            let mut entry = Entry::new(path, name_start, walk.root_length, depth, self.options.follow);
            entry.listed_type = listed;
            self.evaluate(walk.expression, &entry);
        }
    }

    fn complain_of_vanished(&mut self, path: &[u8], error: &Error) {
        if !self.options.ignore_races || error.raw_os_error() != Some(sys::errno::NOENT) {
            self.complain_of(path, error);
        }
    }

    /// Whether a directory is above itself, by a link that was followed.
    fn is_loop(&mut self, entry: &Entry, walk: &Walk) -> bool {
        if self.options.follow != Follow::Always {
            return false;
        }
        let Ok(stat) = entry.look() else { return false };
        let same = |above: &&Above| (above.device, above.inode) == (stat.device, stat.inode);
        let Some(above) = walk.above.iter().find(same) else { return false };
        let loop_start = shown(&entry.path[..above.path_length]);
        self.complain(&format!(
            "File system loop detected; {} is part of the same file system loop as {loop_start}.",
            shown(entry.path)
        ));
        true
    }

    fn visit_content(&mut self, path: &mut Vec<u8>, depth: usize, walk: &mut Walk, siblings: Option<&mut Siblings>) {
        let listed = match siblings {
            Some(siblings) => siblings.listing(path),
            None => directory::names(path),
        };
        let names = match listed {
            Ok(names) => names,
            Err(error) => return self.complain_of(path, &error),
        };
        let length = path.len();
        if self.options.follow == Follow::Always {
            if let Ok(stat) = sys::stat(path) {
                walk.above.push(Above { device: stat.device, inode: stat.inode, path_length: length });
            }
        }
        if !path.ends_with(b"/") {
            path.push(b'/');
        }
        let start = path.len();
        let mut siblings = Siblings::new(&names, start, walk.reads_ahead);
        for (index, name) in names.iter().enumerate() {
            path.truncate(start);
            path.extend_from_slice(&name.bytes);
            siblings.index = index;
            self.visit(path, start, depth + 1, name.file_type, walk, Some(&mut siblings));
            if self.quits {
                break;
            }
        }
        path.truncate(length);
        if self.options.follow == Follow::Always {
            walk.above.pop();
        }
        self.prunes = false;
    }
}

/// Where a root's last component begins; slashes after it belong to it.
fn name_start(root: &[u8]) -> usize {
    let trimmed = path::without_trailing_slashes(root);
    trimmed.iter().rposition(|byte| *byte == b'/').map_or(0, |slash| if trimmed.len() == 1 { 0 } else { slash + 1 })
}
