//! What a log tells of its device's clock: when it was set, by how much it jumped, and what came late.

use std::collections::BTreeMap;

use millwatt::archive::Parts;
use millwatt::time::{Instant, Span};
use millwatt::trust::Seal;
use millwatt::trust::audit::logs;
use millwatt::wire::{Anchor, ClockQuality, Columns, Frame, FrameKind, Frames};

/// A wall clock that moved against the ticks of its device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Jump {
    /// The wall time after it.
    pub at: Instant,
    /// By how much; negative when it was set back.
    pub by: Span,
}

/// What came after its span was signed.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Late {
    /// Readings.
    pub readings: u64,
    /// At least so late the latest of them came: from its instant to what was signed already.
    pub most: Span,
}

/// What a log, or several, tell of clocks.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Clocks {
    /// Moments at which a clock was held against the ticks.
    pub anchors: u64,
    /// Starts of a device that have such a moment.
    pub starts: u64,
    /// Moments at which the clock followed a time service.
    pub synchronised: u64,
    /// Moments at which it was behind what the log had already.
    pub behind: u64,
    /// Jumps of two seconds or more, in the order of the frames.
    pub jumps: Vec<Jump>,
    /// Whether checkpoints tell what is late.
    pub is_signed: bool,
    /// What came late, by the asset's short name.
    pub late: BTreeMap<String, Late>,
}

/// A device writes down a jump from here on; below it clocks drift.
const JUMP: Span = Span::from_seconds(2);

impl Clocks {
    /// Goes through a log's frames; readings are not decoded.
    #[must_use]
    pub fn of(log: &[u8]) -> Self {
        let mut clocks = Self::default();
        for (_, bytes) in logs(log) {
            let mut walk = Walk::default();
            Frames::new(bytes).for_each(|frame| walk.frame(&frame, &mut clocks));
        }
        clocks
    }

    /// How often a clock was set back, and the furthest.
    #[must_use]
    pub fn back(&self) -> (usize, Span) {
        let back = || self.jumps.iter().map(|jump| jump.by).filter(|by| *by < Span::ZERO);
        (back().count(), back().min().unwrap_or(Span::ZERO))
    }

    /// Late readings of all assets.
    #[must_use]
    pub fn all_late(&self) -> Late {
        self.late.values().fold(Late::default(), |all, late| Late {
            readings: all.readings.saturating_add(late.readings),
            most: all.most.max(late.most),
        })
    }
}

/// Where one log stands.
#[derive(Debug, Default)]
struct Walk {
    last: Option<Anchor>,
    sealed_to: Option<Instant>,
    /// Short names of the assets that the manifest in force measures, by channel.
    assets: Vec<String>,
}

impl Walk {
    fn frame(&mut self, frame: &Frame<'_>, clocks: &mut Clocks) {
        match frame.kind {
            FrameKind::Anchor => {
                if let Ok(anchor) = Anchor::parse(frame.payload) {
                    self.anchor(anchor, clocks);
                }
            }
            FrameKind::Checkpoint => {
                if let Ok(seal) = Seal::parse(frame.payload) {
                    clocks.is_signed = true;
                    self.sealed_to = Some(seal.sealed_to);
                }
            }
            FrameKind::Manifest => {
                if let Ok(parts) = Parts::read(frame.payload) {
                    let names = parts.channels_with_assets();
                    self.assets = names.map(|(_, asset)| asset.to_owned()).collect();
                }
            }
            // Instants of an unset clock are no dates yet.
            FrameKind::Readings if frame.clock.quality != ClockQuality::Unset => {
                self.readings(frame.payload, clocks);
            }
            _ => {}
        }
    }

    fn anchor(&mut self, anchor: Anchor, clocks: &mut Clocks) {
        if self.last == Some(anchor) {
            return;
        }
        clocks.anchors += 1;
        clocks.synchronised += u64::from(anchor.clock.quality == ClockQuality::Synchronised);
        clocks.behind += u64::from(anchor.clock.quality == ClockQuality::Behind);
        match self.last.filter(|last| last.epoch == anchor.epoch) {
            None => clocks.starts += 1,
            Some(last) => {
                let by = anchor.begin() - last.begin();
                // Ticks that stood still, as in an import, tell of no way forward.
                let is_told = anchor.clock.ticks != last.clock.ticks;
                if (by >= JUMP && is_told) || Span::ZERO - by >= JUMP {
                    clocks.jumps.push(Jump { at: anchor.wall, by });
                }
            }
        }
        self.last = Some(anchor);
    }

    fn readings(&self, payload: &[u8], clocks: &mut Clocks) {
        let Some(sealed_to) = self.sealed_to else { return };
        for column in Columns::new(payload).into_iter().flatten().map_while(Result::ok) {
            if column.count == 0 || column.start >= sealed_to {
                continue;
            }
            let (step, until) = (column.step.milliseconds().max(1), sealed_to - column.start);
            let before = (until.milliseconds() - 1) / step + 1;
            let before = u64::try_from(before).unwrap_or(0).min(column.count as u64);
            let asset = self.assets.get(usize::from(column.channel.0)).cloned();
            let late = clocks.late.entry(asset.unwrap_or_default()).or_default();
            late.readings = late.readings.saturating_add(before);
            late.most = late.most.max(until);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use millwatt::wire::bytes::Writer;
    use millwatt::wire::{Clock, Stamp};

    fn anchored(epoch: u32, ticks: u32, wall_seconds: i64) -> Vec<u8> {
        let clock = Clock { quality: ClockQuality::Set, ticks };
        let wall = Instant::from_unix_milliseconds(wall_seconds * 1_000);
        let mut payload = [0; 17];
        let mut out = Writer::new(&mut payload);
        Anchor { epoch, clock, wall }.emit(&mut out).expect("fits");
        let stamp = Stamp { epoch, sequence: u64::from(ticks) + 1 };
        let frame = Frame { stamp, clock, kind: FrameKind::Anchor, payload: &payload };
        [&frame.head()[..], &payload].concat()
    }

    #[test]
    fn a_clock_set_back_is_told_with_its_distance_and_a_start_is_no_jump() {
        let log = [
            anchored(1, 0, 1_000),
            anchored(1, 600, 1_060),
            anchored(1, 1_200, 1_000),
            anchored(1, 1_200, 1_000),
            anchored(1, 1_800, 1_460),
            anchored(1, 1_800, 9_000),
            anchored(1, 2_400, 9_060),
            anchored(2, 0, 500),
        ];
        let clocks = Clocks::of(&log.concat());
        assert_eq!((clocks.anchors, clocks.starts, clocks.is_signed), (7, 2, false));
        let by: Vec<i64> = clocks.jumps.iter().map(|jump| jump.by.milliseconds() / 1_000).collect();
        assert_eq!(by, [-120, 400]);
        assert_eq!(clocks.back(), (1, Span::from_seconds(-120)));
        assert_eq!(clocks.all_late(), Late::default());
    }
}
