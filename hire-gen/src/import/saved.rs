//! A file as it was saved → the text of a page.

use std::borrow::Cow;

use serde_json::Value;

/// The text of a page, taken out of the portal's JSON if it was saved so, and without a mark of its encoding.
pub(super) fn text(file: &str) -> Cow<'_, str> {
    let file = file.trim_start_matches('\u{feff}');
    if !file.trim_start().starts_with('{') {
        return Cow::Borrowed(file);
    }
    match serde_json::from_str::<Value>(file).ok().and_then(|json| portal(&json)) {
        Some(page) => Cow::Owned(page),
        None => Cow::Borrowed(file),
    }
}

/// The answer of `get_detail`: `{code, data: {content, updateTime, name}}`, or its `data` alone.
fn portal(json: &Value) -> Option<String> {
    let data = json.get("data").unwrap_or(json);
    let content = data.get("content")?.as_str()?;
    if content.trim_start().starts_with("---") {
        return Some(content.to_owned());
    }
    let mut page = String::from("---\n");
    for (key, names) in
        [("title", &["name", "title"][..]), ("fullPath", &["fullPath"]), ("updateTime", &["updateTime"])]
    {
        let value = names.iter().find_map(|name| data.get(*name));
        let value = value.map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned));
        if let Some(value) = value {
            page.push_str(&format!("{key}: \"{}\"\n", value.replace(['"', '\n'], " ")));
        }
    }
    page.push_str("---\n\n");
    page.push_str(content);
    Some(page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_portals_json_is_its_content() {
        let json = r#"{"code":0,"data":{"content":"text","updateTime":"1724985067000","name":"名称"}}"#;
        assert_eq!(text(json), "---\ntitle: \"名称\"\nupdateTime: \"1724985067000\"\n---\n\ntext");
        assert_eq!(text("\u{feff}# page"), "# page");
        assert_eq!(text("{\"code\":-1}"), "{\"code\":-1}");
    }
}
