//! What a pattern is made of, how it is to be read, and what can be wrong with it.

/// Which language a pattern is written in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Dialect {
    /// Basic, with GNU's `\+ \? \|`.
    Basic,
    Extended,
    /// Extended with awk's escapes, `\y` for a word's edge and no back-references.
    Awk,
}

#[derive(Clone, Copy, Debug)]
pub struct Options {
    pub dialect: Dialect,
    pub ignores_case: bool,
    /// `^` and `$` match at newlines too.
    pub is_multiline: bool,
    /// `\n \t \xHH …` stand for characters, as in sed. Always so in awk.
    pub has_c_escapes: bool,
    /// Text is UTF-8, else each byte is a character.
    pub is_utf8: bool,
}

impl Options {
    pub fn new(dialect: Dialect) -> Self {
        Options { dialect, ignores_case: false, is_multiline: false, has_c_escapes: dialect == Dialect::Awk, is_utf8: true }
    }
}

/// Why a pattern makes no sense, in GNU's words.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Error(pub &'static str);

impl std::fmt::Display for Error {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.0)
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Look {
    TextStart,
    TextEnd,
    LineStart,
    LineEnd,
    WordEdge,
    NotWordEdge,
    WordStart,
    WordEnd,
}

/// Characters as ranges of code points; of bytes where text is not UTF-8.
pub type Ranges = Vec<(u32, u32)>;

#[derive(Clone, Debug)]
pub enum Node {
    Empty,
    /// One character in its encoding.
    Literal(Vec<u8>),
    Class(Ranges),
    Look(Look),
    Group(usize, Box<Node>),
    Concat(Vec<Node>),
    Alternate(Vec<Node>),
    Repeat { node: Box<Node>, minimum: u32, maximum: Option<u32> },
    BackReference(usize),
}

/// The character at the start of `text` and its length; `None` for a byte that is not UTF-8.
pub fn decode(text: &[u8], is_utf8: bool) -> (Option<char>, usize) {
    let first = text[0];
    if !is_utf8 {
        return (Some(char::from(first)), 1);
    }
    if first < 0x80 {
        return (Some(char::from(first)), 1);
    }
    let length = match first {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => return (None, 1),
    };
    let decoded = text.get(..length).and_then(|bytes| std::str::from_utf8(bytes).ok());
    match decoded.and_then(|text| text.chars().next()) {
        Some(character) => (Some(character), length),
        None => (None, 1),
    }
}

/// How many bytes the character at the start of `text` takes; 1 for what is not UTF-8.
pub fn character_length(text: &[u8], is_utf8: bool) -> usize {
    if text[0] < 0x80 || !is_utf8 { 1 } else { decode(text, true).1 }
}
