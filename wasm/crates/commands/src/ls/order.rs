//! The order of a listing.

use super::entry::Entry;
use super::name;
use super::options::{Options, SortBy, Time};
use crate::version_order;
use std::cmp::Ordering;

/// Sorts entries as the options say; names break ties.
pub fn sort(entries: &mut [Entry], options: &Options) {
    if options.sort_by != SortBy::Nothing {
        entries.sort_by(|left, right| {
            let order = compare(left, right, options).then_with(|| left.name.cmp(&right.name));
            if options.reverse { order.reverse() } else { order }
        });
    }
    if options.directories_first {
        entries.sort_by_key(|entry| !is_directory(entry));
    }
}

/// A link to a directory counts as one here.
fn is_directory(entry: &Entry) -> bool {
    match entry.stat {
        Some(stat) if stat.is_symbolic_link() => sys::stat(&entry.path).is_ok_and(|stat| stat.is_directory()),
        Some(stat) => stat.is_directory(),
        None => false,
    }
}

fn compare(left: &Entry, right: &Entry, options: &Options) -> Ordering {
    match options.sort_by {
        SortBy::Time => time_of(right, options.time).cmp(&time_of(left, options.time)),
        SortBy::Size => size_of(right).cmp(&size_of(left)),
        SortBy::Extension => extension(&left.name).cmp(extension(&right.name)),
        SortBy::Version => version_order::compare(&left.name, &right.name),
        SortBy::Width => name::width(&left.name, options).cmp(&name::width(&right.name, options)),
        SortBy::Name | SortBy::Nothing => Ordering::Equal,
    }
}

/// The timestamp the options are about, in nanoseconds.
pub fn time_of(entry: &Entry, time: Time) -> i64 {
    entry.stat.map_or(0, |stat| match time {
        Time::Modified => stat.modified_ns,
        Time::Accessed => stat.accessed_ns,
        Time::Changed => stat.changed_ns,
        Time::Born => stat.born_ns,
    })
}

fn size_of(entry: &Entry) -> u64 {
    entry.stat.map_or(0, |stat| stat.size)
}

fn extension(name: &[u8]) -> &[u8] {
    name.iter().rposition(|byte| *byte == b'.').map_or(&[], |dot| &name[dot..])
}
