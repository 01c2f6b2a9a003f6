//! Rules about `required_when`: a condition can be true and false, and refers to a comparable value.

use super::at_field;
use crate::read::diag::{Code, Diagnostic, Diagnostics};
use crate::resolve::ir::{Api, Base, Condition, Field, Format, RequiredWhen, Test};

/// Every condition of a section or an object can be true, and can be false.
pub(super) fn conditions_can_hold(_: &Api, fields: &[Field], diagnostics: &mut Diagnostics) {
    for field in fields {
        let Some(RequiredWhen::All(conditions)) = &field.required_when else { continue };
        if conditions.is_empty() && !diagnostics.has_errors() {
            let message = format!("`required_when` of `{}` has no condition", field.wire);
            let help = "write a condition, or `required: true`";
            diagnostics.push(at_field(Code::H306, field, message, help));
        }
        for condition in conditions {
            let Some(sibling) = fields.iter().find(|other| other.wire == condition.field) else { continue };
            let error =
                |code, message: String, help: &str| Diagnostic::error(code, condition.at, message).help(help);
            if sibling.wire == field.wire {
                let message = format!("`{}` is its own condition", field.wire);
                diagnostics.push(error(Code::H306, message, "use another field"));
            } else if sibling.unusable.is_some() {
                let message = format!("`{}` is `unusable`, so it is never sent", sibling.wire);
                diagnostics.push(error(Code::H306, message, "use another field, or delete the condition"));
            } else if sibling.required && matches!(condition.test, Test::Present | Test::Absent) {
                let message = format!("`{}` is required, so it is always present", sibling.wire);
                diagnostics.push(error(Code::H306, message, "compare its value, or delete the condition"));
            } else if sibling.nullable {
                let message =
                    format!("`{}` is `nullable`, and conditions do not define `null`", sibling.wire);
                diagnostics.push(error(Code::H306, message, "name another field, or write a sentence"));
            } else if !is_comparable(sibling, condition) {
                let message = format!("the value of `{}` cannot be compared", sibling.wire);
                let help =
                    "conditions compare text, numbers, flags and enums; `{present: true}` works for anything";
                diagnostics.push(error(Code::H207, message, help));
            }
        }
    }
}

/// Times and custom values in strings are not text in Rust, and JSON is anything.
fn is_comparable(sibling: &Field, condition: &Condition) -> bool {
    match condition.test {
        Test::Present | Test::Absent => true,
        Test::Is(_) | Test::Contains(_) => is_plain(sibling),
    }
}

/// Whether the value is, in Rust as well, the text, number, flag or enum of a literal.
pub(super) fn is_plain(field: &Field) -> bool {
    match field.ty.base {
        Base::String => !matches!(field.format, Some(Format::Ms | Format::S | Format::CustomValue)),
        Base::Int | Base::Float | Base::Bool | Base::Type(_) => true,
        Base::Json | Base::File => false,
    }
}
