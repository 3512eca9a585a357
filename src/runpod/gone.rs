//! A job that the endpoint does not know, which has several reasons.

use std::time::Duration;

use super::{Asking, Client, Entry};
use crate::error::{Error, Kind};
use crate::ui::fmt;

/// How long RunPod keeps a result once it is there.
pub const RETENTION: Duration = Duration::from_secs(30 * 60);

/// Why a job is unknown: the endpoint itself may be, the job may never have been there, or it may be over and forgotten.
/// The endpoint is asked once more, for its health, since its answers do not tell these apart.
pub fn missing(client: &Client, entry: &mut Entry, asking: &Asking<'_>) -> Error {
    match client.health(&Asking { patience: asking.patience.min(client.pace().patience), ..*asking }) {
        Err(error) if error.kind() == Kind::Interrupted || error.code() == "no_endpoint" => return error,
        // An endpoint that cannot tell its health has still said that it does not know the job.
        _ => {}
    }
    let (id, endpoint) = (entry.id().to_owned(), client.endpoint().to_string());
    let again = "submit it again, and fetch the result within 30 minutes after the job has ended";
    if !entry.is_journaled() {
        return Error::remote("no_job", format!("endpoint {endpoint} knows no job {id}"))
            .because("it never was there, or its result has expired: results are kept for 30 minutes")
            .hint("check the id and --endpoint; `broll jobs list` shows the jobs sent from here");
    }
    let age = entry.age();
    let cause = reason(age, ttl(entry));
    let text = format!("job {id} is gone from endpoint {endpoint}, and its result with it");
    let (code, cause) = match cause {
        Some(cause) => ("job_expired", cause),
        None => ("no_job", "the queue was purged, the job was removed, or its result has expired".to_owned()),
    };
    // Told to the user right now, whatever becomes of the journal.
    let _ = entry.forgotten();
    Error::remote(code, text).because(format!("{cause}; it was submitted {} ago", fmt::age(age))).hint(again)
}

/// The time limits that were surely over for a job of that age.
fn reason(age: Duration, ttl: Option<Duration>) -> Option<String> {
    if let Some(ttl) = ttl.filter(|ttl| age >= *ttl) {
        return Some(format!("its time to live, {}, is over", fmt::duration(ttl)));
    }
    (age >= RETENTION).then(|| "results are kept for 30 minutes".to_owned())
}

/// The `ttl` that the job was sent with.
fn ttl(entry: &Entry) -> Option<Duration> {
    Some(Duration::from_millis(entry.request().get("policy")?.get("ttl")?.as_u64()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_named_only_when_it_is_over() {
        let minutes = |minutes: u64| Duration::from_secs(minutes * 60);
        assert_eq!(reason(minutes(5), None), None);
        assert_eq!(reason(minutes(5), Some(minutes(6))), None);
        assert!(reason(minutes(30), Some(minutes(60))).unwrap().contains("30 minutes"));
        assert!(reason(minutes(60), Some(minutes(60))).unwrap().contains("time to live, 1h 00m"));
    }
}
