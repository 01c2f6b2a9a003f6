//! Random types: those that a version shares, and those of one endpoint or event.

use serde_json::{Map, Value, json};

use super::{Builder, Known, Spec};
use crate::language::{Place, TYPE, VALUE, keys};
use crate::words::{LINES, TYPES, VALUES};

impl Builder {
    pub(super) fn shared_type(&mut self) {
        let stem = self.random.pick(TYPES).to_ascii_lowercase();
        let name = stem[..1].to_ascii_uppercase() + &stem[1..];
        let home = self.homes.len() - 1;
        if self.homes[home].types.iter().any(|known| known.name == name) {
            return;
        }
        let path = format!("{}/types/{stem}.yaml", self.homes[home].folder);
        let (mut spec, values) = self.type_();
        if !self.accepts(&path, &spec) {
            return;
        }
        let sent = self.homes[home].types.len().is_multiple_of(2);
        self.homes[home].types.push(Known {
            name,
            values: values.clone(),
            only: values.is_none().then_some(sent),
        });
        if values.is_none() {
            for _ in 0..1 + self.random.below(6) {
                let types = self.homes[home].types.clone();
                self.field(&path, &mut spec, &["fields"], &types, sent);
            }
        }
        self.texts(&path, &mut spec, &[], values.as_deref().unwrap_or_default());
        self.share(path, spec);
    }

    /// Replaces a shared type.
    fn share(&mut self, path: String, spec: Spec) {
        self.around.retain(|(known, _)| *known != path);
        self.around.push((path.clone(), self.style.text(&spec)));
        self.shared.insert(path, spec);
    }

    /// Another field for an existing shared object: of any shared type, including its own.
    pub(super) fn shared_field(&mut self) {
        let types = self.homes[self.homes.len() - 1].types.clone();
        let Some(known) = types.iter().rfind(|known| known.values.is_none()) else { return };
        let stem = known.name.to_ascii_lowercase();
        let path = format!("{}/types/{stem}.yaml", self.homes[self.homes.len() - 1].folder);
        let Some(mut spec) = self.shared.get(&path).cloned() else { return };
        self.field(&path, &mut spec, &["fields"], &types, known.only == Some(true));
        self.share(path, spec);
    }

    /// An enum, or an object with one field.
    fn type_(&mut self) -> (Spec, Option<Vec<String>>) {
        let mut spec = Map::new();
        if self.random.percent(50) {
            spec.insert("fields".to_owned(), json!({"x": {"type": "string", "max_length": 2}}));
            return (spec, None);
        }
        let int = self.random.percent(50);
        let mut names: Vec<String> = Vec::new();
        let mut values = Vec::new();
        let many = if self.random.percent(5) { 200 } else { 5 };
        for number in 0..1 + self.random.below(many) {
            let name = if number < VALUES.len() {
                (*self.random.pick(VALUES)).to_owned()
            } else {
                format!("N{number}")
            };
            if names.contains(&name) || ["KNOWN", "Unrecognized", "Self"].contains(&name.as_str()) {
                continue;
            }
            let number_of = i64::try_from(number).unwrap();
            let value = match (int, number) {
                (true, 3) => json!(i64::MAX),
                (true, 4) => json!(i64::MIN),
                (true, _) => json!(number_of * 7 - 7),
                (false, _) => json!(format!("{}{number}", self.random.pick(&LINES[..20]))),
            };
            values.push(json!({"value": value, "name": name}));
            names.push(name);
        }
        if values.is_empty() {
            values.push(json!({"value": if int { json!(1) } else { json!("1") }, "name": "One"}));
            names.push("One".to_owned());
        }
        spec.insert("enum".to_owned(), json!(if int { "int" } else { "string" }));
        spec.insert("values".to_owned(), json!(values));
        (spec, Some(names))
    }

    /// Texts of a type and of its values, in order.
    fn texts(&mut self, path: &str, spec: &mut Spec, at: &[&str], names: &[String]) {
        let place =
            Place { base: "string", list: false, enums: &[], siblings: names, sent: true, endpoints: &[] };
        for (key, value) in keys(&mut self.random, TYPE, &place) {
            self.add(path, spec, &[at, &[&key]].concat(), value);
        }
        for number in 0..names.len().min(5) {
            let number = number.to_string();
            for (key, value) in keys(&mut self.random, VALUE, &place) {
                self.add(path, spec, &[at, &["values", &number, &key]].concat(), value);
            }
            if self.random.percent(20) {
                let value = json!(self.random.pick(LINES));
                self.add(path, spec, &[at, &["values", &number, "value"]].concat(), value);
            }
        }
    }

    pub(super) fn local_type(&mut self, path: &str, spec: &mut Spec, types: &mut Vec<Known>) {
        let name = (*self.random.pick(TYPES)).to_owned();
        if types.iter().any(|known| known.name == name) {
            return;
        }
        let (declared, values) = self.type_();
        if self.add(path, spec, &["types", &name], Value::Object(declared)) {
            types.push(Known { name: name.clone(), values: values.clone(), only: None });
            self.texts(path, spec, &["types", &name], values.as_deref().unwrap_or_default());
            for _ in 0..self.random.below(5) {
                if values.is_none() {
                    // It may be sent and received, so it contains no shared object.
                    let sent = self.random.percent(50);
                    let types: Vec<Known> =
                        types.iter().filter(|known| known.only.is_none()).cloned().collect();
                    let types = types.as_slice();
                    self.field(path, spec, &["types", &name, "fields"], types, sent);
                }
            }
        }
    }
}
