//! What a failure means once the endpoint has the job: its clip is paid for, and nobody should pay for it twice.

use crate::error::{Error, Kind};

/// Faults of what the worker gave back, which are no fault of who gave it to broll.
const UNUSABLE: [&str; 14] = [
    "no_video",
    "not_a_clip",
    "bad_base64",
    "truncated",
    "clip_truncated",
    "clip_broken",
    "wrong_size",
    "wrong_sha256",
    "bad_link",
    "two_videos",
    "bad_json",
    "empty",
    "utf16",
    "not_an_answer",
];

/// The failure with the job's id and the way to its clip. What failed at the endpoint keeps its own hint.
pub fn kept(error: Error, id: &str) -> Error {
    let code = error.code();
    if UNUSABLE.contains(&code) {
        let told =
            Error::remote(code, format!("the result of job {id} is unusable")).because(error.message());
        // Endpoints run only jobs again that failed or timed out.
        return error.causes().iter().fold(told, |told, cause| told.because(cause)).hint(format!(
            "see the worker's log; `broll jobs fetch {id}` looks at the result again for 30 minutes, and `broll jobs retry {id}` is for jobs that failed"
        ));
    }
    let first = match (code, error.kind()) {
        ("disk_full", _) => "free some space; ".to_owned(),
        ("download_failed" | "link_expired", _) => "check the network; ".to_owned(),
        (_, Kind::Environment) => format!("{}; ", error.hint_text()),
        (_, Kind::Remote | Kind::TimedOut) => {
            let hint = error.hint_text().to_owned();
            let named = error.message().contains(id) || hint.contains(id);
            return if named { error } else { error.hint(format!("{hint}; it is the clip of job {id}")) };
        }
        _ => String::new(),
    };
    error.hint(format!(
        "{first}the endpoint has job {id}: `broll jobs fetch {id} [-o FILE]` gets its clip until 30 minutes after its end"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_here_never_asks_for_a_second_job() {
        let full = || Error::from(std::io::Error::from(std::io::ErrorKind::StorageFull));
        for error in [
            full(),
            Error::from(std::io::Error::from(std::io::ErrorKind::BrokenPipe)),
            Error::bad_input("bad_output", "a.mp4 exists").hint("add --force to replace it"),
            Error::remote("download_failed", "x").hint("check the network, then run the same command again"),
            Error::tool("ffmpeg_failed", "x"),
            Error::environment("no_ffmpeg", "x"),
            Error::interrupted("stopped"),
        ] {
            let (code, kind) = (error.code(), error.kind());
            let error = kept(error, "a-u1");
            assert_eq!((error.code(), error.kind()), (code, kind));
            let hint = error.hint_text();
            assert!(
                hint.contains("`broll jobs fetch a-u1 [-o FILE]`") && hint.contains("30 minutes"),
                "{hint}"
            );
            assert!(!hint.contains("same command"), "{hint}");
        }
        assert!(kept(full(), "a").hint_text().starts_with("free some space"));
        let failed = kept(Error::remote("job_failed", "job a-u1 failed").hint("correct the request"), "a-u1");
        assert_eq!(failed.hint_text(), "correct the request");
        let volume = kept(Error::remote("on_volume", "x").hint("copy it"), "a-u1");
        assert!(volume.hint_text().starts_with("copy it; ") && volume.hint_text().contains("a-u1"));
    }

    #[test]
    fn what_a_worker_gave_back_is_the_endpoints_fault() {
        for code in UNUSABLE {
            let error = kept(Error::bad_input(code, "what").because("why").hint("save it again"), "a-u1");
            assert_eq!((error.code(), error.kind().exit_code()), (code, 5));
            assert_eq!(error.to_string(), "the result of job a-u1 is unusable: what: why");
            assert!(error.hint_text().contains("worker's log"), "{}", error.hint_text());
        }
    }
}
