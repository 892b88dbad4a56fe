//! Sizes for people: `1.5K`, rounded up as GNU programs do.

/// Words a size with a unit in steps of `base` (1024, or 1000 for `--si`).
pub fn size(bytes: u64, base: u64) -> String {
    let units: &[char] = if base == 1000 { &['k', 'M', 'G', 'T', 'P', 'E'] } else { &['K', 'M', 'G', 'T', 'P', 'E'] };
    if bytes < base {
        return bytes.to_string();
    }
    let (mut divisor, mut unit) = (u128::from(base), 0);
    let bytes = u128::from(bytes);
    loop {
        let tenths = (bytes * 10).div_ceil(divisor);
        if tenths < 100 {
            return format!("{}.{}{}", tenths / 10, tenths % 10, units[unit]);
        }
        let whole = bytes.div_ceil(divisor);
        if whole < u128::from(base) || unit + 1 == units.len() {
            return format!("{whole}{}", units[unit]);
        }
        divisor *= u128::from(base);
        unit += 1;
    }
}
