//! Where a body is written: standard output, or a file that is made with its first byte.

use super::options::{Options, Target};
use crate::http::{Head, Url};
use console::stream::{CHUNK_BYTES, Stream};
use console::{message, path, shown};
use std::fs::OpenOptions;
use std::io::{BufWriter, Result, Write};

pub struct Sink {
    output: Option<BufWriter<Stream>>,
    path: Option<Vec<u8>>,
    appends: bool,
    unbuffered: bool,
}

impl Sink {
    /// Decides on a name; an error is its words. The file is not made yet.
    pub fn new(options: &Options, target: &Target, url: &Url) -> std::result::Result<Sink, String> {
        let name = match target {
            Target::Stdout => None,
            Target::File(name) => Some(name.clone()),
            Target::RemoteName => match url.file_name() {
                "" => return Err("Remote file name has no length!".to_owned()),
                name => Some(name.as_bytes().to_vec()),
            },
        };
        let path = name.map(|name| match &options.output_directory {
            Some(directory) => path::join(directory, &name),
            None => name,
        });
        Ok(Sink { output: None, path, appends: options.resume.is_some(), unbuffered: std::io::IsTerminal::is_terminal(&std::io::stdout()) })
    }

    pub fn name(&self) -> Option<&[u8]> {
        self.path.as_deref()
    }

    /// `-J`: takes the name of the answer's `Content-Disposition`, without any folder.
    pub fn rename(&mut self, options: &Options, head: &Head) {
        let Some(value) = head.get("content-disposition") else { return };
        let name = value.split(';').find_map(|part| part.trim().strip_prefix("filename=").map(|name| name.trim_matches('"')));
        let name = name.map(|name| name.rsplit(['/', '\\']).next().unwrap_or("")).filter(|name| !name.is_empty() && *name != "." && *name != "..");
        if let Some(name) = name {
            self.path = Some(match &options.output_directory {
                Some(directory) => path::join(directory, name.as_bytes()),
                None => name.as_bytes().to_vec(),
            });
        }
    }

    fn open(&mut self, options: &Options) -> Result<&mut BufWriter<Stream>> {
        if self.output.is_none() {
            let stream = match &self.path {
                None => Stream::standard_output(),
                Some(name) => {
                    if let Some(parent) = path::parent(name).filter(|parent| options.create_directories && !parent.is_empty()) {
                        std::fs::create_dir_all(path::of(parent))?;
                    }
                    let appends = self.appends;
                    let opened = OpenOptions::new().write(true).create(true).append(appends).truncate(!appends).open(path::of(name));
                    Stream::Own(opened.inspect_err(|error| {
                        if !options.silent {
                            eprintln!("Warning: Failed to open the file {}: {}", shown(name), message(error));
                        }
                    })?)
                }
            };
            self.output = Some(BufWriter::with_capacity(CHUNK_BYTES, stream));
        }
        self.output.as_mut().ok_or_else(|| std::io::Error::from(std::io::ErrorKind::Other))
    }

    pub fn write(&mut self, options: &Options, bytes: &[u8]) -> Result<()> {
        let unbuffered = self.unbuffered;
        let output = self.open(options)?;
        output.write_all(bytes)?;
        if unbuffered { output.flush() } else { Ok(()) }
    }

    /// Writes the rest; makes an empty file of an empty answer.
    pub fn finish(&mut self, options: &Options, makes_empty: bool) -> Result<()> {
        if self.output.is_some() || self.path.is_some() && makes_empty {
            self.open(options)?.flush()?;
        }
        self.output = None;
        Ok(())
    }
}

