//! An endpoint's call in Rust, to be copied: real types, all required arguments, a few setters.

mod handler;
pub(crate) mod sample;

use std::collections::{BTreeMap, BTreeSet};

use crate::resolve::ir::{Api, Endpoint, Field, Format, Home, Token, TypeId};
use crate::resolve::name;

pub use self::handler::handler;
#[cfg(feature = "site")]
pub(crate) use self::handler::shown;
use self::sample::{Members, Sample};

/// Longest line that is not broken.
const WIDTH: usize = 60;
const INDENT: &str = "    ";
/// Longest object inside another expression.
const INLINE: usize = 44;
/// Names that code expects; a type with such a name is written with its module.
const PRELUDE: [&str; 12] = [
    "Option",
    "Some",
    "None",
    "Result",
    "Ok",
    "Err",
    "Vec",
    "Box",
    "String",
    "Request",
    "CallOptions",
    "Services",
];

/// The statements of a call with a `client` in scope, and a `user_token` if only users may call.
///
/// `root` is the path to the generated code: a crate such as `hire_api`, or a module.
pub fn statements(api: &Api, endpoint: &Endpoint, root: &str) -> String {
    let mut writer = Writer::new(api, endpoint, root);
    let members = sample::request(api, endpoint);
    let request = writer.object("Request".to_owned(), &members);
    let request = layout("request", &request);
    let sent = writer.sent();
    let mut text = String::new();
    for (module, names) in &writer.imports {
        text += &import(module, &names.iter().map(String::as_str).collect::<Vec<_>>());
    }
    text + "\n" + &writer.statements.concat() + &request + &sent
}

fn import(module: &str, names: &[&str]) -> String {
    if let [one] = names {
        return format!("use {module}::{one};\n");
    }
    let line = format!("use {module}::{{{}}};", names.join(", "));
    if columns(&line) <= WIDTH {
        return line + "\n";
    }
    let mut lines = String::new();
    let mut width = WIDTH;
    for name in names {
        // `, ` before it, and a comma after it.
        if width + name.len() + 3 > WIDTH {
            lines += &format!("\n{INDENT}{name},");
            width = INDENT.len() + name.len();
        } else {
            lines += &format!(" {name},");
            width += name.len() + 2;
        }
    }
    format!("use {module}::{{{lines}\n}};\n")
}

/// An expression that may be broken into lines.
struct Expression {
    head: String,
    arguments: Vec<String>,
    /// Method and argument.
    setters: Vec<(String, String)>,
}

struct Writer<'a> {
    api: &'a Api,
    endpoint: &'a Endpoint,
    root: &'a str,
    /// Module → names.
    imports: BTreeMap<String, BTreeSet<String>>,
    variables: BTreeSet<String>,
    statements: Vec<String>,
}

impl<'a> Writer<'a> {
    fn new(api: &'a Api, endpoint: &'a Endpoint, root: &'a str) -> Self {
        let variables = ["client", "request", "answer", "download", "items", "item", "options", "user_token"];
        let mut writer = Self {
            api,
            endpoint,
            root,
            imports: BTreeMap::new(),
            variables: variables.map(str::to_owned).into(),
            statements: Vec::new(),
        };
        writer.import(writer.module(), "Request");
        writer
    }

    fn import(&mut self, module: String, name: &str) {
        self.imports.entry(module).or_default().insert(name.to_owned());
    }

    /// Where the endpoint's own types are: `hire_api::hire::v1::talent::get`.
    fn module(&self) -> String {
        let id = &self.endpoint.id;
        let path = [&id.service, &id.version, &id.resource, &id.action].map(|part| name::module(part));
        format!("{}::{}", self.root, path.join("::"))
    }

