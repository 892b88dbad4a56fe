//! WASI preview 1 errno numbers, as `std::io::Error::raw_os_error` gives them, and Linux's texts.

pub const TOO_BIG: i32 = 1;
pub const ACCES: i32 = 2;
pub const AGAIN: i32 = 6;
pub const BADF: i32 = 8;
pub const CHILD: i32 = 12;
pub const EXIST: i32 = 20;
pub const INTR: i32 = 27;
pub const INVAL: i32 = 28;
pub const ISDIR: i32 = 31;
pub const LOOP: i32 = 32;
pub const MFILE: i32 = 33;
pub const NOENT: i32 = 44;
pub const NOEXEC: i32 = 45;
pub const NOSYS: i32 = 52;
pub const NOTDIR: i32 = 54;
pub const NOTSUP: i32 = 58;
pub const PERM: i32 = 63;
pub const PIPE: i32 = 64;
pub const RANGE: i32 = 68;
pub const SRCH: i32 = 71;
pub const NOTCAPABLE: i32 = 76;

/// Gives the text Linux's strerror has for a WASI errno, indexed by its number.
const MESSAGES: [&str; 77] = [
    "Success",
    "Argument list too long",
    "Permission denied",
    "Address already in use",
    "Cannot assign requested address",
    "Address family not supported by protocol",
    "Resource temporarily unavailable",
    "Operation already in progress",
    "Bad file descriptor",
    "Bad message",
    "Device or resource busy",
    "Operation canceled",
    "No child processes",
    "Software caused connection abort",
    "Connection refused",
    "Connection reset by peer",
    "Resource deadlock avoided",
    "Destination address required",
    "Numerical argument out of domain",
    "Disk quota exceeded",
    "File exists",
    "Bad address",
    "File too large",
    "No route to host",
    "Identifier removed",
    "Invalid or incomplete multibyte or wide character",
    "Operation now in progress",
    "Interrupted system call",
    "Invalid argument",
    "Input/output error",
    "Transport endpoint is already connected",
    "Is a directory",
    "Too many levels of symbolic links",
    "Too many open files",
    "Too many links",
    "Message too long",
    "Multihop attempted",
    "File name too long",
    "Network is down",
    "Network dropped connection on reset",
    "Network is unreachable",
    "Too many open files in system",
    "No buffer space available",
    "No such device",
    "No such file or directory",
    "Exec format error",
    "No locks available",
    "Link has been severed",
    "Cannot allocate memory",
    "No message of desired type",
    "Protocol not available",
    "No space left on device",
    "Function not implemented",
    "Transport endpoint is not connected",
    "Not a directory",
    "Directory not empty",
    "State not recoverable",
    "Socket operation on non-socket",
    "Operation not supported",
    "Inappropriate ioctl for device",
    "No such device or address",
    "Value too large for defined data type",
    "Owner died",
    "Operation not permitted",
    "Broken pipe",
    "Protocol error",
    "Protocol not supported",
    "Protocol wrong type for socket",
    "Numerical result out of range",
    "Read-only file system",
    "Illegal seek",
    "No such process",
    "Stale file handle",
    "Connection timed out",
    "Text file busy",
    "Invalid cross-device link",
    "Permission denied",
];

/// Words an error as Linux programs do ("No such file or directory"), without Rust's "(os error 44)".
pub fn message(error: &std::io::Error) -> String {
    #[cfg(target_os = "wasi")]
    if let Some(text) = error.raw_os_error().and_then(|number| MESSAGES.get(usize::try_from(number).ok()?)) {
        return (*text).to_string();
    }
    let text = error.to_string();
    match text.find(" (os error") {
        Some(end) => text[..end].to_string(),
        None => text,
    }
}

/// Words a WASI errno number.
pub fn number_message(number: i32) -> &'static str {
    usize::try_from(number).ok().and_then(|index| MESSAGES.get(index)).unwrap_or(&"Unknown error")
}
