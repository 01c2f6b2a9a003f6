//! Objects and enums of a draft: each shape once.

use super::{DraftBase, DraftField, Drafter};
use crate::import::yaml::Yaml;

/// A type of a draft.
#[derive(Clone, Debug)]
pub(in crate::import) struct DraftType {
    /// Names it could have, the best first.
    pub(in crate::import) wanted: Vec<String>,
    pub(in crate::import) label: Option<String>,
    pub(in crate::import) kind: DraftKind,
    /// It is sent, and holds something that differs between the two directions.
    pub(in crate::import) sent: bool,
}

/// What a type is.
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
    /// The type with this shape, which is added where there is none yet.
    pub(super) fn intern(
        &mut self,
        wanted: Vec<String>,
        label: Option<String>,
        kind: DraftKind,
        sent: bool,
    ) -> DraftBase {
        let sent = sent && differs(&kind);
        let same = self.types.iter().position(|known| {
            known.wanted.first() == wanted.first() && known.sent == sent && same(&known.kind, &kind)
        });
        if let Some(known) = same {
            if let Some(known) = self.types.get_mut(known) {
                forget(known, &label, &kind);
            }
            return DraftBase::Type(known);
        }
        self.types.push(DraftType { wanted, label, kind, sent });
        DraftBase::Type(self.types.len() - 1)
    }
}

/// Whether an object has a form of its own for each direction.
fn differs(kind: &DraftKind) -> bool {
    match kind {
        DraftKind::Enum { .. } => false,
        DraftKind::Object(fields) => fields.iter().any(|field| {
            field.list > 0
                || field.map
                || field.keys.iter().any(|(key, _)| matches!(key.as_str(), "required" | "required_when"))
        }),
    }
}

/// Keys that belong to one use of a type and not to the type.
const OF_USE: [&str; 5] = ["label", "doc", "example", "default", "review"];

/// Whether two types are one: the same fields or values, whatever they are called and described as.
pub(in crate::import) fn same(a: &DraftKind, b: &DraftKind) -> bool {
    let keys = |keys: &[(String, Yaml)]| -> Vec<(String, Yaml)> {
        keys.iter().filter(|(key, _)| !OF_USE.contains(&key.as_str())).cloned().collect()
    };
    match (a, b) {
        (DraftKind::Object(a), DraftKind::Object(b)) => {
            a.len() == b.len()
                && a.iter().zip(b).all(|(a, b)| {
                    (&a.name, &a.base, a.list, a.map) == (&b.name, &b.base, b.list, b.map)
                        && keys(&a.keys) == keys(&b.keys)
                })
        }
        (DraftKind::Enum { int: a_int, values: a }, DraftKind::Enum { int: b_int, values: b }) => {
            a_int == b_int
                && a.len() == b.len()
                && a.iter()
                    .zip(b)
                    .all(|(a, b)| a.value == b.value && a.name == b.name && keys(&a.keys) == keys(&b.keys))
        }
        _ => false,
    }
}

/// Takes from a type what another use of it says differently.
pub(in crate::import) fn forget(known: &mut DraftType, label: &Option<String>, other: &DraftKind) {
    if known.label != *label {
        known.label = None;
    }
    let agree = |mine: &mut Vec<(String, Yaml)>, theirs: &[(String, Yaml)]| {
        mine.retain(|(key, value)| {
            !OF_USE.contains(&key.as_str())
                || key == "review"
                || key == "example"
                || theirs.iter().any(|(other, same)| other == key && same == value)
        });
    };
    match (&mut known.kind, other) {
        (DraftKind::Object(mine), DraftKind::Object(theirs)) => {
            for (mine, theirs) in mine.iter_mut().zip(theirs) {
                agree(&mut mine.keys, &theirs.keys);
            }
        }
        (DraftKind::Enum { values: mine, .. }, DraftKind::Enum { values: theirs, .. }) => {
            for (mine, theirs) in mine.iter_mut().zip(theirs) {
                agree(&mut mine.keys, &theirs.keys);
            }
        }
        _ => {}
    }
}
