//! tar: archives of files. Ours, because the crate `tar` knows neither GNU's options nor how to keep an archive from
//! writing outside its directory through links, and takes modes and owners from calls that WASI lacks.

mod create;
mod diff;
mod extract;
mod filter;
mod header;
mod list;
mod names;
mod options;
mod pattern;
mod pax;
mod reader;
mod rewrite;
mod sparse;
mod transform;

pub use pattern::glob;

use console::stream::Stream;
use console::{message, path, shown};
use create::Writer;
use extract::Extractor;
use filter::Sink;
use header::Member;
use list::Listing;
use names::Role;
use options::{Operation, Tar};
use reader::{ContentError, Next, Reader};
use std::collections::HashMap;
use std::ffi::OsString;
use std::fs::OpenOptions;
use std::io::{Error, IsTerminal, Seek, SeekFrom};

const FATAL: i32 = 2;

/// Whether a block begins a member.
pub fn is_header(block: &[u8; 512]) -> bool {
    header::RawHeader(block).is_valid()
}

pub fn main(args: Vec<OsString>) -> i32 {
    let mut tar = match Tar::parse(args) {
        Ok(tar) => tar,
        Err(code) => return code,
    };
    let done = match tar.operation {
        Operation::Create => create(&mut tar),
        Operation::Append | Operation::Update => append(&mut tar),
        Operation::Concatenate => rewrite::concatenate(&mut tar),
        Operation::Delete => rewrite::delete(&mut tar),
        Operation::List | Operation::Extract | Operation::Diff => read(&mut tar),
    };
    done.unwrap_or_else(|text| {
        eprintln!("{text}\ntar: Error is not recoverable: exiting now");
        FATAL
    })
}

fn cannot_open(name: &[u8], error: &Error) -> String {
    format!("tar: {}: Cannot open: {}", shown(name), message(error))
}

fn create(tar: &mut Tar) -> Result<i32, String> {
    if tar.archive == b"-" {
        if std::io::stdout().is_terminal() {
            return Err("tar: Refusing to write archive contents to terminal (missing -f option?)".into());
        }
        return write(tar, Stream::standard_output(), HashMap::new(), 0);
    }
    let opened = OpenOptions::new().write(true).create(true).truncate(true).open(path::of(&tar.archive));
    let file = opened.map_err(|error| cannot_open(&tar.archive, &error))?;
    write(tar, Stream::Own(file), HashMap::new(), 0)
}

fn write(tar: &mut Tar, output: Stream, present: HashMap<Vec<u8>, i64>, start: u64) -> Result<i32, String> {
    let own = sys::fd_stat(output.fd()).ok().filter(sys::Stat::is_regular).map(|stat| (stat.device, stat.inode));
    let sink = Sink::new(output, tar.compression).map_err(|error| format!("tar: {}", message(&error)))?;
    Ok(Writer::new(tar, sink, own, present, start).run())
}

/// Finds the archive's end, and for `-u` what is in it, and goes on from there.
fn append(tar: &mut Tar) -> Result<i32, String> {
    let opened = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path::of(&tar.archive));
    let mut file = opened.map_err(|error| cannot_open(&tar.archive, &error))?;
    let size = file.metadata().map_err(|error| cannot_open(&tar.archive, &error))?.len();
    let mut present = HashMap::new();
    let mut end = 0;
    if size > 0 {
        let copy = file.try_clone().or_else(|_| std::fs::File::open(path::of(&tar.archive)));
        let input = copy.map_err(|error| cannot_open(&tar.archive, &error))?;
        let mut reader = Reader::new(Box::new(std::io::BufReader::with_capacity(console::stream::CHUNK_BYTES, input)));
        loop {
            match reader.next().map_err(|error| words_of(&error))? {
                Next::Member(member) if tar.operation == Operation::Update => {
                    present.insert(path::without_trailing_slashes(&member.name).to_vec(), member.modified_ns);
                }
                Next::Member(_) | Next::Skipped => {}
                Next::End => break,
                Next::NotAnArchive => return Err("tar: This does not look like a tar archive".into()),
            }
        }
        end = reader.end;
    }
    file.seek(SeekFrom::Start(end)).and_then(|_| file.set_len(end)).map_err(|error| cannot_open(&tar.archive, &error))?;
    write(tar, Stream::Own(file), present, end)
}

fn read(tar: &mut Tar) -> Result<i32, String> {
    let input = if tar.archive == b"-" {
        if std::io::stdin().is_terminal() {
            return Err("tar: Refusing to read archive contents from terminal (missing -f option?)".into());
        }
        Stream::standard_input()
    } else {
        let input = Stream::open(&tar.archive).map_err(|error| cannot_open(&tar.archive, &error))?;
        if sys::fd_stat(input.fd()).is_ok_and(|stat| stat.is_directory()) {
            return Err(format!("tar: {}: Cannot read: Is a directory\ntar: At beginning of tape, quitting now", shown(&tar.archive)));
        }
        input
    };
    let mut reader = Reader::new(filter::reader(input, tar.compression)?);
    reader.ignores_zeros = tar.ignore_zeros;
    let operands = std::mem::take(&mut tar.operands);
    let directories = operands.iter().flat_map(|operand| &operand.directories).chain(&tar.directories);
    for directory in directories {
        console::kernel::change_directory(directory).map_err(|error| cannot_open(directory, &error))?;
    }
    let mut selection = Selection { found: vec![false; operands.len()], operands };
    let on_stderr = tar.to_stdout && tar.operation == Operation::Extract;
    let mut listing = Listing::new(on_stderr);
    let done = members(tar, &mut reader, &mut selection, &mut listing);
    if !listing.finish() {
        tar.failed = FATAL;
    }
    done?;
    for (operand, found) in selection.operands.iter().zip(&selection.found) {
        if !found {
            eprintln!("tar: {}: Not found in archive", names::escaped(&operand.name));
            tar.failed = FATAL;
        }
    }
    if tar.failed >= FATAL {
        eprintln!("tar: Exiting with failure status due to previous errors");
    }
    Ok(tar.failed)
}

