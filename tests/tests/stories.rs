//! All stories in one program, so that two of them always run side by side: most wait for servers, browsers and clocks.
//!
//! `cargo test -p millwatt-tests --test stories live::` runs those of one file.

mod alarms;
mod api;
mod bad_input;
mod baseline;
mod bills;
mod bit_flips;
mod browser;
mod commissioning;
mod crash_images;
mod decisions;
mod disk_full;
mod events;
mod export;
mod folder;
mod form;
mod form_rig;
mod form_stops;
mod golden_log;
mod import_peers;
mod kill;
mod live;
mod mqtt;
mod new;
mod node;
mod package;
mod profiles;
mod pymodbus;
mod readme;
mod reference;
mod reload;
mod scan;
mod serial;
mod service;
mod several;
mod silent;
mod soak;
mod spec;
mod steel;
mod tidy;
mod toxic_meters;
mod tree;
mod uplinks;
mod workshop;
