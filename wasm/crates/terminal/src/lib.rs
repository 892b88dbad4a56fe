//! What programs on a terminal share: its modes and size, keys as they come from it, text as it is shown on it.
//!
//! Terminals are taken to be ECMA-48's with the common extensions (xterm, tmux, screen, linux): what any
//! emulator of the last decades does. There is no terminfo.

pub mod keys;
pub mod modes;
pub mod size;
pub mod text;

pub use keys::{Key, Keys};
pub use modes::RawModes;
pub use size::{Size, size_of};
