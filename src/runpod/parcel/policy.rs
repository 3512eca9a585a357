//! How long a job may take, and how long broll waits for it.

use std::time::Duration;

use serde_json::{Value, json};

use crate::error::{Error, Result};

const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);

/// The API's own longest time, of a run and of a job's whole life.
const LONGEST: Duration = Duration::from_secs(7 * 24 * 3600);
/// The API's own shortest run.
pub const SHORTEST_RUN: Duration = Duration::from_secs(5);
/// The API's own shortest life.
const SHORTEST_LIFE: Duration = Duration::from_secs(10);
/// A render of an hour is a long one; the API's own default is ten minutes, or five, depending on the endpoint.
const USUAL_RUN: Duration = HOUR;
/// For the queue, beside the run itself: the API deletes a job at the end of its life, also in the middle of its run.
const QUEUE: Duration = DAY;
/// Time for a cold start and a render of an hour.
const USUAL_WAIT: Duration = Duration::from_secs(2 * 3600);

/// The `policy` of a job. Both times are always sent, since what holds without them depends on the endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    execution: Duration,
    ttl: Duration,
    low_priority: bool,
}

impl Default for Policy {
    /// An hour to run and a day in the queue.
    fn default() -> Self {
        Self { execution: USUAL_RUN, ttl: USUAL_RUN + QUEUE, low_priority: false }
    }
}

impl Policy {
    /// `execution` is the longest run, 5 seconds to 7 days, an hour unless given. `ttl` is the job's whole life with its
    /// time in the queue, 10 seconds to 7 days, `execution` and a day unless given. With `low_priority` it starts no
    /// worker.
    ///
    /// # Errors
    /// `bad_value`, naming the flag and its range.
    pub fn new(execution: Option<Duration>, ttl: Option<Duration>, low_priority: bool) -> Result<Self> {
        let execution = within(
            "--execution-timeout",
            execution.unwrap_or(USUAL_RUN),
            SHORTEST_RUN,
            LONGEST,
            "5 seconds",
        )?;
        let usual = execution.saturating_add(QUEUE).min(LONGEST);
        let ttl = within("--ttl", ttl.unwrap_or(usual), SHORTEST_LIFE, LONGEST, "10 seconds")?;
        if ttl < execution {
            let [life, run] = [ttl, execution].map(humantime::format_duration);
            return Err(Error::bad_input("bad_value", format!("--ttl cannot be {life}"))
                .because(format!(
                    "the job would be deleted before its --execution-timeout of {run} is over: the time in the queue \
                     counts towards --ttl too"
                ))
                .hint("give --ttl more time, or leave it out"));
        }
        Ok(Self { execution, ttl, low_priority })
    }

    /// The same with a run no longer than this, which may be shorter than the API's shortest: that is for the caller to
    /// refuse.
    #[must_use]
    pub fn at_most(self, longest: Duration) -> Self {
        Self { execution: self.execution.min(longest), ..self }
    }

    /// The longest run.
    pub fn execution(&self) -> Duration {
        self.execution
    }

    /// As the API takes it, in milliseconds.
    pub(super) fn to_json(self) -> Value {
        // Neither exceeds seven days.
        let mut policy = json!({
            "executionTimeout": self.execution.as_millis() as u64,
            "ttl": self.ttl.as_millis() as u64,
        });
        if self.low_priority {
            policy["lowPriority"] = true.into();
        }
        policy
    }
}

/// How long broll waits for a job: a second to 7 days, 2 hours unless given. The job itself goes on.
///
/// # Errors
/// `bad_value`, naming the flag and its range.
pub fn patience(asked: Option<Duration>) -> Result<Duration> {
    within("--timeout", asked.unwrap_or(USUAL_WAIT), Duration::from_secs(1), LONGEST, "1 second")
}

fn within(
    flag: &str,
    value: Duration,
    least: Duration,
    most: Duration,
    least_words: &str,
) -> Result<Duration> {
    if (least..=most).contains(&value) {
        return Ok(value);
    }
    let shown = humantime::format_duration(value);
    Err(Error::bad_input("bad_value", format!("{flag} cannot be {shown}"))
        .because(format!("it must be {least_words} to 7 days"))
        .hint(format!("give {flag} a value in that range, such as 30m or 2h")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(execution: Option<u64>, ttl: Option<u64>) -> Result<Value> {
        let seconds = |time: Option<u64>| time.map(Duration::from_secs);
        Policy::new(seconds(execution), seconds(ttl), false).map(Policy::to_json)
    }

    #[test]
    fn both_times_are_always_said() {
        let said = |execution, ttl| json!({"executionTimeout": execution, "ttl": ttl});
        let (hour, day) = (3_600_000_u64, 86_400_000_u64);
        assert_eq!(policy(None, None).unwrap(), said(hour, hour + day));
        assert_eq!(Policy::default().to_json(), said(hour, hour + day));
        assert_eq!(policy(Some(60), Some(90)).unwrap(), said(60_000, 90_000));
        assert_eq!(policy(Some(90), Some(90)).unwrap(), said(90_000, 90_000));
        assert_eq!(policy(Some(604_800), None).unwrap(), said(7 * day, 7 * day));
        assert_eq!(Policy::new(None, None, true).unwrap().to_json()["lowPriority"], true);
    }

    #[test]
    fn a_run_is_only_ever_shortened() {
        let policy = Policy::default().at_most(Duration::from_secs(90));
        assert_eq!(
            (policy.execution().as_secs(), policy.to_json()["executionTimeout"].as_u64()),
            (90, Some(90_000))
        );
        assert_eq!(policy.to_json()["ttl"], Policy::default().to_json()["ttl"]);
        assert_eq!(policy.at_most(HOUR).execution().as_secs(), 90);
    }

    #[test]
    fn what_is_out_of_range_names_flag_and_range() {
        for (execution, ttl, flag, range) in [
            (Some(4), None, "--execution-timeout cannot be 4s", "5 seconds to 7 days"),
            (Some(604_801), None, "--execution-timeout", "5 seconds to 7 days"),
            (Some(u64::MAX), None, "--execution-timeout", "5 seconds to 7 days"),
            (Some(5), Some(9), "--ttl cannot be 9s", "10 seconds to 7 days"),
            (None, Some(604_801), "--ttl", "10 seconds to 7 days"),
            (None, Some(1800), "--ttl cannot be 30m", "--execution-timeout of 1h"),
        ] {
            let error = policy(execution, ttl).unwrap_err();
            assert!(error.message().contains(flag) && error.to_string().contains(range), "{error}");
        }
        for seconds in [0, 604_801] {
            let error = patience(Some(Duration::from_secs(seconds))).unwrap_err();
            assert!(
                error.to_string().contains("--timeout") && error.to_string().contains("1 second to 7 days")
            );
        }
        assert_eq!(patience(None).unwrap(), Duration::from_secs(7200));
    }
}
