//! Values as YAML. Where the document that they came from has the same thing in the same place, its style and
//! comments are kept.

use super::node::{Content, Node};
use super::scalar;
use super::value::{Value, push_quoted};
use saphyr_parser::ScalarStyle;

pub struct Emitter {
    pub indent: usize,
    /// `-P`: styles of the original are dropped.
    pub is_plain: bool,
    pub keeps_comments: bool,
    pub output: String,
}

impl Emitter {
    /// Writes a whole document, without comments at its end.
    pub fn document(&mut self, value: &Value, model: Option<&Node>, unwraps: bool) {
        if let (Value::String(text), true) = (value, unwraps) {
            self.output.push_str(text);
            self.output.push('\n');
            return;
        }
        if let Some(model) = model {
            self.comments(&model.head, 0);
        }
        match value {
            Value::Array(items) if !items.is_empty() && !self.is_flow(model) => self.items(items, model, 0),
            Value::Object(members) if !members.is_empty() && !self.is_flow(model) => self.members(members, model, 0, false),
            _ => {
                self.inline(value, model, 0);
                self.line_comment(model);
                self.output.push('\n');
            }
        }
    }

    pub fn comments(&mut self, comments: &[String], depth: usize) {
        if self.keeps_comments {
            for comment in comments {
                self.blanks(depth);
                self.output.push_str(comment);
                self.output.push('\n');
            }
        }
    }

    fn line_comment(&mut self, model: Option<&Node>) {
        if let Some(comment) = model.and_then(|model| model.line.as_ref()).filter(|_| self.keeps_comments) {
            self.output.push(' ');
            self.output.push_str(comment);
        }
    }

    fn blanks(&mut self, depth: usize) {
        self.output.extend(std::iter::repeat_n(' ', self.indent * depth));
    }

    fn is_flow(&self, model: Option<&Node>) -> bool {
        !self.is_plain
            && model.is_some_and(|model| {
                matches!(&model.content, Content::Sequence { in_flow: true, items } if !items.is_empty())
                    || matches!(&model.content, Content::Mapping { in_flow: true, members } if !members.is_empty())
            })
    }

    fn members(&mut self, members: &[(String, Value)], model: Option<&Node>, depth: usize, first_is_placed: bool) {
        for (index, (name, value)) in members.iter().enumerate() {
            let found = model.and_then(|model| member(model, name));
            if index > 0 || !first_is_placed {
                if let Some((name_node, _)) = found {
                    self.comments(&name_node.head.clone(), depth);
                }
                self.blanks(depth);
            }
            self.name(name, found.map(|(name_node, _)| name_node));
            self.output.push(':');
            let model = found.map(|(_, value_node)| value_node);
            match value {
                Value::Object(members) if !members.is_empty() && !self.is_flow(model) => {
                    self.line_comment(found.map(|(name_node, _)| name_node));
                    self.output.push('\n');
                    self.members(members, model, depth + 1, false);
                }
                Value::Array(items) if !items.is_empty() && !self.is_flow(model) => {
                    self.line_comment(found.map(|(name_node, _)| name_node));
                    self.output.push('\n');
                    self.items(items, model, depth + 1);
                }
                Value::Null if model.is_some_and(is_empty_scalar) && !self.is_plain => {
                    self.line_comment(model);
                    self.output.push('\n');
                }
                value => {
                    self.output.push(' ');
                    self.inline(value, model, depth + 1);
                    self.line_comment(model);
                    self.end_line();
                }
            }
        }
    }

    /// A member's name, in its style.
    fn name(&mut self, name: &str, model: Option<&Node>) {
        match model.map(|model| &model.content) {
            Some(Content::Scalar { style: ScalarStyle::Plain, .. }) if !self.is_plain => self.output.push_str(name),
            Some(Content::Scalar { style, .. }) if !self.is_plain => self.quoted(name, *style),
            _ => self.plain_or_quoted(name),
        }
    }

    /// A block text has ended its line itself.
    fn end_line(&mut self) {
        if !self.output.ends_with('\n') {
            self.output.push('\n');
        }
    }

