//! A clip behind a link: downloaded to where it lands, through whatever a network does to it.
//!
//! No request carries an `Authorization` header: a link is signed or public. Its query is a secret and never shown.

use std::time::{Duration, Instant};

use super::decoder::Sink;
use super::landing::Landing;
use super::{Order, volume};
use crate::error::{Error, Result};
use crate::event::Event;
use crate::interrupt::Cancel;
use crate::net::{Backoff, Failure, Http, Limits, Method, Redirects, Resume, Url, sleep};

/// How patient a download is.
struct Pace {
    /// Tries without a byte more than ever before, then it is given up.
    tries: u32,
    /// The first wait between two tries, about.
    first: Duration,
    /// The longest one, also where a server asks for more.
    longest: Duration,
}

/// Under a minute in all: longer outages are for the person who waits to judge.
const PACE: Pace = Pace { tries: 8, first: Duration::from_millis(400), longest: Duration::from_secs(30) };
/// Time between two reports.
const REPORT: Duration = Duration::from_millis(100);

/// Why a try ended without the whole clip.
enum Fault {
    /// Another try may do; the server may say when.
    Passing(String, Option<Duration>),
    /// No further try can help.
    Lasting(Error),
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Lasting(error)
    }
}

/// Brings the clip behind `link` down.
///
/// # Errors
/// `bad_link` and `not_a_clip` (exit 1), `link_expired`, `download_failed`, `on_volume`, `in_bucket` (exit 5), `interrupted`.
pub(super) fn fetch(link: &str, landing: &mut Landing<'_>, order: &Order<'_>) -> Result<()> {
    fetch_at(&PACE, link, landing, order)
}

/// A bucket that gives no links, such as RunPod's own or one whose key may only write.
fn in_bucket(url: &Url) -> Error {
    let url = format!("s3://{}", shown(url));
    Error::remote("in_bucket", "the video lies in a bucket that gives no links")
        .because(format!("it is {url}"))
        .hint(format!("fetch it with an S3 client and the bucket's key: aws s3 cp {url} . --endpoint-url BUCKET_ENDPOINT_URL"))
}

fn fetch_at(pace: &Pace, link: &str, landing: &mut Landing<'_>, order: &Order<'_>) -> Result<()> {
    let url: Url =
        link.parse().map_err(|error| bad_link("the link to the video is no URL").because(error))?;
    match url.scheme() {
        "http" | "https" => {}
        "file" => return volume::copy(&url, landing, order),
        "s3" => return Err(in_bucket(&url)),
        other => return Err(bad_link(&format!("the link to the video is of an unknown kind: {other}"))),
    }
    let mut download = Download {
        http: Http::new(Redirects::Follow)?,
        shown: shown(&url),
        url,
        resume: Resume::default(),
        reported: None,
        landing,
        order,
    };
    let mut backoff = Backoff::new(pace.first, pace.longest);
    let (mut left, mut best) = (pace.tries, 0);
    loop {
        let (reason, asked) = match download.once() {
            Ok(()) => return Ok(()),
            Err(Fault::Lasting(error)) => return Err(error),
            Err(Fault::Passing(reason, asked)) => (reason, asked),
        };
        if download.resume.have() > best {
            best = download.resume.have();
            left = pace.tries;
            backoff.reset();
        } else {
            left -= 1;
        }
        if left == 0 {
            return Err(Error::remote(
                "download_failed",
                format!("the video could not be fetched from {}", download.shown),
            )
            .because(reason)
            .hint("check the network, then run the same command again"));
        }
        let wait = backoff.next_wait().max(asked.unwrap_or_default().min(pace.longest));
        order.reporter.report(&Event::Retrying { reason, seconds: wait.as_secs_f64() });
        sleep(wait, order.cancel)?;
    }
}

struct Download<'a, 'b, 'c> {
    http: Http,
    url: Url,
    shown: String,
    resume: Resume,
    reported: Option<Instant>,
    landing: &'a mut Landing<'b>,
    order: &'a Order<'c>,
}

impl Download<'_, '_, '_> {
    /// One request and its answer.
    fn once(&mut self) -> Result<(), Fault> {
        let cancel: &Cancel = self.order.cancel;
        // Bytes as they lie there: a range of a compressed clip would be a range of something else.
        let mut request =
            self.http.request(Method::GET, self.url.clone()).header("Accept-Encoding", "identity");
        for (name, value) in self.resume.headers() {
            request = request.header(name, value);
        }
        let mut reply =
            self.http.send(request, Limits::default(), cancel).map_err(|failure| self.fault(failure))?;
        match reply.status() {
            206 if self.resume.goes_on(&|name| reply.header(name).map(str::to_owned)) => {}
            200 => {
                self.restart();
                self.resume.begins(reply.length(), reply.header("etag"));
            }
            206 | 416 => {
                self.restart();
                return Err(Fault::Passing(
                    "the server sent another part than the one asked for".to_owned(),
                    None,
                ));
            }
            status @ (401 | 403 | 404 | 410) => return Err(self.expired(status).into()),
            status @ (408 | 425 | 429 | 500..=599) => {
                return Err(Fault::Passing(
                    format!("{} answered with {status}", self.shown),
                    reply.retry_after(),
                ));
            }
            status => return Err(self.leads_nowhere(&format!("it answered with {status}")).into()),
        }
        while let Some(bytes) = reply.chunk().map_err(|failure| self.fault(failure))? {
            self.landing.write(&bytes)?;
            self.resume.took(bytes.len() as u64);
            self.report();
        }
        if let Some(missing) = self.resume.missing() {
            return Err(Fault::Passing(format!("the answer ended {missing} bytes early"), None));
        }
        self.reported = None;
        self.report();
        Ok(())
    }

    fn restart(&mut self) {
        self.landing.restart();
        self.resume = Resume::default();
    }

    fn report(&mut self) {
        if self.reported.is_some_and(|last| last.elapsed() < REPORT) {
            return;
        }
        self.reported = Some(Instant::now());
        self.order
            .reporter
            .report(&Event::Downloading { bytes: self.resume.have(), total: self.resume.total() });
    }

    /// A request that came to nothing.
    fn fault(&self, failure: Failure) -> Fault {
        if failure.cancelled {
            return Error::interrupted("interrupted while the clip was downloaded").into();
        }
        if failure.astray {
            return self.leads_nowhere(&failure.why).into();
        }
        Fault::Passing(failure.why, None)
    }

    fn leads_nowhere(&self, why: &str) -> Error {
        Error::remote("download_failed", format!("the link to the video, {}, leads nowhere", self.shown))
            .because(why)
            .hint("see what the endpoint's handler returns as `video_url`")
    }

    fn expired(&self, status: u16) -> Error {
        Error::remote("link_expired", "the link to the video has expired")
            .because(format!("{} answered with {status}", self.shown))
            .hint("fetch the job's answer again for a fresh link, or run the job again")
    }
}

fn bad_link(message: &str) -> Error {
    Error::bad_input("bad_link", message).hint("see what the endpoint's handler returns as `video_url`")
}

/// A URL without what may be secret: credentials, query and fragment.
fn shown(url: &Url) -> String {
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    format!("{}{port}{}", url.host_str().unwrap_or_default(), url.path())
}

#[cfg(test)]
#[path = "tests/fetch.rs"]
mod tests;
