//! Word expansion: tildes, parameters, command substitution, arithmetic, splitting, file names.

pub mod ansi_c;
pub mod arithmetic;
mod brace;
mod command;
pub mod field;
mod parameter;
mod process;
pub use parameter::attribute_letters;
mod parameter_value;
pub use parameter_value::Subscript;
pub mod pathname;
pub mod pattern;
mod prompt;
pub mod quote;
pub mod regex;
mod text;
pub use text::character_count;
pub use text::in_case;
mod tilde;

use crate::state::{Interrupt, Outcome, Shell};
use crate::syntax::{Arithmetic, Part, Word};
use field::{Field, Fields};
use pattern::{Pattern, PatternByte};

/// Whether braces make several words of a word.
pub fn has_braces(word: &Word) -> bool {
    brace::is_candidate(&word.parts) && brace::expand(&word.parts).len() > 1
}

impl Shell {
    /// The characters that split fields.
    pub fn field_separators(&self) -> Vec<u8> {
        self.variables.scalar("IFS").unwrap_or(b" \t\n").to_vec()
    }

    /// The first character of IFS, which joins `"$*"`.
    pub fn field_joiner(&self) -> Vec<u8> {
        match self.variables.scalar("IFS") {
            None => b" ".to_vec(),
            Some([]) => Vec::new(),
            Some(ifs) => ifs[..pattern::character_length(ifs, 0)].to_vec(),
        }
    }

