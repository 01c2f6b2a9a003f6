//! Random schemas: the whole language in every place, as far as `check` accepts it.

mod types;

use std::collections::BTreeMap;

use hire_gen::ir::Api;
use hire_gen::render::render;
use hire_gen::source::Sources;
use serde_json::{Map, Value, json};

use crate::language::{API, ENDPOINT, EVENT, FIELD, Place, keys};
use crate::random::Random;
use crate::readers::is_printable;
use crate::value;
use crate::words::{LINES, NAMES, STEMS};
use crate::yaml::Style;

/// Path and text.
pub type File = (String, String);

type Spec = Map<String, Value>;

const SCALARS: &[&str] = &["string", "int", "float", "bool", "json", "file"];
const CONTAINERS: &[(&str, &str)] = &[
    ("", ""),
    ("", ""),
    ("", ""),
    ("", "[]"),
    ("", "[][]"),
    ("map<", ">"),
    ("map<", "[]>"),
    ("map<map<", ">>"),
];
const SECTIONS: &[&str] = &["path_params", "query", "headers", "body", "response"];
const TOKENS: &[&[&str]] =
    &[&["tenant"], &["tenant", "user"], &["tenant", "app"], &["user"], &["app"], &["tenant", "tenant"]];

/// A schema that was accepted.
pub struct Schema {
    /// Its files.
    pub files: Vec<File>,
    /// Their contents.
    pub api: Api,
    /// How many additions were accepted, and how many were refused.
    pub tried: (usize, usize),
}

/// This many endpoints, one event for every five of them, and the types that they share.
pub fn schema(seed: u64, endpoints: usize) -> Schema {
    let mut random = Random::new(seed);
    let style = Style::new(&mut random);
    let mut builder = Builder {
        random,
        style,
        homes: Vec::new(),
        around: Vec::new(),
        shared: BTreeMap::new(),
        first: None,
        tried: (0, 0),
    };
    builder.api();
    builder.home("zoo", "v1");
    for _ in 0..2 {
        let (service, version) = (*builder.random.pick(STEMS), *builder.random.pick(STEMS));
        builder.home(service, version);
    }
    let mut files = builder.around.clone();
    for number in 0..endpoints {
        let file = builder.endpoint(number, &files);
        builder.first.get_or_insert_with(|| file[0].clone());
        files.extend(file);
        if number % 5 == 0 {
            files.extend(builder.event(number, &files));
        }
    }
    let api = load(&files).unwrap_or_else(|problems| panic!("seed {seed}: {problems}"));
    Schema { files, api, tried: builder.tried }
}

fn load(files: &[File]) -> Result<Api, String> {
    match hire_gen::load_sources(&Sources::from_texts(files.iter().cloned())) {
        Ok((api, warnings)) => {
            is_printable("a warning", &warnings.to_string());
            Ok(api)
        }
        Err(problems) => {
            is_printable("a diagnostic", &render(&problems, false));
            is_printable("a diagnostic", &problems.to_string());
            Err(problems.to_string())
        }
    }
}

/// A visible type.
#[derive(Clone)]
struct Known {
    name: String,
    /// The names of its values, if it is an enum.
    values: Option<Vec<String>>,
    /// A shared object is either for requests or for answers, because endpoints are created one by one.
    only: Option<bool>,
}

/// Those that may be sent, or may be received.
fn usable(types: &[Known], sent: bool) -> Vec<Known> {
    types.iter().filter(|known| known.only.is_none_or(|only| only == sent)).cloned().collect()
}

/// A service and a version, with their shared types.
#[derive(Clone)]
struct Folder {
    folder: String,
    types: Vec<Known>,
}

struct Builder {
    random: Random,
    style: Style,
    homes: Vec<Folder>,
    /// `api.yaml` and the shared types, which are checked together with every file.
    around: Vec<File>,
    /// The shared types among them.
    shared: BTreeMap<String, Spec>,
    /// An endpoint that others can name.
    first: Option<File>,
    tried: (usize, usize),
}

impl Builder {
    /// Whether `check` accepts a file together with the shared ones.
    fn accepts(&mut self, path: &str, spec: &Spec) -> bool {
        let mut files = self.around.clone();
        files.extend(self.first.clone());
        files.retain(|(known, _)| known != path);
        files.push((path.to_owned(), self.style.text(spec)));
        let accepted = load(&files).is_ok();
        if accepted {
            self.tried.0 += 1
        } else {
            self.tried.1 += 1
        }
        accepted
    }

