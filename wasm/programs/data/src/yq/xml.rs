//! XML in the manner of mikefarah's yq: `+@name` is an attribute, `+content` the text beside attributes or elements, `+p_name`
//! a processing instruction, `+directive` a document type; elements of one name are an array.

use super::value::Value;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// Deeper data is refused, as YAML's is.
const MAXIMUM_DEPTH: usize = 9_000;
const ATTRIBUTE: &str = "+@";
const CONTENT: &str = "+content";
const INSTRUCTION: &str = "+p_";
const DIRECTIVE: &str = "+directive";

/// What has been read of an element.
#[derive(Default)]
struct Element {
    name: String,
    attributes: Vec<(String, Value)>,
    children: Vec<(String, Value)>,
    text: Vec<String>,
}

pub fn read(text: &str) -> Result<Value, String> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().trim_text(true);
    let mut open = vec![Element::default()];
    loop {
        let place = reader.buffer_position();
        let fail = |error: &dyn std::fmt::Display| format!("xml: at byte {place}: {error}");
        let event = reader.read_event().map_err(|error| fail(&error))?;
        let depth = open.len();
        let Some(current) = open.last_mut() else { return Err(fail(&"unexpected end element")) };
        match event {
            Event::Start(start) => {
                if depth > MAXIMUM_DEPTH {
                    return Err(format!("xml: exceeded max depth of {MAXIMUM_DEPTH}"));
                }
                open.push(element(&start).map_err(|error| fail(&error))?);
            }
            Event::Empty(start) => {
                let empty = element(&start).map_err(|error| fail(&error))?;
                current.children.push(empty.finish());
            }
            Event::End(_) => {
                let finished = open.pop().unwrap_or_default().finish();
                match open.last_mut() {
                    Some(parent) => parent.children.push(finished),
                    None => return Err(fail(&"unexpected end element")),
                }
            }
            Event::Text(text) => current.text.push(text.unescape().map_err(|error| fail(&error))?.trim().to_owned()),
            Event::CData(text) => current.text.push(String::from_utf8_lossy(&text).into_owned()),
            Event::Decl(declaration) => current.children.push(instruction(&String::from_utf8_lossy(&declaration))),
            Event::PI(text) => current.children.push(instruction(&String::from_utf8_lossy(&text))),
            Event::DocType(text) => {
                let directive = format!("DOCTYPE {}", String::from_utf8_lossy(&text).trim());
                current.children.push((DIRECTIVE.to_owned(), Value::String(directive)));
            }
            Event::Comment(_) => {}
            Event::Eof => break,
        }
    }
    if open.len() > 1 {
        return Err("xml: unexpected EOF".to_owned());
    }
    Ok(open.pop().unwrap_or_default().finish().1)
}

fn element(start: &BytesStart) -> Result<Element, String> {
    let name = String::from_utf8_lossy(start.name().as_ref()).into_owned();
    let mut element = Element { name, ..Element::default() };
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| error.to_string())?;
        let name = format!("{ATTRIBUTE}{}", String::from_utf8_lossy(attribute.key.as_ref()));
        let value = attribute.unescape_value().map_err(|error| error.to_string())?;
        element.attributes.push((name, Value::String(value.into_owned())));
    }
    Ok(element)
}