    fn items(&mut self, items: &[Value], model: Option<&Node>, depth: usize) {
        let models: &[Node] = match model.map(|model| &model.content) {
            Some(Content::Sequence { items, .. }) => items,
            _ => &[],
        };
        // With as many items as before, or only new ones behind, each stands where it stood.
        for (index, value) in items.iter().enumerate() {
            let model = models.get(index).filter(|model| items.len() >= models.len() || model.value() == *value).or_else(|| {
                models.iter().find(|model| model.value() == *value)
            });
            if let Some(model) = model {
                self.comments(&first_head(model).to_vec(), depth);
            }
            self.blanks(depth);
            self.output.push('-');
            match value {
                Value::Object(members) if !members.is_empty() && !self.is_flow(model) => {
                    self.output.extend(std::iter::repeat_n(' ', self.indent.max(2) - 1));
                    self.members(members, model, depth + 1, true);
                }
                Value::Array(inner) if !inner.is_empty() && !self.is_flow(model) => {
                    let start = self.output.len();
                    self.items(inner, model, depth + 1);
                    // The first inner dash follows the outer one.
                    let first: String = self.output[start..].trim_start_matches(' ').to_owned();
                    self.output.truncate(start);
                    self.output.extend(std::iter::repeat_n(' ', self.indent.max(2) - 1));
                    self.output.push_str(&first);
                }
                value => {
                    self.output.push(' ');
                    self.inline(value, model, depth + 1);
                    self.line_comment(model);
                    self.end_line();
                }
            }
        }
    }

    /// A scalar, or what stands in one line.
    fn inline(&mut self, value: &Value, model: Option<&Node>, depth: usize) {
        let style = model.and_then(|model| match &model.content {
            Content::Scalar { style, text, tag } if !self.is_plain => Some((*style, text, tag)),
            _ => None,
        });
        match value {
            Value::String(text) => match style {
                Some((style, _, _)) if style != ScalarStyle::Plain => match style {
                    ScalarStyle::Literal | ScalarStyle::Folded if text.contains('\n') => self.block(text, depth),
                    ScalarStyle::Literal | ScalarStyle::Folded => self.plain_or_quoted(text),
                    _ => self.quoted(text, style),
                },
                // What stood there plain is a text when it is read again.
                Some((ScalarStyle::Plain, original, _)) if original == text && !text.contains('\n') => self.output.push_str(text),
                _ if text.contains('\n') && !text.trim().is_empty() && !text.starts_with([' ', '\n']) => self.block(text, depth),
                _ => self.plain_or_quoted(text),
            },
            Value::Array(items) => {
                self.output.push('[');
                for (index, item) in items.iter().enumerate() {
                    self.output.push_str(if index > 0 { ", " } else { "" });
                    let model = match model.map(|model| &model.content) {
                        Some(Content::Sequence { items, .. }) => items.get(index),
                        _ => None,
                    };
                    self.inline(item, model, depth);
                }
                self.output.push(']');
            }
            Value::Object(members) => {
                self.output.push('{');
                for (index, (name, value)) in members.iter().enumerate() {
                    self.output.push_str(if index > 0 { ", " } else { "" });
                    let found = model.and_then(|model| member(model, name));
                    self.name(name, found.map(|(name_node, _)| name_node));
                    self.output.push_str(": ");
                    self.inline(value, found.map(|(_, value_node)| value_node), depth);
                }
                self.output.push('}');
            }
            other => match style {
                // 0x1F, ~ and 1.0 stay as they were written.
                Some((_, text, tag)) if !text.is_empty() && scalar::resolve(text, true, tag.as_deref()) == *other => self.output.push_str(text),
                _ => other.write(&mut self.output, 0, 0),
            },
        }
    }

    fn plain_or_quoted(&mut self, text: &str) {
        if scalar::needs_quotes(text) {
            push_quoted(&mut self.output, text);
        } else {
            self.output.push_str(text);
        }
    }

    fn quoted(&mut self, text: &str, style: ScalarStyle) {
        if style == ScalarStyle::SingleQuoted && !text.chars().any(char::is_control) {
            self.output.push('\'');
            self.output.push_str(&text.replace('\'', "''"));
            self.output.push('\'');
        } else {
            push_quoted(&mut self.output, text);
        }
    }

    fn block(&mut self, text: &str, depth: usize) {
        let body = text.trim_end_matches('\n');
        self.output.push_str(match text.len() - body.len() {
            0 => "|-\n",
            1 => "|\n",
            _ => "|+\n",
        });
        let kept = if text.len() - body.len() > 1 { &text[..text.len() - 1] } else { body };
        for line in kept.split('\n') {
            if !line.is_empty() {
                self.blanks(depth.max(1));
                self.output.push_str(line);
            }
            self.output.push('\n');
        }
    }
}

fn is_empty_scalar(node: &Node) -> bool {
    matches!(&node.content, Content::Scalar { text, .. } if text.is_empty())
}

/// Comments above an item: those of its first member, when it is a mapping.
fn first_head(node: &Node) -> &[String] {
    match &node.content {
        Content::Mapping { members, in_flow: false } if node.head.is_empty() => members.first().map_or(&[], |(name, _)| &name.head),
        _ => &node.head,
    }
}

fn member<'node>(node: &'node Node, name: &str) -> Option<(&'node Node, &'node Node)> {
    let Content::Mapping { members, .. } = &node.content else { return None };
    members.iter().find(|(other, _)| matches!(&other.content, Content::Scalar { text, .. } if text == name)).map(|(name, value)| (name, value))
}