    fn api(&mut self) {
        let place =
            Place { base: "string", list: false, enums: &[], siblings: &[], sent: true, endpoints: &[] };
        let mut spec = Map::new();
        spec.insert("base_urls".to_owned(), json!({"zoo": "https://zoo.example"}));
        for (key, value) in keys(&mut self.random, API, &place) {
            self.add("api.yaml", &mut spec, &[&key], value);
        }
        self.around.push(("api.yaml".to_owned(), self.style.text(&spec)));
    }

    /// A service and a version with these names, if they are allowed.
    fn home(&mut self, service: &str, version: &str) {
        let folder = format!("{service}/{version}");
        let mut spec = self.head(&folder, "/x");
        spec.insert("tokens".to_owned(), json!(["tenant"]));
        if self.homes.iter().any(|home| home.folder == folder)
            || !self.accepts(&format!("{folder}/r0/a.yaml"), &spec)
        {
            return;
        }
        self.homes.push(Folder { folder, types: Vec::new() });
        for _ in 0..4 {
            self.shared_type();
        }
        // Types that contain each other.
        for _ in 0..3 {
            self.shared_field();
        }
    }

    /// The keys of every endpoint.
    fn head(&mut self, folder: &str, path: &str) -> Spec {
        let tokens = self.random.pick(TOKENS).to_vec();
        let mut spec = Map::new();
        for (key, value) in [
            ("title", json!("x")),
            ("doc", json!("https://zoo.example/(a)_b")),
            ("method", json!(self.random.pick(&["GET", "POST", "PUT", "PATCH", "DELETE"]))),
            ("path", json!(format!("/{folder}{path}"))),
            ("tokens", json!(tokens)),
            ("quota", json!("special")),
        ] {
            spec.insert(key.to_owned(), value);
        }
        spec
    }

    /// A name for a folder or a file, sometimes an odd one.
    fn stem(&mut self, otherwise: String) -> String {
        if self.random.percent(30) { (*self.random.pick(STEMS)).to_owned() } else { otherwise }
    }

    /// An endpoint with its examples, if it is accepted beside the others.
    fn endpoint(&mut self, number: usize, others: &[File]) -> Vec<File> {
        loop {
            let home = self.random.pick(&self.homes).clone();
            let spec = self.head(&home.folder, &format!("/e{number}"));
            let (resource, action) = (self.stem(format!("r{}", number % 7)), self.stem(format!("a{number}")));
            let path = format!("{}/{resource}/{action}.yaml", home.folder);
            let taken = others.iter().any(|(known, _)| *known == path);
            if taken || resource == "types" || !self.stands_beside(&path, &spec, others) {
                continue;
            }
            return self.filled(&path, spec, home.types, number);
        }
    }

    /// Whether a file is accepted together with those of its resource.
    fn stands_beside(&mut self, path: &str, spec: &Spec, others: &[File]) -> bool {
        let folder = path.split('/').take(3).collect::<Vec<_>>().join("/") + "/";
        let mut files = self.around.clone();
        files.extend(others.iter().filter(|(known, _)| known.starts_with(&folder)).cloned());
        files.extend(self.first.clone().filter(|(known, _)| !known.starts_with(&folder)));
        files.push((path.to_owned(), self.style.text(spec)));
        load(&files).is_ok()
    }

    fn filled(&mut self, path: &str, mut spec: Spec, mut types: Vec<Known>, number: usize) -> Vec<File> {
        for (key, value) in [
            ("title", json!(self.random.pick(LINES))),
            ("doc", json!(self.random.pick(&["https://zoo.example/[a]?b=c#d", "https://zoo.example/*a*|b"]))),
            (
                "quota",
                json!(self.random.pick(&["20/min", "50/s", "1000/min, 50/s", "4294967295/min", "special"])),
            ),
            ("tokens", json!(self.random.pick(&["none", "special", "tenant"]))),
        ] {
            if self.random.percent(40) {
                self.add(path, &mut spec, &[key], value);
            }
        }
        for _ in 0..self.random.below(4) {
            self.local_type(path, &mut spec, &mut types);
        }
        for section in ["body", "response"] {
            if self.random.percent(15) {
                self.list(path, &mut spec, section, &types);
            }
        }
        for section in SECTIONS {
            if spec.get(*section).is_some_and(Value::is_string) {
                continue;
            }
            for _ in 0..self.random.below(7) {
                self.field(path, &mut spec, &[section], &types, *section != "response");
            }
        }
        if self.random.percent(20) {
            self.paging(path, &mut spec, &types);
        }
        if !spec.contains_key("response") && self.random.percent(40) {
            self.add(path, &mut spec, &["response"], json!("file"));
        }
        if self.random.percent(10) {
            let longer =
                format!("{}{}", spec["path"].as_str().unwrap(), self.random.pick(&["/", "/-._~", "/a.b"]));
            self.add(path, &mut spec, &["path"], json!(longer));
        }
        let siblings =
            names(&spec, &["body"]).into_iter().chain(names(&spec, &["query"])).collect::<Vec<_>>();
        let named = self.first.as_ref().map(|(path, _)| path.trim_end_matches(".yaml").replace('/', "."));
        let endpoints: Vec<String> = named.into_iter().collect();
        let place = Place {
            base: "string",
            list: false,
            enums: &[],
            siblings: &siblings,
            sent: true,
            endpoints: &endpoints,
        };
        for (key, value) in keys(&mut self.random, ENDPOINT, &place) {
            self.add(path, &mut spec, &[&key], value);
        }
        let file = (path.to_owned(), self.style.text(&spec));
        let examples = self.examples(&file, number);
        std::iter::once(file).chain(examples).collect()
    }

