//! The manifests of the published packages.

use toml_edit::{Array, DocumentMut, Item, Table, TableLike, value};

use super::{Failure, HIRE_API};

/// Sections that only this repository needs.
const UNPUBLISHED: [&str; 4] = ["dev-dependencies", "example", "test", "bench"];

/// The manifest of the workspace with these packages.
pub(super) fn workspace(text: &str, members: &[&str]) -> Result<String, Failure> {
    let mut manifest = Manifest::read("Cargo.toml", text)?;
    let members: Array = members.iter().copied().collect();
    *manifest.entry("workspace", "members")? = value(members);
    Ok(manifest.document.to_string())
}

/// The manifest of a package.
pub(super) fn package(name: &str, text: &str) -> Result<String, Failure> {
    let mut manifest = Manifest::read(&format!("{name}/Cargo.toml"), text)?;
    *manifest.entry("package", "readme")? = value("README.md");
    for table in UNPUBLISHED {
        manifest.document.remove(table);
    }
    match name {
        HIRE_API => hire_api(&mut manifest)?,
        "hire-gen" => {
            manifest.remove("features", "stage")?;
            manifest.remove("dependencies", "toml_edit")?;
        }
        _ => {}
    }
    Ok(manifest.document.to_string())
}

/// The generated sources need no generator, and their derives are expanded; the derives for other crates are a feature.
fn hire_api(manifest: &mut Manifest) -> Result<(), Failure> {
    if manifest.document.remove("build-dependencies").is_none() {
        return Err(manifest.lacks("build-dependencies"));
    }
    manifest.table("dependencies", "hire-macros")?.insert("optional", value(true));
    let derive: Array = ["dep:hire-macros"].into_iter().collect();
    *manifest.entry("features", "derive")? = value(derive);
    let place = "dependencies.serde.features";
    let features = manifest.table("dependencies", "serde")?.get_mut("features");
    match features.and_then(Item::as_array_mut) {
        // Only hire-gen derives serde's traits.
        Some(features) => features.retain(|feature| feature.as_str() != Some("derive")),
        None => return Err(manifest.lacks(place)),
    }
    Ok(())
}

/// A manifest and its display name.
struct Manifest {
    name: String,
    document: DocumentMut,
}

impl Manifest {
    fn read(name: &str, text: &str) -> Result<Self, Failure> {
        let document = text.replace("\r\n", "\n").parse::<DocumentMut>();
        match document {
            Ok(document) => Ok(Self { name: name.to_owned(), document }),
            Err(error) => Err(Failure(format!("`{name}` is not TOML: {error}"))),
        }
    }

    /// An existing entry.
    fn entry(&mut self, table: &str, key: &str) -> Result<&mut Item, Failure> {
        let lacks = self.lacks(&format!("{table}.{key}"));
        let table = self.document.get_mut(table).and_then(Item::as_table_mut);
        table.and_then(|table: &mut Table| table.get_mut(key)).ok_or(lacks)
    }

    /// An entry that is a table.
    fn table(&mut self, table: &str, key: &str) -> Result<&mut dyn TableLike, Failure> {
        let lacks = self.lacks(&format!("{table}.{key}.workspace"));
        self.entry(table, key)?.as_table_like_mut().ok_or(lacks)
    }

    fn remove(&mut self, table: &str, key: &str) -> Result<(), Failure> {
        let lacks = self.lacks(&format!("{table}.{key}"));
        let table = self.document.get_mut(table).and_then(Item::as_table_mut);
        table.and_then(|table| table.remove(key)).map(|_| ()).ok_or(lacks)
    }

    fn lacks(&self, what: &str) -> Failure {
        Failure(format!("`{}` has no `{what}`, which the package replaces", self.name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HIRE_API: &str = "[package]\nname = \"hire-api\"\nreadme = \"../README.md\"\n\n[features]\n# For people.\nderive = []\n\n\
                            [dependencies]\nhire-macros.workspace = true\nserde = { workspace = true, features = [\"alloc\", \"derive\"] }\n\n\
                            [build-dependencies]\nhire-gen.workspace = true\n\n[dev-dependencies]\ncsv = \"1\"\n\n[[test]]\nname = \"a\"\n\n\
                            [lints]\nworkspace = true\n";

    #[test]
    fn hire_api_is_published_without_generator_tests_and_derives() {
        assert_eq!(
            package("hire-api", HIRE_API).unwrap(),
            "[package]\nname = \"hire-api\"\nreadme = \"README.md\"\n\n[features]\n# For people.\nderive = [\"dep:hire-macros\"]\n\n\
             [dependencies]\nhire-macros.workspace = true\nhire-macros.optional = true\nserde = { workspace = true, features = [\"alloc\"] }\n\n\
             [lints]\nworkspace = true\n"
        );
    }

    #[test]
    fn a_manifest_that_has_changed_is_refused() {
        for gone in
            ["readme", "derive = []", "hire-macros.workspace = true", "features = [", "[build-dependencies]"]
        {
            let error = package("hire-api", &HIRE_API.replacen(gone, "other = []\n#", 1)).unwrap_err();
            assert!(error.to_string().contains("Cargo.toml"), "{gone}: {error}");
        }
        package("hire-gen", "[package]\nreadme = \"\"\n[features]\n[dependencies]\n").unwrap_err();
        package("hire-macros", "[package").unwrap_err();
    }
}
