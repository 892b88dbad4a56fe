//! The command line of tree.

use crate::fnmatch::{self, Rules};
use std::ffi::OsString;
use std::io::IsTerminal;
use std::os::wasi::ffi::OsStringExt;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Order {
    Name,
    Version,
    Modified,
    Changed,
    Size,
    /// `-U`
    None,
}

pub struct Options {
    pub roots: Vec<Vec<u8>>,
    pub all: bool,
    pub directories_only: bool,
    pub levels: Option<usize>,
    pub full_paths: bool,
    pub indents: bool,
    pub follows_links: bool,
    pub one_file_system: bool,
    pub included: Vec<Vec<u8>>,
    pub excluded: Vec<Vec<u8>>,
    pub matches_directories: bool,
    pub ignore_case: bool,
    pub prunes: bool,
    pub order: Order,
    pub reversed: bool,
    pub directories_first: Option<bool>,
    pub report: bool,
    pub json: bool,
    pub ascii: bool,
    pub color: bool,
    pub quotes: bool,
    pub classifies: bool,
    pub inodes: bool,
    pub device: bool,
    pub permissions: bool,
    pub owner: bool,
    pub group: bool,
    pub size: bool,
    /// 1024 for `-h`, 1000 for `--si`.
    pub human: Option<u64>,
    pub total_sizes: bool,
    pub time_format: Option<String>,
    /// `-q`: unprintable characters are shown as `?`.
    pub hides_unprintable: bool,
    pub output: Option<Vec<u8>>,
    pub file_limit: Option<usize>,
}