    /// Documented examples: a valid body must be accepted as one.
    fn examples(&mut self, file: &File, number: usize) -> Vec<File> {
        if !number.is_multiple_of(2) {
            return Vec::new();
        }
        let mut files = self.around.clone();
        files.extend(self.first.clone().filter(|(path, _)| *path != file.0));
        files.push(file.clone());
        let api = load(&files).unwrap_or_else(|problems| panic!("{problems}"));
        let id = file.0.trim_end_matches(".yaml").replace('/', ".");
        let endpoint = api.endpoint(&id).unwrap();
        let stem = file.0.trim_end_matches(".yaml");
        let mut examples = Vec::new();
        for (ending, body, must) in value::examples(&mut self.random, &api, endpoint) {
            let example = (format!("{stem}.{ending}.json"), body.to_string());
            files.push(example.clone());
            match load(&files) {
                Ok(_) => examples.push(example),
                Err(problems) => {
                    assert!(!must, "an example that is valid is refused: {}\n{problems}", example.1);
                    files.pop();
                }
            }
        }
        examples
    }

    /// An event with its own types.
    fn event(&mut self, number: usize, others: &[File]) -> Option<File> {
        let home = self.random.pick(&self.homes).clone();
        let (resource, stem) = (self.stem(format!("r{}", number % 7)), self.stem(format!("e{number}")));
        let path = format!("{}/{resource}/events/{stem}.yaml", home.folder);
        let mut spec = Map::new();
        for (key, value) in [
            ("title", json!(self.random.pick(&LINES[..20]))),
            ("doc", json!("https://zoo.example/event")),
            ("event_type", json!(format!("zoo.animal-{number}.fed_v1"))),
            ("fields", json!({"x": "string"})),
        ] {
            spec.insert(key.to_owned(), value);
        }
        let taken = others.iter().any(|(known, _)| *known == path);
        if taken || resource == "types" || !self.stands_beside(&path, &spec, others) {
            return None;
        }
        let mut types = home.types;
        for _ in 0..self.random.below(3) {
            self.local_type(&path, &mut spec, &mut types);
        }
        for _ in 0..self.random.below(7) {
            self.field(&path, &mut spec, &["fields"], &types, false);
        }
        let place =
            Place { base: "string", list: false, enums: &[], siblings: &[], sent: false, endpoints: &[] };
        for (key, value) in keys(&mut self.random, EVENT, &place) {
            self.add(&path, &mut spec, &[&key], value);
        }
        Some((path, self.style.text(&spec)))
    }

    /// Adds a random field to a section or an object, key by key.
    fn field(&mut self, path: &str, spec: &mut Spec, at: &[&str], types: &[Known], sent: bool) {
        let wire = *self.random.pick(NAMES);
        let siblings = names(spec, at);
        if siblings.iter().any(|known| known == wire) {
            return;
        }
        let (open, close) = *self.random.pick(CONTAINERS);
        let types = usable(types, sent);
        let named: Vec<String> = types.iter().map(|known| known.name.clone()).collect();
        let own = self.random.percent(35) && !named.is_empty();
        let base = if own { self.random.pick(&named).as_str() } else { *self.random.pick(SCALARS) };
        let mut field = Map::new();
        field.insert("type".to_owned(), json!(format!("{open}{base}{close}")));
        let step = |last| [at, &[last]].concat();
        // A name that is not valid in Rust, or that another section has, needs a Rust name.
        if !self.add(path, spec, &step(wire), Value::Object(field.clone())) {
            field.insert("rust".to_owned(), json!(format!("f{}_{}", siblings.len(), at[at.len() - 1])));
            if !self.add(path, spec, &step(wire), Value::Object(field)) {
                return;
            }
        }
        let enums: Vec<(String, Vec<String>)> =
            types.into_iter().filter_map(|known| Some((known.name, known.values?))).collect();
        let place = Place {
            base,
            list: close.starts_with('['),
            enums: &enums,
            siblings: &siblings,
            sent,
            endpoints: &[],
        };
        for (key, value) in keys(&mut self.random, FIELD, &place) {
            self.add(path, spec, &[&step(wire)[..], &[&key]].concat(), value);
        }
    }

