//! What the environment says about the platform: its URLs, the key, who this worker is.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::Duration;

use reqwest::header::HeaderValue;

use super::Waits;
use super::urls::{Template, stop_url};
use crate::error::{Error, Result};
use crate::interrupt::Cancel;
use crate::net::Url;

/// The `runpod_version` of heartbeats: the release of the official SDK whose protocol is spoken here. The platform
/// knows workers by that number alone, and one below 1.10.0 would pass for a worker that cannot be told to stop a job.
/// Who really speaks stands in `User-Agent`.
pub(super) const PROTOCOL: &str = "1.12.0";

/// The platform, as its environment variables describe it.
#[derive(Debug, Clone)]
pub struct Platform {
    take: Url,
    done: Template,
    ping: Option<Template>,
    /// Marked as sensitive, so that no `Debug` shows it.
    pub(super) key: Option<HeaderValue>,
    pod: String,
    gpu: Option<String>,
    endpoint: Option<String>,
    drain: Cancel,
    /// Between two heartbeats.
    pub ping_interval: Duration,
    /// How long the worker waits for what.
    pub waits: Waits,
}

/// Between two heartbeats, where the environment does not say.
const PING_INTERVAL: Duration = Duration::from_secs(10);
/// What a shorter interval is raised to.
const SHORTEST_PING_INTERVAL: Duration = Duration::from_secs(1);

impl Platform {
    /// Reads the variables that the platform sets in a worker's container; `None` outside of one.
    ///
    /// # Errors
    /// `bad_worker_environment` when a variable is missing or cannot be used.
    pub fn from_env(env: &dyn Fn(&str) -> Option<String>) -> Result<Option<Self>> {
        let env =
            |name: &str| env(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
        let Some(take) = env(GET_JOB) else { return Ok(None) };
        let pod = env("RUNPOD_POD_ID").unwrap_or_else(random_id);
        let gpu = env("RUNPOD_GPU_TYPE_ID");
        // In this one, `$ID` is the worker.
        let names = names(&pod, &pod, gpu.as_deref());
        let take = Template::new(take).url(&names, &[]).map_err(|why| unusable(GET_JOB, &why))?;
        let done = env(POST_OUTPUT).ok_or_else(|| unusable(POST_OUTPUT, "it is not set"))?;
        let done = usable(done, POST_OUTPUT, &names)?;
        // The second is the official SDK's own word for none.
        let ping = env(PING).filter(|ping| ping != "PING_NOT_SET");
        let ping = ping.map(|ping| usable(ping, PING, &names)).transpose()?;
        let key = env(KEY)
            .map(|key| {
                let mut key =
                    HeaderValue::from_str(&key).map_err(|_| unusable(KEY, "no header can carry it"))?;
                key.set_sensitive(true);
                Ok::<_, Error>(key)
            })
            .transpose()?;
        let interval = env("RUNPOD_PING_INTERVAL").and_then(|text| text.parse().ok());
        Ok(Some(Self {
            take,
            done,
            ping,
            key,
            pod,
            gpu,
            endpoint: env("RUNPOD_ENDPOINT_ID"),
            drain: Cancel::when_draining(),
            ping_interval: interval.map_or(PING_INTERVAL, Duration::from_millis).max(SHORTEST_PING_INTERVAL),
            waits: Waits::default(),
        }))
    }

    /// The worker's id, made up where the environment has none.
    pub fn pod(&self) -> &str {
        &self.pod
    }

    /// The endpoint's id, when it is known.
    pub fn endpoint(&self) -> Option<&str> {
        self.endpoint.as_deref()
    }

    /// Does what the first SIGTERM does: nothing new is taken, what is held is finished.
    pub fn drain(&self) {
        self.drain.cancel();
    }

    /// Ends with the first signal.
    pub(super) fn draining(&self) -> &Cancel {
        &self.drain
    }

    /// Where the next job comes from. Nothing is ever held when it is asked: a worker that asks counts as free.
    pub(super) fn take_url(&self) -> Url {
        let mut url = self.take.clone();
        url.query_pairs_mut().append_pair("job_in_progress", "0");
        url
    }

    /// Where it is told which jobs to stop, if that follows from where jobs come from.
    pub(super) fn stop_url(&self) -> Option<Url> {
        stop_url(&self.take)
    }

    /// Where progress and the result of a job go.
    ///
    /// # Errors
    /// When no URL can hold the job's id.
    pub(super) fn done_url(&self, job: &str) -> Result<Url, String> {
        self.done.url(&names(&self.pod, job, self.gpu.as_deref()), &[("isStream", "false")])
    }

    /// Where heartbeats go, with these pairs in the query.
    pub(super) fn ping_url(&self, query: &[(&str, &str)]) -> Option<Url> {
        self.ping.as_ref()?.url(&names(&self.pod, &self.pod, self.gpu.as_deref()), query).ok()
    }
}

const GET_JOB: &str = "RUNPOD_WEBHOOK_GET_JOB";
const POST_OUTPUT: &str = "RUNPOD_WEBHOOK_POST_OUTPUT";
const PING: &str = "RUNPOD_WEBHOOK_PING";
const KEY: &str = "RUNPOD_AI_API_KEY";

/// What `$ID` means depends on the template.
fn names<'a>(pod: &'a str, id: &'a str, gpu: Option<&'a str>) -> Vec<(&'static str, &'a str)> {
    let gpu = gpu.map(|gpu| ("$RUNPOD_GPU_TYPE_ID", gpu));
    [("$RUNPOD_POD_ID", pod), ("$ID", id)].into_iter().chain(gpu).collect()
}

