//! Fields: their types, literals and conditions.

use super::scope::Found;
use super::text::type_text;
use super::{Lower, scopes};
use crate::read::advice::types;
use crate::read::advice::width::folded;
use crate::read::diag::{Code, Diagnostic, Diagnostics, nearest};
use crate::read::grammar::misplaced;
use crate::read::source::{Entry, Node};
use crate::read::span::Span;
use crate::read::spec::{
    ConditionSpec, DeprecatedSpec, Entries, EnumKind, FieldSpec, RequiredWhenSpec, ValueSpec,
};
use crate::resolve::ir::{
    Base, Condition, Field, Home, Limits, Literal, RequiredWhen, Shape, Test, TestValue, TypeId,
};
use crate::resolve::name;

/// The types that need no declaration.
const SCALARS: [(&str, Base); 6] = [
    ("string", Base::String),
    ("int", Base::Int),
    ("float", Base::Float),
    ("bool", Base::Bool),
    ("json", Base::Json),
    ("file", Base::File),
];

/// The keys of a field that a rule may refuse.
const JUDGED: [&str; 21] = [
    "default",
    "deprecated",
    "doc",
    "example",
    "fixed",
    "format",
    "max_bytes",
    "max_items",
    "max_length",
    "maximum",
    "min_items",
    "min_length",
    "minimum",
    "nullable",
    "pattern",
    "replaces",
    "required",
    "required_when",
    "review",
    "type",
    "unusable",
];

/// A field whose conditions may refer to others.
struct Sibling<'a> {
    wire: &'a str,
    ident: String,
    shape: Option<Shape>,
}

