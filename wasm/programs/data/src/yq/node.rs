//! A YAML document as it was written: values with their styles and comments.

use super::scalar;
use super::value::Value;
use saphyr_parser::{Event, Parser, ScalarStyle, Span};
use std::collections::HashMap;

/// Deeper data is refused, as by jq.
const MAXIMUM_DEPTH: usize = 9_000;
/// Aliases of aliases grow without end.
const MAXIMUM_NODES: usize = 5_000_000;

#[derive(Clone, Debug)]
pub enum Content {
    Scalar { text: String, style: ScalarStyle, tag: Option<String> },
    Sequence { items: Vec<Node>, in_flow: bool },
    Mapping { members: Vec<(Node, Node)>, in_flow: bool },
}

#[derive(Clone, Debug)]
pub struct Node {
    pub content: Content,
    /// Comment lines above it, with their `#`.
    pub head: Vec<String>,
    /// The comment behind it.
    pub line: Option<String>,
}

/// A document, and the comments after its end.
pub struct Document {
    pub root: Node,
    pub foot: Vec<String>,
    pub is_explicit: bool,
}

/// Reads all documents of a text; an error says where.
pub fn documents(text: &str) -> Result<Vec<Document>, String> {
    if text.contains(|letter: char| letter.is_ascii_control() && !matches!(letter, '\t' | '\n' | '\r')) {
        return Err("yaml: control characters are not allowed".to_owned());
    }
    let mut reader = Reader { parser: Parser::new_from_str(text), comments: Comments::of(text), anchors: HashMap::new(), nodes: 0 };
    let mut documents: Vec<Document> = Vec::new();
    loop {
        match reader.next()? {
            (Event::StreamEnd, _) => break,
            (Event::DocumentStart(is_explicit), _) => {
                let (event, span) = reader.next()?;
                let root = reader.node(event, span, 0)?;
                let end = reader.next()?.1.start.line();
                let foot = reader.comments.take_before(end.max(1));
                documents.push(Document { root, foot, is_explicit });
            }
            _ => {}
        }
    }
    let rest = reader.comments.take_before(usize::MAX);
    if let Some(last) = documents.last_mut() {
        last.foot.extend(rest);
    }
    Ok(documents)
}

/// The comments of a text by line: whole lines, and those behind something.
struct Comments {
    whole: Vec<(usize, String)>,
    behind: HashMap<usize, (usize, String)>,
}

impl Comments {
    fn of(text: &str) -> Comments {
        let (mut whole, mut behind) = (Vec::new(), HashMap::new());
        for (index, line) in text.lines().enumerate() {
            let trimmed = line.trim_start();
            if trimmed.starts_with('#') {
                whole.push((index + 1, trimmed.to_owned()));
            } else if let Some(at) = line.find(" #") {
                // Where a comment may begin; whether it is one shows by the place of the node's end.
                behind.insert(index + 1, (line[..at].chars().count(), line.to_owned()));
            }
        }
        whole.reverse();
        Comments { whole, behind }
    }

    /// Takes the whole lines before a line, from the first that is left.
    fn take_before(&mut self, line: usize) -> Vec<String> {
        let mut taken = Vec::new();
        while self.whole.last().is_some_and(|(at, _)| *at < line) {
            taken.extend(self.whole.pop().map(|(_, text)| text));
        }
        taken
    }

    /// Takes the comment behind what ends at this place.
    fn take_behind(&mut self, span: &Span) -> Option<String> {
        let (line, column) = (span.end.line(), span.end.col());
        let (_, whole) = self.behind.get(&line)?;
        let rest: String = whole.chars().skip(column).collect();
        let comment = rest.trim_start_matches([':', ',']).trim_start();
        if !comment.starts_with('#') {
            return None;
        }
        let comment = comment.trim_end().to_owned();
        self.behind.remove(&line);
        Some(comment)
    }
}

struct Reader<'text> {
    parser: Parser<'text, saphyr_parser::StrInput<'text>>,
    comments: Comments,
    anchors: HashMap<usize, Node>,
    nodes: usize,
}

impl<'text> Reader<'text> {
    fn next(&mut self) -> Result<(Event<'text>, Span), String> {
        match self.parser.next_event() {
            Some(Ok(event)) => Ok(event),
            Some(Err(error)) => Err(format!("yaml: line {}: {}", error.marker().line(), error.info())),
            None => Err("yaml: the text ended too early".to_owned()),
        }
    }

