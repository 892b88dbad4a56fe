//! The expression of a command line, and the options in it that act on the whole walk.

use super::exec::Run;
use super::format::Piece;
use super::numbers::Compared;
use crate::fnmatch::Rules;
use regex::bytes::Regex;

/// When symbolic links are followed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Follow {
    /// `-P`
    Never,
    /// `-H`
    Roots,
    /// `-L`
    Always,
}

#[derive(Clone, Copy)]
pub struct Options {
    pub follow: Follow,
    pub minimum_depth: usize,
    pub maximum_depth: usize,
    /// A directory's content before itself.
    pub depth_first: bool,
    /// `-xdev`
    pub one_file_system: bool,
    /// What ages are counted from, in nanoseconds since 1970.
    pub now_ns: i64,
    pub ignore_races: bool,
}

/// The times of a file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Time {
    Accessed,
    Born,
    Changed,
    Modified,
}

/// How permission bits are compared.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Permissions {
    Exactly(u32),
    /// `-perm -mode`
    All(u32),
    /// `-perm /mode`
    Any(u32),
}

/// Where an action writes: standard output, or one of the files in `Find::files`.
pub type Target = Option<usize>;

pub enum Expression {
    And(Box<Expression>, Box<Expression>),
    Or(Box<Expression>, Box<Expression>),
    /// `,`
    Both(Box<Expression>, Box<Expression>),
    Not(Box<Expression>),
    True,
    False,
    Name(Vec<u8>, Rules),
    Path(Vec<u8>, Rules),
    LinkName(Vec<u8>, Rules),
    Regex(Box<Regex>),
    /// The letters of `-type`.
    Type(Vec<u8>),
    /// `-xtype`: the type of the file behind a link.
    OtherType(Vec<u8>),
    Size { blocks: Compared, unit: u64 },
    /// `-mtime` and its like.
    Age { time: Time, units: Compared, unit_ns: i64 },
    Newer { time: Time, than_ns: i64 },
    Used(Compared),
    Permissions(Permissions),
    User(u32),
    Group(u32),
    Uid(Compared),
    Gid(Compared),
    NoUser,
    NoGroup,
    Links(Compared),
    Inode(Compared),
    SameFile { device: u64, inode: u64 },
    Empty,
    /// 4 read, 2 write, 1 execute.
    Access(i32),
    FileSystem(Vec<u8>),
    Print { target: Target, end: u8 },
    Format { target: Target, pieces: Vec<Piece> },
    List(Target),
    Prune,
    Quit,
    Delete,
    Execute { run: Run, id: usize },
}

impl Expression {
    /// Whether it does something, so that nothing is printed by default.
    pub fn acts(&self) -> bool {
        match self {
            Expression::And(left, right) | Expression::Or(left, right) | Expression::Both(left, right) => {
                left.acts() || right.acts()
            }
            Expression::Not(inner) => inner.acts(),
            Expression::Print { .. } | Expression::Format { .. } | Expression::List(_) => true,
            Expression::Delete | Expression::Execute { .. } => true,
            _ => false,
        }
    }

    /// Whether it may change what the walk has yet to see, so that nothing can be read ahead.
    pub fn changes_files(&self) -> bool {
        match self {
            Expression::And(left, right) | Expression::Or(left, right) | Expression::Both(left, right) => {
                left.changes_files() || right.changes_files()
            }
            Expression::Not(inner) => inner.changes_files(),
            Expression::Delete | Expression::Execute { .. } => true,
            _ => false,
        }
    }
}
