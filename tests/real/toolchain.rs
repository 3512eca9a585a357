//! Tools that will not do.

use std::process::Command;
use std::time::Duration;

use broll::blender::{Program, Session, SessionOptions, Version, install_driver};
use broll::interrupt::Cancel;
use broll::paths::Paths;
use broll::request::Backend;

use crate::common::{Stage, old_blender};

/// What the old Blender itself says it is; Debian 12 has 3.4.1, Ubuntu 24.04 has 4.0.2.
fn old_version() -> Version {
    let output = Command::new(old_blender()).arg("--version").output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let version = said.split_whitespace().nth(1).and_then(|version| version.parse().ok());
    let version = version.unwrap_or_else(|| panic!("no version in {said}"));
    assert!(
        version < Version::OLDEST,
        "{version} is not too old: name an older one in BROLL_TEST_OLD_BLENDER"
    );
    version
}

#[test]
fn a_blender_that_is_too_old_is_refused_with_both_versions() {
    let mut stage = Stage::new("plain");
    stage.variable("BROLL_BLENDER", old_blender());
    stage.render::<&str>(&[]).fails(3, "blender_too_old").says(&[
        &old_version().to_string(),
        "4.2",
        "broll setup",
    ]);
    assert_eq!(stage.listing(), ["clip.blend".into()].into());
    assert!(!stage.store().exists());
}

#[test]
fn an_ffmpeg_without_nvenc_says_why_before_rendering() {
    let stage = Stage::new("plain");
    let answer = stage.render(&["--encoder", "h264_nvenc"]);
    assert_eq!(answer.code, 3, "{}", answer.json);
    let answer = answer.says(&["h264_nvenc", "libx264"]);
    assert!(answer.error().contains("driver") || answer.error().contains("NVENC"), "{}", answer.error());
    assert_eq!(stage.listing(), ["clip.blend".into()].into());
    assert!(!stage.store().exists());
}

#[test]
fn a_machine_without_a_gpu_says_so_and_never_takes_the_processor() {
    let stage = Stage::new("plain");
    stage.render(&["--device", "auto", "--encoder", "libx264"]).fails(3, "no_gpu").says(&["--cpu"]);
    assert_eq!(stage.listing(), ["clip.blend".into()].into());
}

#[test]
fn an_executable_is_launched_and_answers_hello_even_when_it_is_too_old() {
    let root = tempfile::tempdir().unwrap();
    let folder = |name: &str| root.path().join(name);
    let paths = Paths { config: folder("c"), data: folder("d"), cache: folder("k"), state: folder("s") };
    let (driver, home) = install_driver(&paths).unwrap();
    let options = SessionOptions {
        program: Program::Executable(old_blender()),
        version: None,
        driver,
        home,
        log: folder("blender.log"),
        stall_timeout: Duration::from_secs(60),
        cancel: Cancel::default(),
        visible: None,
    };
    let mut session = Session::start(&options).unwrap();
    let hello = session.hello(&Backend::PREFERRED, true).unwrap();
    assert_eq!(hello.version, old_version());
    assert!(hello.devices.values().all(|devices| devices.as_array().is_some_and(Vec::is_empty)));
    assert!(
        session.quit().is_some_and(|status| status.success()),
        "{}",
        fs_err::read_to_string(&options.log).unwrap()
    );
}
