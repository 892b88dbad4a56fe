//! What `unzip -l`, `-v` and `-Z` show of an archive.

use super::directory::{DEFLATED, Directory, Entry, STORED};
use super::unzip_options::{InfoStyle, Options};
use crate::calendar;
use civil_time::SHORT_MONTHS;
use console::shown;
use std::io::{Result, Write};

/// `98%`, as zip rounds it.
fn percent(size: u64, packed: u64) -> i64 {
    if size == 0 {
        return 0;
    }
    let saved = (size as i64 - packed as i64) as f64 * 100.0 / size as f64;
    saved.round() as i64
}

fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}

pub fn short(entries: &[&Entry], quiet: u32, out: &mut dyn Write) -> Result<()> {
    if quiet < 2 {
        writeln!(out, "  Length      Date    Time    Name\n---------  ---------- -----   ----")?;
    }
    for entry in entries {
        writeln!(out, "{:>9}  {}   {}", entry.size, calendar::iso_minutes(entry.modified), shown(&entry.name))?;
    }
    if quiet < 2 {
        let total: u64 = entries.iter().map(|entry| entry.size).sum();
        writeln!(out, "---------                     -------")?;
        writeln!(out, "{total:>9}                     {} file{}", entries.len(), plural(entries.len()))?;
    }
    Ok(())
}

pub fn verbose(entries: &[&Entry], quiet: u32, out: &mut dyn Write) -> Result<()> {
    if quiet < 2 {
        writeln!(out, " Length   Method    Size  Cmpr    Date    Time   CRC-32   Name")?;
        writeln!(out, "--------  ------  ------- ---- ---------- ----- --------  ----")?;
    }
    for entry in entries {
        writeln!(
            out,
            "{:>8}  {:<6} {:>8} {:>3}% {} {:08x}  {}",
            entry.size,
            method_name(entry),
            entry.packed,
            percent(entry.size, entry.packed),
            calendar::iso_minutes(entry.modified),
            entry.crc,
            shown(&entry.name)
        )?;
    }
    if quiet < 2 {
        let (size, packed) = totals(entries);
        let count = entries.len();
        writeln!(out, "--------          -------  ---                            -------")?;
        let share = percent(size, packed);
        writeln!(out, "{size:>8}         {packed:>8} {share:>3}%                            {count} file{}", plural(count))?;
    }
    Ok(())
}

fn totals(entries: &[&Entry]) -> (u64, u64) {
    (entries.iter().map(|entry| entry.size).sum(), entries.iter().map(|entry| entry.packed).sum())
}

fn method_name(entry: &Entry) -> String {
    match entry.method {
        STORED => "Stored".into(),
        DEFLATED => format!("Defl:{}", effort_letter(entry)),
        9 => "Def64#".into(),
        12 => "BZip2".into(),
        14 => "LZMA".into(),
        93 => "Zstd".into(),
        95 => "Xz".into(),
        other => format!("Unk:{other:03}"),
    }
}

/// How hard the compressor tried, by the flags.
fn effort_letter(entry: &Entry) -> char {
    ['N', 'X', 'F', 'S'][usize::from(entry.flags >> 1 & 3)]
}

fn short_method(entry: &Entry) -> String {
    match entry.method {
        STORED => "stor".into(),
        DEFLATED => format!("def{}", effort_letter(entry)),
        12 => "bzp2".into(),
        14 => "lzma".into(),
        other => format!("u{other:03}"),
    }
}

pub fn info(directory: &Directory, entries: &[&Entry], options: &Options, out: &mut dyn Write) -> Result<()> {
    if options.info == InfoStyle::Names {
        for entry in entries {
            writeln!(out, "{}", shown(&entry.name))?;
        }
        return Ok(());
    }
    let is_default = options.info != InfoStyle::None && options.members.is_empty();
    if options.info_header || is_default {
        writeln!(out, "Archive:  {}", shown(&options.archive))?;
        writeln!(out, "Zip file size: {} bytes, number of entries: {}", directory.file_size, directory.entries.len())?;
    }
    if options.info != InfoStyle::None {
        for entry in entries {
            info_line(entry, options.info, out)?;
        }
    }
    if options.info_totals || is_default {
        let (size, packed) = totals(entries);
        let share = if size == 0 { 0.0 } else { 100.0 * (size as f64 - packed as f64) / size as f64 };
        let count = entries.len();
        writeln!(out, "{count} file{}, {size} bytes uncompressed, {packed} bytes compressed:  {share:.1}%", plural(count))?;
    }
    Ok(())
}

fn info_line(entry: &Entry, style: InfoStyle, out: &mut dyn Write) -> Result<()> {
    let system = match entry.made_by >> 8 {
        3 => "unx",
        0 => "fat",
        10 | 11 => "ntf",
        19 => "osx",
        _ => "???",
    };
    let version = entry.made_by & 0xff;
    let text = if entry.internal & 1 != 0 { 't' } else { 'b' };
    let text = if entry.flags & 1 != 0 { text.to_ascii_uppercase() } else { text };
    let extra = match (entry.flags & 8 != 0, entry.extra.is_empty()) {
        (false, true) => '-',
        (false, false) => 'x',
        (true, true) => 'l',
        (true, false) => 'X',
    };
    let packed = match style {
        InfoStyle::Long => format!("{:>8} ", entry.packed),
        InfoStyle::Medium => format!("{:>3}% ", percent(entry.size, entry.packed)),
        _ => String::new(),
    };
    let now = civil_time::moment(entry.modified);
    writeln!(
        out,
        "{}  {}.{} {system} {:>8} {text}{extra} {packed}{} {:02}-{}-{:02} {:02}:{:02} {}",
        letters(entry),
        version / 10,
        version % 10,
        entry.size,
        short_method(entry),
        now.year.rem_euclid(100),
        SHORT_MONTHS[now.month as usize - 1],
        now.day,
        now.hour,
        now.minute,
        shown(&entry.name)
    )
}

fn letters(entry: &Entry) -> String {
    let Some(mode) = entry.unix_mode() else {
        return if entry.is_directory() { "drwx---   ".into() } else { "-rw----   ".into() };
    };
    let kind = match mode & 0o170000 {
        0o040000 => 'd',
        0o120000 => 'l',
        _ => '-',
    };
    file_mode::letters_after(kind, mode)
}
