//! The types of a schema, and the meaning of a name in an endpoint or among the shared types.

use std::collections::{BTreeMap, BTreeSet};

use crate::read::advice::width::folded;
use crate::read::diag::{Code, Diagnostic, Diagnostics};
use crate::read::source::{EVENTS, Node, Sources};
use crate::read::span::Span;
use crate::read::spec::{Entries, Spec, SpecFile, TypeSpec};
use crate::resolve::ir::{EndpointId, EventId, Home, TypeId};
use crate::resolve::name;

/// A declared type.
pub(super) struct Declared<'a> {
    pub(super) name: String,
    pub(super) home: Home,
    pub(super) at: Span,
    pub(super) node: &'a Node,
    pub(super) spec: &'a TypeSpec,
}

/// The meaning of a name.
pub(super) enum Found {
    Type(TypeId),
    /// Its file is broken, as already reported.
    Broken,
    Nothing,
}

/// Every type of a schema.
pub(super) struct Types<'a> {
    declared: Vec<Declared<'a>>,
    by_name: BTreeMap<Home, BTreeMap<String, TypeId>>,
    broken: BTreeMap<Home, BTreeSet<String>>,
}

impl<'a> Types<'a> {
    pub(super) fn collect(sources: &Sources, specs: &'a [SpecFile], diagnostics: &mut Diagnostics) -> Self {
        let mut types = Self { declared: Vec::new(), by_name: BTreeMap::new(), broken: BTreeMap::new() };
        for file in specs {
            if let (Spec::Type(spec), Some((home, name))) = (&file.spec, shared_type(&file.path)) {
                let at = Span { file: file.file, start: 0, end: 0 };
                types.add(Declared { name, home, at, node: &file.tree, spec }, diagnostics);
            }
        }
        types.note_broken(sources, specs);
        for file in specs {
            let Some((home, entries)) = local_types(file) else { continue };
            let nodes = file.tree.get("types").map_or(&[][..], |entry| entry.value.entries());
            for ((name, spec), node) in entries.0.iter().zip(nodes) {
                let (home, at) = (home.clone(), node.key_span());
                types.check_name(name, &home, at, diagnostics);
                types.add(Declared { name: name.clone(), home, at, node: &node.value, spec }, diagnostics);
            }
        }
        types
    }

    /// In the order of their IDs.
    pub(super) fn declared(&self) -> impl Iterator<Item = &Declared<'a>> {
        self.declared.iter()
    }

    pub(super) fn get(&self, id: TypeId) -> Option<&Declared<'a>> {
        self.declared.get(id.0)
    }

    /// The meaning of a name in a place: a type of the endpoint, or a shared one of its service and version.
    pub(super) fn find(&self, home: &Home, name: &str) -> Found {
        for home in [home, &shared_home(home)] {
            if let Some(id) = self.by_name.get(home).and_then(|names| names.get(name)) {
                return Found::Type(*id);
            }
            if self.broken.get(home).is_some_and(|names| names.contains(name)) {
                return Found::Broken;
            }
        }
        Found::Nothing
    }

    /// The visible names in a place.
    pub(super) fn names(&self, home: &Home) -> Vec<&str> {
        let shared = shared_home(home);
        let mut homes = vec![home];
        homes.extend((shared != *home).then_some(&shared));
        homes
            .into_iter()
            .filter_map(|home| self.by_name.get(home))
            .flat_map(|names| names.keys().map(String::as_str))
            .collect()
    }

    fn add(&mut self, declared: Declared<'a>, diagnostics: &mut Diagnostics) {
        let names = self.by_name.entry(declared.home.clone()).or_default();
        if let Some(first) = names.get(&declared.name).and_then(|id| self.declared.get(id.0)) {
            let message = format!("the type `{}` is declared twice", declared.name);
            let diagnostic =
                Diagnostic::error(Code::H203, declared.at, message).note_at(first.at, "first here");
            diagnostics.push(diagnostic.help("rename one of them"));
            return;
        }
        names.insert(declared.name.clone(), TypeId(self.declared.len()));
        self.declared.push(declared);
    }

    fn check_name(&self, name: &str, home: &Home, at: Span, diagnostics: &mut Diagnostics) {
        if !name::is_upper_camel(name) {
            let message = format!("`{name}` is not `UpperCamelCase`");
            diagnostics.push(Diagnostic::error(Code::H204, at, message).help(camel_help(name)));
        } else if let Some(why) = reserved(name, home) {
            let message = format!("`{name}` is reserved: {why}");
            diagnostics.push(Diagnostic::error(Code::H206, at, message).help("choose another name"));
        } else if let Found::Type(id) = self.find(&shared_home(home), name) {
            let message = format!("`{name}` is also the name of a shared type");
            let shared = self.get(id).map_or(at, |shared| shared.at);
            let help = "use the shared type, or choose another name";
            diagnostics
                .push(Diagnostic::error(Code::H203, at, message).note_at(shared, "shared here").help(help));
        }
    }

    /// Records what unreadable files would have declared.
    fn note_broken(&mut self, sources: &Sources, specs: &[SpecFile]) {
        let read: BTreeSet<&str> = specs.iter().map(|file| file.path.as_str()).collect();
        for file in specs {
            let home = endpoint_id(&file.path).map(Home::Local);
            if let Some(home) = home.or_else(|| event_id(&file.path).map(Home::Event)) {
                self.broken.entry(home).or_default().extend(file.broken.iter().cloned());
            }
        }
        for file in sources.files() {
            if let Some((home, name)) = shared_type(&file.path).filter(|_| !read.contains(file.path.as_str()))
            {
                self.broken.entry(home).or_default().insert(name);
            }
        }
    }
}

