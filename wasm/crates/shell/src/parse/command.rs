//! The grammar of lists, pipelines and compound commands.

use super::word::Stop;
use super::{ParseError, Parser};
use crate::syntax::{
    AndOr, Arithmetic, CaseEnd, CaseItem, Command, CommandKind, Connector, List, ListItem, Pipeline, RedirectedFd,
    Redirection, RedirectionKind, Timing, Word,
};
use std::rc::Rc;

/// Words that end a list where a command could start.
const CLOSING: [&[u8]; 8] = [b"then", b"else", b"elif", b"fi", b"do", b"done", b"esac", b"}"];

impl Parser {
    /// Parses the next complete command, up to the end of its line; `None` at the end.
    pub fn next_list(&mut self) -> Result<Option<List>, ParseError> {
        self.active_aliases.clear();
        self.skip_newlines()?;
        if self.is_at_end() {
            return Ok(None);
        }
        let mut list = List::default();
        loop {
            list.items.push(self.list_item()?);
            match self.operator() {
                None if self.is_at_end() => {
                    self.read_here_documents()?;
                    break;
                }
                Some(b"\n") => {
                    self.newline()?;
                    break;
                }
                _ if self.has_separator_before() => {}
                _ => return Err(self.unexpected()),
            }
        }
        Ok(Some(list))
    }

    /// The list item just taken was ended by `;` or `&`.
    fn has_separator_before(&self) -> bool {
        let before = self.text[..self.position].iter().rev().find(|byte| !matches!(byte, b' ' | b'\t'));
        matches!(before, Some(b';' | b'&'))
    }

    /// Parses the commands within parentheses, none included.
    pub(super) fn list_until_closed(&mut self) -> Result<List, ParseError> {
        let list = self.compound_list()?;
        match self.operator() {
            Some(b")") => Ok(list),
            _ => Err(self.unexpected()),
        }
    }

    /// Parses commands up to what cannot start one.
    fn compound_list(&mut self) -> Result<List, ParseError> {
        let mut list = List::default();
        loop {
            self.skip_newlines()?;
            if self.is_at_list_end() {
                return Ok(list);
            }
            list.items.push(self.list_item()?);
            match self.operator() {
                Some(b"\n") => {}
                _ if self.has_separator_before() => {}
                _ => return Ok(list),
            }
        }
    }

    /// The same, but there has to be a command.
    fn required_list(&mut self) -> Result<List, ParseError> {
        let list = self.compound_list()?;
        match list.items.is_empty() {
            true => Err(self.unexpected()),
            false => Ok(list),
        }
    }

    fn is_at_list_end(&mut self) -> bool {
        match self.operator() {
            Some(b")" | b";;" | b";&" | b";;&") => true,
            Some(_) => false,
            None => self.is_at_end() || self.plain_word().is_some_and(|word| CLOSING.contains(&word)),
        }
    }

    /// Parses an and-or list and the `;` or `&` after it.
    fn list_item(&mut self) -> Result<ListItem, ParseError> {
        let first = self.pipeline()?;
        let mut rest = Vec::new();
        loop {
            let connector = match self.operator() {
                Some(b"&&") => Connector::And,
                Some(b"||") => Connector::Or,
                _ => break,
            };
            self.position += 2;
            self.skip_newlines()?;
            rest.push((connector, self.pipeline()?));
        }
        let in_background = self.accept(b"&");
        if !in_background {
            self.accept(b";");
        }
        Ok(ListItem { chain: Rc::new(AndOr { first, rest }), in_background })
    }