    fn node(&mut self, event: Event<'text>, span: Span, depth: usize) -> Result<Node, String> {
        self.nodes += 1;
        if depth > MAXIMUM_DEPTH {
            return Err(format!("yaml: exceeded max depth of {MAXIMUM_DEPTH}"));
        }
        // A block begins where its first member or item does: the comments above are that one's.
        let is_block = span.is_empty() && matches!(event, Event::MappingStart(..) | Event::SequenceStart(..));
        let head = if is_block { Vec::new() } else { self.comments.take_before(span.start.line()) };
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let tag = tag.map(|tag| format!("{}{}", if tag.is_yaml_core_schema() { "!!" } else { tag.handle.as_str() }, tag.suffix));
                let line = if matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) { None } else { self.comments.take_behind(&span) };
                let node = Node { content: Content::Scalar { text: text.into_owned(), style, tag }, head, line };
                self.keep(anchor, &node);
                Ok(node)
            }
            Event::SequenceStart(anchor, _) => {
                let in_flow = !span.is_empty();
                let mut items = Vec::new();
                let end = loop {
                    match self.next()? {
                        (Event::SequenceEnd, end) => break end,
                        (event, span) => items.push(self.node(event, span, depth + 1)?),
                    }
                };
                let line = if in_flow { self.comments.take_behind(&end) } else { None };
                let node = Node { content: Content::Sequence { items, in_flow }, head, line };
                self.keep(anchor, &node);
                Ok(node)
            }
            Event::MappingStart(anchor, _) => {
                let in_flow = !span.is_empty();
                let mut members = Vec::new();
                let end = loop {
                    match self.next()? {
                        (Event::MappingEnd, end) => break end,
                        (event, span) => {
                            let name = self.node(event, span, depth + 1)?;
                            let (event, span) = self.next()?;
                            members.push((name, self.node(event, span, depth + 1)?));
                        }
                    }
                };
                let line = if in_flow { self.comments.take_behind(&end) } else { None };
                let node = Node { content: Content::Mapping { members, in_flow }, head, line };
                self.keep(anchor, &node);
                Ok(node)
            }
            Event::Alias(anchor) => {
                let node = self.anchors.get(&anchor).cloned().ok_or("yaml: unknown anchor referenced")?;
                self.nodes += node.count();
                if self.nodes > MAXIMUM_NODES {
                    return Err("yaml: document contains excessive aliasing".to_owned());
                }
                Ok(Node { head, line: self.comments.take_behind(&span), ..node })
            }
            _ => Err(format!("yaml: line {}: did not find expected node content", span.start.line())),
        }
    }

    fn keep(&mut self, anchor: usize, node: &Node) {
        if anchor > 0 {
            self.anchors.insert(anchor, node.clone());
        }
    }
}

impl Node {
    fn count(&self) -> usize {
        match &self.content {
            Content::Scalar { .. } => 1,
            Content::Sequence { items, .. } => 1 + items.iter().map(Node::count).sum::<usize>(),
            Content::Mapping { members, .. } => 1 + members.iter().map(|(name, value)| name.count() + value.count()).sum::<usize>(),
        }
    }

    /// What it means, merge keys carried out.
    pub fn value(&self) -> Value {
        match &self.content {
            Content::Scalar { text, style, tag } => scalar::resolve(text, *style == ScalarStyle::Plain, tag.as_deref()),
            Content::Sequence { items, .. } => Value::Array(items.iter().map(Node::value).collect()),
            Content::Mapping { members, .. } => {
                let mut result: Vec<(String, Value)> = Vec::new();
                let mut places: HashMap<String, usize> = HashMap::new();
                let mut merged = Vec::new();
                for (name, value) in members {
                    if name.is_merge() {
                        match value.value() {
                            Value::Object(more) => merged.extend(more),
                            Value::Array(list) => merged.extend(list.into_iter().flat_map(|more| match more {
                                Value::Object(more) => more,
                                _ => Vec::new(),
                            })),
                            _ => {}
                        }
                        continue;
                    }
                    let name = name.name();
                    match places.get(&name) {
                        Some(place) => result[*place].1 = value.value(),
                        None => {
                            places.insert(name.clone(), result.len());
                            result.push((name, value.value()));
                        }
                    }
                }
                for (name, value) in merged {
                    if !places.contains_key(&name) {
                        places.insert(name.clone(), result.len());
                        result.push((name, value));
                    }
                }
                Value::Object(result)
            }
        }
    }

    fn is_merge(&self) -> bool {
        matches!(&self.content, Content::Scalar { text, style: ScalarStyle::Plain, .. } if text == "<<")
    }

    /// It as a member's name: JSON knows texts only.
    pub fn name(&self) -> String {
        match &self.content {
            Content::Scalar { text, .. } => text.clone(),
            _ => {
                let mut text = String::new();
                self.value().write(&mut text, 0, 0);
                text
            }
        }
    }
}
