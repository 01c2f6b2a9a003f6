//! The words of the schema language that stand for one of a few things.

use crate::ir::{App, Envelope, Format, Method, Token};
use crate::spec::EnumKind;

/// Something that is one of a few words.
pub(crate) trait Words: Copy + 'static {
    /// Each word and what it stands for.
    const WORDS: &'static [(&'static str, Self)];

    /// What the word stands for.
    fn of(word: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(known, _)| *known == word).map(|(_, meaning)| *meaning)
    }

    /// The words alone.
    fn list() -> Vec<&'static str> {
        Self::WORDS.iter().map(|(word, _)| *word).collect()
    }
}

macro_rules! words {
    ($($of:ident { $($word:literal => $meaning:ident,)* })*) => {$(
        impl Words for $of {
            const WORDS: &'static [(&'static str, Self)] = &[$(($word, Self::$meaning)),*];
        }

        impl<'de> serde::Deserialize<'de> for $of {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word = String::deserialize(deserializer)?;
                Self::of(&word).ok_or_else(|| serde::de::Error::custom(format_args!("unknown word `{word}`")))
            }
        }
    )*};
}

words! {
    Method { "GET" => Get, "POST" => Post, "PUT" => Put, "PATCH" => Patch, "DELETE" => Delete, }
    Token { "tenant" => Tenant, "user" => User, "app" => App, }
    App { "custom" => Custom, "store" => Store, }
    Envelope { "standard" => Standard, "message" => Message, "bare" => Bare, }
    Format { "ms" => Ms, "s" => S, "date" => Date, "json" => Json, "custom_value" => CustomValue, }
    EnumKind { "int" => Int, "string" => String, }
}
