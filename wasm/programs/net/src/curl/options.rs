//! curl's command line.

use super::config;
use super::form::Part;
use console::options::{self, Item, Opt, Style, flag, value};
use console::{message, path, shown};
use std::collections::VecDeque;
use std::ffi::OsString;
use std::time::Duration;

const OPTIONS: &[Opt] = &[
    value(&["A", "user-agent"]),
    flag(&["a", "append"]),
    value(&["b", "cookie"]),
    value(&["c", "cookie-jar"]),
    value(&["C", "continue-at"]),
    value(&["d", "data", "data-ascii"]),
    value(&["data-raw"]),
    value(&["data-binary"]),
    value(&["data-urlencode"]),
    value(&["json"]),
    value(&["K", "config"]),
    value(&["D", "dump-header"]),
    value(&["e", "referer"]),
    value(&["E", "cert"]),
    flag(&["f", "fail"]),
    flag(&["fail-with-body"]),
    flag(&["fail-early"]),
    value(&["F", "form"]),
    value(&["form-string"]),
    flag(&["g", "globoff"]),
    flag(&["G", "get"]),
    value(&["H", "header"]),
    flag(&["h", "help"]),
    flag(&["i", "include"]),
    flag(&["I", "head"]),
    flag(&["j", "junk-session-cookies"]),
    flag(&["J", "remote-header-name"]),
    flag(&["k", "insecure"]),
    flag(&["L", "location"]),
    flag(&["location-trusted"]),
    value(&["m", "max-time"]),
    value(&["connect-timeout"]),
    value(&["max-redirs"]),
    flag(&["N", "no-buffer"]),
    value(&["o", "output"]),
    flag(&["O", "remote-name"]),
    flag(&["remote-name-all"]),
    value(&["output-dir"]),
    flag(&["create-dirs"]),
    flag(&["R", "remote-time"]),
    flag(&["post301"]),
    flag(&["post302"]),
    flag(&["post303"]),
    value(&["r", "range"]),
    value(&["resolve"]),
    value(&["retry"]),
    value(&["retry-delay"]),
    value(&["retry-max-time"]),
    flag(&["retry-all-errors"]),
    flag(&["retry-connrefused"]),
    flag(&["s", "silent"]),
    flag(&["S", "show-error"]),
    value(&["T", "upload-file"]),
    value(&["u", "user"]),
    value(&["unix-socket"]),
    value(&["url"]),
    flag(&["v", "verbose"]),
    flag(&["V", "version"]),
    value(&["w", "write-out"]),
    value(&["X", "request"]),
    value(&["cacert"]),
    flag(&["compressed"]),
    flag(&["0", "http1.0"]),
    flag(&["http1.1"]),
    flag(&["http2"]),
    flag(&["4", "ipv4"]),
    flag(&["6", "ipv6"]),
    flag(&["#", "progress-bar"]),
    flag(&["no-progress-meter"]),
    flag(&["path-as-is"]),
    flag(&["raw"]),
    flag(&["basic"]),
    flag(&["no-keepalive"]),
    flag(&["tcp-nodelay"]),
    flag(&["q", "disable"]),
    value(&["stderr"]),
    value(&["proto"]),
    value(&["proto-redir"]),
    value(&["noproxy"]),
    flag(&["ssl-no-revoke"]),
    flag(&["tlsv1.2"]),
    flag(&["tlsv1.3"]),
    flag(&["no-sessionid"]),
    value(&["y", "speed-time"]),
    value(&["Y", "speed-limit"]),
];

pub const USAGE: &str = "Usage: curl [options...] <url>
 -d, --data <data>           HTTP POST data (--data-raw, --data-binary, --data-urlencode, --json)
 -f, --fail                  Fail fast with no output on HTTP errors (--fail-with-body)
 -F, --form <name=content>   Specify multipart MIME data
 -G, --get                   Put the post data in the URL and use GET
 -H, --header <header/@file> Pass custom header(s) to server
 -i, --include               Include response headers in the output
 -I, --head                  Show document info only
 -L, --location              Follow redirects (--max-redirs)
 -o, --output <file>         Write to file instead of stdout (-O, -J, --output-dir, --create-dirs)
 -b, --cookie <data|file>    Send cookies; -c, --cookie-jar <file> writes them
 -T, --upload-file <file>    Transfer local FILE to destination
 -u, --user <user:password>  Server user and password
 -A, --user-agent <name>     Send User-Agent <name> to server
 -X, --request <method>      Specify request method to use
 -w, --write-out <format>    Use output FORMAT after completion
 -k, --insecure  --cacert <file>  --unix-socket <path>  --resolve <host:port:addr>
 -m, --max-time <seconds>  --connect-timeout <seconds>  --retry <num>  --compressed
 -s, --silent  -S, --show-error  -v, --verbose  -V, --version";

