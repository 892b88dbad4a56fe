//! One address from its first request to the last byte: redirects, uploads, compressed content.

use super::form;
use super::options::{Options, Target};
use super::output::Sink;
use super::request::{self, BodyLength, Shape};
use super::write_out::Facts;
use crate::http::cookies::Cookies;
use crate::http::{Client, Exchange, Failure, Head, Upload, Url};
use console::{message, path, shown};
use std::fs::File;
use std::io::{Read, Write};
use std::time::Instant;

pub const HTTP_ERROR: i32 = 22;
pub const WRITE_ERROR: i32 = 23;

/// Why a transfer failed, in curl's numbers and words.
pub struct Problem {
    pub code: i32,
    pub text: String,
}

fn problem(code: i32, text: impl Into<String>) -> Problem {
    Problem { code, text: text.into() }
}

/// What is sent as a body.
enum Body {
    None,
    Bytes(Vec<u8>),
    File(File, u64),
    Stdin,
}

/// Transfers; answers the facts of what happened, and what went wrong.
pub fn run(
    options: &Options,
    client: &mut Client,
    cookies: &mut Cookies,
    address: &str,
    target: &Target,
    started: Instant,
) -> (Facts, Option<Problem>) {
    let mut facts = Facts { url: address.to_owned(), ..Facts::default() };
    let done = transfer(options, client, cookies, address, target, &mut facts);
    facts.seconds = started.elapsed().as_secs_f64();
    let problem = done.err().map(|problem| match problem.code {
        28 if problem.text.is_empty() => {
            let milliseconds = started.elapsed().as_millis();
            let text = format!("Operation timed out after {milliseconds} milliseconds with {} bytes received", facts.size_download);
            Problem { code: 28, text }
        }
        _ => problem,
    });
    (facts, problem)
}

fn transfer(
    options: &Options,
    client: &mut Client,
    cookies: &mut Cookies,
    address: &str,
    target: &Target,
    facts: &mut Facts,
) -> Result<(), Problem> {
    let mut url = Url::parse(address).ok_or_else(|| problem(3, "URL using bad/illegal format or missing URL"))?;
    facts.scheme = url.scheme.clone();
    let mut sink = Sink::new(options, target, &url).map_err(|text| problem(WRITE_ERROR, text))?;
    if url.scheme == "file" {
        return local_file(options, &url, &mut sink, facts);
    }
    if let Some(upload) = options.upload.as_ref().filter(|name| *name != b"-") {
        if url.path.ends_with('/') {
            url.path.push_str(&crate::http::url::encoded(path::last_component(upload)));
        }
    }
    if options.into_query {
        if let Some(data) = &options.data {
            url.path.push(if url.path.contains('?') { '&' } else { '?' });
            url.path.push_str(&shown(&data.bytes));
        }
    }
    if !options.path_as_is {
        url.normalize();
    }
    let first = url.clone();
    let mut referer = options.referer.clone();
    let (mut body, mut content_type) = body_of(options)?;
    let mut method = method_of(options, &body);
    let mut hops = 0;
    loop {
        if !matches!(url.scheme.as_str(), "http" | "https") {
            return Err(problem(1, format!("Protocol \"{}\" not supported or disabled in libcurl", url.scheme)));
        }
        facts.url = if hops == 0 && address.contains("://") && !options.into_query { address.to_owned() } else { url.text() };
        (facts.method, facts.scheme) = (method.clone(), url.scheme.clone());
        let is_same = (&url.scheme, &url.host, url.port()) == (&first.scheme, &first.host, first.port());
        let mut shape = Shape {
            method: method.clone(),
            with_credentials: is_same || options.trusts_redirects,
            content_type: content_type.clone(),
            length: length_of(&body),
            cookies: cookie_header(options, cookies, &url, is_same || options.trusts_redirects),
            referer: referer.clone().map(|referer| referer.trim_end_matches(";auto").to_owned()),
            range: options.range.clone(),
            is_upload: matches!(body, Body::File(..) | Body::Stdin),
        };
        if let Some(start) = resume_start(options, &sink) {
            shape.range = Some(format!("{start}-"));
        }
        let head = request::head(options, &url, &shape);
        facts.size_request = head.len() as u64;
        let mut exchange = send(options, client, &url, &method, &head, &mut body)?;
        facts.connects += 1;
        let answer = exchange.head.clone();
        note(facts, &url, &answer, &exchange);
        for header in answer.all("set-cookie") {
            cookies.set(header, &url, now());
        }
        tell_head(options, &answer);
        show_heads(options, &mut sink, &exchange)?;
        let next = answer.get("location").filter(|_| (300..400).contains(&answer.status) && answer.status != 304);
        let next = next.and_then(|location| url.join(location));
        facts.redirect_url = next.as_ref().map(Url::text).unwrap_or_default();
        if let Some(next) = next.filter(|_| options.follow) {
            if options.max_redirects >= 0 && hops >= options.max_redirects {
                let _ = sink.finish(options, false);
                return Err(problem(47, format!("Maximum ({}) redirects followed", options.max_redirects)));
            }
            hops += 1;
            facts.redirects += 1;
            exchange.drain().map_err(|error| words_of(Failure::of_receive(error)))?;
            client.keep(exchange);
            if options.referer.as_ref().is_some_and(|referer| referer.ends_with(";auto")) {
                referer = Some(url.text());
            }
            let becomes_get = match answer.status {
                301 => !options.keeps_post[0],
                302 => !options.keeps_post[1],
                303 => !options.keeps_post[2],
                _ => false,
            };
            if becomes_get && (answer.status == 303 && method != "HEAD" || method == "POST") {
                (body, content_type) = (Body::None, None);
                if options.method.is_none() {
                    method = "GET".to_owned();
                }
            } else {
                (body, content_type) = body_of(options)?;
            }
            facts.redirect_url = String::new();
            url = next;
            continue;
        }
        return finish(options, client, exchange, &answer, &mut sink, facts);
    }
}

