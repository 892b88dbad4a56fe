//! wget: fetches files by name. It tells what it does on standard error.

mod failure;
mod invocation;
mod links;
mod recursion;
mod report;
mod rules;
mod saved_file;

use crate::http::{Client, Exchange, Failure, Head, Upload, Url};
use console::options::{self, Item, Style};
use console::{message, path, shown};
use failure::{FILE, GENERIC, LOGIN, PARSE, SERVER, words_of, worse};
use invocation::OPTIONS;
use recursion::Saved;
use report::{human, local_time};
use rules::Rules;
use saved_file::unused;
use std::ffi::OsString;
use std::io::{Read, Write};
use std::time::Duration;

struct Wget {
    quiet: bool,
    terse: bool,
    document: Option<Vec<u8>>,
    prefix: Option<Vec<u8>>,
    resumes: bool,
    no_clobber: bool,
    shows_response: bool,
    spider: bool,
    tries: u32,
    headers: Vec<String>,
    agent: String,
    referer: Option<String>,
    user: Option<String>,
    password: Option<String>,
    method: Option<String>,
    body: Option<Vec<u8>>,
    max_redirects: u32,
    content_on_error: bool,
    content_disposition: bool,
    log: Option<std::fs::File>,
    client: Client,
    code: i32,
    rules: Rules,
    /// What the last fetch has written.
    saved: Option<Saved>,
    /// A file that is there is written anew, whatever the names.
    overwrites: bool,
}

pub fn main(args: Vec<OsString>) -> i32 {
    let args = args.into_iter().map(|arg| match arg.to_str() {
        Some("-nv") => "--no-verbose".into(),
        Some("-nc") => "--no-clobber".into(),
        Some("-np") => "--no-parent".into(),
        Some("-nd") => "--no-directories".into(),
        Some("-nH") => "--no-host-directories".into(),
        _ => arg,
    });
    let items = match options::parse(OPTIONS, Style::default(), args.collect()) {
        Ok(items) => items,
        Err(text) => {
            eprintln!("wget: {text}\nUsage: wget [OPTION]... [URL]...\n\nTry `wget --help' for more options.");
            return PARSE;
        }
    };
    let mut wget = Wget {
        quiet: false,
        terse: false,
        document: None,
        prefix: None,
        resumes: false,
        no_clobber: false,
        shows_response: false,
        spider: false,
        tries: 20,
        headers: Vec::new(),
        agent: "Wget/1.21.3".to_owned(),
        referer: None,
        user: None,
        password: None,
        method: None,
        body: None,
        max_redirects: 20,
        content_on_error: false,
        content_disposition: false,
        log: None,
        client: Client::default(),
        code: 0,
        rules: Rules::default(),
        saved: None,
        overwrites: false,
    };
    let mut urls = Vec::new();
    for item in items {
        match item {
            Item::Operand(url) => urls.push(shown(&url).into_owned()),
            Item::Option(name, value) => {
                if let Err(code) = wget.apply(name, value.unwrap_or_default(), &mut urls) {
                    return code;
                }
            }
        }
    }
    if urls.is_empty() {
        eprintln!("wget: missing URL\nUsage: wget [OPTION]... [URL]...\n\nTry `wget --help' for more options.");
        return GENERIC;
    }
    if let Some(name) = wget.document.as_ref().filter(|name| *name != b"-" && !wget.spider && !wget.resumes) {
        // The document is emptied first: all addresses are written to it one after the other.
        if let Err(error) = std::fs::write(path::of(name), b"") {
            eprintln!("{}: {}", shown(name), message(&error));
            return GENERIC;
        }
    }
    for url in urls {
        let code = if wget.rules.follows() { recursion::run(&mut wget, &url) } else { wget.fetch(&url) };
        wget.code = worse(wget.code, code);
    }
    wget.code
}

