//! A program that uses everything in a generated file, written from the text of the file alone.
//!
//! Its statements are inside the module that they use, so that types have the names of the file.

/// The uses of one file, as functions to append to it.
pub fn uses(text: &str) -> String {
    let mut reader = Reader::default();
    for line in text.lines() {
        reader.line(line);
    }
    let statements: String = reader.statements.iter().map(|statement| format!("    {statement}\n")).collect();
    format!("{SUPPORT}#[allow(dead_code, deprecated)]\nfn uses() {{\n{statements}}}\n")
}

const SUPPORT: &str = "
#[allow(dead_code)]
fn any<T>() -> T { ::std::process::exit(0) }
#[allow(dead_code)]
fn is_copy<T: ::std::marker::Copy>() {}
#[allow(dead_code)]
fn is_default<T: ::std::default::Default>() {}
#[allow(dead_code)]
fn is_sent<T: ::hire_api::wire::Write>() {}
#[allow(dead_code)]
fn is_received<T: ::hire_api::wire::Read>() {}
";

#[derive(Default)]
struct Reader {
    statements: Vec<String>,
    /// The attributes before the current item or field, on one line.
    attributes: String,
    /// An attribute that continues on the next line.
    open: bool,
    /// A field whose type continues on the next line.
    begun: String,
    item: Item,
    arguments: Vec<String>,
}

#[derive(Default)]
enum Item {
    #[default]
    None,
    Struct {
        name: String,
        attributes: String,
        json: bool,
        form: bool,
    },
    Enum(String),
    Impl(String),
    Trait(String),
}

impl Reader {
    fn line(&mut self, line: &str) {
        let code = line.trim();
        if code.starts_with("//") {
            return;
        }
        if self.open || code.starts_with("#[") {
            self.attributes += &format!("{code} ");
            self.open = if self.open { code != ")]" } else { code.ends_with('(') };
        } else if line == "}" {
            self.close();
        } else if matches!(self.item, Item::None) {
            self.item(code);
        } else {
            self.begun += code;
            if self.begun.matches('<').count() <= self.begun.matches('>').count() {
                let member = std::mem::take(&mut self.begun).replace(",>", ">");
                self.member(&member);
            }
        }
    }

    fn item(&mut self, code: &str) {
        let attributes = std::mem::take(&mut self.attributes);
        let name =
            |rest: &str| rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap().to_owned();
        if let Some(rest) = code.strip_prefix("pub struct ") {
            self.item = Item::Struct { name: name(rest), attributes, json: false, form: false };
            if code.ends_with("{}") {
                self.close();
            }
        } else if let Some(rest) = code.strip_prefix("pub enum ") {
            let name = name(rest);
            if attributes.contains("Copy") {
                self.say(format!("is_copy::<{name}>();"));
            }
            if attributes.contains("OpenEnum") {
                let (get, ty) =
                    if attributes.contains("#[hire(int)]") { ("as_int", "i64") } else { ("as_str", "&str") };
                self.say(format!("let _: fn(&{name}) -> {ty} = {name}::{get};"));
                self.say(format!("let _: {name} = {ty_from};", ty_from = from(&name, get)));
            }
            self.item = Item::Enum(name);
        } else if let Some(rest) = code.strip_prefix("impl ::hire_api::Paged for ") {
            self.say(format!("fn pages<T: ::hire_api::Paged>() {{}} pages::<{}>();", name(rest)));
            self.item = Item::Impl("<Request as ::hire_api::Paged>".to_owned());
        } else if code.starts_with("impl ") && !code.contains(" for ") {
            self.item = Item::Impl(name(&code["impl ".len()..]));
        } else if let Some(rest) = code.strip_prefix("pub trait ") {
            self.item = Item::Trait(name(rest));
        } else if code.starts_with("impl ") {
            // The methods of a trait were covered with the trait.
            self.item = Item::Impl(String::new());
        } else if let Some(rest) = code.strip_prefix("pub const ") {
            self.say(format!("let _ = {};", name(rest)));
        }
    }

