//! The file that a fetch is written to.

use super::Wget;
use crate::http::Url;
use console::path;
use std::fs::OpenOptions;
use std::io::Write;

impl Wget {
    pub(super) fn file_name(&self, url: &Url) -> Vec<u8> {
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

    pub(super) fn open(&self, file: &[u8], is_stdout: bool, goes_on: bool) -> std::io::Result<Box<dyn Write>> {
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
pub(super) fn unused(file: Vec<u8>) -> Vec<u8> {
    if sys::lstat(&file).is_err() {
        return file;
    }
    let numbered = (1..u32::MAX).map(|number| [&file[..], format!(".{number}").as_bytes()].concat());
    numbered.into_iter().find(|name| sys::lstat(name).is_err()).unwrap_or(file.clone())
}
