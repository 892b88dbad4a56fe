//! Where the lines of a paragraph end: the breaks that cost least together, found from the last word backwards.

/// A word of a paragraph, and what follows from it for a break.
pub struct Word {
    pub text: Vec<u8>,
    /// Blanks behind it.
    pub space: usize,
    /// It begins with something like an opening parenthesis.
    pub has_parenthesis: bool,
    /// It ends with a full stop, or the like, that perhaps only quotes follow.
    pub has_period: bool,
    pub has_punctuation: bool,
    /// It ends a sentence.
    pub is_final: bool,
    /// Of the line that begins with it: its width, and the word that begins the next line.
    pub line_width: usize,
    pub next: usize,
}

/// How a paragraph is to lie.
pub struct Frame {
    pub width: usize,
    pub goal: usize,
    pub first_indent: usize,
    pub other_indent: usize,
    /// The width of the line above; 0 without one.
    pub line_above: usize,
}

const fn square(number: i64) -> i64 {
    number * number
}

const LINE: i64 = square(70);
const NO_BREAK: i64 = square(600);
const SENTENCE_BONUS: i64 = square(50);
const PUNCTUATION_BONUS: i64 = square(40);
const PARENTHESIS_BONUS: i64 = square(40);

/// A line that misses the goal by so much.
fn short(distance: i64) -> i64 {
    square(distance * 10)
}

/// Two lines that differ by so much.
fn ragged(difference: i64) -> i64 {
    short(difference) / 2
}

/// A sentence's last word alone at a line's start.
fn widow(length: usize) -> i64 {
    square(200) / (length as i64 + 2)
}

/// A sentence's first word alone at a line's end.
fn orphan(length: usize) -> i64 {
    square(150) / (length as i64 + 2)
}

/// Sets where the line that would begin with each word ends.
pub fn set_breaks(words: &mut [Word], frame: &Frame) {
    let count = words.len();
    let mut costs = vec![0i64; count + 1];
    for start in (0..count).rev() {
        let mut best = i64::MAX;
        let mut width = if start == 0 { frame.first_indent } else { frame.other_indent } + words[start].text.len();
        let mut next = start;
        loop {
            next += 1;
            let mut cost = line_cost(words, next, width, frame) + costs[next];
            if start == 0 && frame.line_above > 0 {
                cost += ragged(width as i64 - frame.line_above as i64);
            }
            if cost < best {
                best = cost;
                (words[start].next, words[start].line_width) = (next, width);
            }
            if next == count {
                break;
            }
            width += words[next - 1].space + words[next].text.len();
            if width >= frame.width {
                break;
            }
        }
        costs[start] = best + base_cost(words, start);
    }
}

/// What it costs that a line of that width ends before `next`.
fn line_cost(words: &[Word], next: usize, width: usize, frame: &Frame) -> i64 {
    let Some(word) = words.get(next) else { return 0 };
    let cost = short(frame.goal as i64 - width as i64);
    // The last line may be as short as it is.
    if word.next == words.len() { cost } else { cost + ragged(width as i64 - word.line_width as i64) }
}

/// What it costs that a line begins with this word.
fn base_cost(words: &[Word], at: usize) -> i64 {
    let mut cost = LINE;
    if at > 0 {
        let before = &words[at - 1];
        if before.has_period {
            cost += if before.is_final { -SENTENCE_BONUS } else { NO_BREAK };
        } else if before.has_punctuation {
            cost -= PUNCTUATION_BONUS;
        } else if at > 1 && words[at - 2].is_final {
            cost += widow(before.text.len());
        }
    }
    let word = &words[at];
    if word.has_parenthesis {
        cost - PARENTHESIS_BONUS
    } else if word.is_final {
        cost + orphan(word.text.len())
    } else {
        cost
    }
}