const USAGE: &str = "usage: tree [-acdfghilnpqrstuvxACDFJQNSUX] [-L level [-R]] [-H  baseHREF]
\t[-T title] [-o filename] [-P pattern] [-I pattern] [--gitignore]
\t[--gitfile[=]file] [--matchdirs] [--metafirst] [--ignore-case]
\t[--nolinks] [--hintro[=]file] [--houtro[=]file] [--inodes] [--device]
\t[--sort[=]<name>] [--dirsfirst] [--filesfirst] [--filelimit #] [--si]
\t[--du] [--prune] [--charset[=]X] [--timefmt[=]format] [--fromfile]
\t[--fflinks] [--info] [--infofile[=]file] [--noreport] [--version]
\t[--help] [--] [directory ...]";

impl Options {
    /// Reads the command line; an error is the exit code, its message printed.
    pub fn parse(args: Vec<OsString>) -> Result<Options, i32> {
        let mut options = Options {
            roots: Vec::new(),
            all: false,
            directories_only: false,
            levels: None,
            full_paths: false,
            indents: true,
            follows_links: false,
            one_file_system: false,
            included: Vec::new(),
            excluded: Vec::new(),
            matches_directories: false,
            ignore_case: false,
            prunes: false,
            order: Order::Name,
            reversed: false,
            directories_first: None,
            report: true,
            json: false,
            ascii: false,
            color: false,
            quotes: false,
            classifies: false,
            inodes: false,
            device: false,
            permissions: false,
            owner: false,
            group: false,
            size: false,
            human: None,
            total_sizes: false,
            time_format: None,
            hides_unprintable: std::io::stdout().is_terminal(),
            output: None,
            file_limit: None,
        };
        let mut rest = args.into_iter().skip(1).map(OsStringExt::into_vec);
        let mut only_roots = false;
        while let Some(word) = rest.next() {
            match &word[..] {
                _ if only_roots => options.roots.push(word),
                b"--" => only_roots = true,
                [b'-', b'-', long @ ..] => {
                    let long = String::from_utf8_lossy(long).into_owned();
                    options.long(&long, &mut rest)?;
                }
                [b'-', letters @ ..] if !letters.is_empty() => {
                    for letter in letters {
                        options.short(*letter, &mut rest)?;
                    }
                }
                _ => options.roots.push(word),
            }
        }
        if options.roots.is_empty() {
            options.roots.push(b".".to_vec());
        }
        Ok(options)
    }

    fn short(&mut self, letter: u8, rest: &mut dyn Iterator<Item = Vec<u8>>) -> Result<(), i32> {
        match letter {
            b'a' => self.all = true,
            b'd' => self.directories_only = true,
            b'f' => self.full_paths = true,
            b'i' => self.indents = false,
            b'l' => self.follows_links = true,
            b'x' => self.one_file_system = true,
            b'L' => self.levels = Some(level(&argument("L", rest)?)?),
            b'P' => self.included.push(argument("P", rest)?),
            b'I' => self.excluded.push(argument("I", rest)?),
            b'o' => self.output = Some(argument("o", rest)?),
            b'r' => self.reversed = true,
            b't' => self.order = Order::Modified,
            b'c' => {
                self.order = Order::Changed;
                self.time_format.get_or_insert_default();
            }
            b'v' => self.order = Order::Version,
            b'U' => self.order = Order::None,
            b'J' => self.json = true,
            b'A' | b'S' | b'N' | b'R' => {}
            b'C' => self.color = std::env::var_os("TERM").is_some(),
            b'n' => self.color = false,
            b'q' => self.hides_unprintable = true,
            b'Q' => self.quotes = true,
            b'F' => self.classifies = true,
            b'p' => self.permissions = true,
            b'u' => self.owner = true,
            b'g' => self.group = true,
            b's' => self.size = true,
            b'h' => (self.size, self.human) = (true, Some(1024)),
            b'D' => {
                self.time_format.get_or_insert_default();
            }
            _ => {
                eprintln!("tree: Invalid argument -`{}'.\n{USAGE}", letter as char);
                return Err(1);
            }
        }
        Ok(())
    }

    fn long(&mut self, long: &str, rest: &mut dyn Iterator<Item = Vec<u8>>) -> Result<(), i32> {
        let (name, attached) = long.split_once('=').map_or((long, None), |(name, value)| (name, Some(value.as_bytes().to_vec())));
        let mut value = || match &attached {
            Some(value) => Ok(value.clone()),
            None => argument(name, rest),
        };
        match name {
            "noreport" => self.report = false,
            "dirsfirst" => self.directories_first = Some(true),
            "filesfirst" => self.directories_first = Some(false),
            "prune" => self.prunes = true,
            "matchdirs" => self.matches_directories = true,
            "ignore-case" => self.ignore_case = true,
            "inodes" => self.inodes = true,
            "device" => self.device = true,
            "si" => (self.size, self.human) = (true, Some(1000)),
            "du" => (self.size, self.total_sizes) = (true, true),
            "nolinks" | "metafirst" | "fflinks" => {}
            "charset" => self.ascii = !value()?.to_ascii_uppercase().starts_with(b"UTF"),
            "timefmt" => self.time_format = Some(String::from_utf8_lossy(&value()?).into_owned()),
            "filelimit" => {
                let text = value()?;
                self.file_limit = std::str::from_utf8(&text).ok().and_then(|text| text.parse().ok());
            }
            "sort" => {
                self.order = match &value()?[..] {
                    b"name" => Order::Name,
                    b"version" => Order::Version,
                    b"mtime" => Order::Modified,
                    b"ctime" => Order::Changed,
                    b"size" => Order::Size,
                    b"none" => Order::None,
                    other => {
                        let other = String::from_utf8_lossy(other);
                        eprintln!("tree: Sort type '{other}' not valid, should be one of: name,version,size,mtime,ctime,none");
                        return Err(1);
                    }
                }
            }
            "version" => {
                println!("tree (secure-exec) {}", env!("CARGO_PKG_VERSION"));
                return Err(0);
            }
            "help" => {
                println!("{USAGE}");
                return Err(0);
            }
            _ => {
                eprintln!("tree: Invalid argument `--{name}'.\n{USAGE}");
                return Err(1);
            }
        }
        Ok(())
    }

    /// Whether `-P`, `-I` and `-d` let a name be shown; directories are shown whatever `-P` says.
    pub fn shows(&self, name: &[u8], is_directory: bool, ignores_included: bool) -> bool {
        if (self.directories_only && !is_directory) || self.fits(&self.excluded, name) {
            return false;
        }
        self.included.is_empty() || is_directory || ignores_included || self.is_included(name)
    }

    pub fn is_included(&self, name: &[u8]) -> bool {
        self.fits(&self.included, name)
    }

    fn fits(&self, patterns: &[Vec<u8>], name: &[u8]) -> bool {
        let rules = Rules { ignore_case: self.ignore_case, path: false };
        patterns.iter().flat_map(|pattern| pattern.split(|byte| *byte == b'|')).any(|pattern| {
            fnmatch::matches(pattern.strip_suffix(b"/").unwrap_or(pattern), name, rules)
        })
    }
}

fn argument(name: &str, rest: &mut dyn Iterator<Item = Vec<u8>>) -> Result<Vec<u8>, i32> {
    rest.next().ok_or_else(|| {
        let dash = if name.len() == 1 { "-" } else { "--" };
        eprintln!("tree: Missing argument to {dash}{name} option.");
        1
    })
}

fn level(text: &[u8]) -> Result<usize, i32> {
    let number = std::str::from_utf8(text).ok().and_then(|text| text.parse().ok()).unwrap_or(0);
    if number == 0 {
        eprintln!("tree: Invalid level, must be greater than 0.");
        return Err(1);
    }
    Ok(number)
}
