//! One connection to a server, plain or under TLS, with a buffer for what was read and a time when all must be over.

use super::failure::Failure;
use sockets::{Address, Direction, Tls};
use std::fs::File;
use std::io::{BufRead, Error, ErrorKind, Read, Result, Write};
use std::os::fd::AsRawFd;
use std::time::{Duration, Instant};

const BUFFER_BYTES: usize = 64 * 1024;

/// How connections are made.
#[derive(Clone, Default)]
pub struct Settings {
    pub connect_limit: Option<Duration>,
    /// When everything must be over.
    pub deadline: Option<Instant>,
    /// The longest silence.
    pub silence: Option<Duration>,
    pub insecure: bool,
    /// PEM.
    pub ca: Option<String>,
    pub unix_socket: Option<Vec<u8>>,
    /// `HOST:PORT:ADDRESS` of `--resolve`.
    pub addresses: Vec<(String, u16, String)>,
    /// 4 or 6, when only one family is wanted.
    pub family: Option<u8>,
}

pub struct Connection {
    file: File,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    pub deadline: Option<Instant>,
    pub silence: Option<Duration>,
    /// The address it leads to, for messages.
    pub peer: String,
    /// Protocol and cipher.
    pub tls: Option<(String, String)>,
    is_at_end: bool,
}

/// How much of a deadline is left; an error when it is over.
fn left(deadline: Option<Instant>) -> Result<Option<Duration>> {
    match deadline.map(|deadline| deadline.saturating_duration_since(Instant::now())) {
        Some(Duration::ZERO) => Err(Error::from(ErrorKind::TimedOut)),
        left => Ok(left),
    }
}

fn shorter(one: Option<Duration>, other: Option<Duration>) -> Option<Duration> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

impl Connection {
    /// Connects, trying a name's addresses in turn; `tell` gets what curl's `-v` shows.
    pub fn open(
        host: &str,
        port: u16,
        under_tls: bool,
        settings: &Settings,
        tell: &mut dyn FnMut(&str),
    ) -> std::result::Result<Connection, Failure> {
        let addresses = addresses_of(host, port, settings)?;
        let mut last = Error::from_raw_os_error(14);
        for address in addresses {
            let limit = shorter(settings.connect_limit, left(settings.deadline).map_err(|_| Failure::Timeout)?);
            let peer = match &address {
                Address::Inet(ip, _) => ip.to_string(),
                Address::Unix(path) => String::from_utf8_lossy(path).into_owned(),
            };
            tell(&format!("  Trying {peer}:{port}..."));
            match sockets::connect(&address, limit) {
                Ok(file) => {
                    tell(&format!("Connected to {host} ({peer}) port {port} (#0)"));
                    let mut connection = Connection::new(file, settings, peer);
                    if under_tls {
                        connection.start_tls(host, settings, tell)?;
                    }
                    return Ok(connection);
                }
                Err(error) => last = error,
            }
        }
        if last.kind() == ErrorKind::TimedOut {
            return Err(Failure::ConnectTimeout { host: host.to_owned(), port });
        }
        Err(Failure::Connect { host: host.to_owned(), port, error: last })
    }

    fn new(file: File, settings: &Settings, peer: String) -> Connection {
        Connection {
            file,
            buffer: vec![0; BUFFER_BYTES],
            start: 0,
            end: 0,
            deadline: settings.deadline,
            silence: settings.silence,
            peer,
            tls: None,
            is_at_end: false,
        }
    }

    fn start_tls(&mut self, host: &str, settings: &Settings, tell: &mut dyn FnMut(&str)) -> std::result::Result<(), Failure> {
        match sockets::start_tls(&self.file, host, settings.ca.as_deref(), !settings.insecure) {
            Ok(Tls::Started { protocol, cipher, unverified }) => {
                tell(&format!("SSL connection using {protocol} / {cipher}"));
                if let Some(reason) = unverified {
                    tell(&format!(" SSL certificate verify result: {reason}, continuing anyway."));
                }
                self.tls = Some((protocol, cipher));
                Ok(())
            }
            Ok(Tls::Refused { code, message }) => Err(Failure::Tls { code, message }),
            Err(error) => Err(Failure::Tls { code: String::new(), message: console::message(&error) }),
        }
    }

    /// Whether the server has closed it meanwhile, or said something unasked.
    pub fn is_stale(&self) -> bool {
        let is_readable = sockets::wait(self.file.as_raw_fd(), Direction::Read, Some(Duration::ZERO));
        self.is_at_end || self.start < self.end || is_readable.unwrap_or(true)
    }

    /// Whether something comes within a time.
    pub fn comes_within(&self, limit: Duration) -> bool {
        let is_there = self.start < self.end || self.is_at_end;
        is_there || sockets::wait(self.file.as_raw_fd(), Direction::Read, Some(limit)).unwrap_or(true)
    }

    fn wait(&self, direction: Direction) -> Result<()> {
        let limit = shorter(self.silence, left(self.deadline)?);
        if sockets::wait(self.file.as_raw_fd(), direction, limit)? { Ok(()) } else { Err(Error::from(ErrorKind::TimedOut)) }
    }
}

fn addresses_of(host: &str, port: u16, settings: &Settings) -> std::result::Result<Vec<Address>, Failure> {
    if let Some(path) = &settings.unix_socket {
        return Ok(vec![Address::Unix(path.clone())]);
    }
    let own = settings.addresses.iter().find(|(name, for_port, _)| name == host && *for_port == port);
    let host = own.map_or(host, |(_, _, address)| address);
    let unresolved = || Failure::Resolve(host.to_owned());
    let found = match host.parse() {
        Ok(ip) => vec![Address::Inet(ip, port)],
        Err(_) => sockets::resolve(host).map_err(|_| unresolved())?,
    };
    let is_wanted = |address: &Address| match (settings.family, address) {
        (Some(4), Address::Inet(ip, _)) => ip.is_ipv4(),
        (Some(6), Address::Inet(ip, _)) => ip.is_ipv6(),
        _ => true,
    };
    let found: Vec<Address> = found.into_iter().filter(is_wanted).map(|address| address.with_port(port)).collect();
    if found.is_empty() { Err(unresolved()) } else { Ok(found) }
}

impl BufRead for Connection {
    fn fill_buf(&mut self) -> Result<&[u8]> {
        while self.start == self.end && !self.is_at_end {
            match self.file.read(&mut self.buffer) {
                Ok(0) => self.is_at_end = true,
                Ok(count) => (self.start, self.end) = (0, count),
                Err(error) if error.kind() == ErrorKind::WouldBlock => self.wait(Direction::Read)?,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
            if self.deadline.is_some() {
                left(self.deadline)?;
            }
        }
        Ok(&self.buffer[self.start..self.end])
    }

    fn consume(&mut self, count: usize) {
        self.start += count;
    }
}

impl Read for Connection {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let bytes = self.fill_buf()?;
        let count = bytes.len().min(buffer.len());
        buffer[..count].copy_from_slice(&bytes[..count]);
        self.consume(count);
        Ok(count)
    }
}

impl Write for Connection {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        loop {
            match self.file.write(bytes) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => self.wait(Direction::Write)?,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                done => return done,
            }
        }
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}
