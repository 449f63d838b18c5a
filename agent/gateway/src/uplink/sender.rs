//! What an uplink sends next and which receipts it believes. No socket, no clock, no file of its own.
//!
//! A *kept* statement is believed when the receiver's key signed it and it answers a piece that is on its way, hash and all: then
//! all up to there is receipted, for a receiver takes no piece that leaves a gap. Any other only says where to go on
//! reading: an old one that is played again costs a repetition, never a reading.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use millwatt::trust::delivery::Side;
use millwatt::trust::{Delivery, Hash, Note, Parcel, TrustError, VerifierKey};
use millwatt::wire::Stamp;
use millwatt::wire::bytes::Writer;

use super::cursor::Cursor;
use super::log_reader::Chunk;
use crate::trust::DeviceKey;

/// Most pieces on their way at once.
const MOST_PIECES: usize = 8;
/// Most bytes on their way at once, but for one piece that is larger by itself.
const MOST_BYTES: usize = 1 << 20;
/// How long a receiver that cannot be seen may take to answer, doubled while it does not, up to the longest.
const PATIENCE: Duration = Duration::from_secs(30);
const LONGEST_PATIENCE: Duration = Duration::from_secs(15 * 60);
/// How often, at most, a receiver may send the reader back.
const BACK_EVERY: Duration = Duration::from_secs(5);

/// The sending side of one uplink.
#[derive(Debug)]
pub struct Sender {
    key: DeviceKey,
    cursor: Cursor,
    flight: VecDeque<Piece>,
    /// Whether the receiver has shown that it knows the key.
    is_known: bool,
    went_back: Option<Instant>,
    /// Whether the receiver asked again, too soon after that.
    is_asked_back: bool,
    /// When the oldest piece on its way went out.
    since: Option<Instant>,
    patience: Duration,
    /// Whether nobody answered: one piece at a time until somebody does.
    is_probing: bool,
}

/// A piece that has no receipt yet.
#[derive(Debug)]
struct Piece {
    page: u32,
    after: Stamp,
    up_to: Stamp,
    hash: Hash,
    bytes: usize,
}

/// What a statement of the receiver came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It keeps everything up to here: write the cursor down.
    Kept {
        /// Whether it is the first since the start.
        is_first: bool,
    },
    /// It wants what is above this stamp; where that lies below what it had receipted, it has lost something.
    WentBack {
        /// From there.
        to: Stamp,
        /// Whether this was receipted before.
        is_loss: bool,
    },
    /// It keeps a later state of this log than there is here: a copy of the data folder was put back. What stands below
    /// that stamp is not sent any more.
    Ahead {
        /// Its newest frame.
        newest: Stamp,
    },
    /// Nothing new.
    Nothing,
    /// It is not believed.
    Refused(&'static str),
}

impl Sender {
    /// Goes on from a cursor.
    #[must_use]
    pub const fn new(key: DeviceKey, cursor: Cursor) -> Self {
        Self {
            key,
            cursor,
            flight: VecDeque::new(),
            is_known: false,
            went_back: None,
            is_asked_back: false,
            since: None,
            patience: PATIENCE,
            is_probing: false,
        }
    }

    /// What is to be written down.
    #[must_use]
    pub const fn cursor(&self) -> &Cursor {
        &self.cursor
    }

    /// The log's name.
    #[must_use]
    pub fn origin(&self) -> &str {
        self.key.origin()
    }

    /// Up to where the log was sent.
    #[must_use]
    pub fn sent(&self) -> Stamp {
        self.flight.back().map_or(self.cursor.receipted, |piece| piece.up_to)
    }

    /// Whether another piece may go out.
    #[must_use]
    pub fn has_room(&self) -> bool {
        let bytes: usize = self.flight.iter().map(|piece| piece.bytes).sum();
        let most = if self.is_probing { 1 } else { MOST_PIECES };
        self.flight.len() < most && bytes < MOST_BYTES
    }