/// `xml version="1.0"`
fn instruction(text: &str) -> (String, Value) {
    let (name, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    (format!("{INSTRUCTION}{name}"), Value::String(rest.trim().to_owned()))
}

impl Element {
    fn finish(self) -> (String, Value) {
        let mut texts: Vec<Value> = self.text.into_iter().filter(|text| !text.is_empty()).map(Value::String).collect();
        let content = if texts.len() > 1 { Some(Value::Array(texts)) } else { texts.pop() };
        if self.attributes.is_empty() && self.children.is_empty() {
            return (self.name, content.unwrap_or(Value::Null));
        }
        let mut members: Vec<(String, Value)> = content.map(|content| (CONTENT.to_owned(), content)).into_iter().collect();
        members.extend(self.attributes);
        // Which of the members are arrays because their name came again.
        let mut repeated: Vec<usize> = Vec::new();
        let mut places = std::collections::HashMap::new();
        for (name, value) in self.children {
            let Some(&place) = places.get(&name) else {
                places.insert(name.clone(), members.len());
                members.push((name, value));
                continue;
            };
            let (_, before): &mut (String, Value) = &mut members[place];
            match before {
                Value::Array(items) if repeated.contains(&place) => items.push(value),
                before => {
                    *before = Value::Array(vec![std::mem::replace(before, Value::Null), value]);
                    repeated.push(place);
                }
            }
        }
        (self.name, Value::Object(members))
    }
}

pub fn write(value: &Value, indent: usize) -> Result<String, String> {
    let mut writer = Writer { output: String::new(), indent };
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                writer.member(name, value, 0)?;
            }
        }
        Value::Array(_) => return Err("cannot encode !!seq to XML - only maps can be encoded".to_owned()),
        scalar => writer.output.push_str(&format!("{}\n", scalar.plain_text())),
    }
    Ok(writer.output)
}

struct Writer {
    output: String,
    indent: usize,
}

impl Writer {
    fn member(&mut self, name: &str, value: &Value, depth: usize) -> Result<(), String> {
        if let Some(instruction) = name.strip_prefix(INSTRUCTION) {
            self.output.push_str(&format!("<?{instruction} {}?>\n", value.plain_text()));
            return Ok(());
        }
        if name == DIRECTIVE {
            self.output.push_str(&format!("<!{}>\n", value.plain_text()));
            return Ok(());
        }
        match value {
            Value::Array(items) => items.iter().try_for_each(|item| self.member(name, item, depth)),
            Value::Object(members) => self.element(name, members, depth),
            scalar => {
                self.start_line(depth);
                let text = if *scalar == Value::Null { String::new() } else { escaped(&scalar.plain_text()) };
                self.output.push_str(&format!("<{name}>{text}</{name}>\n"));
                Ok(())
            }
        }
    }

    fn element(&mut self, name: &str, members: &[(String, Value)], depth: usize) -> Result<(), String> {
        self.start_line(depth);
        self.output.push_str(&format!("<{name}"));
        for (attribute, value) in members {
            if let Some(attribute) = attribute.strip_prefix(ATTRIBUTE) {
                if matches!(value, Value::Array(_) | Value::Object(_)) {
                    return Err(format!("cannot use {} as attribute, only scalars are supported", value.tag()));
                }
                self.output.push_str(&format!(" {attribute}=\"{}\"", escaped(&value.plain_text())));
            }
        }
        self.output.push('>');
        let mut has_elements = false;
        for (child, value) in members.iter().filter(|(child, _)| !child.starts_with(ATTRIBUTE)) {
            if child == CONTENT {
                let texts = if let Value::Array(items) = value { &items[..] } else { std::slice::from_ref(value) };
                texts.iter().for_each(|text| self.output.push_str(&escaped(&text.plain_text())));
                continue;
            }
            if !has_elements {
                self.output.push('\n');
            }
            has_elements = true;
            self.member(child, value, depth + 1)?;
        }
        if has_elements {
            self.start_line(depth);
        }
        self.output.push_str(&format!("</{name}>\n"));
        Ok(())
    }

    fn start_line(&mut self, depth: usize) {
        self.output.extend(std::iter::repeat_n(' ', self.indent * depth));
    }
}

/// As Go's encoder escapes, which yq uses.
fn escaped(text: &str) -> String {
    let mut output = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => output.push_str("&amp;"),
            '<' => output.push_str("&lt;"),
            '>' => output.push_str("&gt;"),
            '"' => output.push_str("&#34;"),
            '\'' => output.push_str("&#39;"),
            '\t' => output.push_str("&#x9;"),
            '\n' => output.push_str("&#xA;"),
            '\r' => output.push_str("&#xD;"),
            letter => output.push(letter),
        }
    }
    output
}
