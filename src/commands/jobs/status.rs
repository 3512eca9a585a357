//! `broll jobs status`.

use std::time::Duration;

use serde_json::{Value, json};

use super::super::Context;
use super::{Job, noted, view};
use crate::error::Result;
use crate::event::Silent;
use crate::interrupt::Cancel;
use crate::request::Progress;
use crate::runpod::{Asking, Client, Entry, JobStatus, Standing, missing, progress_of};
use crate::ui::{fields, fmt};

/// Runs the command.
///
/// # Errors
/// Those of the endpoint. A job that never came to it is shown as it is known here.
pub fn run(context: &Context, job: &Job, cancel: &Cancel) -> Result<()> {
    let mut entry = job.entry(context)?;
    let (mut progress, mut waits) = (None, None);
    // A clip that is here stays, whatever the endpoint has forgotten.
    if matches!(entry.standing(), Standing::Remote(_)) {
        let (_, id, client) = job.open(context)?;
        let reporter = context.ui.reporter();
        let asking = Asking { patience: client.pace().patience, reporter: reporter.as_ref(), cancel };
        let Some((state, _)) = client.status(&id, entry.fresh_for(client.pace().fresh), &asking)? else {
            return Err(missing(&client, &mut entry, &asking));
        };
        noted(entry.update(&state), reporter.as_ref());
        progress = progress_of(&state);
        waits = (state.status == JobStatus::InQueue).then(|| reason(&client, cancel)).flatten();
    }
    if context.ui.json {
        let mut answer = view::json(context, &entry);
        answer["progress"] = json!(progress);
        if let Some(reason) = waits {
            answer["note"] = Value::from(reason);
        }
        return context.ui.answer_json(&answer);
    }
    context.ui.answer(&fields(&rows(context, &entry, progress.as_ref(), waits)))?;
    if entry.standing() == Standing::Remote(JobStatus::Completed) {
        context.ui.hint(&format!("`broll jobs fetch {}` takes the clip in", entry.id()));
    } else if let Standing::Unknown(_) = entry.standing() {
        context.ui.hint(&entry.what_to_do());
    }
    Ok(())
}

/// Why it waits; what goes wrong in finding out is of no interest.
fn reason(client: &Client, cancel: &Cancel) -> Option<String> {
    let asking = Asking { patience: Duration::ZERO, reporter: &Silent, cancel };
    client.health(&asking).ok().map(|health| health.why_queued())
}

fn rows(
    context: &Context,
    entry: &Entry,
    progress: Option<&Progress>,
    waits: Option<String>,
) -> Vec<(&'static str, String)> {
    let time = |millis: Option<u64>| {
        millis.map(|millis| fmt::duration(Duration::from_millis(millis))).unwrap_or_default()
    };
    let frames = progress.filter(|progress| progress.frames > 0);
    vec![
        ("job", entry.id().to_owned()),
        ("endpoint", entry.endpoint().map(|endpoint| endpoint.to_string()).unwrap_or_default()),
        ("state", view::state(&entry.standing())),
        ("reason", view::note(entry).or(waits).unwrap_or_default()),
        ("frames", frames.map(|told| format!("{}/{}", told.done, told.frames)).unwrap_or_default()),
        ("template", entry.template().to_owned()),
        (
            "submitted",
            if entry.is_journaled() { format!("{} ago", fmt::age(entry.age())) } else { String::new() },
        ),
        ("waited", time(entry.delay_ms())),
        ("ran", time(entry.execution_ms())),
        ("cost", view::price(context, entry)),
        ("worker", entry.worker_id().unwrap_or_default().to_owned()),
        ("output", view::place(entry, std::path::Path::new(""))),
    ]
}
