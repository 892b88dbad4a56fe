//! What an interactive shell has beyond the language: a line editor, history and its expansion, completion.
//!
//! `editor` takes keys and changes a `buffer`, `screen` shows it, `keymap` says which key does what. `history` is the
//! list and its file, `history_expansion` is `!!` and its like, `completion` finds what a word could become;
//! what `complete` has set is the crate's `completion`. A shell that reads from no terminal uses none of it but the
//! lists.

pub mod buffer;
pub mod command_line;
pub mod commands;
pub mod completion;
mod completion_word;
mod editor;
mod editor_completion;
mod editor_history;
pub mod history;
pub mod history_expansion;
pub mod keymap;
pub mod prompt;
mod screen;
pub mod settings;
mod vi;

use history::History;
use keymap::UserKeys;

/// What stays from line to line; copied when a subshell changes it.
#[derive(Clone, Default)]
pub struct Interactive {
    pub history: History,
    pub keys: UserKeys,
    /// Readline's variables.
    pub settings: settings::Settings,
    /// Texts that were cut, the last one last.
    pub kills: Vec<Vec<char>>,
    /// The last text that was looked for in the history.
    pub search: Vec<char>,
    /// What `^a^b` put for what, for the modifier `&`.
    pub substitution: Option<(Vec<u8>, Vec<u8>)>,
    /// How the last completion function ended.
    pub completion_status: i32,
    /// The entry that the next line begins with: ^O.
    pub next_entry: Option<usize>,
}
