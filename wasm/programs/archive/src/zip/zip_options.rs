//! zip's command line: clusters of letters, then the archive and the files; `-x` and `-i` take patterns up to the next
//! option.

use console::path;
use console::shown;
use std::ffi::OsString;
use std::io::BufRead;
use std::os::wasi::ffi::OsStringExt;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    Add,
    /// Only files that are newer, or new.
    Update,
    /// Only files that are newer.
    Freshen,
    Delete,
}

pub struct Options {
    pub action: Action,
    pub recursive: bool,
    pub quiet: bool,
    pub verbose: bool,
    pub junk_paths: bool,
    pub move_files: bool,
    pub no_directories: bool,
    pub no_extra: bool,
    pub links_as_links: bool,
    pub test: bool,
    pub level: u32,
    pub archive: Vec<u8>,
    pub files: Vec<Vec<u8>>,
    pub excluded: Vec<Vec<u8>>,
    pub included: Vec<Vec<u8>>,
    pub ignore_case: bool,
}

const BAD_ARGUMENTS: i32 = 16;

pub const USAGE: &str = "Usage:
zip [-options] [zipfile list] [-xi list]
  The default action is to add or replace zipfile entries from list, which
  can include the special name - to compress standard input.
  -f   freshen: only changed files  -u   update: only changed or new files
  -d   delete entries in zipfile    -m   move into zipfile (delete OS files)
  -r   recurse into directories     -j   junk (don't record) directory names
  -0   store only                   -1   compress faster
  -9   compress better              -q   quiet operation
  -v   verbose operation            -@   read names from stdin
  -x   exclude the following names  -i   include only the following names
  -D   do not add directory entries -X   eXclude eXtra file attributes
  -y   store symbolic links as the link instead of the referenced file
  -T   test zipfile integrity       -b   accepted: temporary files are beside the zipfile";

/// Long options that are letters under another name.
const LONG: [(&str, u8); 17] = [
    ("recurse-paths", b'r'),
    ("quiet", b'q'),
    ("verbose", b'v'),
    ("junk-paths", b'j'),
    ("move", b'm'),
    ("update", b'u'),
    ("freshen", b'f'),
    ("delete", b'd'),
    ("exclude", b'x'),
    ("include", b'i'),
    ("no-dir-entries", b'D'),
    ("no-extra", b'X'),
    ("symlinks", b'y'),
    ("names-stdin", b'@'),
    ("test", b'T'),
    ("help", b'h'),
    ("grow", b'g'),
];

fn invalid(text: &str) -> i32 {
    println!("\nzip error: Invalid command arguments ({text})");
    BAD_ARGUMENTS
}

/// Reads the line. An error is the exit code, its message printed.
pub fn parse(args: Vec<OsString>) -> Result<Options, i32> {
    let mut options = Options {
        action: Action::Add,
        recursive: false,
        quiet: false,
        verbose: false,
        junk_paths: false,
        move_files: false,
        no_directories: false,
        no_extra: false,
        links_as_links: false,
        test: false,
        level: 6,
        archive: Vec::new(),
        files: Vec::new(),
        excluded: Vec::new(),
        included: Vec::new(),
        ignore_case: false,
    };
    let mut args = args.into_iter().skip(1).map(OsString::into_vec);
    let (mut list, mut reads_names, mut is_over) = (None, false, false);
    let mut has_archive = false;
    while let Some(arg) = args.next() {
        if arg == b"--" && !is_over {
            is_over = true;
            continue;
        }
        if arg.len() < 2 || arg[0] != b'-' || is_over {
            if arg == b"@" && list.is_some() {
                list = None;
                continue;
            }
            match list {
                Some(b'x') => options.excluded.push(arg),
                Some(_) => options.included.push(arg),
                None if !has_archive => (options.archive, has_archive) = (arg, true),
                None => options.files.push(arg),
            }
            continue;
        }
        list = None;
        let letters = match arg.strip_prefix(b"--") {
            Some(long) => {
                let long = shown(long);
                let found = LONG.iter().find(|(name, _)| !long.is_empty() && name.starts_with(&*long));
                vec![found.ok_or_else(|| invalid(&format!("long option '{long}' not supported")))?.1]
            }
            None => arg[1..].to_vec(),
        };
        let mut at = 0;
        while at < letters.len() {
            let letter = letters[at];
            at += 1;
            match letter {
                b'x' | b'i' => {
                    let rest = letters[at..].to_vec();
                    if let Some(file) = rest.strip_prefix(b"@") {
                        let lines = names_in(file)?;
                        if letter == b'x' { options.excluded.extend(lines) } else { options.included.extend(lines) }
                    } else {
                        list = Some(letter);
                        if !rest.is_empty() {
                            if letter == b'x' { options.excluded.push(rest) } else { options.included.push(rest) }
                        }
                    }
                    break;
                }
                b'b' | b't' | b'n' => {
                    if letters[at..].is_empty() {
                        args.next();
                    }
                    break;
                }
                b'@' => reads_names = true,
                _ => options.apply(letter, &letters[at..], &mut at)?,
            }
        }
    }
    if !has_archive {
        println!("{USAGE}");
        return Err(if reads_names { BAD_ARGUMENTS } else { 0 });
    }
    if reads_names {
        let lines = std::io::stdin().lock().split(b'\n').map_while(Result::ok);
        options.files.extend(lines.filter(|line| !line.is_empty()));
    }
    let has_suffix = path::last_component(&options.archive).contains(&b'.');
    if options.archive != b"-" && !has_suffix {
        options.archive.extend_from_slice(b".zip");
    }
    Ok(options)
}

fn names_in(file: &[u8]) -> Result<Vec<Vec<u8>>, i32> {
    let content = std::fs::read(path::of(file)).map_err(|error| {
        println!("\nzip error: File not found or no read permission ({}: {})", shown(file), console::message(&error));
        18
    })?;
    Ok(content.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).map(<[u8]>::to_vec).collect())
}

impl Options {
    fn apply(&mut self, letter: u8, rest: &[u8], at: &mut usize) -> Result<(), i32> {
        match letter {
            b'r' | b'R' => self.recursive = true,
            b'q' => self.quiet = true,
            b'v' => self.verbose = true,
            b'j' => self.junk_paths = true,
            b'm' => self.move_files = true,
            b'u' => self.action = Action::Update,
            b'f' => self.action = Action::Freshen,
            b'd' => self.action = Action::Delete,
            b'D' => self.no_directories = true,
            b'X' => self.no_extra = true,
            b'y' => self.links_as_links = true,
            b'T' => self.test = true,
            b'0'..=b'9' => self.level = u32::from(letter - b'0'),
            b'i' if rest == b"c" => {
                self.ignore_case = true;
                *at += 1;
            }
            b'g' | b'o' | b'k' | b'l' | b'S' | b'A' => {}
            b'h' | b'?' | b'H' => {
                println!("{USAGE}");
                return Err(0);
            }
            b'L' => {
                println!("zip (secure-exec) {}", env!("CARGO_PKG_VERSION"));
                return Err(0);
            }
            b'e' | b'P' => return Err(invalid("encryption is not supported")),
            other => return Err(invalid(&format!("short option '{}' not supported", other as char))),
        }
        Ok(())
    }
}
