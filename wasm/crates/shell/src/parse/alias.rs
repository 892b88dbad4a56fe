//! Aliases: a command's first word replaced by text before it is parsed.

use super::Parser;
use std::collections::BTreeMap;

pub type Aliases = BTreeMap<Vec<u8>, Vec<u8>>;

/// An alias whose text is being parsed; it is not expanded within itself.
pub struct ActiveAlias {
    name: Vec<u8>,
    /// How much text was left when its own ended.
    rest: usize,
}

impl Parser {
    /// Replaces the word here, where a command starts, as long as it is an alias.
    pub(super) fn expand_aliases(&mut self) {
        let Some(aliases) = self.aliases.clone() else { return };
        loop {
            let Some(name) = self.plain_word().map(<[u8]>::to_vec) else { return };
            let left = self.text.len() - self.position;
            self.active_aliases.retain(|active| active.rest < left);
            let Some(value) = aliases.get(&name) else { return };
            if self.active_aliases.iter().any(|active| active.name == name) {
                return;
            }
            let end = self.position + name.len();
            let rest = self.text.len() - end;
            self.text.splice(self.position..end, value.iter().copied());
            self.active_aliases.push(ActiveAlias { name, rest });
            if value.last().is_some_and(|last| matches!(last, b' ' | b'\t')) {
                self.next_alias = Some(rest);
            }
        }
    }

    /// Replaces the word here, an argument, if the alias before it ended in a blank.
    pub(super) fn expand_argument_alias(&mut self) {
        let Some(rest) = self.next_alias else { return };
        self.skip_blanks();
        let left = self.text.len() - self.position;
        if left > rest {
            return;
        }
        self.next_alias = None;
        self.expand_aliases();
    }
}
