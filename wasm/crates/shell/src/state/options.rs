//! Shell options: `set -e`, `set -o pipefail`.

/// Every option `set` knows, by its long name and its letter.
const TABLE: [(&str, Option<u8>); 15] = [
    ("allexport", Some(b'a')),
    ("braceexpand", Some(b'B')),
    ("errexit", Some(b'e')),
    ("hashall", Some(b'h')),
    ("monitor", Some(b'm')),
    ("noclobber", Some(b'C')),
    ("noexec", Some(b'n')),
    ("noglob", Some(b'f')),
    ("notify", Some(b'b')),
    ("nounset", Some(b'u')),
    ("onecmd", Some(b't')),
    ("pipefail", None),
    ("posix", None),
    ("verbose", Some(b'v')),
    ("xtrace", Some(b'x')),
];

/// The set of options that are on: bit n is row n of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options(pub u32);

impl Default for Options {
    fn default() -> Self {
        let mut options = Options(0);
        options.set("braceexpand", true);
        options.set("hashall", true);
        options
    }
}

impl Options {
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

    pub fn errexit(self) -> bool {
        self.is_on("errexit")
    }

    pub fn nounset(self) -> bool {
        self.is_on("nounset")
    }

    pub fn xtrace(self) -> bool {
        self.is_on("xtrace")
    }

    pub fn noglob(self) -> bool {
        self.is_on("noglob")
    }

    pub fn noclobber(self) -> bool {
        self.is_on("noclobber")
    }

    pub fn pipefail(self) -> bool {
        self.is_on("pipefail")
    }

    pub fn noexec(self) -> bool {
        self.is_on("noexec")
    }

    pub fn allexport(self) -> bool {
        self.is_on("allexport")
    }
}
