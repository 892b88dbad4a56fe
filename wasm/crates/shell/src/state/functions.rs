//! Shell functions. One that came from another shell process is text until its first use.

use crate::parse::{self, ParseError};
use crate::syntax::print::print_function;
use crate::syntax::{Command, CommandKind};
use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::rc::Rc;

#[derive(Debug)]
pub struct Function {
    source: OnceCell<Vec<u8>>,
    body: OnceCell<Rc<Command>>,
    /// The file it was defined in.
    pub file: Rc<[u8]>,
}

#[derive(Clone, Debug, Default)]
pub struct Functions(Rc<BTreeMap<String, Rc<Function>>>);

impl Functions {
    pub fn define(&mut self, name: &str, body: Rc<Command>, file: Rc<[u8]>) {
        let function = Function { source: OnceCell::new(), body: OnceCell::from(body), file };
        Rc::make_mut(&mut self.0).insert(name.to_string(), Rc::new(function));
    }

    /// Takes a function over from another shell.
    pub fn define_from_source(&mut self, name: &str, source: Vec<u8>, file: Rc<[u8]>) {
        let function = Function { source: OnceCell::from(source), body: OnceCell::new(), file };
        Rc::make_mut(&mut self.0).insert(name.to_string(), Rc::new(function));
    }

    pub fn remove(&mut self, name: &str) -> bool {
        Rc::make_mut(&mut self.0).remove(name).is_some()
    }

    pub fn file(&self, name: &str) -> Rc<[u8]> {
        self.0.get(name).map_or_else(Rc::default, |function| function.file.clone())
    }

    /// The line its body starts on.
    pub fn line(&self, name: &str) -> u32 {
        self.0.get(name).and_then(|function| function.body.get()).map_or(0, |body| body.line)
    }

    pub fn contains(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    pub fn names(&self) -> impl Iterator<Item = &String> {
        self.0.keys()
    }

    /// The definition as a script.
    pub fn source(&self, name: &str) -> Option<&[u8]> {
        let function = self.0.get(name)?;
        Some(function.source.get_or_init(|| match function.body.get() {
            Some(body) => print_function(name, body),
            None => Vec::new(),
        }))
    }

    pub fn body(&self, name: &str) -> Option<Result<Rc<Command>, ParseError>> {
        let function = self.0.get(name)?;
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
