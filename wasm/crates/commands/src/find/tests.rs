//! What the tests of an expression answer for a file.

use super::Find;
use super::entry::{Entry, letter_of};
use super::expression::{Expression, Permissions, Time};
use crate::fnmatch;
use crate::path;
use std::io::Result;
use sys::{Stat, directory};

const DAY_NS: i64 = 86_400 * 1_000_000_000;

impl Find {
    /// Evaluates the expression; a file that cannot be looked at is reported, and the test fails.
    pub fn evaluate(&mut self, expression: &Expression, entry: &Entry) -> bool {
        match expression {
            Expression::And(left, right) => {
                self.evaluate(left, entry) && !self.quits && self.evaluate(right, entry)
            }
            Expression::Or(left, right) => self.evaluate(left, entry) || (!self.quits && self.evaluate(right, entry)),
            Expression::Both(left, right) => {
                self.evaluate(left, entry);
                !self.quits && self.evaluate(right, entry)
            }
            Expression::Not(inner) => !self.evaluate(inner, entry),
            Expression::Prune => {
                self.prunes = true;
                true
            }
            Expression::Quit => {
                self.quits = true;
                true
            }
            _ => match self.test(expression, entry) {
                Ok(answer) => answer,
                Err(error) => {
                    self.complain_of(entry.path, &error);
                    false
                }
            },
        }
    }

    fn test(&mut self, expression: &Expression, entry: &Entry) -> Result<bool> {
        Ok(match expression {
            Expression::True => true,
            Expression::False => false,
            Expression::Name(pattern, rules) => {
                let name = entry.name();
                let bare = path::without_trailing_slashes(name);
                fnmatch::matches(pattern, if bare.is_empty() { name } else { bare }, *rules)
            }
            Expression::Path(pattern, rules) => fnmatch::matches(pattern, entry.path, *rules),
            Expression::LinkName(pattern, rules) => {
                entry.type_letter()? == b'l' && fnmatch::matches(pattern, &path::read_link(entry.path)?, *rules)
            }
            Expression::Regex(regex) => regex.is_match(entry.path),
            Expression::Type(letters) => letters.contains(&entry.type_letter()?),
            Expression::OtherType(letters) => letters.contains(&other_type(entry)?),
            Expression::Size { blocks, unit } => blocks.holds(entry.look()?.size.div_ceil(*unit) as i64),
            Expression::Age { time, units, unit_ns } => {
                let age_ns = self.options.now_ns.saturating_sub(time_of(&entry.look()?, *time));
                // Fractions of a day are dropped, those of a minute count as a whole one.
                let age = if *unit_ns == DAY_NS { age_ns.div_euclid(*unit_ns) } else { -(-age_ns).div_euclid(*unit_ns) };
                units.holds(age)
            }
            Expression::Newer { time, than_ns } => time_of(&entry.look()?, *time) > *than_ns,
            Expression::Used(days) => {
                let stat = entry.look()?;
                days.holds((stat.accessed_ns - stat.changed_ns).div_euclid(DAY_NS))
            }
            Expression::Permissions(wanted) => {
                let bits = entry.look()?.permissions();
                match *wanted {
                    Permissions::Exactly(mode) => bits == mode,
                    Permissions::All(mode) => bits & mode == mode,
                    Permissions::Any(mode) => mode == 0 || bits & mode != 0,
                }
            }
            Expression::User(uid) => entry.look()?.uid == *uid,
            Expression::Group(gid) => entry.look()?.gid == *gid,
            Expression::Uid(uid) => uid.holds(i64::from(entry.look()?.uid)),
            Expression::Gid(gid) => gid.holds(i64::from(entry.look()?.gid)),
            Expression::NoUser => is_unnamed("/etc/passwd", entry.look()?.uid),
            Expression::NoGroup => is_unnamed("/etc/group", entry.look()?.gid),
            Expression::Links(count) => count.holds(i64::from(entry.look()?.link_count)),
            Expression::Inode(number) => number.holds(entry.look()?.inode as i64),
            Expression::SameFile { device, inode } => {
                let stat = entry.look()?;
                (stat.device, stat.inode) == (*device, *inode)
            }
            Expression::Empty => match entry.type_letter()? {
                b'd' => directory::names(entry.path)?.is_empty(),
                b'f' => entry.look()?.size == 0,
                _ => false,
            },
            Expression::Access(mode) => super::action::may_access(entry.path, *mode),
            Expression::FileSystem(name) => name == super::format::FILE_SYSTEM,
            action => self.act(action, entry)?,
        })
    }
}

pub fn time_of(stat: &Stat, time: Time) -> i64 {
    match time {
        Time::Accessed => stat.accessed_ns,
        Time::Born => stat.born_ns,
        Time::Changed => stat.changed_ns,
        Time::Modified => stat.modified_ns,
    }
}

/// `-xtype`: the other one of the link and the file behind it than `-type` looks at.
fn other_type(entry: &Entry) -> Result<u8> {
    let own = letter_of(sys::lstat(entry.path)?.mode);
    if own != b'l' {
        return Ok(own);
    }
    let follows = entry.type_letter()? != b'l';
    if follows {
        return Ok(b'l');
    }
    Ok(entry.look_behind().map_or(b'l', |stat| letter_of(stat.mode)))
}

/// Whether no line of the file has this number in its third field.
fn is_unnamed(file: &str, number: u32) -> bool {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    !text.lines().any(|line| line.split(':').nth(2) == Some(&number.to_string()))
}
