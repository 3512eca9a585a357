//! Templates into a library folder and out of it again. A file that is there is whole: each is written under
//! another name, checked and renamed.

use std::ffi::OsStr;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::blend_file::{self, BlendFacts};
use super::{Facts, Library, Manifest, Origin, check_name, is_path, name_from};
use crate::error::{Error, Result};
use crate::paths::display;
use crate::request::{Fps, RenderRequest, Settings};

/// A template that was put into a library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installed {
    /// The .blend.
    pub file: PathBuf,
    /// Its manifest.
    pub manifest: PathBuf,
    /// Where its still goes.
    pub still: PathBuf,
}

/// The name a file gets in a library: the one asked for, else the file's own without `.blend`.
///
/// # Errors
/// `bad_name` with a name that would do.
pub fn name_for(file: &Path, asked: Option<&str>) -> Result<String> {
    let own = || file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let name = asked.map_or_else(own, str::to_owned);
    if check_name(&name).is_ok() {
        return Ok(name);
    }
    let fit = name_from(&name).unwrap_or_else(|| "NAME".to_owned());
    Err(Error::bad_input("bad_name", format!("{name:?} cannot be the name of a template"))
        .because("names are lower-case letters, digits, _ and -, and start with a letter or digit")
        .hint(format!("add it with --name {fit}")))
}

/// Copies a .blend into a library folder as `name`, with the manifest beside it, or else with a new one that makes
/// clips as long and as large as its scene. A manifest that is already in the library is only replaced by one beside
/// the .blend; a still of the template that was there goes.
///
/// # Errors
/// `exists` unless `force`, `bad_manifest`, `blend_changed`, or an I/O error; then the library is as it was.
pub fn install(
    source: &Path,
    facts: &BlendFacts,
    name: &str,
    folder: &Path,
    force: bool,
) -> Result<Installed> {
    let there = Installed {
        file: folder.join(format!("{name}.blend")),
        manifest: folder.join(format!("{name}.toml")),
        still: folder.join(format!("{name}.png")),
    };
    let beside = source.with_extension("toml");
    let beside = beside.is_file().then_some(beside);
    if !force {
        check_free(name, folder)?;
    }
    let manifest = match &beside {
        Some(path) => Manifest::text(path)?,
        None if there.manifest.exists() => None,
        None => {
            let file = source.file_name().unwrap_or_default().to_string_lossy().into_owned();
            Some(new_manifest(&About { source: file, ..About::default() }, facts))
        }
    };
    match &manifest {
        Some(text) => Manifest::parse(text, &display(beside.as_deref().unwrap_or(source)))?.check()?,
        None => Manifest::read(&there.manifest)?.check()?,
    }
    fs_err::create_dir_all(folder)?;
    let mut blend = draft(folder)?;
    io::copy(&mut fs_err::File::open(source)?, &mut blend)
        .map_err(|error| cannot_write(&error, &there.file))?;
    blend.as_file().sync_all().map_err(|error| cannot_write(&error, &there.file))?;
    blend_file::check_whole(blend.path()).map_err(|error| {
        let what = format!("{} changed while it was copied", display(source));
        Error::bad_input("blend_changed", what)
            .because(error)
            .hint("wait until it is saved or downloaded, then add it again")
    })?;
    if force {
        removed(&there.still)?;
    }
    // The manifest first: a template is in the library once its .blend is.
    let made = match manifest {
        Some(text) => {
            let mut draft = draft(folder)?;
            draft.write_all(text.as_bytes()).map_err(|error| cannot_write(&error, &there.manifest))?;
            place(draft, &there.manifest, force)?;
            !force
        }
        None => false,
    };
    if let Err(error) = place(blend, &there.file, force) {
        if made {
            let _ = fs_err::remove_file(&there.manifest);
        }
        return Err(error);
    }
    Ok(there)
}

/// Puts a still beside an installed template.
///
/// # Errors
/// Those of the file system.
pub fn put_still(installed: &Installed, png: &[u8]) -> Result<()> {
    let path = &installed.still;
    let mut draft = draft(path.parent().unwrap_or(Path::new(".")))?;
    draft.write_all(png).map_err(|error| cannot_write(&error, path))?;
    place(draft, path, true)
}

/// Refuses a name that is taken in a library folder.
///
/// # Errors
/// `exists`.
pub fn check_free(name: &str, folder: &Path) -> Result<()> {
    let taken = ["blend", "toml", "png"].map(|end| folder.join(format!("{name}.{end}")));
    match taken.iter().find(|path| path.symlink_metadata().is_ok()) {
        Some(taken) => Err(exists(taken)),
        None => Ok(()),
    }
}

/// The folder that `remove` takes a template from: `only` if it is given, else the first that has one of this name.
///
/// # Errors
/// `bundled_template`, `no_template` with the nearest name.
pub fn folder_of(name: &OsStr, library: &Library, only: Option<&Path>) -> Result<PathBuf> {
    let shown = display(Path::new(name));
    if is_path(name) {
        return Err(Error::bad_input(
            "bad_name",
            format!("{shown} is a path, and templates are removed by name"),
        )
        .hint("see `broll templates list`; a file outside the libraries is yours to delete"));
    }
    match (library.names().remove(name.to_str().unwrap_or_default()), only) {
        (Some(Origin::Folder(folder)), None) => Ok(folder),
        (Some(Origin::Folder(folder)), Some(only)) if folder == only => Ok(folder),
        (Some(Origin::Folder(folder)), Some(only)) => {
            Err(Error::bad_input("no_template", format!("{} has no template {shown}", display(only)))
                .hint(format!("it is in {}: leave --library out to remove it there", display(&folder))))
        }
        (Some(_), _) => Err(Error::bad_input(
            "bundled_template",
            format!("{shown} is bundled with broll and cannot be removed"),
        )
        .hint("a template of your own with this name takes its place: see `broll templates add --help`")),
        (None, _) => Err(library
            .find(name)
            .err()
            .unwrap_or_else(|| Error::bad_input("no_template", format!("there is no template {shown}")))),
    }
}

