//! One test's own world: a working folder, a home, broll's folders, and runs of broll in it.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

use super::{blender, ffmpeg, scene};

/// A clean place to run broll in.
pub(crate) struct Stage {
    root: TempDir,
    blend: PathBuf,
    variables: Vec<(&'static str, OsString)>,
}

/// What a run of broll gave.
pub(crate) struct Answer {
    pub(crate) code: i32,
    pub(crate) json: Value,
    pub(crate) stderr: String,
}

impl Stage {
    /// A working folder that holds one scene, as `clip.blend`.
    pub(crate) fn new(name: &str) -> Self {
        Self::named(name, OsStr::new("clip.blend"))
    }

    /// The same with another file name.
    pub(crate) fn named(name: &str, file: &OsStr) -> Self {
        let stage = Self::empty(file);
        fs_err::copy(scene(name), &stage.blend).unwrap();
        stage
    }

    /// A working folder without the file that is to be rendered.
    pub(crate) fn empty(file: &OsStr) -> Self {
        let root = TempDir::new().unwrap();
        for folder in ["work", "home", "config", "data", "cache", "state"] {
            fs_err::create_dir(root.path().join(folder)).unwrap();
        }
        let blend = root.path().join("work").join(file);
        let variables = vec![("BROLL_BLENDER", blender().into()), ("BROLL_FFMPEG", ffmpeg().into())];
        Self { root, blend, variables }
    }

    /// The file that is rendered.
    pub(crate) fn blend(&self) -> &Path {
        &self.blend
    }

    /// A path in the working folder.
    pub(crate) fn work(&self, name: impl AsRef<Path>) -> PathBuf {
        self.root.path().join("work").join(name)
    }

    /// Where frames are kept.
    pub(crate) fn store(&self) -> PathBuf {
        self.root.path().join("cache/frames")
    }

    /// Blender's logs, all of them.
    pub(crate) fn logs(&self) -> String {
        let logs = fs_err::read_dir(self.root.path().join("state/logs")).into_iter().flatten().flatten();
        logs.map(|log| String::from_utf8_lossy(&fs_err::read(log.path()).unwrap()).into_owned()).collect()
    }

    /// Sets a variable for every run.
    pub(crate) fn variable(&mut self, name: &'static str, value: impl Into<OsString>) {
        self.variables.retain(|(known, _)| *known != name);
        self.variables.push((name, value.into()));
    }

    /// Names in the working folder, all the way down.
    pub(crate) fn listing(&self) -> BTreeSet<OsString> {
        fn walk(folder: &Path, root: &Path, names: &mut BTreeSet<OsString>) {
            for entry in fs_err::read_dir(folder).unwrap().flatten() {
                names.insert(entry.path().strip_prefix(root).unwrap().into());
                if entry.file_type().unwrap().is_dir() {
                    walk(&entry.path(), root, names);
                }
            }
        }
        let (root, mut names) = (self.root.path().join("work"), BTreeSet::new());
        walk(&root, &root, &mut names);
        names
    }

    /// Runs broll with just these arguments.
    pub(crate) fn broll<T: AsRef<OsStr>>(&self, args: &[T]) -> Answer {
        Answer::of(self.command(args).output().unwrap())
    }

    /// broll with just these arguments, in this world.
    pub(crate) fn command<T: AsRef<OsStr>>(&self, args: &[T]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_broll"));
        command.args(args).current_dir(self.root.path().join("work")).env_clear();
        command
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.root.path().join("home"));
        for (name, folder) in [("CONFIG", "config"), ("DATA", "data"), ("CACHE", "cache"), ("STATE", "state")]
        {
            command.env(format!("BROLL_{name}_DIR"), self.root.path().join(folder));
        }
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Renders on the processor: tiny, quick, frames kept, to `out.mp4`. What `args` say wins.
    pub(crate) fn render<T: AsRef<OsStr>>(&self, args: &[T]) -> Answer {
        self.render_file(self.blend.as_os_str(), args)
    }

