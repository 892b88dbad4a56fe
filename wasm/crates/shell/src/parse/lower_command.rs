//! From the grammar crate's tree to ours: commands, redirections, words.

use super::error::ParseError;
use super::lexer::NO_WORDS;
use super::lower::Lowering;
use super::lower_test::lower_test;
use super::word::{parse_arithmetic_text, parse_assignment, parse_assignment_like, parse_here_document, parse_word};
use super::{brace, grammar_text};
use crate::syntax::{
    Arithmetic, CaseEnd, CaseItem, Command, CommandKind, CommandWord, List, Part, Redirection, RedirectionKind,
    SimpleCommand, Word,
};
use brush_parser::ast::{self, SourceLocation};
use std::rc::Rc;

pub fn lower_command(lowering: Lowering, command: &ast::Command) -> Result<Command, ParseError> {
    let line = line_of(command).unwrap_or(lowering.line);
    let lowering = Lowering { line, ..lowering };
    let (kind, redirections) = match command {
        ast::Command::Simple(simple) => (CommandKind::Simple(simple_command(lowering, simple)?), Vec::new()),
        ast::Command::Compound(compound, redirections) => {
            (compound_command(lowering, compound)?, redirect_list(lowering, redirections.as_ref())?)
        }
        ast::Command::Function(function) => {
            let ast::FunctionBody(body, redirections) = &function.body;
            let body = Command {
                kind: compound_command(lowering, body)?,
                redirections: redirect_list(lowering, redirections.as_ref())?,
                line,
            };
            let name = String::from_utf8_lossy(&grammar_text::decode(&function.fname.value)).into_owned();
            (CommandKind::Function { name, body: Rc::new(body) }, Vec::new())
        }
        ast::Command::ExtendedTest(test, redirections) => {
            let test = lower_test(lowering, &test.expr)?;
            (CommandKind::Test(test), redirect_list(lowering, redirections.as_ref())?)
        }
    };
    Ok(Command { kind, redirections, line })
}

fn line_of(command: &ast::Command) -> Option<u32> {
    let location = match command {
        ast::Command::Simple(simple) => match &simple.word_or_name {
            Some(word) => word.loc.clone(),
            None => simple.location(),
        },
        other => other.location(),
    };
    location.map(|location| location.start.line as u32)
}

impl Lowering {
    pub fn word(&self, word: &ast::Word) -> Result<Word, ParseError> {
        let line = word.loc.as_ref().map_or(self.line, |location| location.start.line as u32);
        parse_word(&grammar_text::decode(&word.value), self.context(line))
    }

    fn arithmetic(&self, expression: &ast::UnexpandedArithmeticExpr) -> Result<Arithmetic, ParseError> {
        parse_arithmetic_text(&grammar_text::decode(&expression.value), self.context(self.line))
    }

    fn optional_arithmetic(
        &self,
        expression: &Option<ast::UnexpandedArithmeticExpr>,
    ) -> Result<Option<Arithmetic>, ParseError> {
        match expression {
            Some(expression) if !expression.value.trim().is_empty() => self.arithmetic(expression).map(Some),
            _ => Ok(None),
        }
    }

    /// Expands braces, then parses.
    fn words(&self, word: &ast::Word) -> Result<Vec<Word>, ParseError> {
        let line = word.loc.as_ref().map_or(self.line, |location| location.start.line as u32);
        brace::expand(&grammar_text::decode(&word.value))
            .iter()
            .map(|text| parse_word(text, self.context(line)))
            .collect()
    }
}

fn simple_command(lowering: Lowering, simple: &ast::SimpleCommand) -> Result<SimpleCommand, ParseError> {
    let mut command = SimpleCommand { assignments: Vec::new(), words: Vec::new(), redirections: Vec::new() };
    for item in simple.prefix.iter().flat_map(|prefix| &prefix.0) {
        prefix_or_suffix_item(lowering, item, true, &mut command)?;
    }
    if let Some(name) = &simple.word_or_name {
        command.words.extend(lowering.words(name)?.into_iter().map(CommandWord::Plain));
    }
    for item in simple.suffix.iter().flat_map(|suffix| &suffix.0) {
        prefix_or_suffix_item(lowering, item, false, &mut command)?;
    }
    Ok(command)
}

