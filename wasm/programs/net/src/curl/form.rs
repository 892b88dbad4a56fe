//! The parts of a multipart form: `-F name=value`, `-F name=@file;type=text/plain`, `-F name=<file`.

use console::{message, path, shown};

pub struct Part {
    name: String,
    content: Vec<u8>,
    file_name: Option<String>,
    kind: Option<String>,
}

impl Part {
    /// Reads one; without `is_special` everything after the first `=` is the value. An error is its words.
    pub fn parse(text: &[u8], is_special: bool) -> Result<Part, String> {
        let equals = text.iter().position(|byte| *byte == b'=').ok_or_else(|| format!("({}) Illegally formatted input field!", 2))?;
        let name = shown(&text[..equals]).into_owned();
        let value = &text[equals + 1..];
        if !is_special {
            return Ok(Part { name, content: value.to_vec(), file_name: None, kind: None });
        }
        let mut pieces = value.split(|byte| *byte == b';');
        let first = pieces.next().unwrap_or_default();
        let (mut kind, mut file_name, mut rest) = (None, None, Vec::new());
        for piece in pieces {
            let text = shown(piece);
            match text.trim_start().split_once('=') {
                Some(("type", value)) => kind = Some(value.to_owned()),
                Some(("filename", value)) => file_name = Some(value.trim_matches('"').to_owned()),
                _ => {
                    rest.push(b';');
                    rest.extend_from_slice(piece);
                }
            }
        }
        let read = |file: &[u8]| {
            let content = if file == b"-" {
                let mut bytes = Vec::new();
                std::io::Read::read_to_end(&mut console::stream::Stream::standard_input(), &mut bytes).map(|_| bytes)
            } else {
                std::fs::read(path::of(file))
            };
            content.map_err(|error| format!("(26) Failed to open/read local data from file/application: {}", message(&error)))
        };
        if let Some(file) = first.strip_prefix(b"@") {
            let own_name = shown(path::last_component(file)).into_owned();
            let kind = kind.unwrap_or_else(|| type_of(&own_name).to_owned());
            return Ok(Part { name, content: read(file)?, file_name: Some(file_name.unwrap_or(own_name)), kind: Some(kind) });
        }
        let content = match first.strip_prefix(b"<") {
            Some(file) => read(file)?,
            None => [first, &rest].concat(),
        };
        Ok(Part { name, content, file_name, kind })
    }
}

/// A file's type by its name, as curl guesses it.
fn type_of(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, suffix)| suffix).to_ascii_lowercase().as_str() {
        "gif" => "image/gif",
        "jpg" | "jpeg" => "image/jpeg",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "txt" => "text/plain",
        "htm" | "html" => "text/html",
        "pdf" => "application/pdf",
        "xml" => "application/xml",
        _ => "application/octet-stream",
    }
}

/// The body of a form, and its boundary.
pub fn encode(parts: &[Part]) -> (Vec<u8>, String) {
    let boundary = format!("------------------------{:016x}", random());
    let mut body = Vec::new();
    for part in parts {
        let escaped = |text: &str| text.replace('\\', "\\\\").replace('"', "\\\"");
        let mut head = format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"", escaped(&part.name));
        if let Some(name) = &part.file_name {
            head.push_str(&format!("; filename=\"{}\"", escaped(name)));
        }
        if let Some(kind) = &part.kind {
            head.push_str(&format!("\r\nContent-Type: {kind}"));
        }
        body.extend(head.bytes());
        body.extend(b"\r\n\r\n");
        body.extend(&part.content);
        body.extend(b"\r\n");
    }
    body.extend(format!("--{boundary}--\r\n").bytes());
    (body, boundary)
}

/// A number that nobody has said before, from the hasher's keys.
fn random() -> u64 {
    use std::hash::{BuildHasher, Hasher};
    std::hash::RandomState::new().build_hasher().finish()
}
