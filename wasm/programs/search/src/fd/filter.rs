//! Which files fd shows.

use super::options::Options;
use globset::GlobBuilder;
use ignore::DirEntry;
use regex::bytes::{Regex, RegexBuilder};
use std::path::Path;
use std::time::{Duration, SystemTime};

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Type {
    File,
    Directory,
    Link,
    Executable,
    Empty,
    Socket,
    Pipe,
    BlockDevice,
    CharacterDevice,
}

impl Type {
    pub fn parse(text: &str) -> Result<Type, String> {
        Ok(match text {
            "f" | "file" => Type::File,
            "d" | "dir" | "directory" => Type::Directory,
            "l" | "symlink" => Type::Link,
            "x" | "executable" => Type::Executable,
            "e" | "empty" => Type::Empty,
            "s" | "socket" => Type::Socket,
            "p" | "pipe" => Type::Pipe,
            "b" | "block-device" => Type::BlockDevice,
            "c" | "char-device" => Type::CharacterDevice,
            _ => return Err(format!("invalid value '{text}' for '--type <filetype>'")),
        })
    }
}

#[derive(Clone, Copy)]
pub enum SizeLimit {
    AtLeast(u64),
    AtMost(u64),
    Exactly(u64),
}

impl SizeLimit {
    pub fn parse(text: &str) -> Result<SizeLimit, String> {
        let invalid = || format!("'{text}' is not a valid size constraint. See 'fd --help'.");
        let (sign, rest) = match text.chars().next() {
            Some(sign @ ('+' | '-')) => (sign, &text[1..]),
            _ => (' ', text),
        };
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let number: u64 = rest[..digits].parse().map_err(|_| invalid())?;
        let unit: u64 = match rest[digits..].to_ascii_lowercase().as_str() {
            "" | "b" => 1,
            "k" | "kb" => 1000,
            "m" | "mb" => 1_000_000,
            "g" | "gb" => 1_000_000_000,
            "t" | "tb" => 1_000_000_000_000,
            "ki" | "kib" => 1 << 10,
            "mi" | "mib" => 1 << 20,
            "gi" | "gib" => 1 << 30,
            "ti" | "tib" => 1 << 40,
            _ => return Err(invalid()),
        };
        let bytes = number.checked_mul(unit).ok_or_else(invalid)?;
        Ok(match sign {
            '+' => SizeLimit::AtLeast(bytes),
            '-' => SizeLimit::AtMost(bytes),
            _ => SizeLimit::Exactly(bytes),
        })
    }

    fn holds(self, bytes: u64) -> bool {
        match self {
            SizeLimit::AtLeast(limit) => bytes >= limit,
            SizeLimit::AtMost(limit) => bytes <= limit,
            SizeLimit::Exactly(limit) => bytes == limit,
        }
    }
}

#[derive(Clone, Copy)]
pub struct TimeLimit {
    limit: SystemTime,
    is_newer: bool,
}

impl TimeLimit {
    /// A duration (`2weeks`, `1d`, `10h`, `35min`), a date, or `@seconds`.
    pub fn parse(text: &str, is_newer: bool) -> Result<TimeLimit, String> {
        let now = SystemTime::now();
        let duration = duration(text).and_then(|duration| now.checked_sub(duration));
        let limit = duration.or_else(|| date(text)).ok_or_else(|| format!("'{text}' is not a valid date or duration. See 'fd --help'."))?;
        Ok(TimeLimit { limit, is_newer })
    }

    fn holds(self, time: SystemTime) -> bool {
        if self.is_newer { time > self.limit } else { time < self.limit }
    }
}

fn duration(text: &str) -> Option<Duration> {
    let mut seconds = 0u64;
    let mut rest = text;
    while !rest.is_empty() {
        rest = rest.trim_start();
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let number: u64 = rest[..digits].parse().ok()?;
        rest = rest[digits..].trim_start();
        let letters = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
        let unit = match &rest[..letters] {
            "s" | "sec" | "secs" | "second" | "seconds" => 1,
            "m" | "min" | "mins" | "minute" | "minutes" => 60,
            "h" | "hr" | "hrs" | "hour" | "hours" => 3600,
            "d" | "day" | "days" => 86_400,
            "w" | "week" | "weeks" => 7 * 86_400,
            "M" | "month" | "months" => 2_630_016,
            "y" | "year" | "years" => 31_557_600,
            _ => return None,
        };
        seconds = seconds.checked_add(number.checked_mul(unit)?)?;
        rest = &rest[letters..];
    }
    (seconds > 0).then(|| Duration::from_secs(seconds))
}

/// `2024-03-05`, `2024-03-05 06:07:08`, the same with `T`, or `@1700000000`; in UTC.
fn date(text: &str) -> Option<SystemTime> {
    if let Some(seconds) = text.strip_prefix('@') {
        return SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds.parse().ok()?));
    }
    let (day, clock) = text.split_once(['T', ' ']).unwrap_or((text, "00:00:00"));
    let mut parts = day.split('-').map(|part| part.parse::<i64>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) || !(1970..10_000).contains(&year) {
        return None;
    }
    let mut clock = clock.trim_end_matches('Z').split(':').map(|part| part.parse::<u64>().ok());
    let (hours, minutes, seconds) = (clock.next()??, clock.next()??, clock.next().flatten().unwrap_or(0));
    // Days since 1970, in years that begin in March.
    let year = if month <= 2 { year - 1 } else { year };
    let month = (month + 9) % 12;
    let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1 - 719_468;
    let seconds = u64::try_from(days).ok()?.checked_mul(86_400)? + hours * 3600 + minutes * 60 + seconds;
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds))
}

