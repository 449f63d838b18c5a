//! The payload of a block: what can be read comes back the same when it is written again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use millwatt::wire::{BlockWriter, Columns};

/// More than this is slow to no purpose.
const MOST: usize = 1 << 16;

fuzz_target!(|bytes: &[u8]| {
    let Ok(columns) = Columns::new(bytes) else { return };
    for column in columns.flatten().filter(|column| column.count < MOST) {
        let Ok(values) = column.values() else { continue };
        let Ok(values) = values.collect::<Result<Vec<i64>, _>>() else { continue };
        let mut buffer = vec![0; 64 + 12 * values.len()];
        let mut block = BlockWriter::new(column.start, &mut buffer).expect("room");
        let step = column.step;
        block.column(column.channel, column.quality, column.start, step, &values).expect("room");
        let again = Columns::new(block.payload()).expect("a block").next().expect("a column");
        let again = again.expect("sound").values().expect("values");
        assert!(again.map(|value| value.expect("a value")).eq(values));
    }
});
