//! The head of a request, in curl's order.

use super::options::Options;
use crate::http::Url;

/// What changes from one request to the next when redirects are followed.
pub struct Shape {
    pub method: String,
    /// Credentials go to the host they were given for.
    pub with_credentials: bool,
    pub content_type: Option<String>,
    /// `None` without body.
    pub length: Option<BodyLength>,
    pub cookies: Option<String>,
    pub referer: Option<String>,
    pub range: Option<String>,
    /// The body is a file of `-T`.
    pub is_upload: bool,
}

/// A body that is announced before it is sent.
const LARGE: u64 = 1024 * 1024 + 1;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum BodyLength {
    Known(u64),
    Chunked,
}

pub fn head(options: &Options, url: &Url, shape: &Shape) -> Vec<u8> {
    let mut lines = vec![format!("{} {} HTTP/1.{}", shape.method, url.path, options.minor)];
    let given = |name: &str| {
        options.headers.iter().find_map(|line| {
            let end = line.find([':', ';'])?;
            line[..end].trim().eq_ignore_ascii_case(name).then_some(line.as_str())
        })
    };
    let mut own = |name: &str, value: Option<String>| {
        if let Some(value) = value.filter(|_| given(name).is_none()) {
            lines.push(format!("{name}: {value}"));
        }
    };
    own("Host", Some(url.authority()));
    let credentials = match (&options.user, &url.user) {
        (Some(user), _) => Some(if user.contains(':') { user.clone() } else { format!("{user}:") }),
        (None, Some(user)) => Some(format!("{user}:{}", url.password.as_deref().unwrap_or(""))),
        _ => None,
    };
    let credentials = credentials.filter(|_| shape.with_credentials);
    own("Authorization", credentials.map(|pair| format!("Basic {}", crate::base64::encode(pair.as_bytes()))));
    own("Range", shape.range.as_ref().map(|range| format!("bytes={range}")));
    let agent = options.agent.clone().unwrap_or_else(|| "curl/7.88.1".to_owned());
    own("User-Agent", Some(agent).filter(|agent| !agent.is_empty()));
    let is_json = options.data.as_ref().is_some_and(|data| data.is_json);
    own("Accept", (!is_json).then(|| "*/*".to_owned()));
    own("Accept-Encoding", options.compressed.then(|| "deflate, gzip".to_owned()));
    own("Referer", shape.referer.clone().filter(|referer| !referer.is_empty()));
    own("Cookie", shape.cookies.clone());
    own("Transfer-Encoding", (shape.length == Some(BodyLength::Chunked)).then(|| "chunked".to_owned()));
    if is_json {
        own("Content-Type", Some("application/json".to_owned()));
        own("Accept", Some("application/json".to_owned()));
    }
    for line in &options.headers {
        let is_credential = |name: &str| name.eq_ignore_ascii_case("authorization") || name.eq_ignore_ascii_case("cookie");
        match (line.split_once(':'), line.strip_suffix(';')) {
            // `Name:` takes a header of our own away; `Name;` sends an empty one.
            (Some((_, value)), _) if value.trim().is_empty() => {}
            (Some((name, _)), _) if is_credential(name.trim()) && !shape.with_credentials => {}
            (Some((name, value)), _) => lines.push(format!("{name}: {}", value.trim())),
            (None, Some(name)) => lines.push(format!("{name}:")),
            _ => {}
        }
    }
    let mut own = |name: &str, value: Option<String>| {
        if let Some(value) = value.filter(|_| given(name).is_none()) {
            lines.push(format!("{name}: {value}"));
        }
    };
    if let Some(BodyLength::Known(length)) = shape.length {
        own("Content-Length", Some(length.to_string()));
    }
    own("Content-Type", shape.content_type.clone().filter(|_| !is_json));
    // A server may refuse a large body before it is sent.
    let expects = shape.method == "PUT" && shape.is_upload || matches!(shape.length, Some(BodyLength::Known(LARGE..)));
    own("Expect", (expects && options.minor == 1).then(|| "100-continue".to_owned()));
    let mut head = lines.join("\r\n").into_bytes();
    head.extend(b"\r\n\r\n");
    head
}
