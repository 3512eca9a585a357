//! A stretch of a file as the body of a request, read as the connection takes it.

use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use reqwest::RequestBuilder;
use reqwest::header::CONTENT_LENGTH;
use sha2::{Digest, Sha256};
use tokio::io::{AsyncRead, ReadBuf};

use crate::error::Result;
use crate::interrupt::Cancel;

/// Bytes read at a time.
const CHUNK: usize = 256 * 1024;

/// A stretch of a file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stretch<'a> {
    pub(super) file: &'a Path,
    pub(super) start: u64,
    pub(super) length: u64,
}

impl Stretch<'_> {
    /// SHA-256 of its bytes, in hexadecimal.
    ///
    /// # Errors
    /// Those of the file system, a file that has become shorter, and `interrupted`.
    pub(super) fn sha256(self, cancel: &Cancel) -> Result<String> {
        let mut file = self.open()?;
        let (mut hash, mut left, mut buffer) = (Sha256::new(), self.length, vec![0; CHUNK]);
        while left > 0 {
            cancel.check()?;
            let most = usize::try_from(left).unwrap_or(CHUNK).min(CHUNK);
            file.read_exact(&mut buffer[..most])?;
            hash.update(&buffer[..most]);
            left -= most as u64;
        }
        Ok(crate::paths::hex(&hash.finalize()))
    }

    /// Gives a request this body, of known length; what the connection has taken is added to `sent`.
    ///
    /// # Errors
    /// Those of the file system.
    pub(super) fn put_into(self, request: RequestBuilder, sent: &Arc<AtomicU64>) -> Result<RequestBuilder> {
        let file = tokio::fs::File::from_std(self.open()?.into_file());
        let body = Reading { file, left: self.length, buffer: vec![0; CHUNK], sent: Arc::clone(sent) };
        Ok(request.header(CONTENT_LENGTH, self.length).body(reqwest::Body::wrap_stream(body)))
    }

    fn open(self) -> Result<fs_err::File> {
        let mut file = fs_err::File::open(self.file)?;
        file.seek(SeekFrom::Start(self.start))?;
        Ok(file)
    }
}

struct Reading {
    file: tokio::fs::File,
    left: u64,
    buffer: Vec<u8>,
    sent: Arc<AtomicU64>,
}

impl Stream for Reading {
    type Item = io::Result<Vec<u8>>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        if this.left == 0 {
            return Poll::Ready(None);
        }
        let most = usize::try_from(this.left).unwrap_or(CHUNK).min(CHUNK);
        let mut piece = ReadBuf::new(&mut this.buffer[..most]);
        ready!(Pin::new(&mut this.file).poll_read(context, &mut piece))?;
        let read = piece.filled().to_vec();
        if read.is_empty() {
            let error =
                io::Error::new(io::ErrorKind::UnexpectedEof, "the clip became shorter while it was sent");
            return Poll::Ready(Some(Err(error)));
        }
        this.left -= read.len() as u64;
        this.sent.fetch_add(read.len() as u64, Ordering::Relaxed);
        Poll::Ready(Some(Ok(read)))
    }
}
