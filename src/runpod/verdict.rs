//! What the end of a job means: a clip, or one of several kinds of none.

use serde_json::Value;

use super::{JobState, JobStatus};
use crate::error::{Error, Kind, Result};
use crate::receive;

/// Whether the job has an output.
///
/// # Errors
/// One code for each way to have none: `job_failed`, `job_timed_out`, `job_cancelled`, `no_output`, and `not_finished`
/// for a job that is not over. What ran out of time, and what may still come, exits with 6.
pub fn verdict(state: &JobState) -> Result<()> {
    let id = &state.id;
    let cause = reason(state);
    let failed = |code, text: String| {
        let error = Error::remote(code, text);
        match &cause {
            Some(cause) => error.because(cause),
            None => error,
        }
    };
    match &state.status {
        JobStatus::Completed if state.output.as_ref().is_some_and(is_something) => Ok(()),
        JobStatus::Completed => Err(failed("no_output", format!("job {id} was completed without an output"))
            .because("its worker gave nothing back, or more than the endpoint takes (about 10 MB)")
            .hint("let the worker deliver to S3 or to a network volume, or ask for a smaller clip; its log says more")),
        JobStatus::Failed => Err(failed("job_failed", format!("job {id} failed"))
            .hint(format!("correct the request; if it was the worker's fault, `broll jobs retry {id}` runs it again"))),
        JobStatus::TimedOut => {
            let text = format!("job {id} waited or ran for longer than it was allowed to");
            let error = Error::new(Kind::TimedOut, "job_timed_out", text);
            Err(cause.iter().fold(error, Error::because)
                .hint("allow more with --execution-timeout, or ask for less"))
        }
        JobStatus::Cancelled => {
            Err(failed("job_cancelled", format!("job {id} was cancelled")).hint("submit it again"))
        }
        other => Err(Error::new(Kind::TimedOut, "not_finished", format!("job {id} is not finished: it is {other}"))
            .hint(format!("`broll jobs watch {id}` waits for it"))),
    }
}

/// Why a job failed, in one sentence: its error, or what stands as one in the output of a job that has none.
pub(super) fn reason(state: &JobState) -> Option<String> {
    let beside = || state.output.as_ref().filter(|_| state.status == JobStatus::Failed)?.get("error");
    let told = state.error.as_ref().filter(|error| is_something(error));
    told.or_else(|| beside().filter(|error| is_something(error)))
        .or(state.error.as_ref())
        .map(receive::job_error)
}

/// Whether there is anything in an output.
fn is_something(output: &Value) -> bool {
    match output {
        Value::Null => false,
        Value::Object(fields) => !fields.is_empty(),
        Value::String(text) => !text.is_empty(),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_end_has_its_own_message() {
        for (state, code, exit, words) in [
            (json!({"status": "COMPLETED"}), "no_output", 5, "without an output"),
            (json!({"status": "COMPLETED", "output": {}}), "no_output", 5, "more than the endpoint takes"),
            (json!({"status": "COMPLETED", "output": null}), "no_output", 5, "without an output"),
            (json!({"status": "FAILED", "error": "no GPU"}), "job_failed", 5, "no GPU"),
            (json!({"status": "FAILED", "output": {"error": "no VRAM"}}), "job_failed", 5, "no VRAM"),
            (
                json!({"status": "FAILED", "error": "", "output": {"error": "E"}}),
                "job_failed",
                5,
                "failed: E",
            ),
            (
                json!({"status": "FAILED", "error": "own", "output": {"error": "E"}}),
                "job_failed",
                5,
                "failed: own",
            ),
            (json!({"status": "FAILED", "error": "", "output": [1]}), "job_failed", 5, "no reason"),
            (json!({"status": "FAILED"}), "job_failed", 5, "job a-u1 failed"),
            (json!({"status": "TIMED_OUT"}), "job_timed_out", 6, "longer"),
            (json!({"status": "CANCELLED"}), "job_cancelled", 5, "cancelled"),
            (json!({"status": "IN_QUEUE"}), "not_finished", 6, "IN_QUEUE"),
            (json!({"status": "RUNNING", "output": {"a": 1}}), "not_finished", 6, "RUNNING"),
        ] {
            let mut state = state;
            state["id"] = "a-u1".into();
            let error = verdict(&serde_json::from_value(state).unwrap()).unwrap_err();
            assert_eq!((error.code(), error.kind().exit_code()), (code, exit), "{error}");
            assert!(error.to_string().contains(words), "{error}");
        }
        let done = json!({"id": "a", "status": "COMPLETED", "output": {"video_base64": "AAAA"}});
        verdict(&serde_json::from_value(done).unwrap()).unwrap();
    }
}
