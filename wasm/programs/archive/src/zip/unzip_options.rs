//! unzip's command line: clusters of letters, then the archive, members, `-x` and what is left out, `-d` and where to.

use console::shown;
use std::ffi::OsString;
use std::os::wasi::ffi::OsStringExt;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    Extract,
    Print,
    Test,
    List,
    ListVerbose,
    Comment,
    ZipInfo,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overwrite {
    Ask,
    Always,
    Never,
}

/// How `-Z` shows entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InfoStyle {
    Names,
    Short,
    Medium,
    Long,
    None,
}

pub struct Options {
    pub action: Action,
    pub overwrite: Overwrite,
    /// Only files that are newer than those there (`-u`), and only files that are there (`-f`).
    pub only_newer: bool,
    pub only_present: bool,
    pub quiet: u32,
    pub junk_paths: bool,
    pub ignore_case: bool,
    pub lowercase: bool,
    pub keep_special_modes: bool,
    pub pipes_messages: bool,
    pub info: InfoStyle,
    pub info_header: bool,
    pub info_totals: bool,
    pub archive: Vec<u8>,
    pub members: Vec<Vec<u8>>,
    pub excluded: Vec<Vec<u8>>,
    pub directory: Option<Vec<u8>>,
}

pub const USAGE: &str = "Usage: unzip [-Z] [-opts[modifiers]] file[.zip] [list] [-x xlist] [-d exdir]
  Default action is to extract files in list, except those in xlist, to exdir;
  file[.zip] may be a wildcard.  -Z => ZipInfo mode.

  -p  extract files to pipe, no messages     -l  list files (short format)
  -f  freshen existing files, create none    -t  test compressed archive data
  -u  update files, create if necessary      -z  display archive comment only
  -v  list verbosely/show version info
  -x  exclude files that follow (in xlist)   -d  extract files into exdir
modifiers:
  -n  never overwrite existing files         -q  quiet mode (-qq => quieter)
  -o  overwrite files WITHOUT prompting      -j  junk paths (do not make directories)
  -C  match filenames case-insensitively     -L  make names lowercase
  -K  keep setuid/setgid/tacky permissions";

const BAD_USAGE: i32 = 10;

/// Reads the line. An error is the exit code, its message printed.
pub fn parse(args: Vec<OsString>) -> Result<Options, i32> {
    let mut options = Options {
        action: Action::Extract,
        overwrite: Overwrite::Ask,
        only_newer: false,
        only_present: false,
        quiet: 0,
        junk_paths: false,
        ignore_case: false,
        lowercase: false,
        keep_special_modes: false,
        pipes_messages: false,
        info: InfoStyle::Short,
        info_header: false,
        info_totals: false,
        archive: Vec::new(),
        members: Vec::new(),
        excluded: Vec::new(),
        directory: None,
    };
    let mut args = args.into_iter().skip(1).map(OsString::into_vec).peekable();
    let (mut has_archive, mut excludes) = (false, false);
    if args.peek().is_none() {
        println!("{USAGE}");
        return Err(0);
    }
    while let Some(arg) = args.next() {
        if excludes && !arg.starts_with(b"-") {
            options.excluded.push(arg);
            continue;
        }
        if arg.len() < 2 || arg[0] != b'-' {
            if has_archive {
                options.members.push(arg);
            } else {
                (options.archive, has_archive) = (arg, true);
            }
            continue;
        }
        excludes = false;
        let mut at = 1;
        while at < arg.len() {
            let letter = arg[at];
            at += 1;
            if letter == b'd' && options.action != Action::ZipInfo {
                let attached = arg[at..].to_vec();
                options.directory = Some(if attached.is_empty() { args.next().ok_or_else(usage_error)? } else { attached });
                break;
            }
            if letter == b'x' && has_archive {
                excludes = true;
                continue;
            }
            options.apply(letter)?;
        }
    }
    if !has_archive {
        if options.action == Action::ListVerbose {
            println!("UnZip (secure-exec) {}", env!("CARGO_PKG_VERSION"));
            return Err(0);
        }
        return Err(usage_error());
    }
    Ok(options)
}

fn usage_error() -> i32 {
    eprintln!("{USAGE}");
    BAD_USAGE
}

impl Options {
    fn apply(&mut self, letter: u8) -> Result<(), i32> {
        if self.action == Action::ZipInfo {
            match letter {
                b'1' => self.info = InfoStyle::Names,
                b's' => self.info = InfoStyle::Short,
                b'm' => self.info = InfoStyle::Medium,
                b'l' => self.info = InfoStyle::Long,
                b'h' => (self.info_header, self.info) = (true, if self.info == InfoStyle::Short { InfoStyle::None } else { self.info }),
                b't' => (self.info_totals, self.info) = (true, if self.info == InfoStyle::Short { InfoStyle::None } else { self.info }),
                b'C' => self.ignore_case = true,
                b'q' => {}
                _ => return Err(usage_error()),
            }
            return Ok(());
        }
        match letter {
            b'Z' => self.action = Action::ZipInfo,
            b'p' => self.action = Action::Print,
            b'c' => (self.action, self.pipes_messages) = (Action::Print, true),
            b'l' if self.action != Action::ListVerbose => self.action = Action::List,
            b'l' => {}
            b't' => self.action = Action::Test,
            b'v' => self.action = Action::ListVerbose,
            b'z' => self.action = Action::Comment,
            b'n' => self.overwrite = Overwrite::Never,
            b'o' => self.overwrite = Overwrite::Always,
            b'u' => self.only_newer = true,
            b'f' => (self.only_newer, self.only_present) = (true, true),
            b'q' => self.quiet += 1,
            b'j' => self.junk_paths = true,
            b'C' => self.ignore_case = true,
            b'L' => self.lowercase = true,
            b'K' => self.keep_special_modes = true,
            // Text is text here, and nobody pages.
            b'a' | b'b' | b'U' | b'V' | b'X' | b'M' | b'D' | b'B' | b'T' | b's' | b':' => {}
            b'h' => {
                println!("{USAGE}");
                return Err(0);
            }
            other => {
                eprintln!("error:  unknown option '{}'", shown(&[other]));
                return Err(usage_error());
            }
        }
        Ok(())
    }
}
