//! The one worker: jobs in their order, one at a time.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::queue::Queue;
use crate::error::{Error, Result};
use crate::interrupt::Cancel;
use crate::worker::{Handler, Outcome, TakenJob};

/// Carries jobs out until no more are taken. A job that is at work when `cancel` asks to end goes back to the queue,
/// unless it is done in spite of that.
///
/// # Errors
/// `unfit` when this process can carry nothing out any more.
pub(super) fn work(queue: &Queue, handler: &dyn Handler, cancel: &Cancel) -> Result<()> {
    while !cancel.requested() {
        let Some(taken) = queue.take(cancel) else { break };
        let outcome = match taken.job {
            Ok(job) => carry_out(queue, handler, &job, &taken.cancel),
            Err(why) => failed(why),
        };
        if outcome.result.is_err() && (cancel.requested() || !queue.is_open()) {
            queue.put_back();
            break;
        }
        queue.finish(outcome.result);
        if outcome.unfit {
            return Err(Error::environment("unfit", "the GPU can no longer be trusted").hint(
                "run `broll serve` again: queued jobs are kept; `broll doctor` shows whether the GPU is well",
            ));
        }
    }
    Ok(())
}

fn carry_out(queue: &Queue, handler: &dyn Handler, job: &TakenJob, cancel: &Cancel) -> Outcome {
    let work = || handler.handle(job, cancel, &|snapshot| queue.progress(snapshot));
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        failed("this is a bug in broll: the job's thread panicked, see its log".to_owned())
    })
}

fn failed(why: String) -> Outcome {
    Outcome { result: Err(why), unfit: false }
}
