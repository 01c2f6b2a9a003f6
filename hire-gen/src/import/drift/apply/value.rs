//! Values of enums.

use super::{Done, NOT_FOUND, TWICE, Writer, spelled_literal};
use crate::import::drift::Change;
use crate::import::drift::compare::literal;
use crate::import::drift::spec::Spec;
use crate::import::yaml::spelled;
use crate::read::source::Node;
use crate::resolve::ir::{Base, Kind, Literal};

/// Values of an enum and their names.
type Values = Vec<(Literal, String)>;

impl<'a> Writer<'a> {
    pub(super) fn value_added(&mut self, new: Spec<'a>, change: &Change, value: &str) -> Done {
        let lost = TWICE;
        let page = new.field(self.fresh, &change.at).ok_or(lost)?;
        let Base::Type(id) = page.ty.base else { return Err(lost) };
        let Some(Kind::Enum { variants: page, .. }) = self.fresh.type_(id).map(|ty| &ty.kind) else {
            return Err(lost);
        };
        let at = page.iter().position(|variant| literal(&variant.value) == value).ok_or(lost)?;
        let variant = page.get(at).ok_or(lost)?;
        let (list, known) = self.values(change)?;
        let after = page
            .iter()
            .take(at)
            .rev()
            .find_map(|before| known.iter().position(|known| known.0 == before.value));
        let taken = known.iter().any(|(_, name)| *name == variant.name);
        let name = if taken {
            format!("{}{}", variant.name, value.replace('-', "Minus"))
        } else {
            variant.name.clone()
        };
        let mut item =
            format!("{{value: {}, name: {}", spelled_literal(&variant.value), spelled(&name, true));
        if let Some(label) = &variant.label {
            item.push_str(&format!(", label: {}", spelled(label, true)));
        }
        item.push('}');
        let file = list.span.file;
        let after = after.or_else(|| known.len().checked_sub(1).filter(|_| at > 0));
        if self.editor(file)?.insert_item(&list, after, &item) {
            Ok(())
        } else {
            Err("`values:` is not written on separate lines")
        }
    }

    pub(super) fn value_removed(&mut self, change: &Change, value: &str) -> Done {
        let (list, known) = self.values(change)?;
        let at = known.iter().position(|(known, _)| literal(known) == value).ok_or(NOT_FOUND)?;
        if self.editor(list.span.file)?.remove_item(&list, at) {
            Ok(())
        } else {
            Err("it is the only value, or `values:` is not written on separate lines")
        }
    }

    /// The list of an enum's values in its file, and what they are.
    fn values(&mut self, change: &Change) -> Result<(Node, Values), &'static str> {
        let lost = NOT_FOUND;
        let ty = change.owner.and_then(|owner| self.api.type_(owner)).ok_or(lost)?;
        let Kind::Enum { variants, .. } = &ty.kind else { return Err(lost) };
        let known = variants.iter().map(|variant| (variant.value.clone(), variant.name.clone())).collect();
        let declaration = self.declaration(ty.at)?;
        let list = declaration.get("values").ok_or(lost)?.value.clone();
        Ok((list, known))
    }
}
