//! Addresses: which page has what, and how one page refers to another.

use crate::ir::{Endpoint, Home, Type};

pub(super) const INDEX: &str = "index.html";
pub(super) const SCOPES: &str = "scopes.html";
pub(super) const ERRORS: &str = "errors.html";

/// `hire/v1/talent/get.html`
pub(super) fn endpoint(endpoint: &Endpoint) -> String {
    format!("{}.html", endpoint.id.to_string().replace('.', "/"))
}

/// `hire/v1/talent.html`, of any endpoint of the resource.
pub(super) fn resource(endpoints: &[&Endpoint]) -> String {
    let id = endpoints.first().map(|endpoint| &endpoint.id);
    id.map(|id| format!("{}/{}/{}.html", id.service, id.version, id.resource)).unwrap_or_default()
}

/// `hire/v1/types/Education.html`; a type of one endpoint is on the page of that endpoint.
pub(super) fn type_(ty: &Type) -> String {
    match &ty.home {
        Home::Shared { service, version } => format!("{service}/{version}/types/{}.html", ty.name),
        Home::Local(id) => format!("{}.html", id.to_string().replace('.', "/")),
    }
}

/// `hire/v1/types.html`, of any shared type of the version. No resource can be called `types`.
pub(super) fn types(ty: &Type) -> String {
    match &ty.home {
        Home::Shared { service, version } => format!("{service}/{version}/types.html"),
        Home::Local(_) => INDEX.to_owned(),
    }
}

/// How the page `from` refers to `to`: up to the root, and down again.
pub(super) fn relative(from: &str, to: &str) -> String {
    format!("{}{to}", root(from))
}

/// `../../../`, from a page to the root.
pub(super) fn root(from: &str) -> String {
    "../".repeat(from.matches('/').count())
}

/// The anchor of a field or a value below another: `body.basic_info.name`. What separates, and what an address does not
/// take as it is, becomes `~` and its number, so that different names have different anchors.
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
