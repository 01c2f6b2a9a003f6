//! Compares two versions of a schema, for callers of the generated client and on the wire.
//!
//! It takes two [`Api`]s and returns a [`Diff`]. The verdict concerns the generated Rust, as `emit` writes it, and a
//! program built from the old schema against a service that follows the new one. `docs/diff.md` lists every kind of
//! change with its verdict.

mod endpoint;
mod errors;
mod event;
mod field;
mod json;
mod kind;
mod limits;
mod markdown;
mod pair;
mod scopes;
mod spell;
mod structs;
mod text;
mod types;

use std::fmt;

use self::kind::Effect;
pub use self::kind::{Impact, Kind, Step};
use self::pair::{Pairs, Version};
use crate::resolve::ir::{Api, EndpointId, EventId, Home, Type};

/// Compares two versions of a schema.
pub fn diff(old: &Api, new: &Api) -> Diff {
    let (old, new) = (Version::new(old), Version::new(new));
    let mut compare = Compare { pairs: Pairs::new(&old, &new), old: &old, new: &new, changes: Vec::new() };
    compare.base_urls();
    compare.shared_errors();
    compare.endpoints();
    compare.events();
    compare.types();
    compare.finish()
}

/// All differences, heaviest first.
#[derive(Clone, Debug, Default)]
pub struct Diff {
    /// Sorted by impact, then by subject; otherwise in the order of the schema.
    pub changes: Vec<Change>,
    /// The users of changed shared types, sorted by name.
    pub shared: Vec<SharedType>,
}

impl Diff {
    /// The impact of the heaviest change; `None` without changes.
    pub fn impact(&self) -> Option<Impact> {
        self.changes.iter().map(|change| change.impact).max()
    }

    /// The changes of one weight.
    pub fn of(&self, impact: Impact) -> impl Iterator<Item = &Change> {
        self.changes.iter().filter(move |change| change.impact == impact)
    }
}

/// One difference.
#[derive(Clone, Debug)]
pub struct Change {
    /// Its weight for callers.
    pub impact: Impact,
    /// Visible in the items of the generated code.
    pub rust: bool,
    /// Visible in what is sent and received, or in how Feishu interprets it.
    pub wire: bool,
    /// What has changed.
    pub kind: Kind,
    /// Its subject.
    pub subject: Subject,
    /// Path in the subject: `response.items[].name`, `quota`, `errors.1002001`; empty for the whole.
    pub path: String,
    /// Other places of the endpoint that use the same type.
    pub also: Vec<String>,
    /// The changed key of the schema, if the path is a field: `max_length`.
    pub key: Option<&'static str>,
    /// The old value; `None` if there was none.
    pub old: Option<String>,
    /// The new value; `None` if there is none.
    pub new: Option<String>,
    /// The consequence; empty if it is obvious.
    pub why: String,
}

/// The subject of a change.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// `api.yaml`
    Api,
    /// An endpoint and its own types.
    Endpoint(EndpointId),
    /// An event and its own types.
    Event(EventId),
    /// A type of several endpoints or events: `hire.v1.types.Degree`.
    SharedType(String),
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Api => f.write_str("api"),
            Self::Endpoint(id) => id.fmt(f),
            Self::Event(id) => id.fmt(f),
            Self::SharedType(name) => f.write_str(name),
        }
    }
}

/// A shared type and its users, of the old version and the new.
#[derive(Clone, Debug)]
pub struct SharedType {
    /// `hire.v1.types.Degree`
    pub name: String,
    /// Sorted: endpoints, then events.
    pub used_by: Vec<Use>,
}

/// How an endpoint or an event uses a type.
#[derive(Clone, Debug)]
pub struct Use {
    /// The endpoint or the event, by its new name.
    pub user: Subject,
    /// In its request.
    pub sent: bool,
    /// In its answer, or in the payload of the event.
    pub received: bool,
}

