//! What a file of the schema is, by its path alone.

use crate::diag::{Code, Diagnostic};
use crate::source::Sources;
use crate::span::Span;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    /// `api.yaml`
    Api,
    /// `<service>/<version>/<resource>/<action>.yaml`
    Endpoint,
    /// `<service>/<version>/types/<name>.yaml`
    Type,
    /// `<action>.request.json` or `<action>.response.json` beside an endpoint.
    Example,
}

/// What the file is, or why it is nothing.
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
    let (stem, layout) = if let Some(stem) = name.strip_suffix(".yaml") {
        (stem, if folders.get(2) == Some(&"types") { Layout::Type } else { Layout::Endpoint })
    } else if let Some(stem) =
        [".request.json", ".response.json"].iter().find_map(|end| name.strip_suffix(end))
    {
        (stem, Layout::Example)
    } else {
        let help =
            "a schema holds `.yaml`, `.request.json` and `.response.json`; other files belong elsewhere";
        return refuse(format!("`{name}` is not a file of a schema"), help);
    };
    if folders.len() != 3 {
        let help =
            "put it at `<service>/<version>/<resource>/<action>.yaml`; only `api.yaml` stands at the top";
        return refuse(format!("`{path}` is not where a schema has a file"), help);
    }
    if let Some(bad) = folders.iter().chain([&stem]).find(|name| !is_lower_snake_case(name)) {
        let help = "rename it: lower-case letters and digits, with `_` between words, a letter first";
        return refuse(format!("`{bad}` is not `lower_snake_case`"), help);
    }
    let spec = format!("{}/{stem}.yaml", folders.join("/"));
    if layout == Layout::Example && (folders.get(2) == Some(&"types") || sources.find(&spec).is_none()) {
        return refuse(
            format!("an example of no endpoint: there is no `{stem}.yaml` beside it"),
            "name it after its endpoint",
        );
    }
    Ok(layout)
}

fn is_lower_snake_case(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase())
        && !name.ends_with('_')
        && !name.contains("__")
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}
