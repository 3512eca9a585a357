//! What carries a job out, seen from whoever brings jobs.

use serde_json::Value;

use super::{Level, Unfit};
use crate::interrupt::Cancel;

/// A job as a worker takes it.
#[derive(Debug, Clone, PartialEq)]
pub struct TakenJob {
    /// Its id, as the platform spells it.
    pub id: String,
    /// What the client asked, unchecked.
    pub input: Value,
    /// The request's `s3Config`, if it came with one, unchecked.
    pub s3_config: Option<Value>,
}

/// What came of a job.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The output of a job that went well, or one sentence that a person can act on.
    pub result: Result<Value, String>,
    /// Whether this process should be replaced: its GPU can no longer be trusted.
    pub unfit: bool,
}

/// Carries jobs out, one at a time.
pub trait Handler: Send + Sync {
    /// Does what the first job should not wait for; called once, before the first take, with heartbeats on. `told` hears a
    /// sentence worth a line of the log.
    ///
    /// # Errors
    /// Why no job should be taken here. When `cancel` asks to end, the outcome is of no interest.
    fn warm_up(&self, _cancel: &Cancel, _told: &dyn Fn(Level, &str)) -> Result<(), Unfit> {
        Ok(())
    }

    /// Carries a job out. `progress` takes snapshots as often as they come and must be quick. A job whose `cancel` asks to
    /// end ends within 2 seconds, with everything it started; its outcome is then of no interest.
    fn handle(&self, job: &TakenJob, cancel: &Cancel, progress: &(dyn Fn(Value) + Sync)) -> Outcome;
}
