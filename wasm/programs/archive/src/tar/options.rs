//! tar's command line.

use super::filter::Compression;
use super::header::Format;
use super::names::Names;
use super::pattern::Rules;
use super::transform::Transform;
use console::options::{self, Item, Opt, Style, flag, optional, value};
use console::{message, path, shown};
use std::ffi::OsString;

const OPTIONS: &[Opt] = &[
    flag(&["c", "create"]),
    flag(&["A", "catenate", "concatenate"]),
    flag(&["delete"]),
    flag(&["d", "diff", "compare"]),
    flag(&["r", "append"]),
    flag(&["t", "list"]),
    flag(&["u", "update"]),
    flag(&["x", "extract", "get"]),
    value(&["f", "file"]),
    value(&["b", "blocking-factor"]),
    value(&["record-size"]),
    flag(&["B", "read-full-records"]),
    flag(&["v", "verbose"]),
    flag(&["w", "interactive", "confirmation"]),
    flag(&["z", "gzip", "gunzip", "ungzip"]),
    flag(&["j", "bzip2"]),
    flag(&["J", "xz"]),
    flag(&["zstd"]),
    flag(&["lzma"]),
    flag(&["a", "auto-compress"]),
    flag(&["no-auto-compress"]),
    value(&["I", "use-compress-program"]),
    value(&["C", "directory"]),
    flag(&["p", "preserve-permissions", "same-permissions"]),
    flag(&["no-same-permissions"]),
    flag(&["same-owner"]),
    flag(&["o", "no-same-owner"]),
    flag(&["s", "preserve-order", "same-order"]),
    flag(&["numeric-owner"]),
    flag(&["m", "touch"]),
    flag(&["k", "keep-old-files"]),
    flag(&["skip-old-files"]),
    flag(&["keep-newer-files"]),
    flag(&["overwrite"]),
    flag(&["no-overwrite-dir"]),
    flag(&["overwrite-dir"]),
    flag(&["keep-directory-symlink"]),
    flag(&["U", "unlink-first"]),
    flag(&["recursive-unlink"]),
    flag(&["O", "to-stdout"]),
    value(&["strip-components"]),
    value(&["transform", "xform"]),
    optional(&["one-top-level"]),
    value(&["exclude"]),
    value(&["X", "exclude-from"]),
    flag(&["exclude-vcs"]),
    flag(&["exclude-backups"]),
    flag(&["exclude-caches"]),
    value(&["T", "files-from"]),
    flag(&["null"]),
    flag(&["no-null"]),
    flag(&["verbatim-files-from"]),
    flag(&["wildcards"]),
    flag(&["no-wildcards"]),
    flag(&["wildcards-match-slash"]),
    flag(&["no-wildcards-match-slash"]),
    flag(&["anchored"]),
    flag(&["no-anchored"]),
    flag(&["ignore-case"]),
    flag(&["no-ignore-case"]),
    flag(&["h", "dereference"]),
    flag(&["hard-dereference"]),
    flag(&["P", "absolute-names"]),
    value(&["owner"]),
    value(&["group"]),
    value(&["mtime"]),
    flag(&["clamp-mtime"]),
    value(&["mode"]),
    value(&["sort"]),
    flag(&["no-recursion"]),
    flag(&["recursion"]),
    flag(&["one-file-system"]),
    flag(&["remove-files"]),
    value(&["H", "format"]),
    flag(&["old-archive", "portability"]),
    flag(&["posix"]),
    value(&["pax-option"]),
    value(&["V", "label"]),
    flag(&["S", "sparse"]),
    value(&["sparse-version"]),
    value(&["hole-detection"]),
    flag(&["i", "ignore-zeros"]),
    flag(&["ignore-failed-read"]),
    flag(&["full-time"]),
    flag(&["utc"]),
    flag(&["totals"]),
    optional(&["checkpoint"]),
    value(&["checkpoint-action"]),
    value(&["warning"]),
    flag(&["W", "verify"]),
    flag(&["R", "block-number"]),
    optional(&["occurrence"]),
    value(&["N", "newer", "after-date"]),
    value(&["newer-mtime"]),
    value(&["atime-preserve"]),
    flag(&["xattrs"]),
    flag(&["no-xattrs"]),
    flag(&["acls"]),
    flag(&["no-acls"]),
    flag(&["selinux"]),
    flag(&["no-selinux"]),
    flag(&["force-local"]),
    flag(&["delay-directory-restore"]),
    flag(&["no-delay-directory-restore"]),
    value(&["quoting-style"]),
    value(&["index-file"]),
    flag(&["show-transformed-names", "show-stored-names"]),
    value(&["level"]),
    flag(&["help"]),
    flag(&["usage"]),
    flag(&["version"]),
];

