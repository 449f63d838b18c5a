//! The `millwatt` command; see the library for what it does.

use std::process::ExitCode;

fn main() -> ExitCode {
    millwatt_gateway::cli::main()
}
