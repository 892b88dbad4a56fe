//! The command line of fd.

use super::filter::{SizeLimit, TimeLimit, Type};
use lexopt::{Arg, Parser, ValueExt};
use std::ffi::OsString;
use std::io::IsTerminal;
use std::path::PathBuf;

/// `-x` or `-X`.
pub struct CommandTemplate {
    pub words: Vec<String>,
    pub in_batch: bool,
    pub batch_size: usize,
}

#[derive(Default)]
pub struct Options {
    pub patterns: Vec<String>,
    pub paths: Vec<PathBuf>,
    pub glob: bool,
    pub fixed: bool,
    pub full_path: bool,
    /// `None`: a pattern with capital letters is sensitive.
    pub case_sensitive: Option<bool>,
    pub hidden: bool,
    pub reads_ignore: bool,
    pub reads_vcs: bool,
    pub reads_parents: bool,
    pub no_require_git: bool,
    pub ignore_files: Vec<PathBuf>,
    pub follow: bool,
    pub one_file_system: bool,
    pub minimum_depth: Option<usize>,
    pub maximum_depth: Option<usize>,
    pub types: Vec<Type>,
    pub extensions: Vec<String>,
    pub excluded: Vec<String>,
    pub sizes: Vec<SizeLimit>,
    pub times: Vec<TimeLimit>,
    pub owner: Option<(Option<u32>, Option<u32>)>,
    pub maximum_results: Option<usize>,
    pub absolute: bool,
    pub strips_prefix: bool,
    pub nul: bool,
    pub color: bool,
    pub quiet: bool,
    pub show_errors: bool,
    pub path_separator: Option<String>,
    pub command: Option<CommandTemplate>,
}

const USAGE: &str = "Usage: fd [OPTIONS] [pattern] [path]...

Arguments:
  [pattern]  the search pattern (a regular expression, unless '--glob' is used; optional)
  [path]...  the root directories for the filesystem search (optional)

Options:
  -H, --hidden                     Search hidden files and directories
  -I, --no-ignore                  Do not respect .(git|fd)ignore files
  -u, --unrestricted               Same as '--no-ignore --hidden'
  -s, --case-sensitive             Case-sensitive search (default: smart case)
  -i, --ignore-case                Case-insensitive search (default: smart case)
  -g, --glob                       Glob-based search (default: regular expression)
  -F, --fixed-strings              Treat pattern as literal string
  -a, --absolute-path              Show absolute instead of relative paths
  -l, --list-details               Use a long listing format with file metadata
  -L, --follow                     Follow symbolic links
  -p, --full-path                  Search full abs. path (default: filename only)
  -0, --print0                     Separate results by the null character
  -d, --max-depth <depth>          Set maximum search depth (default: none)
  -t, --type <filetype>            Filter by type: file (f), directory (d), symlink (l), executable (x), empty (e)
  -e, --extension <ext>            Filter by file extension
  -S, --size <size>                Limit results based on the size of files
      --changed-within <date|dur>  Filter by file modification time (newer than)
      --changed-before <date|dur>  Filter by file modification time (older than)
  -o, --owner <user:group>         Filter by owning user and/or group
  -x, --exec <cmd>...              Execute a command for each search result
  -X, --exec-batch <cmd>...        Execute a command with all search results at once
  -E, --exclude <pattern>          Exclude entries that match the given glob pattern
  -c, --color <when>               When to use colors: never, *auto*, always
  -q, --quiet                      Print nothing, exit code 0 if match found, 1 otherwise
  -h, --help                       Print help
  -V, --version                    Print version";

impl Options {
    /// Reads the command line; an error is the exit code, its message printed.
    pub fn parse(args: Vec<OsString>) -> Result<Options, i32> {
        let mut options = Options { reads_ignore: true, reads_vcs: true, reads_parents: true, ..Options::default() };
        let mut operands = Vec::new();
        let mut parser = Parser::from_args(args.into_iter().skip(1));
        let outcome = options.read(&mut parser, &mut operands);
        match outcome {
            Ok(None) => {}
            Ok(Some(text)) => {
                println!("{text}");
                return Err(0);
            }
            Err(error) => {
                eprintln!("error: {error}\n\nUsage: fd [OPTIONS] [pattern] [path]...\n\nFor more information, try '--help'.");
                return Err(2);
            }
        }
        options.take_operands(operands)?;
        Ok(options)
    }

