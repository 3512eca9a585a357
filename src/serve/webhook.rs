//! Tells webhooks how jobs ended: once, or three times where nobody answers with 200.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
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
/// For one try, the body included.
const LIMITS: Limits = Limits { head: Duration::from_secs(30), idle: Duration::from_secs(10) };
/// Tries at a time, each to another server: one that hangs holds up its own jobs alone.
const AT_ONCE: usize = 4;

/// A job, and which of its ends it is about.
type Key = (String, Option<u64>);

#[derive(Default)]
struct Tries {
    /// Tries so far, and when the next one is due.
    so_far: HashMap<Key, (u32, Instant)>,
    /// Servers that are being told something.
    under_way: HashSet<String>,
}

struct Caller<'a> {
    http: Http,
    queue: &'a Queue,
    pause: Duration,
    say: &'a Say,
    stop: &'a Cancel,
    tries: Mutex<Tries>,
}

/// Works until `stop`. What is owed then is owed after the next start.
///
/// # Errors
/// `no_tls` when there can be no HTTP.
pub(super) fn work(queue: &Queue, pause: Duration, say: &Say, stop: &Cancel) -> Result<()> {
    let http = Http::new(Redirects::Refuse)?;
    let caller = Caller { http, queue, pause, say, stop, tries: Mutex::default() };
    thread::scope(|scope| {
        for _ in 1..AT_ONCE {
            // Without more threads it is slower, no more.
            let more = thread::Builder::new().name("webhooks".to_owned());
            let _ = more.spawn_scoped(scope, || caller.work());
        }
        caller.work();
    });
    Ok(())
}

impl Caller<'_> {
    fn work(&self) {
        while sleep(TICK, self.stop).is_ok() {
            while let Some((owed, tries)) = self.next() {
                self.call(&owed, tries);
            }
        }
    }

    /// What is due, and the tries so far: what had the fewest first. Its server is then under way.
    fn next(&self) -> Option<(Owed, u32)> {
        if self.stop.requested() {
            return None;
        }
        let (mut tries, now) = (self.tries(), Instant::now());
        let all = self.queue.owed();
        tries.so_far.retain(|key, _| all.iter().any(|owed| (&owed.id, owed.ended_at) == (&key.0, key.1)));
        let due =
            all.into_iter().filter(|owed| !tries.under_way.contains(&server(owed))).filter_map(|owed| {
                let (tries, due) = tries.so_far.get(&key(&owed)).copied().unwrap_or((0, now));
                (due <= now).then_some((owed, tries))
            });
        let (owed, so_far) = due.min_by_key(|(_, tries)| *tries)?;
        tries.under_way.insert(server(&owed));
        Some((owed, so_far))
    }

    fn call(&self, owed: &Owed, so_far: u32) {
        let done = tell(&self.http, self.queue, owed, self.stop);
        // Held until all is noted down: nobody else may call this one meanwhile.
        let mut tries = self.tries();
        tries.under_way.remove(&server(owed));
        match done {
            Ok(()) => self.queue.told(owed),
            Err(_) if self.stop.requested() => {}
            Err(why) => {
                tries.so_far.insert(key(owed), (so_far + 1, Instant::now() + self.pause));
                if so_far + 1 == TRIES {
                    // Its URL may hold a secret.
                    let text =
                        format!("job {}: its webhook was not reached in {TRIES} tries: {why}", owed.id);
                    (self.say)(&Notice::Warning(text));
                    self.queue.told(owed);
                }
            }
        }
    }

    fn tries(&self) -> MutexGuard<'_, Tries> {
        self.tries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn key(owed: &Owed) -> Key {
    (owed.id.clone(), owed.ended_at)
}

/// Scheme, host and port.
fn server(owed: &Owed) -> String {
    owed.url.parse().map(|url: Url| url.origin().ascii_serialization()).unwrap_or_default()
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
