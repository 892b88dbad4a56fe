//! The syntax tree the shell executes.
//!
//! It is made once by `parse`: words are already taken apart, nested command substitutions are parsed.
//! Nodes that function bodies and subshells share are behind `Rc`. Each word keeps its source text, so
//! that `print` can turn a tree back into a script.

pub mod print;
pub mod word;

pub use word::{
    Assignment, AssignmentTarget, AssignmentValue, ParameterExpansion, ParameterName, ParameterOperation, Part, Word,
};

use std::cell::OnceCell;
use std::rc::Rc;

/// A sequence of and-or lists.
#[derive(Debug, Default)]
pub struct List {
    pub items: Vec<ListItem>,
}

/// An and-or list, and how it was ended.
#[derive(Debug)]
pub struct ListItem {
    pub chain: Rc<AndOr>,
    /// Ended by `&`.
    pub in_background: bool,
}

#[derive(Debug)]
pub struct AndOr {
    pub first: Pipeline,
    pub rest: Vec<(Connector, Pipeline)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connector {
    And,
    Or,
}

#[derive(Debug)]
pub struct Pipeline {
    pub is_negated: bool,
    pub timing: Timing,
    /// None after a lone `!` or `time`.
    pub stages: Vec<Command>,
}

/// Whether `time` stands before a pipeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timing {
    None,
    Bash,
    /// `time -p`
    Posix,
}

#[derive(Debug)]
pub struct Command {
    pub kind: CommandKind,
    /// Of a compound command; a simple command has its own.
    pub redirections: Vec<Redirection>,
    pub line: u32,
}

#[derive(Debug)]
pub enum CommandKind {
    Simple(SimpleCommand),
    Group(List),
    Subshell(List),
    If {
        branches: Vec<(List, List)>,
        otherwise: Option<List>,
    },
    Loop {
        is_until: bool,
        condition: List,
        body: List,
    },
    /// `words` is `None` for `for x do`, which walks the positional parameters.
    For {
        variable: String,
        words: Option<Vec<Word>>,
        body: List,
    },
    Select {
        variable: String,
        words: Option<Vec<Word>>,
        body: List,
    },
    Coproc {
        name: String,
        command: Rc<Command>,
    },
    ArithmeticFor {
        start: Option<Arithmetic>,
        condition: Option<Arithmetic>,
        step: Option<Arithmetic>,
        body: List,
    },
    Case {
        subject: Word,
        items: Vec<CaseItem>,
    },
    Arithmetic(Arithmetic),
    Test(TestExpression),
    Function {
        name: String,
        body: Rc<Command>,
    },
}

#[derive(Clone, Debug, Default)]
pub struct SimpleCommand {
    pub assignments: Vec<Assignment>,
    pub words: Vec<CommandWord>,
    pub redirections: Vec<Redirection>,
}

/// A word of a simple command. `declare x=(…)` takes assignments as arguments, which matters for
/// arrays and for tilde and splitting rules; other commands take the word as it stands.
#[derive(Clone, Debug)]
pub enum CommandWord {
    Plain(Word),
    Assignment(Assignment, Word),
}

impl CommandWord {
    pub fn into_assignment(self) -> Option<Assignment> {
        match self {
            CommandWord::Plain(_) => None,
            CommandWord::Assignment(assignment, _) => Some(assignment),
        }
    }
}

#[derive(Debug)]
pub struct CaseItem {
    pub patterns: Vec<Word>,
    pub body: List,
    pub end: CaseEnd,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaseEnd {
    /// `;;`
    Leave,
    /// `;&`
    RunNext,
    /// `;;&`
    TestNext,
}

/// The text of an arithmetic expression; it is expanded like a double-quoted string and then evaluated.
#[derive(Debug)]
pub struct Arithmetic {
    pub text: Word,
}

#[derive(Debug)]
pub enum TestExpression {
    And(Box<TestExpression>, Box<TestExpression>),
    Or(Box<TestExpression>, Box<TestExpression>),
    Not(Box<TestExpression>),
    Group(Box<TestExpression>),
    Unary(TestOperator, Word),
    Binary(TestOperator, Word, Word),
}

/// The operator as it is written (`-f`, `==`).
pub type TestOperator = &'static str;

#[derive(Clone, Debug)]
pub struct Redirection {
    pub fd: RedirectedFd,
    pub kind: RedirectionKind,
}

/// What a redirection is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RedirectedFd {
    /// 0 or 1, as the operator says.
    Default,
    Number(i32),
    /// `{name}>`: a new descriptor, whose number the variable gets.
    Variable(String),
}

#[derive(Clone, Debug)]
pub enum RedirectionKind {
    Read(Word),
    Write(Word),
    /// `>|`
    Clobber(Word),
    Append(Word),
    ReadWrite(Word),
    /// `<&`
    DuplicateInput(Word),
    /// `>&`
    DuplicateOutput(Word),
    /// `&>`, `&>>`
    OutputAndError {
        target: Word,
        append: bool,
    },
    /// `<<`: the body, without leading tabs if they are to go, and its delimiter as written.
    HereDocument {
        body: Rc<OnceCell<Word>>,
        delimiter: Vec<u8>,
    },
    HereString(Word),
}