/// Where a transfer's body goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    Stdout,
    File(Vec<u8>),
    /// Named as in the address.
    RemoteName,
}

/// A body that the line gives.
#[derive(Clone, Debug, Default)]
pub struct Data {
    pub bytes: Vec<u8>,
    pub is_json: bool,
}

pub struct Options {
    pub urls: Vec<String>,
    pub targets: Vec<Target>,
    pub all_remote: bool,
    pub method: Option<String>,
    pub headers: Vec<String>,
    pub data: Option<Data>,
    pub parts: Vec<Part>,
    pub into_query: bool,
    pub upload: Option<Vec<u8>>,
    pub head_only: bool,
    pub include: bool,
    pub dump_headers: Option<Vec<u8>>,
    pub fail: bool,
    pub fail_with_body: bool,
    pub fail_early: bool,
    pub follow: bool,
    pub trusts_redirects: bool,
    pub max_redirects: i64,
    pub keeps_post: [bool; 3],
    pub agent: Option<String>,
    pub referer: Option<String>,
    pub user: Option<String>,
    pub cookies: Vec<String>,
    pub jar: Option<Vec<u8>>,
    pub range: Option<String>,
    pub resume: Option<String>,
    pub compressed: bool,
    pub minor: u8,
    pub output_directory: Option<Vec<u8>>,
    pub create_directories: bool,
    pub header_name: bool,
    pub remote_time: bool,
    pub silent: bool,
    pub show_error: bool,
    pub verbose: bool,
    pub write_out: Option<String>,
    pub max_time: Option<Duration>,
    pub retries: u32,
    pub retry_delay: Option<Duration>,
    pub retry_all: bool,
    pub retry_refused: bool,
    pub path_as_is: bool,
    pub raw: bool,
    /// Braces and brackets in addresses are nothing special.
    pub no_patterns: bool,
    pub settings: crate::http::Settings,
}

/// Ends the program: its exit code, the message printed.
pub struct Exit(pub i32);

const BAD_OPTION: i32 = 2;
const CANNOT_READ: i32 = 26;
/// Files of options that may name others.
const CONFIGS_MAX: usize = 100;

fn refuse(text: &str, code: i32) -> Exit {
    eprintln!("curl: {text}");
    if code == BAD_OPTION {
        eprintln!("curl: try 'curl --help' or 'curl --manual' for more information");
    }
    Exit(code)
}

pub fn parse(args: Vec<OsString>) -> Result<Options, Exit> {
    let mut items = VecDeque::from(items_of(args.clone())?);
    let ignores_own_file = args.get(1).is_some_and(|first| first == "-q" || first == "--disable");
    if !ignores_own_file
        && let Some(home) = std::env::var_os("HOME")
        && let Ok(text) = std::fs::read_to_string(std::path::Path::new(&home).join(".curlrc"))
    {
        insert(&mut items, &text)?;
    }
    let mut options = Options {
        urls: Vec::new(),
        targets: Vec::new(),
        all_remote: false,
        method: None,
        headers: Vec::new(),
        data: None,
        parts: Vec::new(),
        into_query: false,
        upload: None,
        head_only: false,
        include: false,
        dump_headers: None,
        fail: false,
        fail_with_body: false,
        fail_early: false,
        follow: false,
        trusts_redirects: false,
        max_redirects: 50,
        keeps_post: [false; 3],
        agent: None,
        referer: None,
        user: None,
        cookies: Vec::new(),
        jar: None,
        range: None,
        resume: None,
        compressed: false,
        minor: 1,
        output_directory: None,
        create_directories: false,
        header_name: false,
        remote_time: false,
        silent: false,
        show_error: false,
        verbose: false,
        write_out: None,
        max_time: None,
        retries: 0,
        retry_delay: None,
        retry_all: false,
        retry_refused: false,
        path_as_is: false,
        raw: false,
        no_patterns: false,
        settings: crate::http::Settings::default(),
    };
    let mut files = 0;
    while let Some(item) = items.pop_front() {
        match item {
            Item::Option("K", Some(file)) => {
                files += 1;
                if files > CONFIGS_MAX {
                    return Err(refuse("a file of options names itself", BAD_OPTION));
                }
                insert(&mut items, &shown(&read_all(&file)?))?;
            }
            Item::Operand(url) => options.urls.push(shown(&url).into_owned()),
            Item::Option(name, value) => options.apply(name, value.unwrap_or_default())?,
        }
    }
    if options.urls.is_empty() {
        return Err(refuse("no URL specified!", BAD_OPTION));
    }
    Ok(options)
}

