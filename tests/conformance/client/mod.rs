//! The client against a platform that fails by script and by chance.

mod budget;
mod commands;
mod faults;
mod kept;
mod secrets;
mod seeds;
mod watching;

use std::path::Path;
use std::sync::{Mutex, OnceLock};
use std::time::Duration;

use broll::error::Result;
use broll::event::{Event, Reporter};
use broll::interrupt::Cancel;
use broll::net::Limits;
use broll::paths::Paths;
use broll::runpod::{
    ApiKey, Asking, Client, Draft, Endpoint, Entry, Final, Journal, KeyOrigin, Pace, send, watch,
};
use serde_json::{Value, json};

use crate::platform::{Api, ENDPOINT, KEY};

/// Milliseconds where people wait for seconds.
const PACE: Pace = Pace {
    poll_first: Duration::from_millis(1),
    poll_longest: Duration::from_millis(4),
    retry_first: Duration::from_millis(1),
    retry_longest: Duration::from_millis(8),
    patience: Duration::from_secs(20),
    outage: Duration::from_secs(20),
    fresh: Duration::from_secs(1),
    health: Duration::ZERO,
    grace: Duration::from_millis(300),
    // Nothing that goes well takes so long, however busy the machine is.
    limits: Limits { head: Duration::from_secs(30), idle: Duration::from_secs(30) },
};

/// One broll: its folders, its endpoint, and what it hears.
struct World {
    root: tempfile::TempDir,
    api: Api,
    heard: Heard,
    cancel: Cancel,
    client: OnceLock<Client>,
}

#[derive(Default)]
struct Heard(Mutex<Vec<Event>>);

impl Reporter for Heard {
    fn report(&self, event: &Event) {
        self.0.lock().unwrap().push(event.clone());
    }
}

impl World {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        Self {
            root,
            api: Api::start(),
            heard: Heard::default(),
            cancel: Cancel::default(),
            client: OnceLock::new(),
        }
    }

    /// The same for whoever waits for no answer longer than two seconds: any of them may come too late.
    fn hasty() -> Self {
        let (world, two) = (Self::new(), Duration::from_secs(2));
        let limits = Limits { head: two, idle: two };
        world.client.set(world.client_with(Pace { limits, ..PACE })).unwrap();
        world
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.root.path().join(name)
    }

    fn paths(&self) -> Paths {
        let folder = |name: &str| self.path(name);
        Paths {
            config: folder("config"),
            data: folder("data"),
            cache: folder("cache"),
            state: folder("state"),
        }
    }

    fn journal(&self) -> Journal {
        Journal::open(&self.paths())
    }

    fn endpoint(&self) -> Endpoint {
        Endpoint::new(&self.api.base(), ENDPOINT).unwrap()
    }

    fn client(&self) -> &Client {
        self.client.get_or_init(|| self.client_with(PACE))
    }

    fn client_with(&self, pace: Pace) -> Client {
        client(self.endpoint(), pace)
    }

    fn asking(&self) -> Asking<'_> {
        Asking { patience: PACE.patience, reporter: &self.heard, cancel: &self.cancel }
    }

    /// Sends a job that can be told from all others by its number.
    fn send(&self, number: u64) -> Result<Entry> {
        self.send_by(self.client(), number)
    }

    fn send_by(&self, client: &Client, number: u64) -> Result<Entry> {
        let body =
            json!({"input": {"number": number}, "policy": {"executionTimeout": 60_000, "ttl": 120_000}});
        let output = Some(self.path("clip.mp4"));
        let draft = Draft { template: "cube".to_owned(), output, request: body.clone(), ..Draft::default() };
        send(client, &self.journal(), &draft, &body, &self.asking())
    }

    fn watch(&self, entry: &mut Entry, limit: Option<Duration>) -> Result<Final> {
        watch(self.client(), entry, limit, &self.heard, &self.cancel)
    }

    /// Every job in the journal was sent two hours earlier than it was.
    fn two_hours_later(&self) {
        for (path, bytes) in files(&self.paths().jobs()).into_iter().filter(|(_, bytes)| !bytes.is_empty()) {
            let mut record: Value = serde_json::from_slice(&bytes).unwrap();
            record["submitted"] = json!(record["submitted"].as_u64().unwrap() - 7200);
            fs_err::write(path, record.to_string()).unwrap();
        }
    }

    fn events(&self) -> Vec<Event> {
        self.heard.0.lock().unwrap().clone()
    }

    /// The numbers of all jobs on the platform.
    fn numbers(&self) -> Vec<u64> {
        self.api.jobs().iter().filter_map(|job| job.body["input"]["number"].as_u64()).collect()
    }
}

fn client(endpoint: Endpoint, pace: Pace) -> Client {
    let key = ApiKey::parse(KEY, &KeyOrigin::Given).unwrap();
    Client::new(endpoint, Some((key, KeyOrigin::Variable)), pace).unwrap()
}

/// Every file below a folder, with what is in it.
fn files(folder: &Path) -> Vec<(std::path::PathBuf, Vec<u8>)> {
    let Ok(entries) = fs_err::read_dir(folder) else { return Vec::new() };
    entries
        .flat_map(|entry| {
            let path = entry.unwrap().path();
            if path.is_dir() { files(&path) } else { vec![(path.clone(), fs_err::read(&path).unwrap())] }
        })
        .collect()
}

/// The one value in a `COMPLETED` job that only this job has.
fn number(last: &Final) -> Option<u64> {
    last.state.output.as_ref().map(|output| &output["input"]["number"]).and_then(Value::as_u64)
}
