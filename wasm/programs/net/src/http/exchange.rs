//! A request and its answer. A connection that both sides keep is used for the next request to the same server.

use super::body::{self, Framing};
use super::connection::{Connection, Settings};
use super::failure::Failure;
use super::url::Url;
use std::io::{BufRead, ErrorKind, Read, Write};

const LARGEST_HEAD: usize = 300 * 1024;
const MOST_HEADERS: usize = 512;
/// How long a server is waited for that is asked first.
const LONGEST_DOUBT: std::time::Duration = std::time::Duration::from_secs(1);

/// The first part of an answer.
#[derive(Clone, Debug, Default)]
pub struct Head {
    pub status: u16,
    pub reason: String,
    /// 0 or 1, of HTTP/1.
    pub minor: u8,
    pub headers: Vec<(String, String)>,
    /// As it came, with the empty line.
    pub raw: Vec<u8>,
}

impl Head {
    /// The value of the last header of this name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.headers.iter().rfind(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers.iter().filter(move |(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    fn has_token(&self, name: &str, token: &str) -> bool {
        self.all(name).any(|value| value.split(',').any(|part| part.trim().eq_ignore_ascii_case(token)))
    }
}

/// What follows a request's head.
pub struct Upload<'a> {
    pub reader: &'a mut dyn Read,
    /// `None`: it is sent in chunks.
    pub length: Option<u64>,
}

struct Kept {
    key: (String, String, u16),
    connection: Connection,
}

/// Makes requests, one after the other.
#[derive(Default)]
pub struct Client {
    pub settings: Settings,
    kept: Option<Kept>,
}

/// An answer whose body is being read.
pub struct Exchange {
    pub head: Head,
    /// Answers of the 100s that came before.
    pub early: Vec<Head>,
    pub peer: String,
    connection: Connection,
    framing: Framing,
    key: (String, String, u16),
    can_be_kept: bool,
    pub sent: u64,
}

impl Client {
    /// Sends a request, whose head is complete, and reads the answer's head. `tell` gets what curl's `-v` shows.
    pub fn send(
        &mut self,
        url: &Url,
        method: &str,
        head: &[u8],
        mut upload: Option<Upload>,
        tell: &mut dyn FnMut(&str),
    ) -> Result<Exchange, Failure> {
        let key = (url.scheme.clone(), url.host.clone(), url.port());
        let kept = self.kept.take().filter(|kept| kept.key == key && !kept.connection.is_stale());
        let mut connection = match kept {
            Some(kept) => {
                tell(&format!("Re-using existing connection #0 with host {}", url.host));
                kept.connection
            }
            None => Connection::open(&url.host, url.port(), url.scheme == "https", &self.settings, tell)?,
        };
        (connection.deadline, connection.silence) = (self.settings.deadline, self.settings.silence);
        for line in String::from_utf8_lossy(head).split("\r\n").filter(|line| !line.is_empty()) {
            tell(&format!(">{line}"));
        }
        tell(">");
        connection.write_all(head).map_err(Failure::of_send)?;
        let mut early = Vec::new();
        let mut refusal = None;
        let asks_first = upload.is_some() && String::from_utf8_lossy(head).contains("\r\nExpect: 100-continue\r\n");
        if asks_first && connection.comes_within(LONGEST_DOUBT) {
            let answer = read_head(&mut connection)?;
            if answer.status == 100 {
                early.push(answer);
            } else {
                // It does not want the body.
                (upload, refusal) = (None, Some(answer));
            }
        }
        let is_refused = refusal.is_some();
        let sent = match &mut upload {
            // A server may answer before it has read everything, and close: its answer counts.
            Some(upload) => match send_body(&mut connection, upload) {
                Err(Failure::Send(error)) if error.kind() != ErrorKind::BrokenPipe && error.kind() != ErrorKind::ConnectionReset => {
                    return Err(Failure::Send(error));
                }
                Err(Failure::Send(_)) => 0,
                done => done?,
            },
            None => 0,
        };
        let answer = loop {
            let answer = match refusal.take() {
                Some(answer) => answer,
                None => read_head(&mut connection)?,
            };
            if !(100..200).contains(&answer.status) || answer.status == 101 {
                break answer;
            }
            early.push(answer);
        };
        let framing = framing_of(&answer, method)?;
        let says_close = answer.has_token("connection", "close");
        let can_be_kept = !is_refused && framing != Framing::ToEnd && if answer.minor == 0 { answer.has_token("connection", "keep-alive") } else { !says_close };
        let peer = connection.peer.clone();
        Ok(Exchange { head: answer, early, peer, connection, framing, key, can_be_kept, sent })
    }

