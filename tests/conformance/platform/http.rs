//! The wire: one thread a connection, requests as they came, answers as a script wants them, broken ones too.

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, Weak};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

/// A request as it came.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    /// When its head was complete.
    pub(crate) at: Instant,
    pub(crate) method: String,
    /// Path and query, raw.
    pub(crate) target: String,
    /// Without the query.
    pub(crate) path: String,
    /// In order, names as they were spelled.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    line: Weak<TcpStream>,
}

impl Seen {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// One value of the query, decoded.
    pub(crate) fn query(&self, name: &str) -> Option<String> {
        let url: broll::net::Url = format!("http://x{}", self.target).parse().ok()?;
        url.query_pairs().find(|(own, _)| own == name).map(|(_, value)| value.into_owned())
    }

    /// Whether the other side has closed the connection. To be asked while nothing is read from it.
    pub(crate) fn abandoned(&self) -> bool {
        let Some(line) = self.line.upgrade() else { return true };
        line.set_nonblocking(true).unwrap();
        let end = !matches!(line.peek(&mut [0]), Err(error) if error.kind() == ErrorKind::WouldBlock);
        line.set_nonblocking(false).unwrap();
        end
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }
}

/// What a request gets.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
    /// Status, more headers, body.
    Whole { status: u16, headers: Vec<(String, String)>, body: Vec<u8> },
    /// The length of the whole body is announced, only `after` bytes of it come.
    Cut { status: u16, body: Vec<u8>, after: usize },
    /// In pieces of so many bytes with a pause before each.
    Slow { status: u16, body: Vec<u8>, piece: usize, pause: Duration },
    /// Half of the body, and the rest once this is set.
    Held { status: u16, body: Vec<u8>, open: Arc<AtomicBool> },
    /// Nothing for so long, then the end of the connection.
    Hang(Duration),
    /// The connection ends without a byte.
    Close,
    /// These bytes and the end of the connection.
    Raw(Vec<u8>),
}

impl Answer {
    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Self::typed(status, "application/json", body.to_string().as_bytes())
    }

    pub(crate) fn html(status: u16) -> Self {
        Self::typed(status, "text/html", b"<html><body><h1>Bad gateway</h1></body></html>")
    }

    pub(crate) fn typed(status: u16, kind: &str, body: &[u8]) -> Self {
        let headers = vec![("Content-Type".to_owned(), kind.to_owned())];
        Self::Whole { status, headers, body: body.to_vec() }
    }

    pub(crate) fn empty(status: u16) -> Self {
        Self::Whole { status, headers: Vec::new(), body: Vec::new() }
    }

    pub(crate) fn with_header(self, name: &str, value: &str) -> Self {
        match self {
            Self::Whole { status, mut headers, body } => {
                headers.push((name.to_owned(), value.to_owned()));
                Self::Whole { status, headers, body }
            }
            other => other,
        }
    }
}

/// Answers on a port of its own until the process ends.
pub(crate) struct Server {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Server {
    /// `answer` may block: every connection has its own thread.
    pub(crate) fn start(answer: impl Fn(&Seen) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (address, seen) = (listener.local_addr().unwrap(), Arc::new(Mutex::new(Vec::new())));
        let (log, answer) = (Arc::clone(&seen), Arc::new(answer));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (log, answer) = (Arc::clone(&log), Arc::clone(&answer));
                thread::spawn(move || {
                    let mut reader = BufReader::new(stream.try_clone().unwrap());
                    let stream = Arc::new(stream);
                    while let Some(request) = read(&mut reader, &stream) {
                        log.lock().unwrap().push(request.clone());
                        if !write(&stream, answer(&request)) {
                            let _ = stream.shutdown(std::net::Shutdown::Both);
                            break;
                        }
                    }
                });
            }
        });
        Self { address, seen }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Every request so far, in the order of their heads.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

fn read(reader: &mut BufReader<TcpStream>, line: &Arc<TcpStream>) -> Option<Seen> {
    let stream = Arc::downgrade(line);
    let mut line = || {
        let mut text = String::new();
        (reader.read_line(&mut text).ok()? > 0).then(|| text.trim_end().to_owned())
    };
    let first = line()?;
    let mut words = first.split(' ');
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = Vec::new();
    loop {
        let header = line()?;
        if header.is_empty() {
            break;
        }
        let (name, value) = header.split_once(':')?;
        headers.push((name.to_owned(), value.trim().to_owned()));
    }
    let path = target.split('?').next()?.to_owned();
    let mut seen = Seen { at: Instant::now(), method, target, path, headers, body: Vec::new(), line: stream };
    if seen.header("transfer-encoding").is_some_and(|coding| coding.eq_ignore_ascii_case("chunked")) {
        seen.body = read_chunks(reader)?;
    } else {
        let length = seen.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
        seen.body = vec![0; length];
        reader.read_exact(&mut seen.body).ok()?;
    }
    Some(seen)
}

fn read_chunks(reader: &mut BufReader<TcpStream>) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let mut size = String::new();
        reader.read_line(&mut size).ok()?;
        let size = usize::from_str_radix(size.trim(), 16).ok()?;
        let mut chunk = vec![0; size + 2];
        reader.read_exact(&mut chunk).ok()?;
        body.extend_from_slice(&chunk[..size]);
        if size == 0 {
            return Some(body);
        }
    }
}

/// Whether the connection goes on.
fn write(mut stream: &TcpStream, answer: Answer) -> bool {
    let head = |status: u16, headers: &[(String, String)], length: usize| {
        let mut head = format!("HTTP/1.1 {status} Status\r\n");
        headers.iter().for_each(|(name, value)| head += &format!("{name}: {value}\r\n"));
        // These two have no body by definition.
        if status != 204 && status != 304 {
            head += &format!("Content-Length: {length}\r\n");
        }
        head + "\r\n"
    };
    match answer {
        Answer::Whole { status, headers, body } => {
            let bytes = [head(status, &headers, body.len()).as_bytes(), &body].concat();
            stream.write_all(&bytes).is_ok()
        }
        Answer::Cut { status, body, after } => {
            let bytes = [head(status, &[], body.len()).as_bytes(), &body[..after]].concat();
            let _ = stream.write_all(&bytes);
            false
        }
        Answer::Slow { status, body, piece, pause } => {
            let _ = stream.write_all(head(status, &[], body.len()).as_bytes());
            body.chunks(piece).all(|piece| {
                thread::sleep(pause);
                stream.write_all(piece).is_ok()
            })
        }
        Answer::Held { status, body, open } => {
            let (first, rest) = body.split_at(body.len() / 2);
            let begun = stream.write_all(&[head(status, &[], body.len()).as_bytes(), first].concat());
            while !open.load(Ordering::SeqCst) {
                thread::sleep(Duration::from_millis(5));
            }
            begun.and_then(|()| stream.write_all(rest)).is_ok()
        }
        Answer::Hang(time) => {
            thread::sleep(time);
            false
        }
        Answer::Close => false,
        Answer::Raw(bytes) => {
            let _ = stream.write_all(&bytes);
            false
        }
    }
}
