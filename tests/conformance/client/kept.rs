//! Once the endpoint has a job nothing that fails here loses it, and nothing asks to pay for it twice.

use std::process::Stdio;

use broll::runpod::{Fetched, Standing};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::World;
use super::commands::{clip, completed_with, make_clip, text, until};
use crate::platform::{Answer, Fault};

impl World {
    /// A job that ended so; its clip is to go to `clip.mp4`.
    fn ended(&self, end: &Value) -> String {
        self.api.course(std::slice::from_ref(end));
        self.send(1).unwrap().id().to_owned()
    }

    fn standing(&self, id: &str) -> Standing {
        self.journal().find(id).unwrap().unwrap().standing()
    }

    /// Runs broll where no file may become larger than some 50 or 100 KB, with an entry in the journal that is larger.
    fn cramped(&self, verb: &str, id: &str) -> (String, Option<i32>) {
        let entry = self.journal().list().unwrap().entries.iter().find(|entry| entry.id() == id).cloned();
        assert!(entry.is_some(), "{id} is in the journal");
        for (path, bytes) in super::files(&self.paths().jobs()).into_iter().filter(|(_, all)| !all.is_empty())
        {
            let mut record: Value = serde_json::from_slice(&bytes).unwrap();
            record["request"]["padding"] = json!("x".repeat(200_000));
            fs_err::write(path, record.to_string()).unwrap();
        }
        let broll = self.broll(&["jobs", verb, id]);
        let mut command = std::process::Command::new("sh");
        command.args(["-c", "trap '' XFSZ; ulimit -f 100; exec \"$0\" \"$@\""]).arg(broll.get_program());
        command.args(broll.get_args()).env_clear().current_dir(self.root.path()).stdin(Stdio::null());
        command.envs(broll.get_envs().filter_map(|(name, value)| Some((name, value?))));
        let output = command.output().unwrap();
        (text(&output.stdout) + &text(&output.stderr), output.status.code())
    }
}

/// The end of a job with the clip and its digest.
fn completed_and_signed() -> Value {
    let mut end = completed_with(&clip());
    let digest: String = Sha256::digest(clip()).iter().map(|byte| format!("{byte:02x}")).collect();
    end["output"]["sha256"] = json!(digest);
    end
}

fn full() -> Stdio {
    fs_err::OpenOptions::new().write(true).open("/dev/full").unwrap().into_parts().0.into()
}

#[test]
fn a_full_stdout_does_not_lose_the_job() {
    let world = World::new();
    world.api.course(&[completed_with(&clip())]);
    for args in [&["submit", "cube", "--detach"][..], &["submit", "cube", "-o", "a.mp4"]] {
        let output = world.broll(args).stdout(full()).output().unwrap();
        let stderr = text(&output.stderr);
        let id = world.api.jobs().last().unwrap().id.clone();
        assert!(!output.status.success() && stderr.contains(&format!("broll jobs fetch {id}")), "{stderr}");
        assert!(!stderr.contains("same command"), "{stderr}");
    }
    assert_eq!(fs_err::read(world.path("a.mp4")).unwrap(), clip());
}

#[test]
fn a_clip_that_cannot_get_its_name_waits_at_the_endpoint() {
    let world = World::new();
    world.api.script("run", &[Fault::Slowly]);
    world.api.course(&[json!({"status": "IN_PROGRESS"}), completed_with(&clip())]);
    let child = until(&world, &["submit", "cube", "-o", "a.mp4"], "run", 1);
    fs_err::write(world.path("a.mp4"), "another's").unwrap();
    let output = child.wait_with_output().unwrap();
    let (stderr, id) = (text(&output.stderr), world.api.jobs()[0].id.clone());
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert!(
        stderr.contains("exists") && stderr.contains(&format!("broll jobs fetch {id} [-o FILE]")),
        "{stderr}"
    );
    assert_eq!(fs_err::read(world.path("a.mp4")).unwrap(), b"another's");
    world.answer(&["jobs", "fetch", &id, "-o", "b.mp4"]);
}

#[test]
fn a_result_that_is_no_clip_is_the_endpoints_fault() {
    for (output, code, words) in [
        (json!("Error: nope, no VRAM"), "not_a_clip", "Error: nope, no VRAM"),
        (json!({"video": 3}), "no_video", "video"),
        (json!({"video_base64": "iVBORw0KGgoAAAANSUhEUgAAAAEAAAAB"}), "not_a_clip", "PNG"),
        (
            json!({"video_base64": completed_with(&clip()[..900])["output"]["video_base64"]}),
            "clip_truncated",
            "ends",
        ),
        (json!({"video_url": "gopher://x/y"}), "bad_link", "gopher"),
    ] {
        let world = World::new();
        let end = json!({"status": "COMPLETED", "output": output});
        let id = world.ended(&end);
        for verb in ["fetch", "watch"] {
            let output = world.run(&["jobs", verb, &id, "--json"]);
            let told: Value = serde_json::from_slice(&output.stdout).unwrap();
            assert_eq!((output.status.code(), &told["error"]["code"]), (Some(5), &json!(code)), "{told}");
            let shown = told.to_string();
            assert!(
                shown.contains(words) && shown.contains(&id) && shown.contains("worker's log"),
                "{shown}"
            );
        }
        fs_err::write(world.path("answer.json"), end.to_string()).unwrap();
        assert_eq!(world.error(&["decode", "answer.json"]).1, Some(1), "{end}");
    }
}