/// Receives the body of the last answer.
fn finish(options: &Options, client: &mut Client, mut exchange: Exchange, answer: &Head, sink: &mut Sink, facts: &mut Facts) -> Result<(), Problem> {
    let is_error = answer.status >= 400;
    let http_error = || problem(HTTP_ERROR, format!("The requested URL returned error: {}", answer.status));
    if options.fail && is_error {
        let _ = sink.finish(options, false);
        return Err(http_error());
    }
    if answer.status == 200 && resume_start(options, sink).is_some() {
        return Err(problem(33, "HTTP server doesn't seem to support byte ranges. Cannot resume."));
    }
    if options.header_name {
        sink.rename(options, answer);
    }
    facts.file_name = sink.name().map(|name| shown(name).into_owned()).unwrap_or_default();
    let received = receive(options, &mut exchange, answer, sink, facts);
    let finished = sink.finish(options, received.is_ok()).map_err(|_| write_problem());
    received.and(finished)?;
    if options.remote_time {
        set_remote_time(answer, sink);
    }
    let kept = client.keep(exchange);
    if options.verbose {
        eprintln!("{}", if kept { "* Connection #0 left intact" } else { "* Closing connection 0" });
    }
    if options.fail_with_body && is_error { Err(http_error()) } else { Ok(()) }
}

fn receive(options: &Options, exchange: &mut Exchange, answer: &Head, sink: &mut Sink, facts: &mut Facts) -> Result<(), Problem> {
    let coding = answer.get("content-encoding").unwrap_or("").trim().to_ascii_lowercase();
    let mut decoder = match coding.as_str() {
        "gzip" | "x-gzip" if options.compressed && !options.raw => Some(Inflate::Gzip(flate2::write::MultiGzDecoder::new(Vec::new()))),
        "deflate" if options.compressed && !options.raw => Some(Inflate::Zlib(flate2::write::ZlibDecoder::new(Vec::new()))),
        _ => None,
    };
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let count = exchange.read(&mut buffer).map_err(|error| match error.kind() {
            std::io::ErrorKind::InvalidData => problem(56, "Illegal or missing hexadecimal sequence in chunked-encoding"),
            _ => words_of(Failure::of_receive(error)),
        })?;
        facts.size_download += count as u64;
        let bytes = match &mut decoder {
            Some(decoder) => decoder.feed(&buffer[..count]).map_err(|_| words_of(Failure::Encoding))?,
            None => buffer[..count].to_vec(),
        };
        if !bytes.is_empty() {
            sink.write(options, &bytes).map_err(|_| write_problem())?;
        }
        if count == 0 {
            return Ok(());
        }
    }
}

fn write_problem() -> Problem {
    problem(WRITE_ERROR, "Failure writing output to destination")
}

/// Undoes the compression of content.
enum Inflate {
    Gzip(flate2::write::MultiGzDecoder<Vec<u8>>),
    Zlib(flate2::write::ZlibDecoder<Vec<u8>>),
}

