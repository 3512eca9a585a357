//! The job API of an endpoint, as far as a client sees it: jobs go through their states as they are asked for, and
//! requests fail by script or by chance, before they take effect or after.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use serde_json::{Value, json};

use super::{Answer, Seen, Server};

/// The endpoint's id in all URLs.
pub(crate) const ENDPOINT: &str = "ep-1";
/// What the API takes as its key.
pub(crate) const KEY: &str = "rpa_PLATFORM_SECRET";

/// What happens to a request.
#[derive(Debug, Clone)]
pub(crate) enum Fault {
    /// This is answered, and nothing else happens.
    Instead(Answer),
    /// It takes effect, and this is answered.
    AfterAll(Answer),
    /// It takes effect, and only so many bytes of the answer's body come.
    Torn(usize),
    /// It takes effect, and the answer comes in pieces.
    Slowly,
}

/// A job on the platform.
#[derive(Debug, Clone)]
pub(crate) struct Job {
    pub(crate) id: String,
    pub(crate) body: Value,
    /// States yet to come, one for each question.
    states: VecDeque<Value>,
    /// What is told now.
    pub(crate) state: Value,
    pub(crate) retries: u32,
}

/// What the platform does.
#[derive(Debug, Default)]
struct World {
    jobs: Vec<Job>,
    /// Jobs that ever were, for their ids.
    count: u32,
    /// The states that a new job goes through behind `IN_QUEUE`, without their id.
    course: Vec<Value>,
    health: Value,
    /// For the next requests of an operation, in order.
    script: HashMap<&'static str, VecDeque<Fault>>,
    chance: Option<Chance>,
}

/// Numbers that look random and are the same for the same seed (xorshift64*).
#[derive(Debug, Clone)]
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) % end
    }

    /// Half of all requests go wrong, in one of many ways.
    fn fault(&mut self) -> Option<Fault> {
        let hang = || Answer::Hang(Duration::from_secs(3));
        Some(match self.below(26) {
            0 => Fault::Instead(Answer::empty(429).with_header("Retry-After", "0")),
            1 => Fault::Instead(Answer::html(429)),
            2 => Fault::Instead(Answer::empty(502)),
            3 => Fault::Instead(Answer::empty(503)),
            4 => Fault::Instead(Answer::html(502)),
            5 => Fault::Instead(Answer::json(500, &json!({"error": "Internal Server Error"}))),
            6 => Fault::Instead(Answer::Close),
            7 => Fault::AfterAll(Answer::html(502)),
            8 => Fault::AfterAll(Answer::html(524)),
            9 => Fault::AfterAll(Answer::Close),
            10 => Fault::AfterAll(Answer::html(200)),
            11 => Fault::Torn(self.below(60) as usize),
            12 => Fault::Slowly,
            13 if self.below(4) == 0 => Fault::Instead(hang()),
            14 if self.below(4) == 0 => Fault::AfterAll(hang()),
            _ => return None,
        })
    }
}

/// An endpoint with its API, on a port of its own.
pub(crate) struct Api {
    server: Server,
    world: Arc<Mutex<World>>,
}

impl Api {
    /// An endpoint whose jobs end well: one question in the queue, one at a worker, then done.
    pub(crate) fn start() -> Self {
        let world =
            Arc::new(Mutex::new(World { health: json!({"jobs": {}, "workers": {}}), ..World::default() }));
        let inner = Arc::clone(&world);
        let server = Server::start(move |seen| answer(&inner, seen));
        let api = Self { server, world };
        api.course(&[
            json!({"status": "IN_QUEUE"}),
            json!({"status": "IN_PROGRESS", "delayTime": 7, "workerId": "w1"}),
            json!({"status": "COMPLETED", "delayTime": 7, "executionTime": 1500, "workerId": "w1", "output": {"done": true}}),
        ]);
        api
    }

    pub(crate) fn base(&self) -> String {
        self.server.url("/v2")
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap()
    }

    /// What later jobs go through.
    pub(crate) fn course(&self, states: &[Value]) {
        self.world().course = states.to_vec();
    }

    pub(crate) fn health(&self, health: Value) {
        self.world().health = health;
    }

    /// What happens to the next requests of an operation (`run`, `status`, `cancel`, `retry`, `health`).
    pub(crate) fn script(&self, operation: &'static str, faults: &[Fault]) {
        self.world().script.entry(operation).or_default().extend(faults.iter().cloned());
    }

    /// From now on requests fail by chance.
    pub(crate) fn by_chance(&self, seed: u64) {
        self.world().chance = Some(Chance::new(seed));
    }

