//! `millwatt bills`: twelve bills against an independent reckoning in Python, both languages of a file, and
//! what is refused or named instead of guessed.

use std::path::Path;
use std::process::{Command, Output};

use millwatt_tests::rig::{self, told};
use serde_json::{Value, json};

/// A site whose electricity follows its output, above a large base load.
const STEADY: &str = "\
month,kwh,kvarh,cost_vnd,output,output_unit,wood_t,diesel_l,lpg_kg,fuel_vnd\n\
2023-07,7306.2,4703,14555808,2070,kg,4.21,0,0,4842000\n\
2023-08,6807.1,4556,13846042,1715,kg,3.95,0,0,4542000\n\
2023-09,10202.9,6089,20725834,3866,kg,9.01,0,0,10362000\n\
2023-10,12075.8,8098,24607577,5177,kg,12.02,0,0,13823000\n\
2023-11,13463.0,7947,27080916,6079,kg,13.94,0,0,16031000\n\
2023-12,14222.8,8943,28691956,6605,kg,14.55,0,0,16732000\n\
2024-01,13918.9,8162,28572650,6355,kg,14.79,12.5,0,17008000\n\
2024-02,13599.5,7492,26763169,5950,kg,13.58,40,24,15617000\n\
2024-03,13043.9,8036,25876658,5589,kg,12.52,0,0,14398000\n\
2024-04,11490.7,6668,22564922,4720,kg,10.95,0,0,12592000\n\
2024-05,8970.6,5664,17640293,3230,kg,7.15,0,0,8222000\n\
2024-06,8071.0,4591,16283979,2430,kg,4.92,0,0,5658000\n\
";

/// One whose electricity follows something else.
const SCATTERED: &str = "\
month,kwh,kvarh,cost_vnd,output,output_unit,wood_t,diesel_l,lpg_kg,fuel_vnd\n\
2023-07,6047.3,3608,12214083,2169,kg,5.07,0,0,5830000\n\
2023-08,10612.9,5877,21125306,1876,kg,4.46,0,0,5129000\n\
2023-09,5254.6,2997,10395349,3976,kg,9.33,0,0,10730000\n\
2023-10,9128.8,5702,17634147,5207,kg,10.87,0,0,12500000\n\
2023-11,6902.9,4575,13672069,6081,kg,14.02,0,0,16123000\n\
2023-12,6756.2,4258,13150747,6528,kg,13.06,0,0,15019000\n\
2024-01,7175.0,4147,14764103,6311,kg,14.82,0,0,17043000\n\
2024-02,7755.0,4466,15850409,5884,kg,13.24,0,0,15226000\n\
2024-03,12031.4,7697,24732388,5556,kg,13.1,0,0,15065000\n\
2024-04,5291.1,3195,10855501,4686,kg,9.87,0,0,11350000\n\
2024-05,6762.4,4250,13054406,3294,kg,7.48,0,0,8602000\n\
2024-06,4800.8,2862,9456560,2396,kg,5.46,0,0,6279000\n\
";

/// Runs `millwatt bills` on a text, in English unless another language is asked for.
fn bills(text: &str, more: &[&str]) -> Output {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("bills.csv");
    std::fs::write(&file, text).expect("can be written");
    let file = file.display().to_string();
    let language: &[&str] = if more.contains(&"--lang") { &[] } else { &["--lang", "en"] };
    rig::run(&[&["bills", &file], language, more].concat())
}

/// The same as JSON, without the file's name.
fn figures(text: &str, more: &[&str]) -> Value {
    let output = bills(text, &[&["--json"], more].concat());
    assert!(output.status.success(), "{}", told(&output));
    let mut json: Value = serde_json::from_slice(&output.stdout).expect("prints JSON");
    json["file"] = Value::Null;
    json
}

fn shown(text: &str, more: &[&str]) -> String {
    let output = bills(text, more);
    assert!(output.status.success(), "{}", told(&output));
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn refused(text: &str, more: &[&str], expected: &[&str]) {
    let output = bills(text, more);
    let told = told(&output);
    assert_eq!(output.status.code(), Some(1), "{told}");
    for word in expected {
        assert!(told.contains(word), "`{word}` in: {told}");
    }
}

/// Some lines of a file by their months, below its header.
fn of_months(text: &str, keep: impl Fn(&str) -> bool) -> String {
    let kept = text.lines().enumerate().filter(|(number, line)| *number == 0 || keep(line));
    kept.map(|(_, line)| format!("{line}\n")).collect()
}

fn factors() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../agent/gateway/data/factors-vn.toml")
}

