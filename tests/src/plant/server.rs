//! The factory's meters as Modbus TCP servers on loopback, one a machine.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use super::{Failure, LINE, MAIN, Plant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// Tells the present in milliseconds UTC.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// The servers; they end when this is dropped.
#[derive(Debug)]
pub struct Servers {
    addresses: Vec<(&'static str, SocketAddr)>,
    _tasks: JoinSet<()>,
}

#[derive(Clone)]
struct Meter {
    plant: Arc<Mutex<Plant>>,
    clock: Clock,
    place: usize,
}

impl Servers {
    /// Starts a server for every machine and the main meter.
    ///
    /// # Errors
    /// When loopback has no port left.
    pub async fn start(plant: &Arc<Mutex<Plant>>, clock: &Clock) -> std::io::Result<Self> {
        let (mut tasks, mut addresses) = (JoinSet::new(), Vec::new());
        let names = LINE.iter().map(|design| design.id).chain(["main"]);
        for (place, name) in names.enumerate() {
            let listener = TcpListener::bind("127.0.0.1:0").await?;
            addresses.push((name, listener.local_addr()?));
            let meter = Meter { plant: plant.clone(), clock: clock.clone(), place };
            tasks.spawn(meter.listen(listener));
        }
        debug_assert_eq!(addresses.len(), MAIN + 1);
        Ok(Self { addresses, _tasks: tasks })
    }

    /// Machine names with their addresses.
    #[must_use]
    pub fn addresses(&self) -> &[(&'static str, SocketAddr)] {
        &self.addresses
    }
}

impl Meter {
    async fn listen(self, listener: TcpListener) {
        let mut connections = JoinSet::new();
        while let Ok((stream, _)) = listener.accept().await {
            let meter = self.clone();
            connections.spawn(async move {
                // A connection that breaks is the client's to open again.
                let _ = meter.answer(stream).await;
            });
        }
    }

    async fn answer(&self, mut stream: TcpStream) -> std::io::Result<()> {
        stream.set_nodelay(true)?;
        let mut header = [0; 7];
        loop {
            stream.read_exact(&mut header).await?;
            let length = usize::from(u16::from_be_bytes([header[4], header[5]]));
            if !(2..=254).contains(&length) {
                return Ok(());
            }
            let mut request = vec![0; length - 1];
            stream.read_exact(&mut request).await?;
            let Some(answer) = self.ask(&request)? else {
                continue;
            };
            let length = (answer.len() + 1) as u16;
            header[4..6].copy_from_slice(&length.to_be_bytes());
            stream.write_all(&[&header[..], &answer].concat()).await?;
        }
    }

    /// The answer to a request; `None` for silence, an error to hang up.
    fn ask(&self, request: &[u8]) -> std::io::Result<Option<Vec<u8>>> {
        let mut plant = self.plant.lock().map_err(|_| std::io::Error::other("the plant failed"))?;
        plant.advance_to((self.clock)());
        match plant.failure(self.place) {
            Some(Failure::Unplugged) => return Err(std::io::ErrorKind::ConnectionReset.into()),
            Some(Failure::Silent) => return Ok(None),
            None => {}
        }
        let &[function, a, b, c, d] = request else {
            return Ok(Some(vec![request.first().copied().unwrap_or(0) | 0x80, 3]));
        };
        let (address, count) = (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
        let registers = match function {
            3 => plant.holding_registers(self.place, address, count),
            4 => plant.input_registers(self.place, address, count),
            _ => return Ok(Some(vec![function | 0x80, 1])),
        };
        let Some(registers) = registers.filter(|_| (1..=125).contains(&count)) else {
            return Ok(Some(vec![function | 0x80, 2]));
        };
        let mut answer = vec![function, (count * 2) as u8];
        answer.extend(registers.iter().flat_map(|register| register.to_be_bytes()));
        Ok(Some(answer))
    }
}
