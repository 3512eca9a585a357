//! Looking into clips and stored frames with real tools.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::{Picture, Stage, ffmpeg, ffprobe};

/// The pictures of a clip, read as a player that knows BT.709 and rounds well.
pub(crate) fn clip(path: &Path, size: [usize; 2]) -> Vec<Picture> {
    let read = "scale=in_color_matrix=bt709:in_range=tv:out_range=pc:flags=accurate_rnd+full_chroma_int+full_chroma_inp,format=rgba";
    let mut url = OsStr::new("file:").to_owned();
    url.push(path);
    decode(Command::new(ffmpeg()).args(["-v", "error", "-xerror", "-i"]).arg(url).args(["-vf", read]), size)
}

/// The frames that broll kept, in order; there must be one store.
pub(crate) fn stored(stage: &Stage, size: [usize; 2]) -> Vec<Picture> {
    let paths = stored_paths(stage);
    paths
        .iter()
        .flat_map(|path| {
            decode(Command::new(ffmpeg()).args(["-v", "error", "-xerror", "-i"]).arg(path), size)
        })
        .collect()
}

fn stored_paths(stage: &Stage) -> Vec<PathBuf> {
    let entries =
        |folder: &Path| fs_err::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let stores: Vec<PathBuf> = entries(&stage.store()).collect();
    let [store] = stores.as_slice() else { panic!("{} frame stores", stores.len()) };
    let mut paths: Vec<PathBuf> =
        entries(store).filter(|path| path.extension() == Some(OsStr::new("png"))).collect();
    paths.sort();
    paths
}

impl Stage {
    /// The files of the frames that broll kept, in order.
    pub(crate) fn frames(&self) -> Vec<PathBuf> {
        stored_paths(self)
    }
}

fn decode(command: &mut Command, size: [usize; 2]) -> Vec<Picture> {
    let output = command.args(["-f", "rawvideo", "-pix_fmt", "rgba", "-"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Picture::split(&output.stdout, size)
}

/// What ffprobe says of the clip's one stream and its container.
pub(crate) fn probe(path: &Path) -> (Value, Value) {
    let mut url = OsStr::new("file:").to_owned();
    url.push(path);
    let args = ["-v", "error", "-count_frames", "-show_streams", "-show_format", "-of", "json"];
    let output = Command::new(ffprobe()).args(args).arg(url).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(told["streams"].as_array().map(Vec::len), Some(1), "{told}");
    (told["streams"][0].clone(), told["format"].clone())
}
