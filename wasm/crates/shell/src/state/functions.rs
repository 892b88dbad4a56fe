//! Shell functions. One that came from another shell process is text until its first use.

use crate::parse::{self, ParseError};
use crate::syntax::print::print_function;
use crate::syntax::{Command, CommandKind};
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

#[derive(Debug)]
pub struct Function {
    source: OnceCell<Vec<u8>>,
    body: OnceCell<Rc<Command>>,
    /// The file it was defined in.
    pub file: Rc<[u8]>,
    /// The line its body starts on.
    line: u32,
}

#[derive(Clone, Debug, Default)]
pub struct Functions {
    by_name: Rc<BTreeMap<String, Rc<Function>>>,
    /// `export -f`
    exported: Rc<BTreeSet<String>>,
    /// `readonly -f`
    readonly: Rc<BTreeSet<String>>,
}

impl Functions {
    pub fn define(&mut self, name: &str, body: Rc<Command>, file: Rc<[u8]>) {
        let line = body.line;
        let function = Function { source: OnceCell::new(), body: OnceCell::from(body), file, line };
        Rc::make_mut(&mut self.by_name).insert(name.to_string(), Rc::new(function));
    }

    /// Takes a function over from another shell.
    pub fn define_from_source(&mut self, name: &str, source: Vec<u8>, file: Rc<[u8]>, line: u32) {
        let function = Function { source: OnceCell::from(source), body: OnceCell::new(), file, line };
        Rc::make_mut(&mut self.by_name).insert(name.to_string(), Rc::new(function));
    }

    pub fn remove(&mut self, name: &str) -> bool {
        if self.exported.contains(name) {
            self.export(name, false);
        }
        Rc::make_mut(&mut self.by_name).remove(name).is_some()
    }

    pub fn export(&mut self, name: &str, on: bool) {
        let exported = Rc::make_mut(&mut self.exported);
        match on {
            true => exported.insert(name.to_string()),
            false => exported.remove(name),
        };
    }

    pub fn make_readonly(&mut self, name: &str) {
        Rc::make_mut(&mut self.readonly).insert(name.to_string());
    }

    pub fn is_exported(&self, name: &str) -> bool {
        self.exported.contains(name)
    }

    pub fn is_readonly(&self, name: &str) -> bool {
        self.readonly.contains(name)
    }

    /// `BASH_FUNC_name%%=() { … }` for each exported function.
    pub fn environment(&self) -> Vec<Vec<u8>> {
        let entry = |name: &String| {
            let source = self.source(name)?;
            let body = source.iter().position(|byte| *byte == b'(').map(|start| &source[start..])?;
            let body = body.strip_prefix(b"() \n").map_or_else(|| body.to_vec(), |body| [b"() ", body].concat());
            Some([b"BASH_FUNC_", name.as_bytes(), b"%%=", body.as_slice()].concat())
        };
        self.exported.iter().filter_map(entry).collect()
    }

    pub fn file(&self, name: &str) -> Rc<[u8]> {
        self.by_name.get(name).map_or_else(Rc::default, |function| function.file.clone())
    }

    /// The line its body starts on.
    pub fn line(&self, name: &str) -> u32 {
        self.by_name.get(name).map_or(0, |function| function.line)
    }

    pub fn contains(&self, name: &str) -> bool {
        self.by_name.contains_key(name)
    }

    pub fn names(&self) -> impl Iterator<Item = &String> {
        self.by_name.keys()
    }

    /// The definition as a script.
    pub fn source(&self, name: &str) -> Option<&[u8]> {
        let function = self.by_name.get(name)?;
        Some(function.source.get_or_init(|| match function.body.get() {
            Some(body) => print_function(name, body),
            None => Vec::new(),
        }))
    }

    pub fn body(&self, name: &str) -> Option<Result<Rc<Command>, ParseError>> {
        let function = self.by_name.get(name)?;
        if let Some(body) = function.body.get() {
            return Some(Ok(body.clone()));
        }
        let parsed = parse_definition(function.source.get().map_or(b"", Vec::as_slice));
        if let Ok(body) = &parsed {
            // It was empty a moment ago.
            let _ = function.body.set(body.clone());
        }
        Some(parsed)
    }
}

fn parse_definition(source: &[u8]) -> Result<Rc<Command>, ParseError> {
    let list = parse::parse_all(source, 1, 0)?;
    let stage = list.items.first().and_then(|item| item.chain.first.stages.first());
    match stage.map(|command| &command.kind) {
        Some(CommandKind::Function { body, .. }) => Ok(body.clone()),
        _ => Err(ParseError::plain(1, "carried function is no function")),
    }
}
