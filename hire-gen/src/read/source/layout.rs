//! The role of a file, by its path.

use crate::read::diag::{Code, Diagnostic};
use crate::read::source::Sources;
use crate::read::span::Span;

/// The folder of a resource that contains its events.
pub(crate) const EVENTS: &str = "events";

/// The role of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    /// `api.yaml`
    Api,
    /// `<service>/<version>/<resource>/<action>.yaml`
    Endpoint,
    /// `<service>/<version>/<resource>/events/<event>.yaml`
    Event,
    /// `<service>/<version>/types/<name>.yaml`
    Type,
    /// `<action>.request.json` or `<action>.response.json` beside an endpoint, `<event>.event.json` beside an event.
    Example,
}

/// The part of a schema that contains a path, whatever the file is.
pub(super) enum Place {
    /// A resource, named like its Cargo feature: `hire-v1-talent`.
    Resource(String),
    /// The types of a version: `hire-v1`.
    Types(String),
    /// Neither, such as `api.yaml`.
    Elsewhere,
}

/// The part that contains a path.
pub(super) fn place(path: &str) -> Place {
    match path.split('/').collect::<Vec<_>>().as_slice() {
        [service, version, "types", _, ..] => Place::Types(format!("{service}-{version}")),
        [service, version, resource, _, ..] => Place::Resource(format!("{service}-{version}-{resource}")),
        _ => Place::Elsewhere,
    }
}

/// The role of the file, or why it has none.
pub(crate) fn layout(sources: &Sources, file: u32) -> Result<Layout, Diagnostic> {
    let path = sources.path(file);
    let refuse = |message: String, help: &str| {
        Err(Diagnostic::error(Code::H002, Span { file, start: 0, end: 0 }, message).help(help))
    };
    if path == "api.yaml" {
        return Ok(Layout::Api);
    }
    let names: Vec<&str> = path.split('/').collect();
    let [folders @ .., name] = names.as_slice() else {
        return refuse("a file without a name".into(), "name it");
    };
    let of_event = folders.get(3) == Some(&EVENTS) && folders.len() == 4;
    let of_type = folders.get(2) == Some(&"types");
    let examples: &[&str] = if of_event { &[".event.json"] } else { &[".request.json", ".response.json"] };
    let (stem, layout) = if let Some(stem) = name.strip_suffix(".yaml") {
        (
            stem,
            if of_type {
                Layout::Type
            } else if of_event {
                Layout::Event
            } else {
                Layout::Endpoint
            },
        )
    } else if let Some(stem) = examples.iter().find_map(|end| name.strip_suffix(end)) {
        (stem, Layout::Example)
    } else {
        let help = match spelled(name, examples) {
            Some(right) => format!("rename it to `{right}`"),
            None => "a schema contains `.yaml`, `.request.json` and `.response.json`, for events `.yaml` and `.event.json`; \
                     other files belong elsewhere"
                .to_owned(),
        };
        return refuse(format!("`{name}` is not a file of a schema"), &help);
    };
    if folders.len() != 3 && (!of_event || of_type) {
        let help = "put it at `<service>/<version>/<resource>/<action>.yaml` or \
                    `<service>/<version>/<resource>/events/<event>.yaml`; only `api.yaml` belongs at the top level";
        return refuse(format!("`{path}` is not a place for a file in a schema"), help);
    }
    if let Some(bad) = folders.iter().chain([&stem]).find(|name| !is_lower_snake_case(name)) {
        let help =
            "rename it: lower-case letters and digits, with `_` between words, beginning with a letter";
        return refuse(format!("`{bad}` is not `lower_snake_case`"), help);
    }
    let spec = format!("{}/{stem}.yaml", folders.join("/"));
    if layout == Layout::Example && (of_type || sources.find(&spec).is_none()) {
        let (of, help) = if of_event {
            ("event", "name it after its event")
        } else {
            ("endpoint", "name it after its endpoint")
        };
        return refuse(format!("an example without its {of}: there is no `{stem}.yaml` beside it"), help);
    }
    Ok(layout)
}

/// The name that a file with another ending should have.
fn spelled(name: &str, examples: &[&str]) -> Option<String> {
    let lower = name.to_lowercase();
    let endings = [".yml", ".yaml.txt", ".yml.txt", ".yaml"];
    if let Some(stem) = endings.iter().find_map(|end| lower.strip_suffix(end)) {
        return Some(format!("{stem}.yaml"));
    }
    let (stem, kind) = ["_", "-", "."].iter().find_map(|between| {
        let find = |end: &str| {
            let word = end.trim_start_matches('.').trim_end_matches(".json");
            let stem = lower.strip_suffix(".json")?.strip_suffix(word)?.strip_suffix(between)?;
            Some((stem.to_owned(), end.to_owned()))
        };
        examples.iter().find_map(|end| find(end))
    })?;
    (!stem.is_empty()).then(|| format!("{stem}{kind}"))
}

pub(crate) fn is_lower_snake_case(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase())
        && !name.ends_with('_')
        && !name.contains("__")
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_endings_are_understood() {
        let examples = [".request.json", ".response.json"];
        for (name, right) in [
            ("feed.yml", Some("feed.yaml")),
            ("Feed.YAML", Some("feed.yaml")),
            ("feed.yaml.txt", Some("feed.yaml")),
            ("feed_response.json", Some("feed.response.json")),
            ("feed-request.json", Some("feed.request.json")),
            ("feed.json", None),
            ("_response.json", None),
            ("feed.txt", None),
        ] {
            assert_eq!(spelled(name, &examples).as_deref(), right, "{name}");
        }
    }
}
