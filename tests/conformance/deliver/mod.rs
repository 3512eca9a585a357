//! Clips that leave: to a real S3 server, to scripted ones that fail in every way, and how small a clip can be.

mod bucket;
mod floor;
mod presigned;
mod s3;
mod s3_faults;
mod s3_refusals;

use std::io::Write;
use std::path::Path;
use std::time::Duration;

use broll::deliver::{Delivered, Tuning, Ways};
use broll::error::Result;
use broll::interrupt::Cancel;
use broll::net::{Http, Limits, Method, Redirects};
use serde_json::Value;
use tempfile::NamedTempFile;

const MIB: u64 = 1 << 20;

/// Nothing fits into an answer, large clips begin at 5 MiB (the smallest part that S3 allows), waits are short.
const QUICK: Tuning = Tuning {
    single: 5 * MIB,
    part: 5 * MIB,
    tries: 4,
    first_wait: Duration::from_millis(10),
    stall: Duration::from_secs(20),
};

/// A file whose every stretch differs from every other.
fn clip(bytes: u64) -> NamedTempFile {
    let mut numbers = (1u64..).map(|n| n.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_le_bytes());
    let kilobytes: Vec<u8> = numbers.by_ref().take(16 << 10).flatten().collect();
    let (mut left, mut file) = (bytes, NamedTempFile::new().unwrap());
    while left > 0 {
        let most = usize::try_from(left).unwrap().min(kilobytes.len());
        file.write_all(&left.to_le_bytes()[..most.min(8)]).unwrap();
        file.write_all(&kilobytes[most.min(8)..most]).unwrap();
        left -= most as u64;
    }
    file
}

fn ways(upload: Option<&str>, config: Option<&Value>) -> Ways {
    Ways::new(0, upload, config, &|_| None, None).unwrap().tuned(QUICK)
}

fn deliver(ways: &Ways, clip: &Path) -> Result<String> {
    match ways.deliver(clip, "job-1", "mp4", &Cancel::default(), &|_| ())? {
        Delivered::Url(url) => Ok(url),
        Delivered::Inline(_) => panic!("it does not fit"),
    }
}

fn get(url: &str) -> (u16, Vec<u8>) {
    let http = Http::new(Redirects::Refuse).unwrap();
    let request = http.request(Method::GET, url.parse().unwrap());
    let reply = http.send(request, Limits::default(), &Cancel::default()).unwrap();
    (reply.status(), reply.bytes(100 << 20).unwrap())
}
