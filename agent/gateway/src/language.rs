//! What people read, in Vietnamese and in English: tables in which a missing sentence does not compile.

/// A language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Language {
    /// Tiếng Việt.
    #[value(name = "vi")]
    Vietnamese,
    /// English.
    #[value(name = "en")]
    English,
}

impl Language {
    /// The language that the environment asks for: Vietnamese where `LC_ALL`, else `LANG`, does; otherwise English.
    #[must_use]
    pub fn of_environment(variable: impl Fn(&str) -> Option<String>) -> Self {
        let set = |name| variable(name).filter(|value| !value.is_empty());
        match set("LC_ALL").or_else(|| set("LANG")) {
            Some(value) if value.to_lowercase().starts_with("vi") => Self::Vietnamese,
            _ => Self::English,
        }
    }

    /// The language that this process was started in.
    #[must_use]
    pub fn spoken() -> Self {
        Self::of_environment(|name| std::env::var(name).ok())
    }
}

/// A table of texts: `Name: "tiếng Việt", "English";`, where `{}` marks the place of a figure.
macro_rules! texts {
    ($($key:ident: $vietnamese:literal, $english:literal;)+) => {
        /// A text, by what it is for.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Text { $($key,)+ }

        impl Text {
            /// The text.
            pub(crate) const fn of(self, language: $crate::language::Language) -> &'static str {
                use $crate::language::Language;
                match (self, language) {
                    $((Self::$key, Language::Vietnamese) => $vietnamese,
                      (Self::$key, Language::English) => $english,)+
                }
            }

            /// The text with figures in the places of `{}`.
            #[allow(dead_code)]
            pub(crate) fn fill(self, language: $crate::language::Language, figures: &[&str]) -> String {
                let mut parts = self.of(language).split("{}");
                let mut text = parts.next().unwrap_or_default().to_owned();
                for (part, figure) in parts.zip(figures) {
                    text.push_str(figure);
                    text.push_str(part);
                }
                text
            }
        }

        #[cfg(test)]
        #[test]
        fn both_languages_have_the_same_places_for_figures() {
            use $crate::language::Language;
            for text in [$(Text::$key,)+] {
                let places = |language| text.of(language).matches("{}").count();
                assert_eq!(places(Language::Vietnamese), places(Language::English), "{text:?}");
            }
        }
    };
}

pub(crate) use texts;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_tells_the_language() {
        let of = |all: &'static str, language: &'static str| {
            Language::of_environment(move |name| match name {
                "LC_ALL" => Some(all.to_owned()),
                "LANG" => Some(language.to_owned()),
                _ => None,
            })
        };
        assert_eq!(of("", "vi_VN.UTF-8"), Language::Vietnamese);
        assert_eq!(of("C", "vi_VN.UTF-8"), Language::English);
        assert_eq!(of("vi_VN", "en_US.UTF-8"), Language::Vietnamese);
        assert_eq!(Language::of_environment(|_| None), Language::English);
    }
}
