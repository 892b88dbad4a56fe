//! The command line of yq.

use std::ffi::OsString;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Yaml,
    Json,
    Toml,
    Xml,
    Csv,
    Tsv,
}

impl Format {
    /// The format of a file by its name.
    pub fn of_file(name: &str) -> Format {
        match name.rsplit_once('.').map_or("", |(_, ending)| ending) {
            "json" => Format::Json,
            "toml" => Format::Toml,
            "xml" => Format::Xml,
            "csv" => Format::Csv,
            "tsv" => Format::Tsv,
            _ => Format::Yaml,
        }
    }
}

pub struct Options {
    pub expression: String,
    pub files: Vec<String>,
    pub evaluates_all: bool,
    pub in_place: bool,
    pub null_input: bool,
    pub input: Option<Format>,
    pub output: Option<Format>,
    pub indent: usize,
    pub is_pretty: bool,
    /// `-r`, and false for `-r=false`.
    pub unwraps: Option<bool>,
    pub separates: bool,
    pub exit_status: bool,
    pub nul: bool,
}

const USAGE: &str = "yq is a portable command-line data file processor (https://github.com/mikefarah/yq/)

Usage:
  yq [flags]
  yq [command]

Examples:
yq '.stuff' < myfile.yml
yq -i '.stuff = \"foo\"' myfile.yml
yq -P -oy sample.json

Available Commands:
  eval        (default) Apply the expression to each document in each yaml file in sequence
  eval-all    Loads _all_ yaml documents of _all_ yaml files and runs expression once