/// `user`, `user:group`, `:group`, by name or number.
pub fn owner(text: &str) -> Result<(Option<u32>, Option<u32>), String> {
    let (user, group) = text.split_once(':').unwrap_or((text, ""));
    let id = |name: &str, file: &str| {
        if name.is_empty() {
            return Ok(None);
        }
        let lines = std::fs::read_to_string(file).unwrap_or_default();
        let named = lines.lines().find_map(|line| {
            let mut fields = line.split(':');
            (fields.next() == Some(name)).then(|| fields.nth(1)?.parse().ok()).flatten()
        });
        named.or_else(|| name.parse().ok()).map(Some).ok_or_else(|| format!("'{name}' is not a recognized user or group name"))
    };
    Ok((id(user, "/etc/passwd")?, id(group, "/etc/group")?))
}

pub struct Filter<'options> {
    options: &'options Options,
    patterns: Vec<Regex>,
}

impl<'options> Filter<'options> {
    pub fn new(options: &'options Options) -> Result<Self, String> {
        let patterns = options.patterns.iter().map(|pattern| compile(pattern, options)).collect::<Result<_, _>>()?;
        Ok(Filter { options, patterns })
    }

    pub fn fits(&self, entry: &DirEntry) -> bool {
        let options = self.options;
        options.minimum_depth.is_none_or(|depth| entry.depth() >= depth)
            && self.has_name(entry.path())
            && has_extension(entry.path(), &options.extensions)
            && (options.types.is_empty() || is_of_types(entry, &options.types))
            && self.has_facts(entry)
    }

    fn has_name(&self, path: &Path) -> bool {
        let text = if self.options.full_path {
            std::path::absolute(path).map_or_else(|_| path.as_os_str().to_owned(), |path| {
                let clean: std::path::PathBuf = path.components().filter(|part| *part != std::path::Component::CurDir).collect();
                clean.into_os_string()
            })
        } else {
            path.file_name().unwrap_or_default().to_owned()
        };
        self.patterns.iter().all(|pattern| pattern.is_match(text.as_encoded_bytes()))
    }

    fn has_facts(&self, entry: &DirEntry) -> bool {
        let options = self.options;
        if options.sizes.is_empty() && options.times.is_empty() && options.owner.is_none() {
            return true;
        }
        let Ok(stat) = look(entry) else { return false };
        let time = SystemTime::UNIX_EPOCH + Duration::from_nanos(stat.modified_ns.max(0) as u64);
        let (user, group) = options.owner.unwrap_or_default();
        (options.sizes.is_empty() || stat.is_regular())
            && options.sizes.iter().all(|limit| limit.holds(stat.size))
            && options.times.iter().all(|limit| limit.holds(time))
            && user.is_none_or(|user| user == stat.uid)
            && group.is_none_or(|group| group == stat.gid)
    }
}

fn compile(pattern: &str, options: &Options) -> Result<Regex, String> {
    let is_sensitive = options.case_sensitive.unwrap_or_else(|| pattern.chars().any(char::is_uppercase));
    let text = if options.glob && !pattern.is_empty() {
        let glob = GlobBuilder::new(pattern).literal_separator(true).build().map_err(|error| error.to_string())?;
        glob.regex().to_owned()
    } else if options.fixed {
        regex::escape(pattern)
    } else {
        pattern.to_owned()
    };
    let built = RegexBuilder::new(&text).case_insensitive(!is_sensitive).dot_matches_new_line(true).build();
    built.map_err(|error| {
        format!(
            "{error}\n\nNote: You can use the '--fixed-strings' option to search for a literal string instead of a regular \
             expression. Alternatively, you can also use the '--glob' option to match on a glob pattern."
        )
    })
}

fn has_extension(path: &Path, extensions: &[String]) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    extensions.is_empty() || extensions.iter().any(|extension| {
        name.strip_suffix(extension.as_str()).and_then(|stem| stem.strip_suffix('.')).is_some_and(|stem| !stem.is_empty())
    })
}

fn look(entry: &DirEntry) -> std::io::Result<sys::Stat> {
    let path = entry.path().as_os_str().as_encoded_bytes();
    if entry.path_is_symlink() && entry.file_type().is_some_and(|kind| kind.is_symlink()) { sys::lstat(path) } else { sys::stat(path) }
}

fn is_of_types(entry: &DirEntry, types: &[Type]) -> bool {
    let Ok(stat) = look(entry) else { return types.contains(&Type::Link) && entry.path_is_symlink() };
    let has = |wanted: Type| types.contains(&wanted);
    let wants_kind = types.iter().any(|kind| !matches!(kind, Type::Executable | Type::Empty));
    let kind_fits = (has(Type::File) && stat.is_regular())
        || (has(Type::Directory) && stat.is_directory())
        || (has(Type::Link) && stat.is_symbolic_link())
        || (has(Type::Socket) && stat.is_socket())
        || (has(Type::Pipe) && stat.is_fifo())
        || (has(Type::BlockDevice) && stat.is_block_device())
        || (has(Type::CharacterDevice) && stat.is_character_device());
    if wants_kind && !kind_fits {
        return false;
    }
    if has(Type::Executable) && !(stat.is_regular() && stat.permissions() & 0o111 != 0) {
        return false;
    }
    if has(Type::Empty) {
        let is_empty_directory =
            stat.is_directory() && std::fs::read_dir(entry.path()).is_ok_and(|mut names| names.next().is_none());
        return (stat.is_regular() && stat.size == 0) || is_empty_directory;
    }
    true
}
