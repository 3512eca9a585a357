//! One client: its connections, its limits of time, its certificates.

use std::future::Future;
use std::sync::OnceLock;
use std::time::Duration;

use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder, Method, RequestBuilder, Url};
use tokio::runtime::Runtime;
use tokio::time::timeout;

use super::failure::{Failure, Reached};
use crate::error::{Error, Result};
use crate::interrupt::Cancel;

/// How often a pending request looks whether it was cancelled.
const TICK: Duration = Duration::from_millis(50);
/// For a connection, name resolution and TLS included.
const CONNECT: Duration = Duration::from_secs(10);

/// What a client does when it is sent elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Redirects {
    /// Follows up to five; the `Authorization` header is dropped on the way to another host.
    Follow,
    /// Gives the redirect itself back.
    Refuse,
}

/// Limits of time of one request.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// From the first byte sent to the head of the answer; the body that is sent counts.
    pub head: Duration,
    /// Between two pieces of the answer's body.
    pub idle: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { head: Duration::from_secs(30), idle: Duration::from_secs(30) }
    }
}

/// The runtime that all requests and the local endpoint run on.
///
/// # Errors
/// `no_threads` when the system grants none.
pub fn runtime() -> Result<&'static Runtime> {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    if let Some(runtime) = RUNTIME.get() {
        return Ok(runtime);
    }
    let made = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("net")
        .enable_all()
        .build()
        .map_err(|error| Error::environment("no_threads", "the network cannot be used").source(error))?;
    Ok(RUNTIME.get_or_init(|| made))
}

/// A client. Clones share connections.
#[derive(Debug, Clone)]
pub struct Http {
    client: Client,
}

impl Http {
    /// A client that trusts the web's certificate authorities and the system's (`SSL_CERT_FILE` among them).
    ///
    /// # Errors
    /// `no_tls` when TLS cannot be set up.
    pub fn new(redirects: Redirects) -> Result<Self> {
        Self::build(redirects, |builder| builder)
    }

