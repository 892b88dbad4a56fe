//! The shortest edit between two sequences of lines, by Myers' algorithm in linear space: the middle of the path is
//! sought from both ends, then each half by itself. Where the sequences have little in common the search gives up
//! being shortest, so that it ends in time.

/// A run of lines of the first file that is replaced by one of the second.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Change {
    pub old_start: usize,
    pub old_end: usize,
    pub new_start: usize,
    pub new_end: usize,
}

/// The changes that make `old` `new`, in order.
pub fn changes(old: &[u32], new: &[u32]) -> Vec<Change> {
    let mut search = Search { old, new, is_deleted: vec![false; old.len()], is_inserted: vec![false; new.len()], forward: Vec::new(), backward: Vec::new() };
    let size = 2 * (old.len() + new.len()) + 4;
    search.forward = vec![0; size];
    search.backward = vec![0; size];
    // Halves yet to be compared; a stack of our own, since halves may be as deep as lines are many.
    let mut pending = vec![(0, old.len(), 0, new.len())];
    while let Some((old_start, old_end, new_start, new_end)) = pending.pop() {
        search.divide(old_start, old_end, new_start, new_end, &mut pending);
    }
    slide(gather(&search.is_deleted, &search.is_inserted), old, new)
}

struct Search<'a> {
    old: &'a [u32],
    new: &'a [u32],
    is_deleted: Vec<bool>,
    is_inserted: Vec<bool>,
    /// The furthest position in `old` on each diagonal, from the start and from the end.
    forward: Vec<isize>,
    backward: Vec<isize>,
}

impl Search<'_> {
    fn divide(&mut self, mut a0: usize, mut a1: usize, mut b0: usize, mut b1: usize, pending: &mut Vec<(usize, usize, usize, usize)>) {
        while a0 < a1 && b0 < b1 && self.old[a0] == self.new[b0] {
            (a0, b0) = (a0 + 1, b0 + 1);
        }
        while a0 < a1 && b0 < b1 && self.old[a1 - 1] == self.new[b1 - 1] {
            (a1, b1) = (a1 - 1, b1 - 1);
        }
        if a0 == a1 || b0 == b1 {
            self.is_deleted[a0..a1].fill(true);
            self.is_inserted[b0..b1].fill(true);
            return;
        }
        let (a, b) = self.middle(a0, a1, b0, b1);
        if (a, b) == (a0, b0) || (a, b) == (a1, b1) {
            self.is_deleted[a0..a1].fill(true);
            self.is_inserted[b0..b1].fill(true);
            return;
        }
        pending.push((a, a1, b, b1));
        pending.push((a0, a, b0, b));
    }

    /// A point that a short path goes through.
    fn middle(&mut self, a0: usize, a1: usize, b0: usize, b1: usize) -> (usize, usize) {
        let (a0, a1, b0, b1) = (a0 as isize, a1 as isize, b0 as isize, b1 as isize);
        let offset = self.new.len() as isize + 1;
        let at = |diagonal: isize| (diagonal + offset) as usize;
        let (start, end) = (a0 - b0, a1 - b1);
        let is_odd = (start - end) & 1 != 0;
        let (lowest, highest) = (a0 - b1, a1 - b0);
        let most = (((a1 - a0 + b1 - b0) as f64).sqrt() as isize * 2).max(256);
        self.forward[at(start)] = a0;
        self.backward[at(end)] = a1;
        let mut cost = 0isize;
        loop {
            cost += 1;
            let mut best = (a0, b0);
            let (from, to) = (clip(start - cost, lowest), clip_down(start + cost, highest));
            let mut diagonal = to;
            while diagonal >= from {
                let below = if diagonal > start - cost && diagonal > lowest { self.forward[at(diagonal - 1)] } else { isize::MIN };
                let above = if diagonal < start + cost && diagonal < highest { self.forward[at(diagonal + 1)] } else { isize::MIN };
                let mut a = if below >= above { below + 1 } else { above };
                // At the outermost diagonals one neighbour is missing, or has not been reached.
                a = a.max(a0).min(a1);
                let mut b = a - diagonal;
                if b < b0 || b > b1 {
                    b = b.clamp(b0, b1);
                    a = b + diagonal;
                }
                while a < a1 && b < b1 && self.old[a as usize] == self.new[b as usize] {
                    (a, b) = (a + 1, b + 1);
                }
                self.forward[at(diagonal)] = a;
                if a + b > best.0 + best.1 {
                    best = (a, b);
                }
                let is_reached = (end - (cost - 1)..=end + (cost - 1)).contains(&diagonal);
                if is_odd && is_reached && self.backward[at(diagonal)] <= a {
                    return (a as usize, b as usize);
                }
                diagonal -= 2;
            }
            let (from, to) = (clip(end - cost, lowest), clip_down(end + cost, highest));
            let mut diagonal = to;
            while diagonal >= from {
                let below = if diagonal > end - cost && diagonal > lowest { self.backward[at(diagonal - 1)] } else { isize::MAX };
                let above = if diagonal < end + cost && diagonal < highest { self.backward[at(diagonal + 1)] } else { isize::MAX };
                let mut a = if below < above { below } else { above.saturating_sub(1) };
                a = a.max(a0).min(a1);
                let mut b = a - diagonal;
                if b < b0 || b > b1 {
                    b = b.clamp(b0, b1);
                    a = b + diagonal;
                }
                while a > a0 && b > b0 && self.old[a as usize - 1] == self.new[b as usize - 1] {
                    (a, b) = (a - 1, b - 1);
                }
                self.backward[at(diagonal)] = a;
                let is_reached = (start - cost..=start + cost).contains(&diagonal) && (diagonal - start - cost) & 1 == 0;
                if !is_odd && is_reached && a <= self.forward[at(diagonal)] {
                    return (a as usize, b as usize);
                }
                diagonal -= 2;
            }
            if cost > most {
                return (best.0 as usize, best.1 as usize);
            }
        }
    }
}

