//! Whether a request may be sent twice: by the page, if it differs from the method.

use crate::import::doc::{PageDoc, PageField};
use crate::import::spelling::stem;
use crate::import::wire_type::WireBase;

/// `safe`, `idempotent`, `keyed(field)`; `None` if a second request may do something else than the first.
pub(super) fn safety(doc: &PageDoc, action: &str) -> Option<String> {
    if doc.method == "GET" {
        return None;
    }
    if let Some(key) = key(doc) {
        return Some(format!("keyed({})", key.name));
    }
    match doc.method.as_str() {
        // An operation that a scope for reading suffices for, and whose name fits, changes nothing.
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

/// Whether it names its object by position: once the object is gone, another one has this position.
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

/// Whether, by its name or title, it adds or creates something each time.
fn adds(doc: &PageDoc, action: &str) -> bool {
    const TITLES: [&str; 8] = ["刷新", "重置", "追加", "增加", "插入", "移动", "复制", "重新"];
    const WORDS: [&str; 10] =
        ["refresh", "reset", "extra", "add", "append", "insert", "move", "copy", "resend", "increase"];
    let last = doc.url.rsplit('/').next().and_then(stem).unwrap_or_default();
    action.split('_').chain(last.split('_')).any(|word| WORDS.contains(&word))
        || TITLES.iter().any(|word| doc.title.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(title: &str, method: &str, address: &str) -> Option<String> {
        let text = format!(
            "# {title}\n\n## 请求\n名称 | 值\n---|---\nHTTP URL | {address}\nHTTP Method | {method}\n"
        );
        safety(&PageDoc::read(&text), "")
    }

    #[test]
    fn what_a_title_says_to_happen_again_each_time_is_not_idempotent() {
        let address = "https://open.feishu.cn/open-apis/zoo/v1/animals/:animal_id";
        assert_eq!(of("更新动物", "PUT", address).as_deref(), Some("idempotent"));
        assert_eq!(of("删除动物", "DELETE", address).as_deref(), Some("idempotent"));
        for title in ["刷新动物的密码", "追加动物", "重置动物", "移动动物"] {
            assert_eq!(of(title, "PUT", address), None, "{title}");
        }
        assert_eq!(of("更新动物", "PUT", &format!("{address}/reset")), None);
    }
}
