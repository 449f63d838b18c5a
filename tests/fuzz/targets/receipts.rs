//! What a node and its gateway, or a gateway and an office, may say to each other of what is kept.
#![no_main]

use libfuzzer_sys::fuzz_target;
use millwatt::trust::{Delivery, Receipt};
use millwatt::wire::bytes::Writer;
use millwatt_agent::link::{Decoder, MOST_HEAD, Message, Packet};

/// The bytes of a message: what it writes, and what stands behind that.
fn bytes(message: &Message<'_>) -> Vec<u8> {
    let mut buffer = [0; MOST_HEAD];
    let mut out = Writer::new(&mut buffer);
    message.emit(&mut out).expect("room");
    [out.written(), message.rest()].concat()
}

fuzz_target!(|line: &[u8]| {
    if let Ok(receipt) = Receipt::parse(line) {
        let mut buffer = [0; Receipt::LENGTH];
        let mut out = Writer::new(&mut buffer);
        receipt.emit(&mut out).expect("room");
        assert_eq!(out.written(), &line[..Receipt::LENGTH]);
    }
    if let Ok(text) = core::str::from_utf8(line) {
        let _ = Delivery::parse(text);
    }
    if let Ok(message) = Message::parse(line) {
        // A program's name is cut where it is longer than nodes say it.
        let again = bytes(&message);
        assert!(matches!(message, Message::Hello(_)) || again == line);
    }
    let mut decoder = Decoder::<512>::new();
    for byte in line {
        if let Some(content) = decoder.take(*byte) {
            let _ = Message::parse(content);
        }
    }
    // However noisy the line was: behind a zero the next packet is found.
    decoder.take(0);
    let content = &line[..line.len().min(508)];
    let packet = Packet::new(content, &[]);
    let mut found = packet.filter_map(|byte| decoder.take(byte).map(<[u8]>::to_vec));
    assert!(content.is_empty() || found.next().as_deref() == Some(content));
});