#[test]
fn a_clip_that_is_in_its_place_already_is_no_error() {
    for verb in ["fetch", "watch"] {
        let world = World::new();
        let id = world.ended(&completed_and_signed());
        fs_err::write(world.path("clip.mp4"), clip()).unwrap();
        let answer = world.answer(&["jobs", verb, &id]);
        assert_eq!(answer.trim(), world.path("clip.mp4").to_str().unwrap());
        assert!(matches!(world.standing(&id), Standing::Fetched(_)));
    }
    let world = World::new();
    let id = world.ended(&completed_and_signed());
    fs_err::write(world.path("clip.mp4"), "another's").unwrap();
    let (stderr, code) = world.error(&["jobs", "fetch", &id]);
    assert!(code == Some(1) && stderr.contains("exists"), "{stderr}");
}

#[test]
fn two_brolls_at_one_job_both_have_its_clip() {
    let world = World::new();
    // Without a digest only the journal tells that it is the clip.
    let id = world.ended(&completed_with(&clip()));
    let watch = || until(&world, &["jobs", "watch", &id], "status", 0);
    for child in [watch(), watch(), watch()] {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", text(&output.stderr));
    }
    assert_eq!(fs_err::read(world.path("clip.mp4")).unwrap(), clip());
}

#[test]
fn a_clip_that_another_broll_has_just_put_there_is_not_in_the_way() {
    let world = World::new();
    let id = world.ended(&completed_with(&clip()));
    let path = world.path("clip.mp4");
    fs_err::write(&path, clip()).unwrap();
    // It has its name, and the broll that gave it that has not written it down yet.
    let held = fs_err::File::open(&path).unwrap();
    held.file().lock().unwrap();
    let child = until(&world, &["jobs", "watch", &id], "status", 1);
    std::thread::sleep(std::time::Duration::from_millis(500));
    let sha256 = completed_and_signed()["output"]["sha256"].as_str().unwrap().to_owned();
    let fetched = Fetched { output: Some(path), bytes: clip().len() as u64, sha256 };
    world.journal().find(&id).unwrap().unwrap().fetched(&fetched).unwrap();
    drop(held);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
}

#[test]
fn a_journal_that_cannot_be_written_keeps_nobody_from_a_job() {
    for (verb, end, words) in [
        ("status", json!({"status": "IN_PROGRESS"}), "running"),
        ("cancel", json!({"status": "IN_PROGRESS"}), "cancelled"),
        ("retry", json!({"status": "FAILED", "error": "boom"}), "runs again"),
        ("fetch", completed_with(&clip()), "clip.mp4"),
    ] {
        let world = World::new();
        let id = world.ended(&end);
        if verb == "retry" {
            world.answer(&["jobs", "status", &id]);
        }
        let (told, code) = world.cramped(verb, &id);
        assert!(code == Some(0) && told.contains(words), "{verb}: {told}");
        assert!(told.contains("the journal cannot be written"), "{verb}: {told}");
    }
}

#[test]
fn an_output_that_cannot_be_written_is_noticed_before_anything_is_sent() {
    let world = World::new();
    // Its partial file's name is too long.
    let name = "x".repeat(250) + ".mp4";
    let (stderr, code) = world.error(&["submit", "cube", "-o", &name]);
    assert!(code == Some(1) && stderr.contains("cannot be written"), "{stderr}");
    assert!(world.api.all_seen().is_empty());
    let id = world.ended(&completed_with(&clip()));
    let (stderr, code) = world.error(&["jobs", "watch", &id, "-o", &name]);
    assert!(code == Some(1) && stderr.contains("cannot be written"), "{stderr}");
    assert!(world.api.seen("status").is_empty());
}

#[test]
fn a_name_of_brolls_own_takes_the_extension_that_fits() {
    let world = World::new();
    let movie = make_clip("clip.mov");
    world.api.course(&[completed_with(&movie)]);
    assert_eq!(world.answer(&["submit", "cube"]).trim(), world.path("cube.mov").to_str().unwrap());
    assert_eq!(fs_err::read(world.path("cube.mov")).unwrap(), movie);
    let (stderr, code) = world.error(&["submit", "cube", "-o", "mine.mp4"]);
    let id = &world.api.jobs()[1].id;
    assert!(code == Some(1) && stderr.contains("mine.mov") | stderr.contains(".mov"), "{stderr}");
    assert!(stderr.contains(&format!("broll jobs fetch {id}")), "{stderr}");
    world.answer(&["jobs", "fetch", id, "-o", "mine.mov"]);
}

#[test]
fn the_reason_of_a_failed_job_is_found_beside_its_error() {
    let world = World::new();
    let id = world.ended(&json!({"status": "FAILED", "output": {"error": "no VRAM left"}}));
    let (stderr, code) = world.error(&["jobs", "fetch", &id]);
    assert!(code == Some(5) && stderr.contains("no VRAM left"), "{stderr}");
    assert!(world.answer(&["jobs", "status", &id]).contains("no VRAM left"));
}

#[test]
fn a_key_that_is_refused_meanwhile_ends_the_watching_and_not_the_job() {
    let world = World::new();
    let id = world.ended(&json!({"status": "IN_PROGRESS"}));
    world.api.script("status", &[Fault::Instead(Answer::empty(401))]);
    let (stderr, code) = world.error(&["jobs", "watch", &id]);
    assert!(code == Some(5) && stderr.contains(&format!("job {id} goes on")), "{stderr}");
    assert!(stderr.contains("broll login"), "{stderr}");
}
