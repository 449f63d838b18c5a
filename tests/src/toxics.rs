//! Modbus TCP meters of which half misbehave, behind sockets or behind pipes whose time may be simulated.
//!
//! What a misbehaving meter says is one known word in all its registers: no reading of it may ever be kept.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::random::Random;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, DuplexStream};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

/// Meters of a rig.
pub const METERS: usize = 128;
/// How often each is asked.
pub const EVERY: Duration = Duration::from_secs(1);
/// What a master waits for an answer.
pub const TIMEOUT: Duration = Duration::from_millis(800);
/// The register word of meters that lie.
const LIE: u16 = 0x7bad;
/// How long a meter that has gone deaf holds its end of a connection.
const DEAF: Duration = Duration::from_secs(30);

/// How a meter behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// Answers within a tenth of the period.
    Good,
    /// Takes connections and requests and says nothing.
    Silent,
    /// Neither reads nor closes; every other connection is never taken at all where that can be shown.
    HalfOpen,
    /// One byte a second.
    Slow,
    /// The header promises more than comes.
    TooLong,
    /// The header promises less than comes.
    TooShort,
    /// The right answer, after the master has stopped to wait.
    Late,
    /// Whole answers to requests that nobody made, without end.
    Flood,
    /// Answers at once under the number of the transaction before.
    Mistaken,
}

/// Every way to misbehave.
pub const TOXIC: [Manner; 8] = [
    Manner::Silent,
    Manner::HalfOpen,
    Manner::Slow,
    Manner::TooLong,
    Manner::TooShort,
    Manner::Late,
    Manner::Flood,
    Manner::Mistaken,
];

impl Manner {
    /// Of a meter by its number: every second one is good.
    #[must_use]
    pub fn of(meter: usize) -> Self {
        if meter.is_multiple_of(2) { Self::Good } else { TOXIC[meter / 2 % TOXIC.len()] }
    }
}

/// When the requests to the good meters came.
#[derive(Debug, Clone, Copy, Default)]
pub struct Punctuality {
    /// Requests.
    pub asked: u64,
    /// The longest and the shortest time from one request to the next of one meter.
    pub longest: Duration,
    /// See `longest`.
    pub shortest: Option<Duration>,
}

/// The meters, as whoever serves them shares them.
#[derive(Debug, Clone)]
pub struct Meters {
    begun: Instant,
    last: Arc<Mutex<Vec<Option<Instant>>>>,
    seen: Arc<Mutex<Punctuality>>,
}

impl Default for Meters {
    fn default() -> Self {
        let (last, seen) = (vec![None; METERS], Punctuality::default());
        let (last, seen) = (Arc::new(Mutex::new(last)), Arc::new(Mutex::new(seen)));
        Self { begun: Instant::now(), last, seen }
    }
}

impl Meters {
    /// What was seen at the good meters so far.
    #[must_use]
    pub fn punctuality(&self) -> Punctuality {
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets what was seen: for who wants to leave out the start.
    pub fn forget(&self) {
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = Punctuality::default();
    }

    /// Opens a pipe to a meter.
    ///
    /// # Errors
    /// Never; as of a socket.
    pub async fn dial(self, meter: usize, attempt: u64) -> io::Result<DuplexStream> {
        if Manner::of(meter) == Manner::HalfOpen && attempt % 2 == 1 {
            std::future::pending::<()>().await;
        }
        let (ours, theirs) = tokio::io::duplex(4_096);
        tokio::spawn(async move {
            // A connection that breaks is the master's to open again.
            let _ = self.serve(meter, ours).await;
        });
        Ok(theirs)
    }

    /// Serves every meter at a port of loopback, until the set is dropped.
    ///
    /// # Errors
    /// When loopback has no port left.
    pub async fn listen(&self, tasks: &mut JoinSet<()>) -> io::Result<Vec<SocketAddr>> {
        let mut addresses = Vec::new();
        for meter in 0..METERS {
            let listener = TcpListener::bind("127.0.0.1:0").await?;
            addresses.push(listener.local_addr()?);
            tasks.spawn(self.clone().accept(meter, listener));
        }
        Ok(addresses)
    }

    async fn accept(self, meter: usize, listener: TcpListener) {
        let mut connections = JoinSet::new();
        while let Ok((stream, _)) = listener.accept().await {
            let meters = self.clone();
            connections.spawn(async move {
                let _ = stream.set_nodelay(true);
                let _ = meters.serve(meter, stream).await;
            });
            while connections.try_join_next().is_some() {}
        }
    }

    async fn serve(
        &self,
        meter: usize,
        mut stream: impl AsyncRead + AsyncWrite + Unpin,
    ) -> io::Result<()> {
        let manner = Manner::of(meter);
        let mut random = Random::new(meter as u64);
        if manner == Manner::HalfOpen {
            sleep(DEAF).await;
            return Ok(());
        }
        loop {
            let mut request = [0; 12];
            stream.read_exact(&mut request).await?;
            let request = Request(request);
            if manner == Manner::Good {
                self.note(meter);
                sleep(Duration::from_millis(random.below(100) as u64)).await;
                stream.write_all(&request.truth(self.begun.elapsed())).await?;
            } else {
                misbehave(manner, request, &mut stream).await?;
            }
        }
    }

    /// Takes in that a good meter is asked.
    fn note(&self, meter: usize) {
        let now = Instant::now();
        let before = self.last.lock().unwrap_or_else(PoisonError::into_inner)[meter].replace(now);
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.asked += 1;
        if let Some(before) = before {
            let apart = now - before;
            seen.longest = seen.longest.max(apart);
            seen.shortest = Some(seen.shortest.map_or(apart, |shortest| shortest.min(apart)));
        }
    }
}

/// A request as it came.
#[derive(Clone, Copy)]
struct Request([u8; 12]);

impl Request {
    fn transaction(self) -> u16 {
        u16::from_be_bytes([self.0[0], self.0[1]])
    }

