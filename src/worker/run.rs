//! The whole life of a worker.

use std::sync::mpsc;
use std::thread;

use super::channel::Channel;
use super::held::Held;
use super::log::Trouble;
use super::report::Reporter;
use super::shift::Shift;
use super::take::Taker;
use super::{Handler, Platform, WorkerLog, heartbeat, stop};
use crate::error::Result;
use crate::interrupt::{self, Cancel};
use crate::net::Backoff;

/// Why this worker should take no jobs at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfit {
    /// What was looked at, such as `gpu`.
    pub check: String,
    /// What is wrong with it, in one sentence; the platform keeps 256 characters.
    pub reason: String,
}

/// How the life of a worker ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RunEnd {
    /// It was asked to end, and holds nothing.
    Drained,
    /// A job left it in a state that the next one should not find.
    Unfit,
    /// It never began.
    NotReady(Unfit),
}

impl RunEnd {
    /// What the process exits with: 0, or 1 so that the platform replaces it.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Drained => 0,
            Self::Unfit | Self::NotReady(_) => 1,
        }
    }
}

/// Takes jobs until SIGTERM or Ctrl-C, and until what is held then is done. A second signal cuts that short.
///
/// # Errors
/// When the network cannot be used at all; nothing has been taken then.
pub fn run(
    platform: &Platform,
    handler: &dyn Handler,
    preflight: &dyn Fn() -> Result<(), Unfit>,
    log: &WorkerLog,
) -> Result<RunEnd> {
    interrupt::drain_first();
    let channel = Channel::new(platform)?;
    log.info(None, &format!("broll {} is worker {}", env!("CARGO_PKG_VERSION"), platform.pod()));
    if let Err(unfit) = preflight() {
        return Ok(never_began(platform, &channel, unfit, log));
    }
    let (held, over) = (Held::default(), Cancel::deaf());
    let end = thread::scope(|scope| {
        // Also when this thread panics, the others must end.
        let _over = AtEnd(&over);
        let (first, beaten) = mpsc::channel();
        scope.spawn(|| {
            let first = first;
            heartbeat::beat(platform, &channel, &held, log, &over, &first);
        });
        #[cfg(target_os = "linux")]
        if crate::process::adopts_orphans() {
            scope.spawn(|| reap(&over));
        }
        // Whatever came of it: a platform whose ping does not answer may still have jobs.
        let _ = beaten.recv_timeout(platform.waits.first_ping);
        if let Err(unfit) = handler.warm_up(platform.draining(), &|level, text| log.write(level, None, text))
        {
            over.cancel();
            return never_began(platform, &channel, unfit, log);
        }
        scope.spawn(|| stop::listen(platform, &channel, &held, log, &over));
        let end = shift(platform, handler, &channel, &held, log).work();
        log.info(None, "takes no more jobs and holds none");
        end
    });
    Ok(end)
}

/// Tells the platform why no job is taken here, unless it wants none to be.
fn never_began(platform: &Platform, channel: &Channel, unfit: Unfit, log: &WorkerLog) -> RunEnd {
    if platform.draining().requested() {
        log.info(None, "asked to end before the first job");
        return RunEnd::Drained;
    }
    log.error(None, &format!("unfit, {}: {}", unfit.check, unfit.reason));
    heartbeat::unhealthy(platform, channel, &unfit, log);
    RunEnd::NotReady(unfit)
}

fn shift<'a>(
    platform: &'a Platform,
    handler: &'a dyn Handler,
    channel: &'a Channel,
    held: &'a Held,
    log: &'a WorkerLog,
) -> Shift<'a> {
    let backoff = Backoff::new(platform.waits.first_retry, platform.waits.longest_retry);
    Shift {
        platform,
        handler,
        held,
        log,
        reporter: Reporter { platform, channel, log },
        taker: Taker { platform, channel, held, log, trouble: Trouble::new(log, "job-take"), backoff },
    }
}

struct AtEnd<'a>(&'a Cancel);

impl Drop for AtEnd<'_> {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

/// As PID 1, what Blender's helpers leave behind is handed to this process.
#[cfg(target_os = "linux")]
fn reap(over: &Cancel) {
    while crate::net::sleep(std::time::Duration::from_secs(1), over).is_ok() {
        crate::process::reap_orphans();
    }
}
