//! Two hundred times a year of minutes out of memory: what `cargo figures --only vectors` measures in Node.

use millwatt::packed::Packed;

fn main() {
    let load = (0..525_600_i64).map(|minute| 4_711_000 + minute * 12 + minute * minute % 41);
    let packed: Packed = load.collect();
    let mut sum = 0_i64;
    for _ in 0..200 {
        packed.chunks(|chunk| sum = sum.wrapping_add(chunk.iter().sum::<i64>()));
    }
    std::hint::black_box(sum);
}
