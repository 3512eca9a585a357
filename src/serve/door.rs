//! Connections: so many at a time, and none that does nothing.

use std::future::Future;
use std::io::{self, IoSlice};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, Sleep, sleep, sleep_until};

/// Lets connections in while there is room; the others wait with the system.
pub(super) struct Door {
    listener: TcpListener,
    room: Arc<Semaphore>,
    idle: Duration,
}

impl Door {
    /// At most `connections` at a time; one on which no request is at work and nothing is taken for `idle` ends.
    pub(super) fn new(listener: TcpListener, connections: usize, idle: Duration) -> Self {
        Self { listener, room: Arc::new(Semaphore::new(connections)), idle }
    }
}

impl Listener for Door {
    type Io = Line;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Line, SocketAddr) {
        // Never closed, so this never fails.
        let permit = Arc::clone(&self.room).acquire_owned().await.ok();
        loop {
            match self.listener.accept().await {
                Ok((stream, address)) => {
                    // Small answers leave at once.
                    let _ = stream.set_nodelay(true);
                    let line = Line {
                        stream,
                        pulse: Pulse::default(),
                        idle: self.idle,
                        read: Timer::new(self.idle),
                        write: Timer::new(self.idle),
                        stuck: None,
                        _permit: permit,
                    };
                    return (line, address);
                }
                // Out of file handles, or a client that left before it was let in.
                Err(_) => sleep(Duration::from_millis(50)).await,
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

/// Requests that are at work on a connection, and when something last moved.
#[derive(Debug, Clone)]
pub(super) struct Pulse(Arc<Mutex<(usize, Instant)>>);

impl Default for Pulse {
    fn default() -> Self {
        Self(Arc::new(Mutex::new((0, Instant::now()))))
    }
}

impl Pulse {
    /// A request is at work until the value is dropped.
    pub(super) fn busy(&self) -> Busy {
        self.lock().0 += 1;
        Busy(self.clone())
    }

    fn touch(&self) {
        self.lock().1 = Instant::now();
    }

    fn lock(&self) -> MutexGuard<'_, (usize, Instant)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Until when the connection may do nothing, seen from now.
    fn until(&self, idle: Duration) -> Instant {
        let (busy, last) = *self.lock();
        if busy > 0 { Instant::now() + idle } else { last + idle }
    }
}

impl Connected<IncomingStream<'_, Door>> for Pulse {
    fn connect_info(stream: IncomingStream<'_, Door>) -> Self {
        stream.io().pulse.clone()
    }
}

/// See [`Pulse::busy`].
#[derive(Debug)]
pub(super) struct Busy(Pulse);

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.lock().0 -= 1;
        self.0.touch();
    }
}

/// A connection.
pub(super) struct Line {
    stream: TcpStream,
    pulse: Pulse,
    idle: Duration,
    read: Timer,
    write: Timer,
    /// Until when the client must take something.
    stuck: Option<Instant>,
    _permit: Option<OwnedSemaphorePermit>,
}

struct Timer(Pin<Box<Sleep>>);

impl Timer {
    fn new(time: Duration) -> Self {
        Self(Box::pin(sleep_until(Instant::now() + time)))
    }

    /// Ready once `end` has passed; wakes the task then.
    fn poll(&mut self, end: Instant, context: &mut Context<'_>) -> Poll<()> {
        if self.0.deadline() != end {
            self.0.as_mut().reset(end);
        }
        self.0.as_mut().poll(context)
    }
}

impl Line {
    /// What a write came to, with the client's patience taken into account.
    fn written(
        &mut self,
        result: Poll<io::Result<usize>>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<usize>> {
        if result.is_ready() {
            self.stuck = None;
            self.pulse.touch();
            return result;
        }
        let end = *self.stuck.get_or_insert_with(|| Instant::now() + self.idle);
        ready!(self.write.poll(end, context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for Line {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        // A head that comes byte by byte must be there in time as well.
        loop {
            let end = self.pulse.until(self.idle);
            if self.read.poll(end, context).is_pending() {
                break;
            }
            if self.pulse.until(self.idle) <= Instant::now() {
                return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
            }
        }
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Line {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.written(result, context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.stream).poll_write_vectored(context, bytes);
        self.written(result, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
