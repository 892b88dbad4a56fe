//! Which sequence of bytes from the terminal does what: Readline's defaults, and what `bind` has set.

use super::commands::{Command, name_of};
use Command::*;
use std::collections::BTreeMap;
use std::rc::Rc;

/// What a key does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    Command(Command),
    /// Other keys.
    Keys(Rc<[u8]>),
    /// A shell command: `bind -x`.
    Shell(Rc<[u8]>),
    /// Unbound by the user.
    Nothing,
}

pub type UserKeys = BTreeMap<Vec<u8>, Action>;

/// Of emacs mode; in vi's insert mode control characters and sequences but `ESC` and letter hold too.
const DEFAULTS: &[(&[u8], Command)] = &[
    (b"\0", SetMark),
    (b"\x01", BeginningOfLine),
    (b"\x02", BackwardChar),
    (b"\x04", DeleteChar),
    (b"\x05", EndOfLine),
    (b"\x06", ForwardChar),
    (b"\x07", Abort),
    (b"\x08", BackwardDeleteChar),
    (b"\x09", Complete),
    (b"\x0a", AcceptLine),
    (b"\x0b", KillLine),
    (b"\x0c", ClearScreen),
    (b"\x0d", AcceptLine),
    (b"\x0e", NextHistory),
    (b"\x0f", OperateAndGetNext),
    (b"\x10", PreviousHistory),
    (b"\x11", QuotedInsert),
    (b"\x12", ReverseSearchHistory),
    (b"\x13", ForwardSearchHistory),
    (b"\x14", TransposeChars),
    (b"\x15", UnixLineDiscard),
    (b"\x16", QuotedInsert),
    (b"\x17", UnixWordRubout),
    (b"\x18\x05", EditAndExecute),
    (b"\x18\x15", Undo),
    (b"\x18\x18", ExchangePointAndMark),
    (b"\x18\x7f", BackwardKillLine),
    (b"\x19", Yank),
    (b"\x1b\x05", ShellExpandLine),
    (b"\x1b\x08", BackwardKillWord),
    (b"\x1b\x19", YankNthArg),
    (b"\x1b\x7f", BackwardKillWord),
    (b"\x1b ", SetMark),
    (b"\x1b#", InsertComment),
    (b"\x1b&", TildeExpand),
    (b"\x1b*", InsertCompletions),
    (b"\x1b-", DigitArgument),
    (b"\x1b.", YankLastArg),
    (b"\x1b0", DigitArgument),
    (b"\x1b1", DigitArgument),
    (b"\x1b2", DigitArgument),
    (b"\x1b3", DigitArgument),
    (b"\x1b4", DigitArgument),
    (b"\x1b5", DigitArgument),
    (b"\x1b6", DigitArgument),
    (b"\x1b7", DigitArgument),
    (b"\x1b8", DigitArgument),
    (b"\x1b9", DigitArgument),
    (b"\x1b<", BeginningOfHistory),
    (b"\x1b=", PossibleCompletions),
    (b"\x1b>", EndOfHistory),
    (b"\x1b?", PossibleCompletions),
    (b"\x1bOA", PreviousHistory),
    (b"\x1bOB", NextHistory),
    (b"\x1bOC", ForwardChar),
    (b"\x1bOD", BackwardChar),
    (b"\x1bOF", EndOfLine),
    (b"\x1bOH", BeginningOfLine),
    (b"\x1b[1;3C", ForwardWord),
    (b"\x1b[1;3D", BackwardWord),
    (b"\x1b[1;5C", ForwardWord),
    (b"\x1b[1;5D", BackwardWord),
    (b"\x1b[1~", BeginningOfLine),
    (b"\x1b[200~", BracketedPasteBegin),
    (b"\x1b[2~", OverwriteMode),
    (b"\x1b[3;5~", KillWord),
    (b"\x1b[3~", DeleteChar),
    (b"\x1b[4~", EndOfLine),
    (b"\x1b[5~", HistorySearchBackward),
    (b"\x1b[6~", HistorySearchForward),
    (b"\x1b[7~", BeginningOfLine),
    (b"\x1b[8~", EndOfLine),
    (b"\x1b[A", PreviousHistory),
    (b"\x1b[B", NextHistory),
    (b"\x1b[C", ForwardChar),
    (b"\x1b[D", BackwardChar),
    (b"\x1b[F", EndOfLine),
    (b"\x1b[H", BeginningOfLine),
    (b"\x1b\\", DeleteHorizontalSpace),
    (b"\x1b^", HistoryExpandLine),
    (b"\x1b_", YankLastArg),
    (b"\x1bb", BackwardWord),
    (b"\x1bc", CapitalizeWord),
    (b"\x1bd", KillWord),
    (b"\x1bf", ForwardWord),
    (b"\x1bl", DowncaseWord),
    (b"\x1br", RevertLine),
    (b"\x1bt", TransposeWords),
    (b"\x1bu", UpcaseWord),
    (b"\x1by", YankPop),
    (b"\x1f", Undo),
    (b"\x7f", BackwardDeleteChar),
];

