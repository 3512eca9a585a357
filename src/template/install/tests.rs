use super::*;
use crate::paths::Paths;

const BLEND: &[u8] = include_bytes!("../../../templates/ai_cpu_activation.blend");

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
        install(&self.path("clip.blend"), "a", &self.path("library"), force)
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

#[test]
fn the_manifest_beside_the_file_comes_along_as_it_is() {
    let house = House::new();
    house.put("clip.toml", b"# kept\ndescription = \"x\"\n");
    house.add(false).unwrap();
    assert_eq!(house.text("library/a.toml"), "# kept\ndescription = \"x\"\n");
    for bad in ["licence = 'x'\n", "[defaults]\nfps = 999\n", "[defaults]\nresolution = [17, 16]\n"] {
        house.put("clip.toml", bad.as_bytes());
        let error = install(&house.path("clip.blend"), "b", &house.path("library"), false).unwrap_err();
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
    install(&installed.file, "a", &house.path("library"), true).unwrap();
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
