//! Whether an endpoint answers in pages, by the fields that turn them, whatever their names.

use super::{DraftBase, DraftField, DraftKind, DraftType};
use crate::import::yaml::Yaml;

/// The names of the token of the next page in an answer.
const NEXT: [&str; 2] = ["page_token", "next_page_token"];

/// `paging` of a spec: the list on each page, and the fields that turn pages if their names are not the usual ones.
pub(super) fn paging(
    types: &[DraftType],
    query: &[DraftField],
    body: &[DraftField],
    response: &[DraftField],
) -> Option<Yaml> {
    let fields = Fields { types, query, body, response };
    fields.by_token().or_else(|| fields.by_offset())
}

struct Fields<'a> {
    types: &'a [DraftType],
    query: &'a [DraftField],
    body: &'a [DraftField],
    response: &'a [DraftField],
}

impl<'a> Fields<'a> {
    fn by_token(&self) -> Option<Yaml> {
        let token = self.asked("page_token", &["page_size"], &["string"])?;
        // The first page is asked for without a token.
        if token.required {
            return None;
        }
        let next = self.answered(&NEXT, "string")?;
        let has_more = match self.answered(&["has_more"], "bool") {
            None if self.anywhere("has_more") => return None,
            found => found,
        };
        let items = self.items()?;
        if token.path == "page_token" && next == "page_token" && has_more.as_deref() == Some("has_more") {
            return Some(Yaml::text(items));
        }
        let mut keys = vec![("items", items), ("token", token.path), ("next", next)];
        keys.extend(has_more.map(|path| ("has_more", path)));
        Some(mapping(keys))
    }

    fn by_offset(&self) -> Option<Yaml> {
        let offset = self.asked("offset", &["limit", "count"], &["int", "string"])?;
        let mut keys = vec![("items", self.items()?), ("offset", offset.path)];
        keys.extend(self.answered(&["has_more"], "bool").map(|path| ("has_more", path)));
        keys.extend(self.answered(&["total"], "int").map(|path| ("total", path)));
        Some(mapping(keys))
    }

    /// The field that asks for a page, with one of these beside it for the size of pages.
    fn asked(&self, name: &str, beside: &[&str], words: &[&'static str]) -> Option<Asked> {
        let nested = self.body.iter().filter(|field| field.list == 0 && field.maps == 0);
        let nested = nested.filter_map(|outer| Some((Some(outer), self.inside(outer)?)));
        let mut found = [(None, self.query), (None, self.body)].into_iter().chain(nested).filter_map(
            |(outer, fields): (Option<&DraftField>, &[DraftField])| {
                let field = fields.iter().find(|field| field.name == name)?;
                let sized = fields.iter().any(|field| beside.contains(&field.name.as_str()));
                (sized && is(field, words)).then_some((outer, fields, field))
            },
        );
        let (outer, fields, field) = found.next()?;
        if found.next().is_some() {
            return None;
        }
        let Some(outer) = outer else {
            return Some(Asked { path: name.to_owned(), required: required(field) });
        };
        // An object around it has to be created, since the first page is requested without one.
        let made = required(outer) || !fields.iter().any(required);
        made.then(|| Asked { path: format!("{}.{name}", outer.name), required: required(field) })
    }

    /// The only field of the answer, or of an object in it, with one of these names.
    fn answered(&self, names: &[&str], word: &'static str) -> Option<String> {
        let of = |fields: &'a [DraftField]| fields.iter().find(|field| names.contains(&field.name.as_str()));
        if let Some(field) = of(self.response) {
            return is(field, &[word]).then(|| field.name.clone());
        }
        let objects = self.response.iter().filter(|field| field.list == 0 && field.maps == 0);
        let mut found = objects.filter_map(|outer| Some((outer, of(self.inside(outer)?)?)));
        let (outer, field) = found.next()?;
        (found.next().is_none() && is(field, &[word])).then(|| format!("{}.{}", outer.name, field.name))
    }

    fn anywhere(&self, name: &str) -> bool {
        let inside = self.response.iter().filter_map(|outer| self.inside(outer)).flatten();
        self.response.iter().chain(inside).any(|field| field.name == name)
    }

    /// The list on each page, dotted if it is in an object.
    fn items(&self) -> Option<String> {
        let inner = |field: &DraftField| {
            let fields = Some(field).filter(|field| field.list == 0).and_then(|field| self.inside(field))?;
            Some(format!("{}.{}", field.name, the_list(fields)?))
        };
        the_list(self.response).map(str::to_owned).or_else(|| {
            let mut nested = self.response.iter().filter_map(inner);
            nested.next().filter(|_| nested.next().is_none())
        })
    }

    fn inside(&self, field: &DraftField) -> Option<&'a [DraftField]> {
        let DraftBase::Type(at) = field.base else { return None };
        match &self.types.get(at)?.kind {
            DraftKind::Object(fields) => Some(fields),
            DraftKind::Enum { .. } => None,
        }
    }
}

/// A field that asks for a page.
struct Asked {
    path: String,
    required: bool,
}

fn is(field: &DraftField, words: &[&'static str]) -> bool {
    let plain = field.list == 0 && field.maps == 0 && !field.keys.iter().any(|(key, _)| key == "format");
    plain && matches!(field.base, DraftBase::Scalar(word) if words.contains(&word))
}

fn required(field: &DraftField) -> bool {
    field.keys.iter().any(|(key, _)| key == "required")
}

fn mapping(keys: Vec<(&str, String)>) -> Yaml {
    Yaml::Inline(keys.into_iter().map(|(key, path)| (key.to_owned(), Yaml::text(path))).collect())
}

/// The list among these fields: `items`, or the only one.
fn the_list(fields: &[DraftField]) -> Option<&str> {
    let lists = || fields.iter().filter(|field| field.list == 1).map(|field| field.name.as_str());
    lists().find(|name| *name == "items").or_else(|| lists().next().filter(|_| lists().count() == 1))
}
