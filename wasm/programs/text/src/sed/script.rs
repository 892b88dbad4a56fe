//! A script in memory: commands in a row, blocks as jumps.

use posix_regex::Regex;
use std::rc::Rc;

/// A regular expression; none is the one used last.
pub type Pattern = Option<Rc<Regex>>;

pub enum Address {
    Line(usize),
    Last,
    Pattern(Pattern),
    /// `first~step`.
    Step(usize, usize),
}

pub enum End {
    Line(usize),
    Last,
    Pattern(Pattern),
    /// `addr,+N`.
    After(usize),
    /// `addr,~N`.
    Multiple(usize),
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum RangeState {
    Outside,
    /// Until this line; `None` until the end's pattern matches.
    Inside(Option<usize>),
}

pub struct Range {
    pub end: End,
    /// `0,/x/`: the end may be in the first line.
    pub begins_before: bool,
    pub state: RangeState,
}

pub struct Command {
    pub start: Option<Address>,
    pub range: Option<Range>,
    pub is_negated: bool,
    pub action: Action,
}

/// What changes the case of the text of a replacement.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Case {
    Upper,
    Lower,
    /// Of the next character only.
    NextUpper,
    NextLower,
    End,
}

pub enum Piece {
    Text(Vec<u8>),
    Group(usize),
    Case(Case),
}

pub struct Substitution {
    pub pattern: Pattern,
    pub replacement: Vec<Piece>,
    pub is_global: bool,
    /// The first match to replace.
    pub number: usize,
    pub prints: usize,
    pub executes: bool,
    /// An output's number.
    pub file: Option<usize>,
}

pub enum Action {
    /// A block; where it ends.
    Block(usize),
    BlockEnd,
    Substitute(Box<Substitution>),
    /// By characters: pairs that are not ASCII, and a table of bytes.
    Transliterate(Box<[u8; 256]>, Vec<(Vec<u8>, Vec<u8>)>),
    Append(Vec<u8>),
    Insert(Vec<u8>),
    Change(Vec<u8>),
    Delete,
    DeleteFirstLine,
    Next,
    AppendNext,
    Print,
    PrintFirstLine,
    Hold,
    HoldAppend,
    Get,
    GetAppend,
    Exchange,
    Branch(usize),
    BranchIfSubstituted(usize),
    BranchUnlessSubstituted(usize),
    Label,
    ReadFile(Vec<u8>),
    ReadLine(usize),
    WriteFile(usize),
    WriteFirstLine(usize),
    Quit(i32),
    QuitSilently(i32),
    List(Option<usize>),
    LineNumber,
    FileName,
    Execute(Vec<u8>),
    Zap,
}

#[derive(Default)]
pub struct Script {
    pub commands: Vec<Command>,
    /// The names of files that are written to.
    pub outputs: Vec<Vec<u8>>,
    /// The names of files that R reads line by line.
    pub line_inputs: Vec<Vec<u8>>,
    /// `#n` is its first line.
    pub is_silent: bool,
}
