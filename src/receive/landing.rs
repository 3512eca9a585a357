//! Where a clip comes down: bytes in, a partial file beside the name it will get, its size and its digest.

use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::path::PathBuf;

use sha2::{Digest, Sha256};

use super::Order;
use super::decoder::Sink;
use super::magic;
use crate::error::{Error, Result};
use crate::paths::hex;
use crate::render::{PartFile, place};

/// What fits an MP4, the usual extension first.
const MP4: &[&str] = &["mp4", "mov"];
/// What fits a QuickTime movie.
const MOV: &[&str] = &["mov"];
/// The brand of a QuickTime movie.
const QUICKTIME: &[u8] = b"qt  ";

/// Takes a clip's bytes. The file is made as soon as they say what they are.
pub(super) struct Landing<'a> {
    order: &'a Order<'a>,
    start: Vec<u8>,
    file: Option<Open>,
}

struct Open {
    part: PartFile,
    file: fs_err::File,
    hash: Sha256,
    bytes: u64,
    extensions: &'static [&'static str],
    /// Its name, once that does not wait for what the answer says.
    target: Option<PathBuf>,
}

/// A clip that is down, but not yet proved.
pub(super) struct Landed {
    /// The file, removed unless it is promoted.
    pub(super) part: PartFile,
    /// The name that it is to get.
    pub(super) target: PathBuf,
    /// Its size.
    pub(super) bytes: u64,
    /// In hexadecimal.
    pub(super) sha256: String,
}

impl<'a> Landing<'a> {
    /// # Errors
    /// `bad_output` where it is clear already that the clip cannot get its name.
    pub(super) fn new(order: &'a Order<'a>) -> Result<Self> {
        if let Some(file) = order.target.filter(|target| !target.is_dir()) {
            place(Some(file), OsStr::new(""), MP4, "a clip", order.force)?;
        }
        Ok(Self { order, start: Vec::new(), file: None })
    }

    /// Forgets what came so far.
    pub(super) fn restart(&mut self) {
        self.file = None;
        self.start.clear();
    }

    fn open(&self) -> Result<Open> {
        let mov = self.start.get(8..12) == Some(QUICKTIME);
        let extensions = if mov { MOV } else { MP4 };
        let order = self.order;
        let named = order.target.is_some_and(|target| !target.is_dir());
        let target = if named || !order.fallback_name.is_empty() {
            Some(self.place(order.fallback_name, extensions)?)
        } else {
            None
        };
        let provisional = match &target {
            Some(target) => target.clone(),
            None => {
                let name = OsString::from(format!("broll-{}", std::process::id()));
                place(order.target, &name, extensions, "a clip", true)?
            }
        };
        let part = PartFile::create(&provisional)?;
        let file = part.writer()?;
        Ok(Open { part, file, hash: Sha256::new(), bytes: 0, extensions, target })
    }

    fn place(&self, stem: &OsStr, extensions: &[&str]) -> Result<PathBuf> {
        let what = if extensions == MOV { "a QuickTime movie" } else { "a clip" };
        place(self.order.target, stem, extensions, what, self.order.force)
    }

    /// Takes the end. `template` names the clip where nothing else does.
    ///
    /// # Errors
    /// `clip_truncated` for hardly any bytes, `bad_output` for a name that cannot be had.
    pub(super) fn finish(mut self, template: Option<&str>) -> Result<Landed> {
        let Some(Open { mut part, hash, bytes, extensions, target, .. }) = self.file.take() else {
            let count = self.start.len();
            return Err(Error::bad_input("clip_truncated", format!("the video ends at byte {count}"))
                .hint("fetch the answer again, or run the job again"));
        };
        let target = match target {
            Some(target) => target,
            None => {
                let target = self.place(template.and_then(stem).unwrap_or(OsStr::new("clip")), extensions)?;
                part.retarget(target.clone());
                target
            }
        };
        Ok(Landed { part, target, bytes, sha256: hex(&hash.finalize()) })
    }
}

impl Sink for Landing<'_> {
    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        if self.file.is_none() {
            self.start.extend_from_slice(bytes);
            if self.start.len() < magic::ENOUGH {
                return Ok(());
            }
            if !magic::is_clip(&self.start) {
                let what = magic::name(&self.start).unwrap_or("nothing known");
                return Err(Error::bad_input("not_a_clip", "the video is no MP4 or MOV")
                    .because(format!("it is {what}"))
                    .hint("see what the endpoint's handler returns"));
            }
            let mut file = self.open()?;
            file.write(&std::mem::take(&mut self.start))?;
            self.file = Some(file);
        } else if let Some(file) = &mut self.file {
            file.write(bytes)?;
        }
        Ok(())
    }
}

impl Open {
    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.file.write_all(bytes)?;
        self.hash.update(bytes);
        self.bytes += bytes.len() as u64;
        Ok(())
    }
}

/// A template's name as a file's, where it can be one: it comes from elsewhere.
fn stem(template: &str) -> Option<&OsStr> {
    let fits = |c: char| !c.is_control() && c != '/' && c != '\\';
    let good = !template.is_empty() && template.len() <= 100 && !template.starts_with(['.', '-', ' ']);
    (good && template.chars().all(fits)).then_some(OsStr::new(template))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_names_a_file_only_where_it_can() {
        assert_eq!(stem("ai_cpu_activation"), Some(OsStr::new("ai_cpu_activation")));
        assert_eq!(stem("Würfel 2"), Some(OsStr::new("Würfel 2")));
        for bad in ["", "../x", "a/b", ".hidden", "-o", "a\nb", "a\\b", &"x".repeat(101)] {
            assert_eq!(stem(bad), None, "{bad:?}");
        }
    }
}
