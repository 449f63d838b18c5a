//! Twenty times a year of minutes out of the log's codec: what `cargo figures --only vectors` measures in Node.

use millwatt::wire::WireError;
use millwatt::wire::column::{Hint, Stream, Values};

fn main() -> Result<(), WireError> {
    let mut buffer = vec![0; 1 << 20];
    let mut column = Stream::new(Hint::default(), &mut buffer);
    for minute in 0..525_600_i64 {
        column.push(4_200 + minute * minute % 41)?;
    }
    let count = column.count();
    let bytes = column.finish();
    let mut sum = 0_i64;
    for _ in 0..20 {
        for value in Values::new(bytes, count)? {
            sum = sum.wrapping_add(value?);
        }
    }
    std::hint::black_box(sum);
    Ok(())
}