    fn member(&mut self, code: &str) {
        let attributes = std::mem::take(&mut self.attributes);
        match &mut self.item {
            Item::Struct { name, json, form, attributes: of_struct } => {
                let Some((field, ty)) = code.strip_prefix("pub ").and_then(|code| code.split_once(": "))
                else {
                    return;
                };
                let (name, ty) = (name.clone(), ty.trim_end_matches(','));
                let sent = is_sent(of_struct);
                *form |= attributes.contains("multipart");
                *json |= !attributes.contains("(path") && !attributes.contains("(query");
                self.say(format!("let _: fn(&{name}) -> &{ty} = |value| &value.{field};"));
                let inner = ty.strip_prefix("::std::option::Option<").and_then(|ty| ty.strip_suffix('>'));
                let unboxed = |ty: &str| {
                    let inner = ty.strip_prefix("::std::boxed::Box<").and_then(|ty| ty.strip_suffix('>'));
                    inner.unwrap_or(ty).to_owned()
                };
                match inner {
                    Some(inner) if sent => {
                        let nullable =
                            inner.strip_prefix("::std::option::Option<").and_then(|ty| ty.strip_suffix('>'));
                        let value = unboxed(nullable.unwrap_or(inner));
                        if nullable.is_some() {
                            self.say(format!("let _: fn({name}) -> {name} = {name}::clear_{field};"));
                        }
                        self.say(format!(
                            "let _: fn({name}) -> {name} = |value| value.{field}(any::<{value}>());"
                        ));
                    }
                    None if sent && !attributes.contains("fixed = ") => {
                        self.arguments.push(format!("any::<{}>()", unboxed(ty)));
                    }
                    _ => {}
                }
            }
            Item::Enum(name) => {
                let variant = code.split([',', '(', ' ']).next().unwrap();
                if !variant.is_empty() && variant != "Unrecognized" {
                    let statement = format!("let _ = {name}::{variant};");
                    self.say(statement);
                }
            }
            Item::Impl(name) => {
                let function = code.strip_prefix("pub fn ").and_then(|rest| rest.split('(').next());
                let item = code.strip_prefix("type Item = ").and_then(|rest| rest.strip_suffix(';'));
                let statement = match (function, item) {
                    (Some(function), _) if !name.is_empty() => format!("let _ = {name}::{function};"),
                    (_, Some(item)) => format!("let _: fn({item}) -> {name}::Item = |item| item;"),
                    _ => return,
                };
                self.say(statement);
            }
            Item::Trait(name) => {
                let function = code.strip_prefix("fn ").and_then(|rest| rest.split('(').next());
                if let Some(function) = function {
                    let statement = format!("let _ = <::hire_api::Client as {name}>::{function};");
                    self.say(statement);
                }
            }
            Item::None => {}
        }
    }

    fn close(&mut self) {
        let Item::Struct { name, attributes, json, form } = std::mem::take(&mut self.item) else { return };
        let arguments = std::mem::take(&mut self.arguments).join(", ");
        if is_sent(&attributes) {
            self.say(format!("let _: {name} = {name}::new({arguments});"));
        }
        let derives = attributes.split("#[hire").next().unwrap();
        if derives.contains("Default,") {
            self.say(format!("is_default::<{name}>();"));
        }
        if attributes.contains("hire(request") || (attributes.contains("Endpoint") && json && !form) {
            self.say(format!("is_sent::<{name}>();"));
        }
        if attributes.contains("hire(response") || attributes.contains("(request, response") {
            self.say(format!("is_received::<{name}>();"));
        }
    }

    fn say(&mut self, statement: String) {
        self.statements.push(statement);
    }
}

/// `new` and setters exist.
fn is_sent(attributes: &str) -> bool {
    attributes.contains("::hire_api::Endpoint") || attributes.contains("hire(request")
}

fn from(name: &str, get: &str) -> String {
    match get {
        "as_int" => format!("{name}::from(1_i64)"),
        _ => format!("{name}::from(\"x\")"),
    }
}
