//! `--format`: printf's `%f` with text around it.

#[derive(Clone, Copy, Default)]
pub struct Padding {
    pub width: usize,
    /// The number stands to the left of the padding.
    pub is_left: bool,
}

#[derive(Default)]
pub struct Format {
    pub prefix: Vec<u8>,
    pub suffix: Vec<u8>,
    pub precision: Option<usize>,
    pub groups: bool,
    zeros: usize,
    /// What takes the place of `--padding`.
    pub padding: Option<Padding>,
}

impl Format {
    /// An error is its message.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut format = Format::default();
        let bytes = text.as_bytes();
        let mut at = 0;
        loop {
            match bytes.get(at) {
                None => return Err(format!("format '{text}' has no % directive")),
                Some(b'%') if bytes.get(at + 1) == Some(&b'%') => {
                    format.prefix.push(b'%');
                    at += 2;
                }
                Some(b'%') => break,
                Some(byte) => {
                    format.prefix.push(*byte);
                    at += 1;
                }
            }
        }
        at += 1;
        let mut has_zero = false;
        while let Some(flag @ (b' ' | b'\'' | b'0')) = bytes.get(at) {
            format.groups |= *flag == b'\'';
            has_zero |= *flag == b'0';
            at += 1;
        }
        let is_left = bytes.get(at) == Some(&b'-');
        let digits_at = |start: usize| bytes[start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let start = at + usize::from(is_left);
        let length = digits_at(start);
        if length > 0 {
            let width: usize = text[start..start + length].parse().ok().filter(|width| *width <= i32::MAX as usize).ok_or_else(|| format!("invalid format '{text}' (width overflow)"))?;
            match (is_left, has_zero) {
                (false, true) => format.zeros = width,
                _ if width > 0 => format.padding = Some(Padding { width, is_left }),
                _ => {}
            }
            at = start + length;
        }
        if at >= bytes.len() {
            return Err(format!("format '{text}' ends in %"));
        }
        if bytes[at] == b'.' {
            at += 1;
            let length = digits_at(at);
            let next = bytes.get(at);
            if matches!(next, Some(b'-' | b'+' | b' ' | b'\t')) {
                return Err(format!("invalid precision in format '{text}'"));
            }
            let precision = if length == 0 { Ok(0) } else { text[at..at + length].parse() };
            format.precision = Some(precision.ok().filter(|precision| *precision <= i32::MAX as usize).ok_or_else(|| format!("invalid precision in format '{text}'"))?);
            at += length;
        }
        if bytes.get(at) != Some(&b'f') {
            return Err(format!("invalid format '{text}', directive must be %[0]['][-][N][.][N]f"));
        }
        at += 1;
        format.suffix = bytes[at..].to_vec();
        while at < bytes.len() {
            match (bytes[at], bytes.get(at + 1)) {
                (b'%', Some(b'%')) => at += 2,
                (b'%', _) => return Err(format!("format '{text}' has too many % directives")),
                _ => at += 1,
            }
        }
        Ok(format)
    }

    /// A number with what goes around it.
    pub fn applied(&self, number: String, unit: &[u8], padding: Padding) -> Vec<u8> {
        let mut text = number.into_bytes();
        if text.len() < self.zeros {
            let sign = usize::from(text.first() == Some(&b'-'));
            let zeros = vec![b'0'; self.zeros - text.len()];
            text.splice(sign..sign, zeros);
        }
        text.extend(unit);
        let missing = padding.width.saturating_sub(text.len());
        let blanks = vec![b' '; missing];
        let padded = if padding.is_left { [text, blanks].concat() } else { [blanks, text].concat() };
        [&self.prefix[..], &padded, &self.suffix].concat()
    }
}
