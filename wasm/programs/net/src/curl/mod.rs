//! curl. Ours: libcurl needs sockets of libc, which WASI's has not, and a TLS library; here the kernel does TLS.

mod config;
mod form;
mod glob;
mod options;
mod output;
mod request;
mod transfer;
mod write_out;

use crate::http::Client;
use crate::http::cookies::Cookies;
use glob::Address;
use options::{Exit, Options, Target};
use std::ffi::OsString;
use std::io::Write;
use transfer::Problem;

pub fn main(args: Vec<OsString>) -> i32 {
    let mut options = match options::parse(args) {
        Ok(options) => options,
        Err(Exit(code)) => return code,
    };
    let mut cookies = Cookies::default();
    for given in options.cookies.iter().filter(|given| !given.contains('=')) {
        // A file that is missing has no cookies; that is how the cookie engine is started.
        cookies.load(&std::fs::read_to_string(given).unwrap_or_default());
    }
    let mut client = Client::default();
    client.settings = options.settings.clone();
    let mut code = 0;
    let urls = std::mem::take(&mut options.urls);
    let mut number = 0;
    'urls: for (index, url) in urls.iter().enumerate() {
        let expanded = if options.no_patterns { Ok(vec![Address::plain(url)]) } else { glob::expand(url) };
        let addresses = match expanded {
            Ok(addresses) => addresses,
            Err(text) => {
                eprintln!("curl: (3) {text}");
                code = 3;
                break;
            }
        };
        for address in addresses {
            let target = match options.targets.get(index) {
                Some(Target::File(name)) => Target::File(address.fill(name)),
                Some(target) => target.clone(),
                None if options.all_remote => Target::RemoteName,
                None => Target::Stdout,
            };
            code = one(&options, &mut client, &mut cookies, &address.url, &target, number);
            number += 1;
            if code != 0 && options.fail_early {
                break 'urls;
            }
        }
    }
    if let Some(jar) = &options.jar {
        let text = cookies.text();
        let written = if jar == b"-" { std::io::stdout().write_all(text.as_bytes()) } else { std::fs::write(console::path::of(jar), text) };
        if written.is_err() && !options.silent {
            eprintln!("WARNING: failed to save cookies in {}", console::shown(jar));
        }
    }
    code
}

/// Transfers one address, with retries; answers its exit code.
fn one(options: &Options, client: &mut Client, cookies: &mut Cookies, url: &str, target: &Target, index: usize) -> i32 {
    let mut left = options.retries;
    let mut delay = std::time::Duration::from_secs(1);
    loop {
        let started = std::time::Instant::now();
        client.settings.deadline = options.max_time.map(|limit| started + limit);
        let (mut facts, problem) = transfer::run(options, client, cookies, url, target, started);
        facts.url_number = index;
        if let Some(problem) = &problem {
            (facts.exit_code, facts.error) = (problem.code, problem.text.clone());
        }
        if left > 0 && may_retry(options, problem.as_ref(), facts.status) {
            let wait = options.retry_delay.filter(|delay| !delay.is_zero()).unwrap_or(delay);
            if !options.silent {
                eprintln!("Warning: Problem: transient error. Will retry in {} seconds. {left} retries left.", wait.as_secs());
            }
            std::thread::sleep(wait);
            delay = (delay * 2).min(std::time::Duration::from_secs(600));
            left -= 1;
            continue;
        }
        if let Some(problem) = &problem {
            if !options.silent || options.show_error {
                eprintln!("curl: ({}) {}", problem.code, problem.text);
            }
        }
        let mut code = problem.map_or(0, |problem| problem.code);
        if let Some(format) = &options.write_out {
            let (out, err) = facts.fill(format);
            eprint!("{err}");
            let mut stdout = std::io::stdout();
            if stdout.write_all(out.as_bytes()).and_then(|()| stdout.flush()).is_err() && code == 0 {
                code = transfer::WRITE_ERROR;
            }
        }
        return code;
    }
}

fn may_retry(options: &Options, problem: Option<&Problem>, status: u16) -> bool {
    const TRANSIENT: [u16; 6] = [408, 429, 500, 502, 503, 504];
    match problem {
        Some(problem) if options.retry_all => problem.code != transfer::WRITE_ERROR,
        Some(problem) if problem.code == transfer::HTTP_ERROR => TRANSIENT.contains(&status),
        Some(problem) => problem.code == 28 || problem.code == 6 || options.retry_refused && problem.code == 7,
        None => TRANSIENT.contains(&status),
    }
}
