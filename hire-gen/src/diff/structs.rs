//! Compares the fields of a struct: matching, new and removed ones, and the effect on `new`.

use std::collections::BTreeSet;

use super::kind::{Effect, Kind};
use super::{At, Compare, spell};
use crate::outline;
use crate::resolve::ir::{Api, Field, Home, RequiredWhen, TypeId};
use crate::rust;

/// A request, an answer or an object, in one version.
pub(super) struct Struct<'a> {
    pub(super) api: &'a Api,
    pub(super) home: &'a Home,
    /// The type, if it is one of the schema's.
    pub(super) owner: Option<TypeId>,
    pub(super) sent: bool,
    pub(super) slots: Vec<Slot<'a>>,
}

/// A field and its section.
pub(super) struct Slot<'a> {
    /// `query`; empty in an object.
    pub(super) section: &'static str,
    /// The key that matches it with another version.
    pub(super) key: String,
    pub(super) field: &'a Field,
}

impl<'a> Struct<'a> {
    /// Whether the generated struct derives `Default`.
    fn has_default(&self) -> bool {
        !self.sent || self.slots.iter().all(|slot| !slot.is_generated() || !slot.field.required)
    }

    /// The type of a field in Rust, for people.
    fn rust(&self, field: &Field) -> String {
        rust::spelled(self.api, self.home, self.owner, self.sent, field).whole
    }
}

impl<'a> Slot<'a> {
    pub(super) fn all(section: &'static str, fields: &'a [Field]) -> Vec<Self> {
        // The name of a list that is all of its section is not sent.
        let key = |field: &Field| if field.whole { String::new() } else { field.wire.clone() };
        fields.iter().map(|field| Self { section, key: key(field), field }).collect()
    }

    pub(super) fn is_generated(&self) -> bool {
        self.field.unusable.is_none()
    }

    /// An argument of `new`.
    fn is_argument(&self) -> bool {
        self.is_generated() && self.field.required && self.field.limits.fixed.is_none()
    }

    pub(super) fn at(&self, at: &At) -> At {
        if self.field.whole {
            return at.in_(&outline::path(self.section, self.field));
        }
        at.in_(self.section).in_(&outline::marked(self.field))
    }
}

/// Two versions of a struct.
pub(super) struct Both<'a> {
    pub(super) old: &'a Struct<'a>,
    pub(super) new: &'a Struct<'a>,
}

impl Both<'_> {
    /// Both versions send it, so both check it.
    pub(super) fn sent(&self) -> bool {
        self.old.sent && self.new.sent
    }

    /// The message if the struct no longer derives `Default`, or now does.
    pub(super) fn default_note(&self) -> &'static str {
        match (self.old.has_default(), self.new.has_default()) {
            (true, false) => ", and the struct no longer has a `Default`",
            (false, true) => ", and the struct has a `Default`",
            _ => "",
        }
    }
}

