//! The links of a page, and where they stand in it.

use std::ops::Range;

/// A link as it is written.
pub struct Link {
    /// Of the attribute's value, without its quotes.
    pub place: Range<usize>,
    pub is_quoted: bool,
    /// With entities undone, and without a fragment.
    pub address: String,
    /// With its `#`.
    pub fragment: String,
    /// Shown with the page: an image, a script, a style sheet.
    pub is_inline: bool,
    /// `<base href>`, against which the others are.
    pub is_base: bool,
}

/// The links of an HTML page, in order.
pub fn links(page: &[u8]) -> Vec<Link> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = memchr(b'<', page, at) {
        if page[start..].starts_with(b"<!--") {
            at = find(page, start + 4, b"-->").map_or(page.len(), |end| end + 3);
            continue;
        }
        let name_end = start + 1 + page[start + 1..].iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'/').count();
        let tag = String::from_utf8_lossy(&page[start + 1..name_end]).to_ascii_lowercase();
        let (attributes, end) = attributes(page, name_end);
        push_links(page, &tag, &attributes, &mut found);
        at = end;
    }
    found
}

struct Attribute {
    name: String,
    value: Range<usize>,
    is_quoted: bool,
}

/// The attributes of the tag whose name ends here, and where the tag ends.
fn attributes(page: &[u8], mut at: usize) -> (Vec<Attribute>, usize) {
    let mut found = Vec::new();
    loop {
        at += page[at..].iter().take_while(|byte| byte.is_ascii_whitespace() || **byte == b'/').count();
        match page.get(at) {
            None => return (found, page.len()),
            Some(b'>') => return (found, at + 1),
            Some(_) => {}
        }
        let name_length = page[at..].iter().take_while(|byte| !byte.is_ascii_whitespace() && !b"=>/".contains(byte)).count();
        let name = String::from_utf8_lossy(&page[at..at + name_length]).to_ascii_lowercase();
        // Something has to be passed, or this would not end.
        at += name_length.max(1);
        let blanks = |at: usize| page[at..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        let equals = at.min(page.len());
        let equals = equals + blanks(equals);
        if page.get(equals) != Some(&b'=') {
            continue;
        }
        at = equals + 1 + blanks(equals + 1);
        let is_quoted = matches!(page.get(at), Some(b'"' | b'\''));
        let value = match page.get(at) {
            Some(quote @ (b'"' | b'\'')) => {
                let end = memchr(*quote, page, at + 1).unwrap_or(page.len());
                let value = at + 1..end;
                at = (end + 1).min(page.len());
                value
            }
            _ => {
                let length = page[at..].iter().take_while(|byte| !byte.is_ascii_whitespace() && **byte != b'>').count();
                at += length;
                at - length..at
            }
        };
        found.push(Attribute { name, value, is_quoted });
    }
}

fn push_links(page: &[u8], tag: &str, attributes: &[Attribute], found: &mut Vec<Link>) {
    let value_of = |name: &str| {
        let attribute = attributes.iter().find(|attribute| attribute.name == name)?;
        Some(String::from_utf8_lossy(&page[attribute.value.clone()]).to_ascii_lowercase())
    };
    for attribute in attributes {
        let kind = match (tag, attribute.name.as_str()) {
            ("a" | "area", "href") => Some(false),
            ("link", "href") => {
                let relation = value_of("rel").unwrap_or_default();
                Some(relation.split_ascii_whitespace().any(|word| matches!(word, "stylesheet" | "icon" | "shortcut")))
            }
            ("base", "href") => Some(false),
            ("frame" | "iframe" | "img" | "script" | "embed" | "input" | "audio" | "video" | "source" | "bgsound", "src") => Some(true),
            ("object", "data") | ("applet", "code") => Some(true),
            ("body" | "table" | "td" | "th", "background") => Some(true),
            _ => None,
        };
        let Some(is_inline) = kind else { continue };
        let text = undo_entities(&String::from_utf8_lossy(&page[attribute.value.clone()]));
        let text = text.trim();
        let (address, fragment) = text.split_at(text.find('#').unwrap_or(text.len()));
        found.push(Link {
            place: attribute.value.clone(),
            is_quoted: attribute.is_quoted,
            address: address.to_owned(),
            fragment: fragment.to_owned(),
            is_inline,
            is_base: tag == "base",
        });
    }
}

fn undo_entities(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let named = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&#38;", "&"), ("&amp;", "&")];
    named.iter().fold(text.to_owned(), |text, (entity, letter)| text.replace(entity, letter))
}

fn memchr(byte: u8, page: &[u8], from: usize) -> Option<usize> {
    page.get(from..)?.iter().position(|other| *other == byte).map(|at| from + at)
}

fn find(page: &[u8], from: usize, text: &[u8]) -> Option<usize> {
    page.get(from..)?.windows(text.len()).position(|window| window == text).map(|at| from + at)
}