    /// Looks whether an answer is overdue. Then what was on its way is taken for lost, and one piece asks for the
    /// receiver, less and less often. Tells whether it is overdue for the first time.
    pub fn look(&mut self, now: Instant) -> bool {
        let is_soon = self.went_back.is_some_and(|at| now - at < BACK_EVERY);
        if self.is_asked_back && !is_soon {
            self.disconnected();
        }
        let is_overdue = self.since.is_some_and(|since| now - since >= self.patience);
        if self.flight.is_empty() || !is_overdue {
            return false;
        }
        let is_first = !self.is_probing;
        self.disconnected();
        self.is_probing = true;
        self.patience = (self.patience * 2).min(LONGEST_PATIENCE);
        is_first
    }

    /// A receiver says that it is there: what was on its way may have been lost with it.
    pub fn called(&mut self) {
        self.disconnected();
        self.patience = PATIENCE;
        self.is_probing = true;
    }

    /// Makes a piece ready to be sent, and counts it as on its way.
    ///
    /// # Errors
    /// [`TrustError::BufferFull`] where a name is longer than names may be.
    pub fn parcel(&mut self, chunk: &Chunk, now: Instant) -> Result<Vec<u8>, TrustError> {
        let Chunk { page, after, up_to, ref bytes } = *chunk;
        let (side, origin, hash) = (Side::Sent, self.key.origin(), Hash::of(bytes));
        let mut statement = [0; Delivery::MOST_BYTES];
        let mut out = Writer::new(&mut statement);
        let delivery = Delivery { side, origin, page, after, up_to, hash };
        delivery.sign(&self.key.signer(), &mut out)?;
        let device = if self.is_known { &[][..] } else { self.key.note() };
        let head = Parcel::head(out.length(), device.len())?;
        let parcel = [&head[..], out.written(), device, bytes].concat();
        self.since.get_or_insert(now);
        self.flight.push_back(Piece { page, after, up_to, hash, bytes: parcel.len() });
        Ok(parcel)
    }

    /// Takes in what the receiver says.
    pub fn take(&mut self, bytes: &[u8], watermark: Stamp, now: Instant) -> Answer {
        let Ok(note) = Note::parse(bytes) else { return Answer::Refused("it is no signed note") };
        let Ok(kept) = Delivery::parse(note.text()) else {
            return Answer::Refused("it is no statement of a receiver");
        };
        if kept.side != Side::Kept || kept.origin != self.key.origin() {
            return Answer::Refused("it is about another log");
        }
        let key = VerifierKey::parse(&self.cursor.receiver);
        if key.and_then(|key| note.verify(&key)).is_err() {
            return Answer::Refused("it is not signed by the key that the site file names");
        }
        (self.is_probing, self.patience) = (false, PATIENCE);
        self.judge(&kept, watermark, now)
    }

    fn judge(&mut self, kept: &Delivery<'_>, watermark: Stamp, now: Instant) -> Answer {
        let is_first = !self.is_known;
        let place = self.flight.iter().position(|piece| piece.is_answered_by(kept));
        if let Some(place) = place {
            self.is_known = true;
            self.flight.drain(..=place);
            self.since = (!self.flight.is_empty()).then_some(now);
            self.cursor.receipted = kept.up_to;
            return Answer::Kept { is_first };
        }
        if kept.after == kept.up_to && kept.up_to > watermark {
            self.disconnected();
            self.cursor.receipted = kept.up_to;
            return Answer::Ahead { newest: kept.up_to };
        }
        let is_soon = self.went_back.is_some_and(|at| now - at < BACK_EVERY);
        if kept.after != kept.up_to || kept.up_to >= self.sent() {
            return Answer::Nothing;
        }
        if is_soon {
            self.is_asked_back = true;
            return Answer::Nothing;
        }
        let is_loss = kept.up_to < self.cursor.receipted;
        self.went_back = Some(now);
        self.disconnected();
        self.cursor.receipted = kept.up_to;
        Answer::WentBack { to: kept.up_to, is_loss }
    }

    /// What was on its way may be lost: it is sent again.
    pub fn disconnected(&mut self) {
        self.flight.clear();
        self.since = None;
        self.is_asked_back = false;
    }
}

