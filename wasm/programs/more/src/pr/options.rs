//! pr's command line. Older spellings are translated as GNU's pr does: what `-s` and `-w` mean depends on columns.

use getopt::words::quoted;
use getopt::{Given, Opt, Program, flag, optional_value, value};
use std::ffi::{OsStr, OsString};
use std::os::wasi::ffi::{OsStrExt, OsStringExt};

pub const PROGRAM: Program =
    Program { name: "pr", usage: "[OPTION]... [FILE]...", usage_error: 1, stops_at_operand: false };

const KNOWN: &[Opt] = &[
    flag(&["0"]), flag(&["1"]), flag(&["2"]), flag(&["3"]), flag(&["4"]),
    flag(&["5"]), flag(&["6"]), flag(&["7"]), flag(&["8"]), flag(&["9"]),
    value(&["pages"]), value(&["columns"]), flag(&["a", "across"]), flag(&["b"]), flag(&["c", "show-control-chars"]),
    flag(&["d", "double-space"]), value(&["D", "date-format"]), optional_value(&["e", "expand-tabs"]),
    flag(&["f", "F", "form-feed"]), value(&["h", "header"]), optional_value(&["i", "output-tabs"]),
    flag(&["J", "join-lines"]), value(&["l", "length"]), flag(&["m", "merge"]), optional_value(&["n", "number-lines"]),
    value(&["N", "first-line-number"]), value(&["o", "indent"]), flag(&["r", "no-file-warnings"]),
    optional_value(&["s", "separator"]), optional_value(&["S", "sep-string"]), flag(&["t", "omit-header"]),
    flag(&["T", "omit-pagination"]), flag(&["v", "show-nonprinting"]), value(&["w", "width"]), value(&["W", "page-width"]),
    flag(&["version"]),
];

/// How bytes that do not print are shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Unprintable {
    AsTheyAre,
    /// `^G`, and octal above 127.
    Caret,
    /// `\007`
    Octal,
}

/// How lines are spread over columns.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Arrangement {
    Down,
    Across,
    /// A file a column.
    Merged,
}

/// A character that stands for white space, and its width.
#[derive(Clone, Copy)]
pub struct Tab {
    pub byte: u8,
    pub width: usize,
}

#[derive(Clone)]
pub struct Options {
    pub first_page: u64,
    pub last_page: Option<u64>,
    pub columns: usize,
    pub arrangement: Arrangement,
    pub unprintable: Unprintable,
    pub double_space: bool,
    pub date_format: Option<String>,
    /// What stands for a tab in the input.
    pub input_tab: Tab,
    pub expands_tabs: bool,
    /// Runs of spaces become these.
    pub output_tab: Tab,
    pub makes_tabs: bool,
    pub form_feeds: bool,
    pub header: Option<Vec<u8>>,
    pub joins_lines: bool,
    pub page_lines: usize,
    /// Separator and digits.
    pub number: Option<Tab>,
    /// Counted from the first line that is printed, as `-N` has it.
    pub first_number: Option<i64>,
    pub margin: usize,
    pub is_quiet: bool,
    pub separator: Option<Vec<u8>>,
    pub omits_header: bool,
    pub keeps_form_feeds: bool,
    pub truncates: bool,
    pub width: usize,
    pub files: Vec<OsString>,
}

impl Options {
    fn new() -> Options {
        Options {
            first_page: 1,
            last_page: None,
            columns: 1,
            arrangement: Arrangement::Down,
            unprintable: Unprintable::AsTheyAre,
            double_space: false,
            date_format: None,
            input_tab: Tab { byte: b'\t', width: 8 },
            expands_tabs: false,
            output_tab: Tab { byte: b'\t', width: 8 },
            makes_tabs: false,
            form_feeds: false,
            header: None,
            joins_lines: false,
            page_lines: 66,
            number: None,
            first_number: None,
            margin: 0,
            is_quiet: false,
            separator: None,
            omits_header: false,
            keeps_form_feeds: false,
            truncates: false,
            width: 72,
            files: Vec::new(),
        }
    }
}

