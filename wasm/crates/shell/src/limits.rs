//! The process's resource limits: `ulimit` is the only one to ask for them.

/// No limit.
pub const UNLIMITED: i64 = -1;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    pub soft: i64,
    pub hard: i64,
}

#[cfg(target_os = "wasi")]
mod imports {
    #[link(wasm_import_module = "secure_exec")]
    unsafe extern "C" {
        pub fn get_limit(resource: i32, out: *mut [i64; 2]) -> i32;
        pub fn set_limit(resource: i32, soft: i64, hard: i64) -> i32;
    }
}

#[cfg(not(target_os = "wasi"))]
mod imports {
    //! For `cargo check` and unit tests on a host.
    pub unsafe fn get_limit(_: i32, _: *mut [i64; 2]) -> i32 {
        sys::errno::NOSYS
    }
    pub unsafe fn set_limit(_: i32, _: i64, _: i64) -> i32 {
        sys::errno::NOSYS
    }
}

/// Reads a limit; `resource` is Linux's number of it.
pub fn get(resource: i32) -> std::io::Result<Limit> {
    let mut values = [UNLIMITED; 2];
    // SAFETY: the call writes two numbers to `values`.
    let errno = unsafe { imports::get_limit(resource, &mut values) };
    check(errno).map(|()| Limit { soft: values[0], hard: values[1] })
}

pub fn set(resource: i32, limit: Limit) -> std::io::Result<()> {
    // SAFETY: numbers only.
    check(unsafe { imports::set_limit(resource, limit.soft, limit.hard) })
}

fn check(errno: i32) -> std::io::Result<()> {
    if errno == 0 { Ok(()) } else { Err(std::io::Error::from_raw_os_error(errno)) }
}
