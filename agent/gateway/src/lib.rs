//! The gateway: polls meters, keeps the log, imports history, prints indicators, packs the report.
//!
//! Everything behind the `millwatt` command as a library, so that tests and the demo run the same
//! code. Edges are dull: read, call the core, write.

pub mod alarm;
pub mod bills;
pub mod cli;
pub mod commission;
pub mod compact;
pub mod export;
pub mod figures;
pub mod file_log;
pub mod form;
pub mod import;
pub mod language;
pub mod live;
pub mod logs;
pub mod mqtt;
pub mod new;
pub mod receive;
pub mod report;
pub mod retention;
pub mod run;
pub mod service;
pub mod site_file;
pub mod store;
pub mod tls;
pub mod trust;
pub mod unit;
pub mod uplink;
pub mod writer;
pub mod zone;