/// What has been given, before it is known what it means together.
#[derive(Default)]
struct Seen {
    digits: String,
    columns: Option<usize>,
    across: bool,
    merged: bool,
    pages: bool,
    /// `-s`, and its separator if it had one.
    old_separator: Option<Option<Vec<u8>>>,
    old_width: bool,
    has_new_separator: bool,
}

pub fn parse(args: Vec<OsString>) -> Result<Options, i32> {
    let parsed = getopt::parse(PROGRAM, KNOWN, args)?;
    let mut options = Options::new();
    let mut seen = Seen::default();
    for Given { name, value } in parsed.options {
        if name.len() == 1 && name.as_bytes()[0].is_ascii_digit() {
            seen.digits.push_str(name);
            seen.columns = Some(positive(&seen.digits, "invalid number of columns")?);
            continue;
        }
        seen.digits.clear();
        apply(&mut options, &mut seen, name, value)?;
    }
    for operand in parsed.operands {
        if let Some(range) = operand.as_bytes().strip_prefix(b"+")
            && !seen.pages
            && let Some((first, last)) = page_range(range)?
        {
            (options.first_page, options.last_page, seen.pages) = (first, last, true);
            continue;
        }
        options.files.push(operand);
    }
    arrange(options, seen)
}

fn apply(options: &mut Options, seen: &mut Seen, name: &str, value: OsString) -> Result<(), i32> {
    let text = value.to_string_lossy().into_owned();
    match name {
        "pages" => {
            let range = page_range(value.as_bytes())?;
            let Some((first, last)) = range else {
                return Err(complain(&format!("invalid page range {}", quoted(&value))));
            };
            (options.first_page, options.last_page, seen.pages) = (first, last, true);
        }
        "columns" => seen.columns = Some(positive(&text, "invalid number of columns")?),
        "a" => seen.across = true,
        "c" => options.unprintable = Unprintable::Caret,
        "v" => options.unprintable = Unprintable::Octal,
        "d" => options.double_space = true,
        "D" => options.date_format = Some(text),
        "e" => {
            options.expands_tabs = true;
            tab_argument('e', &value, &mut options.input_tab)?;
        }
        "i" => {
            options.makes_tabs = true;
            tab_argument('i', &value, &mut options.output_tab)?;
        }
        "n" => {
            let mut number = options.number.unwrap_or(Tab { byte: b'\t', width: 5 });
            tab_argument('n', &value, &mut number)?;
            options.number = Some(number);
        }
        "f" => options.form_feeds = true,
        "h" => options.header = Some(value.into_vec()),
        "J" => options.joins_lines = true,
        "l" => options.page_lines = positive(&text, "'-l PAGE_LENGTH' invalid number of lines")?,
        "m" => seen.merged = true,
        "N" => {
            let message = "'-N NUMBER' invalid starting line number";
            let number = text.parse::<i32>().map_err(|_| complain(&format!("{message}: {}", quoted(&value))))?;
            options.first_number = Some(i64::from(number));
        }
        "o" => {
            let message = "'-o MARGIN' invalid line offset";
            let margin = text.parse::<u16>().map_err(|_| complain(&format!("{message}: {}", quoted(&value))))?;
            options.margin = usize::from(margin);
        }
        "r" => options.is_quiet = true,
        "s" => seen.old_separator = Some((!value.is_empty()).then(|| value.into_vec())),
        "S" => {
            seen.has_new_separator = true;
            options.separator = Some(value.into_vec());
        }
        "t" => (options.omits_header, options.keeps_form_feeds) = (true, true),
        "T" => (options.omits_header, options.keeps_form_feeds) = (true, false),
        "w" => {
            let width = positive(&text, "'-w PAGE_WIDTH' invalid number of characters")?;
            seen.old_width = true;
            if !options.truncates {
                options.width = width;
            }
        }
        "W" => {
            seen.old_width = false;
            options.truncates = true;
            options.width = positive(&text, "'-W PAGE_WIDTH' invalid number of characters")?;
        }
        // Columns are always balanced, which is what `-b` asked for.
        _ => {}
    }
    Ok(())
}

