//! Compares permissions: whether a caller needs more or less than before.

use super::kind::{Effect, Kind};
use super::{At, Compare, spell};
use crate::resolve::ir::Scope;

impl Compare<'_> {
    /// Scopes, one of which a caller or a subscriber needs.
    pub(super) fn scopes(&mut self, at: &At, before: &[Scope], after: &[Scope]) {
        let effect = if is_stricter(before, after) {
            Some((Effect::BREAKS_WIRE, "apps with the previous scopes are refused"))
        } else if after.is_empty() && !before.is_empty() {
            Some((Effect::ADDS_WIRE, "no scope is needed any longer"))
        } else if is_looser(before, after) {
            Some((Effect::ADDS_WIRE, "one of them is enough"))
        } else {
            None
        };
        match effect {
            Some((effect, why)) => {
                let change = at.change(Kind::Scopes, effect).key("scopes").why(why);
                self.say(change.values(listed(before), listed(after)));
            }
            None => self.scope_texts(at, "scopes", before, after),
        }
    }

    /// Scopes that each unlock their own fields.
    pub(super) fn section_scopes(&mut self, at: &At, before: &[Scope], after: &[Scope]) {
        let lacks = |scopes: &[Scope], of: &[Scope]| of.iter().any(|scope| !has(scopes, scope));
        let effect = if lacks(before, after) {
            Some((Effect::BEHAVES, "some fields are empty for apps without it"))
        } else if lacks(after, before) {
            Some((Effect::ADDS_WIRE, "more apps get all fields"))
        } else {
            None
        };
        match effect {
            Some((effect, why)) => {
                let change = at.change(Kind::FieldScopes, effect).key("field_scopes").why(why);
                self.say(change.values(listed(before), listed(after)));
            }
            None => self.scope_texts(at, "field_scopes", before, after),
        }
    }

    /// Scopes, one of which a field or a value of an enum needs.
    pub(super) fn field_scopes(&mut self, at: &At, old: &[Scope], new: &[Scope]) {
        let (effect, why) = if is_stricter(old, new) {
            (Effect::BEHAVES, "apps with the previous scopes no longer get it")
        } else if is_looser(old, new) {
            (Effect::ADDS_WIRE, "more apps get it")
        } else {
            return self.scope_texts(at, "scopes", old, new);
        };
        let change = at.change(Kind::FieldScopes, effect).key("scopes").why(why);
        self.say(change.values(listed(old), listed(new)));
    }

    /// The same scopes: their labels and their order.
    fn scope_texts(&mut self, at: &At, key: &'static str, old: &[Scope], new: &[Scope]) {
        let names = |scopes: &[Scope]| scopes.iter().map(|scope| scope.name.clone()).collect::<Vec<_>>();
        if names(old) == names(new) {
            let (old, new) = (spell::scopes(old), spell::scopes(new));
            self.text(at, key, Some(&old), Some(&new));
        } else {
            self.order(at, key, &names(old), &names(new));
        }
    }
}

/// Whether some app had enough scopes before and no longer does. An empty list is enough for everybody.
fn is_stricter(old: &[Scope], new: &[Scope]) -> bool {
    !new.is_empty() && (old.is_empty() || old.iter().any(|scope| !has(new, scope)))
}

/// Whether some app now has enough scopes.
fn is_looser(old: &[Scope], new: &[Scope]) -> bool {
    is_stricter(new, old)
}

fn has(scopes: &[Scope], wanted: &Scope) -> bool {
    scopes.iter().any(|scope| scope.name == wanted.name)
}

fn listed(scopes: &[Scope]) -> Option<String> {
    (!scopes.is_empty())
        .then(|| scopes.iter().map(|scope| scope.name.as_str()).collect::<Vec<_>>().join(", "))
}
