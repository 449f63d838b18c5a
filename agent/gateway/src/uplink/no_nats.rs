//! Where the program was built without NATS, which a site file is refused for.

use super::batch::Batch;
use super::nats::{NatsPlan, missing};
use super::push::Deliver;

/// Whether this program speaks NATS.
pub(super) const IS_BUILT: bool = false;

/// A stream that is not reached.
pub(super) struct ByNats;

impl ByNats {
    pub(super) fn new(_: NatsPlan) -> Self {
        Self
    }
}

impl Deliver for ByNats {
    async fn deliver(&mut self, _: &Batch) -> Result<(), String> {
        Err(missing().unwrap_or_default().to_owned())
    }
}