    pub(crate) fn jobs(&self) -> Vec<Job> {
        self.world().jobs.clone()
    }

    /// Forgets every job, as an endpoint does with results after a while.
    pub(crate) fn forget(&self) {
        self.world().jobs.clear();
    }

    /// Brings every job to this end with the next question.
    pub(crate) fn end_all(&self, end: &Value) {
        self.world().jobs.iter_mut().for_each(|job| job.states = [end.clone()].into());
    }

    pub(crate) fn seen(&self, operation: &str) -> Vec<Seen> {
        let path = format!("/v2/{ENDPOINT}/{operation}");
        self.server.seen().into_iter().filter(|seen| seen.path.starts_with(&path)).collect()
    }

    /// Every request, whatever it asked for.
    pub(crate) fn all_seen(&self) -> Vec<Seen> {
        self.server.seen()
    }
}

fn answer(world: &Mutex<World>, seen: &Seen) -> Answer {
    if seen.header("authorization") != Some(&format!("Bearer {KEY}")) {
        return Answer::json(401, &json!({"error": "unauthorized"}));
    }
    let mut parts = seen.path.trim_start_matches("/v2/").splitn(3, '/');
    let (endpoint, operation, job) = (parts.next(), parts.next().unwrap_or_default(), parts.next());
    if endpoint != Some(ENDPOINT) {
        return Answer::html(404);
    }
    let mut world = world.lock().unwrap();
    let scripted = world.script.get_mut(operation).and_then(VecDeque::pop_front);
    let fault = scripted.or_else(|| world.chance.as_mut().and_then(Chance::fault));
    if let Some(Fault::Instead(answer)) = fault {
        return answer;
    }
    let (status, body) = world.act(operation, job, seen).unwrap_or((404, json!({"error": "not found"})));
    match fault {
        None => Answer::json(status, &body),
        Some(Fault::Instead(answer) | Fault::AfterAll(answer)) => answer,
        Some(Fault::Torn(after)) => {
            let body = body.to_string().into_bytes();
            Answer::Cut { status, after: after.min(body.len() - 1), body }
        }
        Some(Fault::Slowly) => {
            let body = body.to_string().into_bytes();
            Answer::Slow { status, piece: body.len().div_ceil(4), body, pause: Duration::from_millis(2) }
        }
    }
}

impl World {
    fn act(&mut self, operation: &str, job: Option<&str>, seen: &Seen) -> Option<(u16, Value)> {
        match operation {
            "run" => Some(self.run(seen)),
            "health" => Some((200, self.health.clone())),
            "purge-queue" => {
                let waiting = |job: &Job| job.state["status"] == "IN_QUEUE";
                let before = self.jobs.len();
                self.jobs.retain(|job| !waiting(job));
                Some((200, json!({"removed": before - self.jobs.len(), "status": "completed"})))
            }
            _ => {
                let job = self.jobs.iter_mut().find(|own| Some(own.id.as_str()) == job)?;
                job.act(operation, &self.course)
            }
        }
    }

    fn run(&mut self, seen: &Seen) -> (u16, Value) {
        let body = seen.json();
        if !body["input"].is_object() {
            return (400, json!({"error": "input is missing"}));
        }
        self.count += 1;
        let id = format!("{:08x}-job-u1", self.count);
        let state = json!({"id": id, "status": "IN_QUEUE"});
        let states = self.course.clone().into();
        self.jobs.push(Job { id, body, states, state: state.clone(), retries: 0 });
        (200, state)
    }
}

impl Job {
    fn act(&mut self, operation: &str, course: &[Value]) -> Option<(u16, Value)> {
        let over = ["COMPLETED", "FAILED", "CANCELLED", "TIMED_OUT"]
            .map(Value::from)
            .contains(&self.state["status"]);
        match operation {
            "status" => {
                if let Some(mut next) = self.states.pop_front() {
                    next["id"] = self.id.clone().into();
                    if next["output"].is_object() && next["status"] == "COMPLETED" {
                        next["output"]["input"] = self.body["input"].clone();
                    }
                    self.state = next;
                }
            }
            "cancel" if !over => {
                self.states.clear();
                self.state = json!({"id": self.id, "status": "CANCELLED"});
            }
            "cancel" => {}
            "retry" if ["FAILED", "TIMED_OUT"].map(Value::from).contains(&self.state["status"]) => {
                self.retries += 1;
                self.states = course.to_vec().into();
                self.state = json!({"id": self.id, "status": "IN_QUEUE"});
            }
            "retry" => return Some((400, json!({"error": "job is not retriable"}))),
            _ => return None,
        }
        Some((200, self.state.clone()))
    }
}
