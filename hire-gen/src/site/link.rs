//! Paths and anchors of pages, and links between them.

use std::str::FromStr;

use crate::resolve::ir::{Endpoint, Event, Home, Type};

pub(super) const INDEX: &str = "index.html";
pub(super) const SCOPES: &str = "scopes.html";
pub(super) const CHANGES: &str = "changes.html";
pub(super) const ERRORS: &str = "errors.html";

/// A link in the list of pages, parsed from `Name=https://..`, or from `Name=file` for a file below the root of the site.
#[derive(Clone, Debug)]
pub struct Link {
    pub(super) name: String,
    pub(super) url: String,
}

impl Link {
    /// Whether it leads out of the site.
    pub(super) fn is_absolute(&self) -> bool {
        self.url.starts_with("https://") || self.url.starts_with("http://")
    }

    /// No other scheme, and no other host.
    fn is_relative(&self) -> bool {
        let allowed = |c: char| c.is_ascii_alphanumeric() || "-._~/#?=&%".contains(c);
        !self.url.is_empty() && !self.url.starts_with('/') && self.url.chars().all(allowed)
    }
}

impl FromStr for Link {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, url) = text.split_once('=').unwrap_or_default();
        let link = Self { name: name.trim().to_owned(), url: url.to_owned() };
        if link.name.is_empty() || !(link.is_absolute() || link.is_relative()) {
            return Err("expected `Name=https://..`, or `Name=file` for a file of the site".to_owned());
        }
        Ok(link)
    }
}

/// `hire/v1/talent/get.html`
pub(super) fn endpoint(endpoint: &Endpoint) -> String {
    format!("{}.html", endpoint.id.to_string().replace('.', "/"))
}

/// `hire/v1/application/events/stage_changed.html`
pub(super) fn event(event: &Event) -> String {
    format!("{}.html", event.id.to_string().replace('.', "/"))
}

/// `hire/v1/talent.html`
pub(super) fn resource(service: &str, version: &str, resource: &str) -> String {
    format!("{service}/{version}/{resource}.html")
}

/// `hire/v1/types/Education.html`; a type of one endpoint or one event is on its page.
pub(super) fn type_(ty: &Type) -> String {
    match &ty.home {
        Home::Shared { service, version } => format!("{service}/{version}/types/{}.html", ty.name),
        Home::Local(id) => format!("{}.html", id.to_string().replace('.', "/")),
        Home::Event(id) => format!("{}.html", id.to_string().replace('.', "/")),
    }
}

/// `hire/v1/types.html`, of any shared type of the version. No resource can be called `types`.
pub(super) fn types(ty: &Type) -> String {
    match &ty.home {
        Home::Shared { service, version } => format!("{service}/{version}/types.html"),
        Home::Local(_) | Home::Event(_) => INDEX.to_owned(),
    }
}

/// The relative link from the page `from` to `to`.
pub(super) fn relative(from: &str, to: &str) -> String {
    format!("{}{to}", root(from))
}

/// `../../../`, from a page to the root.
pub(super) fn root(from: &str) -> String {
    "../".repeat(from.matches('/').count())
}

/// The anchor of a field or a value below another: `body.basic_info.name`. Separators, and characters that addresses
/// do not allow, become `~` and their number, so that different names have different anchors.
pub(super) fn anchor(above: &str, name: &str) -> String {
    let mut anchor = format!("{above}.");
    for c in name.chars() {
        if c.is_alphanumeric() || matches!(c, '_' | '-') {
            anchor.push(c);
        } else {
            anchor.push_str(&format!("~{:x}~", u32::from(c)));
        }
    }
    anchor
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_refer_to_each_other_by_way_of_the_root() {
        assert_eq!(relative("index.html", "scopes.html"), "scopes.html");
        assert_eq!(
            relative("hire/v1/talent/get.html", "hire/v1/talent.html"),
            "../../../hire/v1/talent.html"
        );
    }

    #[test]
    fn different_names_have_different_anchors() {
        assert_eq!(anchor("body", "中文_1"), "body.中文_1");
        assert_eq!(anchor("body", "self.check"), "body.self~2e~check");
        assert_ne!(anchor("body", "a b"), anchor("body", "a~20~b"));
    }
}
