use super::*;
use crate::encode::Encoder;
use crate::request::Device;

fn load(text: &str, env: &[(&str, &str)]) -> Result<Config> {
    let get = |name: &str| env.iter().find(|(key, _)| *key == name).map(|(_, value)| OsString::from(value));
    match Config::layered(text, Path::new("/etc/config.toml"), get) {
        (config, None) => Ok(config),
        (_, Some(error)) => Err(error),
    }
}

fn paths(folder: &Path) -> Paths {
    Paths {
        config: folder.join("c"),
        data: folder.join("d"),
        cache: folder.join("e"),
        state: folder.join("f"),
    }
}

#[test]
fn the_environment_lies_over_the_file_and_the_file_over_the_defaults() {
    let config = load(
        "blender = \"/opt/blender\"\nencoder = \"libx265\"\nendpoint_id = \"abc\"\n",
        &[("BROLL_BLENDER", "bin/blender"), ("RUNPOD_ENDPOINT_BASE_URL", "http://127.0.0.1:8000/v2/")],
    )
    .unwrap();
    assert_eq!(config.blender(), Some(Path::new("bin/blender")));
    assert_eq!(config.entry("blender").unwrap().origin, Origin::Env("BROLL_BLENDER"));
    assert_eq!(config.entry("endpoint_id").unwrap().origin, Origin::File);
    assert_eq!(config.entry("device").unwrap().origin, Origin::Default);
    assert_eq!((config.endpoint_id(), config.ffmpeg()), (Some("abc"), None));
    assert_eq!(config.endpoint_base_url(), "http://127.0.0.1:8000/v2");
    let defaults = config.render_defaults();
    assert_eq!((defaults.device, defaults.encoder, defaults.quality), (None, Some(Encoder::Libx265), None));
    assert_eq!(load("device = \"cpu\"", &[]).unwrap().render_defaults().device, Some(Device::Cpu));
    let endpoint = [("BROLL_DEVICE", "cuda"), ("BROLL_ENCODER", "libx264")];
    let defaults = load("device = \"cpu\"", &endpoint).unwrap().render_defaults();
    assert_eq!(defaults.device.map(|device| device.to_string()).as_deref(), Some("cuda"));
    assert_eq!(defaults.encoder, Some(Encoder::Libx264));
    let wrong = load("", &[("BROLL_ENCODER", "h264")]).unwrap_err().to_string();
    assert!(wrong.contains("BROLL_ENCODER must be one of h264_nvenc"), "{wrong}");
    assert_eq!(load("rate_per_second = \"0.00031\"", &[]).unwrap().rate_per_second(), Some(0.000_31));
    assert_eq!(Config::default().rate_per_second(), None);
    assert_eq!(Config::default().endpoint_base_url(), "https://api.runpod.ai/v2");
}

#[test]
fn what_is_wrong_names_file_and_key() {
    let wrong = [
        ("blender = ", "line 1"),
        ("quality = \"good\"\nquality = \"good\"", "line 2"),
        ("colour = \"red\"", "unknown key colour"),
        ("blender = 3", "blender must be text in quotes, not integer"),
        ("[blender]\na = 1", "blender must be text in quotes, not table"),
        ("blender = \"\"", "blender is empty"),
        ("blender = \"opt/blender\"", "absolute"),
        ("library = \"mine\"", "absolute"),
        ("device = \"gpu\"", "device must be one of auto, optix"),
        ("encoder = \"x264\"", "encoder must be one of h264_nvenc"),
        ("quality = \"best\"", "quality must be one of draft"),
        ("endpoint_id = \"a/b\"", "endpoint_id cannot be \"a/b\""),
        ("endpoint_base_url = \"api.runpod.ai\"", "https://"),
        ("rate_per_second = \"0\"", "US dollars"),
        ("rate_per_second = \"NaN\"", "US dollars"),
        ("rate_per_second = \"-1\"", "US dollars"),
        ("rate_per_second = \"$1\"", "US dollars"),
        ("rate_per_second = 0.1", "must be text in quotes"),
        ("api_key = \"x\"", "RUNPOD_API_KEY"),
        ("blenderkit_api_key = \"x\"", "BLENDERKIT_API_KEY"),
        ("blenderkit_url = \"kit\"", "https://"),
        ("# one\n\ndevice = \"cpu\"\n  \"colour\" = 1", "line 4, column 3: unknown key colour"),
        ("# Größe\nquality = \"gut", "line 2, column 15: "),
        ("device = \"cpu\"\n[prices.L4]\nspeed = 1\neur = 2", "line 4, column 1: unknown key prices"),
        ("prices.\"--\".speed = 1", "line 1, column 8: "),
    ];
    for (text, expected) in wrong {
        let error = load(text, &[]).unwrap_err();
        assert!(error.to_string().contains(expected), "{text}: {error}");
        assert!(error.to_string().contains("/etc/config.toml"), "{error}");
        assert_eq!((error.code(), error.kind().exit_code()), ("bad_config", 1));
    }
    let error = load("", &[("RUNPOD_ENDPOINT_BASE_URL", "nowhere")]).unwrap_err();
    assert!(error.to_string().contains("RUNPOD_ENDPOINT_BASE_URL"), "{error}");
}

