//! `wget -r`: pages and what they link to, breadth first, and the links turned to what has been fetched.

use super::Wget;
use super::links::{self, Link};
use crate::http::Url;
use console::path;
use std::collections::{HashMap, HashSet, VecDeque};

/// Links beyond these are not followed: a server can make them without end.
const MAXIMUM_ADDRESSES: usize = 100_000;
/// A page beyond this is not looked at for links.
const MAXIMUM_PAGE_BYTES: u64 = 64 * 1024 * 1024;

/// A document that has been written.
pub struct Saved {
    pub file: Vec<u8>,
    /// Where it came from in the end.
    pub url: Url,
    pub is_page: bool,
}

struct Waiting {
    url: Url,
    depth: u32,
    referer: Option<String>,
}

/// Fetches an address and what it links to; the exit code.
pub fn run(wget: &mut Wget, address: &str) -> i32 {
    let Some(mut start) = Url::parse(address) else { return wget.fetch(address) };
    start.normalize();
    let mut known = HashSet::from([start.text()]);
    let mut queue = VecDeque::from([Waiting { url: start.clone(), depth: 0, referer: wget.referer.clone() }]);
    let mut disallowed: HashMap<String, Vec<String>> = HashMap::new();
    let (mut files, mut pages) = (HashMap::new(), Vec::new());
    let mut code = 0;
    while let Some(Waiting { url, depth, referer }) = queue.pop_front() {
        if wget.rules.minds_robots && depth > 0 {
            let rules = disallowed.entry(url.authority()).or_insert_with(|| robots(wget, &url));
            if rules.iter().any(|prefix| url.path.starts_with(prefix.as_str())) {
                continue;
            }
        }
        wget.referer = referer;
        let own = wget.fetch(&url.text());
        code = super::failure::worse(code, own);
        let Some(saved) = wget.saved.take() else { continue };
        let limit = if wget.rules.is_recursive { wget.rules.depth } else { Some(0) };
        let is_last = limit.is_some_and(|limit| depth >= limit);
        if saved.is_page && (!is_last || wget.rules.has_requisites) {
            for (link, target) in links_of(&saved) {
                let wanted = (!is_last || link.is_inline) && !link.is_base && known.len() < MAXIMUM_ADDRESSES;
                if wanted && wget.rules.follows_link(&target, &start, link.is_inline) && known.insert(target.text()) {
                    queue.push_back(Waiting { url: target, depth: depth + 1, referer: Some(saved.url.text()) });
                }
            }
        }
        let name = path::last_component(&saved.file);
        if !wget.rules.keeps(&console::shown(name)) {
            wget.say(&format!("Removing {} since it should be rejected.\n\n", console::shown(&saved.file)));
            // One that cannot be removed stays.
            let _ = std::fs::remove_file(path::of(&saved.file));
            continue;
        }
        files.insert(url.text(), saved.file.clone());
        files.insert(saved.url.text(), saved.file.clone());
        if saved.is_page {
            pages.push(saved);
        }
    }
    if wget.rules.converts {
        for page in &pages {
            if let Err(error) = convert(page, &files) {
                wget.tell(&format!("Cannot convert links in {}: {}\n", console::shown(&page.file), console::message(&error)));
            }
        }
    }
    code
}

fn read(file: &[u8]) -> Option<Vec<u8>> {
    let size = sys::stat(file).ok()?.size;
    if size > MAXIMUM_PAGE_BYTES { None } else { std::fs::read(path::of(file)).ok() }
}

fn links_of(saved: &Saved) -> Vec<(Link, Url)> {
    let Some(page) = read(&saved.file) else { return Vec::new() };
    resolved(&page, &saved.url)
}

/// The links of a page with what they mean.
fn resolved(page: &[u8], url: &Url) -> Vec<(Link, Url)> {
    let mut base = url.clone();
    let mut found = Vec::new();
    for link in links::links(page) {
        let is_address = !has_other_scheme(&link.address) && (!link.address.is_empty() || link.is_base);
        let Some(target) = base.join(&link.address).filter(|_| is_address) else { continue };
        if link.is_base {
            base = target.clone();
        }
        found.push((link, target));
    }
    found
}

/// `mailto:`, `javascript:` and the like.
fn has_other_scheme(address: &str) -> bool {
    address.split_once(':').is_some_and(|(scheme, rest)| {
        !rest.starts_with("//") && !scheme.is_empty() && scheme.chars().all(|letter| letter.is_ascii_alphanumeric() || "+-.".contains(letter))
    })
}

/// The beginnings of paths that robots.txt forbids to all.
fn robots(wget: &mut Wget, url: &Url) -> Vec<String> {
    let address = Url { path: "/robots.txt".to_owned(), ..url.clone() };
    wget.say("Loading robots.txt; please ignore errors.\n");
    wget.overwrites = true;
    wget.fetch(&address.text());
    wget.overwrites = false;
    let Some(text) = wget.saved.take().and_then(|saved| read(&saved.file)) else { return Vec::new() };
    let text = String::from_utf8_lossy(&text);
    let (mut is_ours, mut was_agent, mut rules) = (false, false, Vec::new());
    for line in text.lines() {
        let line = line.split('#').next().unwrap_or("");
        let Some((field, value)) = line.split_once(':') else { continue };
        let value = value.trim();
        match field.trim().to_ascii_lowercase().as_str() {
            "user-agent" => {
                let is_named = value == "*" || value.eq_ignore_ascii_case("wget");
                is_ours = is_named || was_agent && is_ours;
                was_agent = true;
                continue;
            }
            "disallow" if is_ours && !value.is_empty() => rules.push(value.to_owned()),
            _ => {}
        }
        was_agent = false;
    }
    rules
}

/// Links to what has been fetched lead there from the page's own folder; others become whole addresses.
fn convert(page: &Saved, files: &HashMap<String, Vec<u8>>) -> std::io::Result<()> {
    let text = std::fs::read(path::of(&page.file))?;
    let (mut output, mut at) = (Vec::with_capacity(text.len()), 0);
    for (link, target) in resolved(&text, &page.url) {
        let new = match files.get(&target.text()) {
            _ if link.is_base => String::new(),
            Some(file) => format!("{}{}", relative(&page.file, file), link.fragment),
            None => format!("{}{}", target.text(), link.fragment),
        };
        output.extend_from_slice(&text[at..link.place.start]);
        let quote: &[u8] = if link.is_quoted { b"" } else { b"\"" };
        output.extend_from_slice(&[quote, new.replace('&', "&amp;").replace('"', "&quot;").as_bytes(), quote].concat());
        at = link.place.end;
    }
    output.extend_from_slice(&text[at..]);
    std::fs::write(path::of(&page.file), output)
}

/// The path from one file's folder to another file, as a reference.
fn relative(from: &[u8], to: &[u8]) -> String {
    let (from, to) = (String::from_utf8_lossy(from), String::from_utf8_lossy(to));
    let (from, to): (Vec<&str>, Vec<&str>) = (from.split('/').collect(), to.split('/').collect());
    let shared = from.iter().zip(&to).take(from.len().min(to.len()) - 1).take_while(|(one, other)| one == other).count();
    let mut parts = vec![".."; from.len() - 1 - shared];
    parts.extend(&to[shared..]);
    parts.join("/").replace('%', "%25").replace('#', "%23").replace(';', "%3B")
}
