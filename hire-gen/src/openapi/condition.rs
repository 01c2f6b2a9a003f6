//! `required_when`: as `if` and `then` where a schema can express it, and as data in an extension.

use super::json::{Json, Object};
use super::version::Version;
use crate::resolve::ir::{Condition, Field, RequiredWhen, Test};

/// A rule per condition of these fields, for their object: `{if, then}`.
pub(super) fn rules(fields: &[Field]) -> Vec<Object> {
    let mut rules: Vec<(Object, Vec<&str>)> = Vec::new();
    for field in fields.iter().filter(|field| field.unusable.is_none()) {
        let Some(RequiredWhen::All(conditions)) = &field.required_when else { continue };
        let premise = premise(conditions);
        match rules.iter_mut().find(|(known, _)| *known == premise) {
            Some((_, required)) => required.push(&field.wire),
            None => rules.push((premise, vec![&field.wire])),
        }
    }
    let rule = |(premise, required): (Object, Vec<&str>)| {
        Object::new().with("if", premise).with("then", Object::new().with("required", required))
    };
    rules.into_iter().map(rule).collect()
}

/// The parts of a condition that a schema cannot express: always a sentence, and a condition if there is no `if`.
pub(super) fn extension(field: &Field, said_by_schema: bool) -> Object {
    let value: Option<Json> = match &field.required_when {
        Some(RequiredWhen::Text(sentence)) => Some(sentence.into()),
        Some(RequiredWhen::All(conditions)) if !said_by_schema => {
            Some(conditions.iter().map(condition).collect::<Vec<_>>().into())
        }
        _ => None,
    };
    Object::new().maybe("x-required-when", value)
}

/// True for an object if all conditions hold.
fn premise(conditions: &[Condition]) -> Object {
    let mut properties = Object::new();
    let (mut present, mut absent) = (Vec::new(), Vec::new());
    for Condition { field, test, .. } in conditions {
        match test {
            Test::Absent => {
                absent.push(Object::new().with("required", vec![field]));
                continue;
            }
            Test::Present => {}
            Test::Is(values) => {
                let values: Vec<Json> = values.iter().map(|value| (&value.value).into()).collect();
                properties = properties.with(field, one_of(values));
            }
            Test::Contains(value) => {
                let contained = Version::V3_1.constant((&value.value).into());
                // `contains` has no effect on values that are not lists.
                let list = Object::new().with("type", "array").with("contains", contained);
                properties = properties.with(field, list);
            }
        }
        present.push(field);
    }
    let absent = Object::new().filled("anyOf", absent);
    Object::new().filled("properties", properties).filled("required", present).filled("not", absent)
}

fn one_of(mut values: Vec<Json>) -> Object {
    match (values.pop(), values.is_empty()) {
        (Some(only), true) => Version::V3_1.constant(only),
        (last, _) => {
            values.extend(last);
            Object::new().with("enum", values)
        }
    }
}

fn condition(Condition { field, test, .. }: &Condition) -> Object {
    let of = Object::new().with("field", field);
    match test {
        Test::Is(values) => {
            of.with("is", values.iter().map(|value| Json::from(&value.value)).collect::<Vec<_>>())
        }
        Test::Contains(value) => of.with("contains", &value.value),
        Test::Present => of.with("present", true),
        Test::Absent => of.with("present", false),
    }
}