fn usable(text: String, variable: &str, names: &[(&str, &str)]) -> Result<Template> {
    let template = Template::new(text);
    template.url(names, &[]).map_err(|why| unusable(variable, &why))?;
    Ok(template)
}

fn unusable(variable: &str, why: &str) -> Error {
    Error::environment("bad_worker_environment", format!("{variable} cannot be used"))
        .because(why)
        .hint("the platform sets it in a worker's container; unset RUNPOD_WEBHOOK_GET_JOB elsewhere")
}

fn random_id() -> String {
    let half = || RandomState::new().build_hasher().finish();
    format!("{:016x}{:016x}", half(), half())
}

#[cfg(test)]
mod tests {
    use super::*;

    const USUAL: [(&str, &str); 5] = [
        (GET_JOB, "https://api.runpod.ai/v2/ep/job-take/$ID?gpu=NVIDIA+L4"),
        (POST_OUTPUT, "https://api.runpod.ai/v2/ep/job-done/$RUNPOD_POD_ID/$ID?gpu=NVIDIA+L4"),
        (PING, "https://api.runpod.ai/v2/ep/ping/$RUNPOD_POD_ID?gpu=NVIDIA+L4"),
        (KEY, "worker-key-abc\n"),
        ("RUNPOD_POD_ID", "pod42"),
    ];

    /// The usual environment with these variables on top; an empty one unsets.
    fn platform(more: &[(&str, &str)]) -> Result<Option<Platform>> {
        let all: Vec<_> = USUAL.iter().chain(more).copied().collect();
        Platform::from_env(&|name| {
            all.iter().rev().find(|(own, _)| *own == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn the_usual_environment() {
        let platform = platform(&[("RUNPOD_PING_INTERVAL", "2000")]).unwrap().unwrap();
        let base = "https://api.runpod.ai/v2/ep";
        assert_eq!(
            platform.take_url().as_str(),
            format!("{base}/job-take/pod42?gpu=NVIDIA+L4&job_in_progress=0")
        );
        assert_eq!(platform.stop_url().unwrap().as_str(), format!("{base}/job-stop/pod42?gpu=NVIDIA+L4"));
        assert_eq!(
            platform.done_url("j-u1").unwrap().as_str(),
            format!("{base}/job-done/pod42/j-u1?gpu=NVIDIA+L4&isStream=false")
        );
        assert_eq!(platform.ping_interval, Duration::from_secs(2));
        assert_eq!(platform.key.as_ref().unwrap(), "worker-key-abc");
        assert!(!format!("{platform:?}").contains("worker-key"), "{platform:?}");
    }

    #[test]
    fn outside_of_a_container_there_is_no_platform() {
        assert!(platform(&[(GET_JOB, "")]).unwrap().is_none());
    }

    #[test]
    fn what_is_missing_has_a_stand_in_or_a_name() {
        let some = platform(&[("RUNPOD_POD_ID", ""), (PING, "PING_NOT_SET"), (KEY, "")]).unwrap().unwrap();
        assert_eq!((some.pod().len(), some.ping_url(&[]), some.key.is_none()), (32, None, true));
        assert!(some.take_url().path().ends_with(some.pod()));
        for (variable, value) in [(POST_OUTPUT, ""), (GET_JOB, "job-take"), (PING, "x"), (KEY, "a\nsecret")] {
            let error = platform(&[(variable, value)]).unwrap_err();
            assert!(error.message().contains(variable), "{error}");
            assert!(!error.to_string().contains("secret"), "{error}");
        }
    }

    #[test]
    fn the_heart_neither_races_nor_stops() {
        for (text, seconds) in [("0", 1), ("999", 1), ("", 10), ("soon", 10), ("-5", 10), ("30000", 30)] {
            let platform = platform(&[("RUNPOD_PING_INTERVAL", text)]).unwrap().unwrap();
            assert_eq!(platform.ping_interval, Duration::from_secs(seconds), "{text}");
        }
    }
}
