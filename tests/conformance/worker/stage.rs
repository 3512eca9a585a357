//! A worker on a thread, with a handler that does what its input says.

use std::process::Command;
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use broll::interrupt::Cancel;
use broll::net::{Limits, sleep};
use broll::worker::{Handler, Outcome, Platform, RunEnd, TakenJob, Unfit, WorkerLog};
use serde_json::{Value, json};

use crate::platform::WorkerSide;

/// Does what `do` in the input says, and echoes the input otherwise.
pub(crate) struct Actor;

impl Handler for Actor {
    fn handle(&self, job: &TakenJob, cancel: &Cancel, progress: &(dyn Fn(Value) + Sync)) -> Outcome {
        let number = |name: &str| job.input[name].as_u64().unwrap_or(0);
        let pause = Duration::from_millis(number("ms"));
        let mut unfit = false;
        let result = match job.input["do"].as_str().unwrap_or_default() {
            "fail" => Err(job.input["message"].as_str().unwrap_or_default().to_owned()),
            "panic" => panic!("on purpose"),
            "unfit" => {
                unfit = true;
                Err("the GPU does not answer".to_owned())
            }
            "sleep" => sleep(pause, cancel).map(|()| json!("slept")).map_err(|error| error.to_string()),
            // Stands for a driver that does not let go.
            "hang" => {
                thread::sleep(pause);
                Ok(json!("hung"))
            }
            "progress" => (0..number("steps"))
                .try_for_each(|step| {
                    progress(json!({"step": step}));
                    sleep(pause, cancel)
                })
                .map(|()| json!({"steps": number("steps")}))
                .map_err(|error| error.to_string()),
            "big" => Ok(Value::String("x".repeat(usize::try_from(number("bytes")).unwrap()))),
            "shell" => shell(job, cancel),
            _ => Ok(json!({"echo": job.input})),
        };
        Outcome { result, unfit }
    }
}

/// Runs a script in a process group of its own, as Blender runs in one.
fn shell(job: &TakenJob, cancel: &Cancel) -> Result<Value, String> {
    let mut command = Command::new("sh");
    command.args(["-c", job.input["script"].as_str().unwrap_or_default()]);
    // One that does not listen is not told.
    let deaf = Cancel::deaf();
    let cancel = if job.input["deaf"] == true { &deaf } else { cancel };
    let run = broll::process::capture_fed(&mut command, None, Duration::from_secs(600), cancel);
    run.map(|run| json!(run.stdout)).map_err(|error| error.to_string())
}

/// A worker that runs.
pub(crate) struct Running {
    platform: Platform,
    thread: JoinHandle<RunEnd>,
    log: Arc<Mutex<Vec<String>>>,
}

impl Running {
    /// Asks it to end, as the first SIGTERM does, and waits for that.
    pub(crate) fn end(self) -> RunEnd {
        self.platform.drain();
        self.ended()
    }

    /// Waits until it ends by itself.
    pub(crate) fn ended(self) -> RunEnd {
        self.thread.join().unwrap()
    }

    pub(crate) fn log(&self) -> Vec<String> {
        self.log.lock().unwrap().clone()
    }
}

/// The platform as a worker sees it, patient for as little as a test needs.
pub(crate) fn platform(env: &[(&'static str, String)]) -> Platform {
    let get = |name: &str| env.iter().find(|(own, _)| *own == name).map(|(_, value)| value.clone());
    let mut platform = Platform::from_env(&get).unwrap().unwrap();
    let ms = Duration::from_millis;
    platform.ping_interval = ms(50);
    let waits = &mut platform.waits;
    waits.ping = ms(2000);
    (waits.poll, waits.floor, waits.busy) = (ms(5000), ms(20), ms(60));
    (waits.first_retry, waits.longest_retry) = (ms(20), ms(80));
    (waits.progress_every, waits.progress, waits.progress_at_end) = (ms(20), ms(2000), ms(400));
    waits.post = Limits { head: ms(2000), idle: ms(500) };
    waits.post_again_for = Duration::from_secs(60);
    platform
}

/// Starts a worker that is as impatient as `change` makes it.
pub(crate) fn work_with(side: &WorkerSide, change: impl FnOnce(&mut Platform)) -> Running {
    let mut platform = platform(&side.env());
    change(&mut platform);
    start(platform, side.env(), || Ok(()))
}

/// Starts a worker.
pub(crate) fn work(side: &WorkerSide) -> Running {
    work_with(side, |_| {})
}

pub(crate) fn start(
    platform: Platform,
    env: Vec<(&'static str, String)>,
    preflight: impl Fn() -> Result<(), Unfit> + Send + 'static,
) -> Running {
    start_with(Actor, platform, env, preflight)
}

/// Starts a worker with another handler.
pub(crate) fn start_with(
    handler: impl Handler + 'static,
    platform: Platform,
    env: Vec<(&'static str, String)>,
    preflight: impl Fn() -> Result<(), Unfit> + Send + 'static,
) -> Running {
    let log: Arc<Mutex<Vec<String>>> = Arc::default();
    let (lines, own) = (Arc::clone(&log), platform.clone());
    let get = move |name: &str| env.iter().find(|(own, _)| *own == name).map(|(_, value)| value.clone());
    let log_file = WorkerLog::from_env(&get, move |line| lines.lock().unwrap().push(line.to_owned()));
    let thread = thread::spawn(move || broll::worker::run(&own, &handler, &preflight, &log_file).unwrap());
    Running { platform, thread, log }
}
