//! One download: redirects one by one, each judged; bytes counted and hashed as they come; what breaks off is tried
//! again.

use std::fs::File;
use std::io::{Seek, Write};
use std::time::Duration;

use sha2::{Digest, Sha256};

use super::Fetcher;
use super::guard::shown;
use crate::error::{Error, Kind, Result};
use crate::interrupt::Cancel;
use crate::net::{Backoff, Failure, Limits, Method, Reply, Url};
use crate::paths::hex;
use crate::ui::fmt;

/// Tries before a server that does not answer well is given up.
const TRIES: u32 = 5;
/// As many redirects as the official SDK follows.
const REDIRECTS: u32 = 5;
/// A server may ask for no longer wait than this.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// What one try came to.
enum Trouble {
    /// Another try would end the same way.
    Final(Error),
    /// It may pass.
    Passing { error: Error, asked: Option<Duration> },
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Self::Final(error)
    }
}

impl Fetcher {
    /// Writes what lies at `url` into `file` and gives its SHA-256.
    pub(super) fn download(
        &self,
        url: &Url,
        file: &mut File,
        cancel: &Cancel,
        progress: &dyn Fn(u64, Option<u64>),
    ) -> Result<String> {
        let mut backoff = Backoff::new(self.rules.first_wait, LONGEST_WAIT);
        let mut tries = 0;
        loop {
            tries += 1;
            file.set_len(0)?;
            file.rewind()?;
            match self.try_once(url, file, cancel, progress) {
                Ok(sha256) => return Ok(sha256),
                Err(Trouble::Final(error)) => return Err(error),
                Err(Trouble::Passing { error, .. }) if tries == TRIES => {
                    return Err(error.because(format!("{TRIES} tries ended like this")));
                }
                Err(Trouble::Passing { asked, .. }) => {
                    backoff.wait(asked.map(|wait| wait.min(LONGEST_WAIT)), cancel)?;
                }
            }
        }
    }

    fn try_once(
        &self,
        url: &Url,
        file: &mut impl Write,
        cancel: &Cancel,
        progress: &dyn Fn(u64, Option<u64>),
    ) -> Result<String, Trouble> {
        let mut at = url.clone();
        self.guard.check(&at)?;
        for _ in 0..=REDIRECTS {
            // The hash is one of the file itself, not of how it travels.
            let request = self.http.request(Method::GET, at.clone()).header("Accept-Encoding", "identity");
            let reply = self.http.send(request, Limits::default(), cancel).map_err(|failure| {
                self.guard.refusal(&at).map_or_else(|| trouble(&at, &failure), Trouble::Final)
            })?;
            match reply.status() {
                200 => return self.receive(reply, &at, file, progress),
                301 | 302 | 303 | 307 | 308 => at = self.target(reply.header("location"), &at)?,
                status => return Err(refusal(status, &reply, &at)),
            }
        }
        let text = format!("{} leads on and on", shown(url));
        let error = Error::bad_input("bad_template_url", text)
            .because(format!("more than {REDIRECTS} redirects"))
            .hint("give the URL of the file itself");
        Err(error.into())
    }

    /// Where a redirect leads, if a fetch may go there.
    pub(super) fn target(&self, location: Option<&str>, at: &Url) -> Result<Url> {
        let joined = location.and_then(|location| at.join(location).ok()).ok_or_else(|| {
            Error::bad_input("bad_template_url", format!("{} leads nowhere", shown(at)))
                .because("it redirects without a place to go")
                .hint("give the URL of the file itself")
        })?;
        self.guard.check(&joined)?;
        Ok(joined)
    }

    fn receive(
        &self,
        mut reply: Reply,
        at: &Url,
        file: &mut impl Write,
        progress: &dyn Fn(u64, Option<u64>),
    ) -> Result<String, Trouble> {
        let (total, most) = (reply.length(), self.rules.most_bytes);
        if total.is_some_and(|total| total > most) {
            return Err(too_large(total, most).into());
        }
        let (mut hash, mut bytes) = (Sha256::new(), 0);
        while let Some(piece) = reply.chunk().map_err(|failure| trouble(at, &failure))? {
            bytes += piece.len() as u64;
            if bytes > most {
                return Err(too_large(None, most).into());
            }
            hash.update(&piece);
            file.write_all(&piece).map_err(Error::from)?;
            progress(bytes, total);
        }
        Ok(hex(&hash.finalize()))
    }
}

/// A connection that failed or an answer that broke off.
fn trouble(at: &Url, failure: &Failure) -> Trouble {
    if failure.cancelled {
        return Error::interrupted("interrupted while the template was fetched").into();
    }
    Trouble::Passing { error: unreachable(at).because(failure), asked: None }
}

fn unreachable(at: &Url) -> Error {
    Error::remote("template_unreachable", format!("{} could not be fetched", shown(at)))
        .hint("check that template_url can be downloaded from anywhere, then send the same request again")
}

fn refusal(status: u16, reply: &Reply, at: &Url) -> Trouble {
    let answered = format!("the server answers with status {status}");
    if matches!(status, 408 | 425 | 429 | 500..) {
        return Trouble::Passing { error: unreachable(at).because(answered), asked: reply.retry_after() };
    }
    let hint = match status {
        401 | 403 | 410 => "a signed link may have expired: make a new one, or make the file public",
        404 => "check template_url: there is no such file",
        _ => "give a URL that answers with the file itself",
    };
    let text = format!("{} cannot be fetched", shown(at));
    Error::new(Kind::BadInput, "bad_template_url", text).because(answered).hint(hint).into()
}

fn too_large(total: Option<u64>, most: u64) -> Error {
    let size = total.map_or_else(|| "more".to_owned(), fmt::bytes);
    Error::bad_input("template_too_large", "the file at template_url is too large")
        .because(format!("it has {size}, and at most {} are fetched", fmt::bytes(most)))
        .hint("make the .blend smaller, or have it put into the endpoint's library; whoever runs the endpoint can raise RUNPOD_MAX_DOWNLOAD_BYTES")
}
