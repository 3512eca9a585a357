//! `broll endpoint health`.

use serde_json::json;

use super::super::{Context, remote};
use crate::error::Result;
use crate::interrupt::Cancel;
use crate::runpod::{Asking, Endpoint, Health, Pace};
use crate::ui::Table;

/// Arguments of `endpoint health`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Which endpoint [default: the configured one]
    #[arg(long, value_name = "ID")]
    endpoint: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// Those of the endpoint.
pub fn run(context: &Context, args: &Args, cancel: &Cancel) -> Result<()> {
    let endpoint = Endpoint::configured(&context.config, args.endpoint.as_deref())?;
    let client = remote::client(context, endpoint, Pace::default())?;
    let reporter = context.ui.reporter();
    let asking = Asking { patience: client.pace().patience, reporter: reporter.as_ref(), cancel };
    let health = client.health(&asking)?;
    drop(reporter);
    let note = (health.jobs.in_queue > 0).then(|| health.why_queued());
    if context.ui.json {
        let endpoint = client.endpoint();
        return context.ui.answer_json(&json!({
            "endpoint": endpoint.id(),
            "endpoint_base_url": endpoint.base(),
            "jobs": health.jobs,
            "workers": health.workers,
            "note": note,
        }));
    }
    context.ui.answer(&table(&health).to_string())?;
    if let Some(note) = note {
        context.ui.status(&format!("jobs wait: {note}"));
    }
    Ok(())
}

fn table(health: &Health) -> Table {
    let (jobs, workers) = (health.jobs, health.workers);
    let jobs = [
        ("in queue", jobs.in_queue),
        ("in progress", jobs.in_progress),
        ("completed", jobs.completed),
        ("failed", jobs.failed),
        ("retried", jobs.retried),
    ];
    let workers = [
        ("idle", workers.idle),
        ("running", workers.running),
        ("ready", workers.ready),
        ("initializing", workers.initializing),
        ("throttled", workers.throttled),
        ("unhealthy", workers.unhealthy),
    ];
    let mut table = Table::new(&["JOBS", "COUNT", "WORKERS", "COUNT"]).right(1).right(3);
    for row in 0..jobs.len().max(workers.len()) {
        let cells = [jobs.get(row), workers.get(row)].into_iter().flat_map(|cell| match cell {
            Some((name, count)) => [(*name).to_owned(), count.to_string()],
            None => [String::new(), String::new()],
        });
        table.row(cells.collect());
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jobs_and_workers_stand_side_by_side() {
        let text = r#"{"jobs":{"inQueue":12,"completed":3456},"workers":{"running":3,"throttled":1}}"#;
        assert_eq!(
            table(&serde_json::from_str(text).unwrap()).to_string(),
            "JOBS         COUNT  WORKERS       COUNT\n\
             in queue        12  idle              0\n\
             in progress      0  running           3\n\
             completed     3456  ready             0\n\
             failed           0  initializing      0\n\
             retried          0  throttled         1\n\
             \x20                   unhealthy         0"
        );
    }
}
