//! What runs within what: the script, sourced files, functions. FUNCNAME, BASH_SOURCE and BASH_LINENO are
//! views of it.

use std::rc::Rc;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameKind {
    Script,
    Source,
    Function,
}

#[derive(Clone, Debug)]
pub struct Frame {
    pub kind: FrameKind,
    pub name: Rc<str>,
    /// The file its commands come from.
    pub source: Rc<[u8]>,
    /// The line it was called from.
    pub line: u32,
}

/// Innermost last.
#[derive(Clone, Debug, Default)]
pub struct Frames(pub Vec<Frame>);

impl Frames {
    pub fn push(&mut self, kind: FrameKind, name: Rc<str>, source: Rc<[u8]>, line: u32) {
        self.0.push(Frame { kind, name, source, line });
    }

    pub fn pop(&mut self) {
        self.0.pop();
    }

    pub fn functions(&self) -> usize {
        self.0.iter().filter(|frame| frame.kind == FrameKind::Function).count()
    }

    pub fn is_in_function(&self) -> bool {
        self.0.iter().any(|frame| frame.kind == FrameKind::Function)
    }

    pub fn is_in_source(&self) -> bool {
        self.0.iter().any(|frame| frame.kind == FrameKind::Source)
    }

    /// The file commands come from now; a `-c` text has none.
    pub fn source(&self) -> Rc<[u8]> {
        self.0.last().map_or_else(|| b"environment".as_slice().into(), |frame| frame.source.clone())
    }

    /// Innermost first.
    pub fn inner_first(&self) -> impl Iterator<Item = &Frame> {
        self.0.iter().rev()
    }
}
