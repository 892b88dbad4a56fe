//! Nodes to regex-syntax's intermediate form, which regex-automata compiles.

use crate::syntax::{Look, Node};
use regex_syntax::hir::{self, Hir};

pub fn translate(node: &Node, is_utf8: bool) -> Hir {
    match node {
        Node::Empty | Node::BackReference(_) => Hir::empty(),
        Node::Literal(bytes) => Hir::literal(bytes.clone()),
        Node::Class(ranges) => Hir::class(class(ranges, is_utf8)),
        Node::Look(look) => Hir::look(match look {
            Look::TextStart => hir::Look::Start,
            Look::TextEnd => hir::Look::End,
            Look::LineStart => hir::Look::StartLF,
            Look::LineEnd => hir::Look::EndLF,
            Look::WordEdge => hir::Look::WordAscii,
            Look::NotWordEdge => hir::Look::WordAsciiNegate,
            Look::WordStart => hir::Look::WordStartAscii,
            Look::WordEnd => hir::Look::WordEndAscii,
        }),
        Node::Group(index, node) => Hir::capture(hir::Capture {
            index: *index as u32,
            name: None,
            sub: Box::new(translate(node, is_utf8)),
        }),
        Node::Concat(nodes) => Hir::concat(nodes.iter().map(|node| translate(node, is_utf8)).collect()),
        Node::Alternate(nodes) => Hir::alternation(nodes.iter().map(|node| translate(node, is_utf8)).collect()),
        Node::Repeat { node, minimum, maximum } => Hir::repetition(hir::Repetition {
            min: *minimum,
            max: *maximum,
            greedy: true,
            sub: Box::new(translate(node, is_utf8)),
        }),
    }
}

fn class(ranges: &[(u32, u32)], is_utf8: bool) -> hir::Class {
    if !is_utf8 {
        let bytes = ranges.iter().map(|(low, high)| hir::ClassBytesRange::new((*low).min(255) as u8, (*high).min(255) as u8));
        return hir::Class::Bytes(hir::ClassBytes::new(bytes));
    }
    let scalar = |code: u32| char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
    let characters = ranges.iter().map(|(low, high)| hir::ClassUnicodeRange::new(scalar(*low), scalar(*high)));
    hir::Class::Unicode(hir::ClassUnicode::new(characters))
}

/// Whether the first match by the order of choices can be shorter than the longest: where there are alternatives, or
/// groups are repeated.
pub fn may_match_longer(node: &Node) -> bool {
    match node {
        Node::Alternate(_) => true,
        Node::Group(_, node) => may_match_longer(node),
        Node::Concat(nodes) => nodes.iter().any(may_match_longer),
        Node::Repeat { node, .. } => !matches!(**node, Node::Literal(_) | Node::Class(_)),
        _ => false,
    }
}
