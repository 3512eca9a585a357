//! The clip's place on disk: where it goes, and the partial file beside it that gets the name when it is proved.

use std::ffi::{OsStr, OsString};
use std::fs::TryLockError;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use fs_err::os::unix::fs::OpenOptionsExt;

use crate::encode::Encoder;
use crate::error::{Error, Result};
use crate::paths::{display, is_taken};

/// Where the clip goes: what the user named, or `TEMPLATE.mp4` (`.mov` for ProRes) in the current folder or in
/// the folder that was named.
///
/// # Errors
/// `bad_output` for stdout, a name without a fit extension, a missing folder, or an existing clip without `force`.
pub fn clip_path(named: Option<&Path>, template: &OsStr, encoder: Encoder, force: bool) -> Result<PathBuf> {
    place(named, template, encoder.extensions(), &format!("a clip by {encoder}"), force)
}

/// The same for any clip (`what` it is, in words): `STEM.` and the first of the extensions that fit it, unless a file was
/// named.
///
/// # Errors
/// As for [`clip_path`].
pub fn place(
    named: Option<&Path>,
    stem: &OsStr,
    extensions: &[&str],
    what: &str,
    force: bool,
) -> Result<PathBuf> {
    let mut usual = OsString::from(stem);
    usual.push(".");
    usual.push(extensions[0]);
    let path = match named {
        Some(path) if path == Path::new("-") => {
            return Err(refused("a clip cannot be written to stdout".to_owned())
                .because("an MP4 is finished by going back to its start")
                .hint("name a file with -o; stdout then carries its path"));
        }
        Some(path) if path.as_os_str().is_empty() => {
            return Err(refused("the output has no name".to_owned()).hint("name a file with -o"));
        }
        Some(path) if path.is_dir() => path.join(usual),
        // As a path this names the file; as a place it can only be a folder.
        Some(path) if path.as_os_str().as_encoded_bytes().ends_with(b"/") => {
            return Err(refused(format!("there is no folder {}", display(path)))
                .hint("create it first, or leave out the final /"));
        }
        Some(path) => path.to_owned(),
        None => PathBuf::from(usual),
    };
    let extension = path.extension().and_then(OsStr::to_str).map(str::to_ascii_lowercase).unwrap_or_default();
    if !extensions.contains(&extension.as_str()) {
        let fit = extensions.iter().map(|extension| format!(".{extension}")).collect::<Vec<_>>().join(" or ");
        return Err(refused(format!("{} cannot hold {what}", display(&path)))
            .because(format!("its name must end in {fit}"))
            .hint(format!("name it {}", display(&path.with_extension(extensions[0])))));
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if !folder.is_dir() {
        return Err(refused(format!("there is no folder {}", display(folder)))
            .hint("create it first, or choose another place with -o"));
    }
    if path.is_dir() {
        return Err(refused(format!("{} is a folder", display(&path)))
            .hint("move it away, or choose another name with -o"));
    }
    if !force && path.symlink_metadata().is_ok() {
        return Err(refused(format!("{} exists", display(&path)))
            .hint("add --force to replace it, or choose another name with -o"));
    }
    Ok(path)
}

fn refused(message: String) -> Error {
    Error::bad_input("bad_output", message)
}

/// Whether a clip could be written there, found out before it costs anything: nothing is left of the try, and a broll that
/// is writing there is not disturbed.
///
/// # Errors
/// `bad_output` when it cannot.
pub fn probe(target: &Path) -> Result<()> {
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // Asking for it tells of a name that is too long.
    match part_of(target).symlink_metadata() {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(unwritable(target, error)),
        _ => {}
    }
    let made = tempfile::Builder::new().prefix(".broll-").suffix(".part").tempfile_in(folder);
    made.map(drop).map_err(|error| unwritable(target, error))
}

/// The partial file's name.
fn part_of(target: &Path) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(target.file_name().unwrap_or_default());
    name.push(".part");
    target.with_file_name(name)
}

