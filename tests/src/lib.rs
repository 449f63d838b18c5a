//! rigs