fn items_of(args: Vec<OsString>) -> Result<Vec<Item>, Exit> {
    options::parse(OPTIONS, Style::default(), args).map_err(|text| refuse(&reworded(&text), BAD_OPTION))
}

/// Puts the options of a file's text before those that follow.
fn insert(items: &mut VecDeque<Item>, text: &str) -> Result<(), Exit> {
    let line = std::iter::once("curl".into()).chain(config::arguments(text)).collect();
    items_of(line)?.into_iter().rev().for_each(|item| items.push_front(item));
    Ok(())
}

/// getopt's words in curl's.
fn reworded(text: &str) -> String {
    let name = || text.split('\'').nth(1).unwrap_or("").to_owned();
    let dashed = |name: String| if name.len() == 1 { format!("-{name}") } else { name };
    if text.contains("requires an argument") {
        return format!("option {}: requires parameter", dashed(text.rsplit('\'').nth(1).unwrap_or("").to_owned()));
    }
    if text.contains("ambiguous") {
        return format!("option {}: is ambiguous", name());
    }
    format!("option {}: is unknown", dashed(name()))
}

fn seconds(text: &str) -> Result<Duration, Exit> {
    let number = text.parse::<f64>().ok().filter(|seconds| seconds.is_finite() && *seconds >= 0.0 && *seconds < 1e9);
    number.map(Duration::from_secs_f64).ok_or_else(|| refuse("expected a proper numerical parameter", BAD_OPTION))
}

fn read_all(name: &[u8]) -> Result<Vec<u8>, Exit> {
    let content = if name == b"-" {
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut console::stream::Stream::standard_input(), &mut bytes).map(|_| bytes)
    } else {
        std::fs::read(path::of(name))
    };
    content.map_err(|error| refuse(&format!("({CANNOT_READ}) Failed to open {}: {}", shown(name), message(&error)), CANNOT_READ))
}

