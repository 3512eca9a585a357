//! The side of the platform that workers talk to: a queue that is polled, a stop channel, results, heartbeats. Any answer
//! can be replaced by a fault, before or after the platform has acted on the request.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{Answer, Entry, Ledger, Route, Seen, Server};

/// A request, to decide its fate by.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    pub(crate) route: Route,
    /// How many came on this route before.
    pub(crate) number: usize,
    pub(crate) job: &'a str,
    pub(crate) seen: &'a Seen,
}

/// What goes wrong with a request.
#[derive(Debug)]
pub(crate) enum WorkerFault {
    /// The platform does nothing but answer this.
    Instead(Answer),
    /// The platform acts, and this is what the worker hears of it.
    Lost(Answer),
}

type Script = dyn Fn(&Call<'_>) -> Option<WorkerFault> + Send + Sync;

/// A platform with one endpoint, `ep123`.
pub(crate) struct WorkerSide {
    server: Server,
    desk: Arc<Desk>,
}

struct Desk {
    ledger: Mutex<Ledger>,
    changed: Condvar,
    hold: Duration,
    script: Box<Script>,
}

/// What a job-done may hold, as the platform words it.
const LONGEST: usize = 10 << 20;
/// For what must come about. The machine may be busy.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);
const TICK: Duration = Duration::from_millis(10);

impl WorkerSide {
    /// Long polls are held for `hold`; `script` may spoil any request.
    pub(crate) fn start(
        hold: Duration,
        script: impl Fn(&Call<'_>) -> Option<WorkerFault> + Send + Sync + 'static,
    ) -> Self {
        let (ledger, changed) = (Mutex::default(), Condvar::new());
        let desk = Arc::new(Desk { ledger, changed, hold, script: Box::new(script) });
        let answering = Arc::clone(&desk);
        Self { server: Server::start(move |seen| answering.answer(seen)), desk }
    }

    /// One where nothing goes wrong.
    pub(crate) fn kind() -> Self {
        Self::start(Duration::from_millis(300), |_| None)
    }

    /// What the platform sets in a worker's container.
    pub(crate) fn env(&self) -> Vec<(&'static str, String)> {
        let url = |path: &str| self.server.url(&format!("/v2/ep123/{path}?gpu=NVIDIA+L4"));
        vec![
            ("RUNPOD_WEBHOOK_GET_JOB", url("job-take/$ID")),
            ("RUNPOD_WEBHOOK_POST_OUTPUT", url("job-done/$RUNPOD_POD_ID/$ID")),
            ("RUNPOD_WEBHOOK_POST_STREAM", url("job-stream/$RUNPOD_POD_ID/$ID")),
            ("RUNPOD_WEBHOOK_PING", url("ping/$RUNPOD_POD_ID")),
            ("RUNPOD_PING_INTERVAL", "1000".to_owned()),
            ("RUNPOD_AI_API_KEY", "worker-key-abc".to_owned()),
            ("RUNPOD_POD_ID", "pod42".to_owned()),
            ("RUNPOD_ENDPOINT_ID", "ep123".to_owned()),
        ]
    }

    pub(crate) fn url(&self, path: &str) -> String {
        self.server.url(path)
    }

    /// Queues a job.
    pub(crate) fn job(&self, id: &str, input: &Value) {
        self.deliver(json!({"id": id, "input": input}));
    }

    /// Queues what a take will get, as it is.
    pub(crate) fn deliver(&self, body: Value) {
        self.desk.change().queue.push_back(body);
    }

    /// Cancels a job, as a client would: it is not delivered any more, and whoever holds it is told.
    pub(crate) fn stop(&self, id: &str) {
        let mut ledger = self.desk.change();
        ledger.queue.retain(|body| body["id"] != id);
        ledger.stops.push(id.to_owned());
    }

    /// Waits until something is true of the ledger.
    pub(crate) fn wait(&self, what: &str, until: impl Fn(&Ledger) -> bool) {
        let start = Instant::now();
        let mut ledger = self.ledger();
        while !until(&ledger) {
            assert!(start.elapsed() < PATIENCE, "{what} did not come about: {:#?}", ledger.jobs);
            let waited = self.desk.changed.wait_timeout(ledger, TICK);
            ledger = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Waits for a job's result.
    pub(crate) fn result(&self, job: &str) -> Value {
        self.wait(job, |ledger| ledger.jobs.get(job).is_some_and(|life| !life.results.is_empty()));
        self.ledger().result(job).clone()
    }

    pub(crate) fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.desk.ledger()
    }
}

impl Desk {
    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self) -> MutexGuard<'_, Ledger> {
        self.changed.notify_all();
        self.ledger()
    }

    fn answer(&self, seen: &Seen) -> Answer {
        let (route, job) = classify(seen);
        let (index, number) = {
            let mut ledger = self.change();
            let number = ledger.of(route).len();
            ledger.entries.push(Entry { seen: seen.clone(), route, job: job.clone(), accepted: false });
            (ledger.entries.len() - 1, number)
        };
        let fault = (self.script)(&Call { route, number, job: &job, seen });
        if let Some(WorkerFault::Instead(answer)) = fault {
            return answer;
        }
        let lost = fault.is_some();
        let (accepted, answer) = match route {
            Route::Take => self.take(seen, lost),
            Route::Stop => self.stops(seen, lost),
            Route::Done => self.done(&job, seen),
            Route::Ping | Route::Progress => (true, Answer::empty(200)),
            Route::Other => (false, Answer::empty(404)),
        };
        self.change().entries[index].accepted = accepted;
        match fault {
            Some(WorkerFault::Lost(answer)) => answer,
            _ => answer,
        }
    }

    /// A job that does not reach its worker goes back into the queue: nobody sends heartbeats for it.
    fn take(&self, seen: &Seen, lost: bool) -> (bool, Answer) {
        let taken = self.poll(seen, |ledger| {
            let body = ledger.queue.pop_front()?;
            if lost {
                ledger.queue.push_front(body.clone());
                return Some(body);
            }
            for id in ids(&body) {
                let life = ledger.jobs.entry(id).or_default();
                // One that comes twice at once is one.
                life.deliveries += usize::from(!life.open);
                life.open = true;
            }
            Some(body)
        });
        taken.map_or((false, Answer::empty(204)), |body| (true, Answer::json(200, &body)))
    }

    fn stops(&self, seen: &Seen, lost: bool) -> (bool, Answer) {
        let stops = self.poll(seen, |ledger| {
            let stops = ledger.stops.clone();
            if !lost {
                for id in std::mem::take(&mut ledger.stops) {
                    let life = ledger.jobs.entry(id).or_default();
                    life.stops += usize::from(life.open);
                    life.open = false;
                }
            }
            (!stops.is_empty()).then_some(stops)
        });
        stops
            .map_or((false, Answer::empty(204)), |ids| (true, Answer::json(200, &json!({"jobsToStop": ids}))))
    }

    /// Holds a request until there is something to say, its worker is gone, or it is time to say that there is nothing.
    fn poll<T>(&self, seen: &Seen, mut ask: impl FnMut(&mut Ledger) -> Option<T>) -> Option<T> {
        let start = Instant::now();
        let mut ledger = self.ledger();
        while start.elapsed() < self.hold && !seen.abandoned() {
            if let Some(answer) = ask(&mut ledger) {
                return Some(answer);
            }
            let waited = self.changed.wait_timeout(ledger, TICK);
            ledger = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        None
    }

    fn done(&self, job: &str, seen: &Seen) -> (bool, Answer) {
        if seen.body.len() > LONGEST {
            return (false, Answer::typed(400, "text/plain", b"exceeded max body size of 10MiB"));
        }
        let mut ledger = self.ledger();
        match ledger.jobs.get_mut(job) {
            Some(life) if life.open => {
                life.open = false;
                life.results.push(seen.json());
                (true, Answer::empty(200))
            }
            // The worker did not hear that its result had arrived.
            Some(life) if life.results.last() == Some(&seen.json()) => (false, Answer::empty(200)),
            _ => (false, Answer::empty(404)),
        }
    }
}

fn classify(seen: &Seen) -> (Route, String) {
    let mut path = seen.path.split('/').skip(3);
    match path.next() {
        Some("ping") => (Route::Ping, String::new()),
        Some("job-take") => (Route::Take, String::new()),
        Some("job-stop") => (Route::Stop, String::new()),
        Some("job-done") => {
            let progress = seen.json().get("status").is_some_and(|status| status == "IN_PROGRESS");
            let job = path.nth(1).unwrap_or_default().to_owned();
            (if progress { Route::Progress } else { Route::Done }, job)
        }
        _ => (Route::Other, String::new()),
    }
}

/// The jobs in what a take gets.
fn ids(body: &Value) -> Vec<String> {
    let jobs = body.as_array().cloned().unwrap_or_else(|| vec![body.clone()]);
    jobs.iter().filter_map(|job| job.get("id")?.as_str()).map(str::to_owned).collect()
}
