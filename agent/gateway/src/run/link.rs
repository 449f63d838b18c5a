//! The connection of a bus: a socket, a serial port of this machine, or whatever a simulated plant has.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use crate::site_file::Bus;
use crate::site_file::words::{Parity, SerialLine};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream};
use tokio::net::TcpStream;
use tokio_serial::{SerialPortBuilderExt as _, SerialStream};

/// Opens the connections of a simulated plant by the addresses of its buses.
pub type Dial = Arc<dyn Fn(&str) -> Dialled + Send + Sync>;

/// A connection that is being opened.
pub type Dialled = Pin<Box<dyn Future<Output = io::Result<DuplexStream>> + Send>>;

/// An open connection.
#[derive(Debug)]
pub(super) enum Link {
    Socket(TcpStream),
    Port(SerialStream),
    Pipe(DuplexStream),
}

impl Link {
    /// Opens a bus's connection in a simulated plant within `timeout`; where there is none, in the real one.
    pub(super) async fn dial(
        dial: Option<&Dial>,
        bus: &Bus,
        timeout: Duration,
    ) -> io::Result<Self> {
        let Some(dial) = dial else { return Self::open(bus, timeout).await };
        let opened = tokio::time::timeout(timeout, dial(&bus.address)).await;
        opened.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?.map(Self::Pipe)
    }

    /// Opens a bus's connection; a socket within `timeout`.
    pub(super) async fn open(bus: &Bus, timeout: Duration) -> io::Result<Self> {
        if let Some(line) = bus.line {
            return open_port(&bus.address, line).map(Self::Port);
        }
        let connecting = tokio::time::timeout(timeout, TcpStream::connect(&bus.address));
        let stream = connecting.await.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
        // Only speed suffers where this is refused.
        let _ = stream.set_nodelay(true);
        Ok(Self::Socket(stream))
    }

    pub(super) async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Socket(stream) => stream.write_all(bytes).await,
            Self::Port(port) => port.write_all(bytes).await,
            Self::Pipe(pipe) => pipe.write_all(bytes).await,
        }
    }

    pub(super) async fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Socket(stream) => stream.read(buffer).await,
            Self::Port(port) => port.read(buffer).await,
            Self::Pipe(pipe) => pipe.read(buffer).await,
        }
    }
}

/// Opens a serial port for this program alone.
fn open_port(device: &str, line: SerialLine) -> io::Result<SerialStream> {
    let parity = match line.parity {
        Parity::None => tokio_serial::Parity::None,
        Parity::Even => tokio_serial::Parity::Even,
        Parity::Odd => tokio_serial::Parity::Odd,
    };
    let stop_bits = match line.stop_bits {
        2 => tokio_serial::StopBits::Two,
        _ => tokio_serial::StopBits::One,
    };
    let port = tokio_serial::new(device, line.baud).parity(parity).stop_bits(stop_bits);
    port.open_native_async().map_err(io::Error::from)
}
