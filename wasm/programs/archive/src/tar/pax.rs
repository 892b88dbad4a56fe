//! The records of a pax extended header: `LENGTH KEY=VALUE\n`.

use super::header::Member;

#[derive(Clone, Default)]
pub struct Pax {
    records: Vec<(String, Vec<u8>)>,
}

impl Pax {
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    pub fn set(&mut self, key: &str, value: &[u8]) {
        self.records.push((key.to_owned(), value.to_vec()));
    }

    /// The last value of a key; an empty one takes it back.
    fn get(&self, key: &str) -> Option<&[u8]> {
        let found = self.records.iter().rev().find(|(name, _)| name == key);
        found.map(|(_, value)| &value[..]).filter(|value| !value.is_empty())
    }

    fn number(&self, key: &str) -> Option<u64> {
        std::str::from_utf8(self.get(key)?).ok()?.trim().parse().ok()
    }

    pub fn extend(&mut self, other: Pax) {
        self.records.extend(other.records);
    }

    /// Reads records up to the first that is malformed.
    pub fn decode(mut bytes: &[u8]) -> Pax {
        let mut pax = Pax::default();
        while let Some((record, rest)) = split_record(bytes) {
            if let Some(equals) = record.iter().position(|byte| *byte == b'=') {
                let key = String::from_utf8_lossy(&record[..equals]).into_owned();
                pax.records.push((key, record[equals + 1..].to_vec()));
            }
            bytes = rest;
        }
        pax
    }

    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for (key, value) in &self.records {
            let content = key.len() + value.len() + 3;
            let mut length = content + content.to_string().len();
            if length.to_string().len() != content.to_string().len() {
                length = content + length.to_string().len();
            }
            bytes.extend_from_slice(format!("{length} {key}=").as_bytes());
            bytes.extend_from_slice(value);
            bytes.push(b'\n');
        }
        bytes
    }

    /// Lets the records have their say about a member.
    pub fn apply(&self, member: &mut Member) {
        let path = self.get("GNU.sparse.name").or_else(|| self.get("path"));
        if let Some(path) = path {
            member.name = path.to_vec();
        }
        if let Some(target) = self.get("linkpath") {
            member.target = target.to_vec();
        }
        if let Some(time) = self.get("mtime").and_then(parse_time) {
            member.modified_ns = time;
        }
        if let Some(size) = self.number("size") {
            (member.size, member.stored) = (size, size);
        }
        if let Some(uid) = self.number("uid") {
            member.uid = uid as u32;
        }
        if let Some(gid) = self.number("gid") {
            member.gid = gid as u32;
        }
        if let Some(name) = self.get("uname") {
            member.user = String::from_utf8_lossy(name).into_owned();
        }
        if let Some(name) = self.get("gname") {
            member.group = String::from_utf8_lossy(name).into_owned();
        }
        if let Some(size) = self.number("GNU.sparse.realsize").or_else(|| self.number("GNU.sparse.size")) {
            member.size = size;
            member.sparse = Some(self.sparse_map());
        }
    }

    /// Whether the sparse map stands before the data (version 1.0).
    pub fn has_map_in_data(&self) -> bool {
        self.get("GNU.sparse.major") == Some(b"1")
    }

    /// The map of versions 0.0 and 0.1.
    fn sparse_map(&self) -> Vec<(u64, u64)> {
        let parse = |text: &[u8]| std::str::from_utf8(text).ok().and_then(|text| text.trim().parse::<u64>().ok());
        let numbers: Vec<u64> = match self.get("GNU.sparse.map") {
            Some(map) => map.split(|byte| *byte == b',').filter_map(parse).collect(),
            None => {
                let is_part = |key: &str| key == "GNU.sparse.offset" || key == "GNU.sparse.numbytes";
                self.records.iter().filter(|(key, _)| is_part(key)).filter_map(|(_, value)| parse(value)).collect()
            }
        };
        numbers.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect()
    }
}

fn split_record(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let blank = bytes.iter().position(|byte| *byte == b' ')?;
    let length: usize = std::str::from_utf8(&bytes[..blank]).ok()?.parse().ok()?;
    if length <= blank + 1 || length > bytes.len() || bytes[length - 1] != b'\n' {
        return None;
    }
    Some((&bytes[blank + 1..length - 1], &bytes[length..]))
}

/// `1700000000.25` in nanoseconds.
fn parse_time(text: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(text).ok()?;
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let seconds: i64 = whole.parse().ok()?;
    let digits: String = fraction.chars().chain("000000000".chars()).take(9).collect();
    let nanoseconds: i64 = digits.parse().ok()?;
    let nanoseconds = if whole.starts_with('-') { -nanoseconds } else { nanoseconds };
    seconds.checked_mul(1_000_000_000)?.checked_add(nanoseconds)
}