impl Compare<'_> {
    pub(super) fn structs(&mut self, at: &At, old: &Struct<'_>, new: &Struct<'_>) {
        let both = Both { old, new };
        let matched = matched(old, new);
        for (index, slot) in new.slots.iter().enumerate() {
            match matched.iter().find(|(_, new)| *new == index).and_then(|(old, _)| both.old.slots.get(*old))
            {
                Some(before) => self.field(at, &both, before, slot),
                None => self.field_added(at, &both, slot, Kind::FieldAdded),
            }
        }
        for (index, slot) in old.slots.iter().enumerate() {
            if !matched.iter().any(|(old, _)| *old == index) {
                self.field_removed(at, &both, slot);
            }
        }
        self.field_order(at, &both, &matched);
    }

    pub(super) fn field_added(&mut self, at: &At, both: &Both<'_>, slot: &Slot<'_>, kind: Kind) {
        let (field, new) = (slot.field, both.new);
        let declared = if new.sent {
            format!("{}, {}", spell::ty(new.api, field), spell::need(field))
        } else {
            spell::ty(new.api, field)
        };
        let (name, rust) = (&field.ident, new.rust(field));
        let lost = both.old.has_default() && !new.has_default();
        let (effect, why) = if !slot.is_generated() {
            (Effect::SAYS, "it is unusable, so it is not generated".to_owned())
        } else if new.sent && slot.is_argument() {
            (Effect::BREAKS, format!("`new` takes `{name}: {rust}`{}", both.default_note()))
        } else if new.sent && field.limits.fixed.is_some() {
            let effect = if lost { Effect::BREAKS } else { Effect::BREAKS_WIRE };
            (effect, format!("it is always sent{}", both.default_note()))
        } else if new.sent && matches!(field.required_when, Some(RequiredWhen::All(_))) {
            (Effect::BREAKS_WIRE, "the client refuses requests without it if it is required".to_owned())
        } else {
            (Effect::ADDS, format!("`{name}: {rust}`"))
        };
        let change = slot.at(at).change(kind, effect).why(why);
        self.say(if kind == Kind::Unusable {
            change.key("unusable").changed("not generated", declared)
        } else {
            change.added(declared)
        });
    }

    fn field_removed(&mut self, at: &At, both: &Both<'_>, slot: &Slot<'_>) {
        let (field, old) = (slot.field, both.old);
        let change =
            |effect| slot.at(at).change(Kind::FieldRemoved, effect).removed(spell::ty(old.api, field));
        self.say(if !slot.is_generated() {
            change(Effect::SAYS).why("it was unusable, so it was not generated")
        } else if slot.is_argument() && old.sent {
            let note = both.default_note();
            change(Effect::BREAKS).why(format!("`new` no longer takes `{}`{note}", field.ident))
        } else if old.sent && !field.required {
            change(Effect::BREAKS).why(format!("the field and the setter `{}` are gone", field.ident))
        } else {
            change(Effect::BREAKS).why(format!("the field `{}` is gone", field.ident))
        });
    }

    /// The order of arguments matters for building requests; any other order is documentation.
    fn field_order(&mut self, at: &At, both: &Both<'_>, matched: &[(usize, usize)]) {
        let pairs = matched.iter().filter_map(|(a, b)| {
            let (old, new) = (both.old.slots.get(*a)?, both.new.slots.get(*b)?);
            (old.is_generated() && new.is_generated()).then_some((*a, old, new))
        });
        let pairs: Vec<(usize, &Slot<'_>, &Slot<'_>)> = pairs.collect();
        let arguments =
            pairs.iter().filter(|(_, old, new)| both.sent() && old.is_argument() && new.is_argument());
        let (before, after) = orders(arguments, |field| field.ident.clone());
        if before != after {
            let why = "calls whose arguments have the same type still compile, and swap the values";
            let change =
                at.change(Kind::ArgumentOrder, Effect::BREAKS_RUST).key("arguments of `new`").why(why);
            return self.say(change.changed(before, after));
        }
        for section in ["path", "query", "body", "response", "event", ""] {
            let here = pairs.iter().filter(|(_, old, new)| old.section == section && new.section == section);
            let (before, after) = orders(here, |field| field.wire.clone());
            if before != after {
                let change = at.in_(section).change(Kind::Order, Effect::SAYS).key("order");
                self.say(change.changed(before, after));
            }
        }
    }
}

/// Names in both versions' order; the new name is used for both, so that a renamed argument has not moved. Each pair
/// has the place of the old slot.
fn orders<'a>(
    pairs: impl Iterator<Item = &'a (usize, &'a Slot<'a>, &'a Slot<'a>)>,
    name: fn(&Field) -> String,
) -> (String, String) {
    let mut named: Vec<(usize, String)> = pairs.map(|(place, _, new)| (*place, name(new.field))).collect();
    let listed = |named: &[(usize, String)]| {
        named.iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>().join(", ")
    };
    let after = listed(&named);
    named.sort();
    (listed(&named), after)
}

/// Indices of each field in both versions, in the order of the new one: the same key in the same section, then the
/// same wire name in another section, then the same Rust name.
fn matched(old: &Struct<'_>, new: &Struct<'_>) -> Vec<(usize, usize)> {
    let rules: [fn(&Slot<'_>, &Slot<'_>) -> bool; 3] = [
        |a, b| a.section == b.section && a.key == b.key,
        |a, b| {
            let whole = a.field.whole || b.field.whole;
            !whole && a.field.wire == b.field.wire && a.is_generated() && b.is_generated()
        },
        |a, b| {
            let here = a.section == b.section && a.field.ident == b.field.ident;
            here && a.is_generated() && b.is_generated()
        },
    ];
    let mut free: BTreeSet<usize> = (0..old.slots.len()).collect();
    let mut found: Vec<Option<usize>> = vec![None; new.slots.len()];
    for is_same in rules {
        for (slot, found) in new.slots.iter().zip(&mut found).filter(|(_, found)| found.is_none()) {
            let same = |at: &&usize| old.slots.get(**at).is_some_and(|before| is_same(before, slot));
            *found = free.iter().find(same).copied();
            if let Some(at) = found {
                free.remove(at);
            }
        }
    }
    found.into_iter().enumerate().filter_map(|(new, old)| Some((old?, new))).collect()
}
