//! yq: jq's language on YAML, with the command line and the commonest extras of mikefarah's yq 4. What it does not have of
//! that: assigning styles, tags, anchors and comments, and `load`.

mod csv;
mod emit;
mod expression;
mod node;
mod options;
mod scalar;
mod toml;
mod value;
mod xml;

use emit::Emitter;
use expression::Expression;
use jq::Filter;
use node::Document;
use options::{Format, Options};
use std::ffi::OsString;
use std::io::{Read, Write};
use value::Value;

pub fn main(args: Vec<OsString>) -> i32 {
    let options = match Options::parse(args) {
        Ok(options) => options,
        Err(code) => return code,
    };
    match run(&options) {
        Ok(code) => code,
        Err(text) => {
            eprintln!("Error: {text}");
            1
        }
    }
}

/// One document of the input, and where it comes from.
struct Source {
    document: Document,
    file: String,
    file_index: usize,
    /// Among the documents of its file.
    index: usize,
}

fn run(options: &Options) -> Result<i32, String> {
    let expression = expression::translate(&options.expression, options.evaluates_all);
    if options.in_place {
        let mut code = 0;
        for file in &options.files {
            let sources = read(file, 0, options)?;
            let (text, found) = evaluate(&expression, &sources, options, format_of(file, options))?;
            std::fs::write(file, text).map_err(|error| format!("open {file}: {}", lower(&error)))?;
            code = code.max(i32::from(options.exit_status && !found));
        }
        return Ok(code);
    }
    let mut sources = Vec::new();
    if !options.null_input {
        let standard = ["-".to_owned()];
        let files = if options.files.is_empty() { &standard[..] } else { &options.files };
        for (index, file) in files.iter().enumerate() {
            sources.extend(read(file, index, options)?);
        }
    }
    let format = format_of(options.files.first().map_or("", String::as_str), options);
    let (text, found) = evaluate(&expression, &sources, options, format)?;
    std::io::stdout().write_all(text.as_bytes()).map_err(|error| format!("write error: {}", sys::errno::message(&error)))?;
    if options.exit_status && !found {
        return Err("no matches found".to_owned());
    }
    Ok(0)
}

/// The format of the output: as told, or that of the input.
fn format_of(file: &str, options: &Options) -> Format {
    options.output.or(options.input).unwrap_or_else(|| Format::of_file(file))
}

fn lower(error: &std::io::Error) -> String {
    let text = sys::errno::message(error);
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_lowercase().chain(letters).collect())
}

/// Reads a file's documents. JSON is YAML, too.
fn read(file: &str, file_index: usize, options: &Options) -> Result<Vec<Source>, String> {
    let mut bytes = Vec::new();
    let outcome = if file == "-" { std::io::stdin().read_to_end(&mut bytes).map(|_| ()) } else { std::fs::read(file).map(|content| bytes = content) };
    outcome.map_err(|error| format!("open {file}: {}", lower(&error)))?;
    let text = String::from_utf8(bytes).map_err(|_| format!("bad file '{file}': yaml: invalid UTF-8"))?;
    let format = options.input.unwrap_or_else(|| Format::of_file(file));
    let mut documents = documents(&text, format).map_err(|error| format!("bad file '{file}': {error}"))?;
    if documents.is_empty() && !options.null_input {
        documents.extend(node::documents("null\n").unwrap_or_default());
    }
    let source = |(index, document)| Source { document, file: file.to_owned(), file_index, index };
    Ok(documents.into_iter().enumerate().map(source).collect())
}

/// The documents of a text. What is neither YAML nor JSON, which is YAML, has one, without styles.
fn documents(text: &str, format: Format) -> Result<Vec<Document>, String> {
    let value = match format {
        Format::Yaml | Format::Json => return node::documents(text),
        Format::Toml => toml::read(text)?,
        Format::Xml => xml::read(text)?,
        Format::Csv => csv::read(text, b',')?,
        Format::Tsv => csv::read(text, b'\t')?,
    };
    let mut json = String::new();
    value.write(&mut json, 0, 0);
    node::documents(&json)
}

