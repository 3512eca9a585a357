//! Sees to it that a job that was told to end does end.

use std::time::Duration;

use super::held::Flags;
use super::{Waits, WorkerLog};
use crate::interrupt::Cancel;
use crate::net::sleep;
use crate::process;

/// How often it looks.
const TICK: Duration = Duration::from_millis(50);

/// Watches one job until it is `done`. One that is told to end and does not loses its processes; one that goes on all
/// the same cannot be ended from inside (a driver that hangs holds it): after `last_words` the worker exits with 1, and
/// the platform replaces it.
pub(super) fn watch(
    job: &str,
    flags: &Flags,
    done: &Cancel,
    waits: &Waits,
    log: &WorkerLog,
    last_words: impl FnOnce(),
) {
    while !flags.work.requested() {
        if sleep(TICK, done).is_err() {
            return;
        }
    }
    if sleep(waits.kill_after, done).is_err() {
        return;
    }
    log.warn(Some(job), "the job was told to end and does not: its processes are killed");
    process::kill_all();
    if sleep(waits.give_up_after, done).is_err() {
        return;
    }
    log.error(Some(job), "the job cannot be ended: the worker exits");
    last_words();
    #[expect(clippy::exit, reason = "the thread that carries the job out will not come back")]
    std::process::exit(1);
}
