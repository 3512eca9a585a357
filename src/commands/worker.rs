//! `broll worker`: the process inside an endpoint's container.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use serde_json::{Value, json};

use super::Context;
use crate::error::{Error, Kind, Result};
use crate::interrupt::Cancel;
use crate::paths::{display, env};
use crate::worker::{self, Platform, Shop, TakenJob, Terms, Unfit, WorkerLog};

/// Carry out the jobs of a RunPod endpoint, or one job for a test.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Carry out this one job, given as JSON or as the name of a file, and print its response
    #[arg(long, value_name = "JSON|@FILE")]
    pub test_input: Option<OsString>,
}

/// Runs the command; gives the exit code.
///
/// # Errors
/// Those of a job, with `--test-input`.
pub fn run(context: &Context, args: &Args) -> Result<u8> {
    match &args.test_input {
        Some(input) => test(context, input).map(|()| 0),
        None => work(context),
    }
}

/// Takes jobs until the platform, or a signal, ends it.
fn work(context: &Context) -> Result<u8> {
    let platform = Platform::from_env(&variable)?.ok_or_else(|| {
        Error::environment("no_platform", "there is no endpoint to take jobs from")
            .because("RUNPOD_WEBHOOK_GET_JOB is not set, as it is in a serverless worker's container")
            .hint("try one job with --test-input, or run `broll serve` for an endpoint on this machine")
    })?;
    let log = WorkerLog::from_env(&variable, context.ui.log_sink());
    let shop = shop(context)?;
    let preflight = || shop.preflight().map_err(|(check, reason)| Unfit { check: check.to_owned(), reason });
    let end = worker::run(&platform, &shop, &preflight, &log)?;
    shop.close();
    Ok(end.exit_code())
}

fn variable(name: &str) -> Option<String> {
    env(name).and_then(|value| value.into_string().ok())
}

fn shop(context: &Context) -> Result<Shop> {
    let terms = Terms::from_env(&variable)?;
    Shop::new(context.config.clone(), context.paths.clone(), terms, Box::new(variable))
}

/// One job as the endpoint would carry it out. On stdout it is the answer or the error that the endpoint would post.
fn test(context: &Context, input: &OsStr) -> Result<()> {
    let job = read(input)?;
    let shop = shop(context)?;
    let reporter = context.ui.reporter();
    let done = shop.carry_out(&job, &Cancel::default(), reporter.as_ref(), &|_, _| {});
    // The bars end before anything is printed below them.
    drop(reporter);
    shop.close();
    match done {
        Ok(answer) => context.ui.answer_json(&answer),
        Err(failure) => {
            // With --json the error is printed as every command's is.
            if !context.ui.json && failure.error.kind() != Kind::Interrupted {
                context.ui.answer_json(&json!({"error": failure.sentence}))?;
            }
            Err(failure.error)
        }
    }
}

/// The job that was given: a request, or a job that holds one in its `input`, as the official SDK takes it.
fn read(input: &OsStr) -> Result<TakenJob> {
    let (text, place) = match input.as_encoded_bytes().strip_prefix(b"@") {
        Some(_) => {
            let name = input.to_string_lossy();
            let path = file_of(input);
            let text = fs_err::read_to_string(&path)
                .map_err(|error| Error::from(error).because(format!("--test-input {name} names a file")))?;
            (text, display(&path))
        }
        None => (input.to_string_lossy().into_owned(), "--test-input".to_owned()),
    };
    let mut value: Value = serde_json::from_str(&text).map_err(|error| {
        Error::bad_input("bad_request", format!("{place} is not JSON"))
            .because(error)
            .hint(r#"give an object such as '{"template": "ai_cpu_activation", "duration": 1}', or @FILE"#)
    })?;
    let whole = value.as_object_mut().filter(|object| object.contains_key("input"));
    let s3_config = whole.and_then(|object| object.remove("s3Config"));
    let id = value.get("id").and_then(Value::as_str).filter(|_| value.get("input").is_some());
    let id = id.unwrap_or("test").to_owned();
    let input = value.get_mut("input").map(Value::take).unwrap_or(value);
    Ok(TakenJob { id, input, s3_config })
}

fn file_of(input: &OsStr) -> std::path::PathBuf {
    use std::os::unix::ffi::OsStrExt;
    Path::new(OsStr::from_bytes(&input.as_bytes()[1..])).to_owned()
}
