//! What the process may use and has used, and what it is called: only the shell asks for them.

use std::io::Result;
use std::time::Duration;

#[cfg(target_os = "wasi")]
mod imports {
    #[link(wasm_import_module = "secure_exec")]
    unsafe extern "C" {
        pub fn get_limit(resource: i32, out: *mut i64) -> i32;
        pub fn set_limit(resource: i32, soft: i64, hard: i64) -> i32;
        pub fn resource_usage(who: i32, out: *mut u8) -> i32;
        pub fn argument_zero(buffer: *mut u8, buffer_len: usize, out_len: *mut usize) -> i32;
    }
}

#[cfg(not(target_os = "wasi"))]
mod imports {
    //! For `cargo check` and unit tests on a host.
    pub unsafe fn get_limit(_: i32, _: *mut i64) -> i32 {
        sys::errno::NOSYS
    }
    pub unsafe fn set_limit(_: i32, _: i64, _: i64) -> i32 {
        sys::errno::NOSYS
    }
    pub unsafe fn resource_usage(_: i32, _: *mut u8) -> i32 {
        sys::errno::NOSYS
    }
    pub unsafe fn argument_zero(_: *mut u8, _: usize, _: *mut usize) -> i32 {
        sys::errno::NOSYS
    }
}

fn check(errno: i32) -> Result<()> {
    if errno == 0 { Ok(()) } else { Err(std::io::Error::from_raw_os_error(errno)) }
}

/// What whoever started this program calls it; the command's name where the kernel does not say.
pub fn argument_zero() -> Result<Vec<u8>> {
    let mut name = vec![0; 4096];
    let mut length = 0;
    // SAFETY: the buffer is as long as said, the out-pointer a valid usize.
    check(unsafe { imports::argument_zero(name.as_mut_ptr(), name.len(), &mut length) })?;
    name.truncate(length);
    Ok(name)
}

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
