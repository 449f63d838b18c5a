#![no_std]
#![forbid(unsafe_code)]
//! millwatt.
