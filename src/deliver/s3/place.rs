//! What an endpoint's URL says: bucket, region, and whether the bucket is a part of the host. Pure.

use rusty_s3::{Bucket, UrlStyle};

use crate::deliver::guard::{checked_url, literal_address};

/// Where objects go.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) bucket: Bucket,
    /// The host that requests go to, for messages.
    pub(super) host: String,
    /// Whether the server takes presigned requests; RunPod's own S3 does not.
    pub(super) presigns: bool,
}

/// What was set beside the URL.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Named<'a> {
    pub(super) bucket: Option<&'a str>,
    /// Wins over the URL.
    pub(super) region: Option<&'a str>,
    /// Counts when the URL names none.
    pub(super) usual_region: Option<&'a str>,
}

/// What is wrong, and with which of the two.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Misplaced {
    Endpoint(String),
    Bucket(String),
}

/// Of a server that does not say: what S3 itself takes for a request without one.
const USUAL_REGION: &str = "us-east-1";

/// Reads an endpoint: `https://BUCKET.s3.REGION.…`, or `https://HOST` or `https://HOST/BUCKET` with or without a bucket
/// named apart.
pub(super) fn place(endpoint: &str, named: Named<'_>) -> Result<Place, Misplaced> {
    let mut url = checked_url(endpoint).map_err(Misplaced::Endpoint)?;
    if url.query().is_some() || url.fragment().is_some() {
        return Err(Misplaced::Endpoint("has a query: an endpoint is a host".to_owned()));
    }
    let host = url.host_str().unwrap_or_default().trim_end_matches('.').to_owned();
    let in_host =
        if literal_address(&url).is_some() { Host::default() } else { read_host(&host, named.bucket) };
    let in_path = match url.path().trim_matches('/') {
        "" => None,
        path if path.contains('/') => {
            return Err(Misplaced::Endpoint(
                "has a path: an endpoint is a host, or a host and a bucket".to_owned(),
            ));
        }
        path => Some(path.to_owned()),
    };
    let mut names: Vec<&str> =
        [named.bucket, in_host.bucket.as_deref(), in_path.as_deref()].into_iter().flatten().collect();
    names.dedup();
    let name = match names[..] {
        [] => return Err(Misplaced::Bucket("no bucket is named".to_owned())),
        [name] => name.to_owned(),
        [one, other, ..] => {
            return Err(Misplaced::Bucket(format!("the bucket is named twice, {one:?} and {other:?}")));
        }
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if !(3..=255).contains(&name.len())
        || !name.chars().all(plain)
        || name.starts_with('.')
        || name.contains("..")
    {
        return Err(Misplaced::Bucket(format!("{name:?} is no name of a bucket")));
    }
    url.set_path("");
    let style = match &in_host.bucket {
        Some(bucket) => {
            // The library puts the bucket before the host by itself.
            let rest = host.get(bucket.len() + 1..).unwrap_or_default();
            url.set_host(Some(rest))
                .map_err(|error| Misplaced::Endpoint(format!("is not a URL: {error}")))?;
            UrlStyle::VirtualHost
        }
        None => UrlStyle::Path,
    };
    let region = named.region.map(str::to_owned).or(in_host.region);
    let region = region.or(named.usual_region.map(str::to_owned)).unwrap_or_else(|| USUAL_REGION.to_owned());
    let bucket = Bucket::new(url, style, name, region)
        .map_err(|error| Misplaced::Endpoint(format!("cannot be used: {error}")))?;
    Ok(Place { bucket, presigns: !host.ends_with(".runpod.io"), host })
}

#[derive(Debug, Default, PartialEq)]
struct Host {
    bucket: Option<String>,
    region: Option<String>,
}

/// `[BUCKET.]s3[.dualstack].REGION.…`, `[BUCKET.]s3-REGION.…`, `[BUCKET.]REGION.digitaloceanspaces.com`,
/// `s3api-REGION.runpod.io`; elsewhere a host that starts with the name of the bucket.
fn read_host(host: &str, named: Option<&str>) -> Host {
    let owned = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    if let Some(center) = host.strip_prefix("s3api-").and_then(|rest| rest.strip_suffix(".runpod.io")) {
        // Regions are the ids of data centers, which are upper-case there.
        return Host { bucket: None, region: Some(center.to_uppercase()) };
    }
    if let Some(front) = host.strip_suffix(".digitaloceanspaces.com") {
        let (bucket, region) = front.rsplit_once('.').unwrap_or(("", front));
        return Host { bucket: owned(bucket), region: owned(region) };
    }
    let labels: Vec<&str> = host.split('.').collect();
    let amazon = host.ends_with(".amazonaws.com") || host.ends_with(".amazonaws.com.cn");
    let service = labels.iter().rposition(|label| *label == "s3" || amazon && label.starts_with("s3-"));
    let prefixed = named.filter(|name| host.strip_prefix(name).is_some_and(|rest| rest.starts_with('.')));
    let Some(at) = service.filter(|at| labels.len() > at + 2) else {
        let region =
            ["r2.cloudflarestorage.com", "storage.googleapis.com"].iter().any(|own| host.ends_with(own));
        return Host { bucket: prefixed.map(str::to_owned), region: region.then(|| "auto".to_owned()) };
    };
    let after = labels[at + 1..].iter().filter(|label| **label != "dualstack").collect::<Vec<_>>();
    let dashed = labels[at].strip_prefix("s3-").filter(|rest| !matches!(*rest, "accelerate" | "fips"));
    // A region and at least two more labels; `s3.example.com` says none.
    let region = dashed.or_else(|| (after.len() > 2 && *after[0] != "amazonaws").then(|| *after[0]));
    // A bucket that is named apart need not be in the host: `minio.s3.example.com`.
    let bucket = match named {
        Some(_) if !amazon => prefixed.map(str::to_owned),
        _ => owned(&labels[..at].join(".")),
    };
    Host { bucket, region: region.map(str::to_owned) }
}

#[cfg(test)]
mod tests;
