//! What the command line says.

use super::Wget;
use super::failure::{FILE, GENERIC};
use console::options::{Opt, flag, value};
use console::{message, path, shown};
use std::io::Read;
use std::time::Duration;

pub(super) const OPTIONS: &[Opt] = &[
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

pub(super) const USAGE: &str = "Usage: wget [OPTION]... [URL]...
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

impl Wget {
    pub(super) fn apply(&mut self, name: &str, value: Vec<u8>, urls: &mut Vec<String>) -> Result<(), i32> {
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
}
