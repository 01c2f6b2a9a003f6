//! JSON as a table for a terminal.

use serde_json::Value;

/// Characters of a cell.
const WIDTH: usize = 40;
/// Columns of a table.
const COLUMNS: usize = 8;

/// A list of objects as rows, with the fields that are not objects or lists as columns; an object as names and values.
pub(crate) fn table(value: &Value) -> String {
    match value {
        Value::Array(items) if items.iter().any(Value::is_object) => rows(items),
        Value::Array(items) => items.iter().map(|item| cell(item) + "\n").collect(),
        Value::Object(members) => {
            // An answer with one list is that list.
            let mut lists =
                members.values().filter(|value| value.as_array().is_some_and(|list| !list.is_empty()));
            if let (Some(list), None) = (lists.next(), lists.next()) {
                return table(list);
            }
            let width = members.keys().map(|key| columns(key)).max().unwrap_or(0);
            members.iter().map(|(key, value)| format!("{}  {}\n", padded(key, width), cell(value))).collect()
        }
        other => cell(other) + "\n",
    }
}

fn rows(items: &[Value]) -> String {
    let mut names: Vec<&str> = Vec::new();
    for (name, value) in items.iter().filter_map(Value::as_object).flatten() {
        if !value.is_object() && !value.is_array() && !names.contains(&name.as_str()) && names.len() < COLUMNS
        {
            names.push(name);
        }
    }
    let head: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let body = items.iter().map(|item| {
        names.iter().map(|name| item.get(name).map_or_else(String::new, cell)).collect::<Vec<_>>()
    });
    let lines: Vec<Vec<String>> = std::iter::once(head).chain(body).collect();
    let widths: Vec<usize> = (0..names.len())
        .map(|column| {
            lines.iter().filter_map(|line| line.get(column)).map(|text| columns(text)).max().unwrap_or(0)
        })
        .collect();
    let line = |cells: &Vec<String>| {
        let padded = cells.iter().zip(&widths).map(|(text, width)| padded(text, *width));
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned() + "\n"
    };
    lines.iter().map(line).collect()
}

/// One line, shortened; nothing in it moves a cursor.
fn cell(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let safe: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if safe.chars().count() <= WIDTH { safe } else { safe.chars().take(WIDTH - 1).chain(['…']).collect() }
}

/// Columns of a terminal: Chinese characters take two.
fn columns(text: &str) -> usize {
    text.chars().map(|c| if u32::from(c) > 0x2e7f { 2 } else { 1 }).sum()
}

fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(columns(text))))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lists_are_rows_and_objects_are_names_and_values() {
        let list = json!({"items": [{"id": "1", "name": "张三", "tags": ["a"]}, {"id": "22", "age": 3}], "has_more": false});
        assert_eq!(table(&list), "id  name  age\n1   张三\n22        3\n");
        assert_eq!(table(&json!({"id": "1", "page_token": null})), "id          1\npage_token  null\n");
        assert_eq!(table(&json!(["a\u{1b}[31m"])), "a [31m\n");
    }
}
