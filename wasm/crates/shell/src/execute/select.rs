//! `select`: a menu on standard error, answers from standard input.

use super::compound::Next;
use crate::builtins::is_name;
use crate::state::{Outcome, Shell};
use crate::syntax::{List, Word};

impl Shell {
    pub(super) fn run_select(&mut self, variable: &str, words: Option<&[Word]>, body: &List) -> Outcome {
        if !is_name(variable) {
            self.complain(format!("`{variable}': not a valid identifier"));
            return Ok(1);
        }
        let values = match words {
            Some(words) => self.expand_words(words)?,
            None => self.positional.to_vec(),
        };
        if values.is_empty() {
            return Ok(0);
        }
        self.in_loop(|shell| {
            let mut shows_menu = true;
            loop {
                if shows_menu {
                    shell.show_menu(&values);
                }
                let prompt = shell.variables.scalar("PS3").unwrap_or(b"#? ").to_vec();
                // Nothing can be told about a closed stderr.
                let _ = shell.write(2, &prompt);
                let answer = match shell.read_until(0, Some(b'\n'), None) {
                    Ok(line) if line.is_terminated || !line.text.is_empty() => line.text,
                    _ => {
                        if let Some(interrupt) = shell.interrupt.take() {
                            return Err(interrupt);
                        }
                        // The prompt's line is still open.
                        let _ = shell.write(1, b"\n");
                        return Ok(1);
                    }
                };
                let text = answer.trim_ascii().to_vec();
                shell.assign("REPLY", answer)?;
                shows_menu = text.is_empty();
                if shows_menu {
                    continue;
                }
                let number = std::str::from_utf8(&text).ok().and_then(|text| text.parse::<usize>().ok());
                let chosen = number.and_then(|number| values.get(number.checked_sub(1)?)).cloned();
                shell.assign(variable, chosen.unwrap_or_default())?;
                if let Next::Leave(status) = shell.run_body(body)? {
                    return Ok(status);
                }
                shows_menu = shell.variable_scalar("REPLY").is_none_or(|reply| reply.is_empty());
            }
        })
    }

    /// Numbers the choices, in columns as wide as the terminal allows.
    fn show_menu(&mut self, values: &[Vec<u8>]) {
        let width = self.variable_scalar("COLUMNS").and_then(|text| String::from_utf8_lossy(&text).parse().ok());
        let width: usize = width.filter(|width| *width > 0).unwrap_or(80);
        let digits = values.len().to_string().len();
        let longest = values.iter().map(|value| crate::expand::character_count(value)).max().unwrap_or(0);
        let column = longest + digits + 2 + 2;
        let columns = (width / column).max(1);
        let rows = values.len().div_ceil(columns);
        let columns = if rows == 0 { 1 } else { values.len().div_ceil(rows) };
        let rows = if rows == 1 { values.len() } else { rows };
        let columns = if rows == values.len() { 1 } else { columns };
        let mut text = Vec::new();
        for row in 0..rows {
            let mut position = 0;
            for place in 0..columns {
                let Some(value) = values.get(row + place * rows) else { break };
                // The first column's numbers are as wide as they need to be, the others as the last number.
                let digits = if place == 0 { rows.to_string().len() } else { digits };
                text.extend(format!("{:>digits$}) ", row + place * rows + 1).bytes());
                text.extend_from_slice(value);
                position += digits + 2 + crate::expand::character_count(value);
                let end = (place + 1) * column;
                if values.get(row + (place + 1) * rows).is_some() && place + 1 < columns {
                    // Bash fills with tabs where they reach.
                    while position < end {
                        let next_tab = (position / 8 + 1) * 8;
                        if next_tab <= end {
                            text.push(b'\t');
                            position = next_tab;
                        } else {
                            text.push(b' ');
                            position += 1;
                        }
                    }
                }
            }
            text.push(b'\n');
        }
        // Nothing can be told about a closed stderr.
        let _ = self.write(2, &text);
    }
}
