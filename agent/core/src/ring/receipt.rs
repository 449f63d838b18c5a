//! Receipts: what others keep, proved by a hash of the frames.

use embedded_storage::nor_flash::NorFlash;
use millwatt::trust::receipt::{DeviceId, Receipt, Receiving};
use millwatt::wire::Stamp;

use super::{Ring, RingError};

/// Why a receipt is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// It is for another device.
    OtherDevice,
    /// It leaves out frames between what was receipted before and its own.
    Gap,
    /// It is for frames that were not written.
    NotWritten,
    /// What is kept is not what stands here.
    Hash,
}

impl core::error::Error for Doubt {}

impl core::fmt::Display for Doubt {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::OtherDevice => {
                "it is for another device: check which office answers which device"
            }
            Self::Gap => "it leaves out frames before its own: send from the last receipt on",
            Self::NotWritten => "it is for frames that were not written: nothing is let go for it",
            Self::Hash => "what is kept there is not what stands here: send the frames again",
        })
    }
}

impl<F: NorFlash> Ring<F> {
    /// Whether a receipt is for frames as they stand here; reads the pages that hold them.
    ///
    /// # Errors
    /// See [`Ring::read`].
    pub fn doubt(
        &mut self,
        receipt: &Receipt,
        device: DeviceId,
        scratch: &mut [u8],
    ) -> Result<Option<Doubt>, RingError<F::Error>> {
        if receipt.device != device {
            return Ok(Some(Doubt::OtherDevice));
        }
        if receipt.after > self.proved.max(self.receipted()) {
            return Ok(Some(Doubt::Gap));
        }
        if receipt.up_to > self.kept() {
            return Ok(Some(Doubt::NotWritten));
        }
        let mut receiving = Receiving::after(receipt.after);
        self.read_while(receipt.after, scratch, |frame| {
            let is_meant = frame.stamp <= receipt.up_to;
            if is_meant {
                receiving.take(frame);
            }
            is_meant
        })?;
        Ok((receiving.receipt(device) != *receipt).then_some(Doubt::Hash))
    }

    /// Takes in that a receipt was for frames as they stand here: the next one may begin where it ends, even where this
    /// start [holds](Self::hold) them yet.
    pub(crate) fn prove(&mut self, up_to: Stamp) {
        self.proved = self.proved.max(up_to);
    }
}
