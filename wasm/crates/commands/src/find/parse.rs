//! Reads find's command line: options, roots, the expression with its precedence. Messages are GNU's.

use super::exec::Run;
use super::expression::{Expression, Follow, Options, Permissions, Target, Time};
use super::numbers::Compared;
use super::{Command, format, shown};
use crate::fnmatch::Rules;
use crate::grep;
use crate::output::{self, Output};
use crate::date_text;
use std::time::{SystemTime, UNIX_EPOCH};

const SECOND_NS: i64 = 1_000_000_000;
const MINUTE_NS: i64 = 60 * SECOND_NS;
const DAY_NS: i64 = 86_400 * SECOND_NS;

type Result<T> = std::result::Result<T, String>;

pub fn command_line(words: &[Vec<u8>]) -> Result<Command> {
    let now_ns = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos() as i64);
    let mut options = Options {
        follow: Follow::Never,
        minimum_depth: 0,
        maximum_depth: usize::MAX,
        depth_first: false,
        one_file_system: false,
        now_ns,
        ignore_races: false,
    };
    let mut at = 0;
    while let Some(word) = words.get(at) {
        match &word[..] {
            b"-P" => options.follow = Follow::Never,
            b"-H" => options.follow = Follow::Roots,
            b"-L" => options.follow = Follow::Always,
            b"--" => {
                at += 1;
                break;
            }
            b"-D" => at += 1,
            word if word.starts_with(b"-O") && word.len() > 2 => {}
            _ => break,
        }
        at += 1;
    }
    let is_expression = |word: &[u8]| (word.starts_with(b"-") && word.len() > 1) || word == b"(" || word == b"!" || word == b")" || word == b",";
    let mut roots = Vec::new();
    while let Some(word) = words.get(at).filter(|word| !is_expression(word)) {
        roots.push(word.clone());
        at += 1;
    }
    let mut parser = Parser {
        words,
        at,
        options,
        regex_syntax: RegexSyntax::Emacs,
        ages_from_ns: now_ns,
        files: Vec::new(),
        commands: 0,
        roots_file: None,
    };
    let mut expression = parser.whole()?;
    if !expression.acts() {
        let print = Expression::Print { target: None, end: b'\n' };
        expression = Expression::And(Box::new(expression), Box::new(print));
    }
    if let Some(file) = parser.roots_file {
        if !roots.is_empty() {
            return Err("extra operand; file operands cannot be combined with -files0-from".to_owned());
        }
        roots = read_roots(&file)?;
    } else if roots.is_empty() {
        roots.push(b".".to_vec());
    }
    Ok(Command { options: parser.options, roots, expression, files: parser.files })
}

