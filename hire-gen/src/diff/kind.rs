//! The kinds of changes, and how much a change means.

macro_rules! kinds {
    ($($kind:ident $word:literal: $meaning:literal,)*) => {
        /// What has changed. A word keeps its meaning for ever, so that programs can rely on it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Kind {
            $(#[doc = $meaning] $kind,)*
        }

        impl Kind {
            /// Every kind, in order.
            pub const ALL: &'static [Self] = &[$(Self::$kind),*];

            /// As printed for programs: `field-added`.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$kind => $word),* }
            }

            /// One line about it.
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$kind => $meaning),* }
            }
        }
    };
}

kinds! {
    BaseUrl "base-url": "a base URL is there, is gone or is another",
    EndpointAdded "endpoint-added": "an endpoint that was not there",
    EndpointRemoved "endpoint-removed": "an endpoint that is gone",
    EndpointRenamed "endpoint-renamed": "the same method and path under another name",
    Method "method": "the HTTP method",
    Path "path": "the path, names of parameters aside",
    Tokens "tokens": "which access tokens an endpoint takes",
    Apps "apps": "which apps may call an endpoint",
    Scopes "scopes": "the scopes of which a caller needs any one",
    FieldScopes "field-scopes": "scopes without which something stays empty or is refused",
    Quota "quota": "how often an endpoint may be called",
    Safety "safety": "whether a request may be sent twice",
    Envelope "envelope": "what an answer is wrapped in",
    Paging "paging": "whether an answer is one of several pages, and of what",
    Encoding "encoding": "whether a body is JSON or a form",
    ErrorAdded "error-added": "a code of an error table that was not there",
    ErrorRemoved "error-removed": "a code of an error table that is gone",
    ErrorRenamed "error-renamed": "the same code under another name",
    ErrorCode "error-code": "the same name for another code",
    FieldAdded "field-added": "a field that was not there",
    FieldRemoved "field-removed": "a field that is gone",
    FieldMoved "field-moved": "a field of a request in another section",
    WireName "wire-name": "the same Rust name for another name on the wire",
    RustName "rust-name": "the same field under another Rust name",
    Type "type": "the type of a field",
    Format "format": "what a string or an int holds",
    Required "required": "whether a request can be built without a field",
    RequiredWhen "required-when": "under which condition a field must be set",
    Fixed "fixed": "the only value of a field",
    Limit "limit": "a range, a length, a number of items, a size or a pattern",
    Default "default": "what Feishu takes when a field is not sent",
    Deprecated "deprecated": "whether something should not be used any more",
    Unusable "unusable": "whether a field is left out of the generated code",
    Sensitive "sensitive": "whether `Debug` hides a field",
    Replaces "replaces": "whether a list replaces what is stored",
    ArgumentOrder "argument-order": "the order of the arguments of `new`",
    TypeAdded "type-added": "a type that was not there",
    TypeRemoved "type-removed": "a type that is gone",
    TypeRenamed "type-renamed": "a type with another name, or declared in another place",
    TypeKind "type-kind": "whether a type is an object, an enum of ints or an enum of strings",
    Direction "direction": "whether an object is sent, received or both",
    ValueAdded "value-added": "a value of an enum that was not there",
    ValueRemoved "value-removed": "a value of an enum that is gone",
    ValueRenamed "value-renamed": "the same value of an enum under another name",
    ValueChanged "value-changed": "the same name for another value of an enum",
    Text "text": "something that only documents",
    Order "order": "the order in which things are listed",
}

/// How much a change means to callers, from least to most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Impact {
    /// Only what people read is different.
    Documentation,
    /// There is more than before, and everything that was there still is.
    Additive,
    /// Programs compile and their requests are taken as before, but something else comes of it.
    Behaviour,
    /// Programs do not compile any more, or what they send or read is not right any more.
    Breaking,
}

impl Impact {
    /// From most to least, as they are printed.
    pub const ALL: [Self; 4] = [Self::Breaking, Self::Behaviour, Self::Additive, Self::Documentation];

    /// As printed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Documentation => "documentation",
            Self::Additive => "additive",
            Self::Behaviour => "behaviour",
            Self::Breaking => "breaking",
        }
    }

    /// The part of a version that a release with such a change raises.
    pub fn step(self) -> Step {
        match self {
            Self::Breaking => Step::Major,
            Self::Behaviour | Self::Additive => Step::Minor,
            Self::Documentation => Step::Patch,
        }
    }
}

/// A part of a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// `0.0.1`
    Patch,
    /// `0.1.0`
    Minor,
    /// `1.0.0`
    Major,
}

impl Step {
    /// As printed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Patch => "patch",
            Self::Minor => "minor",
            Self::Major => "major",
        }
    }

    /// The same while the version begins with `0.`: Cargo takes its second part for what the first is later.
    #[must_use]
    pub fn before_1(self) -> Self {
        match self {
            Self::Major => Self::Minor,
            Self::Minor | Self::Patch => Self::Patch,
        }
    }
}

/// What a change means, and on which side it is seen.
#[derive(Clone, Copy, Debug)]
pub(super) struct Effect {
    pub(super) impact: Impact,
    /// In the items of the generated code, so that a program may have to be changed.
    pub(super) rust: bool,
    /// In what is sent and received, so that a program built before may be in trouble.
    pub(super) wire: bool,
}

impl Effect {
    pub(super) const BREAKS: Self = Self { impact: Impact::Breaking, rust: true, wire: true };
    pub(super) const BREAKS_RUST: Self = Self { wire: false, ..Self::BREAKS };
    pub(super) const BREAKS_WIRE: Self = Self { rust: false, ..Self::BREAKS };
    pub(super) const BEHAVES: Self = Self { impact: Impact::Behaviour, rust: false, wire: true };
    pub(super) const SHOWS: Self = Self { impact: Impact::Behaviour, rust: true, wire: false };
    pub(super) const ADDS: Self = Self { impact: Impact::Additive, rust: true, wire: true };
    pub(super) const ADDS_RUST: Self = Self { wire: false, ..Self::ADDS };
    pub(super) const ADDS_WIRE: Self = Self { rust: false, ..Self::ADDS };
    pub(super) const SAYS: Self = Self { impact: Impact::Documentation, rust: false, wire: false };
}
