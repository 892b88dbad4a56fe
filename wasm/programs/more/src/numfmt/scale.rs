//! Units and roundings.

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Units {
    /// By a thousand, or with an `i` by 1024; of input only.
    Auto,
    Si,
    Iec,
    /// With an `i` after the letter.
    IecI,
}

impl Units {
    pub fn base(self) -> i128 {
        match self {
            Units::Auto | Units::Si => 1000,
            Units::Iec | Units::IecI => 1024,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Rounding {
    Up,
    Down,
    FromZero,
    TowardsZero,
    Nearest,
}

impl Rounding {
    pub fn applied(self, value: f64) -> f64 {
        match self {
            Rounding::Up => value.ceil(),
            Rounding::Down => value.floor(),
            Rounding::FromZero if value < 0.0 => value.floor(),
            Rounding::FromZero => value.ceil(),
            Rounding::TowardsZero => value.trunc(),
            Rounding::Nearest => value.round(),
        }
    }

    /// A quotient of whole numbers; the divisor is positive.
    pub fn quotient(self, value: i128, divisor: i128) -> i128 {
        let (floor, rest) = (value.div_euclid(divisor), value.rem_euclid(divisor));
        let goes_up = match self {
            Rounding::Up => rest > 0,
            Rounding::Down => false,
            Rounding::FromZero => rest > 0 && value > 0,
            Rounding::TowardsZero => rest > 0 && value < 0,
            Rounding::Nearest if value < 0 => 2 * rest > divisor,
            Rounding::Nearest => 2 * rest >= divisor,
        };
        floor + i128::from(goes_up)
    }
}

const LETTERS: [&str; 11] = ["", "K", "M", "G", "T", "P", "E", "Z", "Y", "R", "Q"];

/// A number with a unit; small ones have a digit after the point, unless `precision` says how many.
pub fn shown(value: f64, units: Units, precision: Option<usize>, rounding: Rounding) -> String {
    let base = units.base() as f64;
    let (mut value, mut power) = (value, 0);
    while value.abs() >= base {
        value /= base;
        power += 1;
    }
    let places = match precision {
        Some(precision) => precision.min(power * 3),
        None => usize::from(value.abs() < 10.0),
    };
    let factor = 10f64.powi(places as i32);
    value = rounding.applied(value * factor) / factor;
    if value.abs() >= base {
        value /= base;
        power += 1;
    }
    let has_point = value != 0.0 && value.abs() < 10.0 && power > 0;
    let letter = LETTERS.get(power).copied().unwrap_or("(error)");
    let i = if units == Units::IecI && power > 0 { "i" } else { "" };
    format!("{value:.*}{letter}{i}", precision.unwrap_or(usize::from(has_point)))
}
