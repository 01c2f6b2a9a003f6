//! The fewest scopes that let an app call given operations, and receive given events.
//!
//! An operation needs one of its scopes, and one scope may serve several operations, so this is a set cover. It
//! minimises first the number of scopes that can write, then the number of scopes: an app should not be able to
//! change what it only reads.

mod cover;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::resolve::ir::{Api, Base, Endpoint, Event, Field, Kind, Literal, Scope, TypeId, Variant};

/// The scopes that an app needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Required to call all operations; sorted by name.
    pub scopes: Vec<Granted>,
    /// Additionally required so that no field is empty and every value may be used; sorted by name.
    pub field_scopes: Vec<Filling>,
    /// Operations that need no scope, sorted.
    pub free: Vec<String>,
    /// Whether no better set exists. `false` only if the search was stopped; the set then costs at most `1 + ln n`
    /// times the best one, where `n` is the number of operations.
    pub exact: bool,
}

/// A scope to request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Granted {
    /// The scope.
    pub scope: Scope,
    /// Whether it cannot change anything, by its name.
    pub reads_only: bool,
    /// The given operations that it unlocks, sorted.
    pub operations: Vec<String>,
}

/// A scope that fills fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filling {
    /// The scope.
    pub scope: Scope,
    /// Whether it cannot change anything, by its name.
    pub reads_only: bool,
    /// Operations with their fields that are empty without it, sorted: paths such as `data.tag_list`, or
    /// `query.user_id_type=user_id` for a value; none if the page does not name them.
    pub fields: Vec<(String, Vec<String>)>,
}

/// The requirements of one operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Needs {
    /// `hire.v1.talent.get`, or `hire.talent.deleted_v1` for an event
    pub operation: String,
    /// Scopes, one of which an app needs to call it; empty if it needs none.
    pub any_of: Vec<Scope>,
    /// Requirements of its fields.
    pub fields: Vec<FieldNeed>,
}

/// Requirements of fields of one operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldNeed {
    /// Scopes, one of which suffices.
    pub any_of: Vec<Scope>,
    /// The fields, in the order of the file; none if the page does not name them.
    pub fields: Vec<String>,
}

/// There is no such operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownOperation(pub String);

impl fmt::Display for UnknownOperation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there is no operation `{}` in the schema", self.0)
    }
}

impl std::error::Error for UnknownOperation {}

/// Returns the scopes with which an app may call these operations, such as `hire.v1.talent.get`, and subscribe to
/// these events, such as `hire.talent.deleted_v1`. Order and repetitions do not matter.
///
/// # Errors
///
/// If an operation is not in the schema.
pub fn plan(api: &Api, operations: &[&str]) -> Result<Plan, UnknownOperation> {
    let operations: BTreeSet<&str> = operations.iter().copied().collect();
    let needs = operations.into_iter().map(|operation| {
        let unknown = || UnknownOperation(operation.to_owned());
        let endpoint = api.endpoint(operation).map(|endpoint| needs(api, endpoint));
        endpoint.or_else(|| api.event(operation).map(|event| needs_of_event(api, event))).ok_or_else(unknown)
    });
    Ok(smallest(&needs.collect::<Result<Vec<_>, _>>()?))
}

/// The requirements of an endpoint: scopes to call it, and scopes for parts of its request and answer.
pub fn needs(api: &Api, endpoint: &Endpoint) -> Needs {
    let mut walk = Walk { api, found: Vec::new(), open: Vec::new() };
    walk.fields("path", &endpoint.path_params);
    walk.fields("query", &endpoint.query);
    walk.fields("header", &endpoint.headers);
    walk.fields("body", endpoint.body.as_deref().unwrap_or_default());
    walk.fields("data", &endpoint.response);
    let fields = walk.with(&endpoint.field_scopes);
    Needs { operation: endpoint.id.to_string(), any_of: endpoint.scopes.clone(), fields }
}

/// The requirements of an event: scopes to subscribe, and scopes for parts of its payload.
pub fn needs_of_event(api: &Api, event: &Event) -> Needs {
    let mut walk = Walk { api, found: Vec::new(), open: Vec::new() };
    walk.fields("event", &event.fields);
    let fields = walk.with(&event.field_scopes);
    Needs { operation: event.event_type.clone(), any_of: event.scopes.clone(), fields }
}

/// Whether a scope can only read, by its name: its last word is `read` or begins with `readonly`.
pub fn reads_only(scope: &str) -> bool {
    let word = scope.rsplit([':', '.']).next().unwrap_or_default();
    word == "read" || word.starts_with("readonly")
}

/// Fields and values that need scopes, in the order of the file.
struct Walk<'a> {
    api: &'a Api,
    found: Vec<FieldNeed>,
    /// The types around the current field.
    open: Vec<TypeId>,
}

