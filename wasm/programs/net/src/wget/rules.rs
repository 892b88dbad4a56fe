//! What `wget -r` follows, and where it puts it.

use crate::http::Url;
use crate::http::url::decoded;

pub struct Rules {
    pub is_recursive: bool,
    /// `-p`: what a page shows is fetched with it.
    pub has_requisites: bool,
    /// None is without bound.
    pub depth: Option<u32>,
    pub converts: bool,
    no_parent: bool,
    spans_hosts: bool,
    domains: Vec<String>,
    accepted: Vec<String>,
    rejected: Vec<String>,
    /// `-x`, `-nd`, `-nH`, `--cut-dirs`.
    forces_directories: bool,
    pub no_directories: bool,
    no_host_directory: bool,
    cut_directories: usize,
    pub minds_robots: bool,
}

impl Default for Rules {
    fn default() -> Rules {
        Rules {
            is_recursive: false,
            has_requisites: false,
            depth: Some(5),
            converts: false,
            no_parent: false,
            spans_hosts: false,
            domains: Vec::new(),
            accepted: Vec::new(),
            rejected: Vec::new(),
            forces_directories: false,
            no_directories: false,
            no_host_directory: false,
            cut_directories: 0,
            minds_robots: true,
        }
    }
}

impl Rules {
    pub fn apply(&mut self, name: &str, value: &str) {
        let list = || value.split(',').filter(|part| !part.is_empty()).map(str::to_owned);
        match name {
            "r" => self.is_recursive = true,
            "m" => (self.is_recursive, self.depth) = (true, None),
            "l" => self.depth = value.parse().ok().filter(|depth| *depth > 0),
            "p" => self.has_requisites = true,
            "k" => self.converts = true,
            "np" => self.no_parent = true,
            "H" => self.spans_hosts = true,
            "D" => self.domains.extend(list()),
            "A" => self.accepted.extend(list()),
            "R" => self.rejected.extend(list()),
            "x" => self.forces_directories = true,
            "nd" => self.no_directories = true,
            "nH" => self.no_host_directory = true,
            "cut-dirs" => self.cut_directories = value.parse().unwrap_or(0),
            "e" => self.minds_robots &= !value.replace(' ', "").eq_ignore_ascii_case("robots=off"),
            _ => {}
        }
    }

    /// Whether links are followed at all.
    pub fn follows(&self) -> bool {
        self.is_recursive || self.has_requisites
    }

    /// The folder in which a document is put, with a slash at its end; none: where wget stands.
    pub fn directory(&self, url: &Url) -> Option<String> {
        if self.no_directories || !(self.follows() || self.forces_directories) {
            return None;
        }
        let path = url.path.split('?').next().unwrap_or("");
        let folders = path.rsplit_once('/').map_or("", |(folders, _)| folders);
        let mut directory = if self.no_host_directory { String::new() } else { format!("{}/", url.authority()) };
        for folder in folders.split('/').filter(|folder| !folder.is_empty()).skip(self.cut_directories) {
            let folder = decoded(folder).replace(['/', '\0'], "_");
            directory.push_str(if folder == ".." { "%2E%2E" } else { &folder });
            directory.push('/');
        }
        Some(directory)
    }

    /// Whether a link on a page may be followed.
    pub fn follows_link(&self, url: &Url, start: &Url, is_inline: bool) -> bool {
        if !matches!(url.scheme.as_str(), "http" | "https") {
            return false;
        }
        let is_in_domain = |domain: &String| url.host == *domain || url.host.ends_with(&format!(".{}", domain.trim_start_matches('.')));
        if !self.domains.is_empty() && !self.domains.iter().any(is_in_domain) {
            return false;
        }
        if !self.spans_hosts && url.host != start.host {
            return false;
        }
        let is_excepted = is_inline && self.has_requisites;
        if self.no_parent && !is_excepted && url.host == start.host && url.port() == start.port() {
            let folder = |url: &Url| url.path.split('?').next().and_then(|path| path.rfind('/').map(|end| path[..=end].to_owned())).unwrap_or_default();
            if !folder(url).starts_with(&folder(start)) {
                return false;
            }
        }
        // A page is looked at for its links even if it is not kept.
        let name = url.file_name();
        let may_be_page = name.is_empty() || name.ends_with(".html") || name.ends_with(".htm");
        may_be_page || self.keeps(name)
    }

    /// Whether a file of that name is kept.
    pub fn keeps(&self, name: &str) -> bool {
        let fits = |pattern: &String| match pattern.contains(['*', '?', '[']) {
            true => matches(pattern.as_bytes(), name.as_bytes()),
            false => name.ends_with(pattern.as_str()),
        };
        (self.accepted.is_empty() || self.accepted.iter().any(fits)) && !self.rejected.iter().any(fits)
    }
}

/// `*` and `?` of a pattern.
fn matches(pattern: &[u8], name: &[u8]) -> bool {
    // Where the last star was, and how much of the name it has taken.
    let (mut at, mut from, mut star) = (0, 0, None);
    while from < name.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, from));
                at += 1;
            }
            Some(letter) if *letter == b'?' || *letter == name[from] => (at, from) = (at + 1, from + 1),
            _ => {
                let Some((place, taken)) = star else { return false };
                star = Some((place, taken + 1));
                (at, from) = (place + 1, taken + 1);
            }
        }
    }
    pattern[at..].iter().all(|letter| *letter == b'*')
}
