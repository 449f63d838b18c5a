//! Lines with their weight, where systemd's journal reads them.

use std::os::fd::AsFd;

/// How much a line weighs, as `sd-daemon(3)` counts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    /// Readings are in danger.
    Error,
    /// Somebody should look after it.
    Warning,
    /// Good to know.
    News,
}

impl Weight {
    const fn prefix(self) -> &'static str {
        match self {
            Self::Error => "<3>",
            Self::Warning => "<4>",
            Self::News => "<6>",
        }
    }

    /// Each line of a text with the prefix by which the journal knows its weight.
    pub(super) fn marked(self, text: &str) -> String {
        let lines: Vec<String> =
            text.lines().map(|line| format!("{}{line}", self.prefix())).collect();
        lines.join("\n")
    }
}

/// Whether the journal reads what is written there: systemd names device and inode of its stream.
pub(super) fn reads(stream: impl AsFd) -> bool {
    let Some(named) = std::env::var("JOURNAL_STREAM").ok() else { return false };
    let Ok(stat) = rustix::fs::fstat(stream) else { return false };
    named == format!("{}:{}", stat.st_dev, stat.st_ino)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_has_its_weight() {
        assert_eq!(
            Weight::Warning.marked("no answer;\ncheck cables"),
            "<4>no answer;\n<4>check cables"
        );
    }
}
