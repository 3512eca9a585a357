//! Which addresses a stranger's URL may lead to: those of the public internet, and nothing that only this machine or
//! its network can reach.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::net::embedded_v4;

/// IPv4 blocks that are not the public internet, as (network, bits), after IANA's special-purpose registry.
const BLOCKED_V4: [([u8; 4], u32); 16] = [
    ([0, 0, 0, 0], 8),        // this network
    ([10, 0, 0, 0], 8),       // private
    ([100, 64, 0, 0], 10),    // carrier-grade NAT; Alibaba's metadata
    ([127, 0, 0, 0], 8),      // loopback
    ([168, 63, 129, 16], 32), // Azure's metadata and wire server
    ([169, 254, 0, 0], 16),   // link-local; the metadata of most clouds
    ([172, 16, 0, 0], 12),    // private
    ([192, 0, 0, 0], 24),     // protocol assignments; Oracle's metadata
    ([192, 0, 2, 0], 24),     // documentation
    ([192, 88, 99, 0], 24),   // 6to4 relays
    ([192, 168, 0, 0], 16),   // private
    ([198, 18, 0, 0], 15),    // benchmarks
    ([198, 51, 100, 0], 24),  // documentation
    ([203, 0, 113, 0], 24),   // documentation
    ([224, 0, 0, 0], 4),      // multicast
    ([240, 0, 0, 0], 4),      // reserved, and broadcast
];

/// IPv6 blocks within global unicast that are not the public internet.
const BLOCKED_V6: [([u16; 2], u32); 3] = [
    ([0x2001, 0x0000], 23), // protocol assignments: Teredo, ORCHID, benchmarks
    ([0x2001, 0x0db8], 32), // documentation
    ([0x3fff, 0x0000], 20), // documentation
];

/// Whether an address is one of the public internet. An IPv4 address inside an IPv6 one (mapped, NAT64, 6to4) is
/// judged as itself.
pub(super) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => match embedded_v4(address) {
            Some(inner) => is_public_v4(inner),
            None => is_public_v6(address),
        },
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let within = |(network, bits): &([u8; 4], u32)| {
        u32::from(address) >> (32 - bits) == u32::from_be_bytes(*network) >> (32 - bits)
    };
    !BLOCKED_V4.iter().any(within)
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let segments = address.segments();
    let head = u32::from(segments[0]) << 16 | u32::from(segments[1]);
    let within = |([high, low], bits): &([u16; 2], u32)| {
        head >> (32 - bits) == (u32::from(*high) << 16 | u32::from(*low)) >> (32 - bits)
    };
    // 2000::/3 is all of global unicast: loopback, link-local, unique local and multicast lie outside.
    segments[0] >> 13 == 1 && !BLOCKED_V6.iter().any(within)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(addresses: &[&str], public: bool) {
        for address in addresses {
            assert_eq!(is_public(address.parse().unwrap()), public, "{address}");
        }
    }

    #[test]
    fn each_block_ends_where_it_should() {
        // First and last address of a block, and their neighbours outside.
        for (first, last, before, after) in [
            ("0.0.0.0", "0.255.255.255", "", "1.0.0.0"),
            ("10.0.0.0", "10.255.255.255", "9.255.255.255", "11.0.0.0"),
            ("100.64.0.0", "100.127.255.255", "100.63.255.255", "100.128.0.0"),
            ("127.0.0.0", "127.255.255.255", "126.255.255.255", "128.0.0.0"),
            ("168.63.129.16", "168.63.129.16", "168.63.129.15", "168.63.129.17"),
            ("169.254.0.0", "169.254.255.255", "169.253.255.255", "169.255.0.0"),
            ("172.16.0.0", "172.31.255.255", "172.15.255.255", "172.32.0.0"),
            ("192.0.0.0", "192.0.0.255", "191.255.255.255", "192.0.1.0"),
            ("192.0.2.0", "192.0.2.255", "192.0.1.255", "192.0.3.0"),
            ("192.88.99.0", "192.88.99.255", "192.88.98.255", "192.88.100.0"),
            ("192.168.0.0", "192.168.255.255", "192.167.255.255", "192.169.0.0"),
            ("198.18.0.0", "198.19.255.255", "198.17.255.255", "198.20.0.0"),
            ("198.51.100.0", "198.51.100.255", "198.51.99.255", "198.51.101.0"),
            ("203.0.113.0", "203.0.113.255", "203.0.112.255", "203.0.114.0"),
            ("224.0.0.0", "255.255.255.255", "223.255.255.255", ""),
            ("2001::", "2001:1ff:ffff::", "2000:ffff::", "2001:200::"),
            ("2001:db8::", "2001:db8:ffff::", "2001:db7:ffff::", "2001:db9::"),
            ("3fff::", "3fff:fff:ffff::", "3ffe:ffff::", "3fff:1000::"),
        ] {
            check(&[first, last], false);
            let outside: Vec<&str> = [before, after].into_iter().filter(|a| !a.is_empty()).collect();
            check(&outside, true);
        }
    }

    #[test]
    fn well_known_targets_of_forged_requests_are_not_public() {
        check(
            &[
                "169.254.169.254", // AWS, GCP, Azure
                "169.254.170.2",   // ECS
                "100.100.100.200", // Alibaba
                "192.0.0.192",     // Oracle
                "fd00:ec2::254",   // AWS
                "::",
                "::1",
                "::127.0.0.1",
                "fe80::1",
                "febf::1",
                "fec0::1",
                "fc00::1",
                "fdff::1",
                "ff02::1",
                "100::1",
                "5f00::1",
                "64:ff9b:1::7f00:1",
                "1fff:ffff::1",
                "4000::1",
            ],
            false,
        );
    }

    #[test]
    fn public_addresses_pass() {
        check(
            &["1.1.1.1", "8.8.8.8", "52.216.0.1", "2606:4700:4700::1111", "2001:4860:4860::8888", "2a00::1"],
            true,
        );
    }

    #[test]
    fn an_address_inside_an_address_is_judged_as_itself() {
        for (form, hex) in [("::ffff:", true), ("64:ff9b::", true), ("2002:", false)] {
            let wrap =
                |a: &str, b: &str| if hex { format!("{form}{a}:{b}") } else { format!("{form}{a}:{b}::1") };
            for (high, low) in
                [("7f00", "1"), ("a9fe", "a9fe"), ("0a00", "1"), ("c0a8", "101"), ("6440", "1"), ("0", "0")]
            {
                check(&[&wrap(high, low)], false);
            }
            check(&[&wrap("0101", "0101"), &wrap("0808", "0808")], true);
        }
        check(&["::ffff:169.254.169.254", "64:ff9b::10.0.0.1"], false);
    }
}
