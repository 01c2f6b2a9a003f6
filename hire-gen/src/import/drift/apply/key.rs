//! Types and keys of fields.

use super::{Done, TWICE, Writer, spelled_literal};
use crate::import::drift::compare::word;
use crate::import::drift::spec::Spec;
use crate::import::yaml::spelled;
use crate::resolve::ir::{Base, Field, Kind, Literal, Number, RequiredWhen, Test};

impl<'a> Writer<'a> {
    pub(super) fn type_changed(&mut self, old: Spec<'a>, new: Spec<'a>, at: &str) -> Done {
        let (was, is) = (self.old_field(old, at)?, new.field(self.fresh, at).ok_or(TWICE)?);
        let base = scalar(is.ty.base).ok_or("objects and enums are for people to exchange")?;
        scalar(was.ty.base).ok_or("objects and enums are for people to exchange")?;
        let text = is.ty.written(base);
        self.edit_field(was, |editor, entry| editor.set_type(entry, &text))
    }

    pub(super) fn key_changed(
        &mut self,
        old: Spec<'a>,
        new: Spec<'a>,
        at: &str,
        key: &str,
        value: Option<&str>,
    ) -> Done {
        let field = self.old_field(old, at)?;
        if value.is_none() {
            return self.edit_field(field, |editor, entry| editor.unset(entry, key));
        }
        let page = new.field(self.fresh, at).ok_or(TWICE)?;
        let value = self.key_value(old, at, page, key).ok_or("it cannot be written on one line")?;
        let unset: &[&str] = match key {
            // A required field has no default and no condition, and an unusable one is not deprecated as well.
            "required" => &["default", "required_when"],
            "unusable" => &["deprecated", "required"],
            _ => &[],
        };
        self.edit_field(field, |editor, entry| {
            unset.iter().for_each(|other| editor.unset(entry, other));
            editor.set(entry, key, &value);
        })
    }

    /// The value of a key as the schema writes it.
    fn key_value(&self, old: Spec<'a>, at: &str, page: &Field, key: &str) -> Option<String> {
        let limits = &page.limits;
        let number = |number: Option<Number>| {
            number.map(|number| match number {
                Number::Int(n) => n.to_string(),
                Number::Float(n) => n.to_string(),
            })
        };
        let count = |count: Option<u64>| count.map(|count| count.to_string());
        match key {
            "required" | "replaces" | "nullable" => Some("true".to_owned()),
            "deprecated" => Some("true".to_owned()),
            "unusable" => page.unusable.as_deref().map(|reason| spelled(reason, true)),
            "format" => Some(word(page.format?)),
            "default" => page.default.as_ref().map(spelled_literal),
            "fixed" => limits.fixed.as_ref().map(spelled_literal),
            "minimum" => number(limits.minimum),
            "maximum" => number(limits.maximum),
            "min_length" => count(limits.min_length),
            "max_length" => count(limits.max_length),
            "min_items" => count(limits.min_items),
            "max_items" => count(limits.max_items),
            "pattern" => limits.pattern.as_deref().map(|pattern| spelled(pattern, true)),
            "required_when" => self.condition(old, at, page.required_when.as_ref()?),
            _ => None,
        }
    }

    /// A condition with the names that the schema has for values.
    fn condition(&self, old: Spec<'a>, at: &str, when: &RequiredWhen) -> Option<String> {
        let RequiredWhen::All(conditions) = when else { return None };
        let around = at.rsplit_once('.').map_or("", |(around, _)| around);
        let named = |field: &str, value: &Literal| {
            let sibling = old.field(self.api, &format!("{around}.{field}"));
            let ty = sibling.and_then(|sibling| match sibling.ty.base {
                Base::Type(id) => self.api.type_(id),
                _ => None,
            });
            match ty.map(|ty| &ty.kind) {
                Some(Kind::Enum { variants, .. }) => variants
                    .iter()
                    .find(|variant| variant.value == *value)
                    .map(|variant| variant.name.clone()),
                _ => Some(spelled_literal(value)),
            }
        };
        let mut parts = Vec::new();
        for condition in conditions {
            let test = match &condition.test {
                Test::Is(values) => match values.as_slice() {
                    [value] => named(&condition.field, &value.value)?,
                    _ => return None,
                },
                Test::Contains(value) => format!("{{contains: {}}}", named(&condition.field, &value.value)?),
                Test::Present => "{present: true}".to_owned(),
                Test::Absent => "{present: false}".to_owned(),
            };
            parts.push(format!("{}: {test}", condition.field));
        }
        Some(format!("{{{}}}", parts.join(", ")))
    }
}

/// The word for a type that can be exchanged for another on one line.
fn scalar(base: Base) -> Option<&'static str> {
    base.word().filter(|_| base != Base::File)
}