impl Options {
    fn apply(&mut self, name: &str, value: Vec<u8>) -> Result<(), Exit> {
        let text = shown(&value).into_owned();
        match name {
            "A" => self.agent = Some(text),
            "b" => self.cookies.push(text),
            "c" => self.jar = Some(value),
            "C" => self.resume = Some(text),
            "d" => match value.strip_prefix(b"@") {
                // Of a file's text the ends of lines are left out.
                Some(file) => self.add_data(read_all(file)?.into_iter().filter(|byte| !b"\r\n\0".contains(byte)).collect()),
                None => self.add_data(value),
            },
            "data-raw" => self.add_data(value),
            "data-binary" => match value.strip_prefix(b"@") {
                Some(file) => self.add_data(read_all(file)?),
                None => self.add_data(value),
            },
            "data-urlencode" => {
                let data = urlencoded(&value)?;
                self.add_data(data);
            }
            "json" => {
                let bytes = match value.strip_prefix(b"@") {
                    Some(file) => read_all(file)?,
                    None => value,
                };
                let data = self.data.get_or_insert_default();
                (data.is_json, data.bytes) = (true, [&data.bytes[..], &bytes].concat());
            }
            "D" => self.dump_headers = Some(value),
            "e" => self.referer = Some(text),
            "f" => self.fail = true,
            "fail-with-body" => self.fail_with_body = true,
            "fail-early" => self.fail_early = true,
            "F" => {
                let part = Part::parse(&value, true).map_err(|text| refuse(&text, CANNOT_READ))?;
                self.parts.push(part);
            }
            "form-string" => {
                let part = Part::parse(&value, false).map_err(|text| refuse(&text, CANNOT_READ))?;
                self.parts.push(part);
            }
            "g" => self.no_patterns = true,
            "G" => self.into_query = true,
            "H" => match value.strip_prefix(b"@") {
                Some(file) => self.headers.extend(shown(&read_all(file)?).lines().filter(|line| !line.is_empty()).map(str::to_owned)),
                None => self.headers.push(text),
            },
            "h" => {
                println!("{USAGE}");
                return Err(Exit(0));
            }
            "i" => self.include = true,
            "I" => (self.head_only, self.include) = (true, true),
            "J" => self.header_name = true,
            "k" => self.settings.insecure = true,
            "L" => self.follow = true,
            "location-trusted" => (self.follow, self.trusts_redirects) = (true, true),
            "m" => self.max_time = Some(seconds(&text)?).filter(|time| !time.is_zero()),
            "connect-timeout" => self.settings.connect_limit = Some(seconds(&text)?).filter(|time| !time.is_zero()),
            "max-redirs" => self.max_redirects = text.parse().map_err(|_| refuse("option --max-redirs: expected a proper numerical parameter", BAD_OPTION))?,
            "o" => self.targets.push(if value == b"-" { Target::Stdout } else { Target::File(value) }),
            "O" => self.targets.push(Target::RemoteName),
            "remote-name-all" => self.all_remote = true,
            "output-dir" => self.output_directory = Some(value),
            "create-dirs" => self.create_directories = true,
            "R" => self.remote_time = true,
            "post301" => self.keeps_post[0] = true,
            "post302" => self.keeps_post[1] = true,
            "post303" => self.keeps_post[2] = true,
            "r" => self.range = Some(text),
            "resolve" => {
                let mut parts = text.trim_start_matches('+').splitn(3, ':');
                let parsed = (|| Some((parts.next()?.to_ascii_lowercase(), parts.next()?.parse().ok()?, parts.next()?.trim_matches(['[', ']']).to_owned())))();
                let parsed = parsed.ok_or_else(|| refuse(&format!("(49) Couldn't parse CURLOPT_RESOLVE entry '{text}'"), 49))?;
                self.settings.addresses.push(parsed);
            }
            "retry" => self.retries = text.parse().map_err(|_| refuse("option --retry: expected a proper numerical parameter", BAD_OPTION))?,
            "retry-delay" => self.retry_delay = Some(seconds(&text)?),
            "retry-all-errors" => self.retry_all = true,
            "retry-connrefused" => self.retry_refused = true,
            "s" => self.silent = true,
            "S" => self.show_error = true,
            "T" => self.upload = Some(value),
            "u" => self.user = Some(text),
            "unix-socket" => self.settings.unix_socket = Some(value),
            "url" => self.urls.push(text),
            "v" => self.verbose = true,
            "V" => {
                println!("curl 7.88.1 (wasm32-wasi) secure-exec/{}\nProtocols: file http https\nFeatures: HTTPS-by-kernel libz UnixSockets", env!("CARGO_PKG_VERSION"));
                return Err(Exit(0));
            }
            "w" => {
                self.write_out = Some(match value.strip_prefix(b"@") {
                    Some(file) => shown(&read_all(file)?).into_owned(),
                    None => text,
                });
            }
            "X" => self.method = Some(text),
            "cacert" => match std::fs::read_to_string(path::of(&value)) {
                Ok(pem) => self.settings.ca = Some(pem),
                Err(_) => {
                    let text = format!("(77) error setting certificate verify locations:  CAfile: {text} CApath: none");
                    return Err(refuse(&text, 77));
                }
            },
            "compressed" => self.compressed = true,
            "0" => self.minor = 0,
            "4" => self.settings.family = Some(4),
            "6" => self.settings.family = Some(6),
            "path-as-is" => self.path_as_is = true,
            "raw" => self.raw = true,
            "E" => return Err(refuse("option --cert: client certificates are not supported", BAD_OPTION)),
            _ => {}
        }
        Ok(())
    }

    fn add_data(&mut self, bytes: Vec<u8>) {
        match &mut self.data {
            Some(data) => {
                data.bytes.push(b'&');
                data.bytes.extend(bytes);
            }
            None => self.data = Some(Data { bytes, is_json: false }),
        }
    }
}

/// `content`, `=content`, `name=content`, `@file` or `name@file`, the content percent-encoded.
fn urlencoded(value: &[u8]) -> Result<Vec<u8>, Exit> {
    let at = value.iter().position(|byte| b"=@".contains(byte));
    let (name, content) = match at {
        None => (&b""[..], value.to_vec()),
        Some(at) if value[at] == b'=' => (&value[..at], value[at + 1..].to_vec()),
        Some(at) => (&value[..at], read_all(&value[at + 1..])?),
    };
    let encoded = crate::http::url::encoded(&content).replace("%20", "+");
    Ok(if name.is_empty() { encoded.into_bytes() } else { [name, b"=", encoded.as_bytes()].concat() })
}
