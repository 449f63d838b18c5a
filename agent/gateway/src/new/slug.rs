//! Short names of assets from the names that people give, Vietnamese ones without their marks.

/// Letters with marks, by the letter without.
const BASES: [(char, &str); 7] = [
    ('a', "àáảãạăằắẳẵặâầấẩẫậ"),
    ('d', "đ"),
    ('e', "èéẻẽẹêềếểễệ"),
    ('i', "ìíỉĩị"),
    ('o', "òóỏõọôồốổỗộơờớởỡợ"),
    ('u', "ùúủũụưừứửữự"),
    ('y', "ỳýỷỹỵ"),
];

/// Room for a number behind it, within the 32 that a site file allows.
const LONGEST: usize = 28;

/// A name of the letters a-z, digits and hyphens; `machine` where nothing of it is left.
pub(crate) fn slug(name: &str) -> String {
    let mut slug = String::new();
    let is_mark = |c: &char| ('\u{300}'..='\u{36f}').contains(c);
    for c in name.chars().flat_map(char::to_lowercase).filter(|c| !is_mark(c)).map(base) {
        if c.is_ascii_alphanumeric() {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.truncate(LONGEST);
    match slug.trim_end_matches('-') {
        "" => "machine".to_owned(),
        slug => slug.to_owned(),
    }
}

/// A letter without its marks.
pub(crate) fn base(c: char) -> char {
    BASES.iter().find(|(_, marked)| marked.contains(c)).map_or(c, |(base, _)| *base)
}

/// As [`slug`], with a number behind it where the name is taken; takes it.
pub(super) fn unique(name: &str, taken: &mut Vec<String>) -> String {
    let slug = slug(name);
    let numbered = (2..).map(|number: u32| format!("{slug}-{number}"));
    let mut names = std::iter::once(slug.clone()).chain(numbered);
    let free = names.find(|name| !taken.contains(name)).unwrap_or(slug.clone());
    taken.push(free.clone());
    free
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_go_and_letters_stay() {
        assert_eq!(slug("Máy sao diệt men số 2"), "may-sao-diet-men-so-2");
        assert_eq!(slug("Bơm Đầu Đẩy (dự phòng)"), "bom-dau-day-du-phong");
        assert_eq!(slug("Qua\u{323}t hu\u{301}t"), "quat-hut", "marks that stand apart");
        assert_eq!((slug("茶").as_str(), slug("  ").as_str()), ("machine", "machine"));
        assert!(slug(&"dài ".repeat(20)).len() <= LONGEST);
    }

    #[test]
    fn a_name_that_is_taken_gets_a_number() {
        let mut taken = vec!["main".to_owned()];
        let names = ["Máy vò", "May vo", "Main"].map(|name| unique(name, &mut taken));
        assert_eq!(names, ["may-vo", "may-vo-2", "main-2"]);
    }
}
