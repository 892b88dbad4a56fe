//! Words: what quoting and expansions a word is made of.

use super::{Arithmetic, List};
use std::rc::Rc;

#[derive(Clone, Debug)]
pub struct Word {
    pub parts: Rc<[Part]>,
    /// The word as written.
    pub source: Rc<[u8]>,
}

impl Word {
    pub fn empty() -> Self {
        Word { parts: [].into(), source: [].into() }
    }

    /// Unquoted text.
    pub fn literal(text: &[u8]) -> Self {
        Word { parts: [Part::Literal(text.to_vec())].into(), source: text.into() }
    }

    /// Text that stands for itself.
    pub fn quoted(text: &[u8]) -> Self {
        let source = crate::expand::quote::single_quoted(text).into();
        Word { parts: [Part::Quoted(text.to_vec())].into(), source }
    }
}

#[derive(Clone, Debug)]
pub enum Part {
    /// Unquoted text; its pattern characters are active.
    Literal(Vec<u8>),
    /// Text that quotes or backslashes protect.
    Quoted(Vec<u8>),
    DoubleQuoted(Vec<Part>),
    /// `~` or `~name`, with the name.
    Tilde(Vec<u8>),
    Parameter(Rc<ParameterExpansion>),
    /// `$(…)` or backquotes.
    Command(Rc<List>),
    /// `$((…))`
    Arithmetic(Rc<Arithmetic>),
    /// `<(…)` and `>(…)`
    ProcessSubstitution {
        reads: bool,
        list: Rc<List>,
    },
    /// `${…}` that makes no sense; bash complains when it is expanded, not when it is read.
    BadSubstitution(Vec<u8>),
}

/// `${name operation}`
#[derive(Debug)]
pub struct ParameterExpansion {
    pub name: ParameterName,
    /// `${!name}`
    pub is_indirect: bool,
    /// Written without braces, so that brace expansion may lengthen the name.
    pub is_bare: bool,
    pub operation: ParameterOperation,
}

#[derive(Clone, Debug)]
pub enum ParameterName {
    Variable(String),
    /// The subscript is an arithmetic expression, or a string for associative arrays.
    Element(String, Word),
    /// `${a[@]}`
    AllElements(String),
    /// `${a[*]}`
    JoinedElements(String),
    Positional(usize),
    /// `$@`
    AllPositional,
    /// `$*`
    JoinedPositional,
    /// `# ? - $ ! 0`
    Special(u8),
}

#[derive(Debug)]
pub enum ParameterOperation {
    /// `$x`
    Plain,
    /// `${#x}`
    Length,
    /// `:-` and `-`; `null_counts` is the colon.
    Default { word: Word, null_counts: bool },
    /// `:=` and `=`
    AssignDefault { word: Word, null_counts: bool },
    /// `:?` and `?`
    Require { word: Word, null_counts: bool },
    /// `:+` and `+`
    Alternative { word: Word, null_counts: bool },
    /// `# ## % %%`
    Remove { pattern: Word, at_end: bool, longest: bool },
    /// `/ // /# /%`
    Replace { pattern: Word, replacement: Word, place: ReplacePlace },
    /// `:offset:length`
    Slice { offset: Arithmetic, length: Option<Arithmetic> },
    /// `^ ^^ , ,, ~ ~~`
    ChangeCase { change: CaseChange, all: bool, pattern: Option<Word> },
    /// `@Q` and its like
    Transform(u8),
    /// `${!prefix@}`, `${!prefix*}`
    NamesWithPrefix { joined: bool },
    /// `${!a[@]}`, `${!a[*]}`
    Keys { joined: bool },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplacePlace {
    First,
    All,
    Start,
    End,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaseChange {
    Upper,
    Lower,
    Toggle,
}

#[derive(Clone, Debug)]
pub struct Assignment {
    pub target: AssignmentTarget,
    pub value: AssignmentValue,
    /// `+=`
    pub append: bool,
    pub source: Rc<[u8]>,
}

#[derive(Clone, Debug)]
pub enum AssignmentTarget {
    Variable(String),
    Element(String, Word),
}

impl AssignmentTarget {
    pub fn name(&self) -> &str {
        match self {
            AssignmentTarget::Variable(name) | AssignmentTarget::Element(name, _) => name,
        }
    }
}

#[derive(Clone, Debug)]
pub enum AssignmentValue {
    Scalar(Word),
    /// `(a [3]=b)`
    Array(Vec<Element>),
}

/// `value`, `[subscript]=value` or `[subscript]+=value` of an array's value.
#[derive(Clone, Debug)]
pub struct Element {
    pub subscript: Option<Word>,
    pub appends: bool,
    pub value: Word,
    /// The whole as a plain word, where braces in the value make several of it.
    pub as_word: Option<Word>,
}
