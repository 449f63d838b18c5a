//! Connections whose other side has to read: whoever takes nothing for too long is cut off.
//!
//! Without this a client that opens the event stream and stops reading would hold a connection and what the kernel
//! keeps for it for ever.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::serve::Listener;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Sleep, sleep};

/// For how long nothing may be taken.
const PATIENCE: Duration = Duration::from_secs(30);

/// A listener that hands out [`Watched`] connections.
#[derive(Debug)]
pub(super) struct Impatient(pub(super) TcpListener);

impl Listener for Impatient {
    type Io = Watched<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        let (stream, address) = Listener::accept(&mut self.0).await;
        (Watched::new(stream, PATIENCE), address)
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.0.local_addr()
    }
}

/// A stream that fails when nothing could be written for a while.
#[derive(Debug)]
pub(super) struct Watched<T> {
    stream: T,
    patience: Duration,
    /// Runs while the other side takes nothing.
    stuck: Option<Pin<Box<Sleep>>>,
}

impl<T> Watched<T> {
    const fn new(stream: T, patience: Duration) -> Self {
        Self { stream, patience, stuck: None }
    }

    /// Passes on how writing went, or that it went nowhere for too long.
    fn judged<R>(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<R>>,
    ) -> Poll<io::Result<R>> {
        if written.is_ready() {
            self.stuck = None;
            return written;
        }
        let patience = self.patience;
        let stuck = self.stuck.get_or_insert_with(|| Box::pin(sleep(patience)));
        stuck.as_mut().poll(context).map(|()| Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for Watched<T> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_read(context, buffer)
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Watched<T> {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let watched = self.get_mut();
        let written = Pin::new(&mut watched.stream).poll_write(context, bytes);
        watched.judged(context, written)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let watched = self.get_mut();
        let written = Pin::new(&mut watched.stream).poll_write_vectored(context, slices);
        watched.judged(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    #[test]
    fn who_takes_nothing_is_cut_off_and_who_is_slow_is_not() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime").block_on(async {
            let (near, mut far) = tokio::io::duplex(8);
            let mut watched = Watched::new(near, Duration::from_secs(1));
            let reader = tokio::spawn(async move {
                let mut bytes = [0; 8];
                for _ in 0..3 {
                    sleep(Duration::from_millis(400)).await;
                    far.read_exact(&mut bytes).await.expect("there is more to come");
                }
                far
            });
            watched.write_all(&[7; 32]).await.expect("some are taken before long");
            let _far = reader.await.expect("the reader ends");
            let cut = watched.write_all(&[7; 8]).await.expect_err("nobody reads any more");
            assert_eq!(cut.kind(), io::ErrorKind::TimedOut);
        });
    }
}
