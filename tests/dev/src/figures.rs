//! `cargo figures`: measures and prints what the README says of the metric crate and the log.

use std::{
    collections::BTreeMap, path::PathBuf, process::Command, process::ExitCode, time::Duration,
};

use clap::{Args, builder::PossibleValuesParser};
use object::{Object, ObjectSymbol, SymbolKind};

use crate::{cargo, child, firmware, packages, places, toolchain, trouble::Trouble};

/// Measures what the README says of the metric crate and the log.
///
/// Digits on NIST's reference sets, differences from independent tools, time beside statsmodels, the log's
/// density beside other codecs, and the code size of each module on a Cortex-M4. What it needs is installed
/// into the target folder. Times are the best of several runs; a busy machine still makes them longer.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Options {
    /// Prints this part only; may be given several times.
    #[arg(long, value_name = "PART", value_parser = PossibleValuesParser::new(PARTS.map(|part| part.name)))]
    only: Vec<String>,
    /// Leaves out the comparison with statsmodels.
    #[arg(long)]
    no_peer: bool,
}

const EXAMPLES: &str = "\
Examples:
  cargo figures                 everything
  cargo figures --no-peer       without statsmodels, which takes minutes to install
  cargo figures --only appends  one part";

const LIMIT: Duration = Duration::from_secs(900);

/// Some of the figures.
#[derive(Clone, Copy)]
struct Part {
    name: &'static str,
    title: &'static str,
    print: fn(&Options) -> Result<(), Trouble>,
}

const fn part(
    name: &'static str,
    title: &'static str,
    print: fn(&Options) -> Result<(), Trouble>,
) -> Part {
    Part { name, title, print }
}

const PARTS: [Part; 13] = [
    part("digits", "Digits on NIST's reference sets", |_| table("millwatt", "strd")),
    part("peers", "Differences from independent tools", |_| table("millwatt-tests", "golden")),
    part("cases", "Published worked cases", |_| table("millwatt-tests", "worked_cases")),
    part("time", "Time", bench),
    part(
        "density",
        "The log's density beside other codecs (building them takes minutes the first time)",
        |_| beside_peers("density"),
    ),
    part("analytics", "Columns in memory beside FastLanes", |_| beside_peers("analytics")),
    part(
        "vectors",
        "Columns in WebAssembly with its vector instructions and without, in Node",
        |_| vectors(),
    ),
    part("appends", "Durable appends to files beside a plain file; let the disk be quiet", |_| {
        beside_peers("appends")
    }),
    part("collectd", "The gateway beside collectd; takes four minutes", |_| beside_collectd()),
    part("flash", "The log in flash beside sequential-storage", |_| beside_peers("flash")),
    part("recorder", "Rows in flash beside sequential-storage", |_| beside_peers("recorder")),
    part(
        "costs",
        "Codec and signatures on a Cortex-M4, an hour of eight channels, instructions counted by QEMU",
        |_| costs(),
    ),
    part(
        "sizes",
        "Code on a Cortex-M4, bytes by module, as linked into the self-check for size",
        |_| sizes(),
    ),
];