const VERSION_CONTROL: [&str; 14] = [
    "CVS", "RCS", "SCCS", ".git", ".gitignore", ".gitmodules", ".gitattributes", ".cvsignore", ".svn", ".arch-ids",
    "{arch}", ".bzr", ".hg", ".hgignore",
];
const BACKUPS: [&str; 3] = [".#*", "*~", "#*#"];

const USAGE: &str = "Usage: tar [OPTION...] [FILE]...
'tar' saves many files together into a single archive, and can restore individual files from it.

Examples:
  tar -cf archive.tar foo bar  # Create archive.tar from files foo and bar.
  tar -tvf archive.tar         # List all files in archive.tar verbosely.
  tar -xf archive.tar          # Extract all files from archive.tar.

  -A, --concatenate  --delete  -c, --create  -d, --diff  -r, --append  -t, --list  -u, --update  -x, --extract
  -f, --file=ARCHIVE  -C, --directory=DIR  -v, --verbose  -O, --to-stdout
  -z, --gzip  -j, --bzip2  -J, --xz  --zstd  --lzma  -a, --auto-compress  -I, --use-compress-program=PROG
  -H, --format=gnu|oldgnu|pax|ustar|v7  -b, --blocking-factor=N  -S, --sparse
  -k, --keep-old-files  --skip-old-files  --keep-newer-files  --overwrite  -U, --unlink-first
  -p, --preserve-permissions  --no-same-owner  --numeric-owner  -m, --touch
  --owner=NAME[:UID]  --group=NAME[:GID]  --mtime=DATE  --mode=CHANGES  --sort=none|name|inode
  --exclude=PATTERN  -X, --exclude-from=FILE  --exclude-vcs  -T, --files-from=FILE  --null
  --wildcards  --anchored  --ignore-case  --no-recursion  --one-file-system  -h, --dereference
  --strip-components=N  --transform=EXPRESSION  --one-top-level[=DIR]  -P, --absolute-names  --remove-files";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    Concatenate,
    Create,
    Delete,
    Diff,
    Append,
    List,
    Update,
    Extract,
}

/// What extraction does where a file is already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OldFiles {
    Replace,
    Keep,
    Skip,
    KeepNewer,
    Overwrite,
}

/// A name on the line, and where it is to be looked for.
pub struct Operand {
    pub name: Vec<u8>,
    /// Directories to enter before, one after the other.
    pub directories: Vec<Vec<u8>>,
    pub rules: Rules,
    pub recurses: bool,
}

pub struct Exclusion {
    pub pattern: Vec<u8>,
    pub rules: Rules,
}

