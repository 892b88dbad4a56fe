//! Compiled regular expressions: those of the program's text by number, those made at run time by their text.

use super::splitter::Splitter;
use posix_regex::{Dialect, Options, Regex};
use std::collections::HashMap;
use std::rc::Rc;

/// Patterns kept; a program that makes more of them makes new ones each time.
const MOST_KEPT: usize = 500;

pub struct Patterns {
    sources: Vec<Vec<u8>>,
    constants: Vec<Option<Rc<Regex>>>,
    dynamic: HashMap<Vec<u8>, Rc<Regex>>,
    options: Options,
}

impl Patterns {
    pub fn new(sources: Vec<Vec<u8>>, is_utf8: bool) -> Self {
        let constants = vec![(); sources.len()].into_iter().map(|()| None).collect();
        Patterns { sources, constants, dynamic: HashMap::new(), options: Options { is_utf8, ..Options::new(Dialect::Awk) } }
    }

    pub fn set_ignores_case(&mut self, ignores_case: bool) {
        if self.options.ignores_case != ignores_case {
            self.options.ignores_case = ignores_case;
            self.constants.iter_mut().for_each(|constant| *constant = None);
            self.dynamic.clear();
        }
    }

    fn compile(&self, source: &[u8]) -> Result<Rc<Regex>, String> {
        match Regex::new(source, self.options) {
            Ok(regex) => Ok(Rc::new(regex)),
            Err(error) => Err(format!("invalid regexp: {error}: /{}/", String::from_utf8_lossy(source))),
        }
    }

    pub fn constant(&mut self, index: u32) -> Result<Rc<Regex>, String> {
        let index = index as usize;
        if let Some(regex) = &self.constants[index] {
            return Ok(Rc::clone(regex));
        }
        let regex = self.compile(&self.sources[index])?;
        self.constants[index] = Some(Rc::clone(&regex));
        Ok(regex)
    }

    pub fn dynamic(&mut self, source: &[u8]) -> Result<Rc<Regex>, String> {
        if let Some(regex) = self.dynamic.get(source) {
            return Ok(Rc::clone(regex));
        }
        let regex = self.compile(source)?;
        if self.dynamic.len() >= MOST_KEPT {
            self.dynamic.clear();
        }
        self.dynamic.insert(source.to_vec(), Rc::clone(&regex));
        Ok(regex)
    }

    /// What FS or the third argument of split means.
    pub fn splitter(&mut self, separator: &[u8]) -> Result<Splitter, String> {
        Ok(match separator {
            b" " => Splitter::Blanks,
            b"" => Splitter::Characters,
            [byte] if *byte != b'\\' && !(self.options.ignores_case && byte.is_ascii_alphabetic()) => Splitter::Byte(*byte),
            b"\\" => Splitter::Byte(b'\\'),
            _ => Splitter::Regex(self.dynamic(separator)?),
        })
    }
}
