//! Fields as a collapsible tree, and the values of enums as a table.

use super::html::Html;
use super::{Context, facts, link, prose};
use crate::resolve::ir::{Field, Home, Kind, Literal, Type, TypeId, Variant};

/// The most rows that are open at first; beyond it, only the outermost are.
const OPEN_ROWS: usize = 30;
/// The most values that are open at first.
const OPEN_VALUES: usize = 6;

/// The fields of a section; `prefix` is the prefix of their anchors.
pub(super) fn section(cx: &Context<'_>, from: &str, prefix: &str, fields: &[Field]) -> Html {
    let mut tree = Tree { cx, from, html: Html::new(), inside: Vec::new(), open: true };
    tree.open = tree.rows(fields) <= OPEN_ROWS;
    tree.fields(prefix, fields);
    tree.html
}

/// The fields of a type on its own page.
pub(super) fn of_type(cx: &Context<'_>, from: &str, ty: &Type, fields: &[Field]) -> Html {
    let own = cx.api.types.iter().position(|one| one.home == ty.home && one.name == ty.name).map(TypeId);
    let inside = own.map(|id| (id, String::new())).into_iter().collect();
    let mut tree = Tree { cx, from, html: Html::new(), inside, open: true };
    tree.open = tree.rows(fields) <= OPEN_ROWS;
    tree.fields("field", fields);
    tree.html
}

/// The values of an enum as a table; `above` is the prefix of the rows' anchors, if they have any.
pub(super) fn values(cx: &Context<'_>, from: &str, variants: &[Variant], above: Option<&str>) -> Html {
    let mut html = Html::new();
    html.raw("<table class=\"values\"><thead><tr>");
    for name in [cx.say("Value"), cx.say("Name"), cx.say("Meaning")] {
        html.raw("<th scope=\"col\">").raw(name).raw("</th>");
    }
    html.raw("</tr></thead><tbody>\n");
    for variant in variants {
        let wire = wire(&variant.value);
        match above {
            Some(above) => html.raw("<tr id=\"").text(&link::anchor(above, &wire)).raw("\">"),
            None => html.raw("<tr>"),
        };
        html.raw("<td><code>").text(&facts::spelled(&variant.value)).raw("</code></td><td><code>");
        html.text(&variant.name).raw("</code></td><td>");
        if let Some(label) = &variant.label {
            html.html(&facts::label(label)).raw(" ");
        }
        if let Some(doc) = &variant.doc {
            html.html(&prose::inline(cx, from, doc)).raw(" ");
        }
        if let Some(reason) = &variant.deprecated {
            html.raw("<span class=\"tag deprecated\">").raw(cx.say("deprecated")).raw("</span> ");
            html.html(&prose::inline(cx, from, reason)).raw(" ");
        }
        if !variant.scopes.is_empty() {
            html.raw(cx.say("Needs ")).html(&facts::any_of(cx, &variant.scopes)).raw(cx.say("."));
        }
        html.raw("</td></tr>\n");
    }
    html.raw("</tbody></table>\n");
    html
}

/// The wire value of an enum.
pub(super) fn wire(value: &Literal) -> String {
    match value {
        Literal::String(text) => text.clone(),
        other => facts::spelled(other),
    }
}

struct Tree<'a> {
    cx: &'a Context<'a>,
    /// The current page.
    from: &'a str,
    html: Html,
    /// The objects around the current field, with the anchors of their fields.
    inside: Vec<(TypeId, String)>,
    open: bool,
}

impl<'a> Tree<'a> {
    fn fields(&mut self, above: &str, fields: &'a [Field]) {
        self.html.raw("<ul class=\"fields\">\n");
        for field in fields {
            let anchor = link::anchor(above, &field.wire);
            self.html.raw("<li id=\"").text(&anchor).raw("\">\n");
            self.head(&anchor, field);
            self.said(field);
            if let Some((id, ty)) = self.cx.type_of(field) {
                self.opened(&anchor, field, id, ty);
            }
            self.html.raw("</li>\n");
        }
        self.html.raw("</ul>\n");
    }

    fn head(&mut self, anchor: &str, field: &'a Field) {
        let gone = field.deprecated.is_some() || field.unusable.is_some();
        self.html.raw(if gone { "<div class=\"head gone\">" } else { "<div class=\"head\">" });
        self.html.raw("<a class=\"name\" href=\"#").text(anchor).raw("\">").text(&field.wire).raw("</a> ");
        self.type_(field);
        for (is, class, text, title) in [
            (field.required, "required", self.cx.say("required"), ""),
            (field.required_when.is_some(), "required", self.cx.say("required when"), ""),
            (field.deprecated.is_some(), "deprecated", self.cx.say("deprecated"), ""),
            (field.unusable.is_some(), "unusable", self.cx.say("unusable"), ""),
            (
                field.sensitive,
                "sensitive",
                self.cx.say("sensitive"),
                self.cx.say("Personal data or a secret"),
            ),
            (field.nullable, "nullable", self.cx.say("or null"), ""),
            (field.replaces, "replaces", self.cx.say("replaces"), ""),
        ] {
            if is {
                self.html
                    .raw(" <span class=\"tag ")
                    .raw(class)
                    .raw("\" title=\"")
                    .raw(title)
                    .raw("\">")
                    .raw(text);
                self.html.raw("</span>");
            }
        }
        if let Some(label) = &field.label {
            self.html.raw(" ").html(&facts::label(label));
        }
        self.html.raw("</div>\n");
    }

