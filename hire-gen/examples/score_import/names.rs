//! How many names of values, errors and titles are placeholders, by service.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::string;

/// How many there are, and how many of them are placeholders.
#[derive(Clone, Copy, Default)]
struct Count {
    all: usize,
    placeholders: usize,
}

/// Titles, values and errors of each service. An endpoint with several pages counts once for each.
#[derive(Default)]
pub(crate) struct Names {
    services: BTreeMap<String, [Count; 3]>,
}

impl Names {
    pub(crate) fn add(&mut self, spec: &Value, list: bool) {
        let path = string(spec, "path").trim_start_matches("/open-apis/");
        let service = path.trim_start_matches('/').split('/').next().unwrap_or_default();
        let counts = self.services.entry(service.to_owned()).or_default();
        let [titles, values, errors] = counts;
        let count = |count: &mut Count, name: &str, label: &str, is_placeholder: bool| {
            count.all += 1;
            count.placeholders += usize::from(is_placeholder);
            if list && is_placeholder {
                eprintln!("placeholder {name}: {label}");
            }
        };
        let title = string(spec, "title");
        count(titles, title, string(spec, "label"), is_placeholder_title(title));
        let objects = |key: &str| spec.get(key).and_then(Value::as_object).into_iter().flatten();
        for (_, ty) in objects("types") {
            for value in ty.get("values").and_then(Value::as_array).into_iter().flatten() {
                let name = string(value, "name");
                count(values, name, string(value, "label"), is_numbered(name, &["ValueMinus", "Value"]));
            }
        }
        for (_, error) in objects("errors") {
            let name = string(error, "name");
            count(errors, name, string(error, "label"), is_numbered(name, &["Error"]));
        }
    }

    /// Prints the table.
    pub(crate) fn print(&self) {
        println!("\n| placeholders of | titles | values | errors |\n|---|---|---|---|");
        let cell = |count: &Count| format!("{} of {}", count.placeholders, count.all);
        let row = |name: &str, counts: &[Count; 3]| {
            let cells: Vec<String> = counts.iter().map(cell).collect();
            println!("| {name} | {} |", cells.join(" | "));
        };
        let mut sum = [Count::default(); 3];
        for (service, counts) in &self.services {
            row(service, counts);
            for (sum, count) in sum.iter_mut().zip(counts) {
                sum.all += count.all;
                sum.placeholders += count.placeholders;
            }
        }
        row("all", &sum);
    }
}

/// `Value3`, `Error12345`.
fn is_numbered(name: &str, prefixes: &[&str]) -> bool {
    let digits = prefixes.iter().find_map(|prefix| name.strip_prefix(prefix));
    digits.is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

/// `Get (message)`.
fn is_placeholder_title(title: &str) -> bool {
    title.ends_with(')') && title.contains(" (")
}
