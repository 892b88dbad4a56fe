//! awk: POSIX's language with what people use of gawk's. A program becomes a tree, the tree instructions for a machine
//! with a stack; fields and numbers are found only when they are asked for.

mod array;
mod ast;
mod builtin;
mod code;
mod compile;
mod expression;
mod format;
mod in_place;
mod infer;
mod input;
mod invocation;
mod lexer;
mod machine;
mod number;
mod order;
mod parser;
mod patterns;
mod record;
mod special;
mod splitter;
mod streams;
mod substitute;
mod time;
mod value;

pub use invocation::main;

use crate::path::{of as path, open};

/// A time by the format of strftime, in UTC.
pub fn time_text(format: &[u8], timestamp: i64) -> Vec<u8> {
    time::format(format, timestamp)
}