    /// `Education[]`, with a link if the type has its own page.
    fn type_(&mut self, field: &Field) {
        self.html.raw("<span class=\"type\">").text(&"map<".repeat(field.ty.maps.into()));
        match (field.ty.base.word(), self.cx.type_of(field)) {
            (Some(word), _) => self.html.raw(word),
            (None, Some((_, ty))) if matches!(ty.home, Home::Shared { .. }) => {
                let target = link::relative(self.from, &link::type_(ty));
                self.html.raw("<a href=\"").text(&target).raw("\">").text(&ty.name).raw("</a>")
            }
            (None, Some((_, ty))) => self.html.text(&ty.name),
            (None, None) => &mut self.html,
        };
        self.html.text(&"[]".repeat(field.ty.list.into())).text(&">".repeat(field.ty.maps.into()));
        if let Some((_, Type { kind: Kind::Enum { int, .. }, .. })) = self.cx.type_of(field) {
            self.html.raw(if *int { " · int" } else { " · string" });
        }
        self.html.raw("</span>");
    }

    fn said(&mut self, field: &'a Field) {
        if let Some(doc) = &field.doc {
            self.html
                .raw("<div class=\"prose\">")
                .html(&prose::paragraphs(self.cx, self.from, doc))
                .raw("</div>\n");
        }
        let facts = facts::field(self.cx, self.from, field);
        if facts.is_empty() {
            return;
        }
        self.html.raw("<ul class=\"facts\">");
        for (name, value) in facts {
            self.html.raw("<li><b>").raw(name).raw("</b> ").html(&value).raw("</li>");
        }
        self.html.raw("</ul>\n");
    }

    /// The contents of a field's type.
    fn opened(&mut self, anchor: &str, field: &'a Field, id: TypeId, ty: &'a Type) {
        match &ty.kind {
            Kind::Enum { variants, .. } => {
                let open = variants.len() <= OPEN_VALUES;
                self.html.raw(if open { "<details open>" } else { "<details>" });
                self.html
                    .raw("<summary>")
                    .text(&self.cx.counted(variants.len(), "value"))
                    .raw("</summary>\n");
                self.html.html(&values(self.cx, self.from, variants, None)).raw("</details>\n");
            }
            Kind::Object(fields) => {
                if let Some((_, around)) = self.inside.iter().find(|(open, _)| *open == id) {
                    self.html.raw("<p class=\"again\">").raw(self.cx.say("The same as "));
                    if around.is_empty() {
                        self.html.raw(self.cx.say("this type"));
                    } else {
                        self.html
                            .raw("<a href=\"#")
                            .text(around)
                            .raw("\">")
                            .text(&ty.name)
                            .raw("</a>")
                            .raw(self.cx.say(", above"));
                    }
                    self.html.raw(self.cx.say(": it contains itself.")).raw("</p>\n");
                    return;
                }
                self.html.raw(if self.open { "<details open>" } else { "<details>" });
                self.html.raw("<summary>").text(&self.cx.counted(fields.len(), "field")).raw(" · <code>");
                self.html.text(&ty.name).raw("</code></summary>\n");
                self.about(field, ty);
                self.inside.push((id, anchor.to_owned()));
                self.fields(anchor, fields);
                self.inside.pop();
                self.html.raw("</details>\n");
            }
        }
    }

    /// The type's sentence, unless the field has the same.
    fn about(&mut self, field: &Field, ty: &Type) {
        if let Some(doc) = ty.doc.as_ref().filter(|doc| field.doc.as_ref() != Some(doc)) {
            self.html
                .raw("<div class=\"prose\">")
                .html(&prose::paragraphs(self.cx, self.from, doc))
                .raw("</div>\n");
        }
    }

    /// The number of rows of these fields, including nested ones.
    fn rows(&mut self, fields: &[Field]) -> usize {
        let mut rows = fields.len();
        for field in fields {
            if let Some((id, Type { kind: Kind::Object(inner), .. })) = self.cx.type_of(field)
                && !self.inside.iter().any(|(open, _)| *open == id)
            {
                self.inside.push((id, String::new()));
                rows += self.rows(inner);
                self.inside.pop();
            }
        }
        rows
    }
}