/// Removes a template's files from a folder and tells which those were.
///
/// # Errors
/// Those of the file system.
pub fn remove(name: &str, folder: &Path) -> Result<Vec<PathBuf>> {
    let file = folder.join(format!("{name}.blend"));
    fs_err::remove_file(&file)?;
    let mut all = vec![file];
    for path in ["toml", "png"].map(|extension| folder.join(format!("{name}.{extension}"))) {
        if removed(&path)? {
            all.push(path);
        }
    }
    Ok(all)
}

/// Removes a file, and tells whether there was one.
fn removed(path: &Path) -> Result<bool> {
    match fs_err::remove_file(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// A file beside its final place, with the permissions of any new file.
fn draft(folder: &Path) -> Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".broll-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(folder).map_err(|error| cannot_write(&error, folder))
}

fn place(draft: NamedTempFile, path: &Path, force: bool) -> Result<()> {
    let placed = if force { draft.persist(path) } else { draft.persist_noclobber(path) };
    match placed {
        Ok(_) => Ok(()),
        Err(error) if error.error.kind() == ErrorKind::AlreadyExists => Err(exists(path)),
        Err(error) => Err(cannot_write(&error.error, path)),
    }
}

fn exists(path: &Path) -> Error {
    Error::bad_input("exists", format!("{} exists already", display(path)))
        .hint("replace it with --force, or choose another name with --name")
}

fn cannot_write(error: &io::Error, path: &Path) -> Error {
    io::Error::new(error.kind(), format!("cannot write {}: {error}", display(path))).into()
}

/// What makes a clip as the scene is, as far as a request can say so.
fn defaults(facts: &Facts) -> RenderRequest {
    let fps = facts.fps.and_then(|(numer, denom)| Fps::new(numer, denom).ok());
    // Milliseconds are exact enough for the number of frames at any rate that is allowed.
    let duration = facts.length().map(|seconds| (seconds * 1000.0).round() / 1000.0);
    let resolution = facts.resolution.map(|(width, height)| [width.into(), height.into()]);
    let wanted = [
        RenderRequest { fps, ..RenderRequest::default() },
        RenderRequest { duration, ..RenderRequest::default() },
        RenderRequest { resolution, ..RenderRequest::default() },
    ];
    wanted.into_iter().fold(RenderRequest::default(), |sum, one| {
        let both = one.over(&sum);
        if Settings::new(&both).is_ok() { both } else { sum }
    })
}

/// What a new manifest says of a template's origin; what is empty is left to be filled in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct About {
    /// What it shows, in one line.
    pub description: String,
    /// Who made it.
    pub author: String,
    /// Its licence.
    pub license: String,
    /// Where it comes from.
    pub source: String,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// That it must not be passed on.
    pub kept_private: bool,
}

/// The text of a manifest to fill in, whose clips are as long and as large as the scene.
pub fn new_manifest(about: &About, facts: &BlendFacts) -> String {
    let RenderRequest { duration, fps, resolution, .. } = defaults(&Facts::from(facts));
    let fps = fps.map(|fps| if fps.denom() == 1 { fps.to_string() } else { format!("\"{fps}\"") });
    let known = [
        duration.map(|seconds| format!("duration = {seconds}\n")),
        fps.map(|fps| format!("fps = {fps}\n")),
        resolution.map(|[width, height]| format!("resolution = [{width}, {height}]\n")),
    ];
    let known: String = known.into_iter().flatten().collect();
    let quoted = |text: &str| toml::Value::from(text);
    let line = |name: &str, text: &str| match text {
        "" => String::new(),
        text => format!("{name} = {}\n", quoted(text)),
    };
    let author = line("author", &about.author);
    let tags = if about.tags.is_empty() {
        String::new()
    } else {
        format!("tags = {}\n", toml::Value::from(about.tags.clone()))
    };
    let private = if about.kept_private {
        "# The licence does not let the file be passed on: container images leave it out.\nredistribute = false\n"
    } else {
        ""
    };
    let [description, license, source] =
        [&about.description, &about.license, &about.source].map(|text| quoted(text));
    format!(
        "# What it shows, in one line: `broll templates list` prints it.\n\
         description = {description}\n\
         {author}\
         # An SPDX expression such as CC0-1.0, or words.\n\
         license = {license}\n\
         {private}\
         # Where it comes from: a URL, or a file.\n\
         source = {source}\n\
         {tags}\n\
         # What a clip is rendered with unless its caller says otherwise, to begin with as the scene was made.\n\
         [defaults]\n\
         {known}\n\
         # What a caller can set with --set title=…; the target is a path below bpy.data:\n\
         # [parameters.title]\n\
         # type = \"text\"\n\
         # help = \"The headline\"\n\
         # default = \"Hello\"\n\
         # target = 'objects[\"Title\"].data.body'\n"
    )
}

#[cfg(test)]
mod tests;