/// Runs the expression and words its results; whether one of them is neither null nor false.
fn evaluate(expression: &Expression, sources: &[Source], options: &Options, format: Format) -> Result<(String, bool), String> {
    let compact = |value: &Value| {
        let mut text = String::new();
        value.write(&mut text, 0, 0);
        text
    };
    let mut environment = Value::Object(std::env::vars().map(|(name, value)| (name, Value::String(value))).collect());
    if let Value::Object(members) = &mut environment {
        members.sort_by(|one, other| one.0.cmp(&other.0));
    }
    let compile = |variables: Vec<(String, Value)>| {
        Filter::compile(&expression.program, &compact(&Value::Object(variables))).map_err(|error| {
            let first = error.lines().next().unwrap_or("").trim_start_matches("jq: error: ").to_owned();
            format!("{}: bad expression: {first}", options.expression)
        })
    };
    let mut printer = Printer { options, format, text: String::new(), found: false, any: false, comments: expression.keeps_comments };
    if options.null_input || expression.takes_all {
        let documents: Vec<Value> = sources.iter().map(|source| source.document.root.value()).collect();
        let model = sources.first();
        let input = if options.null_input { "null".to_owned() } else { documents.first().map_or("null".to_owned(), &compact) };
        let variables = vec![("__docs".to_owned(), Value::Array(documents)), ("__at".to_owned(), at(model))];
        printer.print(compile(variables)?.run(&input), model)?;
        return Ok((printer.text, printer.found));
    }
    for source in sources {
        let variables = vec![("__docs".to_owned(), Value::Array(Vec::new())), ("__at".to_owned(), at(Some(source)))];
        printer.print(compile(variables)?.run(&compact(&source.document.root.value())), Some(source))?;
    }
    Ok((printer.text, printer.found))
}

/// What `filename`, `fileIndex` and `documentIndex` answer.
fn at(source: Option<&Source>) -> Value {
    let number = |number: usize| Value::Number(number.to_string());
    Value::Array(vec![
        Value::String(source.map_or("-", |source| source.file.as_str()).to_owned()),
        number(source.map_or(0, |source| source.file_index)),
        number(source.map_or(0, |source| source.index)),
    ])
}

struct Printer<'run> {
    options: &'run Options,
    format: Format,
    text: String,
    found: bool,
    any: bool,
    comments: bool,
}

impl Printer<'_> {
    fn print(&mut self, (results, failure): (Vec<String>, Option<String>), source: Option<&Source>) -> Result<(), String> {
        for result in results {
            let value = Value::parse(&result).ok_or("a result is no JSON")?;
            self.found |= !matches!(value, Value::Null | Value::Bool(false));
            self.value(&value, source)?;
        }
        failure.map_or(Ok(()), Err)
    }

    fn value(&mut self, value: &Value, source: Option<&Source>) -> Result<(), String> {
        let options = self.options;
        let coded = match self.format {
            Format::Toml => Some(toml::write(value)?),
            Format::Xml => Some(xml::write(value, options.indent)?),
            Format::Csv => Some(csv::write(value, b',')?),
            Format::Tsv => Some(csv::write(value, b'\t')?),
            Format::Yaml | Format::Json => None,
        };
        if let Some(coded) = coded {
            self.text.push_str(&coded);
            return Ok(());
        }
        if self.format == Format::Json {
            let is_raw = options.unwraps == Some(true);
            match value {
                Value::String(text) if is_raw => self.text.push_str(text),
                value => value.write(&mut self.text, options.indent, 0),
            }
            self.text.push(if options.nul { '\0' } else { '\n' });
            return Ok(());
        }
        let document = source.map(|source| &source.document).filter(|document| is_like(value, &document.root.value()));
        let is_scalar = !matches!(value, Value::Array(_) | Value::Object(_));
        let is_next = self.any && source.is_some_and(|source| source.index > 0 || source.file_index > 0) && !is_scalar;
        let starts_explicitly = !self.any && document.is_some_and(|document| document.is_explicit) && !is_scalar;
        if (is_next || (starts_explicitly && options.in_place)) && options.separates {
            self.text.push_str("---\n");
        }
        self.any = true;
        let mut emitter = Emitter {
            indent: options.indent.max(2),
            is_plain: options.is_pretty || source.is_some_and(|source| options.input.unwrap_or_else(|| Format::of_file(&source.file)) != Format::Yaml),
            keeps_comments: self.comments,
            output: std::mem::take(&mut self.text),
        };
        emitter.document(value, document.map(|document| &document.root), options.unwraps != Some(false));
        if let Some(document) = document {
            emitter.comments(&document.foot, 0);
        }
        self.text = emitter.output;
        if options.nul && self.text.ends_with('\n') {
            self.text.pop();
            self.text.push('\0');
        }
        Ok(())
    }
}

/// Whether a result is the document, perhaps changed, and no part of it.
fn is_like(value: &Value, whole: &Value) -> bool {
    match (value, whole) {
        (Value::Object(members), Value::Object(others)) => {
            members.is_empty() || others.iter().any(|(name, _)| members.iter().any(|(other, _)| name == other))
        }
        (Value::Array(items), Value::Array(others)) => items.first() == others.first() || items.len() >= others.len(),
        (value, whole) => value == whole,
    }
}
