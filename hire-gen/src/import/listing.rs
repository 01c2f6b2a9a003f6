//! A list of operations → its entries: the catalogue of the API explorer and the list of server APIs, as JSON or CSV.
//!
//! An entry is recognised by its method and path, not by its surroundings.

use serde_json::{Map, Value};

use super::doc::date;
use super::portal::Identity;
use super::spelling;

/// One operation of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listed {
    /// `POST`
    pub method: String,
    /// Without the host: `/open-apis/hire/v1/talents/:talent_id`.
    pub path: String,
    /// Its name in the reference.
    pub identity: Option<Identity>,
    /// In the language of the list.
    pub title: Option<String>,
    /// When its page was last changed, `YYYY-MM-DD`.
    pub updated: Option<String>,
}

/// A list of operations.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    /// In the order of the list.
    pub operations: Vec<Listed>,
    /// Entries with a path of the open platform and without a method that can be read.
    pub unread: Vec<String>,
}

const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];
const METHOD_KEYS: [&str; 2] = ["httpmethod", "method"];
const PATH_KEYS: [&str; 4] = ["apipath", "path", "url", "httpurl"];
const TITLE_KEYS: [&str; 2] = ["name", "title"];

impl Listing {
    /// Reads a list; `None` for a page and for anything else.
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim_start_matches('\u{feff}').trim_start();
        let mut listing = Self::default();
        if text.starts_with(['{', '[']) {
            let json: Value = serde_json::from_str(text).ok()?;
            if is_page(&json) {
                return None;
            }
            listing.json(&json, &Entry::default());
        } else {
            listing.csv(text);
        }
        let found = !listing.operations.is_empty() || !listing.unread.is_empty();
        found.then_some(listing)
    }

    /// Looks through a value for entries. `around` is the object that it is in, which may have the title and the date.
    fn json(&mut self, value: &Value, around: &Entry) {
        match value {
            Value::Array(values) => values.iter().for_each(|value| self.json(value, around)),
            Value::Object(object) => {
                let entry = Entry::of(object);
                self.take(&entry, around);
                object.values().for_each(|value| self.json(value, &entry));
            }
            _ => {}
        }
    }

    fn csv(&mut self, text: &str) {
        let head = text.lines().next().unwrap_or_default();
        let is_list =
            head.contains(',') && head.split(',').any(|cell| PATH_KEYS.contains(&key(cell).as_str()));
        if !is_list {
            return;
        }
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
        let Ok(head) = reader.headers().cloned() else { return };
        for row in reader.records() {
            let Ok(row) = row else {
                self.unread.push("a row that is no CSV".to_owned());
                continue;
            };
            let mut entry = Entry::default();
            head.iter().zip(&row).for_each(|(name, value)| entry.set(name, value));
            self.take(&entry, &Entry::default());
        }
    }

    fn take(&mut self, entry: &Entry, around: &Entry) {
        let Some(path) = entry.path.as_deref() else { return };
        let Some(method) = &entry.method else {
            if path.contains("/open-apis/") {
                self.unread.push(path.to_owned());
            }
            return;
        };
        self.operations.push(Listed {
            method: method.clone(),
            path: path.to_owned(),
            identity: entry.identity(),
            title: entry.title.clone().or_else(|| around.title.clone()),
            updated: entry.updated.clone().or_else(|| around.updated.clone()),
        });
    }
}

/// The parts of an operation in an object or a row.
#[derive(Default)]
struct Entry {
    method: Option<String>,
    path: Option<String>,
    title: Option<String>,
    updated: Option<String>,
    /// Project, version, resource and name of the operation.
    names: [Option<String>; 4],
}

impl Entry {
    fn of(object: &Map<String, Value>) -> Self {
        let mut entry = Self::default();
        for (name, value) in object {
            match value {
                Value::String(text) => entry.set(name, text),
                Value::Number(number) => entry.set(name, &number.to_string()),
                Value::Object(inside) if key(name).ends_with("identity") => {
                    for (name, value) in inside {
                        entry.set_name(&key(name), value.as_str().unwrap_or_default());
                    }
                }
                _ => {}
            }
        }
        entry
    }

    fn set(&mut self, name: &str, value: &str) {
        let (name, value) = (key(name), value.trim());
        if value.is_empty() {
            return;
        }
        if METHOD_KEYS.contains(&name.as_str()) {
            self.method = method(value).or_else(|| self.method.take());
        } else if PATH_KEYS.contains(&name.as_str()) {
            self.address(value);
        } else if TITLE_KEYS.contains(&name.as_str()) {
            self.title.get_or_insert_with(|| value.to_owned());
        } else if name.contains("update") {
            self.updated = day(value).or_else(|| self.updated.take());
        }
        self.set_name(&name, value);
    }