    fn pipeline(&mut self) -> Result<Pipeline, ParseError> {
        let mut pipeline = Pipeline { is_negated: false, timing: Timing::None, stages: Vec::new() };
        self.expand_aliases();
        loop {
            if self.at_negation() {
                self.position += 1;
                pipeline.is_negated = !pipeline.is_negated;
            } else if self.accept_word(b"time") {
                pipeline.timing = Timing::Bash;
                if self.accept_word(b"-p") {
                    pipeline.timing = Timing::Posix;
                }
                self.accept_word(b"--");
            } else {
                break;
            }
            self.expand_aliases();
        }
        let has_prefix = pipeline.is_negated || pipeline.timing != Timing::None;
        let ends = matches!(self.operator(), Some(b"\n" | b";")) || self.is_at_end();
        if has_prefix && ends {
            return Ok(pipeline);
        }
        loop {
            let mut command = self.deeper(Self::command)?;
            let with_errors = match self.operator() {
                Some(b"|") => false,
                Some(b"|&") => true,
                _ => {
                    pipeline.stages.push(command);
                    return Ok(pipeline);
                }
            };
            if with_errors {
                let kind = RedirectionKind::DuplicateOutput(Word::literal(b"1"));
                let redirection = Redirection { fd: RedirectedFd::Number(2), kind };
                match &mut command.kind {
                    CommandKind::Simple(simple) => simple.redirections.push(redirection),
                    _ => command.redirections.push(redirection),
                }
            }
            self.position += 1 + usize::from(with_errors);
            pipeline.stages.push(command);
            self.skip_newlines()?;
            self.expand_aliases();
        }
    }

    /// A `!` that negates: the word `!`, or one before a parenthesis.
    fn at_negation(&mut self) -> bool {
        self.at_word(b"!") || self.looking_at(b"!(")
    }

    fn command(&mut self) -> Result<Command, ParseError> {
        self.skip_blanks();
        self.expand_aliases();
        self.skip_blanks();
        let line = self.line;
        let Some(kind) = self.compound_command()? else {
            if let Some(function) = self.function_definition()? {
                return Ok(Command { kind: function, redirections: Vec::new(), line });
            }
            if self.plain_word().is_some_and(|word| CLOSING.contains(&word)) {
                return Err(self.unexpected());
            }
            let simple = self.simple_command()?;
            return Ok(Command { kind: CommandKind::Simple(simple), redirections: Vec::new(), line });
        };
        let redirections = match kind {
            CommandKind::Function { .. } | CommandKind::Coproc { .. } => Vec::new(),
            _ => self.redirections()?,
        };
        Ok(Command { kind, redirections, line })
    }

    fn redirections(&mut self) -> Result<Vec<Redirection>, ParseError> {
        let mut redirections = Vec::new();
        while let Some(redirection) = self.redirection()? {
            redirections.push(redirection);
        }
        Ok(redirections)
    }

    /// Parses the compound command that starts here, if one does.
    fn compound_command(&mut self) -> Result<Option<CommandKind>, ParseError> {
        if self.looking_at(b"((")
            && let Some(end) = self.arithmetic_end(self.position)
        {
            self.position += 2;
            let expression = self.arithmetic(Stop::Parenthesis)?;
            self.advance(end - self.position.min(end));
            return Ok(Some(CommandKind::Arithmetic(expression)));
        }
        if self.looking_at(b"(") {
            self.position += 1;
            let list = self.required_list()?;
            if !self.accept(b")") {
                return Err(self.unexpected());
            }
            return Ok(Some(CommandKind::Subshell(list)));
        }
        let Some(word) = self.plain_word() else { return Ok(None) };
        let parse: fn(&mut Self) -> Result<CommandKind, ParseError> = match word {
            b"{" => Self::group,
            b"if" => Self::if_command,
            b"while" => |parser| parser.loop_command(false),
            b"until" => |parser| parser.loop_command(true),
            b"for" => Self::for_command,
            b"select" => Self::select_command,
            b"case" => Self::case_command,
            b"[[" => |parser| parser.test_command().map(CommandKind::Test),
            b"function" => Self::function_command,
            b"coproc" => Self::coproc_command,
            _ => return Ok(None),
        };
        let length = word.len();
        self.position += length;
        parse(self).map(Some)
    }

    fn group(&mut self) -> Result<CommandKind, ParseError> {
        let list = self.required_list()?;
        self.expect_word(b"}")?;
        Ok(CommandKind::Group(list))
    }