    /// Makes a body or an answer a list, where `check` takes the type for one.
    fn list(&mut self, path: &str, spec: &mut Spec, section: &str, types: &[Known]) {
        let types = usable(types, section == "body");
        let own = self.random.percent(60) && !types.is_empty();
        let base = if own { self.random.pick(&types).name.as_str() } else { *self.random.pick(SCALARS) };
        let (open, close) = if self.random.percent(70) { ("", "[]") } else { *self.random.pick(CONTAINERS) };
        self.add(path, spec, &[section], json!(format!("{open}{base}{close}")));
    }

    /// The fields of paging, sometimes with their own Rust names: by token or by offset, with usual or other names.
    fn paging(&mut self, path: &str, spec: &mut Spec, types: &[Known]) {
        let section = if spec.get("body").is_some_and(Value::is_object) { "body" } else { "query" };
        let before = spec.clone();
        let paging = *self.random.pick(&[
            r#""items""#,
            r#"{"items": "items", "token": "cursor", "next": "next_cursor"}"#,
            r#"{"items": "items", "token": "cursor", "next": "next_cursor", "has_more": "more"}"#,
            r#"{"items": "items", "offset": "offset"}"#,
            r#"{"items": "items", "offset": "offset", "total": "total"}"#,
            r#"{"items": "items", "offset": "offset", "has_more": "more", "total": "total"}"#,
        ]);
        let paging: Value = serde_json::from_str(paging).unwrap();
        let named = |key: &str, usual: &'static str| paging[key].as_str().unwrap_or(usual).to_owned();
        let by_offset = paging.get("offset").is_some();
        let offset = if self.random.percent(50) { "int" } else { "string" };
        let items = match usable(types, false).as_slice() {
            [] => "string[]".to_owned(),
            types => format!("{}[]", self.random.pick(types).name),
        };
        let mut fields = vec![("response", "items".to_owned(), items.as_str())];
        if by_offset {
            fields.push((section, named("offset", ""), offset));
        } else {
            fields.push((section, named("token", "page_token"), "string"));
            fields.push((section, "page_size".to_owned(), "int"));
            fields.push(("response", named("next", "page_token"), "string"));
        }
        if paging.is_string() || paging.get("has_more").is_some() {
            fields.push(("response", named("has_more", "has_more"), "bool"));
        }
        if paging.get("total").is_some() {
            fields.push(("response", named("total", ""), "int"));
        }
        for (section, name, ty) in fields {
            let mut field = json!({"type": ty});
            if self.random.percent(30) {
                field["rust"] = json!(format!("own_{name}"));
            }
            if self.random.percent(20) {
                field["deprecated"] = json!("[old]");
            }
            put(spec, &[section, &name], field);
        }
        if !self.add(path, spec, &["paging"], paging) {
            *spec = before;
        }
    }

    /// Sets a value, and removes it again if `check` then refuses the file.
    fn add(&mut self, path: &str, spec: &mut Spec, at: &[&str], value: Value) -> bool {
        let before = spec.clone();
        put(spec, at, value);
        if let ["path_params", name] = at {
            let path = format!("{}/:{name}", spec["path"].as_str().unwrap_or_default());
            spec.insert("path".to_owned(), json!(path));
        }
        let accepted = self.accepts(path, spec);
        if !accepted {
            *spec = before;
        }
        accepted
    }
}

fn put(spec: &mut Spec, at: &[&str], value: Value) {
    match at {
        [] => {}
        [last] => {
            spec.insert((*last).to_owned(), value);
        }
        [first, rest @ ..] => {
            let inner = spec.entry(*first).or_insert_with(|| json!({}));
            match (inner, rest) {
                (Value::Object(inner), _) => put(inner, rest, value),
                (Value::Array(items), [number, rest @ ..]) => {
                    if let Some(Value::Object(inner)) =
                        number.parse().ok().and_then(|number: usize| items.get_mut(number))
                    {
                        put(inner, rest, value);
                    }
                }
                _ => {}
            }
        }
    }
}

/// The existing names.
fn names(spec: &Map<String, Value>, at: &[&str]) -> Vec<String> {
    let mut here = spec;
    for step in at {
        match here.get(*step) {
            Some(Value::Object(inner)) => here = inner,
            _ => return Vec::new(),
        }
    }
    here.keys().cloned().collect()
}
