//! The exit codes, and the words for what went wrong.

use crate::http::{Failure, Url};
use console::message;

pub(super) const GENERIC: i32 = 1;
pub(super) const PARSE: i32 = 2;
pub(super) const FILE: i32 = 3;
pub(super) const NETWORK: i32 = 4;
pub(super) const TLS: i32 = 5;
pub(super) const LOGIN: i32 = 6;
pub(super) const PROTOCOL: i32 = 7;
pub(super) const SERVER: i32 = 8;

/// The first number wins where several fail, as wget orders them.
pub(super) fn worse(before: i32, code: i32) -> i32 {
    if before == 0 || code != 0 && code < before { code } else { before }
}

/// The words for a failure, its exit code, and whether another try may help.
pub(super) fn words_of(failure: Failure, url: &Url) -> (String, i32, bool) {
    match failure {
        Failure::Resolve(host) => (format!("Resolving {host}... failed: Name or service not known.\nwget: unable to resolve host address ‘{host}’"), NETWORK, false),
        Failure::Connect { error, .. } => (format!("failed: {}.", message(&error)), NETWORK, false),
        Failure::ConnectTimeout { .. } => ("failed: Connection timed out.".into(), NETWORK, true),
        Failure::Timeout => ("Read error (Connection timed out) in headers.".into(), NETWORK, true),
        Failure::Tls { message, .. } => (
            format!("ERROR: cannot verify {}'s certificate: {message}\nTo connect to {} insecurely, use `--no-check-certificate'.", url.host, url.host),
            TLS,
            false,
        ),
        Failure::Empty => ("No data received.".into(), NETWORK, true),
        Failure::NotHttp(text) => (text, PROTOCOL, false),
        Failure::Receive(error) | Failure::Send(error) => (format!("Read error ({}) in headers.", message(&error)), NETWORK, true),
        Failure::Upload(error) => (message(&error), FILE, false),
        Failure::Partial(_) | Failure::Encoding => ("Connection closed before the end.".into(), NETWORK, false),
    }
}