pub struct Tar {
    pub operation: Operation,
    pub archive: Vec<u8>,
    pub compression: Option<Compression>,
    pub verbose: u32,
    pub operands: Vec<Operand>,
    /// Directories after the last name.
    pub directories: Vec<Vec<u8>>,
    pub exclusions: Vec<Exclusion>,
    pub excludes_caches: bool,
    pub names: Names,
    pub format: Format,
    pub blocking: usize,
    pub dereference: bool,
    pub owner: Option<(String, u32)>,
    pub group: Option<(String, u32)>,
    pub mode: Option<String>,
    pub modified_ns: Option<i64>,
    pub clamp: bool,
    pub newer_ns: Option<i64>,
    pub sort: Sort,
    pub one_file_system: bool,
    pub remove_files: bool,
    pub permissions: Option<bool>,
    pub same_owner: Option<bool>,
    pub numeric_owner: bool,
    pub touch: bool,
    pub sparse: bool,
    pub old_files: OldFiles,
    pub unlink_first: bool,
    pub recursive_unlink: bool,
    pub keep_directory_links: bool,
    pub to_stdout: bool,
    pub ignore_zeros: bool,
    pub ignore_failed_read: bool,
    pub full_time: bool,
    pub totals: bool,
    pub label: Option<Vec<u8>>,
    pub failed: i32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    None,
    Name,
    Inode,
}

/// Prints a usage error and answers its exit code.
fn usage_error(text: &str) -> i32 {
    eprintln!("tar: {text}\nTry 'tar --help' or 'tar --usage' for more information.");
    if text.starts_with("unrecognized option") || text.starts_with("invalid option") || text.starts_with("option ") { 64 } else { 2 }
}

impl Tar {
    /// Reads the line. An error is the exit code, its message printed.
    pub fn parse(args: Vec<OsString>) -> Result<Tar, i32> {
        let style = Style { old_cluster: true, ..Style::default() };
        let items = options::parse(OPTIONS, style, args).map_err(|text| usage_error(&text))?;
        let mut tar = Tar::new();
        let mut parsing = Parsing { operation: None, pending: Vec::new(), is_null: false, rules: RuleFlags::default(), recurses: true, auto: false };
        for item in items {
            match item {
                Item::Operand(name) => tar.add_operand(&mut parsing, name),
                Item::Option(name, value) => tar.apply(&mut parsing, name, value)?,
            }
        }
        tar.directories = parsing.pending;
        let Some(operation) = parsing.operation else {
            return Err(usage_error("You must specify one of the '-Acdtrux', '--delete' or '--test-label' options"));
        };
        tar.operation = operation;
        if parsing.auto && operation == Operation::Create {
            tar.compression = tar.compression.or_else(|| Compression::of_name(&tar.archive));
        }
        if operation == Operation::Create && tar.operands.is_empty() {
            return Err(usage_error("Cowardly refusing to create an empty archive"));
        }
        if tar.compression.is_some() && matches!(operation, Operation::Append | Operation::Concatenate | Operation::Delete | Operation::Update) {
            return Err(usage_error("Cannot update compressed archives"));
        }
        if tar.names.one_top_level.as_ref().is_some_and(Vec::is_empty) {
            let Some(stem) = stem_of(&tar.archive) else {
                return Err(usage_error("Cannot deduce top-level directory name; please set it explicitly with --one-top-level=DIR"));
            };
            tar.names.one_top_level = Some(stem);
        }
        Ok(tar)
    }

    fn new() -> Tar {
        Tar {
            operation: Operation::List,
            archive: b"-".to_vec(),
            compression: None,
            verbose: 0,
            operands: Vec::new(),
            directories: Vec::new(),
            exclusions: Vec::new(),
            excludes_caches: false,
            names: Names::default(),
            format: Format::Gnu,
            blocking: 20,
            dereference: false,
            owner: None,
            group: None,
            mode: None,
            modified_ns: None,
            clamp: false,
            newer_ns: None,
            sort: Sort::None,
            one_file_system: false,
            remove_files: false,
            permissions: None,
            same_owner: None,
            numeric_owner: false,
            touch: false,
            sparse: false,
            old_files: OldFiles::Replace,
            unlink_first: false,
            recursive_unlink: false,
            keep_directory_links: false,
            to_stdout: false,
            ignore_zeros: false,
            ignore_failed_read: false,
            full_time: false,
            totals: false,
            label: None,
            failed: 0,
        }
    }

