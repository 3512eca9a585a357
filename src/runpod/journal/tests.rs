use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use serde_json::json;

use super::super::{JobState, JobStatus};
use super::read::LARGEST;
use super::*;

struct World {
    _root: tempfile::TempDir,
    journal: Journal,
    endpoint: Endpoint,
}

fn world() -> World {
    let root = tempfile::tempdir().unwrap();
    let folder = |name: &str| root.path().join(name);
    let paths = Paths { config: folder("c"), data: folder("d"), cache: folder("k"), state: folder("s") };
    let endpoint = Endpoint::new("http://127.0.0.1:1/v2", "ep").unwrap();
    World { journal: Journal::open(&paths), _root: root, endpoint }
}

impl World {
    fn record(&self) -> Entry {
        let draft = Draft {
            content: Some("c0ffee".to_owned()),
            template: "cube".to_owned(),
            output: Some("/clips/a.mp4".into()),
            unnamed: false,
            force: false,
            request: json!({"input": {"template": "cube"}, "policy": {"ttl": 60_000}}),
        };
        self.journal.record(&draft, &self.endpoint).unwrap()
    }

    fn accepted(&self, id: &str) -> Entry {
        let mut entry = self.record();
        entry.accepted(&state(id, "IN_QUEUE")).unwrap();
        entry
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        fs_err::write(self.journal.folder.join(name), bytes).unwrap();
    }

    fn edit(&self, entry: &Entry, change: impl FnOnce(&mut serde_json::Value)) {
        let path = entry.path().unwrap();
        let mut value = serde_json::from_slice(&fs_err::read(path).unwrap()).unwrap();
        change(&mut value);
        fs_err::write(path, value.to_string()).unwrap();
    }
}

fn state(id: &str, status: &str) -> JobState {
    serde_json::from_value(json!({"id": id, "status": status})).unwrap()
}

