//! The kinds of changes, and their weights.

macro_rules! kinds {
    ($($kind:ident $word:literal: $meaning:literal,)*) => {
        /// What has changed. A word never changes its meaning, so programs can rely on it.
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

            /// A one-line description.
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$kind => $meaning),* }
            }
        }
    };
}

kinds! {
    BaseUrl "base-url": "a base URL was added, removed or changed",
    EndpointAdded "endpoint-added": "a new endpoint",
    EndpointRemoved "endpoint-removed": "a removed endpoint",
    EndpointRenamed "endpoint-renamed": "the same method and path under another name",
    EventAdded "event-added": "a new event",
    EventRemoved "event-removed": "a removed event",
    EventRenamed "event-renamed": "the same event type under another name",
    EventType "event-type": "another event type under the same name",
    Method "method": "the HTTP method",
    Path "path": "the path, except the names of its parameters",
    Tokens "tokens": "which access tokens an endpoint takes",
    Apps "apps": "which apps may call an endpoint or subscribe to an event",
    Scopes "scopes": "the scopes of which a caller or a subscriber needs one",
    FieldScopes "field-scopes": "scopes without which a field stays empty or is refused",
    Quota "quota": "how often an endpoint may be called",
    Safety "safety": "whether a request may be repeated",
    Envelope "envelope": "the wrapping of an answer or an event",
    Paging "paging": "whether an answer has pages, and of what",
    Encoding "encoding": "whether a body is JSON or a form",
    ErrorAdded "error-added": "a new code in an error table",
    ErrorRemoved "error-removed": "a code removed from an error table",
    ErrorRenamed "error-renamed": "the same code under another name",
    ErrorCode "error-code": "the same name for another code",
    FieldAdded "field-added": "a new field",
    FieldRemoved "field-removed": "a removed field",
    FieldMoved "field-moved": "a field of a request moved to another section",
    WireName "wire-name": "the same Rust name for another wire name",
    RustName "rust-name": "the same field under another Rust name",
    Type "type": "the type of a field",
    Format "format": "the contents of a string or an int",
    Required "required": "whether a request can be built without a field",
    RequiredWhen "required-when": "the condition under which a field must be set",
    Fixed "fixed": "the only value of a field",
    Limit "limit": "a range, a length, a number of items, a size or a pattern",
    Default "default": "what Feishu takes when a field is not sent",
    Deprecated "deprecated": "whether something is deprecated",
    Unusable "unusable": "whether a field is left out of the generated code",
    Sensitive "sensitive": "whether `Debug` hides a field",
    Nullable "nullable": "whether `null` may be sent for a field",
    Replaces "replaces": "whether a list replaces what is stored",
    ArgumentOrder "argument-order": "the order of the arguments of `new`",
    TypeAdded "type-added": "a new type",
    TypeRemoved "type-removed": "a removed type",
    TypeRenamed "type-renamed": "a type with another name, or declared in another place",
    TypeKind "type-kind": "whether a type is an object, an enum of ints or an enum of strings",
    Direction "direction": "whether an object is sent, received or both",
    ValueAdded "value-added": "a new value of an enum",
    ValueRemoved "value-removed": "a removed value of an enum",
    ValueRenamed "value-renamed": "the same value of an enum under another name",
    ValueChanged "value-changed": "the same name for another value of an enum",
    Text "text": "a text that only documents",
    Order "order": "the order of a list",
}

/// The weight of a change for callers, from least to most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Impact {
    /// Only documentation is different.
    Documentation,
    /// Something is new, and nothing else changes.
    Additive,
    /// Programs compile and their requests are accepted as before, but the outcome is different.
    Behaviour,
    /// Programs no longer compile, or what they send or read is no longer right.
    Breaking,
}

impl Impact {
    /// From most to least, the printed order.
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

    /// The part of a version that a release with such a change must raise.
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

    /// The same while the version begins with `0.`: Cargo then treats the second part like the first.
    #[must_use]
    pub fn before_1(self) -> Self {
        match self {
            Self::Major => Self::Minor,
            Self::Minor | Self::Patch => Self::Patch,
        }
    }
}

/// The weight of a change, and where it is visible.
#[derive(Clone, Copy, Debug)]
pub(super) struct Effect {
    pub(super) impact: Impact,
    /// In the items of the generated code, so a program may have to change.
    pub(super) rust: bool,
    /// In what is sent and received, so an already built program may fail.
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
