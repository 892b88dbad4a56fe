//! wget: fetches files by name. It tells what it does on standard error.

mod links;
mod recursion;
mod rules;

use crate::http::{Client, Exchange, Failure, Head, Upload, Url};
use console::options::{self, Item, Opt, Style, flag, value};
use console::{message, path, shown};
use recursion::Saved;
use rules::Rules;
use std::ffi::OsString;
use std::fs::OpenOptions;
use std::io::{Read, Write};
use std::time::Duration;

const OPTIONS: &[Opt] = &[
    flag(&["q", "quiet"]),
    flag(&["v", "verbose"]),
    flag(&["nv", "no-verbose"]),
    value(&["O", "output-document"]),
    value(&["P", "directory-prefix"]),
    flag(&["c", "continue"]),
    flag(&["nc", "no-clobber"]),
    flag(&["N", "timestamping"]),
    flag(&["S", "server-response"]),
    flag(&["spider"]),
    value(&["T", "timeout"]),
    value(&["connect-timeout"]),
    value(&["read-timeout"]),
    value(&["t", "tries"]),
    value(&["w", "wait"]),
    value(&["waitretry"]),
    value(&["header"]),
    value(&["U", "user-agent"]),
    value(&["referer"]),
    value(&["user"]),
    value(&["password"]),
    value(&["http-user"]),
    value(&["http-password"]),
    value(&["method"]),
    value(&["post-data"]),
    value(&["post-file"]),
    value(&["body-data"]),
    value(&["body-file"]),
    flag(&["r", "recursive"]),
    value(&["l", "level"]),
    flag(&["np", "no-parent"]),
    flag(&["k", "convert-links"]),
    flag(&["p", "page-requisites"]),
    flag(&["m", "mirror"]),
    flag(&["x", "force-directories"]),
    flag(&["nd", "no-directories"]),
    flag(&["nH", "no-host-directories"]),
    value(&["cut-dirs"]),
    flag(&["H", "span-hosts"]),
    value(&["D", "domains"]),
    value(&["A", "accept"]),
    value(&["R", "reject"]),
    value(&["e", "execute"]),
    value(&["i", "input-file"]),
    value(&["o", "output-file"]),
    value(&["max-redirect"]),
    flag(&["no-check-certificate"]),
    value(&["ca-certificate"]),
    flag(&["content-disposition"]),
    flag(&["content-on-error"]),
    flag(&["show-progress"]),
    value(&["progress"]),
    flag(&["no-cache"]),
    flag(&["no-cookies"]),
    flag(&["no-proxy"]),
    flag(&["no-hsts"]),
    flag(&["no-config"]),
    flag(&["no-use-server-timestamps"]),
    flag(&["4", "inet4-only"]),
    flag(&["6", "inet6-only"]),
    flag(&["h", "help"]),
    flag(&["V", "version"]),
];

const USAGE: &str = "Usage: wget [OPTION]... [URL]...
  -q,  --quiet                     quiet (no output); -nv turn off verboseness
  -O,  --output-document=FILE      write documents to FILE
  -P,  --directory-prefix=PREFIX   save files to PREFIX/..
  -c,  --continue                  resume getting a partially-downloaded file
  -nc, --no-clobber                skip downloads that would download to existing files
  -S,  --server-response           print server response
       --spider                    don't download anything
  -T,  --timeout=SECONDS           set all timeout values to SECONDS
  -t,  --tries=NUMBER              set number of retries to NUMBER
  -i,  --input-file=FILE           download URLs found in FILE
  -o,  --output-file=FILE          log messages to FILE
  -r,  --recursive                 specify recursive download
  -l,  --level=NUMBER              maximum recursion depth (inf or 0 for infinite)
  -k,  --convert-links             make links in downloaded HTML point to local files
  -p,  --page-requisites           get all images, etc. needed to display HTML page
  -np, --no-parent                 don't ascend to the parent directory
  -m,  --mirror  -x,  --force-directories  -nd, --no-directories  -nH, --no-host-directories  --cut-dirs=NUMBER
  -A,  --accept=LIST  -R,  --reject=LIST  -D,  --domains=LIST  -H,  --span-hosts
       --header=STRING  --user-agent=AGENT  --referer=URL  --user=USER  --password=PASS
       --method=METHOD  --post-data=STRING  --post-file=FILE  --body-data=STRING  --body-file=FILE
       --max-redirect=NUMBER  --no-check-certificate  --ca-certificate=FILE  --content-on-error";

