//! Addresses as the kernel lays them out: u16 family, u16 port, u32 scope, then the bytes.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

const UNIX: u16 = 1;
const INET: u16 = 2;
const INET6: u16 = 10;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    Inet(IpAddr, u16),
    Unix(Vec<u8>),
}

impl Address {
    pub(crate) fn family(&self) -> i32 {
        i32::from(match self {
            Address::Unix(_) => UNIX,
            Address::Inet(IpAddr::V4(_), _) => INET,
            Address::Inet(IpAddr::V6(_), _) => INET6,
        })
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut bytes = (self.family() as u16).to_le_bytes().to_vec();
        let (port, rest) = match self {
            Address::Unix(path) => (0, path.clone()),
            Address::Inet(IpAddr::V4(address), port) => (*port, address.octets().to_vec()),
            Address::Inet(IpAddr::V6(address), port) => (*port, address.octets().to_vec()),
        };
        bytes.extend(port.to_le_bytes());
        bytes.extend([0; 4]);
        bytes.extend(rest);
        bytes
    }

    /// Reads addresses that stand one after the other, as `resolve` answers them.
    pub(crate) fn decode_all(mut bytes: &[u8]) -> Vec<Address> {
        let mut addresses = Vec::new();
        while bytes.len() >= 12 {
            let family = u16::from_le_bytes([bytes[0], bytes[1]]);
            let size = if family == INET6 { 24 } else { 12 };
            if bytes.len() < size {
                break;
            }
            let ip = match <[u8; 16]>::try_from(&bytes[8..size]) {
                Ok(octets) => IpAddr::V6(Ipv6Addr::from(octets)),
                Err(_) => IpAddr::V4(Ipv4Addr::new(bytes[8], bytes[9], bytes[10], bytes[11])),
            };
            addresses.push(Address::Inet(ip, u16::from_le_bytes([bytes[2], bytes[3]])));
            bytes = &bytes[size..];
        }
        addresses
    }

    pub fn with_port(self, port: u16) -> Address {
        match self {
            Address::Inet(ip, _) => Address::Inet(ip, port),
            unix => unix,
        }
    }
}
