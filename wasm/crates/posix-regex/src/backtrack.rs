//! Matching with back-references, which no automaton can do: a small program run with a stack of choices.

use crate::syntax::{Look, Node, decode};

/// Choices tried before a text counts as one that does not match.
const MOST_STEPS: usize = 20_000_000;
/// Steps that a pattern may become, counted repetitions written out.
const LONGEST_PROGRAM: usize = 100_000;

#[derive(Clone, Debug)]
enum Step {
    Literal(Vec<u8>),
    Class(Vec<(u32, u32)>),
    Look(Look),
    Save(usize),
    BackReference(usize),
    /// Goes on at the first; the second is tried when that fails.
    Split(usize, usize),
    Jump(usize),
    /// Remembers where a round of a loop began, in this register.
    RoundStart(usize),
    /// Ends the loop if the round matched nothing.
    RoundEnd(usize, usize),
    Match,
}

pub struct Program {
    steps: Vec<Step>,
    slots: usize,
    rounds: usize,
    is_utf8: bool,
    ignores_case: bool,
}

impl Program {
    /// `None` if the program would be too long.
    pub fn new(node: &Node, groups: usize, is_utf8: bool, ignores_case: bool) -> Option<Self> {
        let mut program = Program { steps: Vec::new(), slots: 2 * (groups + 1), rounds: 0, is_utf8, ignores_case };
        program.compile(node)?;
        program.steps.push(Step::Match);
        Some(program)
    }

    fn compile(&mut self, node: &Node) -> Option<()> {
        if self.steps.len() > LONGEST_PROGRAM {
            return None;
        }
        match node {
            Node::Empty => {}
            Node::Literal(bytes) => self.steps.push(Step::Literal(bytes.clone())),
            Node::Class(ranges) => self.steps.push(Step::Class(ranges.clone())),
            Node::Look(look) => self.steps.push(Step::Look(*look)),
            Node::BackReference(index) => self.steps.push(Step::BackReference(*index)),
            Node::Group(index, node) => {
                self.steps.push(Step::Save(2 * index));
                self.compile(node)?;
                self.steps.push(Step::Save(2 * index + 1));
            }
            Node::Concat(nodes) => {
                for node in nodes {
                    self.compile(node)?;
                }
            }
            Node::Alternate(nodes) => {
                let mut jumps = Vec::new();
                for (index, node) in nodes.iter().enumerate() {
                    if index + 1 == nodes.len() {
                        self.compile(node)?;
                        break;
                    }
                    let split = self.steps.len();
                    self.steps.push(Step::Match);
                    self.compile(node)?;
                    jumps.push(self.steps.len());
                    self.steps.push(Step::Match);
                    self.steps[split] = Step::Split(split + 1, self.steps.len());
                }
                let end = self.steps.len();
                for jump in jumps {
                    self.steps[jump] = Step::Jump(end);
                }
            }
            Node::Repeat { node, minimum, maximum } => {
                for _ in 0..*minimum {
                    self.compile(node)?;
                }
                self.compile_optional(node, maximum.map(|most| most - minimum))?;
            }
        }
        Some(())
    }

    fn compile_optional(&mut self, node: &Node, most: Option<u32>) -> Option<()> {
        let Some(most) = most else {
            let (start, round) = (self.steps.len(), self.rounds);
            self.rounds += 1;
            self.steps.push(Step::Match);
            self.steps.push(Step::RoundStart(round));
            self.compile(node)?;
            self.steps.push(Step::RoundEnd(round, self.steps.len() + 2));
            self.steps.push(Step::Jump(start));
            self.steps[start] = Step::Split(start + 1, self.steps.len());
            return Some(());
        };
        let mut splits = Vec::new();
        for _ in 0..most {
            splits.push(self.steps.len());
            self.steps.push(Step::Match);
            self.compile(node)?;
        }
        let end = self.steps.len();
        for split in splits {
            self.steps[split] = Step::Split(split + 1, end);
        }
        Some(())
    }

    /// The leftmost match from `start` on; of the matches there the one whose choices come first.
    pub fn find(&self, text: &[u8], start: usize) -> Option<Vec<Option<usize>>> {
        let (mut at, mut steps_left) = (start, MOST_STEPS);
        loop {
            if let Some(slots) = self.match_at(text, at, &mut steps_left) {
                return Some(slots);
            }
            if at >= text.len() || steps_left == 0 {
                return None;
            }
            at += decode(&text[at..], self.is_utf8).1;
        }
    }

    fn match_at(&self, text: &[u8], start: usize, steps_left: &mut usize) -> Option<Vec<Option<usize>>> {
        let mut slots = vec![None; self.slots];
        slots[0] = Some(start);
        let mut choices: Vec<(usize, usize, Vec<Option<usize>>, Vec<usize>)> = Vec::new();
        let (mut step, mut at, mut rounds) = (0, start, vec![usize::MAX; self.rounds]);
        loop {
            *steps_left = steps_left.checked_sub(1)?;
            let next = match &self.steps[step] {
                Step::Match => {
                    slots[1] = Some(at);
                    return Some(slots);
                }
                Step::Literal(bytes) => text[at..].starts_with(bytes).then(|| (step + 1, at + bytes.len())),
                Step::Class(ranges) => self.class_at(ranges, text, at).map(|length| (step + 1, at + length)),
                Step::Look(look) => holds(*look, text, at).then_some((step + 1, at)),
                Step::Save(slot) => {
                    slots[*slot] = Some(at);
                    Some((step + 1, at))
                }
                Step::BackReference(index) => match (slots[2 * index], slots[2 * index + 1]) {
                    (Some(from), Some(to)) if self.same(&text[from..to], &text[at..]) => Some((step + 1, at + to - from)),
                    _ => None,
                },
                Step::Split(first, second) => {
                    choices.push((*second, at, slots.clone(), rounds.clone()));
                    Some((*first, at))
                }
                Step::Jump(to) => Some((*to, at)),
                Step::RoundStart(round) => {
                    rounds[*round] = at;
                    Some((step + 1, at))
                }
                Step::RoundEnd(round, end) => Some((if rounds[*round] == at { *end } else { step + 1 }, at)),
            };
            match next {
                Some(next) => (step, at) = next,
                None => (step, at, slots, rounds) = choices.pop()?,
            }
        }
    }

    fn class_at(&self, ranges: &[(u32, u32)], text: &[u8], at: usize) -> Option<usize> {
        if at >= text.len() {
            return None;
        }
        let (character, length) = decode(&text[at..], self.is_utf8);
        let code = u32::from(character?);
        ranges.iter().any(|(low, high)| (*low..=*high).contains(&code)).then_some(length)
    }

    fn same(&self, earlier: &[u8], text: &[u8]) -> bool {
        let Some(here) = text.get(..earlier.len()) else { return false };
        if self.ignores_case { here.eq_ignore_ascii_case(earlier) } else { here == earlier }
    }
}

fn holds(look: Look, text: &[u8], at: usize) -> bool {
    let is_word = |index: usize| text.get(index).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    let (before, after) = (at > 0 && is_word(at - 1), is_word(at));
    match look {
        Look::TextStart => at == 0,
        Look::TextEnd => at == text.len(),
        Look::LineStart => at == 0 || text[at - 1] == b'\n',
        Look::LineEnd => at == text.len() || text[at] == b'\n',
        Look::WordEdge => before != after,
        Look::NotWordEdge => before == after,
        Look::WordStart => !before && after,
        Look::WordEnd => before && !after,
    }
}
