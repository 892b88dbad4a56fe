//! Which constructs are open, told from the tokens so far.
//!
//! The lexer needs it for three things the grammar cannot tell it: where a complete command ends, where
//! the `)` of `$(…)` is (a `case` inside has unbalanced ones), and which token is the unexpected one.

/// An open construct and how far it has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Frame {
    IfCondition,
    IfBody,
    ElseBody,
    LoopCondition,
    LoopBody,
    /// After `for`: the name comes.
    ForName,
    /// After the name: `in`, `do` or a separator.
    ForIn,
    /// The words after `in`.
    ForWords,
    /// `do` (or `{`) has to come.
    ForDo,
    CaseSubject,
    CaseIn,
    /// Before the first pattern of an item, where `esac` may stand.
    CaseItem,
    /// Within the patterns of an item.
    CasePatterns,
    CaseBody,
    Brace,
    Parenthesis,
    /// `[[ … ]]`
    Test,
    /// After `function`: the name comes.
    FunctionName,
    /// `f (`: the closing parenthesis has to come.
    FunctionParentheses,
}

/// Where in a command the next token stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// A command starts; reserved words count.
    Start,
    /// After a compound command; only redirections, separators and closing words may follow.
    AfterCompound,
    /// After a command's first word.
    Arguments,
}

/// The token does not fit what is open.
#[derive(Debug, PartialEq, Eq)]
pub struct Unexpected;

#[derive(Debug)]
pub struct Nesting {
    frames: Vec<Frame>,
    place: Place,
    /// The next word belongs to a redirection.
    expects_target: bool,
    /// The line's end does not end the command (after `&&`, `|`, `f()` …).
    continues: bool,
    /// Words of the present simple command.
    words: usize,
    /// Parentheses and negations within `[[`.
    test_depth: usize,
}

impl Nesting {
    pub fn new() -> Self {
        Nesting {
            frames: Vec::new(),
            place: Place::Start,
            expects_target: false,
            continues: false,
            words: 0,
            test_depth: 0,
        }
    }

    /// Nothing is open: a newline ends the command.
    pub fn is_complete(&self) -> bool {
        self.frames.is_empty() && !self.continues
    }

    /// How deep the constructs are nested.
    pub fn depth(&self) -> usize {
        self.frames.len() + self.test_depth
    }

    pub fn is_in_case_body(&self) -> bool {
        self.frames.last() == Some(&Frame::CaseBody)
    }

    /// A word here may end a construct.
    pub fn accepts_closing_word(&self) -> bool {
        self.place != Place::Arguments && !self.expects_target && !self.continues
    }

    pub fn has_open_frames(&self) -> bool {
        !self.frames.is_empty()
    }

    pub fn is_at_start(&self) -> bool {
        self.place == Place::Start && !self.expects_target && !self.is_in_test() && !self.is_in_patterns()
    }

    pub fn is_in_test(&self) -> bool {
        self.frames.last() == Some(&Frame::Test)
    }

    /// The parenthesis after `for` may open an arithmetic expression.
    pub fn is_after_for(&self) -> bool {
        self.frames.last() == Some(&Frame::ForName)
    }

    pub fn is_in_for_words(&self) -> bool {
        self.frames.last() == Some(&Frame::ForWords)
    }

    /// The parenthesis just taken opened a subshell.
    pub fn is_subshell_open(&self) -> bool {
        self.frames.last() == Some(&Frame::Parenthesis)
    }

    fn is_in_patterns(&self) -> bool {
        matches!(self.frames.last(), Some(Frame::CaseItem | Frame::CasePatterns))
    }

    fn set_top(&mut self, frame: Frame) {
        self.frames.pop();
        self.frames.push(frame);
    }

    fn open(&mut self, frame: Frame) {
        self.frames.push(frame);
        self.start();
    }

    fn start(&mut self) {
        self.place = Place::Start;
        self.words = 0;
    }

    /// A compound command has ended.
    fn close(&mut self) {
        self.frames.pop();
        self.place = Place::AfterCompound;
    }

    /// `((…))` was read as a whole.
    pub fn arithmetic(&mut self) {
        self.continues = false;
        if self.is_after_for() {
            self.set_top(Frame::ForDo);
            self.start();
            return;
        }
        self.place = Place::AfterCompound;
    }

    pub fn word(&mut self, word: &[u8]) -> Result<(), Unexpected> {
        if self.expects_target {
            self.expects_target = false;
            if self.place == Place::Start {
                self.place = Place::Arguments;
            }
            return Ok(());
        }
        self.continues = false;
        match self.frames.last() {
            Some(Frame::Test) => {
                match word {
                    b"]]" => {
                        self.test_depth = 0;
                        self.close();
                    }
                    b"!" => self.test_depth += 1,
                    _ => {}
                }
                return Ok(());
            }
            Some(Frame::ForName) => {
                self.set_top(Frame::ForIn);
                return Ok(());
            }
            Some(Frame::ForIn) if word == b"in" => {
                self.set_top(Frame::ForWords);
                return Ok(());
            }
            Some(Frame::ForIn | Frame::ForDo) => return self.loop_body(word),
            Some(Frame::ForWords) => return Ok(()),
            Some(Frame::CaseSubject) => {
                self.set_top(Frame::CaseIn);
                return Ok(());
            }
            Some(Frame::CaseIn) if word == b"in" => {
                self.set_top(Frame::CaseItem);
                return Ok(());
            }
            Some(Frame::CaseIn) => return Err(Unexpected),
            Some(Frame::CaseItem) if word == b"esac" => {
                self.close();
                return Ok(());
            }
            Some(Frame::CaseItem | Frame::CasePatterns) => {
                self.set_top(Frame::CasePatterns);
                return Ok(());
            }
            Some(Frame::FunctionName) => {
                self.frames.pop();
                // Either `(` `)` or the body follows.
                self.place = Place::Start;
                self.words = 1;
                self.continues = true;
                return Ok(());
            }
            Some(Frame::FunctionParentheses) => return Err(Unexpected),
            _ => {}
        }
        match self.place {
            Place::Start => self.word_at_start(word),
            Place::AfterCompound => self.closing_word(word).unwrap_or(Err(Unexpected)),
            Place::Arguments => {
                self.words += 1;
                Ok(())
            }
        }
    }