    fn answer(self, transaction: u16, promised: i16, word: impl Fn(u16) -> u16) -> Vec<u8> {
        let count = u16::from_be_bytes([self.0[10], self.0[11]]);
        let length = (count * 2 + 3).wrapping_add_signed(promised);
        let mut frame = transaction.to_be_bytes().to_vec();
        frame.extend([0, 0]);
        frame.extend(length.to_be_bytes());
        frame.extend([self.0[6], self.0[7], (count * 2) as u8]);
        frame.extend((0..count).flat_map(|place| word(place).to_be_bytes()));
        frame
    }

    /// A counter of the seconds since the meter began.
    fn truth(self, since: Duration) -> Vec<u8> {
        let seconds = since.as_secs() as u32;
        let word = |place| if place % 2 == 0 { (seconds >> 16) as u16 } else { seconds as u16 };
        self.answer(self.transaction(), 0, word)
    }

    /// What must never be believed; the header promises so many bytes more than come.
    fn lie(self, transaction: u16, promised: i16) -> Vec<u8> {
        self.answer(transaction, promised, |_| LIE)
    }
}

async fn misbehave(
    manner: Manner,
    request: Request,
    stream: &mut (impl AsyncWrite + Unpin),
) -> io::Result<()> {
    let transaction = request.transaction();
    match manner {
        Manner::Good | Manner::Silent | Manner::HalfOpen => Ok(()),
        Manner::Slow => {
            for byte in request.lie(transaction, 0) {
                stream.write_all(&[byte]).await?;
                sleep(Duration::from_secs(1)).await;
            }
            Ok(())
        }
        Manner::TooLong => stream.write_all(&request.lie(transaction, 40)).await,
        Manner::TooShort => stream.write_all(&request.lie(transaction, -4)).await,
        Manner::Late => {
            sleep(TIMEOUT * 3 / 2).await;
            stream.write_all(&request.lie(transaction, 0)).await
        }
        Manner::Flood => {
            for foreign in 1..=u16::MAX - 1 {
                let frame = request.lie(transaction.wrapping_add(foreign), 0);
                stream.write_all(&frame).await?;
                if foreign.is_multiple_of(64) {
                    sleep(Duration::from_millis(100)).await;
                }
            }
            Ok(())
        }
        Manner::Mistaken => stream.write_all(&request.lie(transaction.wrapping_sub(1), 0)).await,
    }
}

/// A site file with a meter an asset, each at its address.
#[must_use]
pub fn site(address: impl Fn(usize) -> String) -> String {
    let mut text = "[site]\nname = \"Toxic\"\nzone = \"Asia/Bangkok\"\ncurrency = \"VND\"\n\
         commit_every = \"1s\"\n"
        .to_owned();
    for meter in 0..METERS {
        let (id, address) = (name(meter), address(meter));
        let timeout = TIMEOUT.as_millis();
        text += &format!(
            "\n[[asset]]\nid = \"{id}\"\nname = \"{id}\"\n\n[[meter]]\nasset = \"{id}\"\n\
             address = \"{address}\"\nevery = \"1s\"\ntimeout = \"{timeout}ms\"\nretries = 1\n\
             [[meter.register]]\nquantity = \"active_energy\"\ntable = \"input\"\naddress = 0\n\
             type = \"uint32\"\nunit = \"Wh\"\n"
        );
    }
    text
}

/// The asset of a meter.
#[must_use]
pub fn name(meter: usize) -> String {
    format!("meter-{meter:03}")
}
