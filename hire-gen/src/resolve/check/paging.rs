//! Rules about paging: the named fields exist, and lead from page to page.

use super::{at_field, types};
use crate::read::diag::{Code, Diagnostic, Diagnostics};
use crate::resolve::ir::{Api, Base, Endpoint, Field, Kind, Paging, Turn};

/// Every field that paging names exists once, with a suitable type.
pub(super) fn pages_can_be_followed(api: &Api, endpoint: &Endpoint, diagnostics: &mut Diagnostics) {
    // Neither a file nor a list has them, which is an error of its own.
    let has_fields = !endpoint.answers_file && endpoint.response_list().is_none();
    let Some(paging) = endpoint.paging.as_ref().filter(|_| has_fields) else { return };
    let mut rule = Rule { api, endpoint, paging, diagnostics };
    let has_more = (paging.has_more.as_deref(), Base::Bool);
    match &paging.turn {
        Turn::Token { token, next } => {
            rule.asked(token, &[Base::String]);
            rule.answered([(Some(next), Base::String), has_more]);
        }
        Turn::Offset { offset, total } => {
            rule.asked(offset, &[Base::Int, Base::String]);
            rule.answered([(total.as_deref(), Base::Int), has_more]);
        }
    }
    rule.items();
}

struct Rule<'a> {
    api: &'a Api,
    endpoint: &'a Endpoint,
    paging: &'a Paging,
    diagnostics: &'a mut Diagnostics,
}

impl Rule<'_> {
    fn say(&mut self, message: String, help: &str) {
        self.diagnostics.push(Diagnostic::error(Code::H310, self.paging.at, message).help(help));
    }

    /// The field of the request that selects a page.
    fn asked(&mut self, path: &str, bases: &[Base]) {
        let body = self.endpoint.body.as_deref().filter(|_| self.endpoint.body_list().is_none());
        let body = body.unwrap_or_default();
        let found = [&self.endpoint.query, body].map(|fields| self.api.fields_at(fields, path));
        let (steps, twice) = match found {
            [Some(query), body] => (query, body.is_some()),
            [None, Some(body)] => (body, false),
            [None, None] => {
                let message = format!("pages need `{path}` in the query or the body");
                return self.say(message, "add it, or leave `paging:` out");
            }
        };
        if twice {
            let message = format!("the request has two fields `{path}`");
            return self.say(message, "keep the one that the page asks for");
        }
        self.usable(&steps);
        let Some((last, outer)) = steps.split_last() else { return };
        if let Some(outer) = outer.iter().find(|field| !field.required && self.requires_something(field)) {
            let message =
                format!("a page cannot be asked for without `{}`, which requires fields", outer.wire);
            let help = "make it required, or leave `paging:` out";
            self.diagnostics.push(at_field(Code::H310, outer, message, help));
        }
        let by_token = matches!(self.paging.turn, Turn::Token { .. });
        if by_token && (!is(last, bases) || last.required) {
            let message = format!("the first page has no `{}`, and the others have one as text", last.wire);
            self.diagnostics.push(at_field(Code::H310, last, message, "make it an optional `string`"));
        } else if !is(last, bases) {
            let message = format!("`{}` cannot contain the number of items before a page", last.wire);
            self.diagnostics.push(at_field(Code::H310, last, message, "make it an `int` or a `string`"));
        }
    }

    /// The fields of the answer that name the next page, or report that there is one.
    fn answered(&mut self, roles: [(Option<&str>, Base); 2]) {
        for (path, base) in roles {
            let Some(path) = path else { continue };
            let Some(steps) = self.api.fields_at(&self.endpoint.response, path) else {
                let message = format!("pages need `{path}` in the response");
                self.say(message, "add it, or leave `paging:` out");
                continue;
            };
            self.usable(&steps);
            let Some(field) = steps.last().filter(|field| !is(field, &[base])) else { continue };
            let message = format!("`{path}` of the response has a type that cannot lead to the next page");
            let word = base.word().unwrap_or_default();
            let help = format!("make it a `{word}`, or leave `paging:` out");
            self.diagnostics.push(at_field(Code::H310, field, message, &help));
        }
    }

    fn items(&mut self) {
        let (response, path) = (&self.endpoint.response, &self.paging.items);
        let found = self.api.fields_at(response, path);
        let is_list = found.as_ref().and_then(|steps| steps.last()).is_some_and(|field| field.ty.list == 1);
        if !is_list || found.iter().flatten().any(|field| field.unusable.is_some()) {
            let message = format!("`{path}` is not a list of the response");
            let lists = response.iter().filter(|field| field.ty.list > 0).map(|field| field.wire.as_str());
            let error = Diagnostic::error(Code::H310, self.paging.at, message);
            self.diagnostics.push(error.suggest(path, lists));
        }
    }

    fn usable(&mut self, steps: &[&Field]) {
        for field in steps.iter().filter(|field| field.unusable.is_some()) {
            let message = format!("pages need `{}`, and it is `unusable`", field.wire);
            let help = "delete `unusable`, or leave `paging:` out";
            self.diagnostics.push(at_field(Code::H310, field, message, help));
        }
    }

    /// Whether an object of this field cannot be built without arguments.
    fn requires_something(&self, field: &Field) -> bool {
        let Base::Type(id) = field.ty.base else { return false };
        let Some(ty) = self.api.type_(id).filter(|ty| matches!(ty.kind, Kind::Object(_))) else {
            return false;
        };
        types::fields(ty).iter().any(|field| field.required && field.unusable.is_none())
    }
}

/// Whether a field is a single value of one of these types, without a fixed value.
fn is(field: &Field, bases: &[Base]) -> bool {
    let plain = field.ty.list == 0 && !field.ty.is_map() && field.format.is_none() && !field.nullable;
    plain && bases.contains(&field.ty.base) && field.limits.fixed.is_none()
}
