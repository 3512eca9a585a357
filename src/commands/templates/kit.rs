//! `blenderkit:ID` in place of a file: the asset is judged, downloaded, made one file, and handed on as any other file
//! with a manifest beside it.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use clap::builder::{PossibleValuesParser, TypedValueParser};
use tempfile::TempDir;

use super::super::Context;
use super::session;
use crate::blender::Version;
use crate::blenderkit::{
    self, Asset, Client, Key, Pace, Resolution, Site, Wish, about, asset_id, template_name,
};
use crate::error::{Error, Kind, Result};
use crate::event::{Event, Reporter};
use crate::interrupt::Cancel;
use crate::template::install::{check_free, new_manifest};
use crate::template::{Manifest, check_name};
use crate::toolchain::blender::FoundBlender;
use crate::ui::{Bar, Ui, fmt};
use crate::{render, toolchain};

/// How a source begins that is no file.
const SCHEME: &str = "blenderkit:";
/// The largest file that is downloaded unless somebody says otherwise, as for a worker's downloads.
const LARGEST: u64 = 1_000_000_000;

/// Arguments for assets.
#[derive(Debug, clap::Args)]
pub(super) struct KitArgs {
    /// Size of the textures of a BlenderKit asset, or the nearest there is: 0.5k, 1k, 2k, 4k, 8k or original [default: original]
    #[arg(hide_possible_values = true, ignore_case = true, long, value_name = "SIZE", value_parser = PossibleValuesParser::new(Resolution::NAMES).try_map(|name| name.parse::<Resolution>()))]
    resolution: Option<Resolution>,

    /// The largest BlenderKit file to download, such as 500MB or 4GB [default: 1GB]
    #[arg(long, value_name = "SIZE", value_parser = bytes)]
    max_size: Option<u64>,
}

impl KitArgs {
    /// A flag that would do nothing is a mistake.
    fn check_unused(&self) -> Result<()> {
        let given = [("--resolution", self.resolution.is_some()), ("--max-size", self.max_size.is_some())];
        match given.iter().find(|(_, given)| *given) {
            None => Ok(()),
            Some((flag, _)) => {
                Err(Error::new(Kind::Usage, "usage", format!("{flag} is for BlenderKit assets alone"))
                    .hint("leave it out, or name an asset: blenderkit:ID"))
            }
        }
    }
}

/// Where the template goes.
pub(super) struct Target<'a> {
    pub(super) name: Option<&'a str>,
    pub(super) folder: &'a Path,
    pub(super) force: bool,
}

/// An asset on this machine, as one file that has the template's name; gone when it is dropped.
pub(super) struct Fetched {
    file: PathBuf,
    _folder: TempDir,
}

impl Fetched {
    pub(super) fn file(&self) -> &Path {
        &self.file
    }
}

/// A number of bytes as a flag gives it, in decimal units.
fn bytes(text: &str) -> Result<u64, String> {
    let (number, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
    let factor = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "kb" => 1_000,
        "mb" => 1_000_000,
        "gb" => 1_000_000_000,
        _ => 0,
    };
    let bytes =
        number.parse().ok().and_then(|number: u64| number.checked_mul(factor)).filter(|bytes| *bytes > 0);
    bytes.ok_or_else(|| "a size is such as 500MB or 4GB".to_owned())
}

/// A client of the service that is configured, with the key in the environment.
pub(super) fn client(context: &Context) -> Result<Client> {
    Client::new(Site::configured(&context.config)?, Key::from_env()?, Pace::default())
}

/// The version of the Blender in use, where there is one.
pub(super) fn blender(context: &Context) -> Option<Version> {
    toolchain::blender::find(&context.config, &context.paths).ok().map(|found| found.version)
}

