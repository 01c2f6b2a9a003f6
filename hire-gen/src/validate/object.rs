//! Fields, lists and maps: missing and unknown ones.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::scalar::{counted, equals, kind, shown};
use super::{Checker, LONGEST_WORD, Unknown};
use crate::resolve::ir::{Base, Condition, Field, RequiredWhen, Shape, Test, TestValue};

impl Checker<'_> {
    /// Checks an object, or a section of a request, against its fields. Conditions refer to its other fields.
    pub(super) fn object(&mut self, fields: &[Field], object: &Map<String, Value>) {
        for field in fields {
            if self.full() {
                return;
            }
            self.inside(&field.wire, |checker| checker.field(field, object.get(&field.wire), object));
        }
        if self.unknown == Unknown::Ignored {
            return;
        }
        for name in object.keys().filter(|name| fields.iter().all(|field| field.wire != **name)) {
            if self.full() {
                return;
            }
            let message = match nearest(name, fields) {
                Some(near) => format!("is not in the schema; did you mean `{near}`?"),
                None => "is not in the schema".to_owned(),
            };
            self.inside(&shortened(name), |checker| checker.problem(message));
        }
    }

    pub(super) fn field(&mut self, field: &Field, value: Option<&Value>, siblings: &Map<String, Value>) {
        // `json` accepts `null`; for any other type it is not a value.
        let anything = field.ty == Shape { base: Base::Json, list: 0, maps: 0 };
        let is_null = !anything && value.is_some_and(Value::is_null);
        let value = value.filter(|_| !is_null);
        if let Some(reason) = &field.unusable {
            if value.is_some() {
                self.problem(format!("must not be sent: {reason}"));
            }
            return;
        }
        if is_null && field.nullable {
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
        self.map(field, value, field.ty.maps);
        if self.problems.len() == before
            && let Some(fixed) = field.limits.fixed.as_ref().filter(|fixed| !equals(fixed, value))
        {
            self.problem_with(value, format!("must be {}", shown(fixed)));
        }
        self.sensitive = outside;
    }

    fn missing(&mut self, field: &Field, siblings: &Map<String, Value>) {
        if field.required {
            return self.problem("is required");
        }
        let Some(RequiredWhen::All(conditions)) = &field.required_when else { return };
        if conditions.iter().all(|condition| holds(condition, siblings)) {
            let when: Vec<String> = conditions.iter().map(sentence).collect();
            self.problem(format!("is required when {}", when.join(" and ")));
        }
    }

    fn map(&mut self, field: &Field, value: &Value, maps: u8) {
        if maps == 0 {
            return self.list(field, value, field.ty.list);
        }
        let Value::Object(entries) = value else {
            return self.problem(format!("must be an object, not {}", kind(value)));
        };
        for (key, value) in entries {
            if self.full() {
                return;
            }
            self.inside(key, |checker| checker.map(field, value, maps - 1));
        }
    }

    fn list(&mut self, field: &Field, value: &Value, dimensions: u8) {
        if dimensions == 0 {
            return self.scalar(field, value);
        }
        let Value::Array(items) = value else {
            return self.problem(format!("must be a list, not {}", kind(value)));
        };
        // The limits apply to the field's own list; inner lists have none.
        if dimensions == field.ty.list {
            let count = items.len() as u64;
            if let Some(least) = field.limits.min_items.filter(|least| count < *least) {
                self.problem(format!("must have at least {}, not {count}", counted(least, "item")));
            }
            if let Some(most) = field.limits.max_items.filter(|most| count > *most) {
                self.problem(format!("must have at most {}, not {count}", counted(most, "item")));
            }
        }
        for (index, item) in items.iter().enumerate() {
            if self.full() {
                return;
            }
            self.inside(&format!("[{index}]"), |checker| checker.list(field, item, dimensions - 1));
        }
    }
}

/// A name from the request as part of a path.
fn shortened(name: &str) -> Cow<'_, str> {
    match name.char_indices().nth(LONGEST_WORD) {
        Some((end, _)) => Cow::Owned(format!("{}…", name.get(..end).unwrap_or_default())),
        None => Cow::Borrowed(name),
    }
}

/// The known name that was probably meant.
fn nearest<'a>(name: &str, fields: &'a [Field]) -> Option<&'a str> {
    let length = name.chars().count();
    let usable = fields.iter().filter(|field| field.unusable.is_none()).map(|field| field.wire.as_str());
    usable
        // The distance is at least the difference of the lengths; computing it takes time for each pair of
        // characters.
        .filter(|known| length.abs_diff(known.chars().count()) <= known.chars().count() / 3)
        .map(|known| (strsim::damerau_levenshtein(name, known), known))
        .filter(|(distance, known)| *distance <= known.chars().count() / 3)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known)
}

fn holds(condition: &Condition, siblings: &Map<String, Value>) -> bool {
    let value = siblings.get(&condition.field).filter(|value| !value.is_null());
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
