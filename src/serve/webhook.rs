//! Tells webhooks how jobs ended: once, or three times where nobody answers with 200.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE};

use super::notice::{Notice, Say};
use super::queue::{Owed, Queue, Shown};
use crate::error::Result;
use crate::interrupt::Cancel;
use crate::net::{Http, Limits, Method, Redirects, Url, sleep};

/// How often is looked for jobs that ended.
const TICK: Duration = Duration::from_millis(200);
/// Tries in all, as on RunPod.
const TRIES: u32 = 3;
/// For one try, the body included: the other webhooks wait.
const LIMITS: Limits = Limits { head: Duration::from_secs(30), idle: Duration::from_secs(10) };

/// Tries so far, and when the next one is due.
type Tried = HashMap<(String, Option<u64>), (u32, Instant)>;

/// Works until `stop`. What is owed then is owed after the next start.
///
/// # Errors
/// `no_tls` when there can be no HTTP.
pub(super) fn work(queue: &Queue, pause: Duration, say: &Say, stop: &Cancel) -> Result<()> {
    let http = Http::new(Redirects::Refuse)?;
    let mut tried = Tried::new();
    while sleep(TICK, stop).is_ok() {
        let all = queue.owed();
        tried.retain(|key, _| all.iter().any(|owed| (&owed.id, owed.ended_at) == (&key.0, key.1)));
        for owed in all {
            let key = (owed.id.clone(), owed.ended_at);
            let (tries, due) = tried.get(&key).copied().unwrap_or((0, Instant::now()));
            if Instant::now() < due {
                continue;
            }
            let Err(why) = tell(&http, queue, &owed, stop) else {
                queue.told(&owed);
                continue;
            };
            if stop.requested() {
                break;
            }
            tried.insert(key, (tries + 1, Instant::now() + pause));
            if tries + 1 == TRIES {
                // Its URL may hold a secret.
                let text = format!("job {}: its webhook was not reached in {TRIES} tries: {why}", owed.id);
                say(&Notice::Warning(text));
                queue.told(&owed);
            }
        }
    }
    Ok(())
}

/// One try.
fn tell(http: &Http, queue: &Queue, owed: &Owed, stop: &Cancel) -> Result<(), String> {
    let url: Url = owed.url.parse().map_err(|_| "it is no URL".to_owned())?;
    let request = http.request(Method::POST, url).header(CONTENT_TYPE, "application/json");
    let request = match queue.show(&owed.id) {
        Ok(Shown::Job(state)) => request.body(serde_json::to_vec(&state).unwrap_or_default()),
        Ok(Shown::File(path)) => {
            let file = fs_err::File::open(path).map_err(|error| error.to_string())?;
            let length = file.metadata().map_err(|error| error.to_string())?.len();
            let file = tokio::fs::File::from_std(file.into_parts().0);
            request.header(CONTENT_LENGTH, length).body(file)
        }
        // Gone meanwhile: there is nothing to tell.
        Err(_) => return Ok(()),
    };
    let reply = http.send(request, LIMITS, stop).map_err(|failure| failure.to_string())?;
    match reply.status() {
        200 => Ok(()),
        status => Err(format!("it answered with {status}")),
    }
}
