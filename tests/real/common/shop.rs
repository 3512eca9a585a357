//! What carries jobs out on a worker, in a world of its own and within this process.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use broll::config::Config;
use broll::interrupt::Cancel;
use broll::paths::Paths;
use broll::worker::{Handler, Outcome, Shop, TakenJob, Terms};
use nix::unistd::{Pid, getpid};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{Picture, blender, children, clip, command_line, ffmpeg, scene};

/// A shop, its folders, and everything that its jobs told.
pub(crate) struct Premises {
    root: TempDir,
    pub(crate) shop: Shop,
    told: Mutex<Vec<Value>>,
}

impl Premises {
    /// With the real Blender, on the processor, and a library that holds these scenes.
    pub(crate) fn new(scenes: &[&str]) -> Self {
        Self::with(scenes, "", |_| {})
    }

    /// The same with more configuration and other terms.
    pub(crate) fn with(scenes: &[&str], config: &str, change: impl FnOnce(&mut Terms)) -> Self {
        Self::around(&blender(), scenes, config, change)
    }

    /// With a Blender that claims a GPU, until [`Self::fault`] says otherwise.
    pub(crate) fn with_gpu() -> Self {
        let fake = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/real/scenes/fake_gpu_blender.py");
        Self::around(&fake, &["plain"], "encoder = \"libx264\"\n", |terms| {
            terms.allow_cpu = false;
            terms.stall_timeout = Duration::from_secs(2);
        })
    }

    fn around(program: &Path, scenes: &[&str], config: &str, change: impl FnOnce(&mut Terms)) -> Self {
        let root = TempDir::new().unwrap();
        let [paths_config, data, cache, state, library] =
            ["config", "data", "cache", "state", "library"].map(|name| root.path().join(name));
        let paths = Paths { config: paths_config, data, cache, state };
        fs_err::create_dir_all(&library).unwrap();
        fs_err::create_dir_all(&paths.config).unwrap();
        // A script finds what belongs to it beside the link.
        let link = root.path().join("blender");
        let program = if program.extension().is_some_and(|extension| extension == "py") {
            fs_err::os::unix::fs::symlink(program, &link).unwrap();
            link
        } else {
            program.to_owned()
        };
        for name in scenes {
            fs_err::copy(scene(name), library.join(format!("{name}.blend"))).unwrap();
        }
        let text = format!("blender = {program:?}\nffmpeg = {:?}\n{config}", ffmpeg());
        fs_err::write(paths.config_file(), text).unwrap();
        let mut terms = Terms { allow_cpu: true, folders: vec![library], ..Terms::default() };
        terms.fetch.first_wait = Duration::from_millis(1);
        change(&mut terms);
        let shop = Shop::new(Config::load(&paths).unwrap(), paths, terms, Box::new(|_| None)).unwrap();
        Self { root, shop, told: Mutex::default() }
    }

    /// A path in this world.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    /// What is wrong with the GPU from now on.
    pub(crate) fn fault(&self, name: &str) {
        fs_err::write(self.path("faults"), name).unwrap();
    }

    /// Carries a request out, told of in the usual way and never cancelled.
    pub(crate) fn outcome(&self, input: Value) -> Outcome {
        self.cancellable(input, &Cancel::default(), &|_| {})
    }

    /// The same with a way to end it; `heard` gets the snapshots.
    pub(crate) fn cancellable(
        &self,
        input: Value,
        cancel: &Cancel,
        heard: &(dyn Fn(&Value) + Sync),
    ) -> Outcome {
        let job = TakenJob { id: "job-1".to_owned(), input, s3_config: None };
        self.shop.handle(&job, cancel, &|snapshot| {
            heard(&snapshot);
            self.told.lock().unwrap().push(snapshot);
        })
    }

    /// A request that makes a clip.
    #[track_caller]
    pub(crate) fn makes(&self, input: Value) -> Value {
        let outcome = self.outcome(input);
        assert!(!outcome.unfit);
        outcome.result.unwrap()
    }

    /// A request that is refused, or comes to nothing, in these words.
    #[track_caller]
    pub(crate) fn refuses(&self, input: Value, words: &[&str]) -> String {
        let outcome = self.outcome(input);
        let error = outcome.result.unwrap_err();
        for word in words {
            assert!(error.contains(word), "the error does not say {word:?}: {error}");
        }
        assert!(error.contains(" Hint: ") && !error.contains("--"), "{error}");
        assert!(
            !error.contains(&*self.root.path().to_string_lossy()) || words.contains(&"looked in"),
            "{error}"
        );
        error
    }

    /// Every snapshot so far.
    pub(crate) fn told(&self) -> Vec<Value> {
        self.told.lock().unwrap().clone()
    }

    /// The pictures of an answer's clip.
    pub(crate) fn pictures(&self, answer: &Value, size: [usize; 2]) -> Vec<Picture> {
        let file = self.path("answer.mp4");
        fs_err::write(&file, STANDARD.decode(answer["video_base64"].as_str().unwrap()).unwrap()).unwrap();
        clip(&file, size)
    }

    /// Processes of this world that are alive: Blender, ffmpeg.
    pub(crate) fn processes(&self) -> Vec<Pid> {
        let root = self.root.path().to_string_lossy().into_owned();
        children(getpid()).into_iter().filter(|pid| command_line(*pid).contains(&root)).collect()
    }

    /// The Blender that waits; there must be one.
    #[track_caller]
    pub(crate) fn blender(&self) -> Pid {
        let found = self.processes();
        let [pid] = found.as_slice() else { panic!("{} processes", found.len()) };
        *pid
    }

    /// Names of what lies below a folder of this world's cache.
    pub(crate) fn cached(&self, folder: &str) -> Vec<String> {
        let entries = fs_err::read_dir(self.path("cache").join(folder)).into_iter().flatten().flatten();
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
    }
}

impl Drop for Premises {
    fn drop(&mut self) {
        self.shop.close();
    }
}

/// A request that is quick on the processor, with these fields changed; `null` takes one out.
pub(crate) fn request(changes: &Value) -> Value {
    let mut request = json!({
        "template": "plain", "device": "cpu", "encoder": "libx264", "resolution": [64, 36], "samples": 1,
        "fps": 24, "frames": [1, 3], "quality": "draft", "denoise": false,
    });
    for (name, value) in changes.as_object().unwrap() {
        request[name] = value.clone();
    }
    request
}
