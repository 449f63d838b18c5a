//! The factory's meters as Modbus TCP servers on loopback, one a machine.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use super::{Failure, LINE, MAIN, Plant, modbus};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// Tells the present in milliseconds UTC.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// A clock that its owner sets.
#[must_use]
pub fn shared_clock(now: &Arc<AtomicI64>) -> Clock {
    let now = now.clone();
    Arc::new(move || now.load(Ordering::Acquire))
}

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
            while connections.try_join_next().is_some() {}
            let meter = self.clone();
            connections.spawn(async move {
                // A connection that breaks is the client's to open again.
                let _ = meter.answer(stream).await;
            });
        }
    }

    async fn answer(&self, mut stream: TcpStream) -> std::io::Result<()> {
        stream.set_nodelay(true)?;
        let mut header = [0; modbus::HEADER];
        loop {
            stream.read_exact(&mut header).await?;
            let Some(length) = modbus::frame_bytes(header) else {
                return Ok(());
            };
            let mut frame = vec![0; length];
            stream.read_exact(&mut frame).await?;
            let Some(answer) = self.ask(&frame[1..])? else {
                continue;
            };
            // At most 252 bytes of answer.
            let length = (answer.len() + 1) as u16;
            header[4..].copy_from_slice(&length.to_be_bytes());
            stream.write_all(&[&header[..], &frame[..1], &answer].concat()).await?;
        }
    }

    /// The answer to a request; `None` for silence, an error to hang up.
    fn ask(&self, request: &[u8]) -> std::io::Result<Option<Vec<u8>>> {
        let mut plant = self.plant.lock().map_err(|_| std::io::Error::other("the plant failed"))?;
        plant.advance_to((self.clock)());
        match plant.failure(self.place) {
            Some(Failure::Unplugged) => Err(std::io::ErrorKind::ConnectionReset.into()),
            Some(Failure::Silent) => Ok(None),
            None => Ok(Some(modbus::answer(&plant, self.place, request))),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::plant::calendar::{day_of, instant};

    /// Monday 2026-03-02, local midnight.
    const START: i64 = 1_772_384_400_000;

    struct Rig {
        plant: Arc<Mutex<Plant>>,
        now: Arc<AtomicI64>,
        servers: Servers,
    }

    impl Rig {
        async fn start() -> Self {
            let plant = Arc::new(Mutex::new(Plant::new(7, START)));
            let now = Arc::new(AtomicI64::new(START));
            let servers = Servers::start(&plant, &shared_clock(&now)).await;
            Self { plant, now, servers: servers.expect("loopback has ports") }
        }

        async fn connect(&self, place: usize) -> TcpStream {
            let (_, address) = self.servers.addresses()[place];
            TcpStream::connect(address).await.expect("somebody listens")
        }

        fn set(&self, day: i64, minute: i64) {
            self.now.store(instant(day_of(START) + day, minute), Ordering::Release);
        }
    }

    fn run(story: impl Future<Output = ()>) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime").block_on(story);
    }

    async fn read(stream: &mut TcpStream, bytes: usize) -> Vec<u8> {
        let mut answer = vec![0; bytes];
        let read = tokio::time::timeout(Duration::from_secs(5), stream.read_exact(&mut answer));
        read.await.expect("in time").expect("an answer");
        answer
    }

    /// Transaction 0x0102, unit 9: the frequency.
    const REQUEST: [u8; 12] = [1, 2, 0, 0, 0, 6, 9, 4, 0, 70, 0, 2];
    const ANSWER: [u8; 13] = [1, 2, 0, 0, 0, 7, 9, 4, 4, 0x42, 0x48, 0, 0];

    #[test]
    fn a_request_may_come_in_pieces_and_several_at_once() {
        run(async {
            let rig = Rig::start().await;
            let mut stream = rig.connect(2).await;
            stream.set_nodelay(true).expect("a socket");
            for cut in 1..REQUEST.len() {
                stream.write_all(&REQUEST[..cut]).await.expect("writes");
                tokio::time::sleep(Duration::from_millis(2)).await;
                stream.write_all(&REQUEST[cut..]).await.expect("writes");
                assert_eq!(read(&mut stream, ANSWER.len()).await, ANSWER, "cut at byte {cut}");
            }
            let two_and_a_half = [&REQUEST[..], &REQUEST, &REQUEST[..5]].concat();
            stream.write_all(&two_and_a_half).await.expect("writes");
            assert_eq!(read(&mut stream, 26).await, [ANSWER, ANSWER].concat());
            stream.write_all(&REQUEST[5..]).await.expect("writes");
            assert_eq!(read(&mut stream, 13).await, ANSWER);
        });
    }

    #[test]
    fn the_clock_moves_the_factory_and_exceptions_keep_the_connection() {
        run(async {
            let rig = Rig::start().await;
            let mut stream = rig.connect(MAIN).await;
            let energy = [0, 1, 0, 0, 0, 6, 1, 3, 0, 10, 0, 4];
            let wrong = [0, 2, 0, 0, 0, 6, 1, 16, 0, 10, 0, 4];
            stream.write_all(&wrong).await.expect("writes");
            assert_eq!(read(&mut stream, 9).await, [0, 2, 0, 0, 0, 3, 1, 0x90, 1]);
            rig.set(1, 0);
            stream.write_all(&energy).await.expect("writes");
            let answer = read(&mut stream, 17).await;
            let mut same = Plant::new(7, START);
            same.advance_to(instant(day_of(START) + 1, 0));
            let exact = same.machine(MAIN).milliwatt_hours / 1_000;
            assert_eq!(answer[9..], exact.to_be_bytes());
            assert!(rig.plant.lock().is_ok_and(|plant| plant.now() == same.now()));
        });
    }

    #[test]
    fn an_unplugged_meter_hangs_up_and_a_silent_one_says_nothing() {
        run(async {
            let rig = Rig::start().await;
            let (mut sorter, mut roller) = (rig.connect(4).await, rig.connect(2).await);
            rig.set(8, 600);
            sorter.write_all(&REQUEST).await.expect("writes");
            assert_eq!(sorter.read(&mut [0; 16]).await.unwrap_or(0), 0);
            rig.set(8, 780);
            let mut sorter = rig.connect(4).await;
            sorter.write_all(&REQUEST).await.expect("writes");
            assert_eq!(read(&mut sorter, 13).await, ANSWER);
            rig.set(11, 840);
            roller.write_all(&REQUEST).await.expect("writes");
            let mut byte = [0];
            let silence = tokio::time::timeout(Duration::from_millis(100), roller.read(&mut byte));
            assert!(silence.await.is_err());
            rig.set(11, 842);
            roller.write_all(&REQUEST).await.expect("writes");
            assert_eq!(read(&mut roller, 13).await, ANSWER, "the lost one is never answered");
        });
    }

    #[test]
    fn other_protocols_and_dropped_servers_end_the_connection() {
        run(async {
            let rig = Rig::start().await;
            let mut stream = rig.connect(0).await;
            stream.write_all(&[0, 1, 0, 1, 0, 6, 1, 4, 0, 0, 0, 2]).await.expect("writes");
            assert_eq!(stream.read(&mut [0; 16]).await.unwrap_or(0), 0);
            let mut open = rig.connect(0).await;
            open.write_all(&REQUEST).await.expect("writes");
            assert_eq!(read(&mut open, 13).await, ANSWER);
            drop(rig.servers);
            assert_eq!(open.read(&mut [0; 16]).await.unwrap_or(0), 0);
        });
    }
}
