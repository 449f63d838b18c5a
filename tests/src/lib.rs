//! Rigs: what the stories need besides our own code. A simulated plant, real servers as child
//! processes, the `millwatt` command as its users call it.

pub mod crash;
pub mod eight_channels;
pub mod golden_log;
pub mod mosquitto;
pub mod node;
pub mod plant;
pub mod pushed;
pub mod pymodbus;
pub mod ram_flash;
pub mod random;
pub mod rig;
pub mod serial_line;
pub mod steel;
pub mod toxics;
pub mod workshop;
pub mod world;
