//! `g`, `v`, `G` and `V`: commands on every line that fits.

use super::Step;
use crate::ed::Editor;

impl Editor {
    /// Runs commands at each line that matches, or does not.
    pub(super) fn global(&mut self, first: usize, last: usize, rest: &[u8], matches: bool) -> Step<()> {
        if self.is_in_global {
            return Err("Cannot nest global commands");
        }
        let Some((&delimiter, rest)) = rest.split_first() else { return Err("Invalid pattern delimiter") };
        let (mut pattern, mut at) = (Vec::new(), 0);
        while let Some(byte) = rest.get(at).copied() {
            at += 1;
            if byte == delimiter {
                break;
            }
            pattern.push(byte);
            if byte == b'\\' {
                if rest.get(at) == Some(&delimiter) {
                    pattern.pop();
                }
                pattern.extend(rest.get(at));
                at += 1;
            }
        }
        let regex = self.pattern(&pattern)?;
        let mut list: Vec<Vec<u8>> = Vec::new();
        let mut line = rest.get(at..).unwrap_or_default().to_vec();
        while line.last() == Some(&b'\\') {
            line.pop();
            list.push(line);
            line = self.line().unwrap_or_default();
        }
        list.push(line);
        if list.len() == 1 && list[0].is_empty() {
            list[0] = b"p".to_vec();
        }
        let found: Vec<u64> = if first == 0 { Vec::new() } else {
            (first..=last).filter(|number| regex.is_match(self.buffer.text(*number)) == matches).map(|number| self.buffer.lines[number - 1].id).collect()
        };
        self.buffer.remember();
        self.is_in_global = true;
        let mut result = Ok(());
        for id in found {
            let Some(number) = self.buffer.find(id) else { continue };
            self.buffer.current = number;
            self.queued = list.iter().cloned().collect();
            // A text that ends with the list ends without its dot.
            self.queued.push_back(b".".to_vec());
            while self.queued.len() > 1 {
                let Some(line) = self.queued.pop_front() else { break };
                if let Err(text) = self.command(&line) {
                    result = Err(text);
                    break;
                }
            }
            self.queued.clear();
            if result.is_err() {
                break;
            }
        }
        self.is_in_global = false;
        result
    }
}