    fn add_operand(&mut self, parsing: &mut Parsing, name: Vec<u8>) {
        let operand = Operand {
            name,
            directories: std::mem::take(&mut parsing.pending),
            rules: parsing.rules.for_members(),
            recurses: parsing.recurses,
        };
        self.operands.push(operand);
    }

    fn apply(&mut self, parsing: &mut Parsing, name: &'static str, value: Option<Vec<u8>>) -> Result<(), i32> {
        let given = value.is_some();
        let value = value.unwrap_or_default();
        let text = shown(&value).into_owned();
        match name {
            "A" => parsing.operate(Operation::Concatenate)?,
            "delete" => parsing.operate(Operation::Delete)?,
            "c" => parsing.operate(Operation::Create)?,
            "d" => parsing.operate(Operation::Diff)?,
            "r" => parsing.operate(Operation::Append)?,
            "t" => parsing.operate(Operation::List)?,
            "u" => parsing.operate(Operation::Update)?,
            "x" => parsing.operate(Operation::Extract)?,
            "f" => self.archive = value,
            "b" => self.blocking = text.parse().ok().filter(|factor| (1..=1 << 16).contains(factor)).ok_or_else(|| usage_error(&format!("{text}: Invalid blocking factor")))?,
            "record-size" => self.blocking = text.parse::<usize>().ok().filter(|size| *size > 0 && size % 512 == 0).map(|size| size / 512).ok_or_else(|| usage_error("Record size must be a multiple of 512."))?,
            "v" => self.verbose += 1,
            "z" => self.compression = Some(Compression::Gzip(6)),
            "j" => self.compression = Some(Compression::Bzip2(9)),
            "J" => self.compression = Some(Compression::Xz(6)),
            "zstd" => self.compression = Some(Compression::Zstd(3)),
            "lzma" => self.compression = Some(Compression::Lzma(6)),
            "a" => parsing.auto = true,
            "no-auto-compress" => parsing.auto = false,
            "I" => {
                let program = Compression::of_program(&text);
                self.compression = Some(program.ok_or_else(|| usage_error(&format!("{text}: not a compression program that is built in")))?);
            }
            "C" => parsing.pending.push(value),
            "p" => self.permissions = Some(true),
            "no-same-permissions" => self.permissions = Some(false),
            "same-owner" => self.same_owner = Some(true),
            "o" => {
                self.same_owner = Some(false);
                if parsing.operation == Some(Operation::Create) {
                    self.format = Format::V7;
                }
            }
            "numeric-owner" => self.numeric_owner = true,
            "m" => self.touch = true,
            "S" => self.sparse = true,
            "k" => self.old_files = OldFiles::Keep,
            "skip-old-files" => self.old_files = OldFiles::Skip,
            "keep-newer-files" => self.old_files = OldFiles::KeepNewer,
            "overwrite" => self.old_files = OldFiles::Overwrite,
            "keep-directory-symlink" => self.keep_directory_links = true,
            "U" => self.unlink_first = true,
            "recursive-unlink" => self.recursive_unlink = true,
            "O" => self.to_stdout = true,
            "strip-components" => self.names.strip = text.parse().map_err(|_| usage_error(&format!("{text}: Invalid number of elements")))?,
            "transform" => {
                let transforms = Transform::parse_all(&text).ok_or_else(|| usage_error("Invalid transform expression"))?;
                self.names.transforms.extend(transforms);
            }
            "one-top-level" => self.names.one_top_level = Some(if given { value } else { Vec::new() }),
            "exclude" => self.exclude(parsing, value),
            "X" => self.exclude_from(parsing, &value)?,
            "exclude-vcs" => self.exclude_list(parsing, &VERSION_CONTROL),
            "exclude-backups" => self.exclude_list(parsing, &BACKUPS),
            "exclude-caches" => self.excludes_caches = true,
            "T" => self.files_from(parsing, &value)?,
            "null" => parsing.is_null = true,
            "no-null" => parsing.is_null = false,
            "wildcards" => parsing.rules.wildcards = Some(true),
            "no-wildcards" => parsing.rules.wildcards = Some(false),
            "wildcards-match-slash" => parsing.rules.slash = Some(true),
            "no-wildcards-match-slash" => parsing.rules.slash = Some(false),
            "anchored" => parsing.rules.anchored = Some(true),
            "no-anchored" => parsing.rules.anchored = Some(false),
            "ignore-case" => parsing.rules.ignore_case = true,
            "no-ignore-case" => parsing.rules.ignore_case = false,
            "h" => self.dereference = true,
            "P" => self.names.absolute = true,
            "owner" => self.owner = Some(owner_of(&text, "/etc/passwd").ok_or_else(|| usage_error(&format!("{text}: Invalid owner")))?),
            "group" => self.group = Some(owner_of(&text, "/etc/group").ok_or_else(|| usage_error(&format!("{text}: Invalid group")))?),
            "mtime" => self.modified_ns = Some(date_of(&text)?),
            "clamp-mtime" => self.clamp = true,
            "N" | "newer-mtime" => self.newer_ns = Some(date_of(&text)?),
            "mode" => self.mode = Some(text),
            "sort" => {
                self.sort = match text.as_str() {
                    "none" => Sort::None,
                    "name" => Sort::Name,
                    "inode" => Sort::Inode,
                    _ => {
                        let valid = "Valid arguments are:\n  - 'none'\n  - 'name'\n  - 'inode'";
                        return Err(usage_error(&format!("invalid argument '{text}' for '--sort'\n{valid}")));
                    }
                }
            }
            "no-recursion" => parsing.recurses = false,
            "recursion" => parsing.recurses = true,
            "one-file-system" => self.one_file_system = true,
            "remove-files" => self.remove_files = true,
            "H" => {
                self.format = match text.as_str() {
                    "gnu" => Format::Gnu,
                    "oldgnu" => Format::OldGnu,
                    "pax" | "posix" => Format::Pax,
                    "ustar" => Format::Ustar,
                    "v7" => Format::V7,
                    _ => return Err(usage_error(&format!("{text}: Invalid archive format"))),
                }
            }
            "old-archive" => self.format = Format::V7,
            "posix" => self.format = Format::Pax,
            "V" => self.label = Some(value),
            "i" => self.ignore_zeros = true,
            "ignore-failed-read" => self.ignore_failed_read = true,
            "full-time" => self.full_time = true,
            "totals" => self.totals = true,
            "help" | "usage" => {
                println!("{USAGE}");
                return Err(0);
            }
            "version" => {
                println!("tar (secure-exec) {}", env!("CARGO_PKG_VERSION"));
                return Err(0);
            }
            _ => {}
        }
        Ok(())
    }