/// The members that the line names; all without names.
struct Selection {
    operands: Vec<options::Operand>,
    found: Vec<bool>,
}

impl Selection {
    fn takes(&mut self, name: &[u8]) -> bool {
        if self.operands.is_empty() {
            return true;
        }
        let mut is_taken = false;
        for (operand, found) in self.operands.iter().zip(&mut self.found) {
            let is_whole = || path::without_trailing_slashes(name) == path::without_trailing_slashes(&operand.name);
            if pattern::matches(&operand.name, name, operand.rules) && (operand.recurses || operand.rules.wildcards || is_whole()) {
                (is_taken, *found) = (true, true);
            }
        }
        is_taken
    }
}

fn members(tar: &mut Tar, reader: &mut Reader, selection: &mut Selection, listing: &mut Listing) -> Result<(), String> {
    let mut extractor = Extractor::new(tar);
    let done = loop {
        let member = match reader.next() {
            Ok(Next::Member(member)) => member,
            Ok(Next::End) => break Ok(()),
            Ok(Next::NotAnArchive) => {
                eprintln!("tar: This does not look like a tar archive");
                tar.failed = FATAL;
                break Ok(());
            }
            Ok(Next::Skipped) => {
                if tar.failed < FATAL {
                    eprintln!("tar: Skipping to next header");
                }
                tar.failed = FATAL;
                continue;
            }
            Err(error) => break Err(words_of(&error)),
        };
        let is_excluded = tar.exclusions.iter().any(|exclusion| pattern::matches(&exclusion.pattern, &member.name, exclusion.rules));
        if is_excluded || !selection.takes(&member.name) {
            continue;
        }
        let handled = match tar.operation {
            Operation::List => {
                show(tar, listing, &member, &member.name, tar.verbose + 1);
                Ok(())
            }
            Operation::Diff => diff::compare(tar, reader, &member, listing),
            _ => extract(tar, reader, &member, &mut extractor, listing),
        };
        if let Err(error) = handled {
            break Err(words_of(&error));
        }
    };
    if tar.operation == Operation::Extract && !tar.to_stdout {
        extractor.finish(tar);
    }
    done
}

fn show(tar: &Tar, listing: &mut Listing, member: &Member, name: &[u8], verbosity: u32) {
    match verbosity {
        0 => {}
        1 => listing.name(name),
        _ => listing.member(member, name, tar),
    }
}

fn extract(
    tar: &mut Tar,
    reader: &mut Reader,
    member: &Member,
    extractor: &mut Extractor,
    listing: &mut Listing,
) -> std::io::Result<()> {
    if !tar.names.absolute && names::has_dot_dot(&member.name) {
        eprintln!("tar: {}: Member name contains '..'", names::escaped(&member.name));
        tar.failed = FATAL;
        return Ok(());
    }
    let safe = tar.names.safe(&member.name, Role::Member);
    let Some(name) = tar.names.stripped(&safe) else { return Ok(()) };
    let name = tar.names.below_top(tar.names.transformed(name, None));
    if name.is_empty() || !tar.names.absolute && names::has_dot_dot(&name) {
        return Ok(());
    }
    show(tar, listing, member, &member.name, tar.verbose);
    if !tar.to_stdout {
        return extractor.extract(tar, reader, member, &name);
    }
    let mut output = console::stream::output();
    let mut buffer = vec![0; console::stream::CHUNK_BYTES];
    let copied = reader.copy_content(member, &mut output, &mut buffer);
    let flushed = std::io::Write::flush(&mut output);
    // Written or not, nothing is left to write when it is dropped.
    let _ = output.into_parts();
    match copied {
        Err(ContentError::Read(error)) => Err(error),
        Err(ContentError::Write(error)) => tell_stdout(tar, &error),
        Ok(()) => flushed.or_else(|error| tell_stdout(tar, &error)),
    }
}

fn tell_stdout(tar: &mut Tar, error: &Error) -> std::io::Result<()> {
    eprintln!("tar: -: Cannot write: {}", message(error));
    tar.failed = FATAL;
    Ok(())
}

/// What is said when an archive cannot be read on.
fn words_of(error: &Error) -> String {
    if let Some(fault) = crate::compress::gzip_fault(error) {
        return format!("\ngzip: stdin: {fault}\ntar: Unexpected EOF in archive\ntar: Child returned status 1");
    }
    match error.kind() {
        std::io::ErrorKind::UnexpectedEof => "tar: Unexpected EOF in archive".into(),
        _ => format!("tar: Read error: {}", message(error)),
    }
}
