//! An annotated struct as read by the derives.

use proc_macro2::Span;
use syn::{Attribute, Data, DeriveInput, Fields, GenericArgument, Ident, PathArguments, Type};

use super::attr::{Attrs, Entry, Item, Kind, Known, Literal, Text, Value, documentation};
use super::ctxt::{Ctxt, suggestion};

/// One field of a model or a request.
pub(crate) struct Field<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) ty: Ty<'a>,
    /// Its documentation and its deprecation.
    pub(crate) documentation: Vec<&'a Attribute>,
    /// Its wire name.
    pub(crate) wire: Text,
    pub(crate) section: Section,
    pub(crate) sensitive: bool,
    pub(crate) minimum: Option<Literal>,
    pub(crate) maximum: Option<Literal>,
    pub(crate) min_length: Option<(usize, Span)>,
    pub(crate) max_length: Option<(usize, Span)>,
    pub(crate) min_items: Option<(usize, Span)>,
    pub(crate) max_items: Option<(usize, Span)>,
    pub(crate) max_bytes: Option<(usize, Span)>,
    pub(crate) fixed: Option<Literal>,
    pub(crate) date: Option<Span>,
    pub(crate) json: Option<Span>,
    pub(crate) required_when: Option<RequiredWhen>,
}

/// The destination of a request's field.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Section {
    Path,
    Query,
    Header,
    Body,
    /// The body, as a part of a form.
    Part,
    /// The field is the body, or the answer, as a whole.
    Whole,
}

/// Facts about a field's type, by its spelling alone.
pub(crate) struct Ty<'a> {
    /// As written.
    pub(crate) whole: &'a Type,
    /// It is an `Option`.
    pub(crate) optional: bool,
    /// It is an `Option` of an `Option`: the inner `None` is sent as `null`.
    pub(crate) nullable: bool,
    /// It is a `Box`, below the `Option`.
    pub(crate) boxed: bool,
    /// Below `Option` and `Box`.
    pub(crate) core: &'a Type,
    /// The items of the list, if `core` is a `Vec`.
    pub(crate) item: Option<&'a Type>,
    /// `core` is a `BTreeMap`.
    pub(crate) map: bool,
    /// Last name of the type below all lists and maps: `String`, `Education`.
    pub(crate) base: String,
    /// The type below all lists and maps can only violate limits.
    pub(crate) plain: bool,
}

/// `required_when(..)`
pub(crate) struct RequiredWhen {
    pub(crate) span: Span,
    pub(crate) conditions: Vec<Condition>,
    pub(crate) reason: String,
}

/// `is(operation, 1)`
pub(crate) struct Condition {
    pub(crate) sibling: Ident,
    pub(crate) test: Test,
}

pub(crate) enum Test {
    Is(Vec<Literal>),
    Contains(Literal),
    Present,
    Absent,
}

/// Attributes of any field.
const FIELD: &[&str] = &[
    "rename",
    "sensitive",
    "minimum",
    "maximum",
    "min_length",
    "max_length",
    "min_items",
    "max_items",
    "max_bytes",
    "fixed",
    "date",
    "json",
    "required_when",
];

/// Attributes of a model's field.
pub(crate) const MODEL_FIELD: Known = Known { once: &[FIELD, &["body"]], often: &[] };

/// Attributes of an event's field.
pub(crate) const EVENT_FIELD: Known = Known { once: &[FIELD], often: &[] };

/// Attributes of a request's field.
pub(crate) const ENDPOINT_FIELD: Known =
    Known { once: &[FIELD, &["path", "query", "header", "multipart", "body"]], often: &[] };

/// The fields of a struct; none, and an error, for anything else.
pub(crate) fn fields<'a>(ctxt: &Ctxt, input: &'a DeriveInput, known: &Known) -> Vec<Field<'a>> {
    if let Some(generic) = input.generics.params.first() {
        let span = syn::spanned::Spanned::span(generic);
        ctxt.error(span, "a struct that goes over the wire cannot have generics");
    }
    let Data::Struct(data) = &input.data else {
        ctxt.error(input.ident.span(), "expected a struct with named fields");
        return Vec::new();
    };
    match &data.fields {
        Fields::Named(named) => {
            named.named.iter().filter_map(|field| self::field(ctxt, field, known)).collect()
        }
        Fields::Unit => Vec::new(),
        Fields::Unnamed(_) => {
            ctxt.error(input.ident.span(), "expected a struct with named fields");
            Vec::new()
        }
    }
}

fn field<'a>(ctxt: &Ctxt, field: &'a syn::Field, known: &Known) -> Option<Field<'a>> {
    let ident = field.ident.as_ref()?;
    let mut attrs = Attrs::read(ctxt, &field.attrs, known);
    let plain = syn::ext::IdentExt::unraw(ident).to_string();
    Some(Field {
        ident,
        ty: ty(&field.ty),
        documentation: documentation(&field.attrs),
        wire: attrs.text(ctxt, "rename").unwrap_or(Text { text: plain, span: ident.span() }),
        section: section(ctxt, &mut attrs),
        sensitive: attrs.flag(ctxt, "sensitive").is_some(),
        minimum: attrs.literal(ctxt, "minimum"),
        maximum: attrs.literal(ctxt, "maximum"),
        min_length: attrs.count(ctxt, "min_length"),
        max_length: attrs.count(ctxt, "max_length"),
        min_items: attrs.count(ctxt, "min_items"),
        max_items: attrs.count(ctxt, "max_items"),
        max_bytes: attrs.count(ctxt, "max_bytes"),
        fixed: attrs.literal(ctxt, "fixed"),
        date: attrs.flag(ctxt, "date"),
        json: attrs.flag(ctxt, "json"),
        required_when: required_when(ctxt, &mut attrs),
    })
}