Flags:
  -e, --exit-status            set exit status if there are no matches or null or false is returned
      --from-file string       Load expression from specified file.
  -h, --help                   help for yq
  -I, --indent int             sets indent level for output (default 2)
  -i, --inplace                update the file in place of first file given.
  -p, --input-format string    [auto|a|yaml|y|json|j|csv|c|tsv|t|xml|x|toml] parse format for input. (default \"auto\")
  -N, --no-doc                 Don't print document separators (---)
  -0, --nul-output             Use NUL char to separate values.
  -n, --null-input             Don't read input, simply evaluate the expression given.
  -o, --output-format string   [auto|a|yaml|y|json|j|csv|c|tsv|t|xml|x|toml] output format type. (default \"auto\")
  -P, --prettyPrint            pretty print, shorthand for '... style = \"\"'
  -r, --unwrapScalar           unwrap scalar, print the value with no quotes, colors or comments (default true)
  -V, --version                Print version information and quit";

impl Options {
    /// Reads the command line; an error is the exit code, its message printed.
    pub fn parse(args: Vec<OsString>) -> Result<Options, i32> {
        let mut options = Options {
            expression: String::new(),
            files: Vec::new(),
            evaluates_all: false,
            in_place: false,
            null_input: false,
            input: None,
            output: None,
            indent: 2,
            is_pretty: false,
            unwraps: None,
            separates: true,
            exit_status: false,
            nul: false,
        };
        let mut operands = Vec::new();
        let mut from_file = None;
        let mut rest = args.into_iter().skip(1).map(|arg| arg.to_string_lossy().into_owned());
        while let Some(word) = rest.next() {
            if word == "--" {
                operands.extend(rest.by_ref());
            } else if let Some(long) = word.strip_prefix("--") {
                let (name, attached) = long.split_once('=').map_or((long, None), |(name, value)| (name, Some(value.to_owned())));
                let mut value = || attached.clone().or_else(|| rest.next()).ok_or_else(|| complain(&format!("flag needs an argument: --{name}")));
                match name {
                    "from-file" | "expression-file" => from_file = Some(value()?),
                    "indent" => options.indent = number(&value()?)?,
                    "input-format" => options.input = format(&value()?)?,
                    "output-format" => options.output = format(&value()?)?,
                    "unwrapScalar" => options.unwraps = Some(attached.as_deref() != Some("false")),
                    name => options.flag(letter_of(name).ok_or_else(|| complain(&format!("unknown flag: --{name}")))?)?,
                }
            } else if word.len() > 1 && word.starts_with('-') {
                options.cluster(&word[1..], &mut rest)?;
            } else {
                operands.push(word);
            }
        }
        match operands.first().map(String::as_str) {
            Some("eval" | "e") => {
                operands.remove(0);
            }
            Some("eval-all" | "ea") => {
                operands.remove(0);
                options.evaluates_all = true;
            }
            _ => {}
        }
        options.take_operands(operands, from_file)?;
        Ok(options)
    }

    fn cluster(&mut self, cluster: &str, rest: &mut dyn Iterator<Item = String>) -> Result<(), i32> {
        for (index, letter) in cluster.char_indices() {
            let attached = &cluster[index + letter.len_utf8()..];
            if letter == 'r' {
                self.unwraps = Some(attached != "=false");
                if attached.starts_with('=') {
                    return Ok(());
                }
                continue;
            }
            if !matches!(letter, 'I' | 'o' | 'p' | 's') {
                self.flag(letter)?;
                continue;
            }
            let attached = attached.strip_prefix('=').unwrap_or(attached);
            let value = if attached.is_empty() { rest.next() } else { Some(attached.to_owned()) };
            let value = value.ok_or_else(|| complain(&format!("flag needs an argument: '{letter}' in -{cluster}")))?;
            match letter {
                'I' => self.indent = number(&value)?,
                'o' => self.output = format(&value)?,
                'p' => self.input = format(&value)?,
                _ => return Err(complain("--split-exp is not supported")),
            }
            return Ok(());
        }
        Ok(())
    }

    fn flag(&mut self, letter: char) -> Result<(), i32> {
        match letter {
            'e' => self.exit_status = true,
            'h' => {
                println!("{USAGE}");
                return Err(0);
            }
            'i' => self.in_place = true,
            'j' => self.output = Some(Format::Json),
            'N' => self.separates = false,
            '0' => self.nul = true,
            'n' => self.null_input = true,
            'P' => self.is_pretty = true,
            'C' | 'M' | 'v' => {}
            'V' => {
                println!("yq (secure-exec) version v4, on jq");
                return Err(0);
            }
            other => return Err(complain(&format!("unknown shorthand flag: '{other}' in -{other}"))),
        }
        Ok(())
    }

    /// The first operand is the expression, unless it is a file and the only one.
    fn take_operands(&mut self, mut operands: Vec<String>, from_file: Option<String>) -> Result<(), i32> {
        if let Some(file) = from_file {
            self.expression = std::fs::read_to_string(&file)
                .map_err(|error| complain(&format!("open {file}: {}", sys::errno::message(&error).to_lowercase())))?;
        } else if operands.len() == 1 && !self.null_input && std::path::Path::new(&operands[0]).is_file() {
            self.expression = ".".to_owned();
        } else if !operands.is_empty() {
            self.expression = operands.remove(0);
        }
        if self.expression.trim().is_empty() {
            self.expression = ".".to_owned();
        }
        self.files = operands;
        if self.in_place && self.files.is_empty() {
            return Err(complain("write in place flag only applicable when giving an expression and at least one file"));
        }
        Ok(())
    }
}

fn letter_of(name: &str) -> Option<char> {
    Some(match name {
        "exit-status" => 'e',
        "help" => 'h',
        "inplace" => 'i',
        "tojson" => 'j',
        "no-doc" => 'N',
        "nul-output" => '0',
        "null-input" => 'n',
        "prettyPrint" => 'P',
        "colors" => 'C',
        "no-colors" => 'M',
        "verbose" => 'v',
        "version" => 'V',
        _ => return None,
    })
}

/// A format by its name; nothing where the file's name is to say it.
fn format(text: &str) -> Result<Option<Format>, i32> {
    Ok(Some(match text {
        "auto" | "a" => return Ok(None),
        "yaml" | "y" | "yml" => Format::Yaml,
        "json" | "j" => Format::Json,
        "toml" => Format::Toml,
        "xml" | "x" => Format::Xml,
        "csv" | "c" => Format::Csv,
        "tsv" | "t" => Format::Tsv,
        other => return Err(complain(&format!("unknown format '{other}' please use [yaml|json|csv|tsv|xml|toml]"))),
    }))
}

fn number(text: &str) -> Result<usize, i32> {
    let number = text.parse().ok().filter(|number| *number <= 16);
    number.ok_or_else(|| complain(&format!("invalid argument \"{text}\" for \"-I, --indent\" flag")))
}

fn complain(text: &str) -> i32 {
    eprintln!("Error: {text}");
    1
}