    /// Reads all options; a text is to be printed instead of a search.
    fn read(&mut self, parser: &mut Parser, operands: &mut Vec<OsString>) -> Result<Option<String>, lexopt::Error> {
        let (mut color, mut strip, mut lists_details) = (None, false, false);
        let mut search_paths = Vec::new();
        while let Some(arg) = parser.next()? {
            match arg {
                Arg::Short('H') | Arg::Long("hidden") => self.hidden = true,
                Arg::Long("no-hidden") => self.hidden = false,
                Arg::Short('I') | Arg::Long("no-ignore") => {
                    (self.reads_ignore, self.reads_vcs, self.reads_parents) = (false, false, false);
                }
                Arg::Long("ignore") => (self.reads_ignore, self.reads_vcs, self.reads_parents) = (true, true, true),
                Arg::Long("no-ignore-vcs") => self.reads_vcs = false,
                Arg::Long("ignore-vcs") => self.reads_vcs = true,
                Arg::Long("no-ignore-parent") => self.reads_parents = false,
                Arg::Long("no-require-git") => self.no_require_git = true,
                Arg::Short('u') | Arg::Long("unrestricted") => {
                    (self.hidden, self.reads_ignore, self.reads_vcs, self.reads_parents) = (true, false, false, false);
                }
                Arg::Short('s') | Arg::Long("case-sensitive") => self.case_sensitive = Some(true),
                Arg::Short('i') | Arg::Long("ignore-case") => self.case_sensitive = Some(false),
                Arg::Short('g') | Arg::Long("glob") => self.glob = true,
                Arg::Long("regex") => self.glob = false,
                Arg::Short('F') | Arg::Long("fixed-strings" | "literal") => self.fixed = true,
                Arg::Long("and") => self.patterns.push(parser.value()?.string()?),
                Arg::Short('a') | Arg::Long("absolute-path") => self.absolute = true,
                Arg::Long("relative-path") => self.absolute = false,
                Arg::Short('l') | Arg::Long("list-details") => lists_details = true,
                Arg::Short('L') | Arg::Long("follow" | "dereference") => self.follow = true,
                Arg::Long("no-follow") => self.follow = false,
                Arg::Short('p') | Arg::Long("full-path") => self.full_path = true,
                Arg::Short('0') | Arg::Long("print0") => self.nul = true,
                Arg::Short('d') | Arg::Long("max-depth" | "maxdepth") => self.maximum_depth = Some(parser.value()?.parse()?),
                Arg::Long("min-depth") => self.minimum_depth = Some(parser.value()?.parse()?),
                Arg::Long("exact-depth") => {
                    let depth = parser.value()?.parse()?;
                    (self.minimum_depth, self.maximum_depth) = (Some(depth), Some(depth));
                }
                Arg::Short('t') | Arg::Long("type") => self.types.push(parser.value()?.parse_with(Type::parse)?),
                Arg::Short('e') | Arg::Long("extension") => {
                    let extension = parser.value()?.string()?;
                    self.extensions.push(extension.trim_start_matches('.').to_lowercase());
                }
                Arg::Short('S') | Arg::Long("size") => self.sizes.push(parser.value()?.parse_with(SizeLimit::parse)?),
                Arg::Long("changed-within" | "change-newer-than" | "newer" | "changed-after") => {
                    self.times.push(parser.value()?.parse_with(|text| TimeLimit::parse(text, true))?);
                }
                Arg::Long("changed-before" | "change-older-than" | "older") => {
                    self.times.push(parser.value()?.parse_with(|text| TimeLimit::parse(text, false))?);
                }
                Arg::Short('o') | Arg::Long("owner") => self.owner = Some(parser.value()?.parse_with(super::filter::owner)?),
                Arg::Short('E') | Arg::Long("exclude") => self.excluded.push(parser.value()?.string()?),
                Arg::Long("ignore-file") => self.ignore_files.push(parser.value()?.into()),
                Arg::Long("max-results") => self.maximum_results = Some(parser.value()?.parse()?),
                Arg::Short('1') => self.maximum_results = Some(1),
                Arg::Short('q') | Arg::Long("quiet" | "has-results") => self.quiet = true,
                Arg::Long("show-errors") => self.show_errors = true,
                Arg::Short('j') | Arg::Long("threads") | Arg::Long("max-buffer-time") => {
                    parser.value()?;
                }
                Arg::Short('c') | Arg::Long("color") => color = Some(parser.value()?.string()?),
                Arg::Long("path-separator") => self.path_separator = Some(parser.value()?.string()?),
                Arg::Long("search-path") => search_paths.push(parser.value()?),
                Arg::Long("base-directory") => {
                    let directory = parser.value()?;
                    let entered = sys::change_directory(directory.as_encoded_bytes());
                    entered.map_err(|error| format!("The '--base-directory' path could not be entered: {}", sys::errno::message(&error)))?;
                }
                Arg::Long("one-file-system" | "mount" | "xdev") => self.one_file_system = true,
                Arg::Long("strip-cwd-prefix") => {
                    parser.optional_value();
                    strip = true;
                }
                Arg::Long("prune") => {}
                Arg::Long("batch-size") => {
                    let size = parser.value()?.parse()?;
                    if let Some(command) = &mut self.command {
                        command.batch_size = size;
                    }
                }
                Arg::Short('x') | Arg::Long("exec") => self.command = Some(template(parser, false)?),
                Arg::Short('X') | Arg::Long("exec-batch") => self.command = Some(template(parser, true)?),
                Arg::Short('h') | Arg::Long("help") => return Ok(Some(USAGE.to_owned())),
                Arg::Short('V') | Arg::Long("version") => return Ok(Some("fd 10.2.0 (secure-exec)".to_owned())),
                Arg::Value(operand) => operands.push(operand),
                other => return Err(other.unexpected()),
            }
        }
        if lists_details {
            let words = ["ls", "-l", "-h", "-d"].map(str::to_owned).to_vec();
            self.command = Some(CommandTemplate { words, in_batch: true, batch_size: 0 });
        }
        self.color = match color.as_deref() {
            Some("always") => true,
            None | Some("auto") => std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none(),
            Some("never") => false,
            Some(other) => return Err(format!("invalid value '{other}' for '--color <when>'").into()),
        };
        self.strips_prefix = strip || (!self.nul && self.command.is_none());
        if !search_paths.is_empty() {
            operands.truncate(1);
            if operands.is_empty() {
                operands.push(OsString::new());
            }
            operands.extend(search_paths);
        }
        Ok(None)
    }

