//! IPv4 addresses that are spelled as IPv6 ones.

use std::net::{Ipv4Addr, Ipv6Addr};

/// The IPv4 address that packets to this address end up at.
pub(crate) fn embedded_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    match address.segments() {
        // Mapped (::ffff:0:0/96, RFC 4291), NAT64 (64:ff9b::/96, RFC 6052), 6to4 (2002::/16, RFC 3056).
        [0, 0, 0, 0, 0, 0xffff, high, low]
        | [0x64, 0xff9b, 0, 0, 0, 0, high, low]
        | [0x2002, high, low, ..] => Some(Ipv4Addr::from(u32::from(high) << 16 | u32::from(low))),
        _ => None,
    }
}
