//! `millwatt new`: questions answered in either language come to a site file that `millwatt check` finds fine.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Output, Stdio};

use millwatt_tests::rig::{self, told};

/// A folder to write a site file in.
struct Desk(tempfile::TempDir);

impl Desk {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    fn site(&self) -> PathBuf {
        self.0.path().join("site.toml")
    }

    fn text(&self) -> String {
        std::fs::read_to_string(self.site()).expect("a site file")
    }

    /// Asks with answers piped in, in an environment of a language.
    fn ask(&self, language: &str, more: &[&str], answers: &str) -> Output {
        let mut command = rig::millwatt();
        command.arg("new").arg("--out").arg(self.site()).args(more);
        command.env_remove("LC_ALL").env("LANG", language);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut asking = command.spawn().expect("millwatt starts");
        let mut input = asking.stdin.take().expect("it is piped");
        // It may have ended without reading them.
        let _ = input.write_all(answers.as_bytes());
        drop(input);
        asking.wait_with_output().expect("millwatt ends")
    }

    fn expect_fine(&self, asked: &Output) {
        assert!(asked.status.success(), "{}", told(asked));
        let checked = rig::run(&["check", &self.site().display().to_string()]);
        assert!(checked.status.success(), "{}\n{}", told(&checked), self.text());
    }
}

/// Answers, one a line.
fn lines(answers: &[&str]) -> String {
    answers.iter().map(|answer| format!("{answer}\n")).collect()
}

#[test]
fn english_answers_become_a_site_file() {
    let desk = Desk::new();
    let site = lines(&["Hill Wood", "3", "Asia/Bangkok", "VND", "2", "2"]);
    let morning = lines(&["Morning", "mon-fri", "06:00-14:00"]);
    let night = lines(&["Night", "mon-fri", "22:00-06:00", ""]);
    let machines = lines(&["Band saw", "7.5", "Band saw", "", ""]);
    let meter = lines(&["192.168.1.20:502", "eastron-sdm630", ""]);
    let answers = [site, morning, night, machines, meter].concat();
    let asked = desk.ask("vi_VN.UTF-8", &["--lang", "en"], &answers);
    desk.expect_fine(&asked);
    assert!(told(&asked).contains("millwatt check"), "what comes next: {}", told(&asked));
    let text = desk.text();
    for row in [
        "name = \"Hill Wood\"",
        "zone = \"Asia/Bangkok\"",
        "from = 2025-05-10",
        "price = 1899",
        "hours = [\"09:30-11:30\", \"17:00-20:00\"]",
        "hours = \"22:00-06:00\"",
        "id = \"band-saw-2\"",
        "rated_kw = 7.5",
        "profile = \"eastron-sdm630\"",
        "output_unit = \"m3\"",
        "# Prices before tax",
    ] {
        assert!(text.contains(row), "{row}: {text}");
    }
    assert!(!text.contains("2026-04-22"), "hours of Circular 16/2014 to this day: {text}");
}

#[test]
fn vietnamese_answers_become_a_site_file() {
    let desk = Desk::new();
    let site = lines(&["Xưởng quế Bản Đôn", "2", "", "", "1", "1"]);
    let shift = lines(&["Ca sáng", "T2-T7", "06:00-14:00", ""]);
    let machines = lines(&["Nồi chưng cất số 1", "7,5", "Bơm nước làm mát", "2,2", ""]);
    let answers = [site, shift, machines, lines(&["", "kg"])].concat();
    let asked = desk.ask("vi_VN.UTF-8", &[], &answers);
    desk.expect_fine(&asked);
    let text = desk.text();
    for row in [
        "name = \"Xưởng quế Bản Đôn\"",
        "days = \"mon-sat\"",
        "id = \"noi-chung-cat-so-1\"",
        "id = \"bom-nuoc-lam-mat\"",
        "rated_kw = 2.2",
        "from = 2026-04-22",
        "hours = [\"17:30-22:30\"]",
        "name = \"Công tơ tổng\"",
        "# Giá trước thuế",
    ] {
        assert!(text.contains(row), "{row}: {text}");
    }
    assert!(told(&asked).contains("tiếp theo:"), "{}", told(&asked));
}

#[test]
fn without_answers_the_usual_ones_do() {
    for language in ["C", "vi_VN.UTF-8"] {
        let desk = Desk::new();
        desk.expect_fine(&desk.ask(language, &[], ""));
        assert!(desk.text().contains("hours = \"06:00-14:00\""), "{}", desk.text());
    }
}

#[test]
fn prices_may_be_skipped() {
    let desk = Desk::new();
    desk.expect_fine(&desk.ask("C", &[], &lines(&["Mill", "", "", "", "skip"])));
    assert!(!desk.text().contains("\n[[tariff]]"), "{}", desk.text());
}

#[test]
fn a_file_that_is_there_is_kept() {
    let desk = Desk::new();
    desk.expect_fine(&desk.ask("C", &[], "First\n"));
    let refused = desk.ask("C", &[], "Second\n");
    assert_eq!(refused.status.code(), Some(2));
    assert!(told(&refused).contains("with --force"), "{}", told(&refused));
    assert!(desk.text().contains("name = \"First\""));
    desk.expect_fine(&desk.ask("C", &["--force"], "Second\n"));
    assert!(desk.text().contains("name = \"Second\""));
}

#[test]
fn a_wrong_answer_is_named_and_nothing_is_written() {
    let wrong = |language: &str, answers: &[&str], expected: &str| {
        let desk = Desk::new();
        let asked = desk.ask(language, &[], &lines(answers));
        assert_eq!(asked.status.code(), Some(2));
        assert!(told(&asked).contains(expected), "{expected}: {}", told(&asked));
        assert!(!desk.site().exists());
    };
    wrong("C", &["", "", "Mars/Base"], "Time zone: `Mars/Base` does not do: expected an IANA zone");
    wrong("C", &["", "7"], "What does it make?: `7` does not do: expected a number from 1 to 4");
    wrong("vi_VN", &["", "", "", "", "", "", "", "thứ hai"], "Những ngày nào: `thứ hai`");
    let overlapping =
        ["", "", "", "", "", "", "A", "all", "06:00-14:00", "B", "sun", "13:00-15:00"];
    wrong("C", &overlapping, "From when to when: `13:00-15:00` does not do");
}
