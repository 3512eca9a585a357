//! The way out: on the disk first, then to the endpoint, then its id on the disk.

use serde_json::Value;

use super::{Asking, Client, Draft, Entry, Journal, Unsent};
use crate::error::{Error, Kind, Result};
use crate::event::{Event, Warning};

/// Sends a job and returns as soon as the endpoint has accepted it.
///
/// # Errors
/// Those of the journal (nothing was sent then) and of the endpoint. When it is not known whether the job was accepted,
/// the error says so, and the journal too.
pub fn send(
    client: &Client,
    journal: &Journal,
    draft: &Draft,
    body: &Value,
    asking: &Asking<'_>,
) -> Result<Entry> {
    let mut entry = journal.record(draft, client.endpoint())?;
    match client.run(body, asking) {
        Ok(state) => {
            if let Err(error) = entry.accepted(&state) {
                // The job runs: its id must not be lost with the disk.
                let text = format!("job {} was accepted, but is not in the journal: {error}", state.id);
                asking.reporter.report(&Event::Warning(Warning::new("not_journaled", text)));
            }
            Ok(entry)
        }
        Err(Unsent { error, lost }) => {
            let why = error.causes().first().map_or(error.message(), String::as_str);
            // What cannot be written here is told to the user right now.
            let _ = entry.not_accepted(why, lost);
            Err(if lost { unknown(&error, &entry) } else { error })
        }
    }
}

/// An answer that is lost, told so that nobody sends the job twice by accident.
fn unknown(error: &Error, entry: &Entry) -> Error {
    let text = format!("it is not known whether endpoint {} has the job", client_of(entry));
    let told = Error::new(Kind::Remote, "answer_lost", text);
    let told = error.causes().iter().fold(told, |told, cause| told.because(cause));
    told.hint(format!("{}; the journal has it as {}", entry.what_to_do(), entry.id()))
}

fn client_of(entry: &Entry) -> String {
    entry.endpoint().map_or_else(|_| String::new(), |endpoint| endpoint.to_string())
}