fn reckon(python: &Path, text: &str) -> Value {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("bills.csv");
    std::fs::write(&file, text).expect("can be written");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("python/bills_reference.py");
    let mut command = Command::new(python);
    let output = command.arg(script).arg(&file).arg(factors()).output().expect("Python starts");
    assert!(output.status.success(), "{}", told(&output));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

fn number(text: &Value) -> f64 {
    text.as_str().expect("a figure").parse().expect("a number")
}

/// Exact figures are rounded at their last place, money of each month at a thousandth; a model's have all digits of a
/// double.
fn compare(place: &str, shown: &Value, expected: f64) {
    let (value, tolerance) = match shown {
        Value::String(text) if place.contains("vnd") => {
            (text.parse::<f64>().expect("a number"), 13.0 * 5e-4)
        }
        Value::String(text) => (text.parse::<f64>().expect("a number"), 1e-6),
        other => (other.as_f64().expect(place), expected.abs() * 1e-9),
    };
    assert!((value - expected).abs() <= tolerance, "{place}: {value} shown, {expected} reckoned");
}

#[test]
fn python_reckons_the_same() {
    let Some(python) = rig::need("MILLWATT_PYTHON", "bills, independent reckoning") else { return };
    for text in [STEADY, SCATTERED] {
        let (told, json) = (reckon(&python, text), figures(text, &[]));
        let expected = told["figures"].as_object().expect("figures");
        for (place, expected) in expected {
            let shown = json.pointer(place).unwrap_or_else(|| panic!("{place} in {json}"));
            compare(place, shown, number(expected));
        }
        assert!(expected.len() > 80, "{} figures", expected.len());
        let plan = json["plan"].as_array().expect("a plan");
        for line in plan.iter().filter(|line| !line["worth"]["most_vnd"].is_null()) {
            let name = line["what"].as_str().expect("a word");
            let reckoned = &told["plan"][name];
            compare("most_vnd", &line["worth"]["most_vnd"], number(&reckoned[1]));
            if line["worth"]["kind"] == "between" {
                compare("least_vnd", &line["worth"]["least_vnd"], number(&reckoned[0]));
            }
        }
    }
}

/// The file as a Vietnamese spreadsheet writes it: a mark, comments, names with diacritics, semicolons, decimal
/// commas, points between thousands, the newest month first.
fn in_vietnamese(text: &str) -> String {
    let cell = |cell: &str| match cell.split_once('.') {
        Some((whole, decimals)) => format!("{},{decimals}", grouped(whole)),
        None if cell.len() > 3 && !cell.contains('-') => grouped(cell),
        None => cell.to_owned(),
    };
    let rows = text.lines().skip(1).map(|line| {
        let cells: Vec<String> = line.split(',').map(cell).collect();
        let (year, month) = cells[0].split_once('-').expect("a month");
        format!("{month}/{year};{}\r\n", cells[1..].join(";"))
    });
    let mut rows: Vec<String> = rows.collect();
    rows.reverse();
    let names = "Tháng;Điện (kWh);Phản kháng (kvarh);Tiền điện (đồng);Sản lượng;Đơn vị;Củi (tấn);Dầu DO (lít);\
                 Gas (kg);Tiền nhiên liệu (đồng)";
    format!(
        "\u{feff}# ghi chú; của xưởng\r\n\"# một dòng nữa\";;\r\n\r\n{names}\r\n{};;;;;;;;;\r\n",
        rows.concat()
    )
}

fn grouped(digits: &str) -> String {
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push('.');
        }
        out.push(digit);
    }
    out
}

#[test]
fn a_file_in_vietnamese_says_the_same() {
    assert_eq!(figures(&in_vietnamese(STEADY), &[]), figures(STEADY, &[]));
    let wrong = in_vietnamese(STEADY).replace("6.807,1", "6.807,1 kWh");
    refused(&wrong, &[], &["line 15, column `Điện (kWh)`: `6.807,1 kWh`: expected a number"]);
}

#[test]
fn a_steady_site_has_a_baseline_and_a_base_load_worth_a_meter() {
    let json = figures(STEADY, &[]);
    assert_eq!(json["baseline"]["is_baseline"], json!(true));
    assert_eq!(json["baseline"]["verdict"][0]["name"], json!("valid"));
    let what = |place: usize| json["plan"][place]["what"].clone();
    assert_eq!(
        (what(0), what(1), what(2)),
        (json!("main_meter"), json!("reactive_meter"), json!("weigh_fuel"))
    );
    assert_eq!(json["plan"][0]["confidence"], json!("high"));
    assert_eq!(json["plan"][0]["worth"]["assumption"]["saving"], json!([0.1, 0.2]));
    // Three fuels share one sum of money: what the wood cost is not known.
    assert_eq!(json["plan"][2]["worth"]["kind"], json!("unknown"));
    let notes = json["notes"].as_array().expect("notes");
    let other_year = notes.iter().find(|note| note["name"] == "grid_factor_of_another_year");
    let months = &other_year.expect("no official factor of 2024")["months"];
    assert_eq!(months.as_array().map(Vec::len), Some(6));
    assert_eq!(
        (&json["months"][5]["grid_year"], &json["months"][6]["grid_year"]),
        (&json!(2023), &json!(2023))
    );
}

