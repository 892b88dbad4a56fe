//! file: says what a file is, in `file`'s words. A table of our own for what developers meet: libmagic's compiled database
//! is 7 MB.

mod binary;
mod elf;
mod encoding;
mod source;

use console::options::{self, Item, Opt, Style, flag, optional, value};
use console::stream::{self, Stream, read_full};
use console::{message, path, shown};
use encoding::Encoding;
use std::ffi::OsString;
use std::io::{Read, Write};

const OPTIONS: &[Opt] = &[
    flag(&["b", "brief"]),
    flag(&["i", "mime"]),
    flag(&["mime-type"]),
    flag(&["mime-encoding"]),
    flag(&["L", "dereference"]),
    flag(&["h", "no-dereference"]),
    flag(&["z", "uncompress"]),
    flag(&["Z", "uncompress-noreport"]),
    value(&["F", "separator"]),
    value(&["f", "files-from"]),
    flag(&["N", "no-pad"]),
    flag(&["0", "print0"]),
    flag(&["E"]),
    flag(&["k", "keep-going"]),
    flag(&["n", "no-buffer"]),
    flag(&["p", "preserve-date"]),
    flag(&["r", "raw"]),
    flag(&["s", "special-files"]),
    flag(&["S", "no-sandbox"]),
    value(&["e", "exclude"]),
    value(&["m", "magic-file"]),
    value(&["P", "parameter"]),
    optional(&["extension"]),
    flag(&["v", "version"]),
    flag(&["help"]),
];

const USAGE: &str = "Usage: file [-bEhiLNrsvzZ0] [--mime-encoding] [--mime-type] [-F <separator>]
            [-f <namefile>] <file> ...
       file [--help]";

/// As much of a file as is looked at.
const LOOK_BYTES: usize = 1024 * 1024;

/// What a file is.
pub struct Kind {
    pub words: String,
    pub mime: &'static str,
}

pub fn kind(words: impl Into<String>, mime: &'static str) -> Kind {
    Kind { words: words.into(), mime }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shows {
    Words,
    Mime,
    MimeType,
    MimeEncoding,
}

struct File {
    shows: Shows,
    brief: bool,
    follow: bool,
    uncompress: bool,
    fails_on_errors: bool,
    separator: String,
    pads: bool,
    zero: bool,
    code: i32,
}

pub fn main(args: Vec<OsString>) -> i32 {
    let items = match options::parse(OPTIONS, Style::default(), args) {
        Ok(items) => items,
        Err(text) => {
            eprintln!("file: {text}\n{USAGE}");
            return 1;
        }
    };
    let mut file = File {
        shows: Shows::Words,
        brief: false,
        follow: std::env::var_os("POSIXLY_CORRECT").is_some(),
        uncompress: false,
        fails_on_errors: false,
        separator: ":".to_owned(),
        pads: true,
        zero: false,
        code: 0,
    };
    let mut names = Vec::new();
    for item in items {
        match item {
            Item::Operand(name) => names.push(name),
            Item::Option(name, value) => match name {
                "b" => file.brief = true,
                "i" => file.shows = Shows::Mime,
                "mime-type" => file.shows = Shows::MimeType,
                "mime-encoding" => file.shows = Shows::MimeEncoding,
                "L" => file.follow = true,
                "h" => file.follow = false,
                "z" | "Z" => file.uncompress = true,
                "F" => file.separator = shown(&value.unwrap_or_default()).into_owned(),
                "f" => match lines_of(&value.unwrap_or_default()) {
                    Ok(lines) => names.extend(lines),
                    Err(code) => return code,
                },
                "N" => file.pads = false,
                "0" => file.zero = true,
                "E" => file.fails_on_errors = true,
                "v" => {
                    println!("file-5.44 (secure-exec {})", env!("CARGO_PKG_VERSION"));
                    return 0;
                }
                "help" => {
                    println!("{USAGE}");
                    return 0;
                }
                _ => {}
            },
        }
    }
    if names.is_empty() {
        eprintln!("{USAGE}");
        return 1;
    }
    let width = names.iter().map(|name| shown(name).chars().count()).max().unwrap_or(0);
    let mut output = stream::output();
    for name in &names {
        let line = file.line(name, width);
        // That it could not be written is told at the end.
        let _ = output.write_all(line.as_bytes());
    }
    if let Err(error) = output.flush() {
        eprintln!("file: write error: {}", message(&error));
        file.code = 1;
    }
    // Written or not, nothing is left to write when it is dropped.
    let _ = output.into_parts();
    file.code
}

fn lines_of(name: &[u8]) -> Result<Vec<Vec<u8>>, i32> {
    let mut bytes = Vec::new();
    let read = if name == b"-" { Ok(Stream::standard_input()) } else { Stream::open(name) };
    read.and_then(|mut input| input.read_to_end(&mut bytes)).map_err(|error| {
        eprintln!("file: Cannot open `{}' ({})", shown(name), message(&error));
        1
    })?;
    Ok(bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).map(<[u8]>::to_vec).collect())
}

impl File {
    fn line(&mut self, name: &[u8], width: usize) -> String {
        let answer = self.answer(name);
        if self.brief {
            return format!("{answer}\n");
        }
        let shown_name = if name == b"-" { "/dev/stdin".into() } else { shown(name) };
        let blanks = if self.pads { width.saturating_sub(shown_name.chars().count()) } else { 0 };
        let zero = if self.zero { "\0" } else { "" };
        format!("{shown_name}{zero}{} {:blanks$}{answer}\n", self.separator, "")
    }

