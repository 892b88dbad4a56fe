//! Addresses of the web: `scheme://user:password@host:port/path?query`.

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Url {
    pub scheme: String,
    pub user: Option<String>,
    pub password: Option<String>,
    /// Without brackets.
    pub host: String,
    pub port: Option<u16>,
    /// Path and query; begins with a slash.
    pub path: String,
}

impl Url {
    /// Reads an address; without a scheme it is http's. `None`: it is none.
    pub fn parse(text: &str) -> Option<Url> {
        let text = text.trim();
        let (scheme, rest) = match text.split_once("://") {
            Some((scheme, rest)) if !scheme.is_empty() && scheme.chars().all(|letter| letter.is_ascii_alphanumeric() || "+-.".contains(letter)) => {
                (scheme.to_ascii_lowercase(), rest)
            }
            Some(_) => return None,
            None => ("http".to_owned(), text),
        };
        let rest = rest.split('#').next().unwrap_or("");
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let (credentials, host) = match authority.rsplit_once('@') {
            Some((credentials, host)) => (Some(credentials), host),
            None => (None, authority),
        };
        let (host, port) = split_port(host)?;
        if scheme != "file" && (host.is_empty() || host.contains(|letter: char| letter.is_ascii_whitespace() || letter.is_control())) {
            return None;
        }
        let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
        if path.contains(|letter: char| letter.is_ascii_control()) {
            return None;
        }
        let (user, password) = match credentials.map(|credentials| credentials.split_once(':').unwrap_or((credentials, ""))) {
            Some((user, password)) => (Some(decoded(user)), Some(decoded(password))),
            None => (None, None),
        };
        Some(Url { scheme, user, password, host: host.to_ascii_lowercase(), port, path: without_blanks(&path) })
    }

    pub fn port(&self) -> u16 {
        self.port.unwrap_or(if self.scheme == "https" { 443 } else { 80 })
    }

    /// The host as the `Host` header has it.
    pub fn authority(&self) -> String {
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        match self.port {
            Some(port) if port != (if self.scheme == "https" { 443 } else { 80 }) => format!("{host}:{port}"),
            _ => host,
        }
    }

    pub fn text(&self) -> String {
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        let port = self.port.map_or(String::new(), |port| format!(":{port}"));
        format!("{}://{host}{port}{}", self.scheme, self.path)
    }

    /// The path without `.` and `..`, as it is sent.
    pub fn normalize(&mut self) {
        let (path, query) = self.path.split_at(self.path.find('?').unwrap_or(self.path.len()));
        let mut parts: Vec<&str> = Vec::new();
        let last = path.rsplit('/').next().unwrap_or("");
        for part in path.split('/').skip(1) {
            match part {
                "." => {}
                ".." => drop(parts.pop()),
                part => parts.push(part),
            }
        }
        if last == "." || last == ".." {
            parts.push("");
        }
        self.path = format!("/{}{query}", parts.join("/"));
    }

    /// The address that `reference` means on a page of this one.
    pub fn join(&self, reference: &str) -> Option<Url> {
        let reference = reference.trim();
        let has_scheme = reference.split_once("://").is_some_and(|(scheme, _)| !scheme.contains(['/', '?', '#']));
        if has_scheme {
            return Url::parse(reference);
        }
        if let Some(rest) = reference.strip_prefix("//") {
            return Url::parse(&format!("{}://{rest}", self.scheme));
        }
        let own = self.path.split('?').next().unwrap_or("/");
        let reference = reference.split('#').next().unwrap_or("");
        let path = match reference {
            "" => self.path.clone(),
            absolute if absolute.starts_with('/') => absolute.to_owned(),
            query if query.starts_with('?') => format!("{own}{query}"),
            relative => format!("{}/{relative}", &own[..own.rfind('/').unwrap_or(0)]),
        };
        let mut url = Url { path: without_blanks(&path), ..self.clone() };
        url.normalize();
        Some(url)
    }

    /// The file's name at the path's end.
    pub fn file_name(&self) -> &str {
        let path = self.path.split('?').next().unwrap_or("");
        path.rsplit('/').next().unwrap_or("")
    }
}

fn split_port(host: &str) -> Option<(&str, Option<u16>)> {
    if let Some(rest) = host.strip_prefix('[') {
        let (host, port) = rest.split_once(']')?;
        return Some((host, if port.is_empty() { None } else { Some(port.strip_prefix(':')?.parse().ok()?) }));
    }
    match host.split_once(':') {
        None => Some((host, None)),
        Some((host, "")) => Some((host, None)),
        Some((host, port)) => Some((host, Some(port.parse().ok()?))),
    }
}

fn without_blanks(text: &str) -> String {
    text.replace(' ', "%20")
}

/// Undoes percent encoding.
pub fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut output = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let code = (bytes[at] == b'%').then(|| text.get(at + 1..at + 3)).flatten();
        match code.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                output.push(byte);
                at += 3;
            }
            None => {
                output.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&output).into_owned()
}

/// Percent-encodes all but letters, digits and `-._~`.
pub fn encoded(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in bytes {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(byte) {
            text.push(*byte as char);
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}
