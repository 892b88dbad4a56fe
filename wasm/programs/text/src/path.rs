//! Names of files as bytes.

use std::ffi::OsStr;
use std::fs::File;
use std::os::wasi::ffi::OsStrExt;
use std::path::Path;

pub fn of(name: &[u8]) -> &Path {
    Path::new(OsStr::from_bytes(name))
}

pub fn open(name: &[u8]) -> std::io::Result<File> {
    File::open(of(name))
}
