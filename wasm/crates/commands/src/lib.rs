//! Our own commands, where no crate does it on this kernel: WASI has no modes, owners, symbolic
//! links by path or processes, so whatever needs them is here, beside commands so small that a
//! crate would only cost start-up time. Each command is a file; the others are what they share.

#[cfg(not(target_os = "wasi"))]
compile_error!("these commands are for wasm32-wasip1");

pub mod basename;
pub mod calendar;
pub mod cat;
pub mod checksum;
pub mod chmod;
mod copy;
pub mod cp;
pub mod cut;
mod destination;
mod date_text;
mod directory;
pub mod du;
pub mod echo;
pub mod env;
mod escapes;
pub mod find;
mod fnmatch;
pub mod getopt;
pub mod grep;
mod human;
mod input;
pub mod ln;
pub mod ls;
pub mod mkdir;
pub mod mktemp;
mod mode;
pub mod mv;
pub mod not_mounted;
pub mod output;
mod path;
mod prompt;
pub mod pwd;
pub mod readlink;
pub mod rm;
pub mod rmdir;
pub mod sleep;
pub mod sort;
pub mod stat;
pub mod tac;
pub mod tail;
pub mod test_command;
pub mod touch;
pub mod tree;
pub mod true_command;
pub mod uniq;
pub mod users;
mod version_order;
pub mod wc;
mod words;
pub mod xargs;
pub mod yes;
