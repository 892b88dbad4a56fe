//! What keys can do, by the names `bind` knows.

macro_rules! commands {
    ($($name:literal $variant:ident,)*) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Command {
            $($variant,)*
        }

        /// Names, sorted.
        pub const COMMANDS: &[(&str, Command)] = &[$(($name, Command::$variant),)*];
    };
}

commands! {
    "abort" Abort,
    "accept-line" AcceptLine,
    "backward-char" BackwardChar,
    "backward-delete-char" BackwardDeleteChar,
    "backward-kill-line" BackwardKillLine,
    "backward-kill-word" BackwardKillWord,
    "backward-word" BackwardWord,
    "beginning-of-history" BeginningOfHistory,
    "beginning-of-line" BeginningOfLine,
    "bracketed-paste-begin" BracketedPasteBegin,
    "capitalize-word" CapitalizeWord,
    "clear-screen" ClearScreen,
    "complete" Complete,
    "delete-char" DeleteChar,
    "delete-horizontal-space" DeleteHorizontalSpace,
    "digit-argument" DigitArgument,
    "downcase-word" DowncaseWord,
    "edit-and-execute-command" EditAndExecute,
    "end-of-history" EndOfHistory,
    "end-of-line" EndOfLine,
    "exchange-point-and-mark" ExchangePointAndMark,
    "forward-char" ForwardChar,
    "forward-search-history" ForwardSearchHistory,
    "forward-word" ForwardWord,
    "history-expand-line" HistoryExpandLine,
    "history-search-backward" HistorySearchBackward,
    "history-search-forward" HistorySearchForward,
    "insert-comment" InsertComment,
    "insert-completions" InsertCompletions,
    "insert-last-argument" InsertLastArgument,
    "kill-line" KillLine,
    "kill-whole-line" KillWholeLine,
    "kill-word" KillWord,
    "next-history" NextHistory,
    "operate-and-get-next" OperateAndGetNext,
    "overwrite-mode" OverwriteMode,
    "possible-completions" PossibleCompletions,
    "previous-history" PreviousHistory,
    "quoted-insert" QuotedInsert,
    "redraw-current-line" RedrawCurrentLine,
    "reverse-search-history" ReverseSearchHistory,
    "revert-line" RevertLine,
    "self-insert" SelfInsert,
    "set-mark" SetMark,
    "shell-expand-line" ShellExpandLine,
    "tilde-expand" TildeExpand,
    "transpose-chars" TransposeChars,
    "transpose-words" TransposeWords,
    "undo" Undo,
    "unix-line-discard" UnixLineDiscard,
    "unix-word-rubout" UnixWordRubout,
    "upcase-word" UpcaseWord,
    "vi-movement-mode" ViMovementMode,
    "yank" Yank,
    "yank-last-arg" YankLastArg,
    "yank-nth-arg" YankNthArg,
    "yank-pop" YankPop,
}

pub fn by_name(name: &str) -> Option<Command> {
    COMMANDS.iter().find(|(known, _)| *known == name).map(|(_, command)| *command)
}

pub fn name_of(command: Command) -> &'static str {
    COMMANDS.iter().find(|(_, known)| *known == command).map_or("", |(name, _)| name)
}
