//! Compares limits and conditions: whether more or less is refused than before.

use std::cmp::Ordering;

use super::kind::{Effect, Kind};
use super::{At, Compare, spell};
use crate::resolve::ir::{Condition, Field, Limits, Number, RequiredWhen, Test};

/// Whether a limit excludes smaller or larger values.
#[derive(Clone, Copy)]
enum Bound {
    Low,
    High,
}

impl Compare<'_> {
    /// `checked`: both versions send the struct, so the client checks the field.
    pub(super) fn limits(&mut self, at: &At, checked: bool, old: &Limits, new: &Limits) {
        for ((key, bound, old), (.., new)) in bounds(old).into_iter().zip(bounds(new)) {
            let (effect, why) = match tightened(bound, old, new) {
                None => continue,
                Some(_) if !checked => (Effect::SAYS, ""),
                Some(true) => (Effect::BREAKS_WIRE, "the client refuses values that it accepted"),
                Some(false) => (Effect::ADDS_WIRE, "the client accepts values that it refused"),
            };
            let change = at.change(Kind::Limit, effect).key(key).why(why);
            self.say(change.values(old.map(spell::number), new.map(spell::number)));
        }
        if old.pattern != new.pattern {
            let change = at.change(Kind::Limit, Effect::SAYS).key("pattern");
            let why = "the mock server checks it, the client does not";
            self.say(change.values(old.pattern.clone(), new.pattern.clone()).why(why));
        }
    }

    /// Conditions under which an optional field must be set; the client checks those that are not sentences.
    pub(super) fn required_when(&mut self, at: &At, checked: bool, old: &Field, new: &Field) {
        let (before, after) = (conditions(old), conditions(new));
        let (effect, why) = match (before, after) {
            _ if !checked => (Effect::SAYS, ""),
            (None, None) => (Effect::SAYS, "a sentence is not checked"),
            (None, Some(_)) => {
                (Effect::BREAKS_WIRE, "the client refuses requests without it if it is required")
            }
            (Some(_), None) => (Effect::ADDS_WIRE, "the client accepts requests without it"),
            (Some(old), Some(new)) => match (implies(new, old), implies(old, new)) {
                (true, true) => (Effect::SAYS, "the meaning is the same"),
                (true, false) => (Effect::ADDS_WIRE, "the client requires it less often"),
                (false, _) => (Effect::BREAKS_WIRE, "the client requires it more often"),
            },
        };
        let (old, new) = (&old.required_when, &new.required_when);
        let (old, new) = (old.as_ref().map(spell::condition), new.as_ref().map(spell::condition));
        if old != new {
            let change = at.change(Kind::RequiredWhen, effect).key("required_when").why(why);
            self.say(change.values(old, new));
        }
    }
}

fn bounds(limits: &Limits) -> [(&'static str, Bound, Option<Number>); 7] {
    let count = |count: Option<u64>| count.map(|count| Number::Int(i64::try_from(count).unwrap_or(i64::MAX)));
    [
        ("minimum", Bound::Low, limits.minimum),
        ("maximum", Bound::High, limits.maximum),
        ("min_length", Bound::Low, count(limits.min_length)),
        ("max_length", Bound::High, count(limits.max_length)),
        ("min_items", Bound::Low, count(limits.min_items)),
        ("max_items", Bound::High, count(limits.max_items)),
        ("max_bytes", Bound::High, count(limits.max_bytes)),
    ]
}

/// `None` if the limit is unchanged.
fn tightened(bound: Bound, old: Option<Number>, new: Option<Number>) -> Option<bool> {
    let (old, new) = match (old, new) {
        (None, None) => return None,
        (None, Some(_)) => return Some(true),
        (Some(_), None) => return Some(false),
        (Some(old), Some(new)) => (old, new),
    };
    match (bound, order(new, old)) {
        (_, Ordering::Equal) => None,
        (Bound::Low, Ordering::Greater) | (Bound::High, Ordering::Less) => Some(true),
        (Bound::Low, Ordering::Less) | (Bound::High, Ordering::Greater) => Some(false),
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a limit with a fraction is far from where whole numbers are rounded"
)]
fn order(a: Number, b: Number) -> Ordering {
    let float = |number| match number {
        Number::Int(n) => n as f64,
        Number::Float(n) => n,
    };
    match (a, b) {
        (Number::Int(a), Number::Int(b)) => a.cmp(&b),
        (a, b) => float(a).total_cmp(&float(b)),
    }
}

fn conditions(field: &Field) -> Option<&[Condition]> {
    match &field.required_when {
        Some(RequiredWhen::All(conditions)) => Some(conditions),
        Some(RequiredWhen::Text(_)) | None => None,
    }
}

/// Whether all of `b` hold whenever all of `a` do.
fn implies(a: &[Condition], b: &[Condition]) -> bool {
    b.iter()
        .all(|wanted| a.iter().any(|given| given.field == wanted.field && narrows(&given.test, &wanted.test)))
}

/// Whether the second holds whenever the first does.
fn narrows(given: &Test, wanted: &Test) -> bool {
    match (given, wanted) {
        (Test::Is(given), Test::Is(wanted)) => {
            given.iter().all(|one| wanted.iter().any(|other| other.value == one.value))
        }
        (Test::Contains(given), Test::Contains(wanted)) => given.value == wanted.value,
        (Test::Is(_) | Test::Contains(_) | Test::Present, Test::Present) | (Test::Absent, Test::Absent) => {
            true
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::span::Span;
    use crate::resolve::ir::{Literal, TestValue};

    fn is(field: &str, values: &[i64]) -> Condition {
        let value = |value: &i64| TestValue { value: Literal::Int(*value), name: None };
        let test = Test::Is(values.iter().map(value).collect());
        Condition { at: Span::default(), field: field.to_owned(), ident: field.to_owned(), test }
    }

    fn set(field: &str) -> Condition {
        Condition {
            at: Span::default(),
            field: field.to_owned(),
            ident: field.to_owned(),
            test: Test::Present,
        }
    }

    #[test]
    fn whole_numbers_are_compared_exactly_and_with_fractions() {
        let max = Some(Number::Int(i64::MAX));
        assert_eq!(tightened(Bound::High, max, Some(Number::Int(i64::MAX - 1))), Some(true));
        assert_eq!(tightened(Bound::Low, Some(Number::Float(0.5)), Some(Number::Int(0))), Some(false));
        assert_eq!(tightened(Bound::Low, Some(Number::Float(1.0)), Some(Number::Int(1))), None);
    }

    #[test]
    fn one_value_more_or_one_condition_less_asks_more_often() {
        assert!(implies(&[is("kind", &[1])], &[is("kind", &[1, 2])]));
        assert!(!implies(&[is("kind", &[1, 2])], &[is("kind", &[1])]));
        assert!(implies(&[is("kind", &[1]), set("note")], &[is("kind", &[1])]));
        assert!(!implies(&[is("kind", &[1])], &[is("kind", &[1]), set("note")]));
        assert!(implies(&[is("kind", &[1])], &[set("kind")]));
        assert!(!implies(&[is("kind", &[1])], &[is("other", &[1])]));
    }
}