/// Decides what depends on several options.
fn arrange(mut options: Options, seen: Seen) -> Result<Options, i32> {
    if seen.merged && seen.columns.is_some() {
        return Err(complain("cannot specify number of columns when printing in parallel"));
    }
    if seen.merged && seen.across {
        return Err(complain("cannot specify both printing across and printing in parallel"));
    }
    options.columns = seen.columns.unwrap_or(1);
    let has_columns = seen.merged || seen.columns.is_some();
    if let Some(Some(separator)) = &seen.old_separator
        && !seen.has_new_separator
    {
        options.separator = Some(separator.clone());
    }
    // Whether the separator has been asked for as such, and not as the older spelling for "no alignment".
    let mut uses_separator = seen.has_new_separator;
    if seen.old_width {
        if has_columns {
            options.truncates = true;
            uses_separator |= seen.old_separator.is_some();
        } else {
            options.joins_lines = true;
        }
    } else if !uses_separator && seen.old_separator.is_some() && has_columns {
        if options.truncates {
            uses_separator = true;
        } else {
            options.joins_lines = true;
            uses_separator = options.separator.is_some();
        }
    }
    if uses_separator {
        options.separator.get_or_insert_default();
    } else {
        options.separator = None;
    }
    // Standard input alone cannot be printed beside another file.
    if seen.merged && !options.files.is_empty() {
        options.arrangement = Arrangement::Merged;
    } else if seen.across {
        options.arrangement = Arrangement::Across;
    }
    Ok(options)
}

fn complain(text: &str) -> i32 {
    PROGRAM.complain(text);
    PROGRAM.usage_error
}

fn positive(text: &str, message: &str) -> Result<usize, i32> {
    let reason = match text.parse::<i32>() {
        Ok(number) if number > 0 => return Ok(number as usize),
        Ok(_) => ": Numerical result out of range",
        Err(error) if *error.kind() == std::num::IntErrorKind::PosOverflow => ": Value too large for defined data type",
        Err(_) => "",
    };
    Err(complain(&format!("{message}: {}{reason}", quoted(OsStr::new(text)))))
}

/// `[CHAR][WIDTH]`, each optional.
fn tab_argument(option: char, value: &OsStr, tab: &mut Tab) -> Result<(), i32> {
    let mut bytes = value.as_bytes();
    if let [byte, rest @ ..] = bytes
        && !byte.is_ascii_digit()
    {
        (tab.byte, bytes) = (*byte, rest);
    }
    if bytes.is_empty() {
        return Ok(());
    }
    let text = String::from_utf8_lossy(bytes);
    let reason = match text.parse::<i32>() {
        Ok(width) if width > 0 && width <= 1_000_000 => {
            tab.width = width as usize;
            return Ok(());
        }
        Err(error) if *error.kind() == std::num::IntErrorKind::PosOverflow => ": Value too large for defined data type",
        _ => "",
    };
    let shown = quoted(OsStr::new(&*text));
    Err(PROGRAM.usage_failure(&format!("'-{option}' extra characters or invalid number in the argument: {shown}{reason}")))
}

/// `FIRST[:LAST]`; nothing where it is not a range that could be printed.
fn page_range(text: &[u8]) -> Result<Option<(u64, Option<u64>)>, i32> {
    let text = String::from_utf8_lossy(text);
    let (first, last) = match text.split_once(':') {
        Some((first, last)) => (first, Some(last)),
        None => (&*text, None),
    };
    let number = |text: &str| text.parse::<u64>().ok();
    let Some(first_page) = number(first) else {
        return Err(complain(&format!("invalid + argument {}", quoted(OsStr::new(&*text)))));
    };
    let last_page = match last.map(number) {
        None => None,
        Some(Some(last_page)) if last_page >= first_page => Some(last_page),
        Some(_) => return Ok(None),
    };
    Ok((first_page > 0).then_some((first_page, last_page)))
}
