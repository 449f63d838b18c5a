//! Prints the digest of a seeded year: `cargo run -p millwatt --features _digest --example digest`.

fn main() {
    println!("digest {}", millwatt::digest::Digest::of_year(2026));
}