const GENERIC: i32 = 1;
const PARSE: i32 = 2;
const FILE: i32 = 3;
const NETWORK: i32 = 4;
const TLS: i32 = 5;
const LOGIN: i32 = 6;
const PROTOCOL: i32 = 7;
const SERVER: i32 = 8;

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

/// The first number wins where several fail, as wget orders them.
fn worse(before: i32, code: i32) -> i32 {
    if before == 0 || code != 0 && code < before { code } else { before }
}

impl Wget {
    fn apply(&mut self, name: &str, value: Vec<u8>, urls: &mut Vec<String>) -> Result<(), i32> {
        let text = shown(&value).into_owned();
        let seconds = || text.parse::<f64>().ok().filter(|seconds| *seconds > 0.0 && *seconds < 1e9).map(Duration::from_secs_f64);
        let read = |name: &[u8]| {
            let content = if name == b"-" {
                let mut bytes = Vec::new();
                console::stream::Stream::standard_input().read_to_end(&mut bytes).map(|_| bytes)
            } else {
                std::fs::read(path::of(name))
            };
            content.map_err(|error| {
                eprintln!("{}: {}", shown(name), message(&error));
                FILE
            })
        };
        match name {
            "q" => self.quiet = true,
            "nv" => self.terse = true,
            "O" => self.document = Some(value),
            "P" => self.prefix = Some(value),
            "c" => self.resumes = true,
            "nc" => self.no_clobber = true,
            "S" => self.shows_response = true,
            "spider" => self.spider = true,
            "T" => (self.client.settings.connect_limit, self.client.settings.silence) = (seconds(), seconds()),
            "connect-timeout" => self.client.settings.connect_limit = seconds(),
            "read-timeout" => self.client.settings.silence = seconds(),
            "t" => self.tries = if text == "inf" || text == "0" { u32::MAX } else { text.parse().unwrap_or(20) },
            "header" => self.headers.push(text),
            "U" => self.agent = text,
            "referer" => self.referer = Some(text),
            "user" | "http-user" => self.user = Some(text),
            "password" | "http-password" => self.password = Some(text),
            "method" => self.method = Some(text.to_ascii_uppercase()),
            "post-data" => (self.method, self.body) = (Some("POST".into()), Some(value)),
            "post-file" => (self.method, self.body) = (Some("POST".into()), Some(read(&value)?)),
            "body-data" => self.body = Some(value),
            "body-file" => self.body = Some(read(&value)?),
            "i" => urls.extend(shown(&read(&value)?).lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).map(str::to_owned)),
            "o" => {
                let opened = std::fs::File::create(path::of(&value));
                self.log = Some(opened.map_err(|error| {
                    eprintln!("{text}: {}", message(&error));
                    GENERIC
                })?);
            }
            "max-redirect" => self.max_redirects = text.parse().unwrap_or(20),
            "no-check-certificate" => self.client.settings.insecure = true,
            "ca-certificate" => self.client.settings.ca = Some(shown(&read(&value)?).into_owned()),
            "content-on-error" => self.content_on_error = true,
            "content-disposition" => self.content_disposition = true,
            "4" => self.client.settings.family = Some(4),
            "6" => self.client.settings.family = Some(6),
            "h" => {
                println!("{USAGE}");
                return Err(0);
            }
            "V" => {
                println!("GNU Wget compatible, secure-exec {}", env!("CARGO_PKG_VERSION"));
                return Err(0);
            }
            rule => self.rules.apply(rule, &text),
        }
        Ok(())
    }

    fn put(&mut self, text: &str) {
        match &mut self.log {
            // A log that cannot be written is no reason to stop.
            Some(log) => drop(log.write_all(text.as_bytes())),
            None => eprint!("{text}"),
        }
    }

    /// What wget tells by default.
    fn say(&mut self, text: &str) {
        if !self.quiet && !self.terse {
            self.put(text);
        }
    }

    /// What it tells under `-nv`, too.
    fn tell(&mut self, text: &str) {
        if !self.quiet {
            self.put(text);
        }
    }

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

    fn file_name(&self, url: &Url) -> Vec<u8> {
        if let Some(document) = &self.document {
            return document.clone();
        }
        let name = url.path.rsplit_once('/').map_or("", |(_, name)| name);
        let start = url.file_name();
        // A query belongs to the name.
        let query = url.path.split_once('?').map_or("", |(_, query)| query);
        let name = if query.is_empty() { name.to_owned() } else { format!("{start}?{}", query.replace('/', "%2F")) };
        let name = crate::http::url::decoded(&if start.is_empty() { format!("index.html{name}") } else { name });
        let name = name.replace(['/', '\0'], "_");
        let name = if name == ".." || name == "." { "index.html".to_owned() } else { name };
        let name = format!("{}{name}", self.rules.directory(url).unwrap_or_default());
        match &self.prefix {
            Some(prefix) => path::join(prefix, name.as_bytes()),
            None => name.into_bytes(),
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
        if self.document.is_none() && !goes_on && (!self.rules.follows() || self.rules.no_directories) {
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

    fn error(&mut self, head: &Head, url: &Url) {
        if self.spider && head.status == 404 {
            self.say("Remote file does not exist -- broken link!!!\n\n");
            return;
        }
        if self.terse {
            self.tell(&format!("{}:\n", url.text()));
        }
        self.tell(&format!("{} ERROR {}: {}.\n\n", local_time(), head.status, head.reason));
    }

    fn open(&self, file: &[u8], is_stdout: bool, goes_on: bool) -> std::io::Result<Box<dyn Write>> {
        if is_stdout {
            return Ok(Box::new(console::stream::output()));
        }
        if let Some(parent) = path::parent(file).filter(|parent| !parent.is_empty() && self.document.is_none()) {
            std::fs::create_dir_all(path::of(parent))?;
        }
        let appends = goes_on || self.document.is_some();
        Ok(Box::new(OpenOptions::new().create(true).write(true).append(appends).truncate(!appends).open(path::of(file))?))
    }
}

/// A name that nothing has: `file`, `file.1`, `file.2`.
fn unused(file: Vec<u8>) -> Vec<u8> {
    if sys::lstat(&file).is_err() {
        return file;
    }
    let numbered = (1..u32::MAX).map(|number| [&file[..], format!(".{number}").as_bytes()].concat());
    numbered.into_iter().find(|name| sys::lstat(name).is_err()).unwrap_or(file.clone())
}

/// The words for a failure, its exit code, and whether another try may help.
fn words_of(failure: Failure, url: &Url) -> (String, i32, bool) {
    match failure {
        Failure::Resolve(host) => (format!("Resolving {host}... failed: Name or service not known.\nwget: unable to resolve host address ‘{host}’"), NETWORK, false),
        Failure::Connect { error, .. } => (format!("failed: {}.", message(&error)), NETWORK, false),
        Failure::ConnectTimeout { .. } => ("failed: Connection timed out.".into(), NETWORK, true),
        Failure::Timeout => ("Read error (Connection timed out) in headers.".into(), NETWORK, true),
        Failure::Tls { message, .. } => (
            format!("ERROR: cannot verify {}'s certificate: {message}\nTo connect to {} insecurely, use `--no-check-certificate'.", url.host, url.host),
            TLS,
            false,
        ),
        Failure::Empty => ("No data received.".into(), NETWORK, true),
        Failure::NotHttp(text) => (text, PROTOCOL, false),
        Failure::Receive(error) | Failure::Send(error) => (format!("Read error ({}) in headers.", message(&error)), NETWORK, true),
        Failure::Upload(error) => (message(&error), FILE, false),
        Failure::Partial(_) | Failure::Encoding => ("Connection closed before the end.".into(), NETWORK, false),
    }
}

fn human(bytes: u64) -> String {
    let (mut value, mut unit) = (bytes as f64 / 1024.0, 'K');
    for next in ['M', 'G', 'T'] {
        if value < 1024.0 {
            break;
        }
        (value, unit) = (value / 1024.0, next);
    }
    if value < 10.0 { format!("{value:.1}{unit}") } else { format!("{value:.0}{unit}") }
}

/// `2024-03-05 06:07:08`, UTC.
fn local_time() -> String {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |since| since.as_secs() as i64);
    let (days, of_day) = (now.div_euclid(86_400), now.rem_euclid(86_400));
    let shifted = days + 719_468;
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let year = year_of_era + shifted.div_euclid(146_097) * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02} {:02}:{:02}:{:02}", of_day / 3600, of_day / 60 % 60, of_day % 60)
}
