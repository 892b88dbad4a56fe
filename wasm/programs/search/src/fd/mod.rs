//! fd: finds files by name. Ours on ripgrep's walker: fd's own crate is a program only, and needs threads and processes
//! of std.

mod command;
mod filter;
mod options;

use filter::Filter;
use ignore::WalkBuilder;
use ignore::overrides::OverrideBuilder;
use options::Options;
use std::ffi::OsString;
use std::io::Write;
use std::path::{Component, Path, PathBuf};

/// Exit codes: 1 also says of `-q` that there was nothing.
const FAILURE: i32 = 1;

pub fn main(args: Vec<OsString>) -> i32 {
    let options = match Options::parse(args) {
        Ok(options) => options,
        Err(code) => return code,
    };
    match run(&options) {
        Ok(code) => code,
        Err(text) => {
            eprintln!("[fd error]: {text}");
            FAILURE
        }
    }
}

fn run(options: &Options) -> Result<i32, String> {
    let filter = Filter::new(options)?;
    let mut found = Vec::new();
    let mut failed = false;
    let maximum = if options.quiet { 1 } else { options.maximum_results.unwrap_or(usize::MAX) };
    for entry in walker(options)?.build() {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                failed |= report(&error, options);
                continue;
            }
        };
        if entry.depth() > 0 && filter.fits(&entry) {
            found.push(shown(entry.path(), options));
        }
        if found.len() >= maximum {
            break;
        }
    }
    // As fd does when it is done soon.
    found.sort();
    if options.quiet {
        return Ok(i32::from(found.is_empty()));
    }
    let code = i32::from(failed);
    if let Some(command) = &options.command {
        return Ok(command::run(command, &found, options)?.max(code));
    }
    print(&found, options);
    Ok(code)
}

/// Reports a file that could not be looked at; broken links are found all the same.
fn report(error: &ignore::Error, options: &Options) -> bool {
    if options.show_errors {
        eprintln!("[fd error]: {error}");
    }
    options.show_errors
}

fn walker(options: &Options) -> Result<WalkBuilder, String> {
    for path in &options.paths {
        if !path.is_dir() {
            eprintln!("[fd error]: Search path '{}' is not a directory.", path.display());
        }
    }
    let mut paths = options.paths.iter().filter(|path| path.is_dir());
    let first = paths.next().ok_or("No valid search paths given.")?;
    let mut builder = WalkBuilder::new(first);
    for path in paths {
        builder.add(path);
    }
    let mut overrides = OverrideBuilder::new(".");
    for glob in &options.excluded {
        overrides.add(&format!("!{glob}")).map_err(|error| format!("Malformed exclude pattern: {error}"))?;
    }
    builder
        .hidden(!options.hidden)
        .ignore(options.reads_ignore)
        .parents(options.reads_parents)
        .git_ignore(options.reads_vcs)
        .git_global(options.reads_vcs)
        .git_exclude(options.reads_vcs)
        .require_git(!options.no_require_git)
        .overrides(overrides.build().map_err(|error| error.to_string())?)
        .follow_links(options.follow)
        .same_file_system(options.one_file_system)
        .max_depth(options.maximum_depth);
    if options.reads_ignore {
        builder.add_custom_ignore_filename(".fdignore");
    }
    for file in &options.ignore_files {
        if let Some(error) = builder.add_ignore(file) {
            eprintln!("[fd error]: Malformed pattern in custom ignore file. {error}.");
        }
    }
    Ok(builder)
}

/// How a path is printed and handed to commands.
fn shown(path: &Path, options: &Options) -> PathBuf {
    if options.absolute {
        let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        return absolute.components().filter(|part| *part != Component::CurDir).collect();
    }
    if options.strips_prefix { path.strip_prefix(".").unwrap_or(path).to_owned() } else { path.to_owned() }
}

fn print(found: &[PathBuf], options: &Options) {
    let mut output = std::io::BufWriter::with_capacity(64 * 1024, std::io::stdout().lock());
    for path in found {
        let mut line = path.as_os_str().as_encoded_bytes().to_vec();
        let is_directory = path.symlink_metadata().is_ok_and(|metadata| metadata.is_dir());
        if options.color {
            line = colored(path, &line, is_directory);
        } else if is_directory {
            line.push(b'/');
        }
        if let Some(separator) = &options.path_separator {
            line = String::from_utf8_lossy(&line).replace('/', separator).into_bytes();
        }
        line.push(if options.nul { 0 } else { b'\n' });
        if output.write_all(&line).is_err() {
            return;
        }
    }
    let _ = output.flush();
}

/// Directories in blue, up to the name; links in cyan; what can be run in green.
fn colored(path: &Path, line: &[u8], is_directory: bool) -> Vec<u8> {
    let split = line.iter().rposition(|byte| *byte == b'/').map_or(0, |slash| slash + 1);
    let stat = sys::lstat(line);
    let color = match stat {
        Ok(_) if is_directory => "1;34",
        Ok(stat) if stat.is_symbolic_link() => "1;36",
        Ok(stat) if stat.is_regular() && stat.permissions() & 0o111 != 0 => "1;32",
        _ => "",
    };
    let mut output = Vec::new();
    if split > 0 {
        output.extend_from_slice(b"\x1b[1;34m");
        output.extend_from_slice(&line[..split]);
        output.extend_from_slice(b"\x1b[0m");
    }
    if color.is_empty() {
        output.extend_from_slice(&line[split..]);
        return output;
    }
    output.extend(format!("\x1b[{color}m").into_bytes());
    output.extend_from_slice(&line[split..]);
    if is_directory && !path.as_os_str().is_empty() {
        output.push(b'/');
    }
    output.extend_from_slice(b"\x1b[0m");
    output
}
