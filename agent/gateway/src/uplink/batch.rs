//! What a server gets: JSON of at most half a megabyte or so, which the usual limits let through.

use super::feed::Piece;
use crate::export::Record;
use millwatt::wire::Stamp;
use serde_json::Value as Json;

/// Bytes of records in one batch, but for the last of them.
const MOST_BYTES: usize = 512 << 10;

/// Whose readings they are.
#[derive(Debug)]
pub(super) struct Sender {
    /// The gateway's log.
    pub device: String,
    /// The node whose log it passes on.
    pub node: Option<String>,
}

/// A batch on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Batch {
    /// The same whenever the same is sent: `LOG:AFTER-UP_TO:PART:HASH`.
    pub key: String,
    /// A JSON object.
    pub body: String,
    /// How many readings and events it has.
    pub records: usize,
}

impl Sender {
    /// The next batch of a piece, out of what is left of its records; `None` when nothing is.
    pub fn batch(
        &self,
        piece: &Piece,
        part: u32,
        records: &mut impl Iterator<Item = Record>,
    ) -> Option<Batch> {
        let (mut readings, mut events, mut bytes) = (Vec::new(), Vec::new(), 0);
        while bytes < MOST_BYTES {
            let Some(record) = records.next() else { break };
            let (list, text) = match record {
                Record::Reading(text) => (&mut readings, text),
                Record::Event(text) => (&mut events, text),
            };
            bytes += text.len();
            list.push(text);
        }
        let records = readings.len() + events.len();
        let (key, head) = self.head(piece, part);
        let [readings, events] = [readings, events].map(|list| list.join(",\n"));
        let body = format!("{{{head},\n\"readings\":[{readings}],\n\"events\":[{events}]}}\n");
        (records > 0).then_some(Batch { key, body, records })
    }

    fn head(&self, piece: &Piece, part: u32) -> (String, String) {
        let word = |Stamp { epoch, sequence }| format!("{epoch}.{sequence}");
        let (after, up_to) = (word(piece.after), word(piece.up_to));
        let log = [Some(&self.device), self.node.as_ref()].into_iter().flatten();
        let log = log.map(String::as_str).collect::<Vec<_>>().join(":");
        let key = format!("{log}:{after}-{up_to}:{part}:{}", piece.hash);
        let [device, own, node] = [Some(&self.device), Some(&key), self.node.as_ref()]
            .map(|text| Json::from(text.cloned()).to_string());
        let head = format!(
            "\"key\":{own},\"device\":{device},\"node\":{node},\"after\":\"{after}\",\"up_to\":\"{up_to}\",\"part\":{part}"
        );
        (key, head)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use millwatt::archive::Archive;

    #[test]
    fn what_is_large_goes_in_parts_each_with_a_key_of_its_own() {
        let stamp = |sequence| Stamp { epoch: 2, sequence };
        let (after, up_to, hash) = (stamp(3), stamp(9), "0a1b".to_owned());
        let piece = Piece { after, up_to, archive: Archive::new(), hash };
        let sender = Sender { device: "millwatt/a/1".to_owned(), node: Some("press".to_owned()) };
        let long = |number: u32| {
            format!("{{\"value\":{number},\"note\":\"{}\"}}", "x".repeat(MOST_BYTES / 3))
        };
        let readings = (0..4).map(|number| Record::Reading(long(number)));
        let mut records = readings.chain([Record::Event("{\"kind\":\"stop\"}".to_owned())]);
        let batches: Vec<Batch> =
            (0..).map_while(|part| sender.batch(&piece, part, &mut records)).collect();
        let keys: Vec<&str> = batches.iter().map(|batch| batch.key.as_str()).collect();
        assert_eq!(
            keys,
            ["millwatt/a/1:press:2.3-2.9:0:0a1b", "millwatt/a/1:press:2.3-2.9:1:0a1b"]
        );
        let bodies: Vec<Json> =
            batches.iter().map(|batch| serde_json::from_str(&batch.body).expect("JSON")).collect();
        let values = |body: &Json| {
            let readings = body["readings"].as_array().expect("a list");
            readings.iter().map(|row| row["value"].as_u64().expect("one")).collect::<Vec<_>>()
        };
        assert_eq!((values(&bodies[0]), values(&bodies[1])), (vec![0, 1, 2], vec![3]));
        assert_eq!(bodies[1]["events"][0]["kind"], "stop");
        assert_eq!((&bodies[0]["node"], &bodies[0]["up_to"]), (&"press".into(), &"2.9".into()));
    }
}
