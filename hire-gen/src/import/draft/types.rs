//! Objects and enums of a draft: each shape once.

use super::{DraftBase, DraftField, Drafter};
use crate::import::yaml::Yaml;

/// A type of a draft.
#[derive(Clone, Debug)]
pub(in crate::import) struct DraftType {
    /// Names it could have, the best first.
    pub(in crate::import) wanted: Vec<String>,
    pub(in crate::import) label: Option<String>,
    /// Its description, in our words.
    pub(in crate::import) doc: Option<String>,
    pub(in crate::import) kind: DraftKind,
    /// It is sent, and contains something that differs between the two directions.
    pub(in crate::import) sent: bool,
    /// Something sends it, so that its limits matter.
    pub(in crate::import) limited: bool,
}

impl DraftType {
    /// Whether both are one type: the same fields or values, whatever else differs. A type that is only
    /// received may lack the limits of one that is sent: nothing checks them there.
    pub(in crate::import) fn is(&self, other: &Self) -> bool {
        let free = |a: &Self, b: &Self| a.limited && !b.limited && !has_limits(&b.kind);
        self.sent == other.sent
            && self.wanted.first() == other.wanted.first()
            && same(&self.kind, &other.kind, free(self, other) || free(other, self))
    }

    /// Becomes both, which are one.
    pub(in crate::import) fn join(&mut self, other: &Self) {
        if other.limited && !self.limited {
            let mine = std::mem::replace(self, other.clone());
            self.forget(&mine);
        } else {
            self.forget(other);
        }
    }

    /// Removes the keys that differ in another use.
    fn forget(&mut self, other: &Self) {
        if self.label != other.label {
            self.label = None;
        }
        if self.doc != other.doc {
            self.doc = None;
        }
        if let (DraftKind::Object(mine), DraftKind::Object(theirs)) = (&mut self.kind, &other.kind) {
            for (mine, theirs) in mine.iter_mut().zip(theirs) {
                mine.keys.retain(|entry| {
                    !matches!(entry.0.as_str(), "label" | "doc" | "default") || theirs.keys.contains(entry)
                });
            }
        }
    }
}

/// The kind of a type.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::import) enum DraftKind {
    Object(Vec<DraftField>),
    Enum { int: bool, values: Vec<DraftValue> },
}

/// A value of an enum.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::import) struct DraftValue {
    pub(in crate::import) value: String,
    pub(in crate::import) name: String,
    /// Everything behind `name`.
    pub(in crate::import) keys: Vec<(String, Yaml)>,
}

impl Drafter<'_> {
    /// The type with this shape, which is added if there is none yet.
    pub(super) fn intern(
        &mut self,
        wanted: Vec<String>,
        label: Option<String>,
        kind: DraftKind,
        sent: bool,
    ) -> DraftBase {
        let (limited, sent) = (sent, sent && differs(&kind));
        let doc =
            label.as_deref().and_then(|label| self.glossary.text(&self.service, label)).map(str::to_owned);
        let ty = DraftType { wanted, label, doc, kind, sent, limited };
        if let Some(at) = self.types.iter().position(|known| known.is(&ty)) {
            if let Some(known) = self.types.get_mut(at) {
                known.join(&ty);
            }
            return DraftBase::Type(at);
        }
        self.types.push(ty);
        DraftBase::Type(self.types.len() - 1)
    }
}

/// Whether an object has a form of its own for each direction.
fn differs(kind: &DraftKind) -> bool {
    match kind {
        DraftKind::Enum { .. } => false,
        DraftKind::Object(fields) => fields.iter().any(|field| {
            field.list > 0
                || field.maps > 0
                || field.keys.iter().any(|(key, _)| matches!(key.as_str(), "required" | "required_when"))
        }),
    }
}

/// Keys that belong to one use of a type and not to the type.
const OF_USE: [&str; 5] = ["label", "doc", "example", "default", "review"];

/// Keys that only requests are checked against.
const LIMITS: [&str; 7] =
    ["minimum", "maximum", "min_length", "max_length", "min_items", "max_items", "pattern"];

fn has_limits(kind: &DraftKind) -> bool {
    let DraftKind::Object(fields) = kind else { return false };
    fields.iter().flat_map(|field| &field.keys).any(|(key, _)| LIMITS.contains(&key.as_str()))
}

fn same(a: &DraftKind, b: &DraftKind, without_limits: bool) -> bool {
    match (a, b) {
        (DraftKind::Object(a), DraftKind::Object(b)) => {
            a.len() == b.len()
                && a.iter().zip(b).all(|(a, b)| {
                    (&a.name, &a.base, a.list, a.maps) == (&b.name, &b.base, b.list, b.maps)
                        && of_type(&a.keys, without_limits).eq(of_type(&b.keys, without_limits))
                })
        }
        (DraftKind::Enum { int: a_int, values: a }, DraftKind::Enum { int: b_int, values: b }) => {
            a_int == b_int && a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_value(a, b))
        }
        _ => false,
    }
}

/// The keys that belong to a type and not to one use of it.
fn of_type(keys: &[(String, Yaml)], without_limits: bool) -> impl Iterator<Item = &(String, Yaml)> {
    keys.iter().filter(move |(key, _)| {
        let key = key.as_str();
        let free = without_limits && LIMITS.contains(&key);
        !free && !OF_USE.contains(&key)
    })
}

/// A placeholder has no meaning, so the labels have to agree, too.
fn same_value(a: &DraftValue, b: &DraftValue) -> bool {
    let named = !crate::resolve::name::is_placeholder(&a.name);
    let keys = if named { of_type(&a.keys, false).eq(of_type(&b.keys, false)) } else { a.keys == b.keys };
    a.value == b.value && a.name == b.name && keys
}