    fn loop_body(&mut self, word: &[u8]) -> Result<(), Unexpected> {
        match word {
            b"do" => {
                self.set_top(Frame::LoopBody);
                self.start();
                Ok(())
            }
            b"{" => {
                self.set_top(Frame::Brace);
                self.start();
                Ok(())
            }
            _ => Err(Unexpected),
        }
    }

    fn word_at_start(&mut self, word: &[u8]) -> Result<(), Unexpected> {
        if let Some(answer) = self.closing_word(word) {
            return answer;
        }
        match word {
            b"if" => self.open(Frame::IfCondition),
            b"while" | b"until" => self.open(Frame::LoopCondition),
            b"for" | b"select" => self.open(Frame::ForName),
            b"case" => self.open(Frame::CaseSubject),
            b"{" => self.open(Frame::Brace),
            b"[[" => self.open(Frame::Test),
            b"function" => self.open(Frame::FunctionName),
            b"!" | b"time" | b"coproc" => {}
            _ => {
                self.place = Place::Arguments;
                self.words = 1;
            }
        }
        Ok(())
    }

    /// Words that continue or end an open construct; `None` for any other word.
    fn closing_word(&mut self, word: &[u8]) -> Option<Result<(), Unexpected>> {
        let top = self.frames.last().copied();
        let next = match (word, top) {
            (b"then", Some(Frame::IfCondition)) => Some(Frame::IfBody),
            (b"elif", Some(Frame::IfBody)) => Some(Frame::IfCondition),
            (b"else", Some(Frame::IfBody)) => Some(Frame::ElseBody),
            (b"do", Some(Frame::LoopCondition)) => Some(Frame::LoopBody),
            (b"fi", Some(Frame::IfBody | Frame::ElseBody))
            | (b"done", Some(Frame::LoopBody))
            | (b"esac", Some(Frame::CaseBody))
            | (b"}", Some(Frame::Brace)) => None,
            (b"then" | b"elif" | b"else" | b"do" | b"fi" | b"done" | b"esac" | b"}", _) => {
                return Some(Err(Unexpected));
            }
            _ => return None,
        };
        match next {
            Some(frame) => {
                self.set_top(frame);
                self.start();
            }
            None => self.close(),
        }
        Some(Ok(()))
    }

    pub fn newline(&mut self) {
        match self.frames.last() {
            Some(Frame::ForWords) => self.set_top(Frame::ForDo),
            Some(Frame::Test | Frame::CaseItem | Frame::CasePatterns | Frame::CaseIn) => return,
            _ => {}
        }
        self.start();
    }

    pub fn operator(&mut self, operator: &[u8]) -> Result<(), Unexpected> {
        if self.expects_target {
            return Err(Unexpected);
        }
        if self.is_in_test() {
            self.test_depth += usize::from(operator == b"(");
            return Ok(());
        }
        match operator {
            b"(" => self.open_parenthesis(),
            b")" => self.close_parenthesis(),
            b";;" | b";&" | b";;&" => {
                if self.frames.last() != Some(&Frame::CaseBody) {
                    return Err(Unexpected);
                }
                self.set_top(Frame::CaseItem);
                self.start();
                self.continues = false;
                Ok(())
            }
            b"|" if self.is_in_patterns() => Ok(()),
            b"&&" | b"||" | b"|" | b"|&" => {
                self.start_after_separator(true)?;
                Ok(())
            }
            b";" if matches!(self.frames.last(), Some(Frame::ForWords | Frame::ForIn | Frame::ForDo)) => {
                self.set_top(Frame::ForDo);
                self.start();
                Ok(())
            }
            b";" | b"&" => self.start_after_separator(false),
            _ => {
                self.expects_target = true;
                self.continues = false;
                Ok(())
            }
        }
    }

    fn start_after_separator(&mut self, continues: bool) -> Result<(), Unexpected> {
        if self.place == Place::Start || self.is_in_patterns() {
            return Err(Unexpected);
        }
        self.start();
        self.continues = continues;
        Ok(())
    }

    fn open_parenthesis(&mut self) -> Result<(), Unexpected> {
        match self.frames.last() {
            Some(Frame::CaseItem) => {
                self.set_top(Frame::CasePatterns);
                return Ok(());
            }
            Some(Frame::CasePatterns | Frame::ForName | Frame::ForIn | Frame::ForWords) => return Err(Unexpected),
            _ => {}
        }
        if self.words == 1 && self.place != Place::AfterCompound {
            self.frames.push(Frame::FunctionParentheses);
            return Ok(());
        }
        if self.place != Place::Start {
            return Err(Unexpected);
        }
        self.continues = false;
        self.open(Frame::Parenthesis);
        Ok(())
    }

    fn close_parenthesis(&mut self) -> Result<(), Unexpected> {
        match self.frames.last() {
            Some(Frame::CasePatterns) => {
                self.set_top(Frame::CaseBody);
                self.start();
                Ok(())
            }
            Some(Frame::FunctionParentheses) => {
                self.frames.pop();
                self.start();
                self.continues = true;
                Ok(())
            }
            Some(Frame::Parenthesis) if !self.continues => {
                self.close();
                Ok(())
            }
            _ => Err(Unexpected),
        }
    }
}
