//! `broll jobs retry`.

use super::super::Context;
use super::{Job, noted, view};
use crate::error::{Error, Result};
use crate::interrupt::Cancel;
use crate::runpod::{Asking, missing};

/// Runs the command.
///
/// # Errors
/// Those of the endpoint.
pub fn run(context: &Context, job: &Job, cancel: &Cancel) -> Result<()> {
    let (mut entry, id, client) = job.open(context)?;
    let reporter = context.ui.reporter();
    let asking = Asking { patience: client.pace().patience, reporter: reporter.as_ref(), cancel };
    let state = match client.retry(&id, &asking).map_err(|error| mend(error, &id))? {
        Some(state) => state,
        None => return Err(missing(&client, &mut entry, &asking)),
    };
    noted(entry.restarted(&state), reporter.as_ref());
    drop(reporter);
    if context.ui.json {
        return context.ui.answer_json(&view::json(context, &entry));
    }
    context.ui.answer(&format!("{id} runs again"))?;
    context.ui.hint(&format!("`broll jobs watch {id}` waits for it"));
    Ok(())
}

fn mend(error: Error, id: &str) -> Error {
    match error.code() {
        "answer_lost" => error.hint(format!("`broll jobs status {id}` tells whether it runs again")),
        "refused" => error.hint("only a job that failed or timed out can run again, within 30 minutes"),
        _ => error,
    }
}
