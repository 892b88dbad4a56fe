//! The kernel's socket calls: names resolved, connections with a time limit, TLS on them. A crate beside `sys`, so that only
//! programs with sockets are built anew for it. Errors are `std::io::Error` made from WASI errno numbers.

mod address;
mod imports;
mod wait;

pub use address::Address;
pub use wait::{Direction, wait};

use std::fs::File;
use std::io::{Error, Result};
use std::os::fd::{AsRawFd, FromRawFd};
use std::time::Duration;

const STREAM: i32 = 1;
const NONBLOCK: i32 = 0o4000;
const CLOSE_ON_EXEC: i32 = 0o2000000;
const SOL_SOCKET: i32 = 1;
const SO_ERROR: i32 = 4;
/// WASI's number.
const IN_PROGRESS: i32 = 26;
const TIMED_OUT: i32 = 73;
const RESULT_BYTES: usize = 64 * 1024;

fn check(errno: i32) -> Result<()> {
    if errno == 0 { Ok(()) } else { Err(Error::from_raw_os_error(errno)) }
}

/// The addresses of a name, without ports.
pub fn resolve(name: &str) -> Result<Vec<Address>> {
    let mut buffer = vec![0; 4096];
    let mut length = 0;
    // SAFETY: name and buffer come with their lengths, the out-pointer is a valid usize.
    check(unsafe {
        imports::resolve(name.as_ptr(), name.len(), 0, buffer.as_mut_ptr(), buffer.len(), &mut length)
    })?;
    Ok(Address::decode_all(&buffer[..length.min(buffer.len())]))
}

/// Opens a connection; `None` waits as long as it takes. The descriptor blocks afterwards only where `wait` is not used:
/// reads answer AGAIN while there is nothing.
pub fn connect(address: &Address, limit: Option<Duration>) -> Result<File> {
    let mut fd = -1;
    // SAFETY: the out-pointer is a valid i32.
    check(unsafe { imports::socket(address.family(), STREAM | NONBLOCK | CLOSE_ON_EXEC, 0, &mut fd) })?;
    // SAFETY: the descriptor was made just now, and is nobody else's.
    let file = unsafe { File::from_raw_fd(fd) };
    let bytes = address.encode();
    // SAFETY: the address comes with its length.
    match unsafe { imports::connect(fd, bytes.as_ptr(), bytes.len()) } {
        0 => return Ok(file),
        IN_PROGRESS => {}
        errno => return Err(Error::from_raw_os_error(errno)),
    }
    if !wait(fd, Direction::Write, limit)? {
        return Err(Error::from_raw_os_error(TIMED_OUT));
    }
    let mut value = [0u8; 4];
    let mut length = 0;
    // SAFETY: the buffer comes with its length, the out-pointer is a valid usize.
    check(unsafe { imports::get_socket_option(fd, SOL_SOCKET, SO_ERROR, value.as_mut_ptr(), value.len(), &mut length) })?;
    match i32::from_le_bytes(value) {
        0 => Ok(file),
        linux => Err(Error::from_raw_os_error(from_linux(linux))),
    }
}

/// What a socket's own error option says, in Linux's numbers, in WASI's.
fn from_linux(number: i32) -> i32 {
    match number {
        13 => 2,
        101 => 40,
        104 => 15,
        110 => TIMED_OUT,
        111 => 14,
        113 => 23,
        1 => 63,
        _ => 29,
    }
}

/// What came of starting TLS.
pub enum Tls {
    Started { protocol: String, cipher: String, unverified: Option<String> },
    /// OpenSSL's code and its text.
    Refused { code: String, message: String },
}

/// The client's side of TLS on a connection; plain bytes go through it from then on.
pub fn start_tls(connection: &File, server_name: &str, ca: Option<&str>, verify: bool) -> Result<Tls> {
    let mut options = Vec::new();
    let mut push = |text: &str| options.extend(text.bytes().chain([0]));
    push(&format!("servername={server_name}"));
    push("alpn=http/1.1");
    if let Some(ca) = ca {
        push(&format!("ca={ca}"));
    }
    if !verify {
        push("verify=0");
    }
    let mut buffer = vec![0; RESULT_BYTES];
    let mut length = 0;
    // SAFETY: options and buffer come with their lengths, the out-pointer is a valid usize.
    check(unsafe {
        imports::start_tls(connection.as_raw_fd(), options.as_ptr(), options.len(), buffer.as_mut_ptr(), buffer.len(), &mut length)
    })?;
    let answer = String::from_utf8_lossy(&buffer[..length.min(buffer.len())]).into_owned();
    let find = |key: &str| answer.split('\0').find_map(|line| line.strip_prefix(key)?.strip_prefix('=').map(str::to_owned));
    if let Some(code) = find("error") {
        return Ok(Tls::Refused { code, message: find("message").unwrap_or_default() });
    }
    let (protocol, cipher) = (find("protocol").unwrap_or_default(), find("cipher").unwrap_or_default());
    Ok(Tls::Started { protocol, cipher, unverified: find("unverified") })
}
