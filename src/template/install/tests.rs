use super::*;
use crate::paths::Paths;

const BLEND: &[u8] = include_bytes!("../../../templates/ai_cpu_activation.blend");

fn facts(blend: &[u8]) -> BlendFacts {
    let file = NamedTempFile::new().unwrap();
    fs_err::write(file.path(), blend).unwrap();
    blend_file::read_facts(file.path()).unwrap()
}

struct House {
    root: tempfile::TempDir,
}

impl House {
    fn new() -> Self {
        let house = Self { root: tempfile::tempdir().unwrap() };
        house.put("clip.blend", BLEND);
        house
    }

    fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    fn put(&self, name: &str, bytes: &[u8]) {
        fs_err::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        fs_err::write(self.path(name), bytes).unwrap();
    }

    fn add(&self, force: bool) -> Result<Installed> {
        self.add_as("clip.blend", "a", force)
    }

    fn add_as(&self, file: &str, name: &str, force: bool) -> Result<Installed> {
        install(&self.path(file), &facts(BLEND), name, &self.path("library"), force)
    }

    fn text(&self, name: &str) -> String {
        fs_err::read_to_string(self.path(name)).unwrap()
    }

    fn files(&self) -> Vec<String> {
        let entries = fs_err::read_dir(self.path("library")).into_iter().flatten();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn library(&self) -> Library {
        let [config, data, cache, state] = ["c", "d", "k", "s"].map(|name| self.path(name));
        Library::new(Some(&self.path("library")), None, &Paths { config, data, cache, state })
    }
}

#[test]
fn a_template_gets_a_manifest_to_fill_in() {
    let house = House::new();
    let installed = house.add(false).unwrap();
    assert_eq!(fs_err::read(&installed.file).unwrap(), BLEND);
    let manifest = Manifest::read(&installed.manifest).unwrap();
    assert_eq!((manifest.description.as_str(), manifest.source.as_str()), ("", "clip.blend"));
    assert!(
        house
            .text("library/a.toml")
            .contains("[defaults]\nduration = 8\nfps = 30\nresolution = [1920, 1080]\n")
    );
    let filled: String = house
        .text("library/a.toml")
        .lines()
        .map(|line| {
            let commented =
                line.strip_prefix("# ").filter(|rest| rest.starts_with('[') || rest.contains(" = "));
            format!("{}\n", commented.unwrap_or(line))
        })
        .collect();
    Manifest::parse(&filled, "its comments").unwrap().check().unwrap();
    assert_eq!(house.files(), ["a.blend", "a.toml"]);
}

/// Frames, rate and size of a scene, and the defaults of its new manifest.
#[test]
fn a_new_manifest_makes_the_clip_that_the_scene_is() {
    let made = |frames: (i32, i32), fps, resolution| {
        let (frame_start, frame_end) = frames;
        let facts = BlendFacts { frame_start, frame_end, fps, resolution, ..facts(BLEND) };
        let text = new_manifest(Path::new("a \"b\".blend"), &facts);
        let manifest = Manifest::parse(&text, &text).unwrap();
        manifest.check().unwrap();
        let RenderRequest { duration, fps, resolution, .. } = manifest.defaults;
        (duration, fps.map(|fps| fps.to_string()), resolution)
    };
    let text = |fps: &str| Some(fps.to_owned());
    let (hd, odd) = (Some((1280, 720)), Some((1280, 719)));
    assert_eq!(made((0, 90), Some((30000, 1001)), hd), (Some(3.036), text("30000/1001"), Some([1280, 720])));
    assert_eq!(made((-12, 11), Some((24, 1)), odd), (Some(1.0), text("24"), None));
    assert_eq!(made((1, 1), Some((240, 1)), Some((16, 8192))), (Some(0.004), text("240"), Some([16, 8192])));
    // A clip cannot have these rates, but it can be as long.
    assert_eq!(made((1, 10), Some((1, 2)), Some((14, 16))), (Some(20.0), None, None));
    assert_eq!(made((1, 500), Some((1000, 1)), Some((16, 8194))), (Some(0.5), None, None));
    assert_eq!(made((1, 1), Some((1000, 1)), None), (None, None, None));
    assert_eq!(made((1, 3600), Some((1, 1)), None), (Some(3600.0), text("1"), None));
    assert_eq!(made((1, 3601), Some((1, 1)), None), (None, text("1"), None));
    assert_eq!(made((i32::MIN, i32::MAX), Some((30, 1)), None), (None, text("30"), None));
    assert_eq!(made((1, 250), None, None), (None, None, None));
}

#[test]
fn a_length_in_milliseconds_keeps_every_frame() {
    let mut scene = Facts::from(&facts(BLEND));
    for rate in [(240, 1), (24000, 1001), (30000, 1001), (60, 1), (7, 3)] {
        for count in (1..2000).chain([86_400, 107_892, 863_999]) {
            (scene.frames, scene.fps) = ((1, count), Some(rate));
            let request = defaults(&scene);
            let Some(seconds) = request.duration else { continue };
            let frames = (seconds * request.fps.unwrap().as_f64()).round();
            assert_eq!(frames, f64::from(count), "{rate:?}");
        }
    }
}

#[test]
fn the_manifest_beside_the_file_comes_along_as_it_is() {
    let house = House::new();
    house.put("clip.toml", b"# kept\ndescription = \"x\"\n");
    house.add(false).unwrap();
    assert_eq!(house.text("library/a.toml"), "# kept\ndescription = \"x\"\n");
    for bad in ["licence = 'x'\n", "[defaults]\nfps = 999\n", "[defaults]\nresolution = [17, 16]\n"] {
        house.put("clip.toml", bad.as_bytes());
        let error = house.add_as("clip.blend", "b", false).unwrap_err();
        assert_eq!(error.kind().exit_code(), 1);
        assert_eq!(house.files(), ["a.blend", "a.toml"], "{bad}");
    }
}

#[test]
fn nothing_is_overwritten_without_force() {
    let house = House::new();
    house.put("library/a.toml", b"description = \"mine\"\n");
    assert_eq!(house.add(false).unwrap_err().code(), "exists");
    assert_eq!(house.files(), ["a.toml"]);
    house.put("library/a.blend", b"old");
    let error = house.add(false).unwrap_err();
    assert!(error.message().contains("a.blend") && error.hint_text().contains("--force"));
    house.add(true).unwrap();
    assert_eq!(house.text("library/a.toml"), "description = \"mine\"\n", "a manifest someone wrote stays");
    assert_eq!(fs_err::read(house.path("library/a.blend")).unwrap(), BLEND);
    house.put("clip.toml", b"description = \"new\"\n");
    house.add(true).unwrap();
    assert_eq!(house.text("library/a.toml"), "description = \"new\"\n");
    assert_eq!(house.files(), ["a.blend", "a.toml"]);
}

#[test]
fn a_cut_copy_leaves_nothing() {
    let house = House::new();
    house.put("clip.blend", &BLEND[..BLEND.len() / 2]);
    assert_eq!(house.add(false).unwrap_err().code(), "blend_changed");
    assert!(house.files().is_empty());
}

#[test]
fn a_template_may_be_added_onto_itself() {
    let house = House::new();
    let installed = house.add(false).unwrap();
    house.add_as("library/a.blend", "a", true).unwrap();
    assert_eq!(fs_err::read(&installed.file).unwrap(), BLEND);
}

#[cfg(unix)]
#[test]
fn others_may_read_what_was_added() {
    use std::os::unix::fs::PermissionsExt;
    let house = House::new();
    house.put("plain", b"");
    let mode = |path: &Path| fs_err::metadata(path).unwrap().permissions().mode();
    let installed = house.add(false).unwrap();
    assert_eq!(mode(&installed.file), mode(&house.path("plain")));
    assert_eq!(mode(&installed.manifest), mode(&house.path("plain")));
}

#[test]
fn names_come_from_the_file_or_from_the_flag() {
    let name = |file: &str, asked| name_for(Path::new(file), asked);
    assert_eq!(name("/x/my-clip.blend", None).unwrap(), "my-clip");
    assert_eq!(name("/x/My Clip.blend", Some("mine")).unwrap(), "mine");
    assert_eq!(name("/x/My Clip.blend", None).unwrap_err().hint_text(), "add it with --name my_clip");
    assert_eq!(name("a.blend", Some("../a")).unwrap_err().hint_text(), "add it with --name a");
    assert_eq!(name("….blend", None).unwrap_err().hint_text(), "add it with --name NAME");
}

#[test]
fn only_what_is_in_a_folder_is_removed() {
    let house = House::new();
    house.add(false).unwrap();
    let library = house.library();
    let find = |name: &str, only: Option<&str>| {
        folder_of(OsStr::new(name), &library, only.map(|only| house.path(only)).as_deref())
    };
    assert_eq!(find("b", None).unwrap_err().hint_text(), "did you mean a?");
    assert_eq!(find("./a.blend", None).unwrap_err().code(), "bad_name");
    assert!(find("a", Some("elsewhere")).unwrap_err().hint_text().contains("leave --library out"));
    let folder = find("a", Some("library")).unwrap();
    assert_eq!(remove("a", &folder).unwrap(), [house.path("library/a.blend"), house.path("library/a.toml")]);
    assert!(house.files().is_empty());
    house.put("library/c.blend", b"");
    assert_eq!(remove("c", &folder).unwrap(), [house.path("library/c.blend")]);
}

#[test]
fn a_still_comes_goes_and_is_never_that_of_another_file() {
    let house = House::new();
    let added = house.add(false).unwrap();
    let names = house.library().names();
    put_still(&added, b"one").unwrap();
    assert_eq!(house.files(), ["a.blend", "a.png", "a.toml"]);
    assert_eq!(house.library().names(), names);
    put_still(&added, b"two").unwrap();
    assert_eq!(house.text("library/a.png"), "two");
    house.add(true).unwrap();
    assert_eq!(house.files(), ["a.blend", "a.toml"]);
    put_still(&added, b"three").unwrap();
    assert_eq!(remove("a", &house.path("library")).unwrap().len(), 3);
    assert_eq!(house.files(), [""; 0]);
    // A picture that somebody keeps there is not ours to replace.
    house.put("library/a.png", b"mine");
    assert_eq!(house.add(false).unwrap_err().code(), "exists");
    assert_eq!(house.text("library/a.png"), "mine");
}