#[test]
fn a_job_is_on_the_disk_before_it_has_an_id() {
    let world = world();
    assert!(world.journal.list().unwrap().entries.is_empty());
    let mut entry = world.record();
    let kept = world.journal.find(entry.id()).unwrap().unwrap();
    assert_eq!((kept.standing(), kept.output()), (Standing::Sending, Some(Path::new("/clips/a.mp4"))));
    assert_eq!(kept.job_id().unwrap_err().code(), "no_job_id");
    let mode = fs_err::metadata(kept.path().unwrap()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    entry.accepted(&state("0935abcd-u1", "IN_QUEUE")).unwrap();
    let kept = world.journal.find("0935").unwrap().unwrap();
    assert_eq!(
        (kept.job_id().unwrap(), kept.standing()),
        ("0935abcd-u1", Standing::Remote(JobStatus::InQueue))
    );
    assert_eq!((kept.endpoint().unwrap(), kept.template()), (world.endpoint, "cube"));
    assert_eq!(kept.request()["policy"]["ttl"], 60_000);
}

#[test]
fn a_broll_that_ended_while_it_sent_leaves_a_job_of_which_nothing_is_known() {
    let world = world();
    let entry = world.record();
    let id = entry.id().to_owned();
    // Its process id, which stands there, is that of a process that lives: of this one.
    drop(entry);
    let kept = world.journal.find(&id).unwrap().unwrap();
    assert!(matches!(kept.standing(), Standing::Unknown(_)), "{:?}", kept.standing());
    let error = kept.job_id().unwrap_err();
    assert!(
        error.to_string().contains("not known") && error.hint_text().contains("submit it again"),
        "{error}"
    );
}

#[test]
fn a_job_is_being_sent_for_as_long_as_somebody_sends_it() {
    let world = world();
    let mut entry = world.record();
    // However long that takes, and whatever number the process has where it is looked at.
    world.edit(&entry, |value| (value["sending"]["pid"], value["submitted"]) = (i32::MAX.into(), 1.into()));
    let standing = |id: &str| world.journal.find(id).unwrap().unwrap().standing();
    assert_eq!(standing(entry.id()), Standing::Sending);
    assert_eq!(standing(entry.clone().id()), Standing::Sending);
    entry.accepted(&state("a-u1", "IN_QUEUE")).unwrap();
    assert_eq!(standing("a-u1"), Standing::Remote(JobStatus::InQueue));
    drop(entry);
    assert_eq!(standing("a-u1"), Standing::Remote(JobStatus::InQueue));
}

#[test]
fn who_looks_while_a_job_is_accepted_sees_it_sent_or_accepted() {
    let world = world();
    for _ in 0..50 {
        let mut entry = world.record();
        let id = entry.id().to_owned();
        std::thread::scope(|scope| {
            scope.spawn(move || entry.accepted(&state("a-u1", "IN_QUEUE")).unwrap());
            loop {
                match world.journal.find(&id).unwrap().unwrap().standing() {
                    Standing::Sending => {}
                    Standing::Remote(JobStatus::InQueue) => break,
                    other => panic!("{other:?}"),
                }
            }
        });
    }
}

#[test]
fn what_happens_to_a_job_is_kept() {
    let world = world();
    let mut entry = world.accepted("a-u1");
    let told =
        r#"{"id":"a-u1","status":"FAILED","delayTime":9,"executionTime":97,"workerId":"w","error":"boom"}"#;
    entry.update(&serde_json::from_str(told).unwrap()).unwrap();
    // An answer that leaves something out takes nothing away.
    entry.update(&state("a-u1", "FAILED")).unwrap();
    let mut kept = world.journal.find("a-u1").unwrap().unwrap();
    assert_eq!((kept.delay_ms(), kept.execution_ms(), kept.worker_id()), (Some(9), Some(97), Some("w")));
    kept.restarted(&state("a-u1", "IN_QUEUE")).unwrap();
    // The first one writes what it sees, and loses nothing of what the second one wrote.
    entry.fetched(&Fetched { output: Some("/x.mp4".into()), bytes: 3, sha256: "00".to_owned() }).unwrap();
    let kept = world.journal.find("a-u1").unwrap().unwrap();
    assert_eq!(kept.status(), Some(&JobStatus::InQueue));
    assert!(matches!(kept.standing(), Standing::Fetched(fetched) if fetched.bytes == 3));
    let mut lost = world.record();
    lost.not_accepted("reset", true).unwrap();
    assert_eq!(lost.standing(), Standing::Unknown("reset".to_owned()));
    lost.not_accepted("no", false).unwrap();
    assert_eq!(lost.standing(), Standing::Refused("no".to_owned()));
}

#[test]
fn a_beginning_that_fits_several_jobs_is_ambiguous() {
    let world = world();
    ["abc-1", "abc-2", "abc"].into_iter().for_each(|id| drop(world.accepted(id)));
    assert_eq!(world.journal.find("abc").unwrap().unwrap().id(), "abc");
    let error = world.journal.find("ab").unwrap_err();
    assert!(error.code() == "ambiguous_job" && error.to_string().contains("abc-1"), "{error}");
    let again = ["xyz-1", "xyz-1"].map(|id| world.accepted(id));
    world.edit(&again[0], |value| value["submitted"] = 1.into());
    assert_eq!(world.journal.find("xy").unwrap().unwrap().order(), again[1].order());
    assert!(world.journal.find("q").unwrap().is_none() && world.journal.find("").unwrap().is_none());
}

#[test]
fn foreign_and_torn_files_are_warned_of_and_left_alone() {
    let world = world();
    let entry = world.accepted("good");
    let whole = fs_err::read(entry.path().unwrap()).unwrap();
    for (number, cut) in (0..whole.len() - 2).step_by(37).enumerate() {
        world.write(&format!("torn{number}.json"), &whole[..cut]);
    }
    world.write("binary.json", b"\xff\xfe\x00");
    world.write("list.json", b"[1]");
    world.write("notes.txt", b"mine");
    // Nobody will ever write into it.
    nix::unistd::mkfifo(&world.journal.folder.join("pipe.json"), nix::sys::stat::Mode::S_IRWXU).unwrap();
    let huge = format!("{}{}", String::from_utf8_lossy(&whole), " ".repeat(LARGEST as usize));
    world.write("huge.json", huge.as_bytes());
    let newer = String::from_utf8_lossy(&whole).replace("\"version\": 1", "\"version\": 2");
    world.write("newer.json", newer.as_bytes());
    let listing = world.journal.list().unwrap();
    assert_eq!(listing.entries.len(), 1);
    assert_eq!(listing.warnings.len(), fs_err::read_dir(&world.journal.folder).unwrap().count() - 3);
    assert!(listing.warnings.iter().any(|warning| warning.message.contains("newer broll")));
    drop(world.record());
    assert!(world.journal.folder.join("torn0.json").exists());
}

#[test]
fn jobs_that_are_long_over_are_removed_and_others_are_not() {
    let world = world();
    let old = |id: &str, status: &str| {
        let mut entry = world.accepted(id);
        entry.update(&state(id, status)).unwrap();
        world.edit(&entry, |value| value["changed"] = 1.into());
    };
    [("done", "COMPLETED"), ("failed", "FAILED"), ("queued", "IN_QUEUE"), ("odd", "RUNNING")]
        .into_iter()
        .for_each(|(id, status)| old(id, status));
    drop(world.record());
    let found = |id| world.journal.find(id).unwrap().is_some();
    assert!(!found("done") && !found("failed") && found("queued") && found("odd"));
}

#[test]
fn a_clock_that_jumps_makes_no_job_older_than_it_is() {
    let world = world();
    let entry = world.accepted("a");
    let fresh = Duration::from_secs(30);
    world.edit(&entry, |value| value["submitted"] = u64::MAX.into());
    let future = world.journal.find("a").unwrap().unwrap();
    assert_eq!((future.age(), future.fresh_for(fresh)), (Duration::ZERO, fresh));
    world.edit(&entry, |value| value["submitted"] = 1.into());
    assert_eq!(world.journal.find("a").unwrap().unwrap().fresh_for(fresh), Duration::ZERO);
    // Who saw it accepted needs no clock.
    assert!(entry.fresh_for(fresh) > Duration::ZERO);
    assert_eq!(Entry::foreign(&world.endpoint, "b").fresh_for(fresh), Duration::ZERO);
}

#[test]
fn a_path_that_is_no_text_comes_back_as_it_was() {
    let world = world();
    let path = PathBuf::from(OsStr::from_bytes(b"/clips/\xff\xfe.mp4"));
    let draft = Draft { output: Some(path.clone()), ..Draft::default() };
    let entry = world.journal.record(&draft, &world.endpoint).unwrap();
    assert_eq!(world.journal.find(entry.id()).unwrap().unwrap().output(), Some(&*path));
}

#[test]
fn brolls_side_by_side_lose_nothing() {
    let world = world();
    let id = world.accepted("a").id().to_owned();
    std::thread::scope(|scope| {
        for number in 0..4 {
            let (journal, id) = (world.journal.clone(), id.clone());
            scope.spawn(move || {
                for _ in 0..5 {
                    let mut entry = journal.find(&id).unwrap().unwrap();
                    if number == 0 {
                        entry.fetched(&Fetched { output: None, bytes: 7, sha256: String::new() }).unwrap();
                    } else {
                        entry
                            .update(&state("a", ["IN_PROGRESS", "COMPLETED", "RUNNING"][number - 1]))
                            .unwrap();
                    }
                }
            });
        }
    });
    let kept = world.journal.find("a").unwrap().unwrap();
    assert!(matches!(kept.standing(), Standing::Fetched(fetched) if fetched.bytes == 7));
    assert!(world.journal.list().unwrap().warnings.is_empty());
}

#[test]
fn an_id_that_could_not_be_written_down_is_not_forgotten_and_written_later() {
    let world = world();
    let mut entry = world.record();
    let path = entry.path().unwrap().to_owned();
    let before = fs_err::read(&path).unwrap();
    entry.accepted(&state("0935abcd-u1", "IN_QUEUE")).unwrap();
    // As if that had not come onto the disk.
    fs_err::write(&path, before).unwrap();
    entry.update(&state("0935abcd-u1", "IN_PROGRESS")).unwrap();
    assert_eq!(entry.job_id().unwrap(), "0935abcd-u1");
    let kept = world.journal.find("0935").unwrap().unwrap();
    assert_eq!(kept.standing(), Standing::Remote(JobStatus::InProgress));
}
