//! The bytes between us and the server, plain or protected, counted as they come in.
//!
//! The count tells a slow server from a dead one, and bounds what one answer can make us hold.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use chrono::{DateTime, Utc};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

use crate::certificate;

/// Marks the error of [`Wire::poll_read`] for a server that sends more than it was asked for.
pub(super) const TOO_MUCH: io::ErrorKind = io::ErrorKind::FileTooLarge;

#[derive(Debug)]
enum Stream {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

#[derive(Debug)]
pub(super) struct Wire {
    stream: Stream,
    received: u64,
    allowed_until: u64,
}

impl Wire {
    pub(super) fn plain(stream: TcpStream) -> Self {
        Self { stream: Stream::Plain(stream), received: 0, allowed_until: u64::MAX }
    }

    pub(super) fn protected(stream: TlsStream<TcpStream>) -> Self {
        Self { stream: Stream::Tls(Box::new(stream)), received: 0, allowed_until: u64::MAX }
    }

    /// The stream below, to start TLS on. `None` when TLS runs already.
    pub(super) fn into_plain(self) -> Option<TcpStream> {
        match self.stream {
            Stream::Plain(stream) => Some(stream),
            Stream::Tls(_) => None,
        }
    }

    /// When the server's certificate ends.
    pub(super) fn certificate_ends(&self) -> Option<DateTime<Utc>> {
        match &self.stream {
            Stream::Plain(_) => None,
            Stream::Tls(stream) => {
                let (_, session) = stream.get_ref();
                certificate::ends_at(session.peer_certificates()?.first()?)
            }
        }
    }

    pub(super) fn received(&self) -> u64 {
        self.received
    }

    /// From here on, more than `bytes` from the server are an error.
    pub(super) fn allow(&mut self, bytes: u64) {
        self.allowed_until = self.received.saturating_add(bytes);
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.received > this.allowed_until {
            return Poll::Ready(Err(TOO_MUCH.into()));
        }
        let before = buffer.filled().len();
        ready!(match &mut this.stream {
            Stream::Plain(stream) => Pin::new(stream).poll_read(cx, buffer),
            Stream::Tls(stream) => Pin::new(stream).poll_read(cx, buffer),
        })?;
        this.received += (buffer.filled().len() - before) as u64;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match &mut self.get_mut().stream {
            Stream::Plain(stream) => Pin::new(stream).poll_write(cx, bytes),
            Stream::Tls(stream) => Pin::new(stream).poll_write(cx, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.get_mut().stream {
            Stream::Plain(stream) => Pin::new(stream).poll_flush(cx),
            Stream::Tls(stream) => Pin::new(stream).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.get_mut().stream {
            Stream::Plain(stream) => Pin::new(stream).poll_shutdown(cx),
            Stream::Tls(stream) => Pin::new(stream).poll_shutdown(cx),
        }
    }
}
