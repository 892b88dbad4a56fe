//! Associative arrays: found by key, listed in the order of bash's hash table, which scripts come to see.

use std::cmp::Reverse;
use std::collections::BTreeMap;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Associative {
    /// Values, each with the number of the insertion that made the key.
    entries: BTreeMap<Vec<u8>, (u64, Vec<u8>)>,
    next: u64,
}

/// Of a new table; four times as many once there are two keys a bucket.
const BUCKETS: usize = 1024;

impl Associative {
    pub fn get(&self, key: &[u8]) -> Option<&Vec<u8>> {
        self.entries.get(key).map(|(_, value)| value)
    }

    pub fn insert(&mut self, key: Vec<u8>, value: Vec<u8>) {
        if let Some((_, old)) = self.entries.get_mut(&key) {
            *old = value;
            return;
        }
        self.next += 1;
        self.entries.insert(key, (self.next, value));
    }

    pub fn remove(&mut self, key: &[u8]) {
        self.entries.remove(key);
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// By bucket, the newest first within one.
    pub fn iter(&self) -> impl Iterator<Item = (&Vec<u8>, &Vec<u8>)> {
        let mut buckets = BUCKETS;
        while self.entries.len() > buckets * 2 {
            buckets *= 4;
        }
        let place = |key: &[u8], number: u64| (hash(key) as usize & (buckets - 1), Reverse(number));
        let mut entries: Vec<_> =
            self.entries.iter().map(|(key, (number, value))| (place(key, *number), key, value)).collect();
        entries.sort_unstable_by_key(|(place, ..)| *place);
        entries.into_iter().map(|(_, key, value)| (key, value))
    }

    pub fn keys(&self) -> impl Iterator<Item = &Vec<u8>> {
        self.iter().map(|(key, _)| key)
    }

    pub fn values(&self) -> impl Iterator<Item = &Vec<u8>> {
        self.iter().map(|(_, value)| value)
    }

    /// In the order of insertion, to be built anew the same.
    pub fn by_age(&self) -> impl Iterator<Item = (&Vec<u8>, &Vec<u8>)> {
        let mut entries: Vec<_> = self.entries.iter().collect();
        entries.sort_unstable_by_key(|(_, (number, _))| *number);
        entries.into_iter().map(|(key, (_, value))| (key, value))
    }
}

impl FromIterator<(Vec<u8>, Vec<u8>)> for Associative {
    fn from_iter<I: IntoIterator<Item = (Vec<u8>, Vec<u8>)>>(pairs: I) -> Self {
        let mut array = Associative::default();
        for (key, value) in pairs {
            array.insert(key, value);
        }
        array
    }
}

/// FNV-1 over signed bytes.
fn hash(key: &[u8]) -> u32 {
    key.iter().fold(2_166_136_261, |hash: u32, byte| hash.wrapping_mul(16_777_619) ^ *byte as i8 as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_listed_as_bash_lists_them() {
        let pairs = ["a", "b", "one", "two", "three"].map(|key| (key.into(), b"".to_vec()));
        let array: Associative = pairs.into_iter().collect();
        let keys: Vec<_> = array.keys().map(|key| String::from_utf8_lossy(key)).collect();
        assert_eq!(keys, ["b", "a", "two", "three", "one"]);
    }
}
