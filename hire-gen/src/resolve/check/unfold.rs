//! Limits the nesting of types, and the number of fields of an expanded request or answer.

use super::types::fields;
use crate::read::diag::{Code, Diagnostic, Diagnostics};
use crate::resolve::ir::{Api, Base, Endpoint, Event, Field, Home, Type, TypeId};

/// The deepest nesting of objects. The compiler fails at a few times this depth.
const DEPTH: usize = 24;
/// The most fields of a request or an answer, including those of all nested objects: a few times the longest page.
const FIELDS: usize = 10_000;

/// Requests and answers can be expanded: documentation, outlines and examples expand every object in place.
pub(super) fn endpoints_unfold(api: &Api, endpoint: &Endpoint, diagnostics: &mut Diagnostics) {
    let body = endpoint.body.as_deref().unwrap_or_default();
    for fields in [body, endpoint.response.as_slice()] {
        unfolded(api, None, fields, diagnostics);
    }
}

/// The same of an event.
pub(super) fn events_unfold(api: &Api, event: &Event, diagnostics: &mut Diagnostics) {
    unfolded(api, None, &event.fields, diagnostics);
}

/// The same of a shared type, which has a page of its own.
pub(super) fn types_unfold(api: &Api, ty: &Type, diagnostics: &mut Diagnostics) {
    if !matches!(ty.home, Home::Shared { .. }) {
        return;
    }
    let own = api.types.iter().position(|one| std::ptr::eq(one, ty)).map(TypeId);
    unfolded(api, own, fields(ty), diagnostics);
}

/// Reports the top-level field that exceeds the limit.
fn unfolded(api: &Api, own: Option<TypeId>, fields: &[Field], diagnostics: &mut Diagnostics) {
    let mut walk = Walk { api, open: own.into_iter().collect(), fields: 0 };
    for field in fields {
        let Some(excess) = walk.field(field) else { continue };
        let message = match excess {
            Excess::Deep => {
                format!("`{}` contains objects nested deeper than {DEPTH} levels", field.wire)
            }
            Excess::Long => {
                format!(
                    "with `{}` there are more than {FIELDS} fields, including those of nested objects",
                    field.wire
                )
            }
        };
        let help = "write `json` for objects that do not matter";
        return diagnostics.push(Diagnostic::error(Code::H004, field.at, message).help(help));
    }
}

enum Excess {
    Deep,
    Long,
}

struct Walk<'a> {
    api: &'a Api,
    /// The types around the current field; none is expanded inside itself.
    open: Vec<TypeId>,
    fields: usize,
}

impl Walk<'_> {
    /// Stops at the first excess, which bounds the time.
    fn field(&mut self, field: &Field) -> Option<Excess> {
        self.fields += 1;
        if self.fields > FIELDS {
            return Some(Excess::Long);
        }
        let Base::Type(id) = field.ty.base else { return None };
        if self.open.contains(&id) {
            return None;
        }
        if self.open.len() >= DEPTH {
            return Some(Excess::Deep);
        }
        let inner = self.api.type_(id).map_or(&[][..], fields);
        self.open.push(id);
        let excess = inner.iter().find_map(|field| self.field(field));
        self.open.pop();
        excess
    }
}
