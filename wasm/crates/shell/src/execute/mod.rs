//! Execution of the syntax tree.

mod arguments;
pub use arguments::Argument;
mod assignment;
mod background;
pub mod carry;
mod compound;
mod conditional;
mod coproc;
pub mod external;
mod file_test;
mod function;
mod list;
mod pipeline;
mod simple;
mod select;
mod subshell;
mod timing;
mod trap;

pub use external::CapturePipe;
pub use file_test::{compare_numbers, is_binary_operator, is_unary_operator};