fn unwritable(target: &Path, error: std::io::Error) -> Error {
    let hint = match error.kind() {
        std::io::ErrorKind::InvalidFilename => "choose a shorter name with -o",
        _ => "choose a place you may write to with -o",
    };
    refused(format!("{} cannot be written", display(target))).source(error).hint(hint)
}

/// `.NAME.part` beside the target: removed unless it is promoted.
#[derive(Debug)]
pub struct PartFile {
    path: PathBuf,
    target: PathBuf,
    file: fs_err::File,
}

impl PartFile {
    /// Creates the partial file, so that a target that cannot be written is known before a frame is rendered.
    ///
    /// # Errors
    /// `bad_output` when the target cannot be written, `output_busy` while another broll is at it.
    pub fn create(target: &Path) -> Result<Self> {
        let path = part_of(target);
        let cannot = |error: std::io::Error| unwritable(target, error);
        // Only a partial file of an earlier run may be there: a link would lead the clip elsewhere, a pipe nowhere.
        if path.symlink_metadata().is_ok_and(|there| !there.is_file()) {
            fs_err::remove_file(&path).map_err(cannot)?;
        }
        loop {
            let file = fs_err::OpenOptions::new()
                .create(true)
                .truncate(false)
                .write(true)
                .custom_flags(nix::libc::O_NOFOLLOW | nix::libc::O_NONBLOCK)
                .open(&path)
                .map_err(cannot)?;
            if is_taken(file.file()) {
                let text = format!("another broll is writing {}", display(target));
                return Err(
                    Error::bad_input("output_busy", text).hint("wait for it, or choose another name with -o")
                );
            }
            // Before it was locked another broll may have given it its name: then it is a finished clip.
            let ids = |at: &std::fs::Metadata| (at.dev(), at.ino());
            let opened = ids(&file.metadata().map_err(cannot)?);
            if path.symlink_metadata().is_ok_and(|there| ids(&there) == opened) {
                return Ok(Self { path, target: target.to_owned(), file });
            }
        }
    }

    /// Where ffmpeg writes.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// To write it here rather than by a tool: empty, whatever an earlier run left in it.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn writer(&self) -> Result<fs_err::File> {
        self.file.set_len(0)?;
        Ok(self.file.try_clone()?)
    }

    /// Gives it another name to get in the end, in the same folder.
    pub fn retarget(&mut self, target: PathBuf) {
        self.target = target;
    }

    /// ffmpeg's name for the container.
    pub fn container(&self) -> &'static str {
        let mov = self.target.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("mov"));
        if mov { "mov" } else { "mp4" }
    }

    /// Gives the proved clip its name. It stays locked for as long as what this returns lives.
    ///
    /// # Errors
    /// `bad_output` when something has that name by now and `force` is not given; those of the file system.
    pub fn promote(mut self, force: bool) -> Result<Held> {
        if !force && self.target.symlink_metadata().is_ok() {
            return Err(refused(format!("{} appeared while the clip was made", display(&self.target)))
                .hint("add --force to replace it, or choose another name with -o"));
        }
        fs_err::File::open(&self.path)?.sync_all()?;
        let held = Held(self.file.try_clone().ok().map(Arc::new));
        fs_err::rename(&self.path, &self.target)?;
        // From here on that name is another broll's.
        self.path = PathBuf::new();
        Ok(held)
    }
}