#[test]
fn a_bare_program_name_is_taken_from_the_path() {
    assert_eq!(load("blender = \"blender-4.5\"", &[]).unwrap().blender(), Some(Path::new("blender-4.5")));
}

#[test]
fn set_keeps_comments_and_order() {
    let folder = tempfile::tempdir().unwrap();
    let paths = paths(folder.path());
    set(&paths, "quality", "master").unwrap();
    fs_err::write(paths.config_file(), "# mine\nquality = \"master\" # slow\n\ndevice = \"cuda\"\n").unwrap();
    set(&paths, "quality", "draft").unwrap();
    set(&paths, "device", "").unwrap();
    set(&paths, "blender", "/opt/b/blender").unwrap();
    let text = fs_err::read_to_string(paths.config_file()).unwrap();
    assert!(text.starts_with("# mine\nquality = \"draft\" # slow\n"), "{text}");
    assert!(text.contains("blender = \"/opt/b/blender\"") && !text.contains("device"), "{text}");
    assert_eq!(set(&paths, "quality", "best").unwrap_err().code(), "bad_config");
    assert_eq!(set(&paths, "api_key", "secret").unwrap_err().kind().exit_code(), 1);
    assert_eq!(fs_err::read_to_string(paths.config_file()).unwrap(), text);
}

#[test]
fn a_price_is_set_however_the_file_spells_its_gpu() {
    let folder = tempfile::tempdir().unwrap();
    let paths = paths(folder.path());
    fs_err::create_dir_all(&paths.config).unwrap();
    let write = |text: &str| fs_err::write(paths.config_file(), text).unwrap();
    let speed = || Config::load(&paths).unwrap().prices().named("RTX 4090").unwrap().speed;
    write("[prices.\"rtx-4090\"]\nspeed = 1\n");
    set(&paths, "prices.RTX 4090.speed", "9").unwrap();
    assert_eq!(fs_err::read_to_string(paths.config_file()).unwrap(), "[prices.\"rtx-4090\"]\nspeed = 9.0\n");
    write("[prices.\"rtx 4090\"]\nspeed = 2\n[prices.\"RTX 4090\"]\nspeed = 1\n");
    set(&paths, "prices.RTX 4090.speed", "9").unwrap();
    assert_eq!(speed(), Some(9.0));
    set(&paths, "prices.RTX 4090.speed", "").unwrap();
    assert_eq!((speed(), fs_err::read_to_string(paths.config_file()).unwrap().as_str()), (None, ""));
}

#[test]
fn prices_are_set_and_removed_like_every_other_key() {
    let folder = tempfile::tempdir().unwrap();
    let paths = paths(folder.path());
    let text = || fs_err::read_to_string(paths.config_file()).unwrap();
    set(&paths, "prices.L40S.usd_per_hour", "1.9").unwrap();
    set(&paths, "quality", "draft").unwrap();
    set(&paths, "prices.\"RTX 4090\".speed", "2").unwrap();
    let config = load(&text(), &[]).unwrap();
    assert_eq!(config.prices().named("L40S").unwrap().usd_per_hour, Some(1.9));
    assert_eq!(config.prices().named("RTX 4090").unwrap().speed, Some(2.0));
    assert_eq!(config.render_defaults().quality, Some(crate::request::Quality::Draft));
    fs_err::write(paths.config_file(), text().replace("1.9", "1.9 # cheap")).unwrap();
    set(&paths, "prices.L40S.usd_per_hour", "1.8").unwrap();
    assert!(text().contains("usd_per_hour = 1.8 # cheap"), "{}", text());
    set(&paths, "prices.L40S.usd_per_hour", "").unwrap();
    set(&paths, "prices.RTX 4090.speed", "").unwrap();
    set(&paths, "prices.B200.speed", "").unwrap();
    assert_eq!(text().trim(), "quality = \"draft\"");
    for (key, value) in [("prices.L4.speed", "fast"), ("prices.L4.eur", "1"), ("prices.L4.speed", "-1")] {
        assert_eq!(set(&paths, key, value).unwrap_err().code(), "bad_config");
    }
    fs_err::write(paths.config_file(), "prices.L4 = { usd_per_hour = 1 }\n").unwrap();
    set(&paths, "prices.L4.speed", "3").unwrap();
    assert_eq!(load(&text(), &[]).unwrap().prices().named("L4").unwrap().speed, Some(3.0));
    fs_err::write(paths.config_file(), "prices = 1\n").unwrap();
    let error = set(&paths, "prices.L4.speed", "3").unwrap_err();
    assert!(error.to_string().contains("prices is no table"), "{error}");
}