    fn exclude(&mut self, parsing: &Parsing, pattern: Vec<u8>) {
        self.exclusions.push(Exclusion { pattern, rules: parsing.rules.for_exclusions() });
    }

    fn exclude_list(&mut self, parsing: &Parsing, patterns: &[&str]) {
        for pattern in patterns {
            self.exclude(parsing, pattern.as_bytes().to_vec());
        }
    }

    fn exclude_from(&mut self, parsing: &Parsing, file: &[u8]) -> Result<(), i32> {
        for line in lines_of(file, b'\n')? {
            if !line.is_empty() {
                self.exclude(parsing, line);
            }
        }
        Ok(())
    }

    fn files_from(&mut self, parsing: &mut Parsing, file: &[u8]) -> Result<(), i32> {
        let separator = if parsing.is_null { 0 } else { b'\n' };
        let mut lines = lines_of(file, separator)?.into_iter();
        while let Some(line) = lines.next() {
            if !parsing.is_null && line == b"-C" {
                parsing.pending.extend(lines.next());
            } else if let Some(directory) = line.strip_prefix(b"-C").filter(|_| !parsing.is_null) {
                parsing.pending.push(directory.trim_ascii().to_vec());
            } else if !line.is_empty() {
                self.add_operand(parsing, line);
            }
        }
        Ok(())
    }
}

