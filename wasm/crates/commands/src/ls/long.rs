//! The long format, `ls -l`.

use super::entry::Entry;
use super::options::{Options, TimeStyle};
use super::{name, order};
use crate::calendar;
use civil_time::SHORT_MONTHS;
use crate::output::Output;
use crate::users::Names;
use crate::stat;
use std::io::{Result, Write};
use std::time::{SystemTime, UNIX_EPOCH};

/// Half a year, after which the year is shown instead of the time of day.
const RECENT_NS: i64 = 31_556_952 / 2 * 1_000_000_000;

/// The columns of one line, left of the name.
struct Row {
    inode: String,
    blocks: String,
    links: String,
    owner: String,
    group: String,
    size: String,
    time: String,
}

pub fn write(output: &mut Output, entries: &[Entry], options: &Options, names: &Names) -> Result<()> {
    let now_ns = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos() as i64);
    let minors = entries.iter().filter_map(|entry| entry.stat).filter(is_device);
    let minor_width = minors.map(|stat| stat::minor(stat.device_number).to_string().len()).max().unwrap_or(0);
    let rows: Vec<Row> = entries.iter().map(|entry| row(entry, options, names, now_ns, minor_width)).collect();
    let widest = |column: fn(&Row) -> &String| rows.iter().map(|row| column(row).chars().count()).max().unwrap_or(0);
    let (inode, blocks) = (widest(|row| &row.inode), widest(|row| &row.blocks));
    let (links, owner, group) = (widest(|row| &row.links), widest(|row| &row.owner), widest(|row| &row.group));
    let (size, time) = (widest(|row| &row.size), widest(|row| &row.time));
    for (entry, row) in entries.iter().zip(&rows) {
        let mut line = String::new();
        if options.inodes {
            line.push_str(&format!("{:>inode$} ", row.inode));
        }
        if options.show_blocks {
            line.push_str(&format!("{:>blocks$} ", row.blocks));
        }
        let letters = entry.stat.map_or("??????????".to_owned(), |stat| file_mode::letters(stat.mode));
        line.push_str(&format!("{letters} {:>links$} ", row.links));
        if options.show_owner {
            line.push_str(&format!("{:<owner$} ", row.owner));
        }
        if options.show_group {
            line.push_str(&format!("{:<group$} ", row.group));
        }
        if options.author {
            line.push_str(&format!("{:<owner$} ", row.owner));
        }
        line.push_str(&format!("{:>size$} {:>time$} ", row.size, row.time));
        output.write_all(line.as_bytes())?;
        write_name(output, entry, options)?;
    }
    Ok(())
}

fn write_name(output: &mut Output, entry: &Entry, options: &Options) -> Result<()> {
    let Some(target) = &entry.link_target else {
        let (text, _) = name::decorated(entry, options);
        output.write_all(&text)?;
        return output.write_all(&[options.end]);
    };
    let target_mode = sys::stat(&entry.path).map_or(0, |stat| stat.mode);
    output.write_all(&name::coloured(name::shown(&entry.name, options), entry.stat.map_or(0, |stat| stat.mode), options))?;
    output.write_all(b" -> ")?;
    output.write_all(&name::coloured(name::shown(target, options), target_mode, options))?;
    output.write_all(name::indicator(target_mode, options.indicators).as_slice())?;
    output.write_all(&[options.end])
}

fn is_device(stat: &sys::Stat) -> bool {
    stat.is_character_device() || stat.is_block_device()
}

fn row(entry: &Entry, options: &Options, names: &Names, now_ns: i64, minor_width: usize) -> Row {
    let Some(file) = entry.stat else {
        let unknown = || "?".to_owned();
        return Row {
            inode: unknown(),
            blocks: unknown(),
            links: unknown(),
            owner: unknown(),
            group: unknown(),
            size: unknown(),
            time: unknown(),
        };
    };
    let size = if is_device(&file) {
        format!("{}, {:>minor_width$}", stat::major(file.device_number), stat::minor(file.device_number))
    } else {
        options.words_for_size(file.size)
    };
    Row {
        inode: file.inode.to_string(),
        blocks: options.words_for_blocks(file.blocks),
        links: file.link_count.to_string(),
        owner: names.user(file.uid),
        group: names.group(file.gid),
        size,
        time: time(order::time_of(entry, options.time), &options.time_style, now_ns),
    }
}

fn time(timestamp_ns: i64, style: &TimeStyle, now_ns: i64) -> String {
    let moment = calendar::moment(timestamp_ns);
    let is_recent = timestamp_ns <= now_ns && timestamp_ns > now_ns - RECENT_NS;
    let (year, month, day) = (moment.year, moment.month, moment.day);
    let clock = format!("{:02}:{:02}", moment.hour, moment.minute);
    match style {
        TimeStyle::Custom { old, recent } => calendar::format(if is_recent { recent } else { old }, timestamp_ns),
        TimeStyle::FullIso => calendar::full(timestamp_ns),
        TimeStyle::LongIso => format!("{year:04}-{month:02}-{day:02} {clock}"),
        TimeStyle::Iso if is_recent => format!("{month:02}-{day:02} {clock}"),
        TimeStyle::Iso => format!("{year:04}-{month:02}-{day:02} "),
        TimeStyle::Locale | TimeStyle::Unknown { .. } => {
            let month_name = SHORT_MONTHS[month as usize - 1];
            let last = if is_recent { clock } else { format!("{year:>5}") };
            format!("{month_name} {day:>2} {last}")
        }
    }
}