impl Piece {
    fn is_answered_by(&self, kept: &Delivery<'_>) -> bool {
        (self.page, self.after, self.up_to, self.hash)
            == (kept.page, kept.after, kept.up_to, kept.hash)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use millwatt::trust::Signer;

    const OFFICE: &str = "example.org/office";
    /// What the device has.
    const WATERMARK: Stamp = Stamp { epoch: 1, sequence: 50 };

    fn stamp(sequence: u64) -> Stamp {
        Stamp { epoch: 1, sequence }
    }

    fn chunk(after: u64, up_to: u64) -> Chunk {
        Chunk { page: 1, after: stamp(after), up_to: stamp(up_to), bytes: vec![after as u8; 100] }
    }

    struct Office(Signer<'static>);

    impl Office {
        fn new(secret: u8) -> Self {
            Self(Signer::new(OFFICE, &[secret; 32]))
        }

        fn signed(&self, delivery: &Delivery<'_>) -> Vec<u8> {
            let mut buffer = [0; Delivery::MOST_BYTES];
            let mut out = Writer::new(&mut buffer);
            delivery.sign(&self.0, &mut out).expect("fits");
            out.written().to_vec()
        }

        /// What it says to a parcel that it has written down.
        fn kept(&self, parcel: &[u8]) -> Vec<u8> {
            let parcel = Parcel::parse(parcel).expect("a parcel");
            let sent = Delivery::parse(parcel.statement.text()).expect("a statement");
            assert_eq!(sent.hash, Hash::of(parcel.frames));
            self.signed(&Delivery { side: Side::Kept, ..sent })
        }

        fn standing(&self, origin: &str, newest: u64) -> Vec<u8> {
            self.signed(&Delivery::standing(origin, 1, stamp(newest)))
        }
    }

    fn sender() -> (tempfile::TempDir, Sender, Office) {
        let folder = tempfile::tempdir().expect("a folder");
        let key = DeviceKey::open(folder.path()).expect("a key");
        let office = Office::new(7);
        let receiver = office.0.verifier().to_string();
        let cursor = Cursor { receipted: Stamp::default(), receiver };
        (folder, Sender::new(key, cursor), office)
    }

    #[test]
    fn a_receipt_covers_all_before_it_and_the_key_is_told_until_one_comes() {
        let (_folder, mut sender, office) = sender();
        let now = Instant::now();
        let first = sender.parcel(&chunk(0, 4), now).expect("made");
        let second = sender.parcel(&chunk(4, 9), now).expect("made");
        assert!(!Parcel::parse(&first).expect("a parcel").device.is_empty());
        assert_eq!((sender.sent(), sender.cursor().receipted), (stamp(9), Stamp::default()));
        let kept = office.kept(&second);
        assert_eq!(sender.take(&kept, WATERMARK, now), Answer::Kept { is_first: true });
        assert_eq!(sender.cursor().receipted, stamp(9));
        assert_eq!(sender.take(&kept, WATERMARK, now), Answer::Nothing, "played again");
        let third = sender.parcel(&chunk(9, 10), now).expect("made");
        assert!(Parcel::parse(&third).expect("a parcel").device.is_empty());
    }

    #[test]
    fn what_is_forged_or_about_something_else_moves_nothing() {
        let (_folder, mut sender, office) = sender();
        let now = Instant::now();
        let parcel = sender.parcel(&chunk(0, 4), now).expect("made");
        let refused = |answer| matches!(answer, Answer::Refused(_));
        assert!(refused(sender.take(&Office::new(8).kept(&parcel), WATERMARK, now)), "another key");
        assert!(refused(sender.take(b"kept", WATERMARK, now)));
        let sent = Parcel::parse(&parcel).expect("a parcel").statement.text().to_owned();
        let sent = Delivery::parse(&sent).expect("a statement");
        assert!(
            refused(sender.take(&office.signed(&sent), WATERMARK, now)),
            "the device's own words"
        );
        let foreign = Delivery { side: Side::Kept, origin: "millwatt/0/1", ..sent };
        assert!(refused(sender.take(&office.signed(&foreign), WATERMARK, now)));
        let ahead = Delivery { side: Side::Kept, up_to: stamp(99), ..sent };
        assert_eq!(sender.take(&office.signed(&ahead), WATERMARK, now), Answer::Nothing);
        let hash = Hash::of(b"something else");
        let other = Delivery { side: Side::Kept, hash, ..sent };
        assert_eq!(sender.take(&office.signed(&other), WATERMARK, now), Answer::Nothing);
        assert_eq!(sender.cursor().receipted, Stamp::default());
    }

    #[test]
    fn a_receiver_that_lost_something_gets_it_again_but_cannot_ask_all_the_time() {
        let (_folder, mut sender, office) = sender();
        let mut now = Instant::now();
        let parcel = sender.parcel(&chunk(0, 9), now).expect("made");
        let origin = sender.key.origin().to_owned();
        sender.take(&office.kept(&parcel), WATERMARK, now);
        let lost = Answer::WentBack { to: stamp(3), is_loss: true };
        assert_eq!(sender.take(&office.standing(&origin, 3), WATERMARK, now), lost);
        assert_eq!(sender.sent(), stamp(3));
        assert_eq!(sender.take(&office.standing(&origin, 1), WATERMARK, now), Answer::Nothing);
        sender.parcel(&chunk(3, 4), now).expect("made");
        assert_eq!(sender.take(&office.standing(&origin, 1), WATERMARK, now), Answer::Nothing);
        assert!(!sender.look(now) && sender.sent() == stamp(4), "too soon");
        now += BACK_EVERY;
        assert!(!sender.look(now) && sender.sent() == stamp(3), "then it is sent again");
        sender.parcel(&chunk(3, 5), now).expect("made");
        let gap = Answer::WentBack { to: stamp(3), is_loss: false };
        assert_eq!(sender.take(&office.standing(&origin, 3), WATERMARK, now), gap);
        let later = now + BACK_EVERY;
        assert_eq!(sender.take(&office.standing(&origin, 50), WATERMARK, later), Answer::Nothing);
        let ahead = Answer::Ahead { newest: stamp(90) };
        assert_eq!(sender.take(&office.standing(&origin, 90), WATERMARK, later), ahead);
        assert_eq!(sender.sent(), stamp(90), "what stands below is not sent");
    }

    #[test]
    fn only_so_much_is_on_its_way_and_it_is_sent_again_when_it_may_be_lost() {
        let (_folder, mut sender, _) = sender();
        let now = Instant::now();
        let mut sent = 0;
        while sender.has_room() {
            sender.parcel(&chunk(sent, sent + 1), now).expect("made");
            sent += 1;
        }
        assert_eq!(sent, MOST_PIECES as u64);
        sender.disconnected();
        assert!(sender.has_room() && sender.sent() == Stamp::default());
    }

    #[test]
    fn a_silent_receiver_is_asked_with_one_piece_less_and_less_often_until_it_calls() {
        let (_folder, mut sender, office) = sender();
        let mut now = Instant::now();
        sender.parcel(&chunk(0, 4), now).expect("made");
        sender.parcel(&chunk(4, 9), now).expect("made");
        assert!(!sender.look(now + PATIENCE / 2));
        now += PATIENCE;
        assert!(sender.look(now), "said once");
        assert_eq!(sender.sent(), Stamp::default());
        let mut waited = PATIENCE;
        for _ in 0..10 {
            sender.parcel(&chunk(0, 4), now).expect("made");
            assert!(!sender.has_room(), "one at a time");
            waited = (waited * 2).min(LONGEST_PATIENCE);
            assert!(!sender.look(now + waited - Duration::from_millis(1)) && !sender.has_room());
            now += waited;
            assert!(!sender.look(now) && sender.has_room());
        }
        assert_eq!(waited, LONGEST_PATIENCE);
        sender.parcel(&chunk(0, 4), now).expect("made");
        sender.called();
        let parcel = sender.parcel(&chunk(0, 4), now).expect("made");
        assert!(!sender.has_room());
        let kept = Answer::Kept { is_first: true };
        assert_eq!(sender.take(&office.kept(&parcel), WATERMARK, now), kept);
        sender.parcel(&chunk(4, 9), now).expect("made");
        assert!(sender.has_room(), "as before");
        assert!(!sender.look(now + PATIENCE / 2) && sender.look(now + PATIENCE));
    }
}
