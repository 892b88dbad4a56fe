//! What `csplit`, `nl`, `pr` and `ptx` ask of the crate `regex`, by regex-lite.

pub use regex_lite::{Error, Regex, escape};

pub mod bytes {
    //! Lines of bytes, matched as text.

    pub struct Regex(super::Regex);

    impl Regex {
        pub fn new(pattern: &str) -> Result<Regex, super::Error> {
            super::Regex::new(pattern).map(Regex)
        }

        /// Bytes that are no UTF-8 match as the character that stands for them.
        pub fn is_match(&self, line: &[u8]) -> bool {
            self.0.is_match(&String::from_utf8_lossy(line))
        }
    }
}