    fn take_operands(&mut self, operands: Vec<OsString>) -> Result<(), i32> {
        let mut operands = operands.into_iter();
        if let Some(pattern) = operands.next() {
            let Some(pattern) = pattern.to_str() else {
                eprintln!("[fd error]: The search pattern includes invalid UTF-8 sequences.");
                return Err(1);
            };
            if !self.full_path && pattern.contains('/') && std::path::Path::new(pattern).is_dir() {
                eprintln!(
                    "[fd error]: The search pattern '{pattern}' contains a path-separation character ('/') and will not lead to any search results.\n\n\
                     If you want to search for all files inside the '{pattern}' directory, use a match-all pattern:\n\n  fd . '{pattern}'\n\n\
                     Instead, if you want your pattern to match the full file path, use:\n\n  fd --full-path '{pattern}'"
                );
                return Err(1);
            }
            self.patterns.insert(0, pattern.to_owned());
        }
        self.paths = operands.map(PathBuf::from).collect();
        // Only the walk's own root leaves a `./` to take off.
        self.strips_prefix &= self.paths.is_empty();
        if self.paths.is_empty() {
            self.paths.push(PathBuf::from("."));
        }
        Ok(())
    }
}

/// The words up to `;`.
fn template(parser: &mut Parser, in_batch: bool) -> Result<CommandTemplate, lexopt::Error> {
    let mut words = Vec::new();
    if let Some(attached) = parser.optional_value() {
        words.push(attached.string()?);
    }
    let mut rest = parser.raw_args()?;
    for word in rest.by_ref() {
        let word = word.string()?;
        if word == ";" {
            break;
        }
        words.push(word);
    }
    if words.is_empty() {
        return Err("a value is required for '--exec <cmd>...' but none was supplied".into());
    }
    if in_batch && words.iter().filter(|word| super::command::has_placeholder(word)).count() > 1 {
        return Err("Only one placeholder allowed for batch commands".into());
    }
    Ok(CommandTemplate { words, in_batch, batch_size: 0 })
}