/// What a sequence is so far.
pub enum Found {
    Action(Action),
    /// More has to come; with what is meant if nothing does.
    Prefix(Option<Action>),
    None,
}

/// Looks a sequence up. `is_vi`: in vi's insert mode, where Escape is a key.
pub fn find(user: &UserKeys, sequence: &[u8], is_vi: bool) -> Found {
    let is_own = |bound: &[u8]| !is_vi || bound[0] != 27 || bound.get(1).is_some_and(|next| matches!(next, b'[' | b'O'));
    let exact = match user.get(sequence) {
        Some(action) => Some(action.clone()),
        None if is_vi && sequence == b"\x1b" => Some(Action::Command(ViMovementMode)),
        None => DEFAULTS
            .iter()
            .find(|(bound, _)| *bound == sequence && is_own(bound))
            .map(|(_, command)| Action::Command(*command)),
    };
    let is_longer = |bound: &[u8]| bound.len() > sequence.len() && bound.starts_with(sequence);
    let has_longer = user.keys().any(|bound| is_longer(bound)) || DEFAULTS.iter().any(|(bound, _)| is_longer(bound) && is_own(bound));
    match (exact, has_longer) {
        (exact, true) => Found::Prefix(exact),
        (Some(action), false) => Found::Action(action),
        (None, false) => Found::None,
    }
}

/// All bindings, the user's in place of the defaults they replace.
pub fn all(user: &UserKeys) -> BTreeMap<Vec<u8>, Action> {
    let mut all: BTreeMap<Vec<u8>, Action> =
        DEFAULTS.iter().map(|(keys, command)| (keys.to_vec(), Action::Command(*command))).collect();
    all.extend(user.iter().map(|(keys, action)| (keys.clone(), action.clone())));
    all
}

/// A sequence as `bind -p` shows it: `\C-a`, `\e[A`.
pub fn shown(keys: &[u8]) -> String {
    let mut text = String::new();
    for byte in keys {
        match byte {
            27 => text.push_str("\\e"),
            127 => text.push_str("\\C-?"),
            0..=31 => text.push_str(&format!("\\C-{}", char::from(byte + 64).to_ascii_lowercase())),
            b'"' | b'\\' => text.extend(['\\', char::from(*byte)]),
            32..=126 => text.push(char::from(*byte)),
            _ => text.push_str(&format!("\\{byte:o}")),
        }
    }
    text
}

/// Reads the notation of `bind`: `\C-x`, `\M-x`, `\e`, `\n`, octal.
pub fn parse_keys(text: &[u8]) -> Vec<u8> {
    let mut keys = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (mut control, mut meta) = (false, false);
        loop {
            if let Some(after) = rest.strip_prefix(b"\\C-") {
                control = true;
                rest = after;
            } else if let Some(after) = rest.strip_prefix(b"\\M-") {
                meta = true;
                rest = after;
            } else {
                break;
            }
        }
        let (value, length) = plain_key(rest);
        rest = &rest[length..];
        if meta {
            keys.push(27);
        }
        keys.push(match value {
            b'?' if control => 127,
            value if control => value.to_ascii_uppercase() & 0x1f,
            value => value,
        });
    }
    keys
}

/// A character or an escape that is no modifier, and its length.
fn plain_key(text: &[u8]) -> (u8, usize) {
    if text.first() != Some(&b'\\') {
        return (text.first().copied().unwrap_or(0), 1.min(text.len()));
    }
    match text.get(1).copied() {
        Some(b'e') => (27, 2),
        Some(b'a') => (7, 2),
        Some(b'b') => (8, 2),
        Some(b'd') => (127, 2),
        Some(b'f') => (12, 2),
        Some(b'n') => (10, 2),
        Some(b'r') => (13, 2),
        Some(b't') => (9, 2),
        Some(b'v') => (11, 2),
        Some(b'0'..=b'7') => {
            let digits = text[1..].iter().take(3).take_while(|digit| matches!(digit, b'0'..=b'7')).count();
            let value = text[1..=digits].iter().fold(0u32, |value, digit| value * 8 + u32::from(digit - b'0'));
            (value as u8, 1 + digits)
        }
        Some(other) => (other, 2),
        None => (b'\\', 1),
    }
}

/// What `bind -p` shows for an action.
pub fn shown_action(action: &Action) -> String {
    match action {
        Action::Command(command) => name_of(*command).to_string(),
        Action::Keys(keys) => format!("\"{}\"", shown(keys)),
        Action::Shell(command) => format!("\"{}\"", String::from_utf8_lossy(command)),
        Action::Nothing => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notation_goes_both_ways() {
        for keys in [b"\x01".as_slice(), b"\x1b[A", b"\x18\x05", b"\x7f"] {
            assert_eq!(parse_keys(shown(keys).as_bytes()), keys);
        }
        assert_eq!(parse_keys(b"\\M-x\\C-\\M-a!"), b"\x1bx\x1b\x01!");
        assert!(matches!(find(&UserKeys::new(), b"\x1b", false), Found::Prefix(None)));
        assert!(matches!(find(&UserKeys::new(), b"\x1b[A", true), Found::Action(Action::Command(PreviousHistory))));
    }
}
