//! The columns of a file of bills by name, in Vietnamese or English.

use super::error::BillsError;
use super::factors::Fuel;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// The month of the bill.
    Month,
    /// Active energy.
    Kwh,
    /// Reactive energy.
    Kvarh,
    /// Money for active energy before tax.
    Cost,
    /// Good output.
    Output,
    /// The unit of the output.
    OutputUnit,
    /// Money for all fuels.
    FuelCost,
    /// Words for people.
    Note,
    /// A fuel, by its place among the factors.
    Fuel(usize),
}

/// Names without diacritics, the first one as the template has it.
const NAMES: [(Field, &[&str]); 8] = [
    (Field::Month, &["month", "billing_month", "period", "thang", "ky", "ky_hoa_don"]),
    (
        Field::Kwh,
        &[
            "kwh",
            "electricity",
            "electricity_kwh",
            "dien",
            "dien_kwh",
            "dien_nang",
            "dien_nang_kwh",
            "dien_tieu_thu",
            "dien_tieu_thu_kwh",
        ],
    ),
    (
        Field::Kvarh,
        &[
            "kvarh",
            "reactive",
            "reactive_kvarh",
            "phan_khang",
            "phan_khang_kvarh",
            "dien_phan_khang",
            "dien_phan_khang_kvarh",
        ],
    ),
    (
        Field::Cost,
        &[
            "cost_vnd",
            "cost",
            "tien_dien",
            "tien_dien_d",
            "tien_dien_dong",
            "tien_dien_vnd",
            "chi_phi_dien",
            "chi_phi_dien_vnd",
        ],
    ),
    (Field::Output, &["output", "production", "san_luong", "san_luong_dat"]),
    (Field::OutputUnit, &["output_unit", "unit", "don_vi", "don_vi_san_luong", "don_vi_tinh"]),
    (
        Field::FuelCost,
        &[
            "fuel_vnd",
            "fuel_cost",
            "fuel_cost_vnd",
            "tien_nhien_lieu",
            "tien_nhien_lieu_dong",
            "tien_nhien_lieu_vnd",
            "chi_phi_nhien_lieu",
        ],
    ),
    (Field::Note, &["note", "notes", "ghi_chu"]),
];

/// Units that may stand in the name of the output's column, and how they are shown.
const UNITS: [(&str, &str); 8] = [
    ("kg", "kg"),
    ("t", "t"),
    ("tan", "t"),
    ("tonnes", "t"),
    ("l", "L"),
    ("lit", "L"),
    ("m3", "m³"),
    ("cai", "cái"),
];

/// Letters and their marked forms.
const BASES: [(char, &str); 8] = [
    ('a', "àáảãạăằắẳẵặâầấẩẫậ"),
    ('d', "đ"),
    ('e', "èéẻẽẹêềếểễệ"),
    ('i', "ìíỉĩị"),
    ('o', "òóỏõọôồốổỗộơờớởỡợ"),
    ('u', "ùúủũụưừứửữự"),
    ('y', "ỳýỷỹỵ"),
    ('3', "³"),
];

/// The letter below its marks; `None` for a mark that stands by itself.
fn base(letter: char) -> Option<char> {
    if ('\u{300}'..='\u{36f}').contains(&letter) {
        return None;
    }
    let found = BASES.iter().find(|(_, marked)| marked.contains(letter));
    Some(found.map_or(letter, |(base, _)| *base))
}

/// A name in small letters without diacritics, its words joined by `_`.
pub fn plain(name: &str) -> String {
    let mut plain = String::new();
    for letter in name.to_lowercase().chars().filter_map(base) {
        if letter.is_ascii_alphanumeric() {
            plain.push(letter);
        } else if !plain.is_empty() && !plain.ends_with('_') {
            plain.push('_');
        }
    }
    plain.trim_end_matches('_').to_owned()
}

