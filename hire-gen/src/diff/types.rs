//! Objects and enums that are declared by name.

use super::kind::{Effect, Kind};
use super::structs::{Slot, Struct};
use super::{At, Compare, spell};
use crate::resolve::ir::{self, Api, Field, Literal, Type, TypeId, Variant};

impl Compare<'_> {
    /// Types in both versions, each pair once, then types in only one version. Types that come or go with an endpoint
    /// and have no other user are not reported.
    pub(super) fn types(&mut self) {
        while let Some((a, b)) = self.pairs.next() {
            self.type_pair(a, b);
        }
        let (old, new) = (self.old, self.new);
        let (stayed, were_there) = self.pairs.used_in_both(old, new);
        for (id, ty) in old.types().filter(|(id, _)| stayed.contains(id)) {
            if self.pairs.is_gone(id) {
                let at = At::type_(&self.pairs.home(&ty.home), ty);
                let why = format!("`{}` is gone", spell::rust_path(ty));
                let change = at.change(Kind::TypeRemoved, Effect::BREAKS_RUST);
                self.say(change.removed(spell::kind(&ty.kind)).why(why));
            }
        }
        for (id, ty) in new.types().filter(|(id, _)| were_there.contains(id)) {
            if self.pairs.is_new(id) {
                let change = At::type_(&ty.home, ty).change(Kind::TypeAdded, Effect::ADDS_RUST);
                self.say(change.added(spell::kind(&ty.kind)));
            }
        }
    }

    fn type_pair(&mut self, a: TypeId, b: TypeId) {
        let (Some(old), Some(new)) = (self.old.api.type_(a), self.new.api.type_(b)) else { return };
        let home = self.pairs.home(&old.home);
        if self.pairs.is_renamed(a, b) {
            let change = At::type_(&home, old).change(Kind::TypeRenamed, Effect::BREAKS_RUST);
            self.say(change.key("path in Rust").changed(spell::rust_path(old), spell::rust_path(new)));
        }
        if old.same_as != new.same_as {
            let path = |ty: &Type| match &ty.same_as {
                Some(known) => format!("hire-api's `{known}`"),
                None => format!("`{}`", spell::rust_path(ty)),
            };
            let change = At::type_(&home, old).change(Kind::TypeRenamed, Effect::BREAKS_RUST);
            self.say(change.key("same_as").changed(path(old), path(new)));
        }
        // A type that was merged into an existing one is reported at its old place, because users of the other see no
        // change.
        let merged = self.pairs.is_renamed(a, b) && self.pairs.is_known(b);
        let (at, places) = if merged {
            (At::type_(&home, old), self.old.places(a).to_vec())
        } else {
            (At::type_(&new.home, new), self.new.places(b).to_vec())
        };
        self.text(&at, "label", old.label.as_deref(), new.label.as_deref());
        self.text(&at, "doc", old.doc.as_deref(), new.doc.as_deref());
        match (&old.kind, &new.kind) {
            (ir::Kind::Object(before), ir::Kind::Object(after)) => {
                self.direction(&at, old, new);
                let old = object(self.old.api, a, old, before);
                let new = object(self.new.api, b, new, after);
                self.structs(&at_use(&at, &places), &old, &new);
            }
            (ir::Kind::Enum { int: x, variants: before }, ir::Kind::Enum { int: y, variants: after })
                if x == y =>
            {
                self.values(&at, before, after);
            }
            (before, after) => {
                let change = at.change(Kind::TypeKind, Effect::BREAKS);
                self.say(change.changed(spell::kind(before), spell::kind(after)));
            }
        }
    }

    fn direction(&mut self, at: &At, old: &Type, new: &Type) {
        let lost = (old.in_request && !new.in_request) || (old.in_response && !new.in_response);
        let (effect, why) = match (old.in_request, new.in_request) {
            _ if (old.in_request, old.in_response) == (new.in_request, new.in_response) => return,
            (true, false) => (Effect::BREAKS_RUST, "`new`, the setters and `Serialize` are gone"),
            (false, true) if lost => (Effect::BREAKS_RUST, "`Deserialize` is gone, and lists are `Option`s"),
            _ if lost => (Effect::BREAKS_RUST, "`Deserialize` is gone"),
            (false, true) => (Effect::ADDS_RUST, "it has `new`, setters and `Serialize`"),
            _ => (Effect::ADDS_RUST, "it has `Deserialize`"),
        };
        let word = |ty: &Type| match (ty.in_request, ty.in_response) {
            (true, true) => "sent and received",
            (true, false) => "sent",
            (false, _) => "received",
        };
        self.say(at.change(Kind::Direction, effect).changed(word(old), word(new)).why(why));
    }

    fn values(&mut self, at: &At, old: &[Variant], new: &[Variant]) {
        for variant in new {
            let place = at.in_(&variant.name);
            let by_name = old.iter().find(|known| known.name == variant.name);
            let by_value = old.iter().find(|known| known.value == variant.value);
            match by_name.or(by_value.filter(|known| !new.iter().any(|other| other.name == known.name))) {
                None => self.say(place.change(Kind::ValueAdded, Effect::ADDS).added(value(variant))),
                Some(before) => self.value(&place, before, variant),
            }
        }
        for variant in old {
            let stays = new.iter().any(|other| other.name == variant.name);
            let by_value = new.iter().find(|other| other.value == variant.value);
            let renamed = by_value.is_some_and(|other| !old.iter().any(|known| known.name == other.name));
            if !stays && !renamed {
                let change = at.in_(&variant.name).change(Kind::ValueRemoved, Effect::BREAKS);
                self.say(change.removed(value(variant)).why("the variant is gone"));
            }
        }
        let names = |variants: &[Variant]| variants.iter().map(|one| one.name.clone()).collect::<Vec<_>>();
        self.order(at, "order of values", &names(old), &names(new));
    }

    fn value(&mut self, at: &At, old: &Variant, new: &Variant) {
        if old.name != new.name {
            let change = at.change(Kind::ValueRenamed, Effect::BREAKS_RUST).key("name");
            self.say(change.changed(&old.name, &new.name));
        }
        if old.value != new.value {
            let change = at.change(Kind::ValueChanged, Effect::BREAKS_WIRE).key("value");
            let why = "stored and sent values of this name change their meaning";
            self.say(change.changed(value(old), value(new)).why(why));
        }
        self.deprecated(at, old.deprecated.as_deref(), new.deprecated.as_deref());
        self.field_scopes(at, &old.scopes, &new.scopes);
        self.text(at, "label", old.label.as_deref(), new.label.as_deref());
        self.text(at, "doc", old.doc.as_deref(), new.doc.as_deref());
    }
}

fn object<'a>(api: &'a Api, id: TypeId, ty: &'a Type, fields: &'a [Field]) -> Struct<'a> {
    Struct { api, home: &ty.home, owner: Some(id), sent: ty.in_request, slots: Slot::all("", fields) }
}

/// Fields of a local type are named by the path where the endpoint uses it.
fn at_use(at: &At, places: &[String]) -> At {
    match places {
        [] => at.clone(),
        [first, also @ ..] => {
            // Paths inside the first one are implied.
            let elsewhere = also.iter().filter(|place| !place.starts_with(&format!("{first}.")));
            At { path: first.clone(), also: elsewhere.cloned().collect(), ..at.clone() }
        }
    }
}

fn value(variant: &Variant) -> String {
    match &variant.value {
        Literal::String(text) => text.clone(),
        value => spell::literal(value),
    }
}