    /// Expands words to fields: the arguments of a command, the words of `for`.
    pub fn expand_words<'a>(&mut self, words: impl IntoIterator<Item = &'a Word>) -> Outcome<Vec<Vec<u8>>> {
        let mut fields = Vec::new();
        for word in words {
            self.expand_word_into(word, &mut fields)?;
        }
        Ok(fields)
    }

    pub fn expand_word_into(&mut self, word: &Word, output: &mut Vec<Vec<u8>>) -> Outcome<()> {
        // Most words are plain text.
        if let [Part::Literal(text)] = &*word.parts
            && (!text.iter().any(|byte| matches!(byte, b'*' | b'?' | b'[' | b'(' | b'{')) || text == b"[")
        {
            output.push(text.clone());
            return Ok(());
        }
        if self.options.braceexpand() && brace::is_candidate(&word.parts) {
            for parts in brace::expand(&word.parts) {
                self.expand_word_parts(&parts, output)?;
            }
            return Ok(());
        }
        self.expand_word_parts(&word.parts, output)
    }

    /// Expands and splits text as the value of a variable is, quotes minded: the words of `compgen -W`.
    pub fn expand_word_list(&mut self, text: &[u8]) -> Outcome<Vec<Vec<u8>>> {
        let word = match crate::parse::parse_word(text, self.line) {
            Ok(word) => word,
            Err(error) => {
                self.complain(error.message);
                return Err(Interrupt::Discard(1));
            }
        };
        let mut fields = Fields::new(self.field_separators(), true);
        self.expand_operand(&word, false, &mut fields)?;
        Ok(fields.finish().into_iter().map(|field| field.text).collect())
    }

    fn expand_word_parts(&mut self, parts: &[Part], output: &mut Vec<Vec<u8>>) -> Outcome<()> {
        let mut fields = Fields::new(self.field_separators(), true);
        self.expand_parts(parts, false, &mut fields)?;
        for field in fields.finish() {
            self.expand_pathname(field, output)?;
        }
        Ok(())
    }

    fn expand_pathname(&mut self, field: Field, output: &mut Vec<Vec<u8>>) -> Outcome<()> {
        if self.options.noglob() || !field.is_pattern() {
            output.push(field.text);
            return Ok(());
        }
        let ignored = self.ignored_names();
        let mut options = self.shell_options;
        if ignored.is_some() {
            options.set("dotglob", true);
        }
        let mut names = pathname::expand(&field.pattern_bytes(), &options);
        if let Some(ignored) = ignored {
            let is_dots = |name: &[u8]| matches!(name.rsplit(|byte| *byte == b'/').next(), Some(b"." | b".."));
            names.retain(|name| !is_dots(name) && !ignored.iter().any(|components| are_matched(components, name)));
        }
        if !names.is_empty() {
            output.append(&mut names);
        } else if self.shell_options.is_on("failglob") {
            return Err(self.report([b"no match: ", field.text.as_slice()].concat()));
        } else if !self.shell_options.is_on("nullglob") {
            output.push(field.text);
        }
        Ok(())
    }

    /// The patterns of GLOBIGNORE, if it has some.
    fn ignored_names(&self) -> Option<Vec<Vec<Pattern>>> {
        let list = self.variables.scalar("GLOBIGNORE").filter(|list| !list.is_empty())?;
        let mut patterns = vec![Vec::new()];
        let mut in_brackets = false;
        let mut bytes = list.iter();
        while let Some(byte) = bytes.next().copied() {
            let quoted = |byte: &u8| PatternByte { byte: *byte, is_quoted: true };
            match byte {
                b':' if !in_brackets => patterns.push(Vec::new()),
                b'\\' => patterns.last_mut()?.extend(bytes.next().map(quoted)),
                _ => {
                    in_brackets = match byte {
                        b'[' => true,
                        b']' => in_brackets && bytes.as_slice().first().is_some_and(|next| *next == b']'),
                        _ => in_brackets,
                    };
                    patterns.last_mut()?.push(PatternByte { byte, is_quoted: false });
                }
            }
        }
        let patterns = patterns.iter().filter(|pattern| !pattern.is_empty());
        let components = |pattern: &Vec<PatternByte>| {
            let parts = pattern.split(|next| next.byte == b'/');
            parts.map(|part| Pattern::new(part, self.pattern_rules())).collect()
        };
        Some(patterns.map(components).collect())
    }

    /// Expands to one string, without splitting and file names: assignments, redirections, `case`.
    pub fn expand_to_string(&mut self, word: &Word) -> Outcome<Vec<u8>> {
        match &*word.parts {
            [] => Ok(Vec::new()),
            [Part::Literal(text)] | [Part::Quoted(text)] => Ok(text.clone()),
            parts => self.expand_to_field(parts).map(|field| field.text),
        }
    }

    fn expand_to_field(&mut self, parts: &[Part]) -> Outcome<Field> {
        // Nothing is split, so nobody asks for the separators.
        let mut fields = Fields::new(Vec::new(), false);
        self.expand_parts(parts, false, &mut fields)?;
        Ok(fields.finish_joined())
    }

    /// Expands a pattern: quoted parts match themselves.
    pub fn expand_to_pattern(&mut self, word: &Word) -> Outcome<Pattern> {
        let field = self.expand_to_field(&word.parts)?;
        Ok(Pattern::new(&field.pattern_bytes(), self.pattern_rules()))
    }

    /// The same for `${x#pattern}`, which nocasematch does not change.
    pub fn expand_to_exact_pattern(&mut self, word: &Word) -> Outcome<Pattern> {
        let field = self.expand_to_field(&word.parts)?;
        Ok(Pattern::new(&field.pattern_bytes(), pattern::Rules { ignores_case: false, ..self.pattern_rules() }))
    }

    /// How patterns are read and compared now.
    pub fn pattern_rules(&self) -> pattern::Rules {
        pattern::Rules {
            extglob: self.shell_options.is_on("extglob"),
            ignores_case: self.shell_options.is_on("nocasematch"),
        }
    }

    /// Expands the pattern of `[[ x == pattern ]]`, where groups always count.
    pub fn expand_to_extended_pattern(&mut self, word: &Word) -> Outcome<Pattern> {
        let field = self.expand_to_field(&word.parts)?;
        Ok(Pattern::new(&field.pattern_bytes(), pattern::Rules { extglob: true, ..self.pattern_rules() }))
    }

    /// Expands a regular expression: quoted parts stand for themselves.
    pub fn expand_to_regular_expression(&mut self, word: &Word) -> Outcome<Vec<PatternByte>> {
        let field = self.expand_to_field(&word.parts)?;
        let byte = |(index, byte): (usize, &u8)| PatternByte { byte: *byte, is_quoted: field.is_quoted(index) };
        Ok(field.text.iter().enumerate().map(byte).collect())
    }

    /// Expands and evaluates an arithmetic expression.
    pub fn expand_arithmetic(&mut self, expression: &Arithmetic) -> Outcome<i64> {
        let text = self.expand_to_string(&expression.text)?;
        self.evaluate(&text)
    }

    /// The same for `((…))`.
    pub fn expand_arithmetic_command(&mut self, expression: &Arithmetic) -> Outcome<i64> {
        let text = self.expand_to_string(&expression.text)?;
        self.evaluate_for("((: ", &text)
    }

    fn expand_parts(&mut self, parts: &[Part], in_quotes: bool, fields: &mut Fields) -> Outcome<()> {
        for part in parts {
            match part {
                Part::Literal(text) if in_quotes => fields.quoted(text),
                Part::Literal(text) => fields.literal(text),
                Part::Quoted(text) => fields.quoted(text),
                Part::DoubleQuoted(inner) => {
                    // `"$@"` without parameters makes no field; any other quotes make one.
                    if inner.is_empty() {
                        fields.quoted(b"");
                    }
                    self.expand_parts(inner, true, fields)?;
                }
                Part::Tilde(name) => {
                    let home = self.expand_tilde(name);
                    fields.quoted(&home);
                }
                Part::Parameter(expansion) => self.expand_parameter(expansion, in_quotes, fields)?,
                Part::Command(list) => {
                    let output = self.substitute_command(list)?;
                    add_value(&output, in_quotes, fields);
                }
                Part::Arithmetic(expression) => {
                    let value = self.expand_arithmetic(expression)?;
                    add_value(value.to_string().as_bytes(), in_quotes, fields);
                }
                Part::ProcessSubstitution { reads, list } => {
                    let path = self.substitute_process(*reads, list)?;
                    fields.quoted(&path);
                }
                Part::BadSubstitution(source) => {
                    return Err(self.report([source.as_slice(), b": bad substitution"].concat()));
                }
            }
        }
        Ok(())
    }
}

fn add_value(value: &[u8], in_quotes: bool, fields: &mut Fields) {
    match in_quotes {
        true => fields.quoted(value),
        false => fields.expansion(value),
    }
}

/// A path's names match patterns one by one: `*` does not match a slash.
fn are_matched(components: &[Pattern], path: &[u8]) -> bool {
    let names: Vec<&[u8]> = path.split(|byte| *byte == b'/').collect();
    names.len() == components.len() && components.iter().zip(names).all(|(pattern, name)| pattern.matches(name))
}
