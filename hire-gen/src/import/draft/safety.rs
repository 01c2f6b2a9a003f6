//! May a request be sent twice? By what the page says, where that differs from what the method says.

use crate::import::doc::{PageDoc, PageField};
use crate::import::spelling::stem;
use crate::import::wire_type::WireBase;

/// `safe`, `idempotent`, `keyed(field)`; `None` where a second request may do something else than the first.
pub(super) fn safety(doc: &PageDoc, action: &str) -> Option<String> {
    if doc.method == "GET" {
        return None;
    }
    if let Some(key) = key(doc) {
        return Some(format!("keyed({})", key.name));
    }
    match doc.method.as_str() {
        // What a scope for reading suffices for, and is called so, changes nothing.
        "POST" if reads(doc, action) => Some("safe".to_owned()),
        "PUT" | "DELETE" if !by_place(doc) && !adds(doc, action) => Some("idempotent".to_owned()),
        _ => None,
    }
}

fn rows(doc: &PageDoc) -> impl Iterator<Item = &PageField> {
    doc.query.iter().chain(doc.body.iter().flatten())
}

/// The parameter by which Feishu knows a request again.
fn key(doc: &PageDoc) -> Option<&PageField> {
    let text = |row: &&PageField| row.ty.base == WireBase::String && row.ty.list == 0;
    let says = |row: &&PageField| {
        row.name == "client_token"
            || row.about.text.iter().any(|text| text.contains("幂等") || text.contains("idempoten"))
    };
    rows(doc).filter(text).find(says)
}

fn reads(doc: &PageDoc, action: &str) -> bool {
    let scoped = doc.scopes.iter().any(|scope| scope.name.ends_with(":readonly"));
    scoped && action.split('_').any(|word| ["search", "query", "get", "list"].contains(&word))
}

/// Whether it names what it changes by its position: once that is gone, something else stands there.
fn by_place(doc: &PageDoc) -> bool {
    fn places(row: &PageField) -> bool {
        let name = stem(&row.name).unwrap_or_default();
        // The ID of a position stays with it.
        let last = name.rsplit('_').next().unwrap_or_default();
        ["index", "indexes", "range", "ranges", "offset", "position"].contains(&last)
            || row.fields.iter().any(places)
    }
    rows(doc).any(places)
}

/// Whether its name says that it adds something, or makes something new, each time.
fn adds(doc: &PageDoc, action: &str) -> bool {
    const WORDS: [&str; 10] =
        ["refresh", "reset", "extra", "add", "append", "insert", "move", "copy", "resend", "increase"];
    let last = doc.url.rsplit('/').next().and_then(stem).unwrap_or_default();
    action.split('_').chain(last.split('_')).any(|word| WORDS.contains(&word))
}
