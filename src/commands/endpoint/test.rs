//! `broll endpoint test`.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::super::request_args::ProgressArgs;
use super::super::{Context, remote};
use super::stages::{Stages, Timed};
use crate::encode::Encoder;
use crate::error::Result;
use crate::interrupt::Cancel;
use crate::paths::display;
use crate::request::{Device, RenderRequest};
use crate::runpod::{Asking, Draft, Endpoint, Entry, Fetched, Home, Journal, Pace, bring_home, send};
use crate::ui::{Table, fmt};

/// A second of a small picture takes seconds to render; the rest is for a first start with a large image.
const EXECUTION: Duration = Duration::from_secs(10 * 60);
/// How much longer the job may wait for a worker.
const QUEUE: Duration = Duration::from_secs(20 * 60);

/// Arguments of `endpoint test`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Which endpoint [default: the configured one]
    #[arg(long, value_name = "ID")]
    endpoint: Option<String>,

    /// Render this template of the endpoint
    #[arg(long, value_name = "NAME", default_value = "ai_cpu_activation")]
    template: String,

    /// Short for --device cpu --encoder libx264, for an endpoint that allows it
    #[arg(long)]
    cpu: bool,

    /// Keep the clip here
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Replace the clip if it exists
    #[arg(short, long)]
    force: bool,

    /// Stop waiting after this time; the job goes on
    #[arg(long, value_name = "TIME", default_value = "30m", value_parser = remote::time)]
    timeout: Duration,

    /// How progress is shown.
    #[command(flatten)]
    pub progress: ProgressArgs,
}

/// Runs the command.
///
/// # Errors
/// Those of [`send`] and [`bring_home`].
pub fn run(context: &Context, args: &Args, cancel: &Cancel) -> Result<()> {
    let began = Instant::now();
    let endpoint = Endpoint::configured(&context.config, args.endpoint.as_deref())?;
    let client = remote::client(context, endpoint, Pace::default())?;
    let body = body(args);
    let output = args.output.as_deref().map(std::path::absolute).transpose()?;
    let template = args.template.clone();
    let draft = Draft { template, output, force: args.force, request: body.clone(), ..Draft::default() };
    let scratch = tempfile::tempdir()?;
    let target = args.output.clone().unwrap_or_else(|| scratch.path().join("test.mp4"));
    let reporter = context.ui.reporter();
    let stages = Stages::new(reporter.as_ref());
    let asking = Asking { patience: client.pace().patience, reporter: &stages, cancel };
    let mut entry = send(&client, &Journal::open(&context.paths), &draft, &body, &asking)?;
    let home = Home {
        output: Some(&target),
        force: args.force,
        paths: &context.paths,
        config: &context.config,
        reporter: &stages,
        cancel,
    };
    let arrived = bring_home(&client, &mut entry, Some(args.timeout), &home)?;
    let (times, total) = (stages.finish(), began.elapsed());
    drop(reporter);
    let kept = args.output.is_some().then_some(&*arrived.output);
    if kept.is_none() {
        // The clip goes with its folder, and the journal names no file that is not there.
        entry.fetched(&Fetched {
            output: None,
            bytes: arrived.file_size_bytes,
            sha256: arrived.sha256.clone(),
        })?;
    }
    if context.ui.json {
        let stages: Vec<Value> = times
            .iter()
            .map(|(stage, time)| json!({"stage": stage, "seconds": time.as_secs_f64()}))
            .collect();
        return context.ui.answer_json(&json!({
            "endpoint": client.endpoint().id(),
            "job": entry.id(),
            "stages": stages,
            "total_seconds": total.as_secs_f64(),
            "delay_seconds": remote::seconds(entry.delay_ms()),
            "execution_seconds": remote::seconds(entry.execution_ms()),
            "cost_usd": remote::cost(context, &entry),
            "output": kept.map(|path| path.to_string_lossy()),
            "response": arrived.response,
        }));
    }
    context.ui.answer(&table(context, &entry, &times, total).to_string())?;
    let place = kept.map_or_else(String::new, |path| format!(", {}", display(path)));
    context.ui.status(&format!("endpoint {} works (job {}{place})", client.endpoint().id(), entry.id()));
    Ok(())
}

/// The body of `/run`: what `submit` would send for a clip that is as small as it is real.
fn body(args: &Args) -> Value {
    let request = RenderRequest {
        template: Some(args.template.clone()),
        duration: Some(1.0),
        resolution: Some([320, 180]),
        samples: Some(16),
        device: args.cpu.then_some(Device::Cpu),
        encoder: args.cpu.then_some(Encoder::Libx264),
        ..RenderRequest::default()
    };
    json!({
        "input": request,
        "policy": {"executionTimeout": EXECUTION.as_millis() as u64, "ttl": (EXECUTION + QUEUE).as_millis() as u64},
    })
}

fn table(context: &Context, entry: &Entry, times: &[Timed], total: Duration) -> Table {
    let mut table = Table::new(&["STAGE", "TIME"]).right(1);
    let mut row = |stage: &str, value: String| table.row(vec![stage.to_owned(), value]);
    times.iter().for_each(|(stage, time)| row(stage, fmt::duration(*time)));
    row("total", fmt::duration(total));
    if let Some(millis) = entry.execution_ms() {
        row("paid time at the worker", fmt::duration(Duration::from_millis(millis)));
    }
    if let Some(cost) = remote::cost(context, entry) {
        row("cost", fmt::dollars(cost));
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_body_is_small_and_says_its_limits() {
        let args = Args {
            endpoint: None,
            template: "cube".to_owned(),
            cpu: true,
            output: None,
            force: false,
            timeout: Duration::ZERO,
            progress: ProgressArgs::default(),
        };
        assert_eq!(
            body(&args),
            json!({
                "input": {"template": "cube", "duration": 1.0, "resolution": [320, 180], "samples": 16, "device": "cpu", "encoder": "libx264"},
                "policy": {"executionTimeout": 600_000, "ttl": 1_800_000},
            })
        );
    }
}
