//! The functions of `-l`: sine, cosine, arctangent, logarithm, exponential and Bessel's, with digits to spare, cut off
//! at the scale.

use super::number::Number;

/// Digits more than the result's.
const SPARE: usize = 10;

/// A number with this many digits behind the point, for sums of series.
fn small(number: i64) -> Number {
    Number::integer(number)
}

fn over(left: &Number, right: &Number, scale: usize) -> Number {
    // The divisors here are never zero.
    left.divide(right, scale).unwrap_or_else(|| small(0))
}

fn times(left: &Number, right: &Number, scale: usize) -> Number {
    left.multiply(right, scale).with_scale(scale)
}

/// e to the power of `x`.
pub fn exponential(x: &Number, scale: usize) -> Number {
    let magnitude = if x.is_negative() { x.negated() } else { x.clone() };
    let digits = magnitude.to_i64().unwrap_or(0) as usize / 2;
    let work = scale + SPARE + digits;
    let mut halvings = 0;
    let mut reduced = magnitude.with_scale(work);
    while reduced.compare(&small(1)).is_gt() && halvings < 64 {
        reduced = over(&reduced, &small(2), work + halvings);
        halvings += 1;
    }
    let work = work + halvings;
    let (mut sum, mut term, mut index) = (small(1).with_scale(work), small(1).with_scale(work), 1);
    loop {
        term = over(&times(&term, &reduced, work), &small(index), work);
        if term.is_zero() {
            break;
        }
        sum = sum.add(&term);
        index += 1;
    }
    for _ in 0..halvings {
        sum = times(&sum, &sum, work);
    }
    if x.is_negative() { over(&small(1), &sum, scale) } else { sum.with_scale(scale) }
}

/// The natural logarithm; of what has none, a number far below.
pub fn logarithm(x: &Number, scale: usize) -> Number {
    if x.is_negative() || x.is_zero() {
        return small(1).subtract(&Number::integer(super::number::power_of_ten(scale))).with_scale(0);
    }
    let work = scale + SPARE + x.length() / 2;
    let (mut reduced, mut factor) = (x.with_scale(work.max(x.scale)), small(2));
    let near = Number { value: 5.into(), scale: 1 };
    while reduced.compare(&small(2)).is_ge() || reduced.compare(&near).is_le() {
        reduced = reduced.square_root(work).unwrap_or_else(|| small(1));
        factor = factor.multiply(&small(2), 0);
    }
    let ratio = over(&reduced.subtract(&small(1)), &reduced.add(&small(1)), work);
    let square = times(&ratio, &ratio, work);
    let (mut sum, mut power, mut index) = (ratio.clone(), ratio, 3);
    loop {
        power = times(&power, &square, work);
        let term = over(&power, &small(index), work);
        if term.is_zero() {
            break;
        }
        sum = sum.add(&term);
        index += 2;
    }
    sum.multiply(&factor, work).with_scale(scale)
}

pub fn arctangent(x: &Number, scale: usize) -> Number {
    let work = scale + SPARE;
    // Half the angle until the series is quick: a(x) = 2 a(x / (1 + sqrt(1 + x^2))).
    let (mut reduced, mut factor) = (x.with_scale(work), small(1));
    let near = Number { value: 2.into(), scale: 1 };
    loop {
        let magnitude = if reduced.is_negative() { reduced.negated() } else { reduced.clone() };
        if magnitude.compare(&near).is_le() {
            break;
        }
        let root = small(1).add(&times(&reduced, &reduced, work)).square_root(work).unwrap_or_else(|| small(1));
        reduced = over(&reduced, &small(1).add(&root), work);
        factor = factor.multiply(&small(2), 0);
    }
    let square = times(&reduced, &reduced, work).negated();
    let (mut sum, mut power, mut index) = (reduced.clone(), reduced, 3);
    loop {
        power = times(&power, &square, work);
        let term = over(&power, &small(index), work);
        if term.is_zero() {
            break;
        }
        sum = sum.add(&term);
        index += 2;
    }
    sum.multiply(&factor, work).with_scale(scale)
}

/// Sine, or cosine.
pub fn sine(x: &Number, scale: usize, is_cosine: bool) -> Number {
    let work = scale + SPARE + x.with_scale(0).length();
    let half_turn = arctangent(&small(1), work).multiply(&small(4), work);
    let turn = half_turn.multiply(&small(2), work);
    let turns = over(x, &turn, 0);
    let mut reduced = x.with_scale(work).subtract(&turns.multiply(&turn, work));
    if reduced.compare(&half_turn).is_gt() {
        reduced = reduced.subtract(&turn);
    } else if reduced.compare(&half_turn.negated()).is_lt() {
        reduced = reduced.add(&turn);
    }
    let square = times(&reduced, &reduced, work).negated();
    let (mut term, mut index) = if is_cosine { (small(1).with_scale(work), 1) } else { (reduced, 2) };
    let mut sum = term.clone();
    loop {
        term = over(&times(&term, &square, work), &small(index * (index + 1)), work);
        if term.is_zero() {
            break;
        }
        sum = sum.add(&term);
        index += 2;
    }
    sum.with_scale(scale)
}

/// Bessel's function of whole order.
pub fn bessel(order: i64, x: &Number, scale: usize) -> Number {
    let is_negative = order < 0 && order % 2 != 0;
    let order = order.abs().min(100_000);
    let work = scale + SPARE + x.with_scale(0).length() * 2 + x.to_i64().unwrap_or(0).unsigned_abs().min(10_000) as usize;
    let half = over(x, &small(2), work);
    let mut term = small(1).with_scale(work);
    for factor in 1..=order {
        term = over(&times(&term, &half, work), &small(factor), work);
    }
    let square = times(&half, &half, work).negated();
    let (mut sum, mut index) = (term.clone(), 1);
    loop {
        term = over(&times(&term, &square, work), &small(index * (index + order)), work);
        if term.is_zero() {
            break;
        }
        sum = sum.add(&term);
        index += 1;
    }
    let sum = sum.with_scale(scale);
    if is_negative { sum.negated() } else { sum }
}
