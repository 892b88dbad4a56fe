//! Why a transfer failed, before a program words it.

use std::io::Error;

#[derive(Debug)]
pub enum Failure {
    Resolve(String),
    Connect { host: String, port: u16, error: Error },
    ConnectTimeout { host: String, port: u16 },
    Timeout,
    /// OpenSSL's code and its text.
    Tls { code: String, message: String },
    /// The server closed without a word.
    Empty,
    /// The answer is none.
    NotHttp(String),
    Receive(Error),
    Send(Error),
    /// The body of a request could not be read.
    Upload(Error),
    /// The answer ended this many bytes early; unknown for chunks.
    Partial(Option<u64>),
    /// Compressed content is corrupt.
    Encoding,
}

impl Failure {
    /// Tells a time that was over from other errors of a connection.
    pub fn of_receive(error: Error) -> Failure {
        match error.kind() {
            std::io::ErrorKind::TimedOut => Failure::Timeout,
            std::io::ErrorKind::UnexpectedEof => Failure::Partial(None),
            _ => match error.get_ref().and_then(|inner| inner.downcast_ref::<EarlyEnd>()) {
                Some(EarlyEnd(left)) => Failure::Partial(*left),
                None => Failure::Receive(error),
            },
        }
    }

    pub fn of_send(error: Error) -> Failure {
        if error.kind() == std::io::ErrorKind::TimedOut { Failure::Timeout } else { Failure::Send(error) }
    }
}

/// An answer that ended early, as an error of reading.
#[derive(Debug)]
pub struct EarlyEnd(pub Option<u64>);

impl std::fmt::Display for EarlyEnd {
    fn fmt(&self, formatter: &mut std::fmt::Formatter) -> std::fmt::Result {
        formatter.write_str("the answer ended early")
    }
}

impl std::error::Error for EarlyEnd {}