fn prefix_or_suffix_item(
    lowering: Lowering,
    item: &ast::CommandPrefixOrSuffixItem,
    is_prefix: bool,
    command: &mut SimpleCommand,
) -> Result<(), ParseError> {
    match item {
        ast::CommandPrefixOrSuffixItem::IoRedirect(redirect) => {
            command.redirections.push(redirection(lowering, redirect)?);
        }
        ast::CommandPrefixOrSuffixItem::Word(word) => {
            command.words.extend(lowering.words(word)?.into_iter().map(CommandWord::Plain));
        }
        ast::CommandPrefixOrSuffixItem::AssignmentWord(_, word) => {
            let text = grammar_text::decode(&word.value);
            let assignment = parse_assignment(&text, lowering.context(lowering.line))?;
            match assignment {
                Some(assignment) if is_prefix => command.assignments.push(assignment),
                Some(assignment) => {
                    let word = parse_assignment_like(&text, lowering.context(lowering.line))?;
                    command.words.push(CommandWord::Assignment(assignment, word));
                }
                None => command.words.extend(lowering.words(word)?.into_iter().map(CommandWord::Plain)),
            }
        }
        ast::CommandPrefixOrSuffixItem::ProcessSubstitution(..) => command.words.push(CommandWord::Plain(Word {
            parts: [Part::ProcessSubstitution].into(),
            source: b"<()".as_slice().into(),
        })),
    }
    Ok(())
}

fn compound_command(lowering: Lowering, command: &ast::CompoundCommand) -> Result<CommandKind, ParseError> {
    use ast::CompoundCommand as Compound;
    Ok(match command {
        Compound::Arithmetic(command) => CommandKind::Arithmetic(lowering.arithmetic(&command.expr)?),
        Compound::ArithmeticForClause(clause) => CommandKind::ArithmeticFor {
            start: lowering.optional_arithmetic(&clause.initializer)?,
            condition: lowering.optional_arithmetic(&clause.condition)?,
            step: lowering.optional_arithmetic(&clause.updater)?,
            body: lowering.list(&clause.body.list)?,
        },
        Compound::BraceGroup(group) => CommandKind::Group(lowering.list(&group.list)?),
        Compound::Subshell(subshell) => CommandKind::Subshell(lowering.list(&subshell.list)?),
        Compound::ForClause(clause) => {
            let mut words = None;
            if let Some(values) = &clause.values {
                let mut expanded = Vec::with_capacity(values.len());
                for value in values.iter().filter(|value| value.value.as_bytes() != NO_WORDS) {
                    expanded.extend(lowering.words(value)?);
                }
                words = Some(expanded);
            }
            CommandKind::For { variable: clause.variable_name.clone(), words, body: lowering.list(&clause.body.list)? }
        }
        Compound::CaseClause(clause) => CommandKind::Case {
            subject: lowering.word(&clause.value)?,
            items: clause.cases.iter().map(|item| case_item(lowering, item)).collect::<Result<_, _>>()?,
        },
        Compound::IfClause(clause) => if_clause(lowering, clause)?,
        Compound::WhileClause(clause) | Compound::UntilClause(clause) => {
            let ast::WhileOrUntilClauseCommand(condition, body, _) = clause;
            CommandKind::Loop {
                is_until: matches!(command, Compound::UntilClause(_)),
                condition: lowering.list(condition)?,
                body: lowering.list(&body.list)?,
            }
        }
        Compound::Coprocess(_) => {
            return Err(ParseError::plain(lowering.line, "coproc: not supported"));
        }
    })
}