#[test]
fn a_scattered_site_is_told_what_its_output_does_not_explain() {
    let json = figures(SCATTERED, &[]);
    assert_eq!(json["baseline"]["is_baseline"], json!(false));
    let verdict = json["baseline"]["verdict"].as_array().expect("a verdict");
    let names: Vec<&str> = verdict.iter().filter_map(|said| said["name"].as_str()).collect();
    assert!(
        names.contains(&"model_p") && names.contains(&"r2") && !names.contains(&"every_term_p")
    );
    let plan = json["plan"].as_array().expect("a plan");
    let names: Vec<&str> = plan.iter().filter_map(|line| line["what"].as_str()).collect();
    assert_eq!(names, ["submeter", "weigh_fuel", "reactive_meter", "main_meter"]);
    assert!(
        shown(SCATTERED, &[])
            .contains("Output explains only 2 % of how the monthly use varies (50 % is needed)")
    );
}

#[test]
fn eleven_months_are_no_baseline_and_the_twelfth_is_named() {
    let eleven = of_months(STEADY, |line| !line.starts_with("2024-06"));
    let json = figures(&eleven, &[]);
    assert_eq!(json["baseline"]["is_baseline"], json!(false));
    assert_eq!(json["baseline"]["enough_with"], json!("2024-06"));
    assert_eq!(json["baseline"]["verdict"][0]["name"], json!("rows"));
    assert_eq!(json["plan"][0]["what"], json!("enter_months"));
    assert!(shown(&eleven, &[]).contains("enough with the bill of 2024-06"));
    assert!(shown(&eleven, &["--lang", "vi"]).contains("đủ khi có hoá đơn tháng 06/2024"));
}

#[test]
fn a_missing_month_is_named_and_nothing_is_filled_in() {
    let holed = of_months(STEADY, |line| !line.starts_with("2023-11"));
    let json = figures(&holed, &[]);
    assert_eq!(json["missing_months"], json!(["2023-11"]));
    assert_eq!(
        (&json["totals"]["kwh"]["months"], &json["designated"]["months"]),
        (&json!(11), &json!(11))
    );
    assert_eq!(json["baseline"]["lacking_months"], json!(["2023-11"]));
    assert_eq!(json["baseline"]["enough_with"], Value::Null);
    // An empty cell is not zero: the month's oil equivalent is not whole.
    let json = figures(&STEADY.replace(",4.21,", ",,"), &[]);
    assert_eq!(
        (&json["months"][0]["toe"], &json["totals"]["toe"]["months"]),
        (&Value::Null, &json!(11))
    );
    assert!(json["notes"].as_array().expect("notes").iter().any(|note| note["name"] == "no_fuel"));
}

