//! The syntax tree. Names are resolved: a variable is a global slot or a function's local one.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variable {
    Global(u32),
    Local(u32),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryOperator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Power,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    Less,
    LessOrEqual,
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InputKind {
    /// The main input.
    Main,
    File,
    Command,
}

#[derive(Clone, Debug)]
pub enum Expr {
    Number(f64),
    String(Vec<u8>),
    /// A regular expression; by itself it is matched with the record.
    Regex(Vec<u8>),
    Variable(Variable),
    Field(Box<Expr>),
    /// An element; the array is a variable or an element that is an array.
    Index(Box<Expr>, Vec<Expr>),
    Assign(Box<Expr>, Box<Expr>),
    Augment(BinaryOperator, Box<Expr>, Box<Expr>),
    Increment { target: Box<Expr>, delta: i8, is_post: bool },
    Conditional(Box<Expr>, Box<Expr>, Box<Expr>),
    And(Box<Expr>, Box<Expr>),
    Or(Box<Expr>, Box<Expr>),
    Not(Box<Expr>),
    Negate(Box<Expr>),
    Plus(Box<Expr>),
    In(Vec<Expr>, Box<Expr>),
    Match { is_negated: bool, text: Box<Expr>, pattern: Box<Expr> },
    Binary(BinaryOperator, Box<Expr>, Box<Expr>),
    Compare(Comparison, Box<Expr>, Box<Expr>),
    Concat(Vec<Expr>),
    /// `(a, b)`, before `in` or after `print`.
    List(Vec<Expr>),
    /// In parentheses.
    Group(Box<Expr>),
    Call(u32, Vec<Expr>),
    /// `@name(...)`: the function that the variable names.
    CallIndirect(Variable, Vec<Expr>),
    Builtin(&'static str, Vec<Expr>),
    Getline { kind: InputKind, source: Option<Box<Expr>>, target: Option<Box<Expr>> },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutputKind {
    Truncate,
    Append,
    Command,
}

#[derive(Clone, Debug)]
pub struct Redirect {
    pub kind: OutputKind,
    pub target: Expr,
}

#[derive(Clone, Debug)]
pub struct Statement {
    pub line: u32,
    pub kind: StatementKind,
}

#[derive(Clone, Debug)]
pub enum StatementKind {
    Expr(Expr),
    Print { arguments: Vec<Expr>, redirect: Option<Redirect> },
    Printf { arguments: Vec<Expr>, redirect: Option<Redirect> },
    If(Expr, Box<Statement>, Option<Box<Statement>>),
    While(Expr, Box<Statement>),
    Do(Box<Statement>, Expr),
    For { first: Option<Box<Statement>>, condition: Option<Expr>, step: Option<Box<Statement>>, body: Box<Statement> },
    ForIn { variable: Expr, array: Expr, body: Box<Statement> },
    Switch(Expr, Vec<(Option<Expr>, Vec<Statement>)>),
    Block(Vec<Statement>),
    Next,
    NextFile,
    Exit(Option<Expr>),
    Return(Option<Expr>),
    Break,
    Continue,
    Delete(Expr),
    /// Of a whole array.
    Clear(Expr),
}

#[derive(Debug)]
pub enum Pattern {
    Always,
    Expr(Expr),
    Range(Expr, Expr),
}

#[derive(Debug)]
pub struct Rule {
    pub pattern: Pattern,
    /// Without one the record is printed.
    pub body: Option<Vec<Statement>>,
    pub line: u32,
}

#[derive(Debug, Default)]
pub struct Function {
    pub name: String,
    pub parameters: Vec<String>,
    pub body: Vec<Statement>,
    pub line: u32,
    pub is_defined: bool,
}

#[derive(Debug, Default)]
pub struct Program {
    pub begin: Vec<Vec<Statement>>,
    pub end: Vec<Vec<Statement>>,
    pub begin_file: Vec<Vec<Statement>>,
    pub end_file: Vec<Vec<Statement>>,
    pub rules: Vec<Rule>,
    pub functions: Vec<Function>,
    /// By slot; the special variables come first.
    pub globals: Vec<String>,
}
