//! Completion specifications: what `complete` keeps for a command's name.

use std::collections::BTreeMap;
use std::rc::Rc;

/// Kinds of names, as `-A` spells them, in the order bash lists their candidates, with their short letter.
pub const ACTIONS: [(&str, Option<u8>); 24] = [
    ("alias", Some(b'a')),
    ("arrayvar", None),
    ("binding", None),
    ("builtin", Some(b'b')),
    ("disabled", None),
    ("enabled", None),
    ("export", Some(b'e')),
    ("function", None),
    ("helptopic", None),
    ("hostname", None),
    ("job", Some(b'j')),
    ("keyword", Some(b'k')),
    ("running", None),
    ("setopt", None),
    ("shopt", None),
    ("signal", None),
    ("stopped", None),
    ("variable", Some(b'v')),
    ("command", Some(b'c')),
    ("file", Some(b'f')),
    ("user", Some(b'u')),
    ("group", Some(b'g')),
    ("service", Some(b's')),
    ("directory", Some(b'd')),
];

/// What `-o` knows.
pub const OPTIONS: [&str; 8] =
    ["bashdefault", "default", "dirnames", "filenames", "noquote", "nosort", "nospace", "plusdirs"];

/// How candidates for a word are found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completion {
    /// Rows of `ACTIONS`.
    pub actions: Vec<usize>,
    pub options: Vec<String>,
    /// `-G`
    pub pattern: Option<Vec<u8>>,
    /// `-W`
    pub words: Option<Vec<u8>>,
    /// `-F`
    pub function: Option<Vec<u8>>,
    /// `-C`
    pub command: Option<Vec<u8>>,
    /// `-X`
    pub filter: Option<Vec<u8>>,
    /// `-P`
    pub prefix: Option<Vec<u8>>,
    /// `-S`
    pub suffix: Option<Vec<u8>>,
}

impl Completion {
    pub fn has_option(&self, name: &str) -> bool {
        self.options.iter().any(|option| option == name)
    }
}

/// By the command's name; `-D`, `-E` and `-I` are kept under these spellings.
#[derive(Clone, Debug, Default)]
pub struct Completions {
    pub of: Rc<BTreeMap<Vec<u8>, Completion>>,
    /// The command whose completion function runs, for `compopt`.
    pub current: Option<Vec<u8>>,
}
