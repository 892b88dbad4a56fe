//! The fields of a line, and which of them are converted.

/// Ranges of field numbers, from 1.
pub struct Chosen(Vec<(usize, usize)>);

impl Chosen {
    pub fn first() -> Self {
        Chosen(vec![(1, 1)])
    }

    pub fn holds(&self, number: usize) -> bool {
        self.0.iter().any(|(first, last)| (*first..=*last).contains(&number))
    }

    /// Reads `2`, `2-4`, `-3`, `4-`, `-`, with commas or blanks between them.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut ranges = Vec::new();
        for part in text.split([',', ' ', '\t']) {
            let bound = |digits: &str, missing: usize| match digits {
                "" => Ok(missing),
                digits => digits.parse::<usize>().map_err(|_| format!("invalid field value '{part}'")),
            };
            let range = match part.split_once('-') {
                Some((first, last)) => (bound(first, 1)?, bound(last, usize::MAX)?),
                None if part.is_empty() => (0, 0),
                None => bound(part, 0).map(|number| (number, number))?,
            };
            if range.0 == 0 || range.1 == 0 {
                return Err("fields are numbered from 1".to_owned());
            }
            if range.0 > range.1 {
                return Err("invalid decreasing range".to_owned());
            }
            ranges.push(range);
        }
        Ok(Chosen(ranges))
    }
}

/// Goes through a line: without a delimiter, the blanks before a field belong to it.
pub struct Fields<'line> {
    rest: Option<&'line [u8]>,
    delimiter: Option<u8>,
}

impl<'line> Fields<'line> {
    pub fn of(line: &'line [u8], delimiter: Option<u8>) -> Self {
        Fields { rest: Some(line), delimiter }
    }
}

impl<'line> Iterator for Fields<'line> {
    type Item = &'line [u8];

    fn next(&mut self) -> Option<&'line [u8]> {
        let rest = self.rest?;
        let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n');
        let end = match self.delimiter {
            Some(delimiter) => rest.iter().position(|byte| *byte == delimiter),
            None => {
                let blanks = rest.iter().take_while(|byte| is_blank(byte)).count();
                rest[blanks..].iter().position(|byte| is_blank(byte)).map(|length| blanks + length)
            }
        };
        let Some(end) = end else {
            self.rest = None;
            return Some(rest);
        };
        self.rest = Some(&rest[end + 1..]);
        Some(&rest[..end])
    }
}