/// Keeps a clip locked that has just got its name, until that is written down too. It says nothing of the clip.
#[derive(Debug, Clone, Default)]
pub struct Held(#[expect(dead_code, reason = "it is held")] Option<Arc<fs_err::File>>);

impl PartialEq for Held {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Held {
    /// Whether somebody holds the file at `path`.
    pub fn is_held(path: &Path) -> bool {
        path.is_file()
            && fs_err::File::open(path)
                .is_ok_and(|file| matches!(file.file().try_lock_shared(), Err(TryLockError::WouldBlock)))
    }
}

impl Drop for PartFile {
    fn drop(&mut self) {
        let _ = fs_err::remove_file(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_follows_template_and_encoder() {
        let path = |encoder| clip_path(None, OsStr::new("no_such_clip"), encoder, false).unwrap();
        assert_eq!(path(Encoder::Libx264), Path::new("no_such_clip.mp4"));
        assert_eq!(path(Encoder::ProresKs), Path::new("no_such_clip.mov"));
        let folder = tempfile::tempdir().unwrap();
        let inside = clip_path(Some(folder.path()), OsStr::new("a"), Encoder::Libx264, false).unwrap();
        assert_eq!(inside, folder.path().join("a.mp4"));
    }

    #[test]
    fn what_cannot_hold_a_clip_is_refused_with_a_hint() {
        let folder = tempfile::tempdir().unwrap();
        fs_err::write(folder.path().join("there.mp4"), "x").unwrap();
        let cases = [
            ("-", "stdout"),
            ("a.mkv", ".mp4 or .mov"),
            ("a", ".mp4 or .mov"),
            ("nowhere/a.mp4", "no folder"),
            ("there.mp4", "exists"),
            ("new.mp4/", "no folder"),
            ("folder", "t.mp4 is a folder"),
        ];
        fs_err::create_dir_all(folder.path().join("folder/t.mp4")).unwrap();
        for (name, why) in cases {
            let named = if name == "-" { PathBuf::from(name) } else { folder.path().join(name) };
            let error = clip_path(Some(&named), OsStr::new("t"), Encoder::Libx264, false).unwrap_err();
            assert!(error.to_string().contains(why), "{name}: {error}");
            assert_eq!(error.kind().exit_code(), 1);
        }
        assert!(
            clip_path(Some(&folder.path().join("there.mp4")), OsStr::new("t"), Encoder::Libx264, true)
                .is_ok()
        );
    }

    #[test]
    fn brolls_at_one_clip_never_take_it_from_each_other() {
        use std::io::Write;
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("a.mp4");
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    let mut made = 0;
                    while made < 25 {
                        let Ok(part) = PartFile::create(&target) else { continue };
                        part.writer().unwrap().write_all(b"whole").unwrap();
                        let held = part.promote(true).unwrap();
                        assert_eq!(fs_err::read(&target).unwrap(), b"whole");
                        drop(held);
                        made += 1;
                    }
                });
            }
        });
        assert_eq!(fs_err::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_clip_is_held_until_its_maker_lets_go() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("a.mp4");
        assert!(!Held::is_held(&target) && !Held::is_held(folder.path()));
        let held = PartFile::create(&target).unwrap().promote(false).unwrap();
        assert!(Held::is_held(&target));
        drop(held);
        assert!(!Held::is_held(&target));
    }

    #[test]
    fn a_probe_leaves_no_trace_and_no_broll_in_trouble() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("a.mp4");
        probe(&target).unwrap();
        assert_eq!(fs_err::read_dir(folder.path()).unwrap().count(), 0);
        let part = PartFile::create(&target).unwrap();
        probe(&target).unwrap();
        assert!(part.path().is_file());
        for bad in [folder.path().join("no/a.mp4"), folder.path().join("x".repeat(250) + ".mp4")] {
            let error = probe(&bad).unwrap_err();
            assert!(
                error.code() == "bad_output" && error.to_string().contains("cannot be written"),
                "{error}"
            );
        }
        let long = probe(&folder.path().join("x".repeat(250) + ".mp4")).unwrap_err();
        assert!(long.hint_text().contains("shorter"), "{}", long.hint_text());
    }

    #[test]
    fn a_part_file_leaves_nothing_behind_unless_promoted() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("a.mp4");
        let part = PartFile::create(&target).unwrap();
        assert!(PartFile::create(&target).unwrap_err().to_string().contains("another broll"));
        drop(part);
        assert_eq!(fs_err::read_dir(folder.path()).unwrap().count(), 0);
        let part = PartFile::create(&target).unwrap();
        fs_err::write(part.path(), "clip").unwrap();
        drop(part.promote(false).unwrap());
        assert_eq!(fs_err::read_to_string(&target).unwrap(), "clip");
        assert_eq!(fs_err::read_dir(folder.path()).unwrap().count(), 1);
    }
}
