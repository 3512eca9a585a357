//! Bodies of requests, bounded in size and time.

use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use tokio::time::{Instant, timeout_at};

/// So many times the limit are read and thrown away: a client that is still sending cannot read the refusal.
const PATIENCE: usize = 4;

/// Why there is no body.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// It is longer than so many MiB.
    TooLong(usize),
    /// It did not come in time.
    Slow,
    /// It broke off, or is no body.
    Broken,
}

/// Limits of a body.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    pub(super) mib: usize,
    /// Between two pieces.
    pub(super) idle: Duration,
    /// For all of it.
    pub(super) whole: Duration,
}

/// Reads a body.
///
/// # Errors
/// See [`Failure`].
pub(super) async fn read(mut body: Body, bounds: Bounds) -> Result<Vec<u8>, Failure> {
    let (most, end) = (bounds.mib << 20, Instant::now() + bounds.whole);
    let mut bytes = Vec::new();
    while let Some(piece) = next(&mut body, bounds.idle, end).await? {
        if bytes.len() + piece.len() > most {
            drop(std::mem::take(&mut bytes));
            discard(body, most * PATIENCE, bounds).await;
            return Err(Failure::TooLong(bounds.mib));
        }
        bytes.extend_from_slice(&piece);
    }
    Ok(bytes)
}

/// Reads up to `most` bytes and throws them away.
pub(super) async fn discard(mut body: Body, most: usize, bounds: Bounds) {
    let end = Instant::now() + bounds.whole;
    let mut count = 0;
    while let Ok(Some(piece)) = next(&mut body, bounds.idle, end).await {
        count += piece.len();
        if count > most {
            return;
        }
    }
}

async fn next(body: &mut Body, idle: Duration, end: Instant) -> Result<Option<Bytes>, Failure> {
    loop {
        let frame = poll_fn(|context| Pin::new(&mut *body).poll_frame(context));
        match timeout_at(end.min(Instant::now() + idle), frame).await {
            Err(_) => return Err(Failure::Slow),
            Ok(None) => return Ok(None),
            Ok(Some(Err(_))) => return Err(Failure::Broken),
            Ok(Some(Ok(frame))) => {
                // Trailers are of no interest.
                if let Ok(piece) = frame.into_data() {
                    return Ok(Some(piece));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::runtime;

    fn bounds() -> Bounds {
        Bounds { mib: 1, idle: Duration::from_millis(50), whole: Duration::from_secs(5) }
    }

    #[test]
    fn the_limit_is_exact() {
        let read =
            |length: usize| runtime().unwrap().block_on(read(Body::from(vec![b' '; length]), bounds()));
        assert_eq!(read(1 << 20).map(|bytes| bytes.len()), Ok(1 << 20));
        assert_eq!(read((1 << 20) + 1), Err(Failure::TooLong(1)));
        assert_eq!(read(0), Ok(Vec::new()));
    }
}
