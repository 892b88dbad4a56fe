//! Where three files differ: two comparisons with a common file, put together.

use super::Files;
use crate::diff::myers::{self, Change};
use crate::diff::text::{self, Sameness};
use std::ops::Range;

/// Which file differs from the two others.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Odd {
    Mine,
    Old,
    Yours,
    All,
}

impl Odd {
    /// The file's place on the command line; 3 where all differ.
    pub fn index(self) -> usize {
        self as usize
    }
}

const ODD: [Odd; 3] = [Odd::Mine, Odd::Old, Odd::Yours];

/// Lines of the three files, MYFILE first, that stand for each other and are not all the same.
pub struct Block {
    pub odd: Odd,
    pub ranges: [Range<usize>; 3],
}

/// A comparison with the common file, read from the start.
struct Side {
    changes: std::iter::Peekable<std::vec::IntoIter<Change>>,
    /// What a line's number differs by from that in the common file, behind the changes read.
    offset: isize,
}

impl Side {
    fn new(lines: &[&[u8]], common: &[&[u8]]) -> Self {
        let (numbers, common_numbers) = text::number(lines, common, Sameness::default());
        Side { changes: myers::changes(&numbers, &common_numbers).into_iter().peekable(), offset: 0 }
    }

    fn next_start(&mut self) -> Option<usize> {
        self.changes.peek().map(|change| change.new_start)
    }

    /// Reads the changes that begin up to `end` of the common file; answers where they end, if there are any.
    fn take_until(&mut self, end: usize) -> Option<usize> {
        let mut taken = None;
        while let Some(change) = self.changes.next_if(|change| change.new_start <= end) {
            self.offset = change.old_end as isize - change.new_end as isize;
            taken = Some(change.new_end);
        }
        taken
    }

    fn line(&self, common_line: usize) -> usize {
        common_line.saturating_add_signed(self.offset)
    }
}

pub fn blocks(files: &Files, common: usize) -> Vec<Block> {
    let others = [0, 3 - common];
    let mut sides = others.map(|file| Side::new(&files[file], &files[common]));
    let mut blocks = Vec::new();
    while let Some(start) = sides.iter_mut().filter_map(Side::next_start).min() {
        let starts = [sides[0].line(start), sides[1].line(start)];
        let (mut end, mut is_changed) = (start, [false, false]);
        loop {
            let mut has_grown = false;
            for (side, is_changed) in sides.iter_mut().zip(&mut is_changed) {
                if let Some(taken) = side.take_until(end) {
                    (*is_changed, has_grown) = (true, true);
                    end = end.max(taken);
                }
            }
            if !has_grown {
                break;
            }
        }
        let mut ranges = [const { 0..0 }; 3];
        ranges[common] = start..end;
        for ((file, side), start) in others.into_iter().zip(&sides).zip(starts) {
            ranges[file] = start..side.line(end);
        }
        let [first, second] = others.map(|file| &files[file][ranges[file].clone()]);
        let odd = match is_changed {
            [true, false] => ODD[others[0]],
            [false, _] => ODD[others[1]],
            [true, true] if first == second => ODD[common],
            [true, true] => Odd::All,
        };
        blocks.push(Block { odd, ranges });
    }
    blocks
}
