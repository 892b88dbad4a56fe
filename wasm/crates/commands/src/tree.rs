//! tree: shows directories as trees. Ours: no crate prints what tree 2 prints.

mod json;
mod lines;
mod options;

use crate::output::{self, Output};
use crate::path;
use options::{Options, Order};
use std::cmp::Ordering;
use std::collections::HashSet;
use std::ffi::OsString;
use std::io::Result;
use sys::{Stat, directory};

/// Exit code when a directory could not be read.
const UNREADABLE: i32 = 2;

pub fn main(args: Vec<OsString>) -> i32 {
    let options = match Options::parse(args) {
        Ok(options) => options,
        Err(code) => return code,
    };
    let output = match &options.output {
        Some(name) => match output::to_file(name) {
            Ok(output) => output,
            Err(error) => {
                eprintln!("tree: invalid filename '{}': {}", String::from_utf8_lossy(name), sys::errno::message(&error));
                return 1;
            }
        },
        None => output::standard(),
    };
    let mut tree = Tree { options, entered: HashSet::new(), output, counts: Counts::default(), unreadable: false };
    // A failed write shows again when the output is finished.
    let _ = if tree.options.json { tree.write_json() } else { tree.write_lines() };
    let code = if tree.unreadable { UNREADABLE } else { 0 };
    output::finish(tree.output, "tree", code)
}

#[derive(Clone, Copy, Default)]
struct Counts {
    directories: u64,
    files: u64,
}

/// Where the walk is.
#[derive(Clone, Copy)]
struct Place {
    depth: usize,
    device: u64,
    /// `--matchdirs`: in a directory that fits `-P`.
    shows_all: bool,
}

struct Tree {
    options: Options,
    /// Directories that were come to, as device and inode.
    entered: HashSet<(u64, u64)>,
    output: Output,
    counts: Counts,
    unreadable: bool,
}

/// A name in a directory.
struct Node {
    name: Vec<u8>,
    path: Vec<u8>,
    stat: Option<Stat>,
    /// What a symbolic link leads to, as it is written.
    target: Option<Vec<u8>>,
    /// It is a directory, or a link to one.
    is_directory: bool,
    content: Content,
}

enum Content {
    /// No directory, or one that is not shown further.
    None,
    Unreadable,
    /// A link to a directory above.
    Recursive,
    Nodes(Vec<Node>),
}

impl Node {
    fn is_link(&self) -> bool {
        self.target.is_some()
    }

    /// Bytes of it and, with `--du`, of what is below.
    fn size(&self, options: &Options) -> u64 {
        let own = self.stat.map_or(0, |stat| stat.size);
        let Content::Nodes(nodes) = &self.content else { return own };
        if options.total_sizes { own + nodes.iter().map(|node| node.size(options)).sum::<u64>() } else { own }
    }
}

impl Tree {
    /// Reads a root with all that is to be shown below it.
    fn root(&mut self, name: &[u8]) -> Node {
        let stat = sys::stat(name).ok();
        let is_directory = stat.is_some_and(|stat| stat.is_directory());
        let content = match stat.filter(|_| is_directory) {
            Some(stat) => {
                self.entered.insert((stat.device, stat.inode));
                self.content(name, Place { depth: 1, device: stat.device, shows_all: false })
            }
            None => Content::Unreadable,
        };
        Node { name: name.to_vec(), path: name.to_vec(), stat, target: None, is_directory, content }
    }

    fn content(&mut self, directory: &[u8], place: Place) -> Content {
        let Ok(names) = directory::names(directory) else { return Content::Unreadable };
        let mut nodes: Vec<Node> = names.into_iter().filter_map(|name| self.node(directory, name.bytes, place)).collect();
        sort(&mut nodes, &self.options);
        for node in &mut nodes {
            node.content = self.content_below(node, place);
        }
        if self.options.total_sizes && self.options.order == Order::Size {
            sort(&mut nodes, &self.options);
        }
        if self.options.prunes {
            nodes.retain(|node| !node.is_directory || node.is_link() || matches!(&node.content, Content::Nodes(nodes) if !nodes.is_empty()));
        }
        Content::Nodes(nodes)
    }

