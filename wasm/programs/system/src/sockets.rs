//! The sockets as /proc/net shows them: what lsof calls an inode's socket.

use std::collections::HashMap;
use std::fs;
use std::net::{Ipv4Addr, Ipv6Addr};

pub struct Socket {
    /// `IPv4`, `IPv6` or `unix`.
    pub kind: &'static str,
    /// `TCP`, `UDP`, or the path of a unix socket.
    pub protocol: String,
    pub local: String,
    pub remote: Option<String>,
    pub state: Option<&'static str>,
    pub ports: Vec<u16>,
}

impl Socket {
    /// `*:80 (LISTEN)`, `127.0.0.1:49152->127.0.0.1:80 (ESTABLISHED)`.
    pub fn name(&self) -> String {
        let remote = self.remote.as_ref().map_or_else(String::new, |remote| format!("->{remote}"));
        let state = self.state.map_or_else(String::new, |state| format!(" ({state})"));
        format!("{}{remote}{state}", self.local)
    }
}

/// Every socket by its inode.
pub fn all() -> HashMap<u64, Socket> {
    let mut sockets = HashMap::new();
    for (file, kind, protocol) in
        [("tcp", "IPv4", "TCP"), ("tcp6", "IPv6", "TCP"), ("udp", "IPv4", "UDP"), ("udp6", "IPv6", "UDP")]
    {
        let text = fs::read_to_string(format!("/proc/net/{file}")).unwrap_or_default();
        sockets.extend(text.lines().skip(1).filter_map(|line| internet(line, kind, protocol)));
    }
    let text = fs::read_to_string("/proc/net/unix").unwrap_or_default();
    sockets.extend(text.lines().skip(1).filter_map(unix));
    sockets
}

fn internet(line: &str, kind: &'static str, protocol: &str) -> Option<(u64, Socket)> {
    let fields: Vec<&str> = line.split_ascii_whitespace().collect();
    let (local, local_port) = address(fields.get(1)?)?;
    let (remote, remote_port) = address(fields.get(2)?)?;
    let state = match *fields.get(3)? {
        "01" => Some("ESTABLISHED"),
        "02" => Some("SYN_SENT"),
        "0A" => Some("LISTEN"),
        _ if protocol == "TCP" => Some("CLOSE"),
        _ => None,
    };
    let inode = fields.get(9)?.parse().ok()?;
    let shown = |host: String, port: u16| format!("{host}:{}", if port == 0 { "*".to_owned() } else { port.to_string() });
    Some((
        inode,
        Socket {
            kind,
            protocol: protocol.to_owned(),
            local: shown(local, local_port),
            remote: (remote_port != 0).then(|| shown(remote, remote_port)),
            state: if protocol == "TCP" { state } else { None },
            ports: vec![local_port, remote_port],
        },
    ))
}

/// `0100007F:1F90`: the address in words of the machine, the port in hexadecimal. The wildcard is `*`.
fn address(text: &str) -> Option<(String, u16)> {
    let (host, port) = text.split_once(':')?;
    let port = u16::from_str_radix(port, 16).ok()?;
    let words: Vec<u32> = (0..host.len() / 8)
        .map(|index| u32::from_str_radix(host.get(index * 8..index * 8 + 8)?, 16).ok())
        .collect::<Option<_>>()?;
    if words.iter().all(|word| *word == 0) {
        return Some(("*".to_owned(), port));
    }
    let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    let host = match <[u8; 4]>::try_from(&bytes[..]) {
        Ok(four) => Ipv4Addr::from(four).to_string(),
        Err(_) => format!("[{}]", Ipv6Addr::from(<[u8; 16]>::try_from(&bytes[..]).ok()?)),
    };
    Some((host, port))
}

fn unix(line: &str) -> Option<(u64, Socket)> {
    let fields: Vec<&str> = line.split_ascii_whitespace().collect();
    let kind = match *fields.get(4)? {
        "0001" => "STREAM",
        "0002" => "DGRAM",
        _ => "SEQPACKET",
    };
    let inode = fields.get(6)?.parse().ok()?;
    let path = fields.get(7).map_or_else(String::new, |path| format!("{path} "));
    let local = format!("{path}type={kind}");
    Some((inode, Socket { kind: "unix", protocol: String::new(), local, remote: None, state: None, ports: Vec::new() }))
}
