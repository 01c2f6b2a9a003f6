//! Fields, lists and maps: what is missing, what is too much.

use serde_json::{Map, Value};

use super::scalar::{equals, kind, shown};
use super::{Checker, Unknown};
use crate::ir::{Base, Condition, Field, RequiredWhen, Shape, Test, TestValue};

impl Checker<'_> {
    /// Holds an object against its fields. `siblings` are where conditions look, the first that has the field.
    pub(super) fn object(
        &mut self,
        fields: &[Field],
        object: &Map<String, Value>,
        siblings: &[&Map<String, Value>],
    ) {
        for field in fields {
            self.inside(&field.wire, |checker| checker.field(field, object.get(&field.wire), siblings));
        }
        if self.unknown == Unknown::Ignored {
            return;
        }
        for name in object.keys().filter(|name| fields.iter().all(|field| field.wire != **name)) {
            let message = match nearest(name, fields) {
                Some(near) => format!("is not in the schema; did you mean `{near}`?"),
                None => "is not in the schema".to_owned(),
            };
            self.inside(name, |checker| checker.problem(message));
        }
    }

    pub(super) fn field(&mut self, field: &Field, value: Option<&Value>, siblings: &[&Map<String, Value>]) {
        // What holds anything holds `null`; anywhere else it is no value.
        let anything = field.ty == Shape { base: Base::Json, list: 0, map: false };
        let is_null = !anything && value.is_some_and(Value::is_null);
        let value = value.filter(|_| !is_null);
        if let Some(reason) = &field.unusable {
            if value.is_some() {
                self.problem(format!("must not be sent: {reason}"));
            }
            return;
        }
        let Some(value) = value else {
            let before = self.problems.len();
            self.missing(field, siblings);
            if is_null && self.unknown == Unknown::Refused && self.problems.len() == before {
                self.problem("must not be null; leave it out");
            }
            return;
        };
        let outside = self.sensitive;
        self.sensitive |= field.sensitive;
        let before = self.problems.len();
        if field.ty.map {
            self.map(field, value);
        } else {
            self.list(field, value, field.ty.list);
        }
        if self.problems.len() == before
            && let Some(fixed) = field.limits.fixed.as_ref().filter(|fixed| !equals(fixed, value))
        {
            self.problem_with(value, format!("must be {}", shown(fixed)));
        }
        self.sensitive = outside;
    }

    fn missing(&mut self, field: &Field, siblings: &[&Map<String, Value>]) {
        if field.required {
            return self.problem("is required");
        }
        let Some(RequiredWhen::All(conditions)) = &field.required_when else { return };
        if conditions.iter().all(|condition| holds(condition, siblings)) {
            let when: Vec<String> = conditions.iter().map(sentence).collect();
            self.problem(format!("is required when {}", when.join(" and ")));
        }
    }

    fn map(&mut self, field: &Field, value: &Value) {
        let Value::Object(entries) = value else {
            return self.problem(format!("must be an object, not {}", kind(value)));
        };
        for (key, value) in entries {
            self.inside(key, |checker| checker.scalar(field, value));
        }
    }

    fn list(&mut self, field: &Field, value: &Value, dimensions: u8) {
        if dimensions == 0 {
            return self.scalar(field, value);
        }
        let Value::Array(items) = value else {
            return self.problem(format!("must be a list, not {}", kind(value)));
        };
        // The limits are those of the field's own list; what is inside of a list of lists has none.
        if dimensions == field.ty.list {
            let count = items.len() as u64;
            if let Some(least) = field.limits.min_items.filter(|least| count < *least) {
                self.problem(format!("must have at least {least} items, not {count}"));
            }
            if let Some(most) = field.limits.max_items.filter(|most| count > *most) {
                self.problem(format!("must have at most {most} items, not {count}"));
            }
        }
        for (index, item) in items.iter().enumerate() {
            self.inside(&format!("[{index}]"), |checker| checker.list(field, item, dimensions - 1));
        }
    }
}

/// The known name that a wrong one may have been meant for.
fn nearest<'a>(name: &str, fields: &'a [Field]) -> Option<&'a str> {
    let usable = fields.iter().filter(|field| field.unusable.is_none()).map(|field| field.wire.as_str());
    usable
        .map(|known| (strsim::damerau_levenshtein(name, known), known))
        .filter(|(distance, known)| *distance <= known.chars().count() / 3)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known)
}

fn holds(condition: &Condition, siblings: &[&Map<String, Value>]) -> bool {
    let mut found = siblings.iter().filter_map(|siblings| siblings.get(&condition.field));
    let value = found.next().filter(|value| !value.is_null());
    match (&condition.test, value) {
        (Test::Present, value) => value.is_some(),
        (Test::Absent, value) => value.is_none(),
        (Test::Is(any), Some(value)) => any.iter().any(|one| equals(&one.value, value)),
        (Test::Contains(one), Some(Value::Array(items))) => items.iter().any(|item| equals(&one.value, item)),
        _ => false,
    }
}

fn sentence(condition: &Condition) -> String {
    let field = &condition.field;
    match &condition.test {
        Test::Present => format!("`{field}` is set"),
        Test::Absent => format!("`{field}` is not set"),
        Test::Contains(one) => format!("`{field}` contains {}", named(one)),
        Test::Is(any) => {
            let any: Vec<String> = any.iter().map(named).collect();
            format!("`{field}` is {}", any.join(" or "))
        }
    }
}

fn named(value: &TestValue) -> String {
    match &value.name {
        Some(name) => format!("{} ({name})", shown(&value.value)),
        None => shown(&value.value),
    }
}