    /// Looks at a name; `None` when it is not to be shown.
    fn node(&self, directory: &[u8], name: Vec<u8>, place: Place) -> Option<Node> {
        if name.starts_with(b".") && !self.options.all {
            return None;
        }
        let full = path::join(directory, &name);
        let stat = sys::lstat(&full).ok();
        let target = stat.filter(Stat::is_symbolic_link).and_then(|_| path::read_link(&full).ok());
        let behind = if target.is_some() { sys::stat(&full).ok() } else { stat };
        let is_directory = behind.is_some_and(|stat| stat.is_directory());
        let is_shown = self.options.shows(&name, is_directory, place.shows_all);
        is_shown.then_some(Node { name, path: full, stat, target, is_directory, content: Content::None })
    }

    /// What is below a node, in the order in which all is shown: a link to what was shown before is not followed.
    fn content_below(&mut self, node: &Node, place: Place) -> Content {
        let may_enter = node.is_directory && (!node.is_link() || self.options.follows_links);
        let Some(stat) = sys::stat(&node.path).ok().filter(|_| may_enter) else { return Content::None };
        let is_new = self.entered.insert((stat.device, stat.inode));
        if node.is_link() && !is_new {
            return Content::Recursive;
        }
        let is_deep_enough = self.options.levels.is_none_or(|levels| place.depth < levels);
        if !is_deep_enough || (self.options.one_file_system && stat.device != place.device) {
            return Content::None;
        }
        let shows_all = self.options.matches_directories && self.options.is_included(&node.name);
        self.content(&node.path, Place { depth: place.depth + 1, shows_all, ..place })
    }

    fn count(&mut self, node: &Node) {
        if node.is_directory {
            self.counts.directories += 1;
        } else {
            self.counts.files += 1;
        }
    }

    /// Counts a root: only one that has something in it.
    fn count_root(&mut self, root: &Node) {
        match &root.content {
            Content::Nodes(nodes) if !nodes.is_empty() => self.counts.directories += 1,
            Content::Unreadable => {
                self.unreadable |= root.stat.is_none_or(|stat| stat.is_directory());
                self.counts.files += u64::from(root.stat.is_some());
            }
            _ => {}
        }
    }

    fn write_lines(&mut self) -> Result<()> {
        lines::write(self)
    }

    fn write_json(&mut self) -> Result<()> {
        json::write(self)
    }
}

fn sort(nodes: &mut [Node], options: &Options) {
    let by_name = |one: &Node, other: &Node| one.name.cmp(&other.name);
    let compare = |one: &Node, other: &Node| {
        let by_order = match options.order {
            Order::Name | Order::None => Ordering::Equal,
            Order::Modified => seconds(one, |stat| stat.modified_ns).cmp(&seconds(other, |stat| stat.modified_ns)),
            Order::Changed => seconds(one, |stat| stat.changed_ns).cmp(&seconds(other, |stat| stat.changed_ns)),
            Order::Size => other.size(options).cmp(&one.size(options)),
            Order::Version => crate::version_order::compare(&one.name, &other.name),
        };
        let ordered = by_order.then_with(|| by_name(one, other));
        let ordered = if options.reversed { ordered.reverse() } else { ordered };
        let grouped = match options.directories_first {
            Some(true) => other.is_directory.cmp(&one.is_directory),
            Some(false) => one.is_directory.cmp(&other.is_directory),
            None => Ordering::Equal,
        };
        grouped.then(ordered)
    };
    if options.order != Order::None {
        nodes.sort_by(compare);
    }
}

/// Whole seconds of a time, as tree compares them.
fn seconds(node: &Node, time: fn(&Stat) -> i64) -> Option<i64> {
    node.stat.as_ref().map(|stat| time(stat).div_euclid(1_000_000_000))
}
