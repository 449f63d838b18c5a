//! Goes through recorded calls and cuts the power at each place among them.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::Path;
use std::sync::{Arc, Mutex};

use super::choices::{Choices, some_of};
use super::disk::{Disk, Image};
use super::judge::{Heir, Verdict, judge};
use super::told::Told;
use super::trace::{Mark, Trace};
use super::{folder, in_parallel};
use crate::rig;

/// The data folder, below the disk's top.
pub const DATA: &str = "data";
/// One of so many images is checked by the program `millwatt verify` as well.
const VERIFIED: usize = 61;
/// Images that are judged together; they are all in memory.
const TOGETHER: usize = 64;

/// What came of it.
#[derive(Debug, Default, Clone)]
pub struct Count {
    /// Places at which the power was cut: after each call that changed the disk or made a change certain, and at each
    /// promise.
    pub places: usize,
    /// Images that differ from all others, or were promised more.
    pub images: usize,
    /// Images that the program itself verified.
    pub verified: usize,
    /// Images with a fault.
    pub bad: usize,
    /// The sums over all images, and the first fault of each kind.
    pub verdict: Verdict,
}

impl Count {
    /// Adds another's.
    pub fn add(&mut self, other: &Self) {
        self.places += other.places;
        self.images += other.images;
        self.verified += other.verified;
        self.bad += other.bad;
        self.take(&other.verdict);
    }

    fn take(&mut self, verdict: &Verdict) {
        self.verdict.lost += verdict.lost;
        self.verdict.doubled += verdict.doubled;
        self.verdict.invented += verdict.invented;
        let room = 5_usize.saturating_sub(self.verdict.wrong.len());
        self.verdict.wrong.extend(verdict.wrong.iter().take(room).cloned());
    }
}

impl std::fmt::Display for Count {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { places, images, verified, verdict, .. } = self;
        write!(
            f,
            "power cut at {places} places, {images} images ({verified} verified by the \
             program): {} lost, {} doubled, {} invented, {} otherwise wrong",
            verdict.lost,
            verdict.doubled,
            verdict.invented,
            verdict.wrong.len()
        )
    }
}

/// A state of the disk, and what must be on it.
#[derive(Debug, Clone)]
pub struct Cut {
    /// The state.
    pub image: Image,
    /// What was told before it.
    pub told: Arc<Told>,
}

/// Cuts the power; see the [module](self).
#[derive(Debug)]
pub struct Cuts<'a> {
    heir: Heir<'a>,
    limit: usize,
    seed: u64,
    known: HashSet<u64>,
    due: Vec<Cut>,
    count: Count,
}

impl<'a> Cuts<'a> {
    /// At each place at most so many images, drawn from a seed where there could be more.
    #[must_use]
    pub fn new(heir: Heir<'a>, limit: usize, seed: u64) -> Self {
        let (known, due) = (HashSet::new(), Vec::new());
        Self { heir, limit, seed, known, due, count: Count::default() }
    }

    /// Goes through the calls of a program, cutting at each place.
    pub fn walk(&mut self, trace: &Trace, disk: &mut Disk, told: &mut Told) {
        each_place(trace, disk, told, |disk, told| self.cut(disk, told));
    }

    /// Cuts the power here.
    pub fn cut(&mut self, disk: &Disk, told: &Told) {
        self.count.places += 1;
        let seed = self.seed << 20 | self.count.places as u64;
        let told = Arc::new(told.clone());
        for image in some_of(self.limit, seed, |choices| disk.image(choices)) {
            let mut hasher = DefaultHasher::new();
            (&image, told.kept.len(), told.published.len()).hash(&mut hasher);
            if self.known.insert(hasher.finish()) {
                self.due.push(Cut { image, told: told.clone() });
            }
        }
        if self.due.len() >= TOGETHER {
            self.judge();
        }
    }

    fn judge(&mut self) {
        let due: Vec<(usize, Cut)> =
            (self.count.images..).zip(std::mem::take(&mut self.due)).collect();
        self.count.images += due.len();
        let count = Mutex::new(&mut self.count);
        in_parallel(&due, |(number, cut)| {
            let (verdict, is_verified) = judge_image(cut, self.heir, number % VERIFIED == 0);
            let mut count = count.lock().expect("no other has panicked");
            count.verified += usize::from(is_verified);
            count.bad += usize::from(!verdict.is_good());
            count.take(&verdict);
        });
    }

    /// Judges what is left.
    #[must_use]
    pub fn finish(mut self) -> Count {
        self.judge();
        self.count
    }
}

/// Goes through the calls of a program, and stops wherever the disk has changed or something was promised.
fn each_place(trace: &Trace, disk: &mut Disk, told: &mut Told, mut here: impl FnMut(&Disk, &Told)) {
    disk.begin_process();
    for (number, mark) in &trace.order {
        let call = &trace.calls[*number];
        let is_new = match mark {
            Mark::Began => {
                disk.begin(*number, call);
                // It may be read before the call returns.
                told.hear(call)
            }
            Mark::Ended => {
                let is_changed = disk.is_changed_by(call);
                let effect = disk.end(*number, call);
                told.see(&effect, disk);
                is_changed
            }
        };
        if is_new {
            here(disk, told);
        }
    }
}

/// What crashes leave of a run, at one place of so many; another draw at each.
#[must_use]
pub fn crashes(trace: &Trace, disk: &mut Disk, every: usize) -> Vec<Cut> {
    let (mut place, mut cuts) = (0, Vec::new());
    each_place(trace, disk, &mut Told::default(), |disk, told| {
        place += 1;
        if place % every == 0 {
            let image = disk.image(&mut Choices::drawn(place as u64));
            cuts.push(Cut { image, told: Arc::new(told.clone()) });
        }
    });
    cuts
}

fn judge_image(cut: &Cut, heir: Heir<'_>, is_verified: bool) -> (Verdict, bool) {
    let folder = folder();
    cut.image.lay_out(folder.path());
    let data = folder.path().join(DATA);
    let mut verdict = judge(&cut.told, &data, heir);
    if is_verified {
        verdict.wrong.extend(verify(&data).err());
    }
    (verdict, is_verified)
}

/// What the program itself says of a folder.
fn verify(data: &Path) -> Result<(), String> {
    let output = rig::run(&["verify", "--data", &data.display().to_string()]);
    if output.status.success() { Ok(()) } else { Err(rig::told(&output)) }
}
