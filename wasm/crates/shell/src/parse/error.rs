//! Syntax errors, worded like bash's.

/// Why a text is no script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    pub line: u32,
    pub message: String,
    /// More text could make it right: an interactive shell asks for another line.
    pub is_incomplete: bool,
    /// Bash shows the offending line below the message.
    pub shows_line: bool,
}

impl ParseError {
    pub fn unexpected_token(line: u32, token: &[u8]) -> Self {
        let token = if token == b"\n" { "newline".into() } else { String::from_utf8_lossy(token) };
        ParseError {
            line,
            message: format!("syntax error near unexpected token `{token}'"),
            is_incomplete: false,
            shows_line: true,
        }
    }

    pub fn unexpected_end(line: u32) -> Self {
        let message = "syntax error: unexpected end of file".to_string();
        ParseError { line, message, is_incomplete: true, shows_line: false }
    }

    pub fn unterminated(line: u32, closer: &str) -> Self {
        let message = format!("unexpected EOF while looking for matching `{closer}'");
        ParseError { line, message, is_incomplete: true, shows_line: false }
    }

    pub fn too_deep(line: u32) -> Self {
        Self::plain(line, "syntax error: commands are nested too deeply")
    }

    pub fn plain(line: u32, message: &str) -> Self {
        ParseError { line, message: message.to_string(), is_incomplete: false, shows_line: false }
    }
}
