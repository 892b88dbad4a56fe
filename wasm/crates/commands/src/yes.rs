//! yes: repeats a line until nobody reads it.

use std::ffi::OsString;
use std::io::Write;
use std::os::wasi::ffi::OsStrExt;

const BLOCK_BYTES: usize = 64 * 1024;

pub fn main(args: Vec<OsString>) -> i32 {
    let words: Vec<_> = args.iter().skip(1).map(|arg| arg.as_bytes()).collect();
    let mut line = if words.is_empty() { b"y".to_vec() } else { words.join(&b' ') };
    line.push(b'\n');
    let block = line.repeat((BLOCK_BYTES / line.len()).max(1));
    let mut output = std::io::stdout().lock();
    loop {
        if let Err(error) = output.write_all(&block).and_then(|()| output.flush()) {
            eprintln!("yes: standard output: {}", sys::errno::message(&error));
            return 1;
        }
    }
}
