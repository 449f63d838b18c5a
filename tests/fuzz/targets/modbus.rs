//! What a meter, or the noise on its line, may answer.
#![no_main]

use libfuzzer_sys::fuzz_target;
use millwatt_agent::modbus::{Request, Table, rtu, tcp};

fuzz_target!(|bytes: &[u8]| {
    let request = Request { table: Table::Input, address: 7, count: 2 };
    let _ = request.parse(bytes);
    let mut received = heapless::Vec::<u8, 300>::new();
    for byte in bytes.iter().take(300) {
        received.push(*byte).expect("room");
        let _ = tcp::look(&received);
        if let Some(frame) = rtu::find(&received, 1, &request) {
            let _ = request.parse(&received[frame.start + 1..frame.end - 2]);
        }
    }
});