    /// Takes an answer's connection back for the next request, when its body was read to the end.
    pub fn keep(&mut self, exchange: Exchange) -> bool {
        let is_kept = exchange.can_be_kept && matches!(exchange.framing, Framing::Done | Framing::Length(0));
        if is_kept {
            self.kept = Some(Kept { key: exchange.key, connection: exchange.connection });
        }
        is_kept
    }
}

fn send_body(connection: &mut Connection, upload: &mut Upload) -> Result<u64, Failure> {
    let mut buffer = vec![0; 64 * 1024];
    let mut sent = 0;
    loop {
        let count = upload.reader.read(&mut buffer).map_err(Failure::Upload)?;
        if upload.length.is_none() {
            connection.write_all(format!("{count:x}\r\n").as_bytes()).map_err(Failure::of_send)?;
        }
        connection.write_all(&buffer[..count]).map_err(Failure::of_send)?;
        if upload.length.is_none() {
            connection.write_all(b"\r\n").map_err(Failure::of_send)?;
        }
        sent += count as u64;
        if count == 0 {
            return Ok(sent);
        }
    }
}

fn read_head(connection: &mut Connection) -> Result<Head, Failure> {
    let mut raw = Vec::new();
    loop {
        let before = raw.len();
        let read = Read::take(&mut *connection, LARGEST_HEAD as u64).read_until(b'\n', &mut raw);
        read.map_err(Failure::of_receive)?;
        if raw.is_empty() {
            return Err(Failure::Empty);
        }
        if before == 0 && !raw.starts_with(b"HTTP/") {
            return Err(Failure::NotHttp("Received HTTP/0.9 when not allowed".into()));
        }
        let line = &raw[before..];
        if line == b"\r\n" || line == b"\n" {
            break;
        }
        if line.is_empty() || !line.ends_with(b"\n") || raw.len() > LARGEST_HEAD {
            return Err(Failure::Receive(std::io::Error::from(ErrorKind::UnexpectedEof)));
        }
    }
    let mut headers = vec![httparse::EMPTY_HEADER; MOST_HEADERS];
    let mut response = httparse::Response::new(&mut headers);
    let config = {
        let mut config = httparse::ParserConfig::default();
        config.allow_spaces_after_header_name_in_responses(true).allow_obsolete_multiline_headers_in_responses(true);
        config.ignore_invalid_headers_in_responses(true);
        config
    };
    let weird = |_| Failure::NotHttp("Weird server reply".into());
    config.parse_response(&mut response, &raw).map_err(weird)?;
    let text = |value: &[u8]| String::from_utf8_lossy(value).trim().to_owned();
    Ok(Head {
        status: response.code.unwrap_or(0),
        reason: response.reason.unwrap_or("").to_owned(),
        minor: response.version.unwrap_or(1),
        headers: response.headers.iter().map(|header| (header.name.to_owned(), text(header.value))).collect(),
        raw,
    })
}

fn framing_of(head: &Head, method: &str) -> Result<Framing, Failure> {
    if method == "HEAD" || head.status == 204 || head.status == 304 || head.status < 200 {
        return Ok(Framing::Done);
    }
    if head.has_token("transfer-encoding", "chunked") {
        return Ok(Framing::Chunks(None));
    }
    match head.get("content-length") {
        Some(length) => length.parse().map(Framing::Length).map_err(|_| Failure::NotHttp("Invalid Content-Length: value".into())),
        None => Ok(Framing::ToEnd),
    }
}

impl Exchange {
    /// The body's length, where it is said before.
    pub fn length(&self) -> Option<u64> {
        match self.framing {
            Framing::Length(length) => Some(length),
            _ => None,
        }
    }

    /// Lets an answer that nobody wants pass.
    pub fn drain(&mut self) -> std::io::Result<()> {
        let mut buffer = vec![0; 16 * 1024];
        while self.read(&mut buffer)? > 0 {}
        Ok(())
    }
}

impl Read for Exchange {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        body::read(&mut self.connection, &mut self.framing, buffer)
    }
}
