//! The interface for build scripts: schema → `OUT_DIR`.

use std::collections::BTreeSet;
use std::env;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use crate::rust::files::Files;
use crate::rust::{self, HireApi, Options, features};

/// Generates the client of a schema from a build script.
///
/// ```no_run
/// fn main() -> Result<(), hire_gen::out_dir::Failure> {
///     hire_gen::out_dir::OutDir::new("schema").generate()
/// }
/// ```
///
/// The crate includes the output with `include!(concat!(env!("OUT_DIR"), "/api.rs"));` and needs the feature `derive`
/// of hire-api. Cargo runs the script again if anything in the folder, or in its generated parts, changes. Cargo cannot
/// watch a folder for new specs and ignore other files, so an editor's swap file counts, too.
#[derive(Clone, Debug)]
pub struct OutDir {
    schema: PathBuf,
    resources: Resources,
    serde: bool,
    inside_hire_api: bool,
    events: bool,
    hire_api: Option<String>,
}

#[derive(Clone, Debug)]
enum Resources {
    All,
    Named(Vec<String>),
    Features,
}

impl OutDir {
    /// Reads the schema in this folder, relative to the package.
    pub fn new(schema: impl Into<PathBuf>) -> Self {
        Self {
            schema: schema.into(),
            resources: Resources::All,
            serde: false,
            inside_hire_api: false,
            events: false,
            hire_api: None,
        }
    }

    /// Generates only these resources, each named `<service>-<version>-<resource>`. Defaults to all.
    #[must_use]
    pub fn with_resources(mut self, resources: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.resources = Resources::Named(resources.into_iter().map(Into::into).collect());
        self
    }

    /// Generates only the resources whose Cargo feature is enabled, for a package with a feature per resource, named
    /// `<service>-<version>-<resource>`. The feature `full` includes resources without a feature.
    #[must_use]
    pub fn with_resource_features(mut self) -> Self {
        self.resources = Resources::Features;
        self
    }

    /// Gives every model both `Serialize` and `Deserialize`.
    #[must_use]
    pub fn with_serde(mut self, serde: bool) -> Self {
        self.serde = serde;
        self
    }

    /// Also generates the events of the resources; hire-api needs its feature `events`.
    #[must_use]
    pub fn with_events(mut self, events: bool) -> Self {
        self.events = events;
        self
    }

    /// Sets the path of hire-api if it is renamed or re-exported: `hire`, `corp_sdk::hire_api`, `crate::sdk`.
    /// Defaults to `hire_api`.
    #[must_use]
    pub fn with_crate(mut self, path: impl Into<String>) -> Self {
        self.hire_api = Some(path.into());
        self
    }

    /// For hire-api itself: adds methods to its `Client` instead of a trait.
    #[doc(hidden)]
    #[must_use]
    pub fn inside_hire_api(mut self) -> Self {
        self.inside_hire_api = true;
        self
    }

    /// Reads, checks and writes, and tells Cargo what it depends on. It reads only the part of the schema that it
    /// generates.
    ///
    /// # Errors
    ///
    /// If the read part of the schema is wrong, with every diagnostic, if the path of hire-api is invalid, or if the
    /// files cannot be written.
    pub fn generate(self) -> Result<(), Failure> {
        let out = env::var_os("OUT_DIR")
            .ok_or_else(|| Failure("`OUT_DIR` is not set: call this from a build script".into()))?;
        self.emit()?.write(Path::new(&out)).map_err(|error| Failure(error.to_string()))?;
        Ok(())
    }

    fn emit(self) -> Result<Files, Failure> {
        let hire_api = self.hire_api.as_deref().map(HireApi::new).transpose();
        let hire_api = hire_api.map_err(|error| Failure(error.to_string()))?;
        let declared = matches!(self.resources, Resources::Features).then(declared).transpose()?;
        let mut whole = true;
        let (api, resources) = crate::resolve::load_resources(&self.schema, |known| {
            let chosen = match (self.resources, &declared) {
                (Resources::Named(names), _) => named(names, &known)?,
                (Resources::Features, Some(declared)) => enabled(&known, declared),
                _ => known.clone(),
            };
            whole = chosen == known;
            Ok::<_, Failure>(chosen)
        })?;
        watch(&self.schema, &resources, whole);
        let api = api.map_err(|problems| Failure(problems.to_string()))?;
        let Self { serde, inside_hire_api, events, .. } = self;
        let features = declared.filter(|_| inside_hire_api);
        let resources = Some(resources);
        Ok(rust::emit(
            &api,
            &Options { resources, serde, inside_hire_api, events, hire_api, features, ..Options::default() },
        ))
    }
}

