//! Brings a file of an asset into the cache: in one piece, whatever a network does to it, and once.

use std::io::{Seek, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::client::Client;
use super::gate::too_large;
use super::refusal::{self, Refusal};
use super::wire::{Patience, origin, passing};
use super::{Asset, AssetFile, cache};
use crate::error::{Error, Result};
use crate::event::{Event, Reporter};
use crate::interrupt::Cancel;
use crate::net::{Resume, Url};
use crate::paths::Paths;
use crate::template::blend_file;

/// Bytes between two reports.
const REPORT: u64 = 256 << 10;

/// The file on this machine: from the cache, or downloaded, at most `most` bytes. It is a whole .blend.
///
/// # Errors
/// `plan_only`, `asset_too_large`, `not_a_blend`, those of a network and a service that fail, and of the file system.
pub fn fetch(
    client: &Client,
    (asset, file): (&Asset, &AssetFile),
    most: u64,
    paths: &Paths,
    reporter: &dyn Reporter,
    cancel: &Cancel,
) -> Result<PathBuf> {
    cache::tidy(paths);
    let place = cache::place(paths, asset, file);
    if place.is_file() {
        match blend_file::check_whole_until(&place, cancel) {
            Ok(()) => {
                cache::touch(&place);
                return Ok(place);
            }
            Err(_) => cancel.check()?,
        }
        fs_err::remove_file(&place)?;
    }
    let folder = cache::folder(paths, asset);
    fs_err::create_dir_all(&folder)?;
    let draft = tempfile::Builder::new().prefix(cache::DRAFT).tempfile_in(&folder)?;
    let mut download =
        Download { client, asset, file, most, draft, resume: Resume::default(), told: 0, reporter, cancel };
    download.run()?;
    download.check()?;
    download.draft.as_file().sync_all()?;
    download.draft.persist(&place).map_err(|error| error.error)?;
    Ok(place)
}

struct Download<'a> {
    client: &'a Client,
    asset: &'a Asset,
    file: &'a AssetFile,
    most: u64,
    draft: NamedTempFile,
    resume: Resume,
    told: u64,
    reporter: &'a dyn Reporter,
    cancel: &'a Cancel,
}

impl Download<'_> {
    fn run(&mut self) -> Result<()> {
        let link = || self.client.link(self.asset, self.file, self.reporter, self.cancel);
        let (mut url, mut renewed) = (link()?, false);
        let (mut patience, mut best) = (Patience::new(self.client.pace), 0);
        loop {
            let (error, asked) = match self.once(&url) {
                Ok(()) => return Ok(()),
                Err(Refusal::Passing { error, asked }) => (error, asked),
                Err(Refusal::Lasting(error)) => return Err(error),
                // A signed address is good for a short while.
                Err(Refusal::Missing | Refusal::Forbidden(_)) if !renewed => {
                    renewed = true;
                    url = self.client.link(self.asset, self.file, self.reporter, self.cancel)?;
                    continue;
                }
                Err(Refusal::Missing | Refusal::Forbidden(_)) => return Err(self.refused(&url)),
            };
            if self.resume.have() > best {
                best = self.resume.have();
                patience.renew();
            }
            patience.wait(error, asked, self.reporter, self.cancel)?;
        }
    }

    /// One request and its answer. No key goes along: the address is signed.
    fn once(&mut self, url: &Url) -> Result<(), Refusal> {
        // Bytes as they lie there: a range of a compressed answer would be a range of something else.
        let mut headers = vec![("Accept-Encoding", "identity".to_owned())];
        headers.extend(self.resume.headers());
        let mut reply = self.client.follow(url, None, &headers, self.cancel)?;
        match reply.status() {
            206 if self.resume.goes_on(&|name| reply.header(name).map(str::to_owned)) => {}
            200 => {
                self.restart()?;
                self.resume.begins(reply.length(), reply.header("etag"));
            }
            206 | 416 => {
                self.restart()?;
                return Err(again("the server sent another part than the one asked for", None));
            }
            401 | 403 => return Err(Refusal::Forbidden(None)),
            404 | 410 => return Err(Refusal::Missing),
            status @ (408 | 425 | 429 | 500..) => {
                return Err(again(&format!("{} answered with {status}", origin(url)), reply.retry_after()));
            }
            status => {
                return Err(Refusal::Lasting(
                    self.refused(url).because(format!("{} answered with {status}", origin(url))),
                ));
            }
        }
        if self.resume.total().is_some_and(|total| total > self.most) {
            return Err(self.too_large(self.resume.total()));
        }
        while let Some(bytes) = reply.chunk().map_err(|failure| passing(&failure))? {
            self.draft.write_all(&bytes).map_err(|error| Refusal::Lasting(error.into()))?;
            self.resume.took(bytes.len() as u64);
            if self.resume.have() > self.most {
                return Err(self.too_large(None));
            }
            self.report();
        }
        match self.resume.missing() {
            Some(missing) => Err(again(&format!("the answer ended {missing} bytes early"), None)),
            None => Ok(()),
        }
    }

    fn restart(&mut self) -> Result<(), Refusal> {
        let file = self.draft.as_file_mut();
        let emptied = file.set_len(0).and_then(|()| file.rewind());
        self.resume = Resume::default();
        self.told = 0;
        emptied.map_err(|error| Refusal::Lasting(error.into()))
    }

    fn report(&mut self) {
        if self.resume.have() < self.told + REPORT && self.told > 0 {
            return;
        }
        self.told = self.resume.have();
        let total = self.resume.total().or(self.file.bytes);
        self.reporter.report(&Event::Downloading { bytes: self.told, total });
    }

    /// Whether what came is a .blend, to its last block.
    fn check(&self) -> Result<()> {
        let path: &Path = self.draft.path();
        let whole = blend_file::check_whole_until(path, self.cancel);
        self.cancel.check()?;
        whole.map_err(|error| {
            let error = Error::remote(
                "not_a_blend",
                format!("what BlenderKit sent for {} is no whole .blend", self.asset.name),
            )
            .because(error);
            let error = match self.file.bytes {
                Some(bytes) if bytes != self.resume.have() => error.because(format!(
                    "it has {} bytes, and BlenderKit announced {bytes}",
                    self.resume.have()
                )),
                _ => error,
            };
            error.hint("run the same command again later, or take another --resolution")
        })
    }

    fn too_large(&self, bytes: Option<u64>) -> Refusal {
        Refusal::Lasting(too_large(&self.asset.name, bytes, self.most))
    }

    fn refused(&self, url: &Url) -> Error {
        Error::remote("download_failed", format!("{} could not be downloaded", self.asset.name))
            .because(format!("{} does not give the file out", origin(url)))
            .hint("run the same command again later; the asset's page may tell more")
    }
}

fn again(why: &str, asked: Option<std::time::Duration>) -> Refusal {
    Refusal::Passing { error: refusal::unreachable().because(why), asked }
}
