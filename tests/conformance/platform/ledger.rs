//! What the platform remembers of its workers' requests, and what must be true of them.

use std::collections::{BTreeMap, VecDeque};

use serde_json::Value;

use super::Seen;

/// What a request is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Route {
    Ping,
    Take,
    Stop,
    Progress,
    Done,
    Other,
}

/// A request and what became of it.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) seen: Seen,
    pub(crate) route: Route,
    /// The job in the path, for progress and results.
    pub(crate) job: String,
    /// Whether it changed anything: a heartbeat that was heard, a result that counts.
    pub(crate) accepted: bool,
}

/// One job, as often as it is delivered.
#[derive(Debug, Default)]
pub(crate) struct Life {
    pub(crate) deliveries: usize,
    /// The results that counted.
    pub(crate) results: Vec<Value>,
    /// Stops that a worker heard.
    pub(crate) stops: usize,
    /// Delivered, and neither answered nor stopped.
    pub(crate) open: bool,
}

/// Everything so far.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    /// In the order in which they were served.
    pub(crate) entries: Vec<Entry>,
    pub(crate) jobs: BTreeMap<String, Life>,
    /// What the next takes get: a job, or a list of them.
    pub(super) queue: VecDeque<Value>,
    pub(super) stops: Vec<String>,
}

impl Ledger {
    pub(crate) fn of(&self, route: Route) -> Vec<&Entry> {
        self.entries.iter().filter(|entry| entry.route == route).collect()
    }

    /// Progress and results of a job, accepted or not, in order.
    pub(crate) fn posts(&self, job: &str) -> Vec<&Entry> {
        self.entries.iter().filter(|entry| entry.job == job).collect()
    }

    /// The one result that counts.
    pub(crate) fn result(&self, job: &str) -> &Value {
        let results = &self.jobs[job].results;
        assert_eq!(results.len(), 1, "{job}: {results:?}");
        &results[0]
    }

    /// Whether nothing is queued and nothing is open.
    pub(crate) fn quiet(&self) -> bool {
        self.queue.is_empty() && self.stops.is_empty() && self.jobs.values().all(|life| !life.open)
    }

    /// None lost, none answered twice, and no progress after a result.
    pub(crate) fn audit(&self) {
        for (id, life) in &self.jobs {
            assert!(!life.open, "{id} is lost: {life:?}");
            let (answered, stops) = (life.results.len(), life.stops);
            assert!(answered <= life.deliveries && answered + stops >= life.deliveries, "{id}: {life:?}");
            let posts = self.posts(id);
            let last = posts.iter().rposition(|post| post.route == Route::Done && post.accepted);
            let late =
                posts.iter().skip(last.unwrap_or(posts.len())).any(|post| post.route == Route::Progress);
            assert!(!late, "{id}: progress after the result");
            for result in &life.results {
                let whole =
                    result.get("output").is_some() != result.get("error").is_some_and(Value::is_string);
                assert!(whole, "{id}: {result}");
            }
        }
    }
}
