//! Notes, checkpoints, keys and seals.
#![no_main]

use libfuzzer_sys::fuzz_target;
use millwatt::trust::{Checkpoint, Device, Note, Seal, Signer, VerifierKey};

fuzz_target!(|bytes: &[u8]| {
    let signer = Signer::new("example.com/fuzz", &[7; 32]);
    let _ = Device::parse(bytes);
    if let Ok(seal) = Seal::parse(bytes) {
        assert_eq!(seal.checkpoint().expect("parsed").root, seal.tree.root());
        let _ = seal.note.verify(&signer.verifier());
    }
    if let Ok(note) = Note::parse(bytes) {
        let _ = Checkpoint::parse(note.text());
        let _ = note.verify(&signer.verifier());
        let _ = note.verify_cosignature(&signer.cosigner());
    }
    if let Ok(text) = core::str::from_utf8(bytes)
        && let Ok(key) = VerifierKey::parse(text)
    {
        assert_eq!(VerifierKey::parse(&key.to_string()), Ok(key));
    }
});
