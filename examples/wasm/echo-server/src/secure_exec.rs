//! The imports that this program needs, and safe functions around them. docs/wasm-abi.md lists all imports.

use std::fs::File;
use std::io::{Error, Result};
use std::os::fd::FromRawFd;

const AF_INET: i32 = 2;
const SOCK_STREAM: i32 = 1;
const CAUGHT: i32 = 2;
const INTERRUPTS: i32 = 1;

#[link(wasm_import_module = "secure_exec")]
unsafe extern "C" {
    fn socket(family: i32, kind: i32, protocol: i32, out_fd: *mut i32) -> i32;
    fn bind(fd: i32, address: *const u8, address_len: usize) -> i32;
    fn listen(fd: i32, backlog: i32) -> i32;
    fn accept(fd: i32, flags: i32, out_fd: *mut i32, buffer: *mut u8, buffer_len: usize, out_len: *mut usize) -> i32;
    fn get_socket_name(fd: i32, buffer: *mut u8, buffer_len: usize, out_len: *mut usize) -> i32;
    fn signal_action(signal: i32, disposition: i32, flags: i32, mask: i64, out_old: *mut i32) -> i32;
}

/// Answers are errno numbers of WASI, which is what std's error codes are here.
fn check(errno: i32) -> Result<()> {
    if errno == 0 { Ok(()) } else { Err(Error::from_raw_os_error(errno)) }
}

/// A TCP socket that listens on 127.0.0.1.
pub struct Listener {
    fd: i32,
}

impl Listener {
    /// Port 0 takes any that is free.
    pub fn on(port: u16) -> Result<Listener> {
        // u16 family, u16 port, u32 scope, then the address in network order.
        let mut address = [0u8; 12];
        address[..2].copy_from_slice(&(AF_INET as u16).to_le_bytes());
        address[2..4].copy_from_slice(&port.to_le_bytes());
        address[8..].copy_from_slice(&[127, 0, 0, 1]);
        let mut fd = 0;
        // SAFETY: the out-pointer is a valid i32, the address comes with its length.
        unsafe {
            check(socket(AF_INET, SOCK_STREAM, 0, &mut fd))?;
            check(bind(fd, address.as_ptr(), address.len()))?;
            check(listen(fd, 16))?;
        }
        Ok(Listener { fd })
    }

    pub fn port(&self) -> Result<u16> {
        let (mut address, mut length) = ([0u8; 32], 0);
        // SAFETY: the buffer comes with its length.
        check(unsafe { get_socket_name(self.fd, address.as_mut_ptr(), address.len(), &mut length) })?;
        Ok(u16::from_le_bytes([address[2], address[3]]))
    }

    /// The next connection: reads and writes of std work on its descriptor.
    pub fn accept(&self) -> Result<File> {
        let (mut fd, mut address, mut length) = (0, [0u8; 32], 0);
        // SAFETY: as above; the descriptor is new and nobody else's.
        unsafe {
            check(accept(self.fd, 0, &mut fd, address.as_mut_ptr(), address.len(), &mut length))?;
            Ok(File::from_raw_fd(fd))
        }
    }
}

/// A signal that ends a call which waits, with `ErrorKind::Interrupted`, and nothing else.
pub fn interrupt_by(signal: i32) -> Result<()> {
    let mut old = 0;
    // SAFETY: the out-pointer is a valid i32.
    check(unsafe { signal_action(signal, CAUGHT, INTERRUPTS, 0, &mut old) })
}
