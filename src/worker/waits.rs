//! Every wait of the worker in one place.

use std::time::Duration;

use crate::net::Limits;

/// How long the worker waits for what; [`Waits::default`] is what the protocol asks for.
#[derive(Debug, Clone)]
pub struct Waits {
    /// For the answer to a long poll: longer than the 90 s that the platform may hold one.
    pub poll: Duration,
    /// For the next piece of a job that is coming in: whoever is silent for longer will not send the rest.
    pub poll_body: Duration,
    /// From one poll to the next when the first was answered sooner, with nothing.
    pub floor: Duration,
    /// After a 429 that does not say how long.
    pub busy: Duration,
    /// After the first of several failures; doubles from there.
    pub first_retry: Duration,
    /// After many failures.
    pub longest_retry: Duration,
    /// For the answer to a heartbeat: one that hangs must not keep the next ones from being heard.
    pub ping: Duration,
    /// For the first heartbeat to be through before the first job is taken.
    pub first_ping: Duration,
    /// From the start of one progress post to the next.
    pub progress_every: Duration,
    /// For the answer to a progress post.
    pub progress: Duration,
    /// For a progress post that is under way when the result is there.
    pub progress_at_end: Duration,
    /// For one attempt to post a result, its body included.
    pub post: Limits,
    /// For all attempts: as long as trying again may help.
    pub post_again_for: Duration,
    /// For a job that was told to end, until the process groups that it started are killed.
    pub kill_after: Duration,
    /// From then on, until the worker exits because the job cannot be ended.
    pub give_up_after: Duration,
}

impl Default for Waits {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self {
            poll: seconds(120),
            poll_body: seconds(10),
            floor: Duration::from_millis(500),
            busy: seconds(5),
            first_retry: seconds(1),
            longest_retry: seconds(30),
            ping: seconds(5),
            first_ping: seconds(2),
            progress_every: seconds(1),
            progress: seconds(5),
            progress_at_end: seconds(1),
            post: Limits { head: seconds(60), idle: seconds(5) },
            post_again_for: seconds(180),
            kill_after: Duration::from_millis(1500),
            give_up_after: seconds(20),
        }
    }
}
