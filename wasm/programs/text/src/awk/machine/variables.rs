//! The variables that mean something to awk itself: what assigning one does.

use crate::awk::special;
use crate::awk::splitter::Splitter;
use crate::awk::value::Value;
use super::{Fatal, Machine, Step, fatal};
use std::rc::Rc;

impl Machine {
    pub(super) fn load_special(&mut self, slot: u32) -> Value {
        match slot {
            special::NF => Value::Number(self.record.count() as f64),
            special::NR => Value::Number(self.nr),
            special::FNR => Value::Number(self.fnr),
            _ => self.globals[slot as usize].clone(),
        }
    }

    pub fn set_record(&mut self, text: &[u8]) {
        let splitter = Rc::clone(&self.splitter);
        let has_lines = self.input.has_paragraphs();
        self.record.replace(&splitter, has_lines, text.to_vec());
    }

    pub fn set_special(&mut self, slot: u32, value: Value) -> Step<()> {
        match slot {
            special::NF => {
                let count = value.number();
                if count < 0.0 {
                    return fatal("NF set to negative value");
                }
                return self.record.set_count(count as usize).or_else(|_| fatal("NF is too large"));
            }
            special::NR => self.nr = value.number(),
            special::FNR => self.fnr = value.number(),
            special::OFS => self.ofs = self.text(&value),
            special::ORS => self.ors = self.text(&value),
            special::SUBSEP => self.subsep = self.text(&value),
            special::CONVFMT => self.convfmt = self.text(&value),
            special::OFMT => self.ofmt = self.text(&value),
            _ => {}
        }
        self.globals[slot as usize] = value;
        match slot {
            special::FS | special::FIELDWIDTHS | special::FPAT => self.choose_splitter(slot),
            special::RS => {
                let value = self.globals[slot as usize].clone();
                let text = self.text(&value);
                self.input.set_separator(&text, &mut self.patterns, self.is_csv).map_err(Fatal::here)
            }
            special::IGNORECASE => {
                self.patterns.set_ignores_case(self.globals[slot as usize].is_true());
                self.choose_splitter(special::FS)
            }
            _ => Ok(()),
        }
    }

    /// The variable assigned last says how records are split.
    pub(super) fn choose_splitter(&mut self, slot: u32) -> Step<()> {
        if self.is_csv {
            return Ok(());
        }
        let value = self.globals[slot as usize].clone();
        let text = self.text(&value);
        let splitter = match slot {
            special::FS => self.patterns.splitter(&text).map_err(Fatal::here)?,
            special::FPAT => Splitter::Content(self.patterns.dynamic(&text).map_err(Fatal::here)?),
            _ => {
                let mut widths = Vec::new();
                for word in text.split(|byte| matches!(byte, b' ' | b'\t')).filter(|word| !word.is_empty()) {
                    let shown = String::from_utf8_lossy(word).into_owned();
                    let (skipped, taken) = shown.split_once(':').unwrap_or(("0", &shown));
                    let taken = if taken == "*" { Ok(usize::MAX) } else { taken.parse() };
                    match (skipped.parse(), taken) {
                        (Ok(skipped), Ok(taken)) => widths.push((skipped, taken)),
                        _ => return fatal(format!("invalid FIELDWIDTHS value, for field {}, near `{shown}'", widths.len() + 1)),
                    }
                }
                Splitter::Widths(widths)
            }
        };
        self.splitter = Rc::new(splitter);
        Ok(())
    }
}