/// Tells Cargo what to watch: the whole folder if everything is generated, because new resources count; otherwise only
/// the generated resources.
#[expect(clippy::print_stdout, reason = "a build script speaks to Cargo on standard output")]
fn watch(schema: &Path, resources: &BTreeSet<String>, whole: bool) {
    let folders = resources.iter().map(|name| schema.join(name.replace('-', "/")));
    let types = resources.iter().filter_map(|name| Some(name.rsplit_once('-')?.0.replace('-', "/")));
    let types: BTreeSet<PathBuf> = types.map(|version| schema.join(version).join("types")).collect();
    let parts = [schema.join("api.yaml")].into_iter().chain(folders).chain(types);
    let whole = whole.then(|| schema.to_owned());
    // Cargo would run the script every time for a path that does not exist.
    let parts = parts.filter(|path| whole.is_none() && path.exists());
    for path in parts.chain(whole.clone()) {
        println!("cargo::rerun-if-changed={}", path.display());
    }
}

/// Refuses unknown resources, which would silently generate nothing.
fn named(names: Vec<String>, known: &BTreeSet<String>) -> Result<BTreeSet<String>, Failure> {
    match names.iter().find(|name| !known.contains(*name)) {
        None => Ok(names.into_iter().collect()),
        Some(unknown) => {
            let known: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
            Err(Failure(format!("there is no resource `{unknown}`: expected some of {}", known.join(", "))))
        }
    }
}

/// The features that the package declares; Cargo tells a build script only the enabled ones.
fn declared() -> Result<BTreeSet<String>, Failure> {
    let package = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default();
    let manifest = Path::new(&package).join("Cargo.toml");
    let text = fs::read_to_string(&manifest)
        .map_err(|error| Failure(format!("`{}` cannot be read: {error}", manifest.display())))?;
    Ok(features::declared(&text))
}

/// The resources whose feature is enabled. The feature `full` includes resources without one.
#[expect(clippy::print_stdout, reason = "a build script speaks to Cargo on standard output")]
fn enabled(known: &BTreeSet<String>, declared: &BTreeSet<String>) -> BTreeSet<String> {
    for resource in known.difference(declared) {
        println!(
            "cargo::warning=the resource `{resource}` has no feature of its own, so it is a part of `full` alone; \
             `cargo hire-gen features --write` gives it one"
        );
    }
    let on = |resource: &&String| is_on(if declared.contains(*resource) { resource } else { "full" });
    known.iter().filter(on).cloned().collect()
}

/// Cargo passes a feature to a build script in upper case, with `_` for `-`.
fn is_on(feature: &str) -> bool {
    env::var_os(format!("CARGO_FEATURE_{}", feature.to_uppercase().replace('-', "_"))).is_some()
}

/// Why nothing was generated. `Debug` equals `Display`, because `main` of a build script prints it.
pub struct Failure(String);

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Failure {}

#[cfg(test)]
mod tests {
    use super::*;

    const SCHEMA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../schema");

    #[test]
    fn a_resource_that_is_none_is_refused_with_those_there_are() {
        let refused = OutDir::new(SCHEMA).with_resources(["hire-v1-talents"]).emit().unwrap_err();
        assert!(
            refused.0.starts_with("there is no resource `hire-v1-talents`: expected some of "),
            "{refused}"
        );
    }

    #[test]
    fn what_is_generated_of_a_resource_is_the_same_whatever_else_was_read() {
        let api = crate::resolve::load(Path::new(SCHEMA)).unwrap();
        let known: Vec<String> = features(&api).into_iter().collect();
        let all = known.len();
        let single = known.iter().step_by(9).map(std::slice::from_ref);
        let sets = single.chain(known.chunks(11)).chain([known.as_slice()]);
        for (index, resources) in sets.enumerate() {
            let events = index % 2 == 0;
            let out_dir = OutDir::new(SCHEMA).with_resources(resources).with_events(events);
            let read = out_dir.emit().unwrap();
            let resources = Some(resources.iter().cloned().collect());
            let whole = rust::emit(&api, &Options { resources, events, ..Options::default() });
            assert!(read.iter().eq(whole.iter()), "{index} of {all}");
        }
    }

    #[test]
    fn nothing_that_was_not_asked_for_is_read() {
        let dir = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = dir.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write("shop/v1/types/broken.yaml", "fields: {a: [");
        write("shop/v1/order/get.yaml", "neither: YAML: of: a: spec");
        write("shop/v1/order/odd.txt", "no spec");
        let out_dir = || OutDir::new(dir.path());
        assert_eq!(out_dir().with_resources([""; 0]).emit().unwrap().iter().count(), 1);
        let said = out_dir().with_resources(["shop-v1-order"]).emit().unwrap_err().0;
        for part in ["broken.yaml", "get.yaml", "odd.txt"] {
            assert!(said.contains(part), "{said}");
        }
        write("shop/stray.yaml", "no place for a spec");
        let said = out_dir().with_resources([""; 0]).emit().unwrap_err().0;
        assert!(said.contains("stray.yaml") && !said.contains("get.yaml"), "{said}");
    }
}
