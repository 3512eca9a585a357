//! An endpoint of one test, and what its handler does by the job's `mode`.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, mpsc};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use broll::error::Result;
use broll::interrupt::Cancel;
use broll::net::{Http, Method, Redirects, sleep};
use broll::serve::{self, Limits, Notice, Options, Say};
use broll::worker::{Handler, Outcome, TakenJob};
use serde_json::{Value, json};

/// Long enough for the slowest machine.
pub(crate) const LONG: Duration = Duration::from_secs(30);

/// Waits until something holds.
pub(crate) fn until(what: &str, holds: impl Fn() -> bool) {
    let end = Instant::now() + LONG;
    while !holds() {
        assert!(Instant::now() < end, "never: {what}");
        thread::sleep(Duration::from_millis(10));
    }
}

/// A client that opens a connection for every request: making one takes long, and kept connections hide faults.
fn http() -> &'static Http {
    static HTTP: OnceLock<Http> = OnceLock::new();
    HTTP.get_or_init(|| Http::build(Redirects::Refuse, |builder| builder.pool_max_idle_per_host(0)).unwrap())
}

/// Does what `mode` says: `echo` (the default), `boom`, `empty`, `big`, `panic`, or `wait` until it is let go.
#[derive(Default)]
pub(crate) struct Trivial {
    pub(crate) go: AtomicBool,
    /// Names of jobs in the order in which they came, `-` when one ended.
    pub(crate) seen: Mutex<Vec<String>>,
}

impl Handler for Trivial {
    fn handle(&self, job: &TakenJob, cancel: &Cancel, progress: &(dyn Fn(Value) + Sync)) -> Outcome {
        let name = job.input["name"].as_str().unwrap_or_default();
        self.seen.lock().unwrap().push(name.to_owned());
        let result = match job.input["mode"].as_str().unwrap_or("echo") {
            "boom" => Err("bad input: boom".to_owned()),
            "empty" => Ok(json!({})),
            "panic" => panic!("the test wants it"),
            "big" => Ok(json!({"video_base64": "A".repeat(job.input["size"].as_u64().unwrap() as usize)})),
            "wait" => {
                progress(json!({"stage": "rendering", "done": 1}));
                progress(json!({"stage": "rendering", "done": 2}));
                loop {
                    if self.go.load(Ordering::SeqCst) {
                        break Ok(json!({"waited": true}));
                    }
                    if sleep(Duration::from_millis(5), cancel).is_err() {
                        break Err("interrupted".to_owned());
                    }
                }
            }
            _ => Ok(json!({"echo": job.input, "s3": job.s3_config})),
        };
        self.seen.lock().unwrap().push("-".to_owned());
        Outcome { result, unfit: job.input["unfit"] == true }
    }
}

/// A running endpoint; stopped when it is dropped.
pub(crate) struct Endpoint {
    /// Such as `http://127.0.0.1:1234`.
    pub(crate) origin: String,
    pub(crate) handler: Arc<Trivial>,
    pub(crate) notices: Arc<Mutex<Vec<Notice>>>,
    cancel: Cancel,
    thread: Option<JoinHandle<Result<()>>>,
}

pub(crate) fn options(folder: &Path) -> Options {
    Options {
        host: "127.0.0.1".to_owned(),
        port: 0,
        token: None,
        keep_results: Duration::from_secs(1800),
        folder: folder.join("serve"),
        limits: Limits::default(),
    }
}

impl Endpoint {
    pub(crate) fn start(folder: &Path) -> Self {
        Self::with(options(folder))
    }

    pub(crate) fn with(options: Options) -> Self {
        let (handler, notices, cancel) = (Arc::new(Trivial::default()), Arc::default(), Cancel::default());
        let (tell, told) = mpsc::channel();
        let list: Arc<Mutex<Vec<Notice>>> = Arc::clone(&notices);
        let say: Arc<Say> = Arc::new(move |notice: &Notice| {
            list.lock().unwrap().push(notice.clone());
            if let Notice::Listening(address) = notice {
                let _ = tell.send(address.clone());
            }
        });
        let (own, whole) = (Arc::clone(&handler), cancel.clone());
        let thread = thread::spawn(move || serve::run(&options, || Ok(own), &whole, &say));
        let address = told.recv_timeout(LONG).expect("the endpoint listens");
        let origin = address.base_url.strip_suffix("/v2").unwrap().to_owned();
        Self { origin, handler, notices, cancel, thread: Some(thread) }
    }

    /// One that runs elsewhere.
    pub(crate) fn remote(origin: &str) -> Self {
        let (handler, notices, cancel) = (Arc::default(), Arc::default(), Cancel::default());
        Self { origin: origin.to_owned(), handler, notices, cancel, thread: None }
    }

    /// What an answer holds: its status and its JSON.
    pub(crate) fn call(&self, method: Method, path: &str, body: &str) -> (u16, Value) {
        let (status, bytes) =
            self.raw(method, path, body.as_bytes().to_vec(), &[("Authorization", "Bearer any")]);
        let json = serde_json::from_slice(&bytes);
        (status, json.unwrap_or_else(|_| json!({"text": String::from_utf8_lossy(&bytes)})))
    }

    pub(crate) fn raw(
        &self,
        method: Method,
        path: &str,
        body: Vec<u8>,
        headers: &[(&str, &str)],
    ) -> (u16, Vec<u8>) {
        let mut request =
            http().request(method, format!("{}{path}", self.origin).parse().unwrap()).body(body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let limits = broll::net::Limits { head: LONG * 4, idle: LONG };
        let reply = http().send(request, limits, &Cancel::default()).unwrap();
        (reply.status(), reply.bytes(1 << 30).unwrap())
    }

    pub(crate) fn post(&self, verb: &str, body: &Value) -> Value {
        let (status, answer) = self.call(Method::POST, &format!("/v2/local/{verb}"), &body.to_string());
        assert_eq!(status, 200, "{verb}: {answer}");
        answer
    }

    pub(crate) fn get(&self, verb: &str) -> Value {
        let (status, answer) = self.call(Method::GET, &format!("/v2/local/{verb}"), "");
        assert_eq!(status, 200, "{verb}: {answer}");
        answer
    }

    /// Submits a job and gives its id.
    pub(crate) fn run(&self, input: &Value) -> String {
        self.run_with(&json!({"input": input}))
    }

    pub(crate) fn run_with(&self, body: &Value) -> String {
        let answer = self.post("run", body);
        assert_eq!((answer["status"].as_str(), answer.as_object().unwrap().len()), (Some("IN_QUEUE"), 2));
        answer["id"].as_str().unwrap().to_owned()
    }

    pub(crate) fn status(&self, id: &str) -> Value {
        self.get(&format!("status/{id}"))
    }

    pub(crate) fn wait_for(&self, id: &str, status: &str) -> Value {
        until(&format!("{id} is {status}"), || self.status(id)["status"] == status);
        self.status(id)
    }

    pub(crate) fn code(&self, method: Method, path: &str) -> u16 {
        self.call(method, path, "").0
    }

    /// Lets waiting jobs go.
    pub(crate) fn go(&self) {
        self.handler.go.store(true, Ordering::SeqCst);
    }

    /// Stops it and gives what `run` gave.
    pub(crate) fn stop(mut self) -> Result<()> {
        self.cancel.cancel();
        self.thread.take().unwrap().join().unwrap()
    }

    /// Waits until it stops by itself.
    pub(crate) fn join(mut self) -> Result<()> {
        self.thread.take().unwrap().join().unwrap()
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        self.cancel.cancel();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
