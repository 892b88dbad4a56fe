//! What a shell knows: variables, functions, options, positional parameters, status.

pub mod associative;
pub mod completions;
pub mod frames;
pub mod functions;
pub mod options;
pub mod shell;
pub mod shell_options;
pub mod special_variables;
pub mod traps;
pub mod variables;

pub use associative::Associative;
pub use functions::Functions;
pub use options::Options;
pub use shell_options::ShellOptions;
pub use shell::{Interrupt, Outcome, Shell};
pub use variables::{Attributes, Value, Variable, Variables};
