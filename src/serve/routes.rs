//! The REST surface of a queue-based RunPod endpoint, as its official clients use it.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, FromRequestParts, Path, RawQuery, Request, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::json;
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout_at};

use super::Limits;
use super::address::ENDPOINT;
use super::answer::{self, Answer};
use super::body::{self, Bounds};
use super::door::Pulse;
use super::guard::Guard;
use super::order::{Order, wait};
use super::queue::{Queue, Refusal};

/// Limits of bodies in MiB, as on RunPod.
const RUN: usize = 10;
const RUNSYNC: usize = 20;
/// Bodies that are held in memory at once; further ones wait.
const BODIES: usize = 16;
/// How long `/runsync` and `/status-sync` wait unless asked otherwise.
const WAIT: Duration = Duration::from_secs(90);
/// The same for `/stream`: the official client gives up after 10 s.
const STREAM_WAIT: Duration = Duration::from_secs(5);

/// What all requests share.
pub(super) struct App {
    queue: Arc<Queue>,
    guard: Guard,
    limits: Limits,
    bodies: Semaphore,
}

type Shared = State<Arc<App>>;

/// Everything that is answered.
pub(super) fn router(queue: Arc<Queue>, guard: Guard, limits: Limits) -> Router {
    let app = Arc::new(App { queue, guard, limits, bodies: Semaphore::new(BODIES) });
    // Some clients send a POST where others send a GET.
    let endpoint = Router::new()
        .route("/run", post(run))
        .route("/runsync", post(runsync))
        .route("/status/{id}", get(status).post(status))
        .route("/status-sync/{id}", get(status_sync).post(status_sync))
        .route("/stream/{id}", get(stream).post(stream))
        .route("/cancel/{id}", post(cancel))
        .route("/retry/{id}", post(retry))
        .route("/purge-queue", post(purge_queue))
        .route("/health", get(health))
        .layer(middleware::from_fn_with_state(Arc::clone(&app), with_key));
    Router::new()
        .route("/", get(about))
        .route("/health", get(async || answer::json(StatusCode::OK, &json!({"status": "ok"}))))
        .nest(&format!("/v2/{ENDPOINT}"), endpoint)
        .fallback(async || {
            let why = format!("there is nothing here: the endpoint is /v2/{ENDPOINT}/run and so on");
            answer::error(StatusCode::NOT_FOUND, &why)
        })
        .method_not_allowed_fallback(async || {
            answer::error(StatusCode::METHOD_NOT_ALLOWED, "this is done with another method")
        })
        .layer(middleware::from_fn_with_state(Arc::clone(&app), at_work))
        .with_state(app)
}

/// Marks the connection as busy, and turns web pages away.
async fn at_work(
    State(app): Shared,
    ConnectInfo(pulse): ConnectInfo<Pulse>,
    request: Request,
    next: Next,
) -> Response {
    let _busy = pulse.busy();
    match app.guard.site(request.uri(), request.headers()) {
        Ok(()) => next.run(request).await,
        Err(denied) => denied.into(),
    }
}

async fn with_key(State(app): Shared, request: Request, next: Next) -> Response {
    match app.guard.key(request.headers()) {
        Ok(()) => next.run(request).await,
        Err(denied) => {
            // A client that is still sending cannot read the refusal.
            body::discard(request.into_body(), RUNSYNC << 20, app.bounds(RUNSYNC)).await;
            denied.into()
        }
    }
}

async fn about() -> impl IntoResponse {
    format!("broll serve: a RunPod endpoint on this machine, /v2/{ENDPOINT}/run and so on\n")
}

async fn run(State(app): Shared, body: Body) -> Answer {
    let id = app.submit(body, RUN, "").await?;
    Ok(answer::json(StatusCode::OK, &json!({"id": id, "status": "IN_QUEUE"})))
}

async fn runsync(State(app): Shared, RawQuery(query): RawQuery, body: Body) -> Answer {
    let wait = wait(query.as_deref(), WAIT).map_err(|why| bad(&why))?;
    let id = app.submit(body, RUNSYNC, "sync-").await?;
    app.ended(&id, wait).await;
    answer::job(app.queue.show(&id)?).await
}

async fn status(State(app): Shared, Id(id): Id) -> Answer {
    answer::job(app.queue.show(&id)?).await
}

async fn status_sync(State(app): Shared, Id(id): Id, RawQuery(query): RawQuery) -> Answer {
    app.ended(&id, wait(query.as_deref(), WAIT).map_err(|why| bad(&why))?).await;
    answer::job(app.queue.show(&id)?).await
}

/// Renders have no chunks, so there never is one: what a job tells on its way is no part of its output.
async fn stream(State(app): Shared, Id(id): Id, RawQuery(query): RawQuery) -> Answer {
    app.ended(&id, wait(query.as_deref(), STREAM_WAIT).map_err(|why| bad(&why))?).await;
    let status = app.queue.status(&id)?;
    Ok(answer::json(StatusCode::OK, &json!({"status": status, "stream": []})))
}

async fn cancel(State(app): Shared, Id(id): Id) -> Answer {
    let status = {
        let id = id.clone();
        app.at_disk(move |queue| queue.cancel(&id)).await?
    };
    Ok(answer::json(StatusCode::OK, &json!({"id": id, "status": status})))
}

async fn retry(State(app): Shared, Id(id): Id) -> Answer {
    let own = id.clone();
    app.at_disk(move |queue| queue.retry(&own)).await?;
    Ok(answer::json(StatusCode::OK, &json!({"id": id, "status": "IN_QUEUE"})))
}

async fn purge_queue(State(app): Shared) -> Answer {
    let removed = app.at_disk(Queue::purge).await?;
    Ok(answer::json(StatusCode::OK, &json!({"removed": removed, "status": "completed"})))
}

async fn health(State(app): Shared) -> Response {
    answer::json(StatusCode::OK, &app.queue.health())
}

/// The id in a path. One that is no text is no job's.
struct Id(String);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let id = Path::<String>::from_request_parts(parts, state).await;
        id.map(|Path(id)| Self(id)).map_err(|_| Refusal::Unknown.into())
    }
}

fn bad(why: &str) -> Response {
    answer::error(StatusCode::BAD_REQUEST, why)
}

impl App {
    fn bounds(&self, mib: usize) -> Bounds {
        Bounds { mib, idle: self.limits.idle, whole: self.limits.body }
    }

    async fn submit(
        self: &Arc<Self>,
        body: Body,
        mib: usize,
        prefix: &'static str,
    ) -> Result<String, Response> {
        // Never closed, so this never fails.
        let _room = self.bodies.acquire().await.ok();
        let body = body::read(body, self.bounds(mib)).await?;
        let submitted = self.at_disk(move |queue| {
            let order = Order::parse(&body).map_err(Refusal::NotNow)?;
            queue.submit(&order, prefix)
        });
        Ok(submitted.await?)
    }

    /// Waits until nothing more will happen to a job, for so long at most, and not beyond the end of the server.
    async fn ended(&self, id: &str, wait: Duration) {
        let mut changes = self.queue.changes();
        let end = Instant::now() + wait;
        while !self.queue.is_over(id) && matches!(timeout_at(end, changes.changed()).await, Ok(Ok(()))) {}
    }

    /// Does what may wait for the disk on a thread that may wait.
    async fn at_disk<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Queue) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        let queue = Arc::clone(&self.queue);
        let done = tokio::task::spawn_blocking(move || work(&queue)).await;
        done.unwrap_or(Err(Refusal::NotStored))
    }
}