    /// The expression that sends the request.
    fn sent(&mut self) -> String {
        let only_user = self.endpoint.tokens == [Token::User];
        if only_user {
            self.import("hire_api".to_owned(), "CallOptions");
            let answer = if self.endpoint.answers_file { "download" } else { "answer" };
            let options = assigned("options", "CallOptions::new().with_user_token(user_token)");
            return format!(
                "{options}let {answer} = client.call_with(&request, options).await?;\n{}",
                self.saved()
            );
        }
        if self.endpoint.paging.is_some() {
            return "let mut items = client.items(request);\n\
                    while let Some(item) = items.next().await {\n    println!(\"{:?}\", item?);\n}\n"
                .to_owned();
        }
        let id = &self.endpoint.id;
        let [service, version, resource, action] =
            [&id.service, &id.version, &id.resource, &id.action].map(|part| name::module(part));
        let answers = self.endpoint.response.iter().any(|field| field.unusable.is_none());
        let answer = match (self.endpoint.answers_file, answers) {
            (true, _) => Some("download"),
            (false, true) => Some("answer"),
            (false, false) => None,
        };
        let sent = |call: &str| match answer {
            Some(answer) => assigned(answer, call),
            None => format!("{call};\n"),
        };
        let saved = self.saved();
        let start = match self.root {
            "hire_api" => format!("client.{service}()"),
            root => format!("{root}::{service}(&client)"),
        };
        let handle = format!("{start}.{version}().{resource}()");
        let line = sent(&format!("{handle}.{action}(request).await?"));
        if line.lines().count() == 1 && columns(line.trim_end()) <= WIDTH {
            return line + saved;
        }
        let variable = self.free(&resource);
        let call = sent(&format!("{variable}.{action}(request).await?"));
        assigned(&variable, &handle) + &call + saved
    }

    /// The use of an answer that is a file.
    fn saved(&self) -> &'static str {
        if self.endpoint.answers_file { "download.save(\"file\").await?;\n" } else { "" }
    }

    fn object(&mut self, ty: String, members: &Members<'_>) -> Expression {
        let mut expression =
            Expression { head: format!("{ty}::new"), arguments: Vec::new(), setters: Vec::new() };
        for (field, sample) in members {
            let value = self.value(field, sample, false);
            if field.required {
                expression.arguments.push(value);
            } else {
                expression.setters.push((field.ident.clone(), value));
            }
        }
        expression
    }

    /// An expression for a value. `owned`: it is inside a list of lists or a map, where nothing converts it.
    fn value(&mut self, field: &Field, sample: &Sample<'_>, owned: bool) -> String {
        match sample {
            Sample::Object(id, members) => {
                let ty = self.type_(*id);
                let expression = self.object(ty, members);
                self.bound(*id, expression)
            }
            Sample::List(items) => {
                let inside = owned
                    || matches!(items.first(), Some(Sample::List(_) | Sample::Repeated(..) | Sample::Map(_)));
                let items: Vec<String> = items.iter().map(|item| self.value(field, item, inside)).collect();
                let open = if owned { "vec![" } else { "[" };
                format!("{open}{}]", items.join(", "))
            }
            Sample::Repeated(item, count) => {
                let inside =
                    owned || matches!(**item, Sample::List(_) | Sample::Repeated(..) | Sample::Map(_));
                let item = self.value(field, item, inside);
                if owned {
                    format!("vec![{item}; {count}]")
                } else {
                    format!("std::iter::repeat_n({item}, {count})")
                }
            }
            Sample::Map(None) => "std::collections::BTreeMap::new()".to_owned(),
            Sample::Map(Some((key, value))) => {
                let value = self.value(field, value, true);
                format!("std::collections::BTreeMap::from([({key:?}.to_owned(), {value})])")
            }
            Sample::Variant(id, variant) => format!("{}::{}", self.type_(*id), variant.name),
            Sample::Text(text) if field.format == Some(Format::CustomValue) && owned => {
                format!("hire_api::CustomValue::from({text:?})")
            }
            Sample::Text(text) if owned => format!("{text:?}.to_owned()"),
            Sample::Text(text) => format!("{text:?}"),
            Sample::Filler(count) => format!("\"x\".repeat({count})"),
            Sample::Time(time) => {
                let time = format!("{}_i64", grouped(*time));
                let ty = if field.format == Some(Format::S) { "Seconds" } else { "Millis" };
                if owned { format!("hire_api::{ty}::from({time})") } else { time }
            }
            Sample::Int(number) => grouped(*number),
            Sample::Float(number) => format!("{number:?}"),
            Sample::Bool(flag) => flag.to_string(),
            Sample::Json(json) if owned => format!("hire_api::Json::from(serde_json::json!({json}))"),
            Sample::Json(json) => format!("serde_json::json!({json})"),
            Sample::File => "hire_api::File::new(\"resume.pdf\", b\"%PDF-1.7\")".to_owned(),
        }
    }

    /// The expression itself if it is short, or a variable.
    fn bound(&mut self, id: TypeId, expression: Expression) -> String {
        let flat = expression.flat();
        if flat.chars().count() <= INLINE {
            return flat;
        }
        let name = self.api.type_(id).map_or("value", |ty| &ty.name);
        let name = name::field(name).unwrap_or_else(|| "value".to_owned());
        let name = self.free(&name);
        self.statements.push(layout(&name, &expression));
        name
    }

    /// A free variable name: `education`, `education_2`.
    fn free(&mut self, name: &str) -> String {
        let mut free = name.to_owned();
        let mut number = 2;
        while !self.variables.insert(free.clone()) {
            free = format!("{name}_{number}");
            number += 1;
        }
        free
    }

    /// The name of a type in code: imported, or with its module if the name is ambiguous.
    fn type_(&mut self, id: TypeId) -> String {
        let Some(ty) = self.api.type_(id) else { return String::new() };
        let module = match &ty.home {
            Home::Shared { service, version } => {
                format!("{}::{}::{}::types", self.root, name::module(service), name::module(version))
            }
            Home::Local(_) | Home::Event(_) => self.module(),
        };
        // A type of an endpoint never has the name of a shared one.
        if !PRELUDE.contains(&ty.name.as_str()) {
            self.import(module, &ty.name);
            return ty.name.clone();
        }
        let (parent, last) = module.rsplit_once("::").unwrap_or(("", &module));
        let path = format!("{last}::{}", ty.name);
        self.import(parent.to_owned(), last);
        path
    }
}

