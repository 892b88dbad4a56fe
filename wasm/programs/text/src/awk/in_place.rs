//! `-i inplace`: what is printed while a file is read takes the file's place when it has been read.

use super::machine::{Fatal, Machine};
use super::special;
use crate::writer::Writer;
use std::fs::File;
use std::io::{Error, Result};

/// The file that is being rewritten.
pub struct Rewritten {
    name: Vec<u8>,
    temporary: Vec<u8>,
    /// What files that were there before are renamed by: the variable `inplace::suffix`.
    suffix: Vec<u8>,
}

impl Machine {
    /// A file is read from now on: the output goes to a new one beside it.
    pub fn begin_in_place(&mut self) -> std::result::Result<(), Fatal> {
        let name = self.text(&self.globals[special::FILENAME as usize].clone());
        let is_regular = sys::stat(&name).is_ok_and(|stat| stat.is_regular());
        if !self.is_in_place || !is_regular {
            return Ok(());
        }
        let suffix = self.in_place_suffix.clone();
        let directory = name.iter().rposition(|byte| *byte == b'/').map_or(0, |slash| slash + 1);
        let temporary = [&name[..directory], format!("gawk.{}.{}", sys::getpid(), self.input_number()).as_bytes()].concat();
        let made = self.streams.standard.flush().and_then(|()| {
            let file = File::options().write(true).create_new(true).open(super::path(&temporary))?;
            if let Ok(stat) = sys::stat(&name) {
                sys::path_chmod(&temporary, stat.permissions())?;
            }
            Ok(file)
        });
        let file = made.map_err(|error| failure("cannot create a file beside", &name, &error))?;
        self.streams.standard = Writer::of_file(file);
        self.rewritten = Some(Rewritten { name, temporary, suffix });
        Ok(())
    }

    /// The file has been read, or the program ends: the new one takes its place.
    pub fn end_in_place(&mut self) -> std::result::Result<(), Fatal> {
        let Some(Rewritten { name, temporary, suffix }) = self.rewritten.take() else { return Ok(()) };
        let flushed = self.streams.standard.flush();
        self.streams.standard = Writer::standard(1);
        flushed.and_then(|()| take_place(&name, &temporary, &suffix)).map_err(|error| failure("cannot rewrite", &name, &error))
    }
}

fn take_place(name: &[u8], temporary: &[u8], suffix: &[u8]) -> Result<()> {
    if !suffix.is_empty() {
        std::fs::rename(super::path(name), super::path(&[name, suffix].concat()))?;
    }
    std::fs::rename(super::path(temporary), super::path(name))
}

fn failure(what: &str, name: &[u8], error: &Error) -> Fatal {
    Fatal::nowhere(format!("inplace: {what} `{}': {}", String::from_utf8_lossy(name), sys::errno::message(error)))
}