/// The remedy for a name that is not `UpperCamelCase`: the same letters, if they suffice.
pub(super) fn camel_help(written: &str) -> String {
    let mut stem = folded(written).unwrap_or_else(|| written.to_owned()).replace(['-', ' '], "_");
    if !stem.contains(|c: char| c.is_ascii_lowercase()) {
        stem.make_ascii_lowercase();
    }
    match name::type_from_stem(&stem) {
        camel if name::is_upper_camel(&camel) => format!("did you mean `{camel}`?"),
        _ => "write an English name of ASCII letters and digits, beginning with an upper-case letter"
            .to_owned(),
    }
}

/// `hire/v1/talent/onboard_status.yaml`
pub(super) fn endpoint_id(path: &str) -> Option<EndpointId> {
    let mut parts = path.strip_suffix(".yaml")?.split('/').map(str::to_owned);
    let id = EndpointId {
        service: parts.next()?,
        version: parts.next()?,
        resource: parts.next()?,
        action: parts.next()?,
    };
    (parts.next().is_none() && id.resource != "types").then_some(id)
}

/// `hire/v1/application/events/stage_changed.yaml`
pub(super) fn event_id(path: &str) -> Option<EventId> {
    match path.strip_suffix(".yaml")?.split('/').collect::<Vec<_>>().as_slice() {
        [service, version, resource, EVENTS, event] => Some(EventId {
            service: (*service).to_owned(),
            version: (*version).to_owned(),
            resource: (*resource).to_owned(),
            event: (*event).to_owned(),
        }),
        _ => None,
    }
}

/// The types that an endpoint or an event declares.
fn local_types(file: &SpecFile) -> Option<(Home, &Entries<TypeSpec>)> {
    match &file.spec {
        Spec::Endpoint(spec) => Some((Home::Local(endpoint_id(&file.path)?), &spec.types)),
        Spec::Event(spec) => Some((Home::Event(event_id(&file.path)?), &spec.types)),
        Spec::Api(_) | Spec::Type(_) => None,
    }
}

/// Why a type in this place cannot have this name.
fn reserved(name: &str, home: &Home) -> Option<&'static str> {
    match home {
        Home::Event(id) if name::type_from_stem(&id.event) == name => {
            Some("it is the name of the event itself")
        }
        Home::Event(_) => None,
        Home::Local(_) | Home::Shared { .. } => name::reserved_type(name),
    }
}

/// `hire/v1/types/talent_gender.yaml`
fn shared_type(path: &str) -> Option<(Home, String)> {
    match path.strip_suffix(".yaml")?.split('/').collect::<Vec<_>>().as_slice() {
        [service, version, "types", stem] => {
            let home = Home::Shared { service: (*service).to_owned(), version: (*version).to_owned() };
            Some((home, name::type_from_stem(stem)))
        }
        _ => None,
    }
}

/// The place of the types that a place shares with others.
fn shared_home(home: &Home) -> Home {
    match home {
        Home::Shared { .. } => home.clone(),
        Home::Local(id) => Home::Shared { service: id.service.clone(), version: id.version.clone() },
        Home::Event(id) => Home::Shared { service: id.service.clone(), version: id.version.clone() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_letters_of_a_name_suffice_or_not() {
        for (written, help) in [
            ("one", "did you mean `One`?"),
            ("one_of", "did you mean `OneOf`?"),
            ("NOT_FOUND", "did you mean `NotFound`?"),
            ("not-found", "did you mean `NotFound`?"),
            ("Ｋind", "did you mean `Kind`?"),
            ("1st", "write an English name of ASCII letters and digits, beginning with an upper-case letter"),
            (
                "人才",
                "write an English name of ASCII letters and digits, beginning with an upper-case letter",
            ),
        ] {
            assert_eq!(camel_help(written), help, "{written}");
        }
    }
}
