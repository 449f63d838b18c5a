//! A receiver's copy of a log, frame by frame as an uplink sends them.

use std::io;
use std::path::Path;

use millwatt::wire::Stamp;
use millwatt_gateway::receive::copy::{Copy, Stretch, Taken};
use millwatt_gateway::uplink::log_reader::LogReader;

use super::found::{Found, Key};

/// Bytes that are sent as one piece.
const MOST: usize = 600;
/// Of a device that writes no more, all is durable.
const ALL: Stamp = Stamp { epoch: u32::MAX, sequence: u64::MAX };

/// Copies what a device's folder has above what is here; tells after each piece up to where it is kept, and what came.
///
/// # Errors
/// The file system's; or that a piece was not taken.
pub fn copy_on(
    copy: &mut Copy,
    device: &Path,
    mut tell: impl FnMut(Stamp, Vec<Key>),
) -> io::Result<()> {
    let mut reader = LogReader::new(device);
    while let Some(chunk) = reader.next(copy.newest(), ALL, MOST)? {
        let stretch = Stretch {
            page: chunk.page,
            after: chunk.after,
            up_to: chunk.up_to,
            bytes: &chunk.bytes,
        };
        match copy.take(&stretch)? {
            Taken::Kept => {
                let mut found = Found::default();
                found.page(&chunk.bytes);
                tell(copy.newest(), found.values.into_keys().collect());
            }
            other => return Err(io::Error::other(format!("{other:?}"))),
        }
    }
    Ok(())
}