/// What options do to those that follow them.
struct Parsing {
    operation: Option<Operation>,
    pending: Vec<Vec<u8>>,
    is_null: bool,
    rules: RuleFlags,
    recurses: bool,
    auto: bool,
}

impl Parsing {
    fn operate(&mut self, operation: Operation) -> Result<(), i32> {
        if self.operation.is_some_and(|earlier| earlier != operation) {
            return Err(usage_error("You may not specify more than one '-Acdtrux', '--delete' or  '--test-label' option"));
        }
        self.operation = Some(operation);
        Ok(())
    }
}

#[derive(Clone, Copy, Default)]
struct RuleFlags {
    wildcards: Option<bool>,
    slash: Option<bool>,
    anchored: Option<bool>,
    ignore_case: bool,
}

impl RuleFlags {
    fn for_exclusions(self) -> Rules {
        Rules {
            wildcards: self.wildcards.unwrap_or(true),
            slash: self.slash.unwrap_or(true),
            anchored: self.anchored.unwrap_or(false),
            ignore_case: self.ignore_case,
        }
    }

    fn for_members(self) -> Rules {
        Rules {
            wildcards: self.wildcards.unwrap_or(false),
            slash: self.slash.unwrap_or(true),
            anchored: self.anchored.unwrap_or(true),
            ignore_case: self.ignore_case,
        }
    }
}

fn lines_of(file: &[u8], separator: u8) -> Result<Vec<Vec<u8>>, i32> {
    let content = if file == b"-" {
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut console::stream::Stream::standard_input(), &mut bytes).map(|_| bytes)
    } else {
        std::fs::read(path::of(file))
    };
    let content = content.map_err(|error| {
        eprintln!("tar: {}: Cannot open: {}\ntar: Error is not recoverable: exiting now", shown(file), message(&error));
        2
    })?;
    Ok(content.split(|byte| *byte == separator).map(<[u8]>::to_vec).collect())
}

/// `NAME`, `NAME:NUMBER` or `NUMBER`.
fn owner_of(text: &str, file: &str) -> Option<(String, u32)> {
    if let Some((name, number)) = text.split_once(':') {
        return Some((name.to_owned(), number.parse().ok()?));
    }
    if let Ok(number) = text.trim_start_matches('+').parse::<u32>() {
        return Some((String::new(), number));
    }
    let names = std::fs::read_to_string(file).unwrap_or_default();
    let number = names.lines().find_map(|line| {
        let mut fields = line.split(':');
        (fields.next() == Some(text)).then(|| fields.nth(1)?.parse().ok()).flatten()
    });
    Some((text.to_owned(), number?))
}

/// A date, or a file whose time is meant.
fn date_of(text: &str) -> Result<i64, i32> {
    if text.starts_with('/') || text.starts_with('.') {
        return sys::stat(text.as_bytes()).map(|stat| stat.modified_ns).map_err(|error| {
            eprintln!("tar: {text}: Cannot stat: {}\ntar: Error is not recoverable: exiting now", message(&error));
            2
        });
    }
    let seconds = crate::calendar::parse(text).ok_or_else(|| usage_error(&format!("Invalid time stamp: '{text}'")))?;
    Ok(seconds.saturating_mul(1_000_000_000))
}

/// An archive's name without folder and suffix.
fn stem_of(archive: &[u8]) -> Option<Vec<u8>> {
    let base = path::last_component(archive);
    let stem = [&b".tar"[..], b".tgz", b".tbz", b".tbz2", b".txz", b".tzst", b".taz", b".tlz"].into_iter().find_map(|suffix| base.strip_suffix(suffix));
    let compressed = [&b".gz"[..], b".bz2", b".xz", b".zst", b".lzma", b".Z"].into_iter().find_map(|suffix| base.strip_suffix(suffix)?.strip_suffix(b".tar"));
    stem.or(compressed).filter(|stem| !stem.is_empty()).map(<[u8]>::to_vec)
}
