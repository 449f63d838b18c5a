//! Words in both languages: a missing one does not compile.

/// A language of the page.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Tiếng Việt.
    #[default]
    Vietnamese,
    /// English.
    English,
}

impl Language {
    /// The code of the `lang` attribute.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Vietnamese => "vi",
            Self::English => "en",
        }
    }
}

/// A word or sentence that stands in both languages; `{}` marks where a figure goes.
pub trait Text: Copy {
    /// Its text.
    fn text(self, language: Language) -> &'static str;

    /// Its text with figures in the places of `{}`.
    fn fill(self, language: Language, figures: &[&str]) -> String {
        filled(self.text(language), figures)
    }
}

#[inline(never)]
fn filled(text: &str, figures: &[&str]) -> String {
    let mut parts = text.split("{}");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for (part, figure) in parts.zip(figures) {
        text.push_str(figure);
        text.push_str(part);
    }
    text
}

/// An enum of words, each with its Vietnamese and its English text; one a module.
#[macro_export]
macro_rules! words {
    ($(#[$about:meta])* $visible:vis enum $Words:ident {
        $($key:ident: $vi:literal, $en:literal;)+
    }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        $visible enum $Words { $(#[doc = $en] $key,)+ }

        impl $crate::words::Text for $Words {
            fn text(self, language: $crate::words::Language) -> &'static str {
                match (self, language) {
                    $((Self::$key, $crate::words::Language::Vietnamese) => $vi,
                      (Self::$key, $crate::words::Language::English) => $en,)+
                }
            }
        }

        #[cfg(test)]
        #[test]
        fn both_languages_have_the_same_places_for_figures() {
            use $crate::words::{Language, Text as _};
            for key in [$($Words::$key,)+] {
                let places = |language| key.text(language).matches("{}").count();
                assert_eq!(places(Language::Vietnamese), places(Language::English), "{key:?}");
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::{Language, Text as _};

    crate::words! {
        enum Word { Days: "{} ngày", "{} days"; }
    }

    #[test]
    fn figures_go_to_their_places() {
        assert_eq!(Word::Days.fill(Language::English, &["30"]), "30 days");
    }
}
