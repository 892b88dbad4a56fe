//! Shell options: `set -e`, `set -o pipefail`.

/// Every option `set` knows, by its long name and its letter.
const TABLE: [(&str, Option<u8>); 27] = [
    ("allexport", Some(b'a')),
    ("braceexpand", Some(b'B')),
    ("emacs", None),
    ("errexit", Some(b'e')),
    ("errtrace", Some(b'E')),
    ("functrace", Some(b'T')),
    ("hashall", Some(b'h')),
    ("histexpand", Some(b'H')),
    ("history", None),
    ("ignoreeof", None),
    ("interactive-comments", None),
    ("keyword", Some(b'k')),
    ("monitor", Some(b'm')),
    ("noclobber", Some(b'C')),
    ("noexec", Some(b'n')),
    ("noglob", Some(b'f')),
    ("nolog", None),
    ("notify", Some(b'b')),
    ("nounset", Some(b'u')),
    ("onecmd", Some(b't')),
    ("physical", Some(b'P')),
    ("pipefail", None),
    ("posix", None),
    ("privileged", Some(b'p')),
    ("verbose", Some(b'v')),
    ("vi", None),
    ("xtrace", Some(b'x')),
];

/// The set of options that are on: bit n is row n of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options(pub u32);

const fn bit(name: &str) -> u32 {
    let mut index = 0;
    while index < TABLE.len() {
        let known = TABLE[index].0.as_bytes();
        let mut matched = known.len() == name.len();
        let mut position = 0;
        while matched && position < known.len() {
            matched = known[position] == name.as_bytes()[position];
            position += 1;
        }
        if matched {
            return 1 << index;
        }
        index += 1;
    }
    panic!("no such option")
}

impl Default for Options {
    fn default() -> Self {
        Options(const { bit("braceexpand") | bit("hashall") | bit("interactive-comments") })
    }
}

macro_rules! flags {
    ($($name:ident)*) => {
        $(pub fn $name(self) -> bool {
            self.0 & const { bit(stringify!($name)) } != 0
        })*
    };
}

impl Options {
    flags!(allexport braceexpand errexit errtrace functrace keyword noclobber noexec noglob nounset onecmd physical pipefail posix privileged verbose xtrace);

    fn index(name: &str) -> Option<usize> {
        TABLE.iter().position(|(known, _)| *known == name)
    }

    fn is_on(self, name: &str) -> bool {
        Self::index(name).is_some_and(|index| self.0 & 1 << index != 0)
    }

    /// Sets an option by long name; false if there is no such option.
    pub fn set(&mut self, name: &str, on: bool) -> bool {
        let Some(index) = Self::index(name) else { return false };
        match on {
            true => self.0 |= 1 << index,
            false => self.0 &= !(1 << index),
        }
        true
    }

    /// Sets an option by letter; false if there is no such option.
    pub fn set_letter(&mut self, letter: u8, on: bool) -> bool {
        match TABLE.iter().find(|(_, known)| *known == Some(letter)) {
            Some((name, _)) => self.set(name, on),
            None => false,
        }
    }

    /// Every option and whether it is on.
    pub fn all(self) -> impl Iterator<Item = (&'static str, bool)> {
        TABLE.iter().map(move |(name, _)| (*name, self.is_on(name)))
    }

    pub fn knows(name: &str) -> bool {
        Self::index(name).is_some()
    }

    pub fn named(self, name: &str) -> bool {
        self.is_on(name)
    }

    /// The letters of `$-`, in bash's order.
    pub fn letters(self) -> Vec<u8> {
        let mut letters: Vec<u8> =
            TABLE.iter().filter(|(name, _)| self.is_on(name)).filter_map(|(_, letter)| *letter).collect();
        letters.sort_by_key(|letter| (letter.is_ascii_uppercase(), *letter));
        letters
    }
}
