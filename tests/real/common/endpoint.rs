//! `broll serve` as a process, for clients of all kinds.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;

use super::Stage;

/// `broll serve` on a free port; ended when dropped.
pub(crate) struct Endpoint {
    pub(crate) process: Child,
    pub(crate) told: Value,
}

impl Endpoint {
    pub(crate) fn start(stage: &Stage) -> Self {
        let mut command = stage.command(&["serve", "--port", "0", "--json"]);
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self { process, told: serde_json::from_str(&line).unwrap() }
    }

    /// A client's world that knows this endpoint.
    pub(crate) fn client(&self) -> Stage {
        let mut stage = Stage::new("plain");
        stage.variable("RUNPOD_ENDPOINT_BASE_URL", self.told["base_url"].as_str().unwrap());
        stage.variable("RUNPOD_ENDPOINT_ID", self.told["endpoint_id"].as_str().unwrap());
        stage
    }

    pub(crate) fn pid(&self) -> Pid {
        Pid::from_raw(self.process.id() as i32)
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        let _ = kill(self.pid(), Signal::SIGTERM);
        let _ = self.process.wait();
    }
}
