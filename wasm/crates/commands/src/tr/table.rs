//! What tr does with each byte, made from its options and strings with GNU's checks.

use super::sets::{Expanded, Set};

#[derive(Clone, Copy, Default)]
pub struct Flags {
    pub complements: bool,
    pub deletes: bool,
    pub squeezes: bool,
    pub truncates: bool,
}

/// For each byte: what it becomes, whether it goes, whether a run of it becomes one.
pub struct Table {
    pub becomes: [u8; 256],
    pub is_deleted: [bool; 256],
    pub is_squeezed: [bool; 256],
    /// Bytes are translated only.
    pub keeps_length: bool,
}

impl Table {
    pub fn new(flags: Flags, first: &Set, second: Option<&Set>) -> Result<Table, String> {
        let members = |bytes: &[u8]| {
            let mut members = [false; 256];
            bytes.iter().for_each(|byte| members[usize::from(*byte)] = true);
            members
        };
        let mut table = Table { becomes: std::array::from_fn(|byte| byte as u8), is_deleted: [false; 256], is_squeezed: [false; 256], keeps_length: false };
        if first.open_repeats() > 0 {
            return Err("the [c*] repeat construct may not appear in string1".to_owned());
        }
        let mut from = first.expand(0);
        let mut is_in_first = members(&from.bytes);
        if flags.complements {
            is_in_first = is_in_first.map(|is_in| !is_in);
            from.bytes = (0..=255).filter(|byte| is_in_first[usize::from(*byte)]).collect();
        }
        let to = second.map(|second| second.expand(from.bytes.len()));
        if let (Some(second), Some(to)) = (second, &to) {
            check(flags, first, &from, second, to)?;
        }
        match to {
            None if flags.deletes => table.is_deleted = is_in_first,
            None => table.is_squeezed = is_in_first,
            Some(to) if flags.deletes => (table.is_deleted, table.is_squeezed) = (is_in_first, members(&to.bytes)),
            Some(to) => {
                for (index, byte) in from.bytes.iter().enumerate() {
                    match to.bytes.get(index).or(to.bytes.last().filter(|_| !flags.truncates)) {
                        Some(other) => table.becomes[usize::from(*byte)] = *other,
                        None => break,
                    }
                }
                if flags.squeezes {
                    table.is_squeezed = members(&to.bytes);
                }
            }
        }
        table.keeps_length = table.is_deleted.iter().chain(&table.is_squeezed).all(|is_set| !is_set);
        Ok(table)
    }
}

/// What GNU's `validate` refuses of two strings.
fn check(flags: Flags, first: &Set, from: &Expanded, second: &Set, to: &Expanded) -> Result<(), String> {
    let refuse = |text: &str| Err(text.to_owned());
    if second.open_repeats() > 1 {
        return refuse("only one [c*] repeat construct may appear in string2");
    }
    if flags.deletes {
        return match second.open_repeats() {
            0 => Ok(()),
            _ => refuse("the [c*] construct may appear in string2 only when translating"),
        };
    }
    if second.has_equivalence() {
        return refuse("[=c=] expressions may not appear in string2 when translating");
    }
    if second.has_class_without_case() {
        return refuse("when translating, the only character classes that may appear in\nstring2 are 'upper' and 'lower'");
    }
    let is_aligned = |place: &usize| *place > from.bytes.len() || from.cases.contains(place);
    if !flags.complements && !to.cases.iter().all(is_aligned) {
        return refuse("misaligned [:upper:] and/or [:lower:] construct");
    }
    if from.bytes.len() > to.bytes.len() && !flags.truncates {
        if to.bytes.is_empty() {
            return refuse("when not truncating set1, string2 must be non-empty");
        }
        if second.ends_with_class() {
            return refuse("when translating with string1 longer than string2,\nthe latter string must not end with a character class");
        }
    }
    let is_uniform = to.bytes.windows(2).all(|pair| pair[0] == pair[1]);
    let fits = to.bytes.len() <= from.bytes.len() && (to.bytes.len() == from.bytes.len() || !flags.truncates);
    if flags.complements && first.has_class() && !(fits && is_uniform) {
        return refuse("when translating with complemented character classes,\nstring2 must map all characters in the domain to one");
    }
    Ok(())
}
