//! Prompts: `\\u`, `\\w` and the other escapes of PS1, then the expansions of double quotes.

use crate::interactive::prompt::{END_IGNORE, START_IGNORE, without_marks};
use crate::parse;
use crate::state::Shell;
use std::time::{SystemTime, UNIX_EPOCH};

impl Shell {
    /// Expands a prompt as bash does before it prints it.
    pub fn expand_prompt(&mut self, prompt: &[u8]) -> Vec<u8> {
        without_marks(&self.expand_prompt_with_marks(prompt))
    }

    /// The same with `\\[` and `\\]` as marks for the line editor.
    pub fn expand_prompt_with_marks(&mut self, prompt: &[u8]) -> Vec<u8> {
        let decoded = self.decode_prompt(prompt);
        if !self.shell_options.is_on("promptvars") {
            return decoded;
        }
        let status = self.status;
        let expanded = match parse::parse_quoted(&decoded, self.line) {
            Ok(word) => self.expand_to_string(&word).unwrap_or(decoded),
            Err(_) => decoded,
        };
        self.status = status;
        expanded
    }

    fn decode_prompt(&mut self, prompt: &[u8]) -> Vec<u8> {
        let mut output = Vec::new();
        let mut position = 0;
        while let Some(byte) = prompt.get(position) {
            position += 1;
            if *byte != b'\\' {
                output.push(*byte);
                continue;
            }
            let Some(letter) = prompt.get(position) else {
                output.push(b'\\');
                break;
            };
            position += 1;
            let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs() as i64);
            match letter {
                b'a' => output.push(7),
                b'e' => output.push(27),
                b'n' => output.push(b'\n'),
                b'r' => output.push(b'\r'),
                b'[' => output.push(START_IGNORE),
                b']' => output.push(END_IGNORE),
                b'\\' => output.extend(b"\\\\"),
                b'$' => output.extend(self.variable_scalar("EUID").map_or(b"#".as_slice(), |id| match id.as_slice() {
                    b"0" => b"#",
                    _ => b"\\$",
                })),
                b'u' => output.extend(self.variable_scalar("USER").unwrap_or_else(|| b"root".to_vec())),
                b'h' | b'H' => {
                    let name = self.variable_scalar("HOSTNAME").unwrap_or_default();
                    let end = match letter {
                        b'h' => name.iter().position(|byte| *byte == b'.').unwrap_or(name.len()),
                        _ => name.len(),
                    };
                    output.extend_from_slice(&name[..end]);
                }
                b'w' | b'W' => {
                    let directory = self.prompt_directory(*letter == b'W');
                    let expands = self.shell_options.is_on("promptvars");
                    for byte in directory {
                        // What the prompt's own expansions would take for theirs.
                        if expands && b"$`\\\"".contains(&byte) {
                            output.push(b'\\');
                        }
                        output.push(byte);
                    }
                }
                b's' => {
                    let name = self.name.rsplit(|byte| *byte == b'/').next().unwrap_or(b"sh");
                    output.extend_from_slice(name);
                }
                b'v' => output.extend(b"5.2"),
                b'V' => output.extend(b"5.2.15"),
                b'j' => output.extend(self.jobs.all().count().to_string().bytes()),
                b'l' => output.extend(b"tty"),
                b'!' => {
                    let history = &self.interactive.history;
                    output.extend((history.base() + history.len()).to_string().bytes());
                }
                b'#' => {
                    // Interactive, the number is of the command to come.
                    let number = self.commands_read + u32::from(self.is_interactive);
                    output.extend(number.to_string().bytes());
                }
                b'd' => output.extend(self.date_text(b"%a %b %d", now)),
                b't' => output.extend(self.date_text(b"%H:%M:%S", now)),
                b'T' => output.extend(self.date_text(b"%I:%M:%S", now)),
                b'@' => output.extend(self.date_text(b"%I:%M %p", now)),
                b'A' => output.extend(self.date_text(b"%H:%M", now)),
                b'D' if prompt.get(position) == Some(&b'{') => {
                    let rest = &prompt[position + 1..];
                    let length = rest.iter().position(|byte| *byte == b'}').unwrap_or(rest.len());
                    output.extend(self.date_text(&rest[..length], now));
                    position += length + 2;
                }
                b'0'..=b'7' => {
                    let rest = &prompt[position - 1..];
                    let digits = rest.iter().take(3).take_while(|byte| matches!(byte, b'0'..=b'7')).count();
                    let value = rest[..digits].iter().fold(0u32, |value, digit| value * 8 + u32::from(digit - b'0'));
                    output.push(value as u8);
                    position += digits - 1;
                }
                other => output.extend([b'\\', *other]),
            }
        }
        output
    }

    /// The working directory with `~` for the home directory, or its last part.
    fn prompt_directory(&self, only_last: bool) -> Vec<u8> {
        let home = self.variables.scalar("HOME").unwrap_or(b"");
        let directory = &*self.directory;
        let shown = match directory.strip_prefix(home) {
            Some(rest) if home.len() > 1 && (rest.is_empty() || rest[0] == b'/') => [b"~", rest].concat(),
            _ => directory.to_vec(),
        };
        match only_last && shown != b"/" {
            true => shown.rsplit(|byte| *byte == b'/').next().unwrap_or(b"").to_vec(),
            false => shown,
        }
    }
}
