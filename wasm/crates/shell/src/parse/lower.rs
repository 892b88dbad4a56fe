//! From the grammar crate's tree to ours: lists and pipelines.

use super::error::ParseError;
use super::grammar_text;
use super::lexer::{Token, TokenKind};
use super::lower_command::lower_command;
use super::word::Context;
use crate::syntax::{AndOr, Connector, List, ListItem, Pipeline};
use brush_parser::{ParserOptions, SourcePosition, SourceSpan, ast};
use std::rc::Rc;
use std::sync::Arc;

/// Runs the grammar over the tokens of one complete command.
pub fn parse_tokens(tokens: &[Token], depth: usize) -> Result<List, ParseError> {
    let mut grammar_tokens = Vec::with_capacity(tokens.len());
    for (index, token) in tokens.iter().enumerate() {
        if token.opens_subshell && index > 0 && tokens[index - 1].opens_subshell {
            // `( (` is no `((`, whose parentheses the lexer took together; the grammar needs a sign.
            let newline = Token { text: b"\n".to_vec(), ..token.clone() };
            push_grammar_tokens(&newline, &mut grammar_tokens);
        }
        push_grammar_tokens(token, &mut grammar_tokens);
    }
    let program = brush_parser::parse_tokens(&grammar_tokens, &ParserOptions::default())
        .map_err(|error| syntax_error(&error, tokens))?;
    let lowering = Lowering { depth, line: tokens[0].line };
    let mut list = List::default();
    for command in &program.complete_commands {
        list.items.extend(lowering.list(command)?.items);
    }
    Ok(list)
}

/// Makes the grammar's token; a here-document's delimiter becomes delimiter, body, delimiter.
fn push_grammar_tokens(token: &Token, output: &mut Vec<brush_parser::Token>) {
    let position = |index: usize| Arc::new(SourcePosition { index, line: token.line as usize, column: 1 });
    let mut text = grammar_text::encode(&token.text);
    let mut end = token.end;
    if token.kind == TokenKind::Operator {
        let span = SourceSpan { start: position(token.start), end: position(end) };
        return output.push(brush_parser::Token::Operator(text, span));
    }
    if text.len() > 9 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        // The grammar reads digits next to a `<` as a descriptor and panics beyond an i32.
        end = usize::MAX;
    }
    let word =
        |text: String| brush_parser::Token::Word(text, SourceSpan { start: position(token.start), end: position(end) });
    match &token.here_document {
        None => output.push(word(text)),
        Some(body) => {
            let delimiter = std::mem::take(&mut text);
            output.extend([word(delimiter.clone()), word(grammar_text::encode(body)), word(delimiter)]);
        }
    }
}

/// Finds the token the grammar stumbled over. The lexer has already found misplaced reserved words.
fn syntax_error(error: &brush_parser::ParseError, tokens: &[Token]) -> ParseError {
    let near = match error {
        brush_parser::ParseError::ParsingNear(position) => tokens.iter().find(|token| token.start >= position.index),
        _ => None,
    };
    match near {
        Some(token) => ParseError::unexpected_token(token.line, &String::from_utf8_lossy(&token.text)),
        // The lexer hands over whole commands only, so the line's end is what was not expected.
        None => ParseError::unexpected_token(tokens[tokens.len() - 1].line, "newline"),
    }
}

/// What the lowering functions share.
#[derive(Clone, Copy)]
pub struct Lowering {
    pub depth: usize,
    /// The line of nodes that do not know theirs.
    pub line: u32,
}

impl Lowering {
    pub fn context(&self, line: u32) -> Context {
        Context { line, depth: self.depth }
    }

    pub fn list(&self, list: &ast::CompoundList) -> Result<List, ParseError> {
        let mut items = Vec::with_capacity(list.0.len());
        for ast::CompoundListItem(chain, separator) in &list.0 {
            items.push(ListItem {
                chain: Rc::new(self.and_or(chain)?),
                in_background: matches!(separator, ast::SeparatorOperator::Async),
            });
        }
        Ok(List { items })
    }

    fn and_or(&self, list: &ast::AndOrList) -> Result<AndOr, ParseError> {
        let first = self.pipeline(&list.first)?;
        let mut rest = Vec::with_capacity(list.additional.len());
        for next in &list.additional {
            rest.push(match next {
                ast::AndOr::And(pipeline) => (Connector::And, self.pipeline(pipeline)?),
                ast::AndOr::Or(pipeline) => (Connector::Or, self.pipeline(pipeline)?),
            });
        }
        Ok(AndOr { first, rest })
    }

    fn pipeline(&self, pipeline: &ast::Pipeline) -> Result<Pipeline, ParseError> {
        let deeper = Lowering { depth: self.depth + 1, ..*self };
        if deeper.depth > super::MAXIMUM_DEPTH {
            return Err(ParseError::too_deep(self.line));
        }
        let stages = pipeline.seq.iter().map(|command| lower_command(deeper, command)).collect::<Result<_, _>>()?;
        Ok(Pipeline { is_negated: pipeline.bang, is_timed: pipeline.timed.is_some(), stages })
    }
}