/// Measures and prints.
pub fn run(options: &Options) -> Result<ExitCode, Trouble> {
    let is_wanted =
        |part: &&Part| options.only.is_empty() || options.only.iter().any(|name| name == part.name);
    for part in PARTS.iter().filter(is_wanted) {
        println!("\n{}", part.title);
        (part.print)(options)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn vectors() -> Result<(), Trouble> {
    let log = places::log("figures-vectors")?;
    let node = packages::have("node", &["nodejs"], &log)?;
    for (name, passes, what) in
        [("unpack", 200, "out of memory, packed"), ("decode", 20, "out of the log's codec")]
    {
        let mut command = Command::new(&node);
        command.arg(places::root().join("tests/js/vectors.mjs"));
        command.arg((525_600 * passes).to_string());
        for has_vectors in [false, true] {
            command.arg(toolchain::timed(name, has_vectors, &log)?);
        }
        let answer = child::answer(&mut command).ok_or_else(|| failed("Node"))?;
        let rates: Vec<f64> = answer.lines().filter_map(|line| line.parse().ok()).collect();
        let [plain, vectors] = rates[..] else { return Err(failed("Node")) };
        println!(
            "  {what:<26}{plain:>8.1} M values/s without, {vectors:>8.1} with: {:.2} times",
            vectors / plain
        );
    }
    Ok(())
}

fn beside_collectd() -> Result<(), Trouble> {
    let log = places::log("figures-collectd")?;
    let collectd = packages::have("collectd", &["collectd-core", "libmodbus5"], &log)?;
    let mut build = cargo::host();
    build.args(["build", "--release", "--package", "millwatt-gateway"]);
    child::succeed(&mut build, &log, LIMIT)?;
    let mut command = bench_beside_peers("collectd");
    command.env("MILLWATT_COLLECTD", collectd);
    command.env("MILLWATT_BIN", places::target().join("release/millwatt"));
    print_answer(&mut command)
}

fn costs() -> Result<(), Trouble> {
    let log = places::log("figures-costs")?;
    firmware::costs(&log)?.iter().for_each(|line| println!("  {line}"));
    Ok(())
}

fn failed(what: &str) -> Trouble {
    Trouble::Failed(format!("{what} failed; run it by hand to see why"))
}

/// What a test prints, without the lines of the test runner.
fn table(package: &str, test: &str) -> Result<(), Trouble> {
    let mut command = cargo::host();
    command.args(["test", "--quiet", "--package", package, "--test", test]);
    command.args(["--", "--nocapture", "--test-threads=1"]);
    let text = child::answer(&mut command).ok_or_else(|| failed(test))?;
    let noise = |line: &&str| {
        !line.is_empty()
            && *line != "."
            && !line.starts_with("running ")
            && !line.starts_with("test ")
    };
    text.lines()
        .map(|line| line.trim_start_matches('.'))
        .filter(noise)
        .for_each(|line| println!("  {line}"));
    Ok(())
}

fn bench(options: &Options) -> Result<(), Trouble> {
    let mut command = cargo::host();
    command.args(["bench", "--quiet", "--package", "millwatt", "--bench", "metrics"]);
    if !options.no_peer {
        command.env("MILLWATT_STATSMODELS", peer()?);
    }
    let text = child::answer(&mut command).ok_or_else(|| failed("the bench"))?;
    text.lines().for_each(|line| println!("  {line}"));
    Ok(())
}

fn beside_peers(bench: &str) -> Result<(), Trouble> {
    print_answer(&mut bench_beside_peers(bench))
}

fn bench_beside_peers(bench: &str) -> Command {
    let mut command = cargo::host();
    command.args(["bench", "--quiet", "--package", "millwatt-tests"]);
    command.args(["--features", "peers", "--bench", bench]);
    command
}

fn print_answer(command: &mut Command) -> Result<(), Trouble> {
    let text = child::answer(command).ok_or_else(|| failed("the bench beside peers"))?;
    text.lines().for_each(|line| println!("  {line}"));
    Ok(())
}

/// A Python with the packages that made the golden files.
fn peer() -> Result<PathBuf, Trouble> {
    let log = places::log("figures")?;
    let folder = places::target().join("golden");
    let python = folder.join("bin/python");
    let wanted = places::root().join("tests/python/golden/requirements.txt");
    let stamp = folder.join("installed");
    if places::read(&stamp).is_ok_and(|had| places::read(&wanted).is_ok_and(|text| text == had)) {
        return Ok(python);
    }
    println!("  installing from PyPI into target/golden: statsmodels and its kin");
    let system = packages::have("python3", &["python3", "python3-venv"], &log)?;
    child::succeed(Command::new(system).args(["-m", "venv"]).arg(&folder), &log, LIMIT)?;
    let mut install = Command::new(&python);
    install.args(["-m", "pip", "install", "--quiet", "--requirement"]).arg(&wanted);
    child::succeed(&mut install, &log, LIMIT)?;
    places::write(&stamp, places::read(&wanted)?)?;
    Ok(python)
}

/// Bytes of code by module of the metric crate, from the symbols of the image.
fn sizes() -> Result<(), Trouble> {
    let log = places::log("figures")?;
    let image = firmware::build(&log)?;
    let bytes = std::fs::read(&image).map_err(|error| Trouble::file("read", &image, &error))?;
    let file = object::File::parse(&*bytes).map_err(|error| Trouble::Failed(error.to_string()))?;
    let mut modules: BTreeMap<String, u64> = BTreeMap::new();
    for symbol in file.symbols().filter(|symbol| symbol.kind() == SymbolKind::Text) {
        let name = symbol.name().unwrap_or_default();
        let name = format!("{:#}", rustc_demangle::demangle(name));
        *modules.entry(module_of(&name)).or_default() += symbol.size();
    }
    modules.iter().for_each(|(module, bytes)| println!("  {module:<44}{bytes:>7}"));
    Ok(())
}

/// `energy::regression` of a function of that module; one name for all other crates.
fn module_of(name: &str) -> String {
    let path = name.trim_start_matches(['<', '&']);
    let path = path.split([' ', '<', '>', '(']).next().unwrap_or_default();
    let Some(path) = path.strip_prefix("millwatt::") else {
        return ELSEWHERE.to_owned();
    };
    let parts: Vec<&str> = path.split("::").collect();
    let is_module = |part: &&&str| part.starts_with(|c: char| c.is_lowercase() || c == '_');
    let named = parts.iter().take_while(is_module).count();
    // The last lower-case word of a free function is its own name.
    let modules = if named == parts.len() { named - 1 } else { named };
    parts[..modules.clamp(1, 2)].join("::")
}

const ELSEWHERE: &str = "(core, libm, soft floating point, firmware)";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_count_to_their_module() {
        let cases = [
            ("millwatt::energy::regression::Fit::solve", "energy::regression"),
            ("millwatt::energy::power_factor::power_factor", "energy::power_factor"),
            ("<millwatt::interval::Intervals<I> as core::iter::Iterator>::next", "interval"),
            ("libm::math::exp::exp", ELSEWHERE),
        ];
        for (name, module) in cases {
            assert_eq!(module_of(name), module);
        }
    }
}
