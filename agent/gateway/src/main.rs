//! millwatt.
fn main() {}