fn section(ctxt: &Ctxt, attrs: &mut Attrs) -> Section {
    let given = [
        ("path", Section::Path),
        ("query", Section::Query),
        ("header", Section::Header),
        ("multipart", Section::Part),
        ("body", Section::Whole),
    ]
    .map(|(key, section)| attrs.flag(ctxt, key).map(|span| (span, section)));
    let mut given = given.into_iter().flatten();
    let Some((_, section)) = given.next() else { return Section::Body };
    if let Some((span, _)) = given.next() {
        ctxt.error(span, "a field goes to one place: `path`, `query`, `header`, `multipart` or `body`");
    }
    section
}

fn required_when(ctxt: &Ctxt, attrs: &mut Attrs) -> Option<RequiredWhen> {
    let (key, entries) = attrs.list(ctxt, "required_when")?;
    let mut conditions = Vec::new();
    let mut reason = None;
    for entry in entries {
        match entry {
            Entry::Item(Item { key, value: Value::Literal(Literal { kind: Kind::String(text), .. }) })
                if key == "reason" =>
            {
                reason = Some(text);
            }
            Entry::Item(Item { key, value: Value::List(entries) }) => {
                conditions.extend(condition(ctxt, &key, entries));
            }
            Entry::Item(item) => ctxt.error(item.key.span(), "expected a condition, such as `is(field, 1)`"),
            Entry::Literal(literal) => {
                ctxt.error(literal.span, "expected a condition, such as `is(field, 1)`");
            }
        }
    }
    if reason.is_none() {
        ctxt.error(key.span(), "expected a `reason = \"..\"` for the message");
    }
    Some(RequiredWhen { span: key.span(), conditions, reason: reason.unwrap_or_default() })
}

fn condition(ctxt: &Ctxt, key: &Ident, entries: Vec<Entry>) -> Option<Condition> {
    let mut entries = entries.into_iter();
    let Some(Entry::Item(Item { key: sibling, value: Value::None })) = entries.next() else {
        ctxt.error(key.span(), format_args!("expected the name of a field, as in `{key}(field, ..)`"));
        return None;
    };
    let mut literals = Vec::new();
    for entry in entries {
        match entry {
            Entry::Literal(literal) => literals.push(literal),
            Entry::Item(item) => ctxt.error(item.key.span(), "expected a literal"),
        }
    }
    let test = match (key.to_string().as_str(), literals.len()) {
        ("is", 1..) => Test::Is(literals),
        ("contains", 1) => Test::Contains(literals.remove(0)),
        ("present", 0) => Test::Present,
        ("absent", 0) => Test::Absent,
        ("is" | "contains", _) => {
            ctxt.error(key.span(), format_args!("expected a value, as in `{key}({sibling}, 1)`"));
            return None;
        }
        ("present" | "absent", _) => {
            ctxt.error(key.span(), format_args!("`{key}` takes only the name of a field"));
            return None;
        }
        (other, _) => {
            let help = suggestion(other, &["is", "contains", "present", "absent"]);
            ctxt.error(key.span(), format_args!("unknown condition `{other}`: {help}"));
            return None;
        }
    };
    Some(Condition { sibling, test })
}

fn ty(whole: &Type) -> Ty<'_> {
    let whole = bare(whole);
    let inner = argument(whole, "Option");
    let null = inner.and_then(|inner| argument(inner, "Option"));
    let below = null.or(inner).unwrap_or(whole);
    let unboxed = argument(below, "Box");
    let core = unboxed.unwrap_or(below);
    let mut base = core;
    while let Some(inner) =
        ["Vec", "BTreeMap", "Option", "Box"].into_iter().find_map(|wrapper| argument(base, wrapper))
    {
        base = inner;
    }
    Ty {
        whole,
        optional: inner.is_some(),
        nullable: null.is_some(),
        boxed: unboxed.is_some(),
        core,
        item: argument(core, "Vec"),
        map: argument(core, "BTreeMap").is_some(),
        base: last_name(base),
        plain: is_plain(base),
    }
}

/// A type without the parentheses around it, and without the invisible ones of a type that came through a macro.
fn bare(mut ty: &Type) -> &Type {
    loop {
        ty = match ty {
            Type::Group(group) => &group.elem,
            Type::Paren(paren) => &paren.elem,
            _ => return ty,
        };
    }
}

/// The last argument of a type spelled `wrapper<..>`.
fn argument<'a>(ty: &'a Type, wrapper: &str) -> Option<&'a Type> {
    let Type::Path(path) = bare(ty) else { return None };
    let last = path.path.segments.last().filter(|segment| segment.ident == wrapper)?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.last() {
        Some(GenericArgument::Type(ty)) => Some(bare(ty)),
        _ => None,
    }
}

/// Whether this is a Rust type with any contents. Another type may also be called `String`, so only the whole path
/// counts.
fn is_plain(ty: &Type) -> bool {
    let Type::Path(path) = bare(ty) else { return false };
    let names: Vec<String> = path.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    matches!(names.as_slice(), ["i64" | "bool"] | ["std" | "alloc", "string", "String"])
}

/// `String` of `::std::string::String`.
pub(crate) fn last_name(ty: &Type) -> String {
    match bare(ty) {
        Type::Path(path) => {
            path.path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default()
        }
        _ => String::new(),
    }
}