impl Inflate {
    /// Takes compressed bytes, none at the end; answers what they are.
    fn feed(&mut self, bytes: &[u8]) -> std::io::Result<Vec<u8>> {
        match self {
            Inflate::Gzip(decoder) => {
                decoder.write_all(bytes)?;
                if bytes.is_empty() { decoder.try_finish()? } else { decoder.flush()? }
                Ok(std::mem::take(decoder.get_mut()))
            }
            Inflate::Zlib(decoder) => {
                decoder.write_all(bytes)?;
                if bytes.is_empty() { decoder.try_finish()? } else { decoder.flush()? }
                Ok(std::mem::take(decoder.get_mut()))
            }
        }
    }
}

fn body_of(options: &Options) -> Result<(Body, Option<String>), Problem> {
    if let Some(name) = &options.upload {
        if name == b"-" || name == b"." {
            return Ok((Body::Stdin, None));
        }
        let cannot_open = |_| problem(26, format!("Can't open '{}'!", shown(name)));
        let file = File::open(path::of(name)).map_err(cannot_open)?;
        let size = file.metadata().map_err(cannot_open)?.len();
        return Ok((Body::File(file, size), None));
    }
    if !options.parts.is_empty() {
        let (bytes, boundary) = form::encode(&options.parts);
        return Ok((Body::Bytes(bytes), Some(format!("multipart/form-data; boundary={boundary}"))));
    }
    match &options.data {
        Some(data) if !options.into_query => {
            let kind = if data.is_json { "application/json" } else { "application/x-www-form-urlencoded" };
            Ok((Body::Bytes(data.bytes.clone()), Some(kind.to_owned())))
        }
        _ => Ok((Body::None, None)),
    }
}

fn method_of(options: &Options, body: &Body) -> String {
    match (&options.method, body) {
        (Some(method), _) => method.clone(),
        _ if options.head_only => "HEAD".into(),
        (None, Body::None) => "GET".into(),
        (None, Body::Bytes(_)) => "POST".into(),
        (None, Body::File(..) | Body::Stdin) => "PUT".into(),
    }
}

fn length_of(body: &Body) -> Option<BodyLength> {
    match body {
        Body::None => None,
        Body::Bytes(bytes) => Some(BodyLength::Known(bytes.len() as u64)),
        Body::File(_, size) => Some(BodyLength::Known(*size)),
        Body::Stdin => Some(BodyLength::Chunked),
    }
}

fn send(options: &Options, client: &mut Client, url: &Url, method: &str, head: &[u8], body: &mut Body) -> Result<Exchange, Problem> {
    let mut tell = |line: &str| {
        if !options.verbose {
            return;
        }
        match line.strip_prefix('>') {
            Some(request) => eprintln!("> {request}"),
            None => eprintln!("* {line}"),
        }
    };
    let mut stdin;
    let mut slice: &[u8];
    let upload = match body {
        Body::None => None,
        Body::Bytes(bytes) => {
            slice = bytes;
            let length = Some(bytes.len() as u64);
            Some(Upload { reader: &mut slice, length })
        }
        Body::File(file, size) => Some(Upload { reader: file, length: Some(*size) }),
        Body::Stdin => {
            stdin = console::stream::Stream::standard_input();
            Some(Upload { reader: &mut stdin, length: None })
        }
    };
    client.send(url, method, head, upload, &mut tell).map_err(words_of)
}

fn words_of(failure: Failure) -> Problem {
    match failure {
        Failure::Resolve(host) => problem(6, format!("Could not resolve host: {host}")),
        Failure::Connect { host, port, .. } => problem(7, format!("Failed to connect to {host} port {port} after 0 ms: Couldn't connect to server")),
        Failure::ConnectTimeout { host, port } => problem(28, format!("Failed to connect to {host} port {port}: Timeout was reached")),
        Failure::Timeout => problem(28, ""),
        Failure::Tls { code, message } => tls_problem(&code, &message),
        Failure::Empty => problem(52, "Empty reply from server"),
        Failure::NotHttp(text) if text.starts_with("Received") => problem(1, text),
        Failure::NotHttp(text) => problem(8, text),
        Failure::Receive(error) => problem(56, format!("Recv failure: {}", message(&error))),
        Failure::Send(error) => problem(55, format!("Send failure: {}", message(&error))),
        Failure::Upload(error) => problem(26, format!("Failed to open/read local data from file/application: {}", message(&error))),
        Failure::Partial(Some(left)) => problem(18, format!("transfer closed with {left} bytes remaining to read")),
        Failure::Partial(None) => problem(18, "transfer closed with outstanding read data remaining"),
        Failure::Encoding => problem(61, "Error while processing content unencoding: invalid block type"),
    }
}