    fn if_command(&mut self) -> Result<CommandKind, ParseError> {
        let mut branches = Vec::new();
        let mut otherwise = None;
        loop {
            let condition = self.required_list()?;
            self.expect_word(b"then")?;
            branches.push((condition, self.required_list()?));
            if self.accept_word(b"elif") {
                continue;
            }
            if self.accept_word(b"else") {
                otherwise = Some(self.required_list()?);
            }
            self.expect_word(b"fi")?;
            return Ok(CommandKind::If { branches, otherwise });
        }
    }

    fn loop_command(&mut self, is_until: bool) -> Result<CommandKind, ParseError> {
        let condition = self.required_list()?;
        let body = self.do_group()?;
        Ok(CommandKind::Loop { is_until, condition, body })
    }

    /// `do list done`
    fn do_group(&mut self) -> Result<List, ParseError> {
        self.expect_word(b"do")?;
        let body = self.required_list()?;
        self.expect_word(b"done")?;
        Ok(body)
    }

    /// The body of `for` and `select`: `do … done` or `{ … }`.
    fn body(&mut self) -> Result<List, ParseError> {
        self.skip_newlines()?;
        if self.accept_word(b"{") {
            let body = self.required_list()?;
            self.expect_word(b"}")?;
            return Ok(body);
        }
        self.do_group()
    }

    fn for_command(&mut self) -> Result<CommandKind, ParseError> {
        self.skip_blanks();
        if self.looking_at(b"((") {
            return self.arithmetic_for();
        }
        let (variable, words) = self.variable_and_words()?;
        Ok(CommandKind::For { variable, words, body: self.body()? })
    }

    fn select_command(&mut self) -> Result<CommandKind, ParseError> {
        let (variable, words) = self.variable_and_words()?;
        Ok(CommandKind::Select { variable, words, body: self.body()? })
    }

    /// `name [in words] ;`
    fn variable_and_words(&mut self) -> Result<(String, Option<Vec<Word>>), ParseError> {
        if self.operator().is_some() || self.is_at_end() {
            return Err(match self.is_at_end() {
                true => ParseError::unexpected_token(self.line, b"newline"),
                false => self.unexpected(),
            });
        }
        let variable = String::from_utf8_lossy(&self.word()?.source).into_owned();
        if self.accept(b";") {
            return Ok((variable, None));
        }
        self.skip_newlines()?;
        if !self.accept_word(b"in") {
            return Ok((variable, None));
        }
        let mut words = Vec::new();
        loop {
            match self.operator() {
                Some(b";") => {
                    self.position += 1;
                    break;
                }
                Some(b"\n") => break,
                Some(_) => return Err(self.unexpected()),
                None if self.is_at_end() => return Err(self.unexpected()),
                None => words.push(self.word()?),
            }
        }
        Ok((variable, Some(words)))
    }

    fn arithmetic_for(&mut self) -> Result<CommandKind, ParseError> {
        self.position += 2;
        let mut parts: Vec<Option<Arithmetic>> = Vec::new();
        loop {
            let expression = self.arithmetic(Stop::Semicolon)?;
            parts.push(Some(expression).filter(|expression| !expression.text.source.trim_ascii().is_empty()));
            match self.peek() {
                Some(b';') => self.position += 1,
                _ => break,
            }
        }
        if parts.len() != 3 || !self.looking_at(b"))") {
            return Err(match self.is_at_end() {
                true => ParseError::unexpected_end(self.line),
                false => ParseError::plain(self.line, "syntax error: arithmetic expression required"),
            });
        }
        self.position += 2;
        self.accept(b";");
        let step = parts.pop().flatten();
        let condition = parts.pop().flatten();
        let start = parts.pop().flatten();
        Ok(CommandKind::ArithmeticFor { start, condition, step, body: self.body()? })
    }