impl Walk<'_> {
    /// The result so far, and the scopes of the page that no field mentions.
    fn with(self, scopes: &[Scope]) -> Vec<FieldNeed> {
        let mut fields = self.found;
        for scope in scopes {
            let said = fields.iter().any(|need| need.any_of.iter().any(|one| one.name == scope.name));
            if !said {
                fields.push(FieldNeed { any_of: vec![scope.clone()], fields: Vec::new() });
            }
        }
        fields
    }

    fn fields(&mut self, prefix: &str, fields: &[Field]) {
        for field in fields.iter().filter(|field| field.unusable.is_none()) {
            let path = if field.whole { prefix.to_owned() } else { format!("{prefix}.{}", field.wire) };
            self.need(&field.scopes, &path);
            let Base::Type(id) = field.ty.base else { continue };
            match self.api.type_(id).map(|ty| &ty.kind) {
                Some(Kind::Object(inner)) if !self.open.contains(&id) => {
                    self.open.push(id);
                    self.fields(&path, inner);
                    self.open.pop();
                }
                Some(Kind::Enum { variants, .. }) => self.values(&path, variants),
                _ => {}
            }
        }
    }

    fn values(&mut self, path: &str, variants: &[Variant]) {
        for variant in variants {
            self.need(&variant.scopes, &format!("{path}={}", value(&variant.value)));
        }
    }

    fn need(&mut self, any_of: &[Scope], path: &str) {
        if any_of.is_empty() {
            return;
        }
        match self.found.iter_mut().find(|need| same(&need.any_of, any_of)) {
            Some(need) => need.fields.push(path.to_owned()),
            None => self.found.push(FieldNeed { any_of: any_of.to_vec(), fields: vec![path.to_owned()] }),
        }
    }
}

/// An enum's value as it is sent.
fn value(value: &Literal) -> String {
    match value {
        Literal::Int(number) => number.to_string(),
        Literal::String(text) => text.clone(),
        // No enum has such a value.
        Literal::Float(_) | Literal::Bool(_) | Literal::List(_) => String::new(),
    }
}

/// Labels may differ from page to page.
fn same(some: &[Scope], others: &[Scope]) -> bool {
    let names = |scopes: &[Scope]| scopes.iter().map(|scope| scope.name.clone()).collect::<BTreeSet<_>>();
    names(some) == names(others)
}

/// The smallest plan for these operations, which are sorted and different from each other.
fn smallest(needs: &[Needs]) -> Plan {
    let known = Known::new(needs);
    let required = needs.iter().map(|one| known.ids(&one.any_of)).collect();
    let must = cover::cover(&known.reads_only, required);
    let fields = needs.iter().flat_map(|one| one.fields.iter().map(move |need| (one, need)));
    let fields = fields.map(|(one, need)| (one, need, known.ids(&need.any_of)));
    let empty: Vec<_> = fields.filter(|(_, _, ids)| ids.is_disjoint(&must.chosen)).collect();
    let may = cover::cover(&known.reads_only, empty.iter().map(|(_, _, ids)| ids.clone()).collect());

    let granted = must.chosen.iter().filter_map(|&id| {
        let scope = known.scope(id)?;
        let served = needs.iter().filter(|one| one.any_of.iter().any(|any| any.name == scope.name));
        let operations = served.map(|one| one.operation.clone()).collect();
        Some(Granted { reads_only: reads_only(&scope.name), scope, operations })
    });
    let filling = may.chosen.iter().filter_map(|&id| {
        let scope = known.scope(id)?;
        let mut filled: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (one, need, _) in empty.iter().filter(|(_, _, ids)| ids.contains(&id)) {
            filled.entry(one.operation.clone()).or_default().extend(need.fields.iter().cloned());
        }
        Some(Filling { reads_only: reads_only(&scope.name), scope, fields: filled.into_iter().collect() })
    });
    Plan {
        scopes: granted.collect(),
        field_scopes: filling.collect(),
        free: needs.iter().filter(|one| one.any_of.is_empty()).map(|one| one.operation.clone()).collect(),
        exact: must.exact && may.exact,
    }
}

/// Every named scope, with a number in the order of the names.
struct Known<'a> {
    numbers: BTreeMap<&'a str, (usize, Option<&'a str>)>,
    reads_only: Vec<bool>,
}

impl<'a> Known<'a> {
    fn new(needs: &'a [Needs]) -> Self {
        let mut numbers: BTreeMap<&str, (usize, Option<&str>)> = BTreeMap::new();
        let all = needs
            .iter()
            .flat_map(|one| one.any_of.iter().chain(one.fields.iter().flat_map(|need| &need.any_of)));
        for scope in all {
            let entry = numbers.entry(&scope.name).or_default();
            // The first page with a label provides it.
            entry.1 = entry.1.or(scope.label.as_deref());
        }
        for (number, entry) in numbers.values_mut().enumerate() {
            entry.0 = number;
        }
        let reads_only = numbers.keys().map(|name| reads_only(name)).collect();
        Self { numbers, reads_only }
    }

    fn ids(&self, scopes: &[Scope]) -> BTreeSet<usize> {
        let known = scopes.iter().filter_map(|scope| self.numbers.get(scope.name.as_str()));
        known.map(|(id, _)| *id).collect()
    }

