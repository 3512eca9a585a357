//! Where a key may be sent.

use std::net::IpAddr;

use super::Url;

/// Why a key must not go to an API at this address.
///
/// A key travels with every request, so it goes out over TLS. Plain HTTP is for this machine, and for a private network,
/// where no authority gives out certificates. What is private is told from the address or the name itself, since a
/// public name may lead anywhere.
pub(crate) fn check_base(url: &Url) -> Result<(), String> {
    let host = url.host_str().filter(|host| !host.is_empty()).ok_or("it names no host")?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err("it holds a user name or a password".to_owned());
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("it has a query or a fragment".to_owned());
    }
    match url.scheme() {
        "https" => Ok(()),
        "http" if is_loopback(host) || is_private(host) => Ok(()),
        "http" => Err(format!("plain http:// would show the key to everyone on the way to {host}")),
        other => Err(format!("a URL starts with https:// or http://, not {other}:")),
    }
}

/// The address that a URL's host is, unless it is a name.
fn address(host: &str) -> Option<IpAddr> {
    host.trim_start_matches('[').trim_end_matches(']').parse().ok()
}

/// Whether a host is this machine.
pub(crate) fn is_loopback(host: &str) -> bool {
    match address(host) {
        Some(address) => address.is_loopback(),
        None => host == "localhost" || host.ends_with(".localhost"),
    }
}

fn is_private(host: &str) -> bool {
    match address(host) {
        Some(IpAddr::V4(address)) => {
            let [first, second, ..] = address.octets();
            // The last is the shared space of RFC 6598, which overlay networks use.
            address.is_private() || (first == 100 && (64..128).contains(&second))
        }
        Some(IpAddr::V6(address)) => address.is_unique_local(),
        // One word, or a name that no public server gives out (RFC 6762, ICANN's `.internal`).
        None => !host.contains('.') || host.ends_with(".local") || host.ends_with(".internal"),
    }
}