    /// The same with more said to the builder, such as a resolver of names.
    ///
    /// # Errors
    /// As for [`Self::new`].
    pub fn build(redirects: Redirects, more: impl FnOnce(ClientBuilder) -> ClientBuilder) -> Result<Self> {
        // A second call finds the provider there already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let roots = webpki_root_certs::TLS_SERVER_ROOT_CERTS
            .iter()
            .filter_map(|der| reqwest::Certificate::from_der(der).ok());
        let builder = Client::builder()
            .user_agent(concat!("broll/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT)
            .tls_certs_merge(roots)
            // Queries of presigned links are secrets, and not for whoever a link leads to.
            .referer(false)
            .redirect(match redirects {
                Redirects::Follow => Policy::limited(5),
                Redirects::Refuse => Policy::none(),
            });
        let client = more(builder)
            .build()
            .map_err(|error| Error::environment("no_tls", "HTTP cannot be used").source(error))?;
        Ok(Self { client })
    }

    /// A request, to be filled in and given to [`Self::send`].
    pub fn request(&self, method: Method, url: Url) -> RequestBuilder {
        self.client.request(method, url)
    }

    /// Sends a request and waits for the head of its answer, whatever its status.
    ///
    /// # Errors
    /// A [`Failure`] that knows how far the request had come.
    pub fn send(&self, request: RequestBuilder, limits: Limits, cancel: &Cancel) -> Result<Reply, Failure> {
        let sent = async {
            match timeout(limits.head, request.send()).await {
                Ok(answer) => answer.map_err(|error| Failure::of(error, Reached::Sent)),
                Err(_) => {
                    Err(Failure::timed_out(Reached::Sent, "there was no answer", limits.head.as_secs()))
                }
            }
        };
        let response = wait_for(sent, Reached::Sent, cancel)?;
        Ok(Reply { response, idle: limits.idle, cancel: cancel.clone() })
    }
}

/// The head of an answer, and its body to be read.
#[derive(Debug)]
pub struct Reply {
    response: reqwest::Response,
    idle: Duration,
    cancel: Cancel,
}

impl Reply {
    /// From here on `cancel` alone ends the reading of the body.
    #[must_use]
    pub fn under(self, cancel: &Cancel) -> Self {
        Self { cancel: cancel.clone(), ..self }
    }

    /// The status code.
    pub fn status(&self) -> u16 {
        self.response.status().as_u16()
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        self.response.headers()
    }

    /// The value of a header, when it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers().get(name)?.to_str().ok()
    }

    /// Bytes of the body, when the server says so.
    pub fn length(&self) -> Option<u64> {
        self.response.content_length()
    }

    /// How long the server asks to wait, when it says so in seconds.
    pub fn retry_after(&self) -> Option<Duration> {
        let seconds = self.header(RETRY_AFTER.as_str())?.trim().parse().ok()?;
        Some(Duration::from_secs(seconds))
    }

    /// The next piece of the body; `None` at its end.
    ///
    /// # Errors
    /// A [`Failure`] when the body breaks off or is silent for longer than the limit.
    pub fn chunk(&mut self) -> Result<Option<Vec<u8>>, Failure> {
        let idle = self.idle;
        let response = &mut self.response;
        let read = async move {
            match timeout(idle, response.chunk()).await {
                Ok(piece) => piece.map_err(|error| Failure::of(error, Reached::Body)),
                Err(_) => Err(Failure::timed_out(Reached::Body, "nothing more came", idle.as_secs())),
            }
        };
        let piece = wait_for(read, Reached::Body, &self.cancel)?;
        Ok(piece.map(Vec::from))
    }

    /// The whole body, when it is not longer than `most` bytes.
    ///
    /// # Errors
    /// As for [`Self::chunk`], and a body that is too long.
    pub fn bytes(mut self, most: usize) -> Result<Vec<u8>, Failure> {
        let mut bytes = Vec::new();
        while let Some(piece) = self.chunk()? {
            bytes.extend_from_slice(&piece);
            if bytes.len() > most {
                return Err(Failure::too_long(most));
            }
        }
        Ok(bytes)
    }
}

fn wait_for<T>(
    work: impl Future<Output = Result<T, Failure>>,
    reached: Reached,
    cancel: &Cancel,
) -> Result<T, Failure> {
    let runtime = runtime().map_err(|error| Failure::new(Reached::Nothing, error.to_string()))?;
    runtime.block_on(async {
        let cancelled = async {
            while !cancel.requested() {
                tokio::time::sleep(TICK).await;
            }
        };
        tokio::select! {
            // An answer that is there already is not thrown away.
            biased;
            done = work => done,
            () = cancelled => Err(Failure::cancelled(reached)),
        }
    })
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::thread;

    use super::*;

    /// Answers one request with these bytes, then holds the line for a moment.
    fn answering(bytes: &'static [u8]) -> Url {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap()).parse().unwrap();
        thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let _ = stream.read(&mut [0; 4096]);
            stream.write_all(bytes).unwrap();
            thread::sleep(Duration::from_secs(3));
        });
        url
    }

    fn send(url: Url, limits: Limits) -> Result<Reply, Failure> {
        let http = Http::new(Redirects::Refuse).unwrap();
        http.send(http.request(Method::GET, url), limits, &Cancel::default())
    }

    #[test]
    fn an_answer_has_status_headers_and_body() {
        let url = answering(b"HTTP/1.1 429 No\r\nRetry-After: 7\r\nContent-Length: 3\r\n\r\nabc");
        let reply = send(url, Limits::default()).unwrap();
        assert_eq!((reply.status(), reply.retry_after()), (429, Some(Duration::from_secs(7))));
        assert_eq!(reply.bytes(3).unwrap(), b"abc");
    }

    #[test]
    fn a_failure_knows_how_far_the_request_had_come() {
        let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let failure =
            send(format!("http://{nobody}/?secret=1").parse().unwrap(), Limits::default()).unwrap_err();
        assert_eq!(failure.reached, Reached::Nothing);
        assert!(!failure.why.contains("secret"), "{failure}");
        let short = Limits { head: Duration::from_millis(100), idle: Duration::from_millis(100) };
        let failure = send(answering(b""), short).unwrap_err();
        assert!(failure.reached == Reached::Sent && failure.timed_out);
        let cut =
            send(answering(b"HTTP/1.1 200 OK\r\nContent-Length: 30\r\n\r\nabc"), Limits::default()).unwrap();
        assert_eq!(cut.bytes(100).unwrap_err().reached, Reached::Body);
    }

    #[test]
    fn a_pending_request_ends_when_it_is_cancelled() {
        let (http, cancel) = (Http::new(Redirects::Refuse).unwrap(), Cancel::default());
        let request = http.request(Method::GET, answering(b""));
        thread::spawn({
            let cancel = cancel.clone();
            move || {
                thread::sleep(Duration::from_millis(50));
                cancel.cancel();
            }
        });
        assert!(http.send(request, Limits::default(), &cancel).unwrap_err().cancelled);
    }
}