impl Wget {
    fn fetch(&mut self, address: &str) -> i32 {
        let Some(mut url) = Url::parse(address) else {
            self.tell(&format!("{address}: Invalid host name.\n"));
            return GENERIC;
        };
        url.normalize();
        let named_by = url.clone();
        let mut hops = 0;
        let mut tries = 0;
        let mut method = self.method.clone().unwrap_or_else(|| if self.spider { "HEAD" } else { "GET" }.to_owned());
        let mut with_body = true;
        loop {
            if !matches!(url.scheme.as_str(), "http" | "https") {
                self.tell(&format!("{address}: Unsupported scheme '{}'.\n", url.scheme));
                return GENERIC;
            }
            let file = self.file_name(&named_by);
            if self.no_clobber && self.document.is_none() && sys::stat(&file).is_ok() {
                self.say(&format!("File ‘{}’ already there; not retrieving.\n\n", shown(&file)));
                let is_page = file.ends_with(b".html") || file.ends_with(b".htm");
                self.saved = Some(Saved { file, url, is_page });
                return 0;
            }
            self.say(&format!("--{}--  {}\n", local_time(), url.text()));
            tries += 1;
            let start = if self.resumes { sys::stat(&file).map_or(0, |stat| stat.size) } else { 0 };
            let mut exchange = match self.request(&url, &method, start, with_body) {
                Ok(exchange) => exchange,
                Err(failure) => {
                    let (text, code, may_retry) = words_of(failure, &url);
                    self.tell(&format!("{text}\n"));
                    if may_retry && tries < self.tries {
                        self.say("Retrying.\n\n");
                        std::thread::sleep(Duration::from_secs(u64::from(tries.min(10))));
                        continue;
                    }
                    if may_retry {
                        self.say("Giving up.\n\n");
                    }
                    return code;
                }
            };
            let head = exchange.head.clone();
            if self.shows_response {
                let lines: String = String::from_utf8_lossy(&head.raw).lines().filter(|line| !line.is_empty()).map(|line| format!("  {line}\n")).collect();
                self.put(&format!("\n{lines}"));
            } else {
                self.say(&format!("{} {}\n", head.status, head.reason));
            }
            let next = head.get("location").filter(|_| matches!(head.status, 301 | 302 | 303 | 307 | 308)).map(str::to_owned);
            if let Some(location) = next {
                self.say(&format!("Location: {location} [following]\n"));
                hops += 1;
                if hops > self.max_redirects {
                    self.tell(&format!("{} redirections exceeded.\n", self.max_redirects));
                    return SERVER;
                }
                if exchange.drain().is_ok() {
                    self.client.keep(exchange);
                }
                let Some(next) = url.join(&location) else {
                    self.tell(&format!("{location}: Invalid URL.\n"));
                    return GENERIC;
                };
                if method == "POST" && !matches!(head.status, 307 | 308) {
                    (method, with_body) = ("GET".to_owned(), false);
                }
                url = next;
                continue;
            }
            return self.finish(exchange, &head, &url, &file, start);
        }
    }

    fn request(&mut self, url: &Url, method: &str, start: u64, with_body: bool) -> Result<Exchange, Failure> {
        let given = |name: &str| self.headers.iter().any(|line| line.split(':').next().is_some_and(|key| key.trim().eq_ignore_ascii_case(name)));
        let mut lines = vec![format!("{method} {} HTTP/1.1", url.path)];
        let mut own = |name: &str, value: Option<String>| {
            if let Some(value) = value.filter(|_| !given(name)) {
                lines.push(format!("{name}: {value}"));
            }
        };
        own("Host", Some(url.authority()));
        own("Range", (start > 0).then(|| format!("bytes={start}-")));
        own("Referer", self.referer.clone());
        own("User-Agent", Some(self.agent.clone()).filter(|agent| !agent.is_empty()));
        own("Accept", Some("*/*".into()));
        own("Accept-Encoding", Some("identity".into()));
        let user = self.user.clone().or_else(|| url.user.clone());
        let password = self.password.clone().or_else(|| url.password.clone()).unwrap_or_default();
        own("Authorization", user.map(|user| format!("Basic {}", crate::base64::encode(format!("{user}:{password}").as_bytes()))));
        own("Connection", Some("Keep-Alive".into()));
        let body = self.body.clone().filter(|_| with_body);
        if let Some(body) = &body {
            own("Content-Type", Some("application/x-www-form-urlencoded".into()));
            own("Content-Length", Some(body.len().to_string()));
        }
        lines.extend(self.headers.iter().cloned());
        let head = [lines.join("\r\n").as_bytes(), b"\r\n\r\n"].concat();
        let mut rest = body.as_deref().unwrap_or_default();
        let length = Some(rest.len() as u64);
        let upload = body.is_some().then_some(Upload { reader: &mut rest, length });
        let shows = !self.quiet && !self.terse;
        let mut log = self.log.take();
        let name = format!("{}:{}", url.host, url.port());
        let mut tell = |line: &str| {
            let text = match () {
                () if line.starts_with("  Trying ") => format!("Connecting to {name}... "),
                () if line.starts_with("Connected to ") => "connected.\n".to_owned(),
                () if line.starts_with("Re-using") => format!("Reusing existing connection to {name}.\n"),
                () if line == ">" => "HTTP request sent, awaiting response... ".to_owned(),
                () => return,
            };
            match &mut log {
                Some(log) if shows => drop(log.write_all(text.as_bytes())),
                None if shows => eprint!("{text}"),
                _ => {}
            }
        };
        let done = self.client.send(url, method, &head, upload, &mut tell);
        self.log = log;
        done
    }