/// What a name means, and the unit that it tells of the output.
fn meaning(name: &str, fuels: &[Fuel]) -> Option<(Field, Option<&'static str>)> {
    let name = plain(name);
    if let Some((field, _)) = NAMES.iter().find(|(_, names)| names.contains(&name.as_str())) {
        return Some((*field, None));
    }
    let unit = ["output_", "san_luong_"].iter().find_map(|start| name.strip_prefix(*start));
    if let Some((_, shown)) = UNITS.iter().find(|(known, _)| unit == Some(*known)) {
        return Some((Field::Output, Some(*shown)));
    }
    let place = fuels.iter().position(|fuel| fuel.names().any(|known| plain(known) == name))?;
    Some((Field::Fuel(place), None))
}

/// Whether a fuel may have a name: the other columns keep theirs.
pub fn is_free(name: &str) -> bool {
    meaning(name, &[]).is_none()
}

/// The names that are understood, for messages.
fn understood(fuels: &[Fuel]) -> String {
    let fixed = NAMES.iter().filter_map(|(_, names)| names.first().copied());
    let fuels = fuels.iter().map(|fuel| fuel.column.as_str());
    fixed.chain(fuels).collect::<Vec<_>>().join(", ")
}

/// Where each column stands.
#[derive(Debug)]
pub struct Layout {
    fields: Vec<(Field, usize)>,
    /// The unit that the name of the output's column tells.
    pub unit: Option<&'static str>,
}

impl Layout {
    /// Of the names of a file's columns.
    ///
    /// # Errors
    /// A name that means nothing, two of one meaning, or no month or energy.
    pub fn of(file: &str, header: &[String], fuels: &[Fuel]) -> Result<Self, BillsError> {
        let mut layout = Self { fields: Vec::new(), unit: None };
        for (place, name) in header.iter().enumerate() {
            let Some((field, unit)) = meaning(name, fuels) else {
                let (file, column) = (file.to_owned(), name.clone());
                return Err(BillsError::UnknownColumn {
                    file,
                    column,
                    understood: understood(fuels),
                });
            };
            if let Some(first) = layout.place(field) {
                let columns = [header[first].clone(), name.clone()];
                return Err(BillsError::TwiceColumn { file: file.to_owned(), columns });
            }
            layout.fields.push((field, place));
            layout.unit = layout.unit.or(unit);
        }
        for (field, column) in [(Field::Month, "month"), (Field::Kwh, "kwh")] {
            if layout.place(field).is_none() {
                return Err(BillsError::NoColumn { file: file.to_owned(), column });
            }
        }
        Ok(layout)
    }

    /// The place of a column.
    pub fn place(&self, field: Field) -> Option<usize> {
        self.fields.iter().find(|(known, _)| *known == field).map(|(_, place)| *place)
    }

    /// The places of the columns that hold figures.
    pub fn figures(&self) -> impl Iterator<Item = usize> {
        let is_words =
            |field: Field| matches!(field, Field::Month | Field::OutputUnit | Field::Note);
        self.fields.iter().filter(move |(field, _)| !is_words(*field)).map(|(_, place)| *place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_case_marks_and_signs() {
        assert_eq!(plain("  Tiền điện (đồng) "), "tien_dien_dong");
        assert_eq!(plain("SẢN LƯỢNG (kg)"), "san_luong_kg");
        assert_eq!(plain("Cu\u{309}i (ta\u{302}\u{301}n)"), "cui_tan");
        assert_eq!(plain("gas_m³"), "gas_m3");
    }

    #[test]
    fn both_languages_name_the_same_columns() {
        let header = ["Tháng", "Điện (kWh)", "Tiền điện (đ)", "Sản lượng (tấn)", "Ghi chú"];
        let layout = Layout::of("x.csv", &header.map(str::to_owned), &[]).expect("understood");
        let places = [Field::Month, Field::Kwh, Field::Cost, Field::Output, Field::Note];
        assert_eq!(places.map(|field| layout.place(field)), [0, 1, 2, 3, 4].map(Some));
        assert_eq!((layout.unit, layout.place(Field::Kvarh)), (Some("t"), None));
        assert_eq!(layout.figures().collect::<Vec<_>>(), [1, 2, 3]);
    }
}