fn if_clause(lowering: Lowering, clause: &ast::IfClauseCommand) -> Result<CommandKind, ParseError> {
    let mut branches = vec![(lowering.list(&clause.condition)?, lowering.list(&clause.then)?)];
    let mut otherwise = None;
    for part in clause.elses.iter().flatten() {
        let body = lowering.list(&part.body)?;
        match &part.condition {
            Some(condition) => branches.push((lowering.list(condition)?, body)),
            None => otherwise = Some(body),
        }
    }
    Ok(CommandKind::If { branches, otherwise })
}

fn case_item(lowering: Lowering, item: &ast::CaseItem) -> Result<CaseItem, ParseError> {
    Ok(CaseItem {
        patterns: item.patterns.iter().map(|pattern| lowering.word(pattern)).collect::<Result<_, _>>()?,
        body: match &item.cmd {
            Some(list) => lowering.list(list)?,
            None => List::default(),
        },
        end: match item.post_action {
            ast::CaseItemPostAction::ExitCase => CaseEnd::Leave,
            ast::CaseItemPostAction::UnconditionallyExecuteNextCaseItem => CaseEnd::RunNext,
            ast::CaseItemPostAction::ContinueEvaluatingCases => CaseEnd::TestNext,
        },
    })
}

fn redirect_list(lowering: Lowering, list: Option<&ast::RedirectList>) -> Result<Vec<Redirection>, ParseError> {
    list.iter().flat_map(|list| &list.0).map(|redirect| redirection(lowering, redirect)).collect()
}

fn redirection(lowering: Lowering, redirect: &ast::IoRedirect) -> Result<Redirection, ParseError> {
    use ast::IoFileRedirectKind as Kind;
    let (fd, kind) = match redirect {
        ast::IoRedirect::File(fd, kind, target) => {
            let word = redirect_target(lowering, target)?;
            let kind = match kind {
                Kind::Read => RedirectionKind::Read(word),
                Kind::Write => RedirectionKind::Write(word),
                Kind::Append => RedirectionKind::Append(word),
                Kind::ReadAndWrite => RedirectionKind::ReadWrite(word),
                Kind::Clobber => RedirectionKind::Clobber(word),
                Kind::DuplicateInput => RedirectionKind::DuplicateInput(word),
                Kind::DuplicateOutput => RedirectionKind::DuplicateOutput(word),
            };
            (*fd, kind)
        }
        ast::IoRedirect::HereDocument(fd, document) => (*fd, here_document(lowering, document)?),
        ast::IoRedirect::HereString(fd, word) => (*fd, RedirectionKind::HereString(lowering.word(word)?)),
        ast::IoRedirect::OutputAndError(word, append) => {
            (None, RedirectionKind::OutputAndError { target: lowering.word(word)?, append: *append })
        }
    };
    Ok(Redirection { fd, kind })
}

fn redirect_target(lowering: Lowering, target: &ast::IoFileRedirectTarget) -> Result<Word, ParseError> {
    match target {
        ast::IoFileRedirectTarget::Filename(word) | ast::IoFileRedirectTarget::Duplicate(word) => lowering.word(word),
        ast::IoFileRedirectTarget::Fd(fd) => parse_word(fd.to_string().as_bytes(), lowering.context(lowering.line)),
        ast::IoFileRedirectTarget::ProcessSubstitution(..) => {
            Err(ParseError::plain(lowering.line, "process substitution: not supported"))
        }
    }
}

fn here_document(lowering: Lowering, document: &ast::IoHereDocument) -> Result<RedirectionKind, ParseError> {
    let delimiter = grammar_text::decode(&document.here_end.value);
    let text = grammar_text::decode(&document.doc.value);
    let line = document.here_end.loc.as_ref().map_or(lowering.line, |location| location.start.line as u32);
    let is_quoted = delimiter.iter().any(|byte| matches!(byte, b'\'' | b'"' | b'\\'));
    let body = match is_quoted {
        true => Word { parts: [Part::Quoted(text.clone())].into(), source: text.into() },
        false => parse_here_document(&text, lowering.context(line))?,
    };
    Ok(RedirectionKind::HereDocument { body, delimiter })
}
