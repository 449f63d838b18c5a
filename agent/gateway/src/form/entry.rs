//! An entry as a phone sends it, and why one is refused.

use serde::Deserialize;

/// What a person filled in: one form, each field as text, empty where nothing stands.
///
/// Numbers have a decimal point and at most three digits behind it; times are the site's, `2026-03-02T16:00`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Entry {
    /// Sixteen hexadecimal digits, drawn by the phone: sent twice, it is kept once.
    pub id: String,
    /// Which form; see [`Kind`].
    pub kind: String,
    /// The entry whose place it takes.
    pub corrects: String,
    /// When it happened or began.
    pub at: String,
    /// When it ended.
    pub until: String,
    /// The machine's short name, empty for the whole site.
    pub asset: String,
    /// What was made, burnt or received; of a stop the reason.
    pub product: String,
    /// The unit of `amount`.
    pub unit: String,
    /// How much.
    pub amount: String,
    /// Of output: good at once.
    pub good: String,
    /// Of output: refused.
    pub reject: String,
    /// Of output: worked over.
    pub rework: String,
    /// Of a meter: what the old one showed last, kWh.
    pub removed: String,
    /// Of a meter: what the new one shows first, kWh.
    pub installed: String,
    /// Of a bill: its money.
    pub money: String,
    /// Of a stop: the machine still stands.
    pub standing: bool,
    /// In their words.
    pub note: String,
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$each:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum $name { $($(#[$each])* $variant,)+ }

        impl $name {
            /// The word that stands for it between page and gateway.
            pub(super) const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }
    };
}

words!(
    /// Which form was filled in.
    Kind {
        /// What a shift made.
        Output = "output",
        /// Raw material received or put in.
        RawMaterial = "raw-material",
        /// Fuel weighed.
        Fuel = "fuel",
        /// Stock counted.
        Stock = "stock",
        /// A machine stood still.
        Stop = "stop",
        /// Another batch or product.
        Batch = "batch",
        /// People on shift.
        People = "people",
        /// Something went wrong.
        Incident = "incident",
        /// Anything worth keeping.
        Note = "note",
        /// A meter was exchanged.
        Meter = "meter",
        /// A supplier's bill.
        Bill = "bill",
        /// An earlier entry was a mistake altogether.
        Withdraw = "withdraw",
    }
);

impl Kind {
    const ALL: [Self; 12] = [
        Self::Output,
        Self::RawMaterial,
        Self::Fuel,
        Self::Stock,
        Self::Stop,
        Self::Batch,
        Self::People,
        Self::Incident,
        Self::Note,
        Self::Meter,
        Self::Bill,
        Self::Withdraw,
    ];

    /// The kind that a word stands for.
    pub(super) fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

words!(
    /// Why an entry is refused; the page has a sentence for each.
    Refusal {
        /// It is no entry of this form's version.
        Shape = "shape",
        /// `at` is no time.
        Time = "time",
        /// `at` is ahead of the gateway's clock.
        Future = "future",
        /// `at` is over a year ago.
        Old = "old",
        /// `until` is missing, before `at`, or far from it.
        Until = "until",
        /// The site has no such machine.
        Asset = "asset",
        /// The name of what was made or burnt is missing or begins with a sign.
        Product = "product",
        /// The unit is none of those offered.
        Unit = "unit",
        /// A number is missing or none.
        Amount = "amount",
        /// Words are missing, too long or not text.
        Words = "words",
        /// The reason is none of those offered.
        Reason = "reason",
        /// The machine has no counter of its own.
        Counter = "counter",
        /// What it corrects is not there, is corrected already or cannot be corrected here.
        Corrects = "corrects",
    }
);

/// Reasons of stops: those of the sixteen losses that the floor can tell, and one for the rest.
pub(super) const REASONS: [&str; 10] = [
    "breakdown",
    "setup",
    "tool_change",
    "start_up",
    "minor_stop",
    "management",
    "logistics",
    "line_organisation",
    "shutdown",
    "other",
];

/// Units that weights and volumes may have.
pub(super) const UNITS: [&str; 5] = ["kg", "t", "m³", "L", "ster"];

/// Fuels that are offered by name; others may be written.
pub(super) const FUELS: [&str; 8] =
    ["firewood", "wood-chips", "sawdust", "rice-husk", "charcoal", "coal", "diesel", "lpg"];

/// Thousandths of a number such as `1250` or `1250.5`; at most twelve digits before the point.
pub(super) fn thousandths(text: &str) -> Result<i64, Refusal> {
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let is_digits = |digits: &str, most: usize| {
        (1..=most).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    if !is_digits(whole, 12) || !is_digits(part, 3) {
        return Err(Refusal::Amount);
    }
    format!("{whole}{part:0<3}").parse().map_err(|_| Refusal::Amount)
}

/// Words as people wrote them, without what is no text.
pub(super) fn words(text: &str) -> Result<String, Refusal> {
    let text = text.trim();
    if text.chars().count() > 500 {
        return Err(Refusal::Words);
    }
    Ok(text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect())
}

/// The name of a product, fuel or batch: it begins with a letter or a digit, so that no table takes it for a
/// formula. May be empty.
pub(super) fn label(text: &str) -> Result<String, Refusal> {
    let text = text.trim();
    let begins = text.chars().next().is_none_or(char::is_alphanumeric);
    let fits = text.chars().count() <= 40 && !text.chars().any(char::is_control);
    if begins && fits { Ok(text.to_owned()) } else { Err(Refusal::Product) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use millwatt::production::sixteen::SixteenLoss;

    #[test]
    fn numbers_are_exact_or_refused() {
        assert_eq!(thousandths("1250.5"), Ok(1_250_500));
        assert_eq!(thousandths("0.007"), Ok(7));
        assert_eq!(thousandths("0"), Ok(0));
        for wrong in ["", ".", "1.", ".5", "1,5", "-1", "1e3", "1.2345", "1234567890123", " 1"] {
            assert_eq!(thousandths(wrong), Err(Refusal::Amount), "{wrong}");
        }
    }

    #[test]
    fn hostile_labels_are_refused_and_words_stay_words() {
        for wrong in ["<script>", "=cmd", "+1", "@a", "-1", "a\u{7}b", "x".repeat(41).as_str()] {
            assert_eq!(label(wrong), Err(Refusal::Product), "{wrong}");
        }
        assert_eq!(label(" Chè đen OP "), Ok("Chè đen OP".to_owned()));
        assert_eq!(words("a\nb").as_deref(), Ok("a b"));
        assert_eq!(words(&"ế".repeat(501)), Err(Refusal::Words));
    }

    #[test]
    fn every_reason_but_the_last_is_one_of_the_sixteen() {
        let known = REASONS.iter().filter(|reason| SixteenLoss::named(reason).is_some());
        assert_eq!(known.count(), REASONS.len() - 1);
        assert!(Kind::ALL.into_iter().all(|kind| Kind::named(kind.word()) == Some(kind)));
    }
}