    fn answer(&mut self, name: &[u8]) -> String {
        let mut bytes = Vec::new();
        let mut modes = String::new();
        if name != b"-" {
            let status = if self.follow { sys::stat(name) } else { sys::lstat(name) };
            let stat = match status {
                Ok(stat) => stat,
                Err(error) => return self.cannot_open(name, &error),
            };
            if let Some(special) = special(name, &stat) {
                let binary = if stat.is_symbolic_link() && special.words.starts_with("broken") { "" } else { "binary" };
                return self.worded(&special, binary);
            }
            modes = mode_words(&stat);
            let opened = Stream::open(name).and_then(|mut input| look(&mut input, &mut bytes));
            if let Err(error) = opened {
                return self.cannot_open(name, &error);
            }
        } else if let Err(error) = look(&mut Stream::standard_input(), &mut bytes) {
            return self.cannot_open(name, &error);
        }
        if self.uncompress {
            if let Some(inner) = uncompressed(&bytes) {
                let outside = judge(&bytes);
                let found = judge(&inner);
                let charset = encoding::of(&inner).charset();
                // The length at the end of a stream is not told of what is inside.
                let packed = outside.words.split(", original size").next().unwrap_or("").to_owned();
                let kind = Kind { words: format!("{} ({packed})", found.words), mime: found.mime };
                return self.worded(&kind, charset);
            }
        }
        let mut found = judge(&bytes);
        found.words.insert_str(0, &modes);
        self.worded(&found, encoding::of(&bytes).charset())
    }

    fn cannot_open(&mut self, name: &[u8], error: &std::io::Error) -> String {
        if self.fails_on_errors {
            self.code = 1;
        }
        let what = if self.fails_on_errors { "ERROR: cannot stat" } else { "cannot open" };
        format!("{what} `{}' ({})", shown(name), message(error))
    }

    fn worded(&self, kind: &Kind, charset: &str) -> String {
        match self.shows {
            Shows::Words => kind.words.clone(),
            Shows::MimeType => kind.mime.to_owned(),
            Shows::MimeEncoding => charset.to_owned(),
            Shows::Mime if charset.is_empty() => kind.mime.to_owned(),
            Shows::Mime => format!("{}; charset={charset}", kind.mime),
        }
    }
}

fn look(input: &mut Stream, bytes: &mut Vec<u8>) -> std::io::Result<()> {
    bytes.resize(LOOK_BYTES, 0);
    let count = read_full(input, bytes)?;
    bytes.truncate(count);
    Ok(())
}

/// `setuid, `: what a mode has beside permissions.
fn mode_words(stat: &sys::Stat) -> String {
    let bits = [(0o4000, "setuid, "), (0o2000, "setgid, "), (0o1000, "sticky, ")];
    bits.iter().filter(|(bit, _)| stat.mode & bit != 0).map(|(_, word)| *word).collect()
}

/// What is no regular file.
fn special(name: &[u8], stat: &sys::Stat) -> Option<Kind> {
    let device = || format!("({}/{})", stat.device_number >> 8 & 0xfff, stat.device_number & 0xff);
    Some(match () {
        () if stat.is_directory() => kind(format!("{}directory", mode_words(stat)), "inode/directory"),
        () if stat.is_symbolic_link() => {
            let target = path::read_link(name).unwrap_or_default();
            let words = if sys::stat(name).is_ok() { "symbolic link to" } else { "broken symbolic link to" };
            kind(format!("{words} {}", shown(&target)), "inode/symlink")
        }
        () if stat.is_fifo() => kind("fifo (named pipe)", "inode/fifo"),
        () if stat.is_socket() => kind("socket", "inode/socket"),
        () if stat.is_character_device() => kind(format!("character special {}", device()), "inode/chardevice"),
        () if stat.is_block_device() => kind(format!("block special {}", device()), "inode/blockdevice"),
        () if stat.is_regular() && stat.size == 0 && !name.starts_with(b"/proc/") => kind("empty", "inode/x-empty"),
        () => return None,
    })
}

fn uncompressed(bytes: &[u8]) -> Option<Vec<u8>> {
    let source: Box<dyn Read> = match bytes {
        [0x1f, 0x8b, ..] => Box::new(crate::compress::GzipReader::new(bytes)),
        [b'B', b'Z', b'h', ..] => Box::new(crate::compress::Bzip2Reader::new(bytes)),
        [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Box::new(liblzma::bufread::XzDecoder::new_multi_decoder(bytes)),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Box::new(zstd::stream::read::Decoder::with_buffer(bytes).ok()?),
        _ => return None,
    };
    let mut inner = Vec::new();
    // A file that is longer than what was read ends early; its beginning says enough.
    let _ = source.take(LOOK_BYTES as u64).read_to_end(&mut inner);
    (!inner.is_empty()).then_some(inner)
}

/// What bytes are: a known format, or text of some kind, or data.
fn judge(bytes: &[u8]) -> Kind {
    if bytes.is_empty() {
        return kind("empty", "inode/x-empty");
    }
    if bytes.len() == 1 {
        return kind("very short file (no magic)", "application/octet-stream");
    }
    if let Some(found) = binary::find(bytes) {
        return found;
    }
    let encoding = encoding::of(bytes);
    if encoding == Encoding::Binary {
        return kind("data", "application/octet-stream");
    }
    let text = encoding.decode(bytes);
    source::describe(&text, encoding, &encoding::features(&text))
}
