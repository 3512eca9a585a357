//! The sign of life: a GET every few seconds, from before the first job is taken until after the last result is posted.

use std::sync::mpsc::Sender;
use std::time::{Duration, Instant};

use super::channel::{Channel, within};
use super::held::Held;
use super::log::{Level, Trouble};
use super::platform::PROTOCOL;
use super::run::Unfit;
use super::{Platform, WorkerLog};
use crate::interrupt::Cancel;
use crate::net::{Backoff, sleep};

/// How long the worst news may delay the exit; the official worker's.
const UNHEALTHY: Duration = Duration::from_secs(2);
/// Characters of its reason, likewise.
const LONGEST_REASON: usize = 256;

/// Beats until `over`. `first` hears when the first one is through, or has failed.
pub(super) fn beat(
    platform: &Platform,
    channel: &Channel,
    held: &Held,
    log: &WorkerLog,
    over: &Cancel,
    first: &Sender<()>,
) {
    let interval = platform.ping_interval;
    let mut trouble = Trouble::new(log, "ping");
    let mut backoff = Backoff::new(interval / 8, interval);
    while !over.requested() {
        let start = Instant::now();
        let ids = held.ids();
        let mut query: Vec<(&str, &str)> = ids.iter().map(|ids| ("job_id", ids.as_str())).collect();
        query.push(("runpod_version", PROTOCOL));
        let Some(url) = platform.ping_url(&query) else {
            log.warn(None, "ping: RUNPOD_WEBHOOK_PING is not set, so no heartbeat is sent");
            return;
        };
        let why = match channel.ping(url, within(platform.waits.ping), over) {
            Ok(reply) if (200..300).contains(&reply.status()) => None,
            Ok(reply) => Some(format!("HTTP {}", reply.status())),
            Err(failure) if failure.cancelled => return,
            Err(failure) => Some(failure.why),
        };
        // It does not matter whether anybody still listens.
        let _ = first.send(());
        let rest = match why {
            None => {
                trouble.is_over();
                backoff.reset();
                interval.saturating_sub(start.elapsed())
            }
            Some(why) => {
                trouble.is(Level::Warn, &why);
                backoff.next_wait()
            }
        };
        let _ = sleep(rest, over);
    }
}

/// Tells once that this worker cannot work and why, as well as that is possible.
pub(super) fn unhealthy(platform: &Platform, channel: &Channel, unfit: &Unfit, log: &WorkerLog) {
    let reason: String = unfit.reason.chars().take(LONGEST_REASON).collect();
    let query = [
        ("status", "unhealthy"),
        ("check", &*unfit.check),
        ("reason", &*reason),
        ("runpod_version", PROTOCOL),
    ];
    let Some(url) = platform.ping_url(&query) else { return };
    if let Err(failure) = channel.ping(url, within(UNHEALTHY), &Cancel::deaf()) {
        log.warn(None, &format!("ping: {failure}"));
    }
}
