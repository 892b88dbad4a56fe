//! The tree as lines.

use super::{Content, Node, Tree};
use crate::users::Names;
use crate::{calendar, human};
use std::io::{Result, Write};
use std::time::{SystemTime, UNIX_EPOCH};

/// Half a year, after which the year is shown instead of the time of day.
const RECENT_NS: i64 = 31_556_952 / 2 * 1_000_000_000;

/// What is drawn before names.
struct Branches {
    down: &'static str,
    nothing: &'static str,
    branch: &'static str,
    last: &'static str,
}

const UTF8: Branches = Branches { down: "│\u{a0}\u{a0} ", nothing: "    ", branch: "├── ", last: "└── " };
const ASCII: Branches = Branches { down: "|   ", nothing: "    ", branch: "|-- ", last: "`-- " };

pub fn write(tree: &mut Tree) -> Result<()> {
    let names = if tree.options.owner || tree.options.group { Names::load() } else { Names::numeric() };
    let mut total = 0;
    for name in tree.options.roots.clone() {
        let root = tree.root(&name);
        tree.count_root(&root);
        total += root.size(&tree.options);
        tree.write_line(&root, "", &names, true)?;
        if let Content::Nodes(nodes) = &root.content {
            tree.write_nodes(nodes, &mut String::new(), &names)?;
        }
    }
    if !tree.options.report {
        return Ok(());
    }
    let counts = tree.counts;
    writeln!(tree.output)?;
    if tree.options.total_sizes {
        write!(tree.output, "{} bytes used in ", size(total, None, 12))?;
    }
    write!(tree.output, "{} director{}", counts.directories, if counts.directories == 1 { "y" } else { "ies" })?;
    if !tree.options.directories_only {
        write!(tree.output, ", {} file{}", counts.files, if counts.files == 1 { "" } else { "s" })?;
    }
    writeln!(tree.output)
}

impl Tree {
    fn write_nodes(&mut self, nodes: &[Node], indent: &mut String, names: &Names) -> Result<()> {
        let branches = if self.options.ascii { ASCII } else { UTF8 };
        for (index, node) in nodes.iter().enumerate() {
            let is_last = index + 1 == nodes.len();
            self.count(node);
            let before = if self.options.indents { format!("{indent}{}", if is_last { branches.last } else { branches.branch }) } else { String::new() };
            self.write_line(node, &before, names, false)?;
            if let Content::Nodes(below) = &node.content {
                let length = indent.len();
                indent.push_str(if is_last { branches.nothing } else { branches.down });
                self.write_nodes(below, indent, names)?;
                indent.truncate(length);
            }
        }
        Ok(())
    }

    fn write_line(&mut self, node: &Node, before: &str, names: &Names, is_root: bool) -> Result<()> {
        let mut line = before.as_bytes().to_vec();
        let facts = self.facts(node, names);
        if !facts.is_empty() && node.stat.is_some() {
            line.extend(format!("[{facts}]  ").into_bytes());
        }
        let shown = if self.options.full_paths { &node.path } else { &node.name };
        let color = self.options.color.then(|| color_of(node)).flatten();
        push_name(&mut line, shown, self.options.quotes, self.options.hides_unprintable, color);
        if let Some(target) = &node.target {
            line.extend_from_slice(b" -> ");
            let color = self.options.color.then(|| if node.is_directory { "01;34" } else { "00" });
            push_name(&mut line, target, self.options.quotes, self.options.hides_unprintable, color);
        }
        if self.options.classifies && !matches!(node.content, Content::Unreadable) {
            line.extend_from_slice(class_mark(node).as_bytes());
        }
        match &node.content {
            Content::Unreadable => line.extend_from_slice(b"  [error opening dir]"),
            Content::Recursive => line.extend_from_slice(b"  [recursive, not followed]"),
            _ => {}
        }
        if matches!(node.content, Content::Unreadable) && !is_root {
            self.unreadable = true;
        }
        line.push(b'\n');
        self.output.write_all(&line)
    }

    /// What stands in brackets before a name.
    fn facts(&self, node: &Node, names: &Names) -> String {
        let options = &self.options;
        let Some(stat) = node.stat else { return String::new() };
        let mut facts: Vec<String> = Vec::new();
        if options.inodes {
            facts.push(format!("{:7}", stat.inode));
        }
        if options.device {
            facts.push(format!("{:3}", stat.device));
        }
        if options.permissions {
            facts.push(file_mode::letters(stat.mode));
        }
        if options.owner {
            facts.push(format!("{:<8.32}", names.user(stat.uid)));
        }
        if options.group {
            facts.push(format!("{:<8.32}", names.group(stat.gid)));
        }
        if options.size {
            facts.push(size(node.size(options), options.human, 11));
        }
        if let Some(format) = &options.time_format {
            let now_ns = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos() as i64);
            let is_recent = (now_ns - RECENT_NS..=now_ns).contains(&stat.modified_ns);
            let default = if is_recent { "%b %e %H:%M" } else { "%b %e  %Y" };
            facts.push(calendar::format(if format.is_empty() { default } else { format }, stat.modified_ns));
        }
        facts.join(" ")
    }
}

fn size(bytes: u64, base: Option<u64>, width: usize) -> String {
    match base {
        Some(base) => format!("{:>4}", human::size(bytes, base)),
        None => format!("{bytes:>width$}"),
    }
}

fn push_name(line: &mut Vec<u8>, name: &[u8], quotes: bool, hides: bool, color: Option<&str>) {
    if let Some(color) = color {
        line.extend(format!("\x1b[{color}m").into_bytes());
    }
    if quotes {
        line.push(b'"');
    }
    for &byte in name {
        match byte {
            byte if hides && (byte < 0x20 || byte == 0x7f) => line.push(b'?'),
            b'"' if quotes => line.extend_from_slice(b"\\\""),
            byte if byte < 0x20 => line.extend(format!("\\{byte:03o}").into_bytes()),
            byte => line.push(byte),
        }
    }
    if quotes {
        line.push(b'"');
    }
    if color.is_some() {
        line.extend_from_slice(b"\x1b[0m");
    }
}

/// Colours as dircolors has them by default.
fn color_of(node: &Node) -> Option<&'static str> {
    let stat = node.stat?;
    Some(match () {
        () if node.is_link() && sys::stat(&node.path).is_err() => "40;31;01",
        () if node.is_link() => "01;36",
        () if node.is_directory => "01;34",
        () if stat.is_fifo() => "40;33",
        () if stat.is_socket() => "01;35",
        () if stat.is_block_device() || stat.is_character_device() => "40;33;01",
        () if stat.permissions() & 0o111 != 0 => "01;32",
        () => "00",
    })
}

fn class_mark(node: &Node) -> &'static str {
    let Some(stat) = node.stat else { return "" };
    match () {
        () if node.is_directory => "/",
        () if node.is_link() => "",
        () if stat.is_socket() => "=",
        () if stat.is_fifo() => "|",
        () if stat.permissions() & 0o111 != 0 => "*",
        () => "",
    }
}