fn read_roots(file: &[u8]) -> Result<Vec<Vec<u8>>> {
    use std::io::Read;
    let mut text = Vec::new();
    let read = crate::input::open(file).and_then(|mut input| input.read_to_end(&mut text));
    read.map_err(|error| format!("{}: {}", shown(file), sys::errno::message(&error)))?;
    Ok(text.split(|byte| *byte == 0).filter(|name| !name.is_empty()).map(<[u8]>::to_vec).collect())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum RegexSyntax {
    Emacs,
    Basic,
    Extended,
}

struct Parser<'words> {
    words: &'words [Vec<u8>],
    at: usize,
    options: Options,
    regex_syntax: RegexSyntax,
    /// What ages are counted from: the start, or the end of today with `-daystart`.
    ages_from_ns: i64,
    files: Vec<(Vec<u8>, Output)>,
    /// Commands so far, to number them.
    commands: usize,
    roots_file: Option<Vec<u8>>,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&[u8]> {
        self.words.get(self.at).map(Vec::as_slice)
    }

    fn whole(&mut self) -> Result<Expression> {
        if self.peek().is_none() {
            return Ok(Expression::True);
        }
        let expression = self.list()?;
        match self.peek() {
            None => Ok(expression),
            Some(_) => Err("you have too many ')'".to_owned()),
        }
    }

    fn list(&mut self) -> Result<Expression> {
        let mut left = self.alternative()?;
        while self.peek() == Some(b",") {
            self.at += 1;
            self.needs_operand(",")?;
            left = Expression::Both(Box::new(left), Box::new(self.alternative()?));
        }
        Ok(left)
    }

    fn alternative(&mut self) -> Result<Expression> {
        let mut left = self.conjunction()?;
        while let Some(word @ (b"-o" | b"-or")) = self.peek() {
            let name = String::from_utf8_lossy(word).into_owned();
            self.at += 1;
            self.needs_operand(&name)?;
            left = Expression::Or(Box::new(left), Box::new(self.conjunction()?));
        }
        Ok(left)
    }

    fn conjunction(&mut self) -> Result<Expression> {
        let mut left = self.negation()?;
        loop {
            match self.peek() {
                None | Some(b")" | b"," | b"-o" | b"-or") => return Ok(left),
                Some(word @ (b"-a" | b"-and")) => {
                    let name = String::from_utf8_lossy(word).into_owned();
                    self.at += 1;
                    self.needs_operand(&name)?;
                }
                Some(_) => {}
            }
            left = Expression::And(Box::new(left), Box::new(self.negation()?));
        }
    }

    fn needs_operand(&self, operator: &str) -> Result<()> {
        if self.peek().is_none() {
            return Err(format!("expected an expression after '{operator}'"));
        }
        Ok(())
    }

    fn negation(&mut self) -> Result<Expression> {
        // A row of them would otherwise go as deep as it is long.
        let mut negated = false;
        while let Some(word @ (b"!" | b"-not")) = self.peek() {
            let name = String::from_utf8_lossy(word).into_owned();
            self.at += 1;
            self.needs_operand(&name)?;
            negated = !negated;
        }
        let inner = self.primary()?;
        Ok(if negated { Expression::Not(Box::new(inner)) } else { inner })
    }

    fn primary(&mut self) -> Result<Expression> {
        let word = self.peek().unwrap_or_default().to_vec();
        self.at += 1;
        match &word[..] {
            b"(" => {
                if self.peek() == Some(b")") {
                    return Err("invalid expression; empty parentheses are not allowed.".to_owned());
                }
                if self.at > MAXIMUM_WORDS {
                    return Err("invalid expression; it is too long".to_owned());
                }
                if self.peek().is_none() {
                    return Err("invalid expression; I was expecting to find a ')' somewhere but did not see one.".to_owned());
                }
                let inner = self.list()?;
                if self.peek() != Some(b")") {
                    return Err("invalid expression; I was expecting to find a ')' somewhere but did not see one.".to_owned());
                }
                self.at += 1;
                Ok(inner)
            }
            b")" => Err("invalid expression; you have too many ')'".to_owned()),
            b"-o" | b"-or" | b"-a" | b"-and" | b"," => {
                let name = String::from_utf8_lossy(&word);
                Err(format!("invalid expression; you have used a binary operator '{name}' with nothing before it."))
            }
            [b'-', name @ ..] if !name.is_empty() => {
                let name = String::from_utf8_lossy(name).into_owned();
                self.predicate(&name)
            }
            other => {
                let mut text = format!("paths must precede expression: `{}'", String::from_utf8_lossy(other));
                if self.at >= 2 && sys::lstat(other).is_ok() {
                    let before = self.words[..self.at - 1].iter().rev().find(|word| word.starts_with(b"-"));
                    if let Some(before) = before {
                        let name = String::from_utf8_lossy(before);
                        text.push_str(&format!("\nfind: possible unquoted pattern after predicate `{name}'?"));
                    }
                }
                Err(text)
            }
        }
    }

    fn argument(&mut self, name: &str) -> Result<Vec<u8>> {
        let word = self.peek().ok_or_else(|| format!("missing argument to `-{name}'"))?.to_vec();
        self.at += 1;
        Ok(word)
    }

    fn number(&mut self, name: &str) -> Result<Compared> {
        let word = self.argument(name)?;
        Compared::parse(&word).ok_or_else(|| format!("invalid argument `{}' to `-{name}'", String::from_utf8_lossy(&word)))
    }

    fn pattern(&mut self, name: &str) -> Result<(Vec<u8>, Rules)> {
        let rules = Rules { ignore_case: name.starts_with('i'), path: false };
        Ok((self.argument(name)?, rules))
    }

    fn predicate(&mut self, name: &str) -> Result<Expression> {
        Ok(match name {
            "true" => Expression::True,
            "false" => Expression::False,
            "name" | "iname" => {
                let (pattern, rules) = self.pattern(name)?;
                Expression::Name(pattern, rules)
            }
            "path" | "wholename" | "ipath" | "iwholename" => {
                let (pattern, rules) = self.pattern(name)?;
                Expression::Path(pattern, rules)
            }
            "lname" | "ilname" => {
                let (pattern, rules) = self.pattern(name)?;
                Expression::LinkName(pattern, rules)
            }
            "regex" | "iregex" => self.regex(name)?,
            "type" => Expression::Type(self.types(name)?),
            "xtype" => Expression::OtherType(self.types(name)?),
            "size" => self.size()?,
            "empty" => Expression::Empty,
            "perm" => self.permissions()?,
            "user" => self.owner(name, "/etc/passwd")?,
            "group" => self.owner(name, "/etc/group")?,
            "uid" => Expression::Uid(self.number(name)?),
            "gid" => Expression::Gid(self.number(name)?),
            "nouser" => Expression::NoUser,
            "nogroup" => Expression::NoGroup,
            "links" => Expression::Links(self.number(name)?),
            "inum" => Expression::Inode(self.number(name)?),
            "samefile" => {
                let file = self.argument(name)?;
                let stat = self.look(&file)?;
                Expression::SameFile { device: stat.device, inode: stat.inode }
            }
            "readable" => Expression::Access(4),
            "writable" => Expression::Access(2),
            "executable" => Expression::Access(1),
            "fstype" => Expression::FileSystem(self.argument(name)?),
            "used" => Expression::Used(self.number(name)?),
            "mtime" | "atime" | "ctime" => self.age(name, DAY_NS)?,
            "mmin" | "amin" | "cmin" => self.age(name, MINUTE_NS)?,
            "newer" => self.newer(name, Time::Modified, b'm')?,
            "anewer" => self.newer(name, Time::Accessed, b'm')?,
            "cnewer" => self.newer(name, Time::Changed, b'm')?,
            _ if name.len() == 7 && name.starts_with("newer") => {
                let letters = name.as_bytes();
                let time = time_letter(letters[5]).ok_or_else(|| unknown(name))?;
                if letters[6] != b't' && time_letter(letters[6]).is_none() {
                    return Err(unknown(name));
                }
                self.newer(name, time, letters[6])?
            }
            "print" => Expression::Print { target: None, end: b'\n' },
            "print0" => Expression::Print { target: None, end: 0 },
            "printf" => Expression::Format { target: None, pieces: format::parse(&self.argument(name)?) },
            "ls" => Expression::List(None),
            "fprint" => Expression::Print { target: self.file(name)?, end: b'\n' },
            "fprint0" => Expression::Print { target: self.file(name)?, end: 0 },
            "fls" => Expression::List(self.file(name)?),
            "fprintf" => {
                let target = self.file(name)?;
                Expression::Format { target, pieces: format::parse(&self.argument(name)?) }
            }
            "prune" => Expression::Prune,
            "quit" => Expression::Quit,
            "delete" => {
                self.options.depth_first = true;
                Expression::Delete
            }
            "exec" | "execdir" | "ok" | "okdir" => self.command(name)?,
            _ => return self.option(name),
        })
    }

    /// Options within the expression, which are always true.
    fn option(&mut self, name: &str) -> Result<Expression> {
        match name {
            "depth" | "d" => self.options.depth_first = true,
            "mount" | "xdev" => self.options.one_file_system = true,
            "follow" => self.options.follow = Follow::Always,
            "maxdepth" => self.options.maximum_depth = self.depth(name)?,
            "mindepth" => self.options.minimum_depth = self.depth(name)?,
            "daystart" => {
                self.ages_from_ns = (self.options.now_ns.div_euclid(DAY_NS) + 1) * DAY_NS;
                self.options.now_ns = self.ages_from_ns;
            }
            "regextype" => {
                let kind = self.argument(name)?;
                self.regex_syntax = match &kind[..] {
                    b"findutils-default" | b"emacs" => RegexSyntax::Emacs,
                    b"ed" | b"sed" | b"grep" | b"posix-basic" | b"posix-minimal-basic" => RegexSyntax::Basic,
                    b"egrep" | b"posix-egrep" | b"posix-extended" | b"awk" | b"gnu-awk" | b"posix-awk" => RegexSyntax::Extended,
                    _ => {
                        return Err(format!(
                            "Unknown regular expression type {}; valid types are ‘findutils-default’, ‘ed’, ‘emacs’, \
                             ‘gnu-awk’, ‘grep’, ‘posix-awk’, ‘awk’, ‘posix-basic’, ‘posix-egrep’, ‘egrep’, \
                             ‘posix-extended’, ‘posix-minimal-basic’, ‘sed’.",
                            shown(&kind)
                        ));
                    }
                }
            }
            "files0-from" => self.roots_file = Some(self.argument(name)?),
            "ignore_readdir_race" => self.options.ignore_races = true,
            "noignore_readdir_race" => self.options.ignore_races = false,
            "noleaf" | "warn" | "nowarn" => {}
            _ => return Err(unknown(name)),
        }
        Ok(Expression::True)
    }

    fn depth(&mut self, name: &str) -> Result<usize> {
        let word = self.argument(name)?;
        let number = std::str::from_utf8(&word).ok().and_then(|text| text.parse().ok());
        number.ok_or_else(|| format!("Expected a positive decimal integer argument to -{name}, but got {}", shown(&word)))
    }

    fn look(&self, file: &[u8]) -> Result<sys::Stat> {
        let looked = if self.options.follow == Follow::Never { sys::lstat(file) } else { sys::stat(file) };
        looked.map_err(|error| format!("{}: {}", shown(file), sys::errno::message(&error)))
    }

    fn regex(&mut self, name: &str) -> Result<Expression> {
        let word = self.argument(name)?;
        let text = String::from_utf8_lossy(&word).into_owned();
        let (text, is_extended) = match self.regex_syntax {
            RegexSyntax::Emacs => (emacs_as_extended(&text), true),
            RegexSyntax::Basic => (text, false),
            RegexSyntax::Extended => (text, true),
        };
        let compiled = grep::whole_text_regex(&text, is_extended, name == "iregex");
        compiled
            .map(|regex| Expression::Regex(Box::new(regex)))
            .map_err(|error| format!("failed to compile regular expression '{}': {error}", String::from_utf8_lossy(&word)))
    }

    /// `-type f,d`
    fn types(&mut self, name: &str) -> Result<Vec<u8>> {
        let word = self.argument(name)?;
        let mut letters = Vec::new();
        for (index, letter) in word.iter().enumerate() {
            if index % 2 == 1 {
                if *letter != b',' {
                    return Err(format!("Must separate multiple arguments to -{name} using: ','"));
                }
            } else if b"bcdpflsD".contains(letter) {
                letters.push(*letter);
            } else {
                return Err(format!("Unknown argument to -{name}: {}", *letter as char));
            }
        }
        if word.is_empty() {
            return Err(format!("Arguments to -{name} should contain at least one letter"));
        }
        if word.len() % 2 == 0 {
            return Err(format!("Last file type in list argument to -{name} is missing, i.e., list is ending on: ','"));
        }
        Ok(letters)
    }

    fn size(&mut self) -> Result<Expression> {
        let word = self.argument("size")?;
        let (digits, unit) = match word.split_last() {
            Some((b'b', digits)) => (digits, 512),
            Some((b'c', digits)) => (digits, 1),
            Some((b'w', digits)) => (digits, 2),
            Some((b'k', digits)) => (digits, 1 << 10),
            Some((b'M', digits)) => (digits, 1 << 20),
            Some((b'G', digits)) => (digits, 1 << 30),
            Some((last, _)) if !last.is_ascii_digit() => {
                return Err(format!("invalid -size type `{}'", *last as char));
            }
            Some(_) => (&word[..], 512),
            None => return Err("invalid null argument to -size".to_owned()),
        };
        let blocks = Compared::parse(digits);
        let blocks = blocks.ok_or_else(|| format!("Invalid argument `{}' to -size", String::from_utf8_lossy(&word)))?;
        Ok(Expression::Size { blocks, unit })
    }

    fn permissions(&mut self) -> Result<Expression> {
        let word = self.argument("perm")?;
        let (kind, text) = match word.first() {
            Some(kind @ (b'-' | b'/')) => (*kind, &word[1..]),
            _ => (0, &word[..]),
        };
        let mode = std::str::from_utf8(text).ok().filter(|text| !text.is_empty()).and_then(|text| file_mode::apply(text, 0, false, 0));
        let mode = mode.ok_or_else(|| format!("invalid mode {}", shown(&word)))?;
        Ok(Expression::Permissions(match kind {
            b'-' => Permissions::All(mode),
            b'/' => Permissions::Any(mode),
            _ => Permissions::Exactly(mode),
        }))
    }

    fn owner(&mut self, name: &str, file: &str) -> Result<Expression> {
        let word = self.argument(name)?;
        let wanted = String::from_utf8_lossy(&word).into_owned();
        let text = std::fs::read_to_string(file).unwrap_or_default();
        let mut fields = text.lines().map(|line| line.split(':').collect::<Vec<_>>());
        let named = fields.find_map(|fields| (fields.first() == Some(&&wanted[..])).then(|| fields.get(2)?.parse().ok()).flatten());
        let id = named.or_else(|| wanted.parse().ok());
        let id = id.ok_or_else(|| format!("{} is not the name of a known {name}", shown(&word)))?;
        Ok(if name == "user" { Expression::User(id) } else { Expression::Group(id) })
    }

    fn age(&mut self, name: &str, unit_ns: i64) -> Result<Expression> {
        let units = self.number(name)?;
        let time = time_letter(name.as_bytes()[0]).unwrap_or(Time::Modified);
        Ok(Expression::Age { time, units, unit_ns })
    }

    /// `-newerXY`: Y is a time of the file that the argument names, or `t`, and the argument is a date.
    fn newer(&mut self, name: &str, time: Time, reference: u8) -> Result<Expression> {
        let word = self.argument(name)?;
        let than_ns = if reference == b't' {
            let parsed = date_text::parse(&String::from_utf8_lossy(&word), self.options.now_ns);
            parsed.ok_or_else(|| format!("I cannot figure out how to interpret {} as a date or time", shown(&word)))?
        } else {
            super::tests::time_of(&self.look(&word)?, time_letter(reference).unwrap_or(Time::Modified))
        };
        Ok(Expression::Newer { time, than_ns })
    }

    /// The file that an `-fprint` writes; the same name is the same file.
    fn file(&mut self, name: &str) -> Result<Target> {
        let file = self.argument(name)?;
        if file == b"/dev/stdout" {
            return Ok(None);
        }
        if let Some(index) = self.files.iter().position(|(other, _)| *other == file) {
            return Ok(Some(index));
        }
        let output = output::to_file(&file).map_err(|error| format!("{}: {}", shown(&file), sys::errno::message(&error)))?;
        self.files.push((file, output));
        Ok(Some(self.files.len() - 1))
    }

    fn command(&mut self, name: &str) -> Result<Expression> {
        let mut words = Vec::new();
        let in_batches = loop {
            let word = self.argument(name)?;
            if word == b";" {
                break false;
            }
            if word == b"+" && words.last().is_some_and(|last| last == b"{}") && !name.starts_with("ok") {
                words.pop();
                if words.iter().any(|word: &Vec<u8>| word == b"{}") {
                    return Err(format!("Only one instance of {{}} is supported with -{name} ... +"));
                }
                break true;
            }
            words.push(word);
        };
        if words.is_empty() {
            return Err(format!("invalid argument `;' to `-{name}'"));
        }
        self.commands += 1;
        let run = Run { words, in_batches, in_directory: name.ends_with("dir"), asks: name.starts_with("ok") };
        Ok(Expression::Execute { run, id: self.commands })
    }
}

/// Longer expressions in parentheses would go deeper than the stack.
const MAXIMUM_WORDS: usize = 10_000;

fn unknown(name: &str) -> String {
    format!("unknown predicate `-{name}'")
}

fn time_letter(letter: u8) -> Option<Time> {
    Some(match letter {
        b'a' => Time::Accessed,
        b'B' => Time::Born,
        b'c' => Time::Changed,
        b'm' => Time::Modified,
        _ => return None,
    })
}

/// Emacs writes groups and alternatives with a backslash, and knows no intervals.
fn emacs_as_extended(text: &str) -> String {
    let mut output = String::new();
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => match letters.next() {
                Some(operator @ ('(' | ')' | '|')) => output.push(operator),
                Some(other) => output.extend(['\\', other]),
                None => output.push('\\'),
            },
            '(' | ')' | '|' | '{' | '}' => output.extend(['\\', letter]),
            other => output.push(other),
        }
    }
    output
}
