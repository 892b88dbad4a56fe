//! The tree as JSON.

use super::{Content, Node, Tree};
use crate::calendar;
use crate::users::Names;
use std::io::{Result, Write};

pub fn write(tree: &mut Tree) -> Result<()> {
    let names = if tree.options.owner || tree.options.group { Names::load() } else { Names::numeric() };
    tree.output.write_all(b"[\n")?;
    let roots = tree.options.roots.clone();
    for (index, name) in roots.iter().enumerate() {
        let root = tree.root(name);
        tree.count_root(&root);
        tree.write_node(&root, 1, &names)?;
        tree.output.write_all(if index + 1 < roots.len() { b",\n" } else { b"\n" })?;
    }
    if tree.options.report {
        let counts = tree.counts;
        write!(tree.output, ",\n  {{\"type\":\"report\",\"directories\":{}", counts.directories)?;
        if !tree.options.directories_only {
            write!(tree.output, ",\"files\":{}", counts.files)?;
        }
        tree.output.write_all(b"}\n")?;
    } else {
        tree.output.write_all(b"\n")?;
    }
    tree.output.write_all(b"]\n")
}

impl Tree {
    fn write_node(&mut self, node: &Node, depth: usize, names: &Names) -> Result<()> {
        let indent = "  ".repeat(depth);
        let kind = match node.stat {
            Some(stat) if stat.is_directory() => "directory",
            Some(stat) if stat.is_symbolic_link() => "link",
            Some(stat) if stat.is_fifo() => "fifo",
            Some(stat) if stat.is_socket() => "socket",
            Some(stat) if stat.is_character_device() => "char",
            Some(stat) if stat.is_block_device() => "block",
            _ => "file",
        };
        let shown = if self.options.full_paths { &node.path } else { &node.name };
        let mut text = format!("{indent}{{\"type\":\"{kind}\",\"name\":{}", quoted(shown));
        if let Some(target) = &node.target {
            text.push_str(&format!(",\"target\":{}", quoted(target)));
        }
        if let Some(stat) = node.stat {
            if self.options.inodes {
                text.push_str(&format!(",\"inode\":{}", stat.inode));
            }
            if self.options.permissions {
                text.push_str(&format!(",\"mode\":\"{:04o}\",\"prot\":\"{}\"", stat.permissions(), file_mode::letters(stat.mode)));
            }
            if self.options.owner {
                text.push_str(&format!(",\"user\":{}", quoted(names.user(stat.uid).as_bytes())));
            }
            if self.options.group {
                text.push_str(&format!(",\"group\":{}", quoted(names.group(stat.gid).as_bytes())));
            }
            if self.options.size {
                text.push_str(&format!(",\"size\":{}", node.size(&self.options)));
            }
            if let Some(format) = &self.options.time_format {
                let format = if format.is_empty() { "%b %e %H:%M" } else { format };
                text.push_str(&format!(",\"time\":\"{}\"", calendar::format(format, stat.modified_ns)));
            }
        }
        match &node.content {
            Content::Nodes(nodes) if !nodes.is_empty() => {
                text.push_str(",\"contents\":[\n");
                self.output.write_all(text.as_bytes())?;
                for (index, below) in nodes.iter().enumerate() {
                    self.count(below);
                    self.write_node(below, depth + 1, names)?;
                    self.output.write_all(if index + 1 < nodes.len() { b",\n" } else { b"\n" })?;
                }
                return write!(self.output, "{indent}]}}");
            }
            Content::Unreadable => text.push_str(",\"contents\":[{\"error\": \"opening dir\"}\n  ]"),
            _ => {}
        }
        text.push('}');
        self.output.write_all(text.as_bytes())
    }
}

fn quoted(bytes: &[u8]) -> String {
    let mut output = String::from("\"");
    for letter in String::from_utf8_lossy(bytes).chars() {
        match letter {
            '"' => output.push_str("\\\""),
            '\\' => output.push_str("\\\\"),
            '\n' => output.push_str("\\n"),
            '\t' => output.push_str("\\t"),
            letter if u32::from(letter) < 0x20 => output.push_str(&format!("\\u{:04x}", u32::from(letter))),
            letter => output.push(letter),
        }
    }
    output.push('"');
    output
}
