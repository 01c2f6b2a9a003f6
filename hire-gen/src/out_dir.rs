//! The front end for build scripts: schema → `OUT_DIR`.

use std::collections::BTreeSet;
use std::env;
use std::fmt;
use std::path::{Path, PathBuf};

use crate::emit::{self, Options};
use crate::ir::Api;

/// Generates the client of a schema from a build script.
///
/// ```no_run
/// fn main() -> Result<(), hire_gen::out_dir::Failure> {
///     hire_gen::out_dir::OutDir::new("schema").generate()
/// }
/// ```
///
/// The crate then takes it in with `include!(concat!(env!("OUT_DIR"), "/api.rs"));`. Cargo runs the script again when
/// anything in the folder changes.
#[derive(Clone, Debug)]
pub struct OutDir {
    schema: PathBuf,
    resources: Resources,
    roundtrip: bool,
    inside_hire_api: bool,
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
        Self { schema: schema.into(), resources: Resources::All, roundtrip: false, inside_hire_api: false }
    }

    /// Generates only these resources, each named `<service>-<version>-<resource>`; all of them by default.
    #[must_use]
    pub fn with_resources(mut self, resources: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.resources = Resources::Named(resources.into_iter().map(Into::into).collect());
        self
    }

    /// Generates only the resources whose Cargo feature is on, for a package that has a feature for each of them.
    #[must_use]
    pub fn with_resource_features(mut self) -> Self {
        self.resources = Resources::Features;
        self
    }

    /// Gives every model `Serialize` and `Deserialize`, not only the one the wire needs.
    #[must_use]
    pub fn with_roundtrip(mut self, roundtrip: bool) -> Self {
        self.roundtrip = roundtrip;
        self
    }

    /// For hire-api itself: methods on its `Client` in place of a trait.
    #[doc(hidden)]
    #[must_use]
    pub fn inside_hire_api(mut self) -> Self {
        self.inside_hire_api = true;
        self
    }

    /// Reads, checks and writes; on the way it tells Cargo what it depends on.
    ///
    /// # Errors
    ///
    /// When the schema is wrong, with every diagnostic, or when the files cannot be written.
    #[expect(clippy::print_stdout, reason = "a build script speaks to Cargo on standard output")]
    pub fn generate(self) -> Result<(), Failure> {
        let out = env::var_os("OUT_DIR")
            .ok_or_else(|| Failure("`OUT_DIR` is not set: call this from a build script".into()))?;
        println!("cargo::rerun-if-changed={}", self.schema.display());
        let api = crate::load(&self.schema).map_err(|problems| Failure(problems.to_string()))?;
        emit::emit(&api, &self.options(&api)?)
            .write(Path::new(&out))
            .map_err(|error| Failure(error.to_string()))?;
        Ok(())
    }

    fn options(self, api: &Api) -> Result<Options, Failure> {
        let resources = match self.resources {
            Resources::All => None,
            Resources::Named(names) => Some(named(names, api)?),
            Resources::Features => {
                let features = api.endpoints.iter().map(emit::resource_feature);
                Some(features.filter(|feature| is_on(feature)).collect())
            }
        };
        let Self { roundtrip, inside_hire_api, .. } = self;
        Ok(Options { resources, roundtrip, inside_hire_api, format: false })
    }
}

/// These resources; a name that is none would generate nothing without a word.
fn named(names: Vec<String>, api: &Api) -> Result<BTreeSet<String>, Failure> {
    let known: BTreeSet<String> = api.endpoints.iter().map(emit::resource_feature).collect();
    match names.iter().find(|name| !known.contains(*name)) {
        None => Ok(names.into_iter().collect()),
        Some(unknown) => {
            let known: Vec<String> = known.into_iter().map(|name| format!("`{name}`")).collect();
            Err(Failure(format!("there is no resource `{unknown}`: expected some of {}", known.join(", "))))
        }
    }
}

/// Cargo tells a build script of a feature in upper case, with `_` for `-`.
fn is_on(feature: &str) -> bool {
    env::var_os(format!("CARGO_FEATURE_{}", feature.to_uppercase().replace('-', "_"))).is_some()
}

/// Why nothing was generated. `Debug` is what a build script's `main` prints, so it reads like `Display`.
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

    #[test]
    fn a_resource_that_is_none_is_refused_with_those_there_are() {
        let api = crate::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../schema")).unwrap();
        let refused = OutDir::new("schema").with_resources(["hire-v1-talents"]).options(&api).unwrap_err();
        assert!(
            refused.0.starts_with("there is no resource `hire-v1-talents`: expected some of "),
            "{refused}"
        );
        let options = OutDir::new("schema").with_resources(["hire-v1-talent"]).options(&api).unwrap();
        assert_eq!(options.resources.unwrap().len(), 1);
    }
}
