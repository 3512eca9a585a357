//! `broll jobs cancel`.

use super::super::Context;
use super::{Job, noted, view};
use crate::error::Result;
use crate::interrupt::Cancel;
use crate::runpod::{Asking, JobStatus, missing};

/// Runs the command.
///
/// # Errors
/// Those of the endpoint.
pub fn run(context: &Context, job: &Job, cancel: &Cancel) -> Result<()> {
    let (mut entry, id, client) = job.open(context)?;
    let reporter = context.ui.reporter();
    let asking = Asking { patience: client.pace().patience, reporter: reporter.as_ref(), cancel };
    let Some(state) = client.cancel(&id, &asking)? else {
        return Err(missing(&client, &mut entry, &asking));
    };
    noted(entry.update(&state), reporter.as_ref());
    drop(reporter);
    if context.ui.json {
        return context.ui.answer_json(&view::json(context, &entry));
    }
    context.ui.answer(&match state.status {
        JobStatus::Cancelled => format!("cancelled {id}"),
        status if status.is_final() => format!("{id} had ended before: {status}"),
        status => format!("{id} is told to end, and is still {status}"),
    })
}