impl Lower<'_> {
    /// The fields of a section or an object.
    pub(super) fn fields(
        &mut self,
        home: &Home,
        entries: &Entries<FieldSpec>,
        node: Option<&Node>,
    ) -> Vec<Field> {
        let nodes = node.map_or(&[][..], Node::entries);
        let shapes = entries.0.iter().zip(nodes).map(|((_, spec), node)| self.shape(home, spec, node));
        let shapes: Vec<Option<Shape>> = shapes.collect();
        let siblings = entries.0.iter().zip(&shapes);
        let siblings: Vec<Sibling<'_>> = siblings
            .map(|((wire, spec), shape)| Sibling { wire, ident: rust_name(wire, spec), shape: *shape })
            .collect();
        let mut fields = Vec::with_capacity(entries.0.len());
        for (((wire, spec), node), shape) in entries.0.iter().zip(nodes).zip(&shapes) {
            let field = match *shape {
                Some(shape) => self.field(wire, spec, node, shape, &siblings),
                None => self.stand_in(wire, spec, node, &siblings),
            };
            fields.push(field);
        }
        fields
    }

    fn field(
        &mut self,
        wire: &str,
        spec: &FieldSpec,
        node: &Entry,
        ty: Shape,
        siblings: &[Sibling<'_>],
    ) -> Field {
        let literal = |lower: &mut Self, key: &str, value: &Option<Literal>| {
            let at = node.get(key).map_or(node.span(), Entry::span);
            value.as_ref().and_then(|value| lower.literal(value, ty, at, key))
        };
        let limits = Limits {
            minimum: spec.minimum,
            maximum: spec.maximum,
            min_length: spec.min_length,
            max_length: spec.max_length,
            min_items: spec.min_items,
            max_items: spec.max_items,
            max_bytes: spec.max_bytes,
            pattern: spec.pattern.clone(),
            fixed: literal(self, "fixed", &spec.fixed),
        };
        let keys = JUDGED.iter().filter_map(|key| Some((*key, node.get(key)?.key_span())));
        Field {
            at: node.key_span(),
            keys: keys.collect(),
            wire: wire.to_owned(),
            ident: self.ident(wire, spec, node),
            ty,
            required: spec.required,
            required_when: self.required_when(spec.required_when.as_ref(), node, siblings),
            default: literal(self, "default", &spec.default),
            example: literal(self, "example", &spec.example),
            limits,
            format: spec.format,
            label: spec.label.clone(),
            doc: spec.doc.clone(),
            deprecated: deprecated(
                spec.deprecated.as_ref(),
                &node.value,
                || siblings.iter().map(|one| one.wire).filter(|one| *one != wire),
                self.diagnostics,
            ),
            unusable: spec.unusable.clone(),
            sensitive: spec.sensitive,
            nullable: spec.nullable,
            replaces: spec.replaces,
            scopes: scopes(&spec.scopes),
            fix: spec.fix.clone(),
            review: spec.review.clone(),
            unresolved: false,
            whole: false,
        }
    }

    /// For a field whose type was not found: text without limits, so that no rule reports anything else.
    fn stand_in(&mut self, wire: &str, spec: &FieldSpec, node: &Entry, siblings: &[Sibling<'_>]) -> Field {
        let anything = Shape { base: Base::Json, list: 0, maps: 0 };
        let field = self.field(wire, spec, node, anything, siblings);
        let text = Shape { base: Base::String, ..anything };
        let limits = Limits::default();
        Field {
            ty: text,
            limits,
            default: None,
            example: None,
            format: None,
            replaces: false,
            unresolved: true,
            ..field
        }
    }

    /// The list that a body or an answer is: a field with this name, which only Rust and commands know.
    pub(super) fn whole(&mut self, home: &Home, name: &str, type_: &str, node: &Entry) -> Field {
        let doc = Some("Items of the list.".to_owned());
        let spec = FieldSpec { type_: type_.to_owned(), doc, ..FieldSpec::default() };
        let field = match self.shape(home, &spec, node) {
            Some(shape) => self.field(name, &spec, node, shape, &[]),
            None => self.stand_in(name, &spec, node, &[]),
        };
        Field { whole: true, ..field }
    }

    fn ident(&mut self, wire: &str, spec: &FieldSpec, node: &Entry) -> String {
        if let Some(rust) = &spec.rust {
            if !name::is_field(rust) {
                let at = node.get("rust").map_or(node.key_span(), Entry::span);
                let message = format!("`{rust}` cannot be a field in Rust");
                let help = "write a `snake_case` name of ASCII letters and digits that is not a keyword";
                self.diagnostics.push(Diagnostic::error(Code::H204, at, message).help(help));
            }
            return rust.clone();
        }
        name::field(wire).unwrap_or_else(|| {
            let message = format!("`{wire}` cannot become a name in Rust");
            let help = match folded(wire).filter(|narrow| name::field(narrow).is_some()) {
                Some(narrow) => format!("did you mean `{narrow}`?"),
                None => self
                    .sources
                    .odd_at(node.key_span())
                    .unwrap_or_else(|| "set a name for the field: `rust: <name>`".to_owned()),
            };
            self.diagnostics.push(Diagnostic::error(Code::H204, node.key_span(), message).help(help));
            wire.to_owned()
        })
    }

    fn shape(&mut self, home: &Home, spec: &FieldSpec, node: &Entry) -> Option<Shape> {
        let at = node.get("type").map_or(node.span(), Entry::span);
        let Some(text) = type_text(&spec.type_) else {
            let message = format!("`{}` is not a type", spec.type_);
            let help = self.type_help(home, &spec.type_, node, at);
            self.diagnostics.push(Diagnostic::error(Code::H202, at, message).help(help));
            return None;
        };
        let scalar = SCALARS.iter().find(|(name, _)| *name == text.base).map(|(_, base)| *base);
        let base = match scalar {
            Some(base) => base,
            None => match self.types.find(home, text.base) {
                Found::Type(id) => Base::Type(id),
                Found::Broken => return None,
                Found::Nothing => {
                    let error =
                        Diagnostic::error(Code::H201, at, format!("there is no type `{}`", text.base));
                    let help = types::suggestion(&spec.type_, &|name| self.type_named(home, name));
                    let is_name = name::is_upper_camel(text.base) || node.get("type").is_some();
                    let help = help.or_else(|| misplaced(&node.key).filter(|_| !is_name));
                    let error = match help {
                        Some(help) => error.help(help),
                        None => error.suggest(text.base, self.type_names(home)),
                    };
                    self.diagnostics.push(error);
                    return None;
                }
            },
        };
        Some(Shape { base, list: text.list, maps: text.maps })
    }

    /// The remedy for a text that is not a type.
    fn type_help(&self, home: &Home, written: &str, node: &Entry, at: Span) -> String {
        types::suggestion(written, &|name| self.type_named(home, name))
            .or_else(|| self.sources.odd_at(at))
            .or_else(|| misplaced(&node.key).filter(|_| node.get("type").is_none()))
            .unwrap_or_else(|| types::FORMS.to_owned())
    }

    fn type_names(&self, home: &Home) -> Vec<&str> {
        SCALARS.iter().map(|(name, _)| *name).chain(self.types.names(home)).collect()
    }

    /// The type of this name, which may have a typing error.
    fn type_named(&self, home: &Home, name: &str) -> Option<String> {
        nearest(name, self.type_names(home)).map(str::to_owned)
    }

    /// Reads a literal by the type of its field; an enum value may be named. `None` if it does not fit.
    fn literal(&mut self, value: &Literal, ty: Shape, at: Span, key: &str) -> Option<Literal> {
        if ty.is_map() {
            return self.misfit(value, "a map, which has no literal", at, key);
        }
        match value {
            Literal::List(items) if ty.list > 0 => {
                let inner = Shape { list: ty.list - 1, ..ty };
                let items: Option<Vec<Literal>> =
                    items.iter().map(|item| self.literal(item, inner, at, key)).collect();
                items.map(Literal::List)
            }
            // Pages show one element for a list in the query.
            _ if ty.list > 0 && key != "example" => self.misfit(value, "a list: write `[..]`", at, key),
            Literal::List(_) if ty.base != Base::Json => self.misfit(value, "not one", at, key),
            _ => self.scalar(value, ty.base, at, key),
        }
    }

    fn scalar(&mut self, value: &Literal, base: Base, at: Span, key: &str) -> Option<Literal> {
        match (base, value) {
            (Base::String, Literal::String(_))
            | (Base::Int, Literal::Int(_))
            | (Base::Float, Literal::Float(_) | Literal::Int(_))
            | (Base::Bool, Literal::Bool(_))
            | (Base::Json, _) => Some(value.clone()),
            (Base::String, _) => self.misfit(value, "a string; quote it", at, key),
            (Base::Int, _) => self.misfit(value, "a whole number", at, key),
            (Base::Float, _) => self.misfit(value, "a number", at, key),
            (Base::Bool, _) => self.misfit(value, "`true` or `false`", at, key),
            (Base::File, _) => self.misfit(value, "a file, which has no literal", at, key),
            (Base::Type(id), _) => self.enum_value(value, id, at, key).map(|found| found.value),
        }
    }

    #[track_caller]
    fn misfit<T>(&mut self, value: &Literal, expected: &str, at: Span, key: &str) -> Option<T> {
        let message = format!("`{key}` is {}, but the field is {expected}", describe(value));
        self.diagnostics
            .push(Diagnostic::error(Code::H207, at, message).help("change the literal, or the type"));
        None
    }

    /// The value of an enum, by name or by value. An example may show one that the page's table does not have.
    fn enum_value(&mut self, value: &Literal, id: TypeId, at: Span, key: &str) -> Option<TestValue> {
        let spec = self.types.get(id).map(|declared| declared.spec)?;
        let Some(values) = &spec.values else {
            return self.misfit(value, "an object, which has no literal", at, key);
        };
        let named = |known: &&ValueSpec| matches!(value, Literal::String(name) if *name == known.name);
        if let Some(known) =
            values.iter().find(named).or_else(|| values.iter().find(|known| known.value == *value))
        {
            return Some(TestValue { value: known.value.clone(), name: Some(known.name.clone()) });
        }
        let fits = matches!(
            (spec.enum_, value),
            (Some(EnumKind::Int), Literal::Int(_)) | (Some(EnumKind::String), Literal::String(_))
        );
        if key == "example" && fits {
            return Some(TestValue { value: value.clone(), name: None });
        }
        let written = plain(value);
        let message = format!("`{written}` is not a value of the enum");
        let names: Vec<&str> = values.iter().map(|value| value.name.as_str()).collect();
        self.diagnostics.push(Diagnostic::error(Code::H208, at, message).suggest(&written, names));
        None
    }

    fn required_when(
        &mut self,
        spec: Option<&RequiredWhenSpec>,
        node: &Entry,
        siblings: &[Sibling<'_>],
    ) -> Option<RequiredWhen> {
        let entries = match spec? {
            RequiredWhenSpec::Text(text) => return Some(RequiredWhen::Text(text.clone())),
            RequiredWhenSpec::All(entries) => entries,
        };
        let nodes = node.get("required_when").map_or(&[][..], |entry| entry.value.entries());
        let mut conditions = Vec::new();
        for ((field, condition), node) in entries.0.iter().zip(nodes) {
            let Some(sibling) = siblings.iter().find(|sibling| sibling.wire == field) else {
                let message = format!("there is no field `{field}` beside this one");
                let diagnostic = Diagnostic::error(Code::H208, node.key_span(), message);
                self.diagnostics.push(diagnostic.suggest(field, siblings.iter().map(|one| one.wire)));
                continue;
            };
            let Some(shape) = sibling.shape else { continue };
            if let Some(test) = self.test(condition, shape, node) {
                let ident = sibling.ident.clone();
                conditions.push(Condition { at: node.key_span(), field: field.clone(), ident, test });
            }
        }
        Some(RequiredWhen::All(conditions))
    }

    fn test(&mut self, condition: &ConditionSpec, shape: Shape, node: &Entry) -> Option<Test> {
        let at = node.span();
        match condition {
            ConditionSpec::Present(true) => Some(Test::Present),
            ConditionSpec::Present(false) => Some(Test::Absent),
            ConditionSpec::Contains(value) if shape.list == 1 && !shape.is_map() => {
                self.test_value(value, Shape { list: 0, ..shape }, at).map(Test::Contains)
            }
            ConditionSpec::Contains(_) => {
                let message = format!("`{}` is not a list, so it cannot contain anything", node.key);
                let help = "write the value itself, or `{any: [..]}`";
                self.diagnostics.push(Diagnostic::error(Code::H207, at, message).help(help));
                None
            }
            ConditionSpec::Is(value) => self.test_value(value, shape, at).map(|value| Test::Is(vec![value])),
            ConditionSpec::Any(values) => values
                .iter()
                .map(|value| self.test_value(value, shape, at))
                .collect::<Option<_>>()
                .map(Test::Is),
        }
    }

    fn test_value(&mut self, value: &Literal, shape: Shape, at: Span) -> Option<TestValue> {
        if !shape.is_single() {
            let message = "a list or a map cannot be compared with a value";
            self.diagnostics.push(Diagnostic::error(Code::H207, at, message).help("write `{contains: ..}`"));
            return None;
        }
        match shape.base {
            Base::Type(id) => self.enum_value(value, id, at, "required_when"),
            base => {
                self.scalar(value, base, at, "required_when").map(|value| TestValue { value, name: None })
            }
        }
    }
}

/// The Rust name of a field; if it has none, which is a separate error, the wire name.
fn rust_name(wire: &str, spec: &FieldSpec) -> String {
    spec.rust.clone().or_else(|| name::field(wire)).unwrap_or_else(|| wire.to_owned())
}

/// Why something is deprecated; `known` are the names of possible replacements.
pub(super) fn deprecated<'k, K: Iterator<Item = &'k str>>(
    spec: Option<&DeprecatedSpec>,
    node: &Node,
    known: impl Fn() -> K,
    diagnostics: &mut Diagnostics,
) -> Option<String> {
    match spec? {
        DeprecatedSpec::Flag(false) => None,
        DeprecatedSpec::Flag(true) => Some(String::new()),
        DeprecatedSpec::Because(reason) => Some(reason.clone()),
        DeprecatedSpec::Use(other) => {
            if !known().any(|one| one == other) {
                let at = node.get("deprecated").map_or(node.span, Entry::span);
                let message = format!("there is no `{other}` here to use instead");
                diagnostics.push(Diagnostic::error(Code::H208, at, message).suggest(other, known()));
            }
            Some(format!("use `{other}`"))
        }
    }
}

/// A literal for people, without its text, which may be long.
fn describe(value: &Literal) -> &'static str {
    match value {
        Literal::String(_) => "a string",
        Literal::Int(_) => "a whole number",
        Literal::Float(_) => "a number with a fraction",
        Literal::Bool(_) => "`true` or `false`",
        Literal::List(_) => "a list",
    }
}

fn plain(value: &Literal) -> String {
    match value {
        Literal::String(text) => text.clone(),
        Literal::Int(n) => n.to_string(),
        Literal::Float(n) => n.to_string(),
        Literal::Bool(b) => b.to_string(),
        Literal::List(_) => "[..]".to_owned(),
    }
}