    fn case_command(&mut self) -> Result<CommandKind, ParseError> {
        if self.operator().is_some() || self.is_at_end() {
            return Err(self.unexpected());
        }
        let subject = self.word()?;
        self.skip_newlines()?;
        self.expect_word(b"in")?;
        let mut items = Vec::new();
        loop {
            self.skip_newlines()?;
            if self.accept_word(b"esac") {
                return Ok(CommandKind::Case { subject, items });
            }
            items.push(self.case_item()?);
        }
    }

    fn case_item(&mut self) -> Result<CaseItem, ParseError> {
        self.accept(b"(");
        let mut patterns = Vec::new();
        loop {
            if self.operator().is_some() || self.is_at_end() {
                return Err(self.unexpected());
            }
            patterns.push(self.word()?);
            if !self.accept(b"|") {
                break;
            }
        }
        if !self.accept(b")") {
            return Err(self.unexpected());
        }
        let body = self.compound_list()?;
        let end = match self.operator() {
            Some(b";;") => CaseEnd::Leave,
            Some(b";&") => CaseEnd::RunNext,
            Some(b";;&") => CaseEnd::TestNext,
            _ if self.at_word(b"esac") => return Ok(CaseItem { patterns, body, end: CaseEnd::Leave }),
            _ => return Err(self.unexpected()),
        };
        self.position += if end == CaseEnd::TestNext { 3 } else { 2 };
        Ok(CaseItem { patterns, body, end })
    }

    /// `function name [()] compound`
    fn function_command(&mut self) -> Result<CommandKind, ParseError> {
        if self.operator().is_some() || self.is_at_end() {
            return Err(self.unexpected());
        }
        let name = self.word()?.source;
        if self.accept(b"(") && !self.accept(b")") {
            return Err(self.unexpected());
        }
        self.function_body(&name)
    }

    /// `name () compound`
    fn function_definition(&mut self) -> Result<Option<CommandKind>, ParseError> {
        let Some(name) = self.plain_word().map(<[u8]>::to_vec) else { return Ok(None) };
        if name.contains(&b'[') && self.is_at_assignment() {
            return Ok(None);
        }
        if self.text.get(self.position + name.len()..).is_none_or(|rest| {
            let blanks = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
            rest.get(blanks) != Some(&b'(')
        }) {
            return Ok(None);
        }
        if CLOSING.contains(&name.as_slice()) || name.contains(&b'=') {
            return Ok(None);
        }
        self.position += name.len();
        self.accept(b"(");
        if !self.accept(b")") {
            return Err(self.unexpected());
        }
        self.function_body(&name).map(Some)
    }

    fn function_body(&mut self, name: &[u8]) -> Result<CommandKind, ParseError> {
        self.skip_newlines()?;
        self.skip_blanks();
        let line = self.line;
        let Some(kind) = self.deeper(Self::compound_command)? else { return Err(self.unexpected()) };
        let redirections = self.redirections()?;
        let name = String::from_utf8_lossy(name).into_owned();
        Ok(CommandKind::Function { name, body: Rc::new(Command { kind, redirections, line }) })
    }

    /// `coproc [name] command`: a name only before a compound command.
    fn coproc_command(&mut self) -> Result<CommandKind, ParseError> {
        self.skip_blanks();
        let (position, line) = (self.position, self.line);
        let mut name = "COPROC".to_string();
        let is_compound = |parser: &mut Self| {
            parser.operator() == Some(b"(")
                || parser.plain_word().is_some_and(|word| {
                    matches!(word, b"{" | b"if" | b"while" | b"until" | b"for" | b"select" | b"case" | b"[[")
                })
        };
        if !is_compound(self)
            && let Some(word) = self.plain_word().map(<[u8]>::to_vec)
        {
            self.position += word.len();
            match is_compound(self) {
                true => name = String::from_utf8_lossy(&word).into_owned(),
                false => (self.position, self.line) = (position, line),
            }
        }
        let command = self.deeper(Self::command)?;
        Ok(CommandKind::Coproc { name, command: Rc::new(command) })
    }
}
