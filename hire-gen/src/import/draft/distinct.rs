//! Names in Rust that would collide get a `rust:` key: no page is refused for a name.

use std::collections::BTreeSet;

use super::known::rust_name;
use super::{DraftField, DraftKind, DraftType};
use crate::import::yaml::Yaml;
use crate::resolve::name::reserved_field;

/// The parameters and the body of a request are one struct: a field of the body that is called like a parameter is
/// `body_..`, and so on.
pub(super) fn of_request(sections: [&mut [DraftField]; 4]) {
    let mut taken = BTreeSet::new();
    for (section, fields) in ["path", "query", "header", "body"].into_iter().zip(sections) {
        distinct(fields, section, true, &mut taken);
    }
}

/// The fields of each object are a struct.
pub(super) fn of_types(types: &mut [DraftType]) {
    for ty in types {
        if let DraftKind::Object(fields) = &mut ty.kind {
            distinct(fields, "field", ty.limited, &mut BTreeSet::new());
        }
    }
}

/// `sent`: fields that are not required have setters, some of which would hide other methods.
fn distinct(fields: &mut [DraftField], section: &str, sent: bool, taken: &mut BTreeSet<String>) {
    for field in fields {
        let name = name(field);
        let setter = sent && !field.keys.iter().any(|(key, _)| key == "required");
        if reserved_field(&name, setter).is_none() && taken.insert(name.clone()) {
            continue;
        }
        let bare = name.trim_end_matches('_');
        let numbered = (2..).map(|n| format!("{section}_{bare}_{n}"));
        let Some(free) =
            std::iter::once(format!("{section}_{bare}")).chain(numbered).find(|name| !taken.contains(name))
        else {
            continue;
        };
        taken.insert(free.clone());
        field.keys.retain(|(key, _)| key != "rust");
        let at = field.keys.iter().position(|(key, _)| matches!(key.as_str(), "fix" | "review"));
        field.keys.insert(at.unwrap_or(field.keys.len()), ("rust".to_owned(), Yaml::text(free)));
    }
}

fn name(field: &DraftField) -> String {
    let given = field.keys.iter().find_map(|(key, value)| match value {
        Yaml::Text(name) if key == "rust" => Some(name.clone()),
        _ => None,
    });
    given.unwrap_or_else(|| rust_name(&field.name))
}