    /// The same for a file or a name.
    pub(crate) fn render_file<T: AsRef<OsStr>>(&self, file: &OsStr, args: &[T]) -> Answer {
        self.broll(&Self::render_args(file, args))
    }

    /// The arguments of such a render.
    pub(crate) fn render_args<T: AsRef<OsStr>>(file: &OsStr, args: &[T]) -> Vec<OsString> {
        let args: Vec<&OsStr> = args.iter().map(AsRef::as_ref).collect();
        let has = |names: &[&str]| {
            args.iter().any(|arg| names.iter().any(|name| arg.as_bytes().starts_with(name.as_bytes())))
        };
        let mut all: Vec<&OsStr> = ["render", "--json", "--keep-frames"].map(OsStr::new).to_vec();
        let usual: [(&[&str], &[&str]); 9] = [
            (&["--progress"], &["--progress", "off"]),
            (&["--device", "--cpu"], &["--cpu"]),
            (&["--denoise", "--no-denoise"], &["--no-denoise"]),
            (&["--resolution"], &["--resolution", "64x36"]),
            (&["--samples"], &["--samples", "1"]),
            (&["--quality"], &["--quality", "draft"]),
            (&["--fps"], &["--fps", "24"]),
            (&["--duration", "--frames"], &["--frames", "1..3"]),
            (&["-o", "--output"], &["-o", "out.mp4"]),
        ];
        for (names, words) in usual {
            if !has(names) {
                all.extend(words.iter().map(OsStr::new));
            }
        }
        all.extend(args);
        all.extend([OsStr::new("--"), file]);
        all.into_iter().map(OsStr::to_owned).collect()
    }
}

impl Answer {
    /// What a finished run left.
    pub(crate) fn of(output: Output) -> Self {
        let stdout = String::from_utf8(output.stdout).unwrap();
        Self {
            code: output.status.code().unwrap_or(-1),
            json: serde_json::from_str(&stdout).unwrap_or_else(|_| Value::from(stdout)),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// The run made a clip.
    #[track_caller]
    pub(crate) fn succeeds(self) -> Self {
        assert_eq!(self.code, 0, "broll failed: {}\n{}", self.json, self.stderr);
        self
    }

    /// The run ended with this exit code and this error code.
    #[track_caller]
    pub(crate) fn fails(self, exit: i32, code: &str) -> Self {
        let told = &self.json["error"];
        assert_eq!((self.code, told["code"].as_str()), (exit, Some(code)), "{}\n{}", self.json, self.stderr);
        assert_eq!(told["exit"], exit);
        assert!(told["hint"].as_str().is_some_and(|hint| !hint.is_empty()), "no hint: {told}");
        self
    }

    /// All that the error says, in one text.
    pub(crate) fn error(&self) -> String {
        let told = &self.json["error"];
        let causes = told["causes"].as_array().into_iter().flatten();
        let parts = [&told["message"]].into_iter().chain(causes).chain([&told["hint"]]);
        parts.filter_map(Value::as_str).collect::<Vec<_>>().join("\n")
    }

    /// The error says each of these.
    #[track_caller]
    pub(crate) fn says(self, words: &[&str]) -> Self {
        let text = self.error();
        for word in words {
            assert!(text.contains(word), "the error does not say {word:?}:\n{text}");
        }
        self
    }

    /// The warnings with this code.
    pub(crate) fn warnings(&self, code: &str) -> Vec<String> {
        let all = self.json["warnings"].as_array().into_iter().flatten();
        all.filter(|warning| warning["code"] == code)
            .filter_map(|warning| warning["message"].as_str().map(str::to_owned))
            .collect()
    }

    /// The clip has exactly these warnings, by code.
    #[track_caller]
    pub(crate) fn warns(self, codes: &[&str]) -> Self {
        let all = self.json["warnings"].as_array().expect("a result has warnings");
        let found: Vec<&str> = all.iter().filter_map(|warning| warning["code"].as_str()).collect();
        assert_eq!(found, codes, "{}", self.json["warnings"]);
        self
    }
}
