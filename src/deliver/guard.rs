//! URLs that others give: which of them may be sent a clip.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use reqwest::Url;
use reqwest::dns::{Name, Resolve, Resolving};

use crate::net::embedded_v4;

/// Where clouds answer their machines outside the link-local ranges: Azure's wire server, Alibaba's and Oracle's
/// metadata, and those of AWS and Google in IPv6.
const METADATA: [IpAddr; 5] = [
    IpAddr::V4(Ipv4Addr::new(168, 63, 129, 16)),
    IpAddr::V4(Ipv4Addr::new(100, 100, 100, 200)),
    IpAddr::V4(Ipv4Addr::new(192, 0, 0, 192)),
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254)),
    IpAddr::V6(Ipv6Addr::new(0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254)),
];

/// Reads an absolute http or https URL that leads to neither a link-local nor a metadata address.
///
/// # Errors
/// Why it cannot be used, in words that follow its name, without a part of the URL that may be secret.
pub(super) fn checked_url(text: &str) -> Result<Url, String> {
    let url: Url = text.trim().parse().map_err(|error| format!("is not a URL: {error}"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(format!("must be http or https, not {}", url.scheme()));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("holds a user name or a password".to_owned());
    }
    if literal_address(&url).is_some_and(forbidden) {
        return Err("leads to a link-local or metadata address".to_owned());
    }
    Ok(url)
}

/// The address in a URL that names no host.
pub(super) fn literal_address(url: &Url) -> Option<IpAddr> {
    url.host_str()?.trim_matches(['[', ']']).parse().ok()
}

/// Whether an address belongs to this machine's own neighbourhood, where a cloud answers with its keys. Private networks
/// do not: a storage server may stand there.
fn forbidden(address: IpAddr) -> bool {
    if METADATA.contains(&address) {
        return true;
    }
    let v6 = match address {
        IpAddr::V4(v4) => return v4.is_link_local(),
        IpAddr::V6(v6) => v6,
    };
    // The second is IPv4 in IPv6 as it is (RFC 4291).
    match embedded_v4(v6).or_else(|| v6.to_ipv4()) {
        Some(v4) => forbidden(v4.into()),
        None => v6.is_unicast_link_local(),
    }
}

/// Resolves names, but not to link-local addresses: a name is somebody else's to change.
#[derive(Debug)]
pub(super) struct Resolver;

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found: Vec<_> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let count = found.len();
            let kept: Vec<_> = found.into_iter().filter(|address| !forbidden(address.ip())).collect();
            if kept.len() < count && kept.is_empty() {
                return Err("the name leads to a link-local or metadata address".into());
            }
            Ok(Box::new(kept.into_iter()) as Box<dyn Iterator<Item = _> + Send>)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_addresses_are_refused_in_every_spelling() {
        for host in [
            "169.254.169.254",
            "2852039166",
            "0xa9.0xfe.0xa9.0xfe",
            "0251.0376.0251.0376",
            "169.254.1",
            "[fe80::1]",
            "[fd00:ec2::254]",
            "[::ffff:169.254.169.254]",
            "[::169.254.169.254]",
            "[64:ff9b::a9fe:a9fe]",
            "[2002:a9fe:a9fe::1]",
            "168.63.129.16",
            "[::ffff:100.100.100.200]",
        ] {
            let refused = checked_url(&format!("http://{host}/latest")).unwrap_err();
            assert!(refused.contains("link-local"), "{host}: {refused}");
        }
    }

    #[test]
    fn what_is_no_place_for_a_clip_is_refused_without_its_secrets() {
        for url in [
            "",
            "clip.mp4",
            "ftp://a/b?sig=hush",
            "file:///etc/hush",
            "https://hush:hush@a/b",
            "https://?hush",
            "data:hush",
            "http://a b/?hush",
        ] {
            let refused = checked_url(url).unwrap_err();
            assert!(!refused.contains("hush"), "{url}: {refused}");
        }
        assert_eq!(checked_url(" https://a.example/b?c=d\n").unwrap().as_str(), "https://a.example/b?c=d");
        assert!(checked_url("http://127.0.0.1:9000/bucket").is_ok());
        assert!(checked_url("http://[2001:db8::1]/").is_ok());
    }
}
