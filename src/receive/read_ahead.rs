//! Reading on a thread of its own: while one piece is decoded the next ones come in, and a source that is silent for
//! ever can be given up.

use std::io::{self, Read};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use super::intake::PIECE;
use crate::interrupt::Cancel;

/// Pieces that are read before anybody wants them.
const AHEAD: usize = 4;
/// How often a wait looks whether it was cancelled.
const TICK: Duration = Duration::from_millis(50);

/// A source that is read ahead. Its thread ends with the source, or with the process when the source is silent.
#[derive(Debug)]
pub struct ReadAhead {
    pieces: Receiver<io::Result<Vec<u8>>>,
    piece: Vec<u8>,
    at: usize,
    cancel: Cancel,
}

impl ReadAhead {
    /// Begins to read.
    pub fn new(source: impl Read + Send + 'static, cancel: Cancel) -> Self {
        let (sender, pieces) = sync_channel(AHEAD);
        thread::spawn(move || read(source, &sender));
        Self { pieces, piece: Vec::new(), at: 0, cancel }
    }
}

fn read(mut source: impl Read, sender: &SyncSender<io::Result<Vec<u8>>>) {
    loop {
        let mut piece = vec![0; PIECE];
        let read = match source.read(&mut piece) {
            Ok(0) => return,
            Ok(count) => {
                piece.truncate(count);
                Ok(piece)
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => Err(error),
        };
        let last = read.is_err();
        if sender.send(read).is_err() || last {
            return;
        }
    }
}

impl Read for ReadAhead {
    /// An error, not `Interrupted`, once the work is cancelled.
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.at == self.piece.len() {
            if self.cancel.requested() {
                return Err(io::Error::other("interrupted"));
            }
            match self.pieces.recv_timeout(TICK) {
                Ok(piece) => (self.piece, self.at) = (piece?, 0),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Ok(0),
            }
        }
        let count = buffer.len().min(self.piece.len() - self.at);
        buffer[..count].copy_from_slice(&self.piece[self.at..self.at + count]);
        self.at += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_comes_in_order_and_errors_come_last() {
        let bytes: Vec<u8> = (0..3 * PIECE + 7).map(|number| (number % 251) as u8).collect();
        let mut read = Vec::new();
        ReadAhead::new(io::Cursor::new(bytes.clone()), Cancel::default()).read_to_end(&mut read).unwrap();
        assert!(read == bytes);
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("the disk is gone"))
            }
        }
        let source = io::Cursor::new(b"abc").chain(Broken);
        let mut read = Vec::new();
        let error = ReadAhead::new(source, Cancel::default()).read_to_end(&mut read).unwrap_err();
        assert_eq!((read.as_slice(), error.to_string().as_str()), (&b"abc"[..], "the disk is gone"));
    }

    #[test]
    fn a_silent_source_is_given_up_when_cancelled() {
        let (reader, _writer) = io::pipe().unwrap();
        let cancel = Cancel::default();
        let mut ahead = ReadAhead::new(reader, cancel.clone());
        thread::spawn(move || cancel.cancel());
        assert!(ahead.read(&mut [0; 10]).is_err());
    }
}