    /// An address: `/open-apis/..`, `https://open.feishu.cn/open-apis/..`, or either behind its method.
    fn address(&mut self, value: &str) {
        let (first, rest) = value.split_once([':', ' ']).unwrap_or(("", value));
        let address = match method(first) {
            Some(method) => {
                self.method.get_or_insert(method);
                rest.trim()
            }
            None => value,
        };
        let is_address = address.starts_with('/') || address.starts_with("http");
        let path = spelling::path(address);
        let path = path.split(['?', '#']).next().unwrap_or_default();
        if is_address && path.len() > 1 {
            self.path.get_or_insert_with(|| path.to_owned());
        }
    }

    fn set_name(&mut self, name: &str, value: &str) {
        // `meta.Project` is flattened from an object.
        let name = name.rsplit('.').next().unwrap_or(name);
        let place = match name {
            "project" => 0,
            "version" => 1,
            "resource" => 2,
            "apiname" => 3,
            _ => return,
        };
        if let Some(slot) = self.names.get_mut(place)
            && !value.is_empty()
        {
            slot.get_or_insert_with(|| value.to_owned());
        }
    }

    fn identity(&self) -> Option<Identity> {
        let [project, version, resource, method] = self.names.clone();
        Some(Identity { project: project?, version: version?, resource: resource?, method: method? })
    }
}

/// The portal's answer for one page has its text as `content`, whatever else it has.
fn is_page(json: &Value) -> bool {
    json.get("data").unwrap_or(json).get("content").is_some_and(Value::is_string)
}

/// `httpMethod`, `http_method` and `HTTP Method` are one key.
fn key(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric() || *c == '.').flat_map(char::to_lowercase).collect()
}

fn method(text: &str) -> Option<String> {
    METHODS.iter().find(|method| method.eq_ignore_ascii_case(text)).map(|method| (*method).to_owned())
}

/// Seconds or milliseconds since 1970, or text that begins with a date.
fn day(text: &str) -> Option<String> {
    match text.parse::<i64>() {
        // Seconds reach this figure in the year 5138, and milliseconds did in 1973.
        Ok(number) if number.abs() < 100_000_000_000 => date(&number.saturating_mul(1000).to_string()),
        Ok(_) => date(text),
        Err(_) => date(text.get(..10)?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalogue_nests_and_names_its_operations() {
        let text = r#"{"code":0,"data":{"apis":[{"id":"1","name":"招聘","type":1,"children":[{"name":"获取人才","type":2,
            "apiSummary":{"apiIdentity":{"project":"hire","version":"v1","resource":"talent","apiName":"get"},"apiKind":"rest",
            "apiPath":"/open-apis/hire/v1/talents/:talent_id","httpMethod":"get","fullPath":"/document/hire-v1/talent/get"}}]}]}}"#;
        let listing = Listing::read(text).unwrap();
        let [operation] = listing.operations.as_slice() else { panic!("{listing:?}") };
        assert_eq!((operation.method.as_str(), operation.title.as_deref()), ("GET", Some("获取人才")));
        assert_eq!(operation.path, "/open-apis/hire/v1/talents/:talent_id");
        assert_eq!(operation.identity.as_ref().map(|identity| identity.resource.as_str()), Some("talent"));
    }

    #[test]
    fn a_list_has_the_method_before_the_address_or_beside_it() {
        let text = r#"{"data":{"apis":[
            {"name":"甲","url":"POST:/open-apis/hire/v1/a","updateTime":1700000000},
            {"name":"乙","url":"https://open.feishu.cn/open-apis/hire/v1/b?x=1","method":"DELETE","updateTime":"1700000000000"},
            {"name":"丙","url":"/open-apis/hire/v1/c"}]}}"#;
        let listing = Listing::read(text).unwrap();
        let found = listing.operations.iter().map(|operation| {
            (
                operation.method.as_str(),
                operation.path.as_str(),
                operation.updated.as_deref().unwrap_or_default(),
            )
        });
        let day = "2023-11-14";
        let wanted = [("POST", "/open-apis/hire/v1/a", day), ("DELETE", "/open-apis/hire/v1/b", day)];
        assert_eq!(found.collect::<Vec<_>>(), wanted);
        assert_eq!(listing.unread, ["/open-apis/hire/v1/c"]);
    }

    #[test]
    fn a_table_has_the_same_columns() {
        let text = "id,name,meta.Project,url,updateTime\n1,\"a, b\",hire,GET:/open-apis/hire/v1/a,2024-05-06 07:08\n";
        let listing = Listing::read(text).unwrap();
        let [operation] = listing.operations.as_slice() else { panic!("{listing:?}") };
        assert_eq!(operation.title.as_deref(), Some("a, b"));
        assert_eq!(operation.updated.as_deref(), Some("2024-05-06"));
        assert_eq!(operation.identity, None, "half a name is none");
    }

    #[test]
    fn pages_and_other_texts_are_no_lists() {
        let page = r#"{"data":{"content":"text","schema":{"apiSchema":{"httpMethod":"GET","path":"/open-apis/a/v1/b"}}}}"#;
        for text in ["", "# 页\n\nHTTP URL | a, b", "---\ntitle: x\n---", page, "[1, 2]", "{"] {
            assert!(Listing::read(text).is_none(), "{text}");
        }
    }
}