#[test]
fn what_prices_rest_on_is_checked() {
    let config = load("endpoint_gpu = \"RTX 4090\"\nworker_start_seconds = \"2.5\"\n", &[]).unwrap();
    assert_eq!((config.endpoint_gpu(), config.worker_seconds()), (Some("RTX 4090"), (2.5, 5.0)));
    assert_eq!(Config::default().worker_seconds(), (10.0, 5.0));
    for text in
        ["local_speed = \"0\"", "worker_idle_seconds = \"-1\"", "endpoint_gpu = \"?\"", "local_speed = \"x\""]
    {
        assert_eq!(load(text, &[]).unwrap_err().code(), "bad_config", "{text}");
    }
}

#[test]
fn a_link_to_the_file_stays_a_link() {
    let folder = tempfile::tempdir().unwrap();
    let paths = paths(folder.path());
    fs_err::create_dir_all(&paths.config).unwrap();
    let target = folder.path().join("dotfile");
    fs_err::write(&target, "").unwrap();
    fs_err::os::unix::fs::symlink(&target, paths.config_file()).unwrap();
    set(&paths, "encoder", "libx264").unwrap();
    assert_eq!(fs_err::read_to_string(&target).unwrap(), "encoder = \"libx264\"\n");
    assert!(fs_err::symlink_metadata(paths.config_file()).unwrap().is_symlink());
}

#[test]
fn what_is_right_counts_beside_what_is_wrong() {
    let text = "device = \"cpu\"\nencoder = 3\nlibary = \"/x\"\n";
    let env = |name: &str| (name == "BROLL_BLENDER").then(|| OsString::from("/b"));
    let (config, trouble) = Config::layered(text, Path::new("/etc/config.toml"), env);
    assert_eq!(config.render_defaults().device, Some(Device::Cpu));
    assert_eq!((config.render_defaults().encoder, config.blender()), (None, Some(Path::new("/b"))));
    let hint = trouble.unwrap().hint_text().to_owned();
    assert_eq!(
        hint,
        "correct line 2 of /etc/config.toml, or remove the key with `broll config set encoder ''`"
    );
}

#[test]
fn what_is_wrong_can_be_removed_or_set_right() {
    let folder = tempfile::tempdir().unwrap();
    let paths = paths(folder.path());
    fs_err::create_dir_all(&paths.config).unwrap();
    fs_err::write(paths.config_file(), "libary = \"/x\"\nencoder = [1]\nquality = \"best\"\n").unwrap();
    set(&paths, "libary", "").unwrap();
    set(&paths, "encoder", "libx264").unwrap();
    set(&paths, "quality", "").unwrap();
    assert_eq!(fs_err::read_to_string(paths.config_file()).unwrap(), "encoder = \"libx264\"\n");
    assert!(set(&paths, "libary", "").is_err(), "it is not there any more");
}

#[test]
fn a_file_that_is_no_text_says_what_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let paths = paths(folder.path());
    let told = || {
        let error = Config::load(&paths).unwrap_err();
        assert_eq!(set(&paths, "device", "cpu").unwrap_err().to_string(), error.to_string());
        format!("{error}; {}", error.hint_text())
    };
    fs_err::create_dir_all(paths.config_file()).unwrap();
    assert!(told().contains("must be a file"), "{}", told());
    fs_err::remove_dir(paths.config_file()).unwrap();
    fs_err::write(paths.config_file(), b"device = \"cpu\"\nlibrary = \"/\xff\"").unwrap();
    assert!(told().contains("line 2, column 13: ") && told().contains("not UTF-8"), "{}", told());
    fs_err::remove_dir_all(&paths.config).unwrap();
    fs_err::write(&paths.config, "").unwrap();
    assert!(told().contains("BROLL_CONFIG_DIR"), "{}", told());
}
