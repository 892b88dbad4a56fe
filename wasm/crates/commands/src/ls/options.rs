//! The command line of ls.

use super::program;
use crate::getopt::{self, Given, Opt, flag, optional_value, value};
use crate::human;
use crate::words::quoted;
use std::cell::Cell;
use std::ffi::OsString;
use std::io::IsTerminal;
use std::os::wasi::ffi::OsStringExt;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Format {
    OneALine,
    Columns,
    ColumnsAcross,
    Commas,
    Long,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum SortBy {
    Name,
    Time,
    Size,
    Extension,
    Version,
    /// Of the name as shown.
    Width,
    Nothing,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Time {
    Modified,
    Accessed,
    Changed,
    Born,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Indicators {
    None,
    /// `-p`: a slash after directories.
    Slash,
    /// `--file-type`: all but the star.
    FileType,
    /// `-F`
    Classify,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Dereference {
    Never,
    OperandsToDirectories,
    Operands,
    Always,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Hidden {
    Omit,
    AlmostAll,
    All,
}

#[derive(Clone, PartialEq, Eq)]
pub enum TimeStyle {
    /// `+FORMAT`
    Custom { old: String, recent: String },
    Locale,
    LongIso,
    Iso,
    FullIso,
    /// Only `-l` minds.
    Unknown { word: String, is_ambiguous: bool },
}

impl TimeStyle {
    /// What `--time-style` or `TIME_STYLE` says. Of two formats in two lines the first is for what is not recent. In the C
    /// locale `posix-` leaves the style as it is without it; text here is UTF-8 unless a variable says that locale.
    fn of(word: &str) -> TimeStyle {
        if let Some(format) = word.strip_prefix('+') {
            let (old, recent) = format.split_once('\n').unwrap_or((format, format));
            return TimeStyle::Custom { old: old.to_owned(), recent: recent.to_owned() };
        }
        let mut name = word;
        while let Some(rest) = name.strip_prefix("posix-") {
            if is_c_locale() {
                return TimeStyle::Locale;
            }
            name = rest;
        }
        let known = [("full-iso", TimeStyle::FullIso), ("long-iso", TimeStyle::LongIso), ("iso", TimeStyle::Iso), ("locale", TimeStyle::Locale)];
        let mut fitting = known.iter().filter(|(known, _)| known.starts_with(name));
        match (known.iter().find(|(known, _)| *known == name), fitting.next(), fitting.next()) {
            (Some((_, style)), ..) | (None, Some((_, style)), None) => style.clone(),
            (None, found, _) => TimeStyle::Unknown { word: name.to_owned(), is_ambiguous: found.is_some() },
        }
    }
}

fn is_c_locale() -> bool {
    let first = ["LC_ALL", "LC_TIME", "LANG"].into_iter().find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    first.is_some_and(|locale| locale == "C" || locale == "POSIX")
}

const TIME_STYLES: &str = "Valid arguments are:
  - [posix-]full-iso
  - [posix-]long-iso
  - [posix-]iso
  - [posix-]locale
  - +FORMAT (e.g., +%H:%M) for a 'date'-style format";

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Quoting {
    Literal,
    /// Question marks for unprintable bytes (`-q`).
    HideControl,
    ShellIfNeeded,
    Escape,
    C,
    ShellAlways,
}

pub struct Options {
    pub format: Format,
    pub sort_by: SortBy,
    pub time: Time,
    pub reverse: bool,
    pub directories_first: bool,
    pub hidden: Hidden,
    pub ignored: Vec<glob::Pattern>,
    pub ignore_backups: bool,
    pub recursive: bool,
    pub directories_themselves: bool,
    pub dereference: Dereference,
    pub indicators: Indicators,
    pub inodes: bool,
    pub show_blocks: bool,
    pub human_base: Option<u64>,
    pub numeric_owners: bool,
    pub show_owner: bool,
    pub show_group: bool,
    pub time_style: TimeStyle,
    pub quoting: Quoting,
    pub color: bool,
    /// The first colour comes behind a reset.
    pub color_began: Cell<bool>,
    pub author: bool,
    /// `--block-size`: bytes of a unit, and the unit as it is shown.
    pub block: Option<(u64, String)>,
    /// What ends a line; NUL with `--zero`.
    pub end: u8,
    /// Columns of the terminal; 0 is no limit.
    pub width: usize,
}

const OPTIONS: &[Opt] = &[
    flag(&["1"]),
    flag(&["a", "all"]),
    flag(&["A", "almost-all"]),
    flag(&["b", "escape"]),
    flag(&["B", "ignore-backups"]),
    flag(&["c"]),
    flag(&["C"]),
    flag(&["d", "directory"]),
    flag(&["f"]),
    flag(&["F"]),
    optional_value(&["classify"]),
    flag(&["g"]),
    flag(&["G", "no-group"]),
    flag(&["h", "human-readable"]),
    flag(&["H", "dereference-command-line"]),
    flag(&["i", "inode"]),
    value(&["I", "ignore"]),
    flag(&["author"]),
    value(&["block-size"]),
    flag(&["zero"]),
    flag(&["Z", "context"]),
    value(&["T", "tabsize"]),
    flag(&["k", "kibibytes"]),
    flag(&["l"]),
    flag(&["L", "dereference"]),
    flag(&["m"]),
    flag(&["n", "numeric-uid-gid"]),
    flag(&["N", "literal"]),
    flag(&["o"]),
    flag(&["p"]),
    flag(&["q", "hide-control-chars"]),
    flag(&["Q", "quote-name"]),
    flag(&["r", "reverse"]),
    flag(&["R", "recursive"]),
    flag(&["s", "size"]),
    flag(&["S"]),
    flag(&["t"]),
    flag(&["u"]),
    flag(&["U"]),
    flag(&["v"]),
    value(&["w", "width"]),
    flag(&["x"]),
    flag(&["X"]),
    optional_value(&["color"]),
    flag(&["file-type"]),
    value(&["format"]),
    flag(&["full-time"]),
    flag(&["group-directories-first"]),
    value(&["hide"]),
    value(&["indicator-style"]),
    value(&["quoting-style"]),
    flag(&["show-control-chars"]),
    flag(&["si"]),
    value(&["sort"]),
    value(&["time"]),
    value(&["time-style"]),
];

impl Options {
    /// Reads the command line: the options and the operands.
    pub fn parse(args: Vec<OsString>) -> Result<(Options, Vec<OsString>), i32> {
        let parsed = getopt::parse(program(), OPTIONS, args)?;
        let mut options = Options::defaults(std::io::stdout().is_terminal());
        let (mut time_chosen, mut sort_chosen, mut dereference_chosen) = (false, false, false);
        for given in &parsed.options {
            time_chosen |= matches!(given.name, "c" | "u" | "time");
            sort_chosen |= matches!(given.name, "t" | "S" | "U" | "v" | "X" | "f" | "sort");
            dereference_chosen |= matches!(given.name, "H" | "L");
            options.apply(given)?;
        }
        // -u and -c sort by their time, unless -l merely shows it.
        if time_chosen && !sort_chosen && options.format != Format::Long {
            options.sort_by = SortBy::Time;
        }
        let shows_links = options.format == Format::Long
            || options.directories_themselves
            || options.indicators == Indicators::Classify;
        if !dereference_chosen && shows_links {
            options.dereference = Dereference::Never;
        }
        if options.format == Format::Long
            && let TimeStyle::Unknown { word, is_ambiguous } = &options.time_style
        {
            let verdict = if *is_ambiguous { "ambiguous" } else { "invalid" };
            return Err(program().usage_failure(&format!("{verdict} argument {} for 'time style'\n{TIME_STYLES}", quoted(word))));
        }
        Ok((options, parsed.operands))
    }

    fn defaults(is_terminal: bool) -> Options {
        let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
        let columns = columns.or_else(|| sys::terminal::window_size(1).ok().map(|(_, columns)| usize::from(columns)).filter(|columns| *columns > 0));
        let name = program().name;
        Options {
            format: match name {
                "vdir" => Format::Long,
                "ls" if !is_terminal => Format::OneALine,
                _ => Format::Columns,
            },
            sort_by: SortBy::Name,
            time: Time::Modified,
            reverse: false,
            directories_first: false,
            hidden: Hidden::Omit,
            ignored: Vec::new(),
            ignore_backups: false,
            recursive: false,
            directories_themselves: false,
            dereference: Dereference::OperandsToDirectories,
            indicators: Indicators::None,
            inodes: false,
            show_blocks: false,
            human_base: None,
            numeric_owners: false,
            show_owner: true,
            show_group: true,
            time_style: std::env::var("TIME_STYLE").map_or(TimeStyle::Locale, |style| TimeStyle::of(&style)),
            quoting: if name != "ls" { Quoting::Escape } else if is_terminal { Quoting::ShellIfNeeded } else { Quoting::Literal },
            color: false,
            color_began: Cell::new(false),
            author: false,
            block: None,
            end: b'\n',
            width: columns.unwrap_or(80),
        }
    }

    fn apply(&mut self, given: &Given) -> Result<(), i32> {
        match given.name {
            "1" if self.format != Format::Long => self.format = Format::OneALine,
            "a" => self.hidden = Hidden::All,
            "A" => self.hidden = Hidden::AlmostAll,
            "b" => self.quoting = Quoting::Escape,
            "B" => self.ignore_backups = true,
            "c" => self.time = Time::Changed,
            "C" => self.format = Format::Columns,
            "d" => self.directories_themselves = true,
            "f" => (self.hidden, self.sort_by) = (Hidden::All, SortBy::Nothing),
            "F" => self.indicators = Indicators::Classify,
            "g" => (self.format, self.show_owner) = (Format::Long, false),
            "G" => self.show_group = false,
            "h" => self.human_base = Some(1024),
            "H" => self.dereference = Dereference::Operands,
            "i" => self.inodes = true,
            "I" | "hide" => self.ignored.extend(glob::Pattern::new(&given.value.to_string_lossy())),
            "k" => (self.human_base, self.block) = (None, None),
            "author" => self.author = true,
            "zero" => {
                (self.end, self.quoting, self.color) = (0, Quoting::Literal, false);
                if self.format != Format::Long {
                    self.format = Format::OneALine;
                }
            }
            "block-size" => self.set_block_size(given)?,
            "l" => self.format = Format::Long,
            "L" => self.dereference = Dereference::Always,
            "m" => self.format = Format::Commas,
            "n" => (self.format, self.numeric_owners) = (Format::Long, true),
            "N" => self.quoting = Quoting::Literal,
            "o" => (self.format, self.show_group) = (Format::Long, false),
            "p" => self.indicators = Indicators::Slash,
            "q" => self.quoting = Quoting::HideControl,
            "Q" => self.quoting = Quoting::C,
            "r" => self.reverse = true,
            "R" => self.recursive = true,
            "s" => self.show_blocks = true,
            "S" => self.sort_by = SortBy::Size,
            "t" => self.sort_by = SortBy::Time,
            "u" => self.time = Time::Accessed,
            "U" => self.sort_by = SortBy::Nothing,
            "v" => self.sort_by = SortBy::Version,
            "x" => self.format = Format::ColumnsAcross,
            "X" => self.sort_by = SortBy::Extension,
            "file-type" => self.indicators = Indicators::FileType,
            "full-time" => (self.format, self.time_style) = (Format::Long, TimeStyle::FullIso),
            "group-directories-first" => self.directories_first = true,
            "si" => self.human_base = Some(1000),
            "w" => {
                let width = given.value.to_str().and_then(|width| width.parse().ok());
                self.width = width.ok_or_else(|| {
                    program().complain(&format!("invalid line width: {}", quoted(&given.value)));
                    program().usage_error
                })?;
            }
            "classify" | "color" => self.apply_when(given)?,
            "format" => {
                use Format::*;
                self.format = choose(given, "--format", &[
                    ("verbose", Long), ("long", Long), ("commas", Commas), ("horizontal", ColumnsAcross),
                    ("across", ColumnsAcross), ("vertical", Columns), ("single-column", OneALine),
                ])?;
            }
            "indicator-style" => {
                use Indicators::*;
                self.indicators = choose(given, "--indicator-style", &[
                    ("none", None), ("slash", Slash), ("file-type", FileType), ("classify", Classify),
                ])?;
            }
            "quoting-style" => {
                use Quoting::*;
                self.quoting = choose(given, "--quoting-style", &[
                    ("literal", Literal), ("shell", ShellIfNeeded), ("shell-always", ShellAlways),
                    ("shell-escape", ShellIfNeeded), ("shell-escape-always", ShellAlways), ("c", C), ("escape", Escape),
                ])?;
            }
            "sort" => {
                use SortBy::*;
                self.sort_by = choose(given, "--sort", &[
                    ("none", Nothing), ("name", Name), ("time", Time), ("size", Size), ("extension", Extension),
                    ("version", Version), ("width", Width),
                ])?;
            }
            "time" => {
                use Time::*;
                self.time = choose(given, "--time", &[
                    ("atime", Accessed), ("access", Accessed), ("use", Accessed), ("ctime", Changed),
                    ("status", Changed), ("mtime", Modified), ("modification", Modified), ("birth", Born),
                    ("creation", Born),
                ])?;
            }
            "time-style" => self.time_style = TimeStyle::of(&given.value.to_string_lossy()),
            _ => {}
        }
        Ok(())
    }

    /// Options whose value is `always`, `auto` or `never`.
    fn apply_when(&mut self, given: &Given) -> Result<(), i32> {
        let option = if given.name == "color" { "--color" } else { "--classify" };
        let is_terminal = std::io::stdout().is_terminal();
        let on = given.value.is_empty()
            || choose(given, option, &[
                ("always", true), ("yes", true), ("force", true), ("never", false), ("no", false), ("none", false),
                ("auto", is_terminal), ("tty", is_terminal), ("if-tty", is_terminal),
            ])?;
        match given.name {
            "color" => self.color = on,
            _ if on => self.indicators = Indicators::Classify,
            _ => {}
        }
        Ok(())
    }

    pub fn shows_dot_and_dot_dot(&self) -> bool {
        self.hidden == Hidden::All
    }

    /// Whether a directory's entry is listed.
    pub fn shows(&self, name: &[u8]) -> bool {
        if self.hidden == Hidden::Omit && name.starts_with(b".") {
            return false;
        }
        if self.ignore_backups && name.ends_with(b"~") {
            return false;
        }
        let text = String::from_utf8_lossy(name);
        !self.ignored.iter().any(|pattern| pattern.matches(&text))
    }

    /// Whether names alone are not enough.
    pub fn needs_stat(&self) -> bool {
        self.format == Format::Long
            || self.recursive
            || self.inodes
            || self.show_blocks
            || self.color
            || self.directories_first
            || self.indicators != Indicators::None
            || matches!(self.sort_by, SortBy::Time | SortBy::Size)
    }

    fn set_block_size(&mut self, given: &Given) -> Result<(), i32> {
        let text = given.value.to_string_lossy().into_owned();
        match text.as_str() {
            "human-readable" => self.human_base = Some(1024),
            "si" => self.human_base = Some(1000),
            _ => {
                let Some(bytes) = crate::size::parse(&text, false).filter(|bytes| *bytes > 0) else {
                    program().complain(&format!("invalid --block-size argument {}", quoted(&given.value)));
                    return Err(program().usage_error);
                };
                // A unit without a number is shown behind each size.
                let unit = if text.starts_with(|first: char| first.is_ascii_digit()) { String::new() } else { text };
                (self.human_base, self.block) = (None, Some((bytes, unit)));
            }
        }
        Ok(())
    }

    /// Words a size in bytes as the options say.
    pub fn words_for_size(&self, bytes: u64) -> String {
        match (self.human_base, &self.block) {
            (Some(base), _) => human::size(bytes, base),
            (None, Some((block, unit))) => format!("{}{unit}", bytes.div_ceil(*block)),
            (None, None) => bytes.to_string(),
        }
    }

    /// Words blocks of 512 bytes: KiB, or a size for people.
    pub fn words_for_blocks(&self, blocks: u64) -> String {
        match (self.human_base, &self.block) {
            (None, None) => blocks.div_ceil(2).to_string(),
            _ => self.words_for_size(blocks * 512),
        }
    }
}

fn choose<Choice: Clone + PartialEq>(given: &Given, option: &str, choices: &[(&str, Choice)]) -> Result<Choice, i32> {
    let word = String::from_utf8_lossy(&given.value.clone().into_vec()).into_owned();
    if let Some((_, choice)) = choices.iter().find(|(name, _)| *name == word) {
        return Ok(choice.clone());
    }
    let fitting: Vec<_> = choices.iter().filter(|(name, _)| name.starts_with(&word)).collect();
    match fitting.first() {
        Some((_, choice)) if fitting.iter().all(|(_, other)| other == choice) => return Ok(choice.clone()),
        _ => {}
    }
    let verdict = if fitting.is_empty() { "invalid" } else { "ambiguous" };
    let known: String = choices
        .chunk_by(|(_, left), (_, right)| left == right)
        .map(|same| format!("\n  - {}", same.iter().map(|(name, _)| format!("'{name}'")).collect::<Vec<_>>().join(", ")))
        .collect();
    program().usage_failure(&format!("{verdict} argument {} for '{option}'\nValid arguments are:{known}", quoted(&given.value)));
    // An option that is none ends ls with 2, but a value that is none with 1, as GNU's argmatch does.
    Err(1)
}
