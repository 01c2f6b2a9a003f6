//! Compares two versions of a field.

use super::kind::{Effect, Kind};
use super::pair::Relation;
use super::structs::{Both, Slot};
use super::{At, Change, Compare, spell};
use crate::resolve::ir::{Base, Field, Format};
use crate::rust;

/// How a request sets a field.
#[derive(Clone, Copy, PartialEq)]
enum Need {
    /// By a setter.
    Optional,
    /// As an argument of `new`.
    Argument,
    /// `new` fills it in.
    Fixed,
}

impl Need {
    fn of(field: &Field) -> Self {
        match (&field.limits.fixed, field.required) {
            (Some(_), _) => Self::Fixed,
            (None, true) => Self::Argument,
            (None, false) => Self::Optional,
        }
    }
}

impl Compare<'_> {
    /// `at` is the path of the struct.
    pub(super) fn field(&mut self, at: &At, both: &Both<'_>, old: &Slot<'_>, new: &Slot<'_>) {
        match (old.is_generated(), new.is_generated()) {
            (false, false) => return,
            (false, true) => return self.field_added(at, both, new, Kind::Unusable),
            (true, false) => {
                let change = new.at(at).change(Kind::Unusable, Effect::BREAKS).key("unusable");
                let reason = new.field.unusable.clone().unwrap_or_default();
                let why = format!("the field `{}` is gone", old.field.ident);
                return self.say(change.changed(spell::ty(both.old.api, old.field), reason).why(why));
            }
            (true, true) => {}
        }
        let place = new.at(at);
        self.names(&place, old, new);
        let (before, after) = (old.field, new.field);
        if both.sent() {
            self.need(&place, both, before, after);
        }
        if self.type_(&place, both, before, after) {
            self.limits(&place, both.sent(), &before.limits, &after.limits);
        }
        if !before.required && !after.required {
            self.required_when(&place, both.sent(), before, after);
        }
        self.promises(&place, both.sent(), before, after);
        self.texts(&place, before, after);
    }

    fn names(&mut self, at: &At, old: &Slot<'_>, new: &Slot<'_>) {
        if old.section != new.section {
            let change = at.change(Kind::FieldMoved, Effect::BREAKS_WIRE).key("section");
            self.say(change.changed(old.section, new.section).why("it is sent in another section"));
        }
        // A path parameter has a position, and its name is not sent; neither is that of a whole body.
        let (before, after) = (old.field, new.field);
        let sent = (old.section, new.section) != ("path", "path") && !after.whole;
        if before.wire != after.wire && sent {
            let change = at.change(Kind::WireName, Effect::BREAKS_WIRE).key("wire name");
            let why = format!("`{}` in Rust as before", after.ident);
            let change = change.changed(&before.wire, &after.wire);
            self.say(if before.ident == after.ident { change.why(why) } else { change });
        }
        if before.ident != after.ident {
            let change = at.change(Kind::RustName, Effect::BREAKS_RUST).key("Rust name");
            self.say(change.changed(&before.ident, &after.ident));
        }
    }

    fn need(&mut self, at: &At, both: &Both<'_>, old: &Field, new: &Field) {
        let name = &new.ident;
        let note = both.default_note();
        let (kind, effect, why) = match (Need::of(old), Need::of(new)) {
            (Need::Fixed, Need::Fixed) => {
                (Kind::Fixed, Effect::BREAKS_WIRE, "another value is sent from now on".to_owned())
            }
            (Need::Optional, Need::Argument) => (
                Kind::Required,
                Effect::BREAKS,
                format!("`new` takes `{name}`, and its setter is gone{note}"),
            ),
            (Need::Argument, Need::Optional) => {
                let why = format!("`new` no longer takes `{name}`; a setter does{note}");
                (Kind::Required, Effect::BREAKS_RUST, why)
            }
            (Need::Optional, Need::Fixed) => {
                (Kind::Fixed, Effect::BREAKS, format!("it is always sent, and its setter is gone{note}"))
            }
            (Need::Fixed, Need::Optional) => {
                let why = format!("it is an `Option` that is sent only if it is set{note}");
                (Kind::Fixed, Effect::BREAKS, why)
            }
            (Need::Argument, Need::Fixed) => {
                (Kind::Fixed, Effect::BREAKS, format!("`new` no longer takes `{name}` but fills it in"))
            }
            (Need::Fixed, Need::Argument) => {
                (Kind::Fixed, Effect::BREAKS_RUST, format!("`new` takes `{name}`"))
            }
            (Need::Optional, Need::Optional) | (Need::Argument, Need::Argument) => return,
        };
        let change = at.change(kind, effect).changed(spell::need(old), spell::need(new)).why(why);
        if old.limits.fixed != new.limits.fixed || kind == Kind::Required {
            self.say(change);
        }
    }

    /// Whether the limits of two versions can be compared.
    fn type_(&mut self, at: &At, both: &Both<'_>, old: &Field, new: &Field) -> bool {
        let relation = match (old.ty.base, new.ty.base) {
            (Base::Type(a), Base::Type(b)) => Some(self.pairs.relate(self.old, self.new, a, b)),
            _ => None,
        };
        let (before, after) = (both.old, both.new);
        let rust = (
            rust::spelled(before.api, before.home, before.owner, before.sent, old),
            rust::spelled(after.api, after.home, after.owner, after.sent, new),
        );
        let inside = match relation {
            Some(relation) => relation == Relation::Different,
            None => rust.0.inside != rust.1.inside,
        };
        let same_base = old.ty.base.word() == new.ty.base.word();
        let same_shape = same_base && (old.ty.list, old.ty.maps) == (new.ty.list, new.ty.maps);
        if !inside && rust.0.around == rust.1.around {
            self.format(at, both.sent(), old, new);
            return true;
        }
        let why = format!("`{}` becomes `{}`", rust.0.whole, rust.1.whole);
        let wire = spell::wire(before.api, old.ty.base) != spell::wire(after.api, new.ty.base);
        let change = if relation.is_none() && same_shape {
            // Only the format distinguishes a time from text.
            let means = old.format.and(new.format).is_some();
            let effect = Effect { wire: means, ..Effect::BREAKS };
            let change = at.change(Kind::Format, effect).key("format").why(why);
            change.values(old.format.map(spell::format), new.format.map(spell::format))
        } else {
            let effect = Effect { wire: wire || !same_shape, ..Effect::BREAKS };
            let change = at.change(Kind::Type, effect).key("type");
            match (spell::ty(before.api, old), spell::ty(after.api, new)) {
                // Types of one name in two places, or a type that now contains itself, differ only in Rust.
                (a, b) if a == b => change.changed(rust.0.whole, rust.1.whole),
                (a, b) => change.changed(a, b).why(why),
            }
        };
        self.say(change);
        same_base
    }

    /// A format that does not change the type.
    fn format(&mut self, at: &At, checked: bool, old: &Field, new: &Field) {
        let time = |format| matches!(format, Some(Format::Ms | Format::S));
        let (before, after) = (old.format, new.format);
        let (effect, why) = match (before, after) {
            _ if before == after => return,
            _ if time(before) && time(after) => (Effect::BREAKS_WIRE, "the same number is another time"),
            (_, Some(Format::Date)) if checked => {
                (Effect::BREAKS_WIRE, "the client refuses values that are not dates")
            }
            (_, Some(Format::Json)) if checked => {
                (Effect::BREAKS_WIRE, "the client refuses values that are not JSON")
            }
            (Some(Format::Date), _) if checked => {
                (Effect::ADDS_WIRE, "the client accepts values that are not dates")
            }
            (Some(Format::Json), _) if checked => {
                (Effect::ADDS_WIRE, "the client accepts values that are not JSON")
            }
            _ => (Effect::SAYS, ""),
        };
        let change = at.change(Kind::Format, effect).key("format").why(why);
        self.say(change.values(before.map(spell::format), after.map(spell::format)));
    }

    /// Keys of a field other than its type and limits.
    fn promises(&mut self, at: &At, sent: bool, old: &Field, new: &Field) {
        if old.default != new.default {
            let known = old.default.as_ref().and(new.default.as_ref());
            let (effect, why) = match known {
                Some(_) if sent => (Effect::BEHAVES, "requests without it have another meaning"),
                _ => (Effect::SAYS, ""),
            };
            let change = at.change(Kind::Default, effect).key("default").why(why);
            let literal = |field: &Field| field.default.as_ref().map(spell::literal);
            self.say(change.values(literal(old), literal(new)));
        }
        self.deprecated(at, old.deprecated.as_deref(), new.deprecated.as_deref());
        if old.sensitive != new.sensitive {
            let why = if new.sensitive { "`Debug` hides it" } else { "`Debug` shows it, so logs may" };
            let change = at.change(Kind::Sensitive, Effect::SHOWS).key("sensitive").why(why);
            self.say(flag(change, old.sensitive, new.sensitive));
        }
        if old.nullable != new.nullable {
            let why = if new.nullable {
                format!("`Option` becomes `Option<Option>`, and `{}` sends `null`", new.clear_method())
            } else {
                format!("`Option<Option>` becomes `Option`, and `{}` is gone", old.clear_method())
            };
            let change = at.change(Kind::Nullable, Effect::BREAKS_RUST).key("nullable").why(why);
            self.say(flag(change, old.nullable, new.nullable));
        }
        if old.replaces != new.replaces {
            let (effect, why) = match (sent, new.replaces) {
                (false, _) => (Effect::SAYS, ""),
                (true, true) => (Effect::BEHAVES, "a sent list replaces the stored one"),
                (true, false) => (Effect::BEHAVES, "a sent list no longer replaces the stored one"),
            };
            let change = at.change(Kind::Replaces, effect).key("replaces").why(why);
            self.say(flag(change, old.replaces, new.replaces));
        }
        self.field_scopes(at, &old.scopes, &new.scopes);
    }

    /// Of fields, and of values of an enum.
    pub(super) fn deprecated(&mut self, at: &At, old: Option<&str>, new: Option<&str>) {
        let (effect, why) = match (old, new) {
            (None, Some(_)) => (Effect::ADDS_RUST, "the compiler warns of it"),
            _ => (Effect::SAYS, ""),
        };
        if old != new {
            let word = |reason: &str| if reason.is_empty() { "yes".to_owned() } else { reason.to_owned() };
            let change = at.change(Kind::Deprecated, effect).key("deprecated").why(why);
            self.say(change.values(old.map(word), new.map(word)));
        }
    }

    fn texts(&mut self, at: &At, old: &Field, new: &Field) {
        let literal = |field: &Field| field.example.as_ref().map(spell::literal);
        self.text(at, "label", old.label.as_deref(), new.label.as_deref());
        self.text(at, "doc", old.doc.as_deref(), new.doc.as_deref());
        self.text(at, "example", literal(old).as_deref(), literal(new).as_deref());
        self.text(at, "fix", old.fix.as_deref(), new.fix.as_deref());
    }
}

fn flag(change: Change, old: bool, new: bool) -> Change {
    change.changed(old.to_string(), new.to_string())
}