/// The asset that `source` names, on this machine; none when it is a file.
///
/// # Errors
/// `usage` for flags that a file has no use for, and all that can be wrong with an asset, a download and a Blender.
pub(super) fn fetch(
    context: &Context,
    source: &Path,
    args: &KitArgs,
    target: &Target<'_>,
) -> Result<Option<Fetched>> {
    let Some(id) = source.to_str().and_then(|text| text.strip_prefix(SCHEME)) else {
        return args.check_unused().map(|()| None);
    };
    let id = asset_id(id)?;
    target.name.map(check_name).transpose()?;
    let (client, cancel) = (client(context)?, Cancel::default());
    let found = toolchain::blender::find(&context.config, &context.paths);
    let blender = found.as_ref().ok().map(|found| found.version);
    let reporter = Shown::new(&context.ui, "downloading");
    let asset = client.asset(&id, blender.unwrap_or(Version::OLDEST), &reporter, &cancel)?;
    let most_bytes = args.max_size.unwrap_or(LARGEST);
    let resolution = args.resolution.unwrap_or_default();
    let wish = Wish { resolution, most_bytes, blender, with_key: client.has_key() };
    let file = blenderkit::admit(&asset, &wish, client.site())?;
    let name = target.name.map_or_else(|| template_name(&asset), str::to_owned);
    if !target.force {
        check_free(&name, target.folder)?;
    }
    tell(context, &asset, &file.label());
    let here = blenderkit::fetch(&client, (&asset, file), most_bytes, &context.paths, &reporter, &cancel)?;
    drop(reporter);
    let facts = render::read_blend(&here)?;
    // The file itself may be newer than the service says: smaller textures are put into it later.
    blender.map(|blender| render::check_version(&here, &facts, blender)).transpose()?;
    let stage =
        tempfile::Builder::new().prefix(".draft-").tempdir_in(here.parent().unwrap_or(Path::new(".")))?;
    let staged = stage.path().join(format!("{name}.blend"));
    if !one_file(context, found, &here, &staged)? {
        link_or_copy(&here, &staged)?;
    }
    let about = about(&asset, client.site());
    let kept = target.folder.join(format!("{name}.toml"));
    // A manifest that somebody has filled in for this very asset stays.
    let same = kept.is_file() && Manifest::read(&kept).is_ok_and(|there| there.source == about.source);
    if !same {
        fs_err::write(staged.with_extension("toml"), new_manifest(&about, &facts))?;
    }
    Ok(Some(Fetched { file: staged, _folder: stage }))
}

/// Says what is about to come, and under which terms.
fn tell(context: &Context, asset: &Asset, label: &str) {
    let license = asset.license.text();
    context.ui.status(&format!("{} by {}, {license}, textures: {label}", asset.name, asset.author));
    if !asset.license.redistribute() {
        context.ui.status("note: the licence lets you render it and use the clips, but not pass the file on: container images leave it out");
    }
    if asset.kind == blenderkit::Kind::Model.name() {
        context.ui.warn(&format!(
            "{} is a model: it has no camera and most often no light, so it cannot be rendered until it is put into a scene in Blender",
            asset.name
        ));
    }
}

/// Makes one file of it in Blender, where there is one. Says whether `to` was written.
fn one_file(context: &Context, found: Result<FoundBlender>, here: &Path, to: &Path) -> Result<bool> {
    let found = match found {
        Ok(found) => found,
        Err(error) => {
            context.ui.status(&format!(
                "note: it was not checked whether Blender can open it, and whether all its textures are inside: {}",
                error.message()
            ));
            return Ok(false);
        }
    };
    let version = found.version;
    let done = blenderkit::pack(&session::options(context, found)?, here, to)?;
    if done.saved {
        context.ui.status(&format!(
            "its textures were packed: it is a file of Blender {}.{} now",
            version.0, version.1
        ));
    }
    if let Some(first) = done.external.first() {
        let count = fmt::count(u32::try_from(done.external.len()).unwrap_or(u32::MAX), "file");
        context.ui.warn(&format!(
            "it refers to {count} outside the .blend, which did not come with it: {} {:?} ({}){}",
            first.what,
            first.name,
            first.path,
            if done.external.len() > 1 { ", …" } else { "" }
        ));
    }
    Ok(done.saved)
}

fn link_or_copy(from: &Path, to: &Path) -> Result<()> {
    match fs_err::hard_link(from, to) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == ErrorKind::StorageFull => Err(error.into()),
        // Some file systems know no second name.
        Err(_) => Ok(fs_err::copy(from, to).map(drop)?),
    }
}

/// Shows a download, and that something is tried again.
pub(super) struct Shown<'a> {
    ui: &'a Ui,
    what: &'static str,
    bar: Mutex<Option<Bar>>,
}

impl<'a> Shown<'a> {
    pub(super) fn new(ui: &'a Ui, what: &'static str) -> Self {
        Self { ui, what, bar: Mutex::default() }
    }
}

impl Reporter for Shown<'_> {
    fn report(&self, event: &Event) {
        match event {
            Event::Downloading { bytes, total } => {
                let mut bar = self.bar.lock().unwrap_or_else(PoisonError::into_inner);
                bar.get_or_insert_with(|| self.ui.bytes_bar(total.unwrap_or(0), self.what)).set(*bytes);
            }
            Event::Retrying { reason, seconds } => {
                self.ui.status(&format!("{reason}: trying again in {}", fmt::seconds(*seconds)));
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_decimal_units() {
        for (text, size) in [("500MB", 500_000_000), ("4 gb", 4_000_000_000), ("7", 7), ("1kB", 1000)] {
            assert_eq!(bytes(text), Ok(size), "{text}");
        }
        for text in ["", "0", "GB", "-1", "1.5GB", "1TB", "99999999999GB", "1 MiB"] {
            assert!(bytes(text).is_err(), "{text}");
        }
    }
}
