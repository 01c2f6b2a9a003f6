//! Compares error codes: those of an endpoint, which are variants of its `Code`, and those of all endpoints.

use super::kind::{Effect, Kind};
use super::{At, Compare};
use crate::resolve::ir::ErrorCode;

impl Compare<'_> {
    pub(super) fn errors(&mut self, at: &At, old: &[ErrorCode], new: &[ErrorCode]) {
        self.codes(at, old, new, true);
    }

    pub(super) fn shared_errors(&mut self) {
        let (old, new) = (&self.old.api.errors, &self.new.api.errors);
        self.codes(&At::api(), old, new, false);
    }

    /// `variants`: each code is a variant of an enum, not only an explanation in messages.
    fn codes(&mut self, at: &At, old: &[ErrorCode], new: &[ErrorCode], variants: bool) {
        let at_code = |error: &ErrorCode| at.in_("errors").in_(&error.code.to_string());
        let same = |one: &ErrorCode, other: &ErrorCode| one.code == other.code && one.name == other.name;
        // Errors of all endpoints may share a name, so those that stay are not candidates for the others.
        let left: Vec<&ErrorCode> =
            old.iter().filter(|known| !new.iter().any(|error| same(known, error))).collect();
        let mut paired: Vec<i64> = Vec::new();
        for error in new {
            let place = at_code(error);
            let before = old.iter().find(|known| same(known, error)).or_else(|| {
                let mut left = left.iter().filter(|known| !paired.contains(&known.code));
                let by_name = left.clone().find(|known| known.name == error.name);
                let is_renamed = |known: &&&ErrorCode| {
                    known.code == error.code && !new.iter().any(|other| other.name == known.name)
                };
                by_name.or_else(|| left.find(is_renamed)).copied()
            });
            match before {
                None => {
                    let effect = if variants { Effect::ADDS_RUST } else { Effect::ADDS_WIRE };
                    self.say(place.change(Kind::ErrorAdded, effect).added(&error.name));
                }
                Some(before) => {
                    paired.push(before.code);
                    self.code(&place, before, error, variants);
                }
            }
        }
        for error in old.iter().filter(|error| !paired.contains(&error.code)) {
            let why = if variants { "the variant of `Code` is gone" } else { "errors no longer explain it" };
            let change = at_code(error).change(Kind::ErrorRemoved, effect(variants, Effect::BREAKS_RUST));
            self.say(change.removed(&error.name).why(why));
        }
        let is_single =
            |errors: &[ErrorCode], name: &str| errors.iter().filter(|error| error.name == name).count() == 1;
        let names = |errors: &[ErrorCode]| {
            let names = errors.iter().map(|error| error.name.clone());
            names.filter(|name| is_single(errors, name)).collect::<Vec<_>>()
        };
        self.order(at, "order of errors", &names(old), &names(new));
    }

    fn code(&mut self, at: &At, old: &ErrorCode, new: &ErrorCode, variants: bool) {
        if old.name != new.name {
            let why =
                if variants { "the variant of `Code` has another name" } else { "errors use another name" };
            let change = at.change(Kind::ErrorRenamed, effect(variants, Effect::BREAKS_RUST)).key("name");
            self.say(change.changed(&old.name, &new.name).why(why));
        }
        if old.code != new.code {
            let change = at.change(Kind::ErrorCode, effect(variants, Effect::BREAKS_WIRE)).key("code");
            let why = format!("`{}` is another number", new.name);
            self.say(change.changed(old.code.to_string(), new.code.to_string()).why(why));
        }
        self.text(at, "http", Some(&old.http.to_string()), Some(&new.http.to_string()));
        self.text(at, "label", old.label.as_deref(), new.label.as_deref());
        self.text(at, "advice", old.advice.as_deref(), new.advice.as_deref());
    }
}

/// Without variants, a program only sees other words.
fn effect(variants: bool, effect: Effect) -> Effect {
    if variants { effect } else { Effect::BEHAVES }
}