impl Expression {
    fn flat(&self) -> String {
        let setters = self.setters.iter().map(|(name, value)| format!(".{name}({value})"));
        format!("{}({}){}", self.head, self.arguments.join(", "), setters.collect::<String>())
    }
}

/// `let <name> = ..;`, formatted as by rustfmt with lines of [`WIDTH`].
fn layout(name: &str, expression: &Expression) -> String {
    let flat = expression.flat();
    let head = format!("{}({})", expression.head, expression.arguments.join(", "));
    let begin = format!("let {name} = ");
    let fits = |text: &str, before: usize| before + columns(text) <= WIDTH;
    if fits(&flat, begin.len() + 1) || fits(&flat, INDENT.len() + 1) {
        return assigned(name, &flat);
    }
    let semicolon = usize::from(expression.setters.is_empty());
    let (head, indent) = if fits(&head, begin.len() + semicolon) {
        (format!("{begin}{head}"), INDENT.to_owned())
    } else if fits(&head, INDENT.len() + semicolon) {
        (format!("let {name} =\n{INDENT}{head}"), INDENT.repeat(2))
    } else {
        (format!("{begin}{}", call(&expression.head, &expression.arguments, "")), String::new())
    };
    let setters = expression.setters.iter().map(|(name, value)| {
        let setter = format!(".{name}({value})");
        let broken = || match value.strip_prefix('[').and_then(|list| list.strip_suffix(']')) {
            Some(items) => format!(".{name}([\n{indent}{INDENT}{items},\n{indent}])"),
            None => call(&format!(".{name}"), std::slice::from_ref(value), &indent),
        };
        format!("\n{indent}{}", if fits(&setter, indent.len() + 1) { setter } else { broken() })
    });
    format!("{head}{};\n", setters.collect::<String>())
}

/// `let <name> = <expression>;`, on two lines if it is too long for one.
fn assigned(name: &str, expression: &str) -> String {
    let line = format!("let {name} = {expression};");
    if columns(&line) <= WIDTH { line + "\n" } else { format!("let {name} =\n{INDENT}{expression};\n") }
}

/// A call with one argument per line.
fn call(head: &str, arguments: &[String], indent: &str) -> String {
    if arguments.is_empty() {
        return format!("{head}()");
    }
    let arguments = arguments.iter().map(|argument| format!("{indent}{INDENT}{argument},\n"));
    format!("{head}(\n{}{indent})", arguments.collect::<String>())
}

/// The columns that a text takes: Chinese characters take two.
fn columns(text: &str) -> usize {
    text.chars().map(|c| if c > '\u{2E7F}' { 2 } else { 1 }).sum()
}

/// `1_676_548_784_889`
fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) && digits.len() > 4 {
            out.push('_');
        }
        out.push(digit);
    }
    if number < 0 { format!("-{out}") } else { out }
}
