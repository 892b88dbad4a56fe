//! Patterns of names: a star stands for slashes too.

use crate::tar::glob;

pub fn matches(pattern: &[u8], name: &[u8], ignore_case: bool) -> bool {
    if ignore_case {
        return glob(&pattern.to_ascii_lowercase(), &name.to_ascii_lowercase(), true);
    }
    glob(pattern, name, true)
}
