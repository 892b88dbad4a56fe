//! Sizes as people give them: `10`, `4K`, `1MB`, `2GiB`, `3b`.

/// Reads a size with an optional unit: K is 1024, KB 1000, KiB 1024; `b` is 512 and `c`, `w` 1 and 2 where `blocks` says so.
pub fn parse(text: &str, blocks: bool) -> Option<u64> {
    let digits_end = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    let (digits, unit) = text.split_at(digits_end);
    let number: u64 = match (digits, unit) {
        ("", "") => return None,
        ("", _) => 1,
        _ => digits.parse().ok()?,
    };
    number.checked_mul(factor(unit, blocks)?)
}

fn factor(unit: &str, blocks: bool) -> Option<u64> {
    if blocks {
        match unit {
            "b" => return Some(512),
            "c" => return Some(1),
            "w" => return Some(2),
            _ => {}
        }
    }
    let mut letters = unit.chars();
    let Some(letter) = letters.next() else { return Some(1) };
    let power = match letter {
        'k' | 'K' => 1,
        'm' | 'M' => 2,
        'g' | 'G' => 3,
        't' | 'T' => 4,
        'P' => 5,
        'E' => 6,
        _ => return None,
    };
    let base: u64 = match letters.as_str() {
        "" | "iB" => 1024,
        "B" => 1000,
        _ => return None,
    };
    base.checked_pow(power)
}
