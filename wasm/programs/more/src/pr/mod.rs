//! pr: pages of text with headers, in columns or file beside file. uutils' is not used: its `-m` and its columns
//! differ from POSIX.

mod cell;
mod layout;
mod options;
mod page;
mod source;
mod writer;

use commands::output;
use getopt::words::quoted_if_needed;
use jiff::{Timestamp, tz::TimeZone};
use layout::Layout;
use options::{Arrangement, Options, PROGRAM};
use page::{Pages, Title};
use source::Source;
use std::ffi::{OsStr, OsString};
use std::os::wasi::ffi::{OsStrExt, OsStringExt};
use writer::Writer;

pub fn main(args: Vec<OsString>) -> i32 {
    let options = match options::parse(args) {
        Ok(options) => options,
        Err(code) => return code,
    };
    let mut output = output::standard();
    let mut code = 0;
    if options.arrangement == Arrangement::Merged {
        let names: Vec<OsString> = options.files.clone();
        output = match print(&options, &names, output, &mut code) {
            Ok(output) => output,
            Err(code) => return code,
        };
        return output::finish(output, PROGRAM.name, code);
    }
    let names = if options.files.is_empty() { vec![OsString::from("-")] } else { options.files.clone() };
    for name in names {
        output = match print(&options, &[name], output, &mut code) {
            Ok(output) => output,
            Err(code) => return code,
        };
    }
    output::finish(output, PROGRAM.name, code)
}

/// Prints one file, or several side by side. An error is an exit code that ends the program.
fn print(options: &Options, names: &[OsString], output: output::Output, code: &mut i32) -> Result<output::Output, i32> {
    let mut sources = Vec::new();
    let mut opened = OsStr::new("-");
    for name in names {
        match Source::open(name.as_bytes()) {
            Ok(source) => {
                sources.push(source);
                opened = name;
            }
            Err(error) => {
                *code = 1;
                if !options.is_quiet {
                    PROGRAM.complain_of(&quoted_if_needed(name), &error);
                }
            }
        }
    }
    if sources.is_empty() {
        return Ok(output);
    }
    let layout = Layout::new(options, sources.len())?;
    let title = title(options, opened);
    let writer = Writer::new(output, layout.makes_tabs.then_some(layout.output_tab));
    let mut pages = Pages::new(&layout, options, title, sources, writer);
    // What cannot be written is said at the end, by the output itself.
    if let Err(error) = pages.print() {
        if !pages.has_failed_output(&error) {
            PROGRAM.complain_of(&quoted_if_needed(opened), &error);
            *code = 1;
        }
    }
    Ok(pages.into_output())
}

/// What stands above each page: the file's time and name, or now where it is not one file.
fn title(options: &Options, name: &OsStr) -> Title {
    let is_one_file = options.arrangement != Arrangement::Merged && name != "-";
    let modified = if is_one_file { sys::stat(name.as_bytes()).ok().map(|stat| i128::from(stat.modified_ns)) } else { None };
    let moment = modified.and_then(|time| Timestamp::from_nanosecond(time).ok()).unwrap_or_else(Timestamp::now);
    let is_posix = std::env::var_os("POSIXLY_CORRECT").is_some();
    let format = options.date_format.as_deref().unwrap_or(if is_posix { "%b %e %H:%M %Y" } else { "%Y-%m-%d %H:%M" });
    let local = moment.to_zoned(TimeZone::system());
    let date = jiff::fmt::strtime::format(format, &local).unwrap_or_else(|_| format.to_owned());
    let name = if is_one_file { name.to_owned().into_vec() } else { Vec::new() };
    Title { date: date.into_bytes(), name: options.header.clone().unwrap_or(name), width: options.width, margin: options.margin }
}
