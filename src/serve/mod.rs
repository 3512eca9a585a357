//! An endpoint on this machine: the REST surface of RunPod over a queue with the local pipeline behind it.
//!
//! [`run`] opens the `queue` (records and files in the state folder), starts one worker thread that gives jobs to a
//! [`Handler`], and answers requests: `door` bounds connections, `guard` knows who may come in, `routes` knows
//! the verbs, `webhook` tells others of a job's end.
//!
//! When it stops, the job at work goes back to the queue, in its old place: the frames that are rendered are kept, so
//! the next start continues it.

mod address;
mod answer;
mod body;
mod door;
mod guard;
mod notice;
mod order;
mod queue;
mod routes;
mod webhook;
mod worker;

use std::future::IntoFuture;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use tokio::time::timeout;

pub use address::{Address, ENDPOINT};
pub use guard::Token;
pub use notice::{Notice, Say};

use crate::error::{Error, Result};
use crate::interrupt::Cancel;
use crate::net;
use crate::worker::Handler;
use door::{Door, Pulse};
use guard::Guard;
use queue::Queue;

/// How often the clock looks at the jobs.
const TICK: Duration = Duration::from_millis(100);
/// A handler has 2 s to end; this is for what it cannot hurry.
const GRACE: Duration = Duration::from_secs(5);
/// For answers that are on their way when the server stops.
const LAST_ANSWERS: Duration = Duration::from_secs(1);

/// How the endpoint is served.
#[derive(Debug, Clone)]
pub struct Options {
    /// Name or address to listen on.
    pub host: String,
    /// Port; 0 takes a free one.
    pub port: u16,
    /// What clients must send as their key. Without it every key is right, and only loopback may be listened on.
    pub token: Option<Token>,
    /// How long a finished job is kept; RunPod: 30 minutes. A `ttl` ends an unfinished one.
    pub keep_results: Duration,
    /// The folder of the queue; only one process at a time may use it.
    pub folder: PathBuf,
    /// What is allowed to clients.
    pub limits: Limits,
}

/// What is allowed to clients.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Connections at a time; more wait to be let in.
    pub connections: usize,
    /// How long a connection may do nothing, and how long the next head or piece of a body may take.
    pub idle: Duration,
    /// For a whole body.
    pub body: Duration,
    /// Between two tries of a webhook; RunPod: 10 s.
    pub webhook_pause: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 512,
            idle: Duration::from_secs(30),
            body: Duration::from_secs(120),
            webhook_pause: Duration::from_secs(10),
        }
    }
}

/// Serves until `cancel` asks to stop. `handler` is asked for what carries jobs out once the address and the folder are
/// known to be free: that may take long.
///
/// # Errors
/// Before it listens: `store_busy`, `bad_store`, `bad_host`, `port_in_use`, `token_missing`, those of the file system and
/// of `handler`. Later: `unfit` when the handler says that this process is.
pub fn run(
    options: &Options,
    handler: impl FnOnce() -> Result<Arc<dyn Handler>>,
    cancel: &Cancel,
    say: &Arc<Say>,
) -> Result<()> {
    // Addresses first: what is wrong with them is no reason to touch the jobs.
    let (listener, address) = address::listen(&options.host, options.port, options.token.is_some())?;
    let queue = Arc::new(Queue::open(&options.folder, options.keep_results, Arc::clone(say))?);
    let handler = handler()?;
    // Before the worker takes the first one.
    let kept = queue.counts();
    let runtime = net::runtime()?;
    listener.set_nonblocking(true)?;
    let guard = Guard::new(options.token.clone(), &options.host);
    let router = routes::router(Arc::clone(&queue), guard, options.limits);
    let (jobs, webhooks) = threads(&queue, handler, cancel, options.limits, say)?;
    let stopped = {
        let queue = Arc::clone(&queue);
        let mut changes = queue.changes();
        async move { while queue.is_open() && changes.changed().await.is_ok() {} }
    };
    let served = {
        let _inside = runtime.enter();
        let listener = tokio::net::TcpListener::from_std(listener)?;
        let door = Door::new(listener, options.limits.connections, options.limits.idle);
        let service = router.into_make_service_with_connect_info::<Pulse>();
        runtime.spawn(axum::serve(door, service).with_graceful_shutdown(stopped).into_future())
    };
    say(&Notice::Listening(address));
    if let (queued, jobs @ 1..) = kept {
        say(&Notice::Kept { queued, jobs });
    }
    while !cancel.requested() && !jobs.is_finished() {
        queue.tidy();
        thread::sleep(TICK);
    }
    queue.stop();
    let end = Instant::now() + GRACE;
    while !jobs.is_finished() && Instant::now() < end {
        thread::sleep(TICK / 4);
    }
    queue.close();
    webhooks.stop();
    // Connections that never end are not waited for.
    let _ = runtime.block_on(async { timeout(LAST_ANSWERS, served).await });
    if !jobs.is_finished() {
        say(&Notice::Warning("a job did not end in time: it starts anew at the next start".to_owned()));
        return Ok(());
    }
    jobs.join().unwrap_or_else(|_| Err(Error::bug("worker_panic", "the worker's thread panicked")))
}

/// The thread of webhooks.
struct Webhooks {
    thread: JoinHandle<()>,
    cancel: Cancel,
}

impl Webhooks {
    fn stop(self) {
        self.cancel.cancel();
        // A panic in it has nothing left to harm.
        let _ = self.thread.join();
    }
}

type Jobs = JoinHandle<Result<()>>;

fn threads(
    queue: &Arc<Queue>,
    handler: Arc<dyn Handler>,
    cancel: &Cancel,
    limits: Limits,
    say: &Arc<Say>,
) -> Result<(Jobs, Webhooks)> {
    let failed = |error: std::io::Error| {
        Error::environment("no_threads", "the local endpoint cannot start").source(error)
    };
    let (own, whole) = (Arc::clone(queue), cancel.clone());
    let jobs = thread::Builder::new()
        .name("jobs".to_owned())
        .spawn(move || worker::work(&own, handler.as_ref(), &whole))
        .map_err(failed)?;
    let (own, ended, say) = (Arc::clone(queue), cancel.child(), Arc::clone(say));
    let stop = ended.clone();
    let work = move || {
        if let Err(error) = webhook::work(&own, limits.webhook_pause, say.as_ref(), &stop) {
            say(&Notice::Warning(format!("webhooks are not called: {error}")));
        }
    };
    let thread = thread::Builder::new().name("webhooks".to_owned()).spawn(work).map_err(failed)?;
    Ok((jobs, Webhooks { thread, cancel: ended }))
}
