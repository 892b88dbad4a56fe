//! What a process may use, and what it has used.

use crate::{check, imports};
use std::io::Result;
use std::time::Duration;

/// No limit.
pub const UNLIMITED: i64 = -1;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    pub soft: i64,
    pub hard: i64,
}

/// Reads a limit; `resource` is Linux's number of it.
pub fn get(resource: i32) -> Result<Limit> {
    let mut values = [UNLIMITED; 2];
    // SAFETY: the call writes two numbers to `values`.
    check(unsafe { imports::get_limit(resource, values.as_mut_ptr()) })?;
    Ok(Limit { soft: values[0], hard: values[1] })
}

pub fn set(resource: i32, limit: Limit) -> Result<()> {
    // SAFETY: numbers only.
    check(unsafe { imports::set_limit(resource, limit.soft, limit.hard) })
}

/// Time that a processor worked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    pub user: Duration,
    pub system: Duration,
}

impl Usage {
    /// What came to it since `before`.
    pub fn since(self, before: Usage) -> Usage {
        Usage { user: self.user.saturating_sub(before.user), system: self.system.saturating_sub(before.system) }
    }

    pub fn plus(self, other: Usage) -> Usage {
        Usage { user: self.user + other.user, system: self.system + other.system }
    }
}

/// Whose time is asked for.
#[derive(Clone, Copy)]
pub enum Whose {
    Own = 0,
    /// Of the children that were waited for.
    Children = -1,
}

/// None where the kernel does not know.
pub fn usage(whose: Whose) -> Usage {
    const BYTES: usize = 144;
    let mut bytes = [0u8; BYTES];
    // SAFETY: the call writes a structure of that size.
    if unsafe { imports::resource_usage(whose as i32, bytes.as_mut_ptr()) } != 0 {
        return Usage::default();
    }
    let number = |index: usize| {
        let mut word = [0; 8];
        word.copy_from_slice(&bytes[index * 8..index * 8 + 8]);
        u64::from_le_bytes(word)
    };
    let time = |index: usize| Duration::from_secs(number(index)) + Duration::from_micros(number(index + 1));
    Usage { user: time(0), system: time(2) }
}