    fn scope(&self, wanted: usize) -> Option<Scope> {
        let (name, (_, label)) = self.numbers.iter().nth(wanted)?;
        Some(Scope { name: (*name).to_owned(), label: label.map(str::to_owned) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::source::Sources;

    const API: &str = "base_urls:\n  zoo: https://zoo.example\nerrors: {}\n";

    /// A schema of operations `zoo.v1.animal.<name>` with these lines each.
    fn api(operations: &[(&str, &str)]) -> Api {
        let dir = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = dir.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        write("api.yaml", API);
        for (name, lines) in operations {
            let head =
                format!("title: Do {name}\ndoc: https://zoo.example/{name}\nmethod: POST\npath: /{name}\n");
            write(
                &format!("zoo/v1/animal/{name}.yaml"),
                &format!("{head}tokens: [tenant]\nquota: 5/s\n{lines}\n"),
            );
        }
        crate::resolve::load_sources(&Sources::read(dir.path()))
            .unwrap_or_else(|problems| panic!("{problems}"))
            .0
    }

    fn names(plan: &Plan) -> Vec<&str> {
        plan.scopes.iter().map(|one| one.scope.name.as_str()).collect()
    }

    #[test]
    fn a_scope_that_reads_is_preferred_until_something_has_to_be_written() {
        let api = api(&[
            ("get", "scopes: {zoo:animal: 更新动物, zoo:animal:readonly: 获取动物}"),
            ("list", "scopes: {zoo:animal:readonly: 获取动物, zoo:animal: 更新动物}"),
            ("feed", "scopes: {zoo:animal: 更新动物}"),
            ("ping", ""),
        ]);
        let read = plan(&api, &["zoo.v1.animal.list", "zoo.v1.animal.get", "zoo.v1.animal.get"]).unwrap();
        assert_eq!(names(&read), ["zoo:animal:readonly"]);
        assert_eq!(read.scopes[0].operations, ["zoo.v1.animal.get", "zoo.v1.animal.list"]);
        assert_eq!(read.scopes[0].scope.label.as_deref(), Some("获取动物"));
        assert!(read.scopes[0].reads_only && read.exact);
        let all = ["zoo.v1.animal.get", "zoo.v1.animal.feed", "zoo.v1.animal.ping", "zoo.v1.animal.list"];
        let written = plan(&api, &all).unwrap();
        assert_eq!(names(&written), ["zoo:animal"]);
        assert_eq!(written.free, ["zoo.v1.animal.ping"]);
    }

    #[test]
    fn two_scopes_that_read_are_better_than_one_that_writes() {
        let api = api(&[
            ("get", "scopes: {zoo:all: a, zoo:animal:readonly: b}"),
            ("food", "scopes: {zoo:all: a, zoo:food.read: c}"),
        ]);
        let plan = plan(&api, &["zoo.v1.animal.get", "zoo.v1.animal.food"]).unwrap();
        assert_eq!(names(&plan), ["zoo:animal:readonly", "zoo:food.read"]);
    }

    #[test]
    fn fields_that_stay_empty_name_the_fewest_scopes_that_fill_them() {
        let api = api(&[(
            "get",
            "scopes: {zoo:animal:readonly: 获取动物}\nfield_scopes: {zoo:keeper:readonly: 饲养员, zoo:other: 其他}\n\
             query:\n  kind: Kind\nresponse:\n  keeper: {type: string, scopes: {zoo:keeper: k, zoo:keeper:readonly: k}}\n  \
             name: {type: string, scopes: {zoo:animal:readonly: a}}\n  home: {type: 'Home[]'}\ntypes:\n  Home:\n    fields:\n      \
             keeper: {type: string, scopes: {zoo:keeper:readonly: k, zoo:keeper: k}}\n      inner: {type: 'Home[]'}\n  Kind:\n    \
             enum: string\n    values:\n      - {value: b, name: Bear, scopes: {zoo:bear: 熊}}",
        )]);
        let plan = plan(&api, &["zoo.v1.animal.get"]).unwrap();
        let filled: Vec<_> = plan
            .field_scopes
            .iter()
            .map(|one| (one.scope.name.as_str(), one.fields[0].1.join(" ")))
            .collect();
        assert_eq!(
            filled,
            [
                ("zoo:bear", "query.kind=b".to_owned()),
                ("zoo:keeper:readonly", "data.keeper data.home.keeper".to_owned()),
                // The page names it without a field.
                ("zoo:other", String::new()),
            ]
        );
    }

    #[test]
    fn an_operation_that_is_not_there_is_named() {
        let error = plan(&api(&[("get", "")]), &["zoo.v1.animal.got"]).unwrap_err();
        assert_eq!(error.to_string(), "there is no operation `zoo.v1.animal.got` in the schema");
    }

    #[test]
    fn the_last_word_says_whether_a_scope_reads() {
        for scope in [
            "hire:talent:readonly",
            "contact:contact:readonly_as_app",
            "contact:user.leader_info.read",
            "a:read",
        ] {
            assert!(reads_only(scope), "{scope}");
        }
        for scope in ["hire:talent", "contact:readonly:write", "hire:reader", "contact:contact:access_as_app"]
        {
            assert!(!reads_only(scope), "{scope}");
        }
    }
}
