//! jq itself: its C sources are compiled by build.rs.

mod filter;

pub use filter::Filter;

use std::ffi::{CString, OsString, c_char, c_int};
use std::os::wasi::ffi::OsStringExt;

unsafe extern "C" {
    fn jq_main(argc: c_int, argv: *mut *mut c_char) -> c_int;
}

pub fn main(args: Vec<OsString>) -> i32 {
    // Arguments come from NUL-terminated strings, so that none holds a NUL.
    let args: Vec<CString> = args.into_iter().filter_map(|arg| CString::new(arg.into_vec()).ok()).collect();
    let mut pointers: Vec<*mut c_char> = args.iter().map(|arg| arg.as_ptr().cast_mut()).collect();
    pointers.push(std::ptr::null_mut());
    // SAFETY: an argv as C has it; the strings outlive the call.
    unsafe { jq_main(args.len() as c_int, pointers.as_mut_ptr()) }
}