    fn finish(&mut self, mut exchange: Exchange, head: &Head, url: &Url, file: &[u8], start: u64) -> i32 {
        if head.status >= 400 && !(self.content_on_error && !self.spider) {
            if start > 0 && head.status == 416 {
                self.say("\n    The file is already fully retrieved; nothing to do.\n\n");
                return 0;
            }
            self.error(head, url);
            return if head.status == 401 || head.status == 407 { LOGIN } else { SERVER };
        }
        if self.spider {
            self.say("Remote file exists.\n\n");
            return 0;
        }
        let goes_on = start > 0 && head.status == 206;
        let length = exchange.length().map(|length| length + if goes_on { start } else { 0 });
        let kind = head.get("content-type").map(|kind| format!(" [{}]", kind.split(';').next().unwrap_or("").trim()));
        let size = length.map_or("unspecified".to_owned(), |length| length.to_string());
        let human = length.filter(|length| *length >= 1024).map_or(String::new(), |length| format!(" ({})", human(length)));
        self.say(&format!("Length: {size}{human}{}\n", kind.unwrap_or_default()));
        let mut file = file.to_vec();
        if self.content_disposition && self.document.is_none() {
            let name = head.get("content-disposition").and_then(|value| value.split(';').find_map(|part| part.trim().strip_prefix("filename=")));
            let name = name.map(|name| name.trim_matches('"').rsplit(['/', '\\']).next().unwrap_or("")).filter(|name| !matches!(*name, "" | "." | ".."));
            if let Some(name) = name {
                file = self.prefix.as_ref().map_or(name.as_bytes().to_vec(), |prefix| path::join(prefix, name.as_bytes()));
            }
        }
        let is_stdout = file == b"-";
        if self.document.is_none() && !goes_on && !self.overwrites && (!self.rules.follows() || self.rules.no_directories) {
            file = unused(file);
        }
        let shown_name = if is_stdout { "STDOUT".to_owned() } else { format!("‘{}’", shown(&file)) };
        self.say(&format!("Saving to: {shown_name}\n\n"));
        let opened = self.open(&file, is_stdout, goes_on);
        let mut output = match opened {
            Ok(output) => output,
            Err(error) => {
                self.tell(&format!("{}: {}\n\nCannot write to {shown_name} ({}).\n", shown(&file), message(&error), message(&error)));
                return FILE;
            }
        };
        let mut buffer = vec![0; 64 * 1024];
        let mut received = 0u64;
        loop {
            match exchange.read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => {
                    if let Err(error) = output.write_all(&buffer[..count]) {
                        self.tell(&format!("\nCannot write to {shown_name} ({}).\n", message(&error)));
                        return FILE;
                    }
                    received += count as u64;
                }
                Err(error) => {
                    let (text, code, _) = words_of(Failure::of_receive(error), url);
                    self.tell(&format!("{text}\n"));
                    return code;
                }
            }
        }
        if let Err(error) = output.flush() {
            self.tell(&format!("\nCannot write to {shown_name} ({}).\n", message(&error)));
            return FILE;
        }
        let total = received + if goes_on { start } else { 0 };
        let of = length.map_or(String::new(), |length| format!("/{length}"));
        let time = local_time();
        if self.terse {
            let own = if is_stdout { "-".to_owned() } else { shown(&file).into_owned() };
            self.tell(&format!("{time} URL:{} [{total}{of}] -> \"{own}\" [1]\n", url.text()));
        } else {
            let verb = if is_stdout { "written to stdout" } else { "saved" };
            let named = if is_stdout { "-".to_owned() } else { format!("- {shown_name}") };
            self.say(&format!("{time} {named} {verb} [{total}{of}]\n\n"));
        }
        if !is_stdout {
            if let Some(time) = head.get("last-modified").and_then(crate::http::cookies::http_date) {
                // The file is whole without it.
                let _ = path::set_times(&file, time * 1_000_000_000, time * 1_000_000_000, true);
            }
        }
        self.client.keep(exchange);
        let is_page = head.get("content-type").is_some_and(|kind| kind.starts_with("text/html") || kind.starts_with("application/xhtml+xml"));
        self.saved = (!is_stdout && head.status < 400).then(|| Saved { file, url: url.clone(), is_page });
        if head.status >= 400 { SERVER } else { 0 }
    }
}