/// The first diagonal not below `lowest` that a search of this cost reaches: of the parity of `value`.
fn clip(value: isize, lowest: isize) -> isize {
    if value >= lowest { value } else { lowest + ((lowest - value) & 1) }
}

fn clip_down(value: isize, highest: isize) -> isize {
    if value <= highest { value } else { highest - ((value - highest) & 1) }
}

/// Moves insertions and deletions down as far as the lines allow, and joins those that meet, as GNU shows them.
fn slide(changes: Vec<Change>, old: &[u32], new: &[u32]) -> Vec<Change> {
    let mut result: Vec<Change> = Vec::with_capacity(changes.len());
    let mut pending = changes.into_iter().peekable();
    while let Some(mut change) = pending.next() {
        loop {
            let limit = pending.peek().map_or(old.len(), |next| next.old_start);
            while change.old_end < limit {
                let moves = if change.old_start == change.old_end {
                    new[change.new_start] == new[change.new_end]
                } else {
                    change.new_start == change.new_end && old[change.old_start] == old[change.old_end]
                };
                if !moves {
                    break;
                }
                change = Change {
                    old_start: change.old_start + 1,
                    old_end: change.old_end + 1,
                    new_start: change.new_start + 1,
                    new_end: change.new_end + 1,
                };
            }
            let Some(next) = pending.next_if(|next| next.old_start == change.old_end && next.new_start == change.new_end) else { break };
            (change.old_end, change.new_end) = (next.old_end, next.new_end);
        }
        result.push(change);
    }
    result
}

fn gather(is_deleted: &[bool], is_inserted: &[bool]) -> Vec<Change> {
    let (mut changes, mut a, mut b) = (Vec::new(), 0, 0);
    while a < is_deleted.len() || b < is_inserted.len() {
        let (old_start, new_start) = (a, b);
        while a < is_deleted.len() && is_deleted[a] {
            a += 1;
        }
        while b < is_inserted.len() && is_inserted[b] {
            b += 1;
        }
        if a > old_start || b > new_start {
            changes.push(Change { old_start, old_end: a, new_start, new_end: b });
        } else {
            (a, b) = (a + 1, b + 1);
        }
    }
    changes
}
