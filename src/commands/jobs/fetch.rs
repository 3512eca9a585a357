//! `broll jobs fetch`, and what it shares with `watch`.

use std::path::{Path, PathBuf};
use std::time::{Instant, UNIX_EPOCH};

use super::super::{Context, remote};
use super::{Job, noted, view};
use crate::error::{Error, Result};
use crate::event::Reporter;
use crate::interrupt::Cancel;
use crate::paths::display;
use crate::render;
use crate::runpod::{Asking, Entry, Final, Home, Standing, missing, take_home};

/// Arguments of `jobs fetch`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Which job.
    #[command(flatten)]
    job: Job,

    /// Where the clip goes [default: where the job was told to put it]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Replace the clip if it exists
    #[arg(short, long)]
    force: bool,
}

/// Runs the command.
///
/// # Errors
/// Those of the endpoint, of [`crate::runpod::verdict`], and of [`crate::receive::take_in`].
pub fn run(context: &Context, args: &Args, cancel: &Cancel) -> Result<()> {
    let (began, output) = (Instant::now(), args.output.as_deref());
    if is_here(context, &args.job, output, args.force)? {
        return Ok(());
    }
    let (mut entry, id, client) = args.job.open(context)?;
    let reporter = context.ui.reporter();
    let asking = Asking { patience: client.pace().patience, reporter: reporter.as_ref(), cancel };
    let Some((state, body)) = client.status(&id, entry.fresh_for(client.pace().fresh), &asking)? else {
        return Err(missing(&client, &mut entry, &asking));
    };
    noted(entry.update(&state), reporter.as_ref());
    let home = home(context, output, args.force, reporter.as_ref(), cancel);
    let arrived = take_home(&mut entry, &Final { state, body }, &home, began)?;
    drop(reporter);
    remote::answer_arrived(context, &entry, &arrived)
}

/// Where the clip goes.
pub(super) fn home<'a>(
    context: &'a Context,
    output: Option<&'a Path>,
    force: bool,
    reporter: &'a dyn Reporter,
    cancel: &'a Cancel,
) -> Home<'a> {
    Home { output, force, paths: &context.paths, config: &context.config, reporter, cancel }
}

/// Whether the clip is in its place already; if so, that is the answer. A result is kept for 30 minutes, a clip longer.
pub(super) fn is_here(context: &Context, job: &Job, output: Option<&Path>, force: bool) -> Result<bool> {
    let entry = job.entry(context)?;
    let Standing::Fetched(fetched) = entry.standing() else { return Ok(false) };
    let Some(path) = fetched.output.as_deref().filter(|_| output.is_none() && !force) else {
        return Ok(false);
    };
    if !path.metadata().is_ok_and(|there| there.is_file() && there.len() == fetched.bytes) {
        return Ok(false);
    }
    if context.ui.json {
        context.ui.answer_json(&view::json(context, &entry))?;
    } else {
        context.ui.answer(&display(path))?;
    }
    Ok(true)
}

/// Whether the clip could get its name.
pub(super) fn check_target(entry: &Entry, output: Option<&Path>, force: bool) -> Result<()> {
    let force = force || (output.is_none() && entry.force());
    let Some(path) = output.or(entry.output()) else { return Ok(()) };
    if path.is_dir() {
        return render::probe(&path.join(format!("{}.mp4", entry.id())));
    }
    if !force && path.is_file() && !may_be_its_clip(entry, path) {
        return Err(Error::bad_input("bad_output", format!("{} exists", display(path)))
            .hint("add --force to replace it, or choose another name with -o"));
    }
    render::probe(path)
}

/// Whether a broll may have put it there and ended before it could say so. The answer will tell.
fn may_be_its_clip(entry: &Entry, path: &Path) -> bool {
    let made = path.metadata().and_then(|there| there.modified()).ok();
    let made = made.and_then(|made| made.duration_since(UNIX_EPOCH).ok());
    entry.output() == Some(path) && made.is_some_and(|made| made.as_secs() >= entry.submitted())
}
