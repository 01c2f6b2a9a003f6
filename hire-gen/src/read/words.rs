//! Enumerations of the schema language, with their words.

/// A type whose values are words.
pub(crate) trait Words: Copy + 'static {
    /// The words and their values.
    const WORDS: &'static [(&'static str, Self)];

    /// Returns the value of the word.
    fn of(word: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(known, _)| *known == word).map(|(_, meaning)| *meaning)
    }

    /// Returns the words.
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
    Envelope { "standard" => Standard, "message" => Message, "flat" => Flat, "bare" => Bare, }
    EventEnvelope { "v2" => V2, "v1" => V1, }
    Format { "ms" => Ms, "s" => S, "date" => Date, "json" => Json, "custom_value" => CustomValue, }
    EnumKind { "int" => Int, "string" => String, }
}

/// An HTTP method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// `GET`
    Get,
    /// `POST`
    Post,
    /// `PUT`
    Put,
    /// `PATCH`
    Patch,
    /// `DELETE`
    Delete,
}

impl Method {
    /// As sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// A kind of access token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token {
    /// `tenant_access_token`
    Tenant,
    /// `user_access_token`
    User,
    /// `app_access_token`
    App,
}

/// A kind of app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum App {
    /// An app that a company builds for itself.
    Custom,
    /// An app in the app store.
    Store,
}

/// The envelope of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Envelope {
    /// `code`, `msg`, `data`
    Standard,
    /// `code`, `message`, `data`
    Message,
    /// `code`, `msg`, and the fields of the answer beside them
    Flat,
    /// Nothing.
    Bare,
}

/// The envelope of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventEnvelope {
    /// `uuid`, `token`, `ts`, `type` and `event`, whose fields include the names of the event and the app.
    V1,
    /// `schema`, `header` and `event`.
    V2,
}

impl EventEnvelope {
    /// As the schema writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::V1 => "v1",
            Self::V2 => "v2",
        }
    }
}

impl Envelope {
    /// Returns whether the fields of an answer are in `data`.
    pub fn has_data(self) -> bool {
        matches!(self, Self::Standard | Self::Message)
    }

    /// Returns whether an answer has a `code`.
    pub fn has_code(self) -> bool {
        self != Self::Bare
    }

    /// Returns the name of the message in an answer.
    pub fn message(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::Standard | Self::Flat | Self::Bare => "msg",
        }
    }
}

/// The contents of a string or an int.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Milliseconds since 1970.
    Ms,
    /// Seconds since 1970.
    S,
    /// `YYYY-MM-DD`
    Date,
    /// JSON inside a string.
    Json,
    /// A custom field's value.
    CustomValue,
}

/// The kind of an enum's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EnumKind {
    /// `int`
    Int,
    /// `string`
    String,
}