/// A certificate that does not hold is 60, everything else 35.
fn tls_problem(code: &str, text: &str) -> Problem {
    let is_certificate = code.contains("CERT") || code.contains("SELF_SIGNED") || code.contains("ISSUER") || code.contains("ALTNAME");
    if !is_certificate {
        return problem(35, format!("TLS connect error: {text}"));
    }
    let more = "\nMore details here: https://curl.se/docs/sslcerts.html\n\ncurl failed to verify the legitimacy of the server and therefore could not\nestablish a secure connection to it. To learn more about this situation and\nhow to fix it, please visit the web page mentioned above.";
    problem(60, format!("SSL certificate problem: {text}{more}"))
}

fn note(facts: &mut Facts, url: &Url, answer: &Head, exchange: &Exchange) {
    facts.status = answer.status;
    facts.minor = answer.minor;
    facts.size_header += answer.raw.len() as u64 + exchange.early.iter().map(|head| head.raw.len() as u64).sum::<u64>();
    facts.size_upload = exchange.sent;
    facts.content_type = answer.get("content-type").unwrap_or("").to_owned();
    facts.remote_ip = exchange.peer.clone();
    facts.remote_port = url.port();
    facts.headers = answer.headers.clone();
}

fn tell_head(options: &Options, answer: &Head) {
    if options.verbose {
        for line in String::from_utf8_lossy(&answer.raw).lines() {
            eprintln!("< {line}");
        }
    }
}

fn show_heads(options: &Options, sink: &mut Sink, exchange: &Exchange) -> Result<(), Problem> {
    let heads = exchange.early.iter().chain([&exchange.head]);
    for head in heads {
        if options.include && !(options.fail && head.status >= 400) {
            sink.write(options, &head.raw).map_err(|_| write_problem())?;
        }
        if let Some(name) = &options.dump_headers {
            let written = if name == b"-" {
                std::io::stdout().write_all(&head.raw)
            } else {
                let opened = std::fs::OpenOptions::new().create(true).append(true).open(path::of(name));
                opened.and_then(|mut file| file.write_all(&head.raw))
            };
            written.map_err(|_| write_problem())?;
        }
    }
    Ok(())
}

fn cookie_header(options: &Options, cookies: &Cookies, url: &Url, with_given: bool) -> Option<String> {
    let given = options.cookies.iter().filter(|given| with_given && given.contains('=')).cloned();
    let all: Vec<String> = cookies.header(url, now()).into_iter().chain(given).collect();
    (!all.is_empty()).then(|| all.join("; "))
}

fn now() -> i64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |since| since.as_secs() as i64)
}

/// `-C`: where to go on; `-` is the end of what is there.
fn resume_start(options: &Options, sink: &Sink) -> Option<u64> {
    let start = options.resume.as_deref()?;
    let start = if start == "-" { sys::stat(sink.name()?).map_or(0, |stat| stat.size) } else { start.parse().ok()? };
    (start > 0).then_some(start)
}

fn set_remote_time(answer: &Head, sink: &Sink) {
    let Some(time) = answer.get("last-modified").and_then(crate::http::cookies::http_date) else { return };
    if let Some(name) = sink.name() {
        // The file is whole without it.
        let _ = path::set_times(name, time * 1_000_000_000, time * 1_000_000_000, true);
    }
}

fn local_file(options: &Options, url: &Url, sink: &mut Sink, facts: &mut Facts) -> Result<(), Problem> {
    let name = crate::http::url::decoded(&url.path);
    let opened = File::open(&name).ok().filter(|_| !sys::stat(name.as_bytes()).is_ok_and(|stat| stat.is_directory()));
    let mut file = opened.ok_or_else(|| problem(37, format!("Couldn't open file {name}")))?;
    if options.head_only {
        let size = file.metadata().map_or(0, |metadata| metadata.len());
        sink.write(options, format!("Content-Length: {size}\r\nAccept-ranges: bytes\r\n").as_bytes()).map_err(|_| write_problem())?;
        return sink.finish(options, true).map_err(|_| write_problem());
    }
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let count = file.read(&mut buffer).map_err(|error| problem(37, format!("Couldn't read file {name}: {}", message(&error))))?;
        if count == 0 {
            return sink.finish(options, true).map_err(|_| write_problem());
        }
        facts.size_download += count as u64;
        sink.write(options, &buffer[..count]).map_err(|_| write_problem())?;
    }
}
