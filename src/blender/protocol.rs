//! What goes to the driver and what comes back, as types.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Assignment;
use crate::event::Warning;
use crate::request::{DeviceUsed, Fps};

/// A Blender version, as in `4.2.23`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Version(pub u32, pub u32, pub u32);

impl Version {
    /// The oldest Blender broll renders with: 4.2 LTS.
    pub const OLDEST: Self = Self(4, 2, 0);
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}

impl FromStr for Version {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.split('.').map(|part| part.parse().map_err(|_| ()));
        let mut next = |absent| parts.next().unwrap_or(absent);
        Ok(Self(next(Err(()))?, next(Err(()))?, next(Ok(0))?))
    }
}

/// The answer to `hello`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Hello {
    /// Major, minor, patch.
    pub version: Version,
    /// As Blender writes it, such as `4.2.23 LTS`.
    pub version_string: String,
    /// Whether this Blender has Cycles.
    pub cycles: bool,
    /// Devices by backend, in Cycles' own names.
    pub devices: serde_json::Map<String, Value>,
}

impl Hello {
    /// Names of the devices that a backend has.
    pub fn device_names(&self, backend: &str) -> Vec<String> {
        let entries = self.devices.get(backend).and_then(Value::as_array).into_iter().flatten();
        entries.filter_map(|entry| entry.get("name")?.as_str().map(str::to_owned)).collect()
    }
}

/// Everything `open` needs.
#[derive(Debug, Clone, PartialEq)]
pub struct Open {
    /// The .blend.
    pub file: PathBuf,
    /// Scene by name, or the file's active one.
    pub scene: Option<String>,
    /// Camera by name, or the scene's own.
    pub camera: Option<String>,
    /// Cycles' name of the backend, or `CPU`.
    pub backend: String,
    /// Width and height in pixels.
    pub resolution: [u32; 2],
    /// Cycles samples.
    pub samples: u32,
    /// Cycles seed.
    pub seed: u32,
    /// OpenImageDenoise.
    pub denoise: bool,
    /// Film transparent.
    pub transparent: bool,
    /// Render the sequencer instead of the scene.
    pub sequencer: bool,
    /// Keep scene data between frames.
    pub persistent: bool,
    /// Processor threads; all of them otherwise.
    pub threads: Option<u32>,
    /// Rate of the clip.
    pub fps: Fps,
    /// First frame when the request names one.
    pub first: Option<i64>,
    /// Last frame when the request names one.
    pub last: Option<i64>,
    /// Length of the clip, when the request names that.
    pub seconds: f64,
    /// Parameter values.
    pub assignments: Vec<Assignment>,
}

impl Open {
    pub(super) fn command(&self) -> Value {
        json!({
            "cmd": "open",
            "file": encode_path(&self.file),
            "scene": self.scene,
            "camera": self.camera,
            "backend": self.backend,
            "resolution": self.resolution,
            "samples": self.samples,
            "seed": self.seed,
            "denoise": self.denoise,
            "transparent": self.transparent,
            "sequencer": self.sequencer,
            "persistent": self.persistent,
            "threads": self.threads,
            "fps": [self.fps.numer(), self.fps.denom()],
            "first": self.first,
            "last": self.last,
            "seconds": self.seconds,
            "assignments": self.assignments.iter().map(Assignment::command).collect::<Vec<_>>(),
        })
    }
}

/// A file outside the .blend that could not be found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MissingFile {
    /// `image`, `library`, `font`, …
    pub what: String,
    /// The data-block's name.
    pub name: String,
    /// Where the file should be.
    pub path: String,
}

/// An external file: path in base64, size in bytes, modification time in ns.
pub type ExternalFile = (String, u64, i64);

/// The answer to `open`: the file as it is, and what was done about it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct SceneFacts {
    /// The scene that is rendered.
    pub scene: String,
    /// All scenes.
    pub scenes: Vec<String>,
    /// The scene's cameras.
    pub cameras: Vec<String>,
    /// The camera in use on the first frame.
    pub camera: Option<String>,
    /// Blender's integer frame rate.
    pub fps: u32,
    /// What it is divided by.
    pub fps_base: f64,
    /// First frame of the scene.
    pub frame_start: i64,
    /// Last frame of the scene.
    pub frame_end: i64,
    /// View layers that render.
    pub view_layers: usize,
    /// The engine the file was made for.
    pub engine: String,
    /// The file's own size in pixels.
    pub resolution: [u32; 2],
    /// What is rendered on.
    pub device: DeviceUsed,
    /// External files that exist.
    pub files: Vec<ExternalFile>,
    /// External files that are not there.
    pub missing: Vec<MissingFile>,
    /// What the user should know.
    pub warnings: Vec<Warning>,
    /// Simulations that were baked at `open`.
    pub baked: Vec<String>,
    /// Whether frames only come out right one after the other.
    pub ordered: bool,
}

/// The answer to `render`.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
pub struct FrameDone {
    /// Time it took, in seconds.
    pub seconds: f64,
}

/// The answer to `inspect`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inspection {
    /// Triangles of all instances.
    pub triangles: u64,
    /// Memory that images take once loaded.
    pub image_bytes: u64,
    /// Objects in the scene.
    pub objects: u64,
}

/// A path as it travels: base64 of its bytes, which need not be UTF-8.
pub(super) fn encode_path(path: &Path) -> String {
    STANDARD.encode(path.as_os_str().as_encoded_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_by_number() {
        let parse = |text: &str| text.parse::<Version>();
        assert!(parse("4.10.0") > parse("4.2.23"));
        assert_eq!(parse("4.2"), Ok(Version(4, 2, 0)));
        assert!(parse("four").is_err() && parse("").is_err() && parse("4").is_err());
    }

    #[test]
    fn a_path_that_is_not_utf8_survives() {
        use std::os::unix::ffi::OsStrExt;
        let path = Path::new(std::ffi::OsStr::from_bytes(b"/a\xff\n'b"));
        assert_eq!(STANDARD.decode(encode_path(path)).unwrap(), b"/a\xff\n'b");
    }
}