#[test]
fn energy_alone_is_enough_to_begin() {
    let json = figures("month,kwh\n2025-01,12000\n2025-02,11000\n", &[]);
    assert_eq!(json["totals"]["kwh"]["value"], json!("23000"));
    assert_eq!(json["totals"]["toe"]["value"], json!("3.5489"));
    assert_eq!(
        (&json["per_output"]["kwh"], &json["totals"]["cost_vnd"]["value"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(json["baseline"]["verdict"][0]["name"], json!("no_output"));
    let plan = json["plan"].as_array().expect("a plan");
    let names: Vec<&str> = plan.iter().filter_map(|line| line["what"].as_str()).collect();
    assert_eq!(names, ["enter_output", "enter_cost", "enter_kvarh", "main_meter"]);
}

#[test]
fn wrong_cells_are_named_by_line_and_column_all_at_once() {
    let wrong = STEADY
        .replace("6807.1", "12 kWh")
        .replace("2023-10", "31/10/2023")
        .replace(",4720,", ",-5,");
    refused(
        &wrong,
        &[],
        &[
            "line 3, column `kwh`: `12 kWh`: expected a number",
            "line 5, column `month`: `31/10/2023`: expected a month such as 2025-01",
            "line 11, column `output`: `-5`: expected a number",
        ],
    );
    refused(&wrong, &["--lang", "vi"], &["dòng 3, cột `kwh`: `12 kWh`: cần một số từ 0 trở lên"]);
    refused(&STEADY.replace("6807.1", "6807,1"), &[], &["line 3", "in quotes"]);
    refused(&STEADY.replace("5950,kg", "5950,t"), &[], &["line 9, column `output_unit`: `t`"]);
}

#[test]
fn a_file_that_cannot_be_meant_says_what_to_do() {
    refused("", &[], &["has no month"]);
    refused("month,kwh\n", &[], &["has no month", "--template"]);
    refused("\u{1}\u{2}", &[], &["means nothing here"]);
    refused(&STEADY.replace("month,kwh", "month,kwhh"), &[], &["`kwhh`", "kvarh"]);
    refused(&STEADY.replace("kvarh", "Điện (kWh)"), &[], &["`kwh` and `Điện (kWh)` mean the same"]);
    refused("month,cost_vnd\n2025-01,5\n", &[], &["has no column `kwh`"]);
    refused(
        &STEADY.replace("2023-08", "2023-07"),
        &[],
        &["2023-07 stands twice, in line 2 and line 3"],
    );
    let missing = rig::run(&["bills", "no-such-file.csv", "--lang", "en"]);
    assert_eq!(missing.status.code(), Some(1));
    assert!(told(&missing).contains("no-such-file.csv cannot be read"), "{}", told(&missing));
    assert_eq!(rig::run(&["bills"]).status.code(), Some(2));
}

#[test]
fn a_thousand_or_a_decimal_is_asked_for_not_guessed() {
    let open = "month,kwh\n2025-01,12.345\n2025-02,11.500\n";
    refused(open, &[], &["line 2, column `kwh`: `12.345`", "--decimal"]);
    let kwh = |text: &str, more: &[&str]| figures(text, more)["totals"]["kwh"]["value"].clone();
    assert_eq!(kwh(open, &["--decimal", "comma"]), json!("23845"));
    assert_eq!(kwh(open, &["--decimal", "point"]), json!("23.845"));
    assert_eq!(kwh("month;kwh\n2025-01;12.345\n", &[]), json!("12345"));
    assert_eq!(kwh("month,kwh\n2025-01,12.345\n2025-02,11.5\n", &[]), json!("23.845"));
    refused(
        "month\tkwh\n2025-01\t1.234,5\n2025-02\t11.5\n",
        &[],
        &["1.234,5", "line 3", "two decimal signs"],
    );
}

#[test]
fn factors_of_ones_own_take_the_place_of_those_that_come_along() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("mine.toml");
    let printed = rig::run(&["bills", "--print-factors"]);
    let text = String::from_utf8(printed.stdout).expect("UTF-8");
    let with = |text: &str| {
        std::fs::write(&file, text).expect("can be written");
        ["--factors".to_owned(), file.display().to_string()]
    };
    let mine = with(&text.replace("toe = 0.373", "toe = 0.3"));
    let json = figures(STEADY, &[&mine[0], &mine[1]]);
    let wood = &json["carriers"][1];
    assert_eq!((&wood["name"], &wood["toe"]), (&json!("wood_t"), &json!("36.477")));
    let mine = with(&text.replace("year = 2020", "yeer = 2020"));
    refused(STEADY, &[&mine[0], &mine[1]], &["mine.toml, line", "yeer"]);
}

#[test]
fn the_template_can_be_filled_in_and_the_locale_speaks() {
    let template = |language: &str| {
        let printed = rig::run(&["bills", "--template", "--lang", language]);
        String::from_utf8(printed.stdout).expect("UTF-8")
    };
    let row = "2025-01,12000,7400,24000000,5200,kg,11.5,0,60,14000000\n";
    let json = figures(&(template("en") + row), &[]);
    assert_eq!(json["per_output"]["kwh"], json!("2.307692"));
    let row = "01/2025;12.000;7.400;24.000.000;5.200;kg;11,5;0;60;14.000.000\n";
    assert_eq!(figures(&(template("vi") + row), &[]), json);

    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("bills.csv");
    std::fs::write(&file, STEADY).expect("can be written");
    let mut command = rig::millwatt();
    let command = command.arg("bills").arg(&file).env("LC_ALL", "vi_VN.UTF-8");
    let page = String::from_utf8(command.output().expect("starts").stdout).expect("UTF-8");
    assert!(page.contains("Đường cơ sở") && page.contains("13.463"), "{page}");
}

#[test]
fn a_price_in_another_unit_is_named() {
    let thousands = STEADY.replace(",14555808,", ",14555,");
    let json = figures(&thousands, &[]);
    let notes = json["notes"].as_array().expect("notes");
    let odd = notes.iter().find(|note| note["name"] == "odd_price").expect("named");
    assert_eq!(odd["months"], json!(["2023-07"]));
}