/// Two versions during the comparison.
struct Compare<'a> {
    old: &'a Version<'a>,
    new: &'a Version<'a>,
    pairs: Pairs,
    changes: Vec<Change>,
}

impl Compare<'_> {
    fn say(&mut self, change: Change) {
        self.changes.push(change);
    }

    /// A text that only documents.
    fn text(&mut self, at: &At, key: &'static str, old: Option<&str>, new: Option<&str>) {
        if old != new {
            self.say(at.change(Kind::Text, Effect::SAYS).key(key).values(old, new));
        }
    }

    /// Names in both versions, in the order of each.
    fn order(&mut self, at: &At, what: &'static str, old: &[String], new: &[String]) {
        let (before, after) = (common(old, new), common(new, old));
        if before != after {
            let change = at.change(Kind::Order, Effect::SAYS).key(what);
            self.say(change.values(Some(before.join(", ")), Some(after.join(", "))));
        }
    }

    fn finish(self) -> Diff {
        let Self { old, new, pairs, mut changes } = self;
        // Stable: changes of one subject stay in the order of the schema.
        changes.sort_by(|a, b| b.impact.cmp(&a.impact).then_with(|| a.subject.cmp(&b.subject)));
        let shared = pair::shared_types(old, new, &pairs, &changes);
        Diff { changes, shared }
    }
}

/// The words of `of` that are also in `with`.
fn common<'a>(of: &'a [String], with: &[String]) -> Vec<&'a str> {
    of.iter().filter(|word| with.contains(word)).map(String::as_str).collect()
}

/// The subject and path of changes.
#[derive(Clone, Debug)]
struct At {
    subject: Subject,
    path: String,
    also: Vec<String>,
}

impl At {
    fn api() -> Self {
        Self { subject: Subject::Api, path: String::new(), also: Vec::new() }
    }

    fn endpoint(id: &EndpointId) -> Self {
        Self { subject: Subject::Endpoint(id.clone()), ..Self::api() }
    }

    fn event(id: &EventId) -> Self {
        Self { subject: Subject::Event(id.clone()), ..Self::api() }
    }

    /// The declaration of a type; `home` is its home by its new name.
    fn type_(home: &Home, ty: &Type) -> Self {
        match home {
            Home::Local(id) => Self::endpoint(id).in_(&format!("types.{}", ty.name)),
            Home::Event(id) => Self::event(id).in_(&format!("types.{}", ty.name)),
            Home::Shared { service, version } => {
                let name = format!("{service}.{version}.types.{}", ty.name);
                Self { subject: Subject::SharedType(name), ..Self::api() }
            }
        }
    }

    /// A path inside this one.
    fn in_(&self, name: &str) -> Self {
        let dot = if self.path.is_empty() || name.is_empty() { "" } else { "." };
        Self { path: format!("{}{dot}{name}", self.path), ..self.clone() }
    }

    fn change(&self, kind: Kind, effect: Effect) -> Change {
        let Effect { impact, rust, wire } = effect;
        let Self { subject, path, also } = self.clone();
        Change {
            impact,
            rust,
            wire,
            kind,
            subject,
            path,
            also,
            key: None,
            old: None,
            new: None,
            why: String::new(),
        }
    }
}

impl Change {
    fn key(self, key: &'static str) -> Self {
        Self { key: Some(key), ..self }
    }

    fn values(self, old: Option<impl Into<String>>, new: Option<impl Into<String>>) -> Self {
        Self { old: old.map(Into::into), new: new.map(Into::into), ..self }
    }

    fn changed(self, old: impl Into<String>, new: impl Into<String>) -> Self {
        self.values(Some(old), Some(new))
    }

    fn added(self, new: impl Into<String>) -> Self {
        self.values(None::<String>, Some(new))
    }

    fn removed(self, old: impl Into<String>) -> Self {
        self.values(Some(old), None::<String>)
    }

    fn why(self, why: impl Into<String>) -> Self {
        Self { why: why.into(), ..self }
    }
}
