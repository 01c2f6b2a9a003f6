//! The Cargo features of resources: those that a manifest declares, and those that it needs.

use std::collections::BTreeSet;

/// The name of every feature that a manifest declares.
pub(crate) fn declared(manifest: &str) -> BTreeSet<String> {
    let mut inside = false;
    let mut names = BTreeSet::new();
    for line in manifest.lines().map(str::trim) {
        if line.starts_with('[') {
            inside = line == "[features]";
        } else if inside && let Some((name, _)) = line.split_once('=').filter(|_| !line.starts_with('#')) {
            names.insert(name.trim().trim_matches('"').to_owned());
        }
    }
    names
}

/// The manifest with one feature per resource, and `full` with all of them.
///
/// # Errors
///
/// The missing line of the manifest.
#[cfg(feature = "cli")]
pub(crate) fn updated(manifest: &str, resources: &BTreeSet<String>) -> Result<String, &'static str> {
    const FULL: &str = "full = [";
    let mut out = String::with_capacity(manifest.len());
    let (mut in_full, mut full, mut features) = (false, false, false);
    for line in manifest.lines() {
        let name = line.strip_suffix(" = []").filter(|name| is_resource(name));
        let listed = line.trim().trim_end_matches(',').trim_matches('"');
        match name {
            Some(_) if features => continue,
            Some(_) => {
                features = true;
                out.extend(resources.iter().map(|name| format!("{name} = []\n")));
                continue;
            }
            None if in_full && is_resource(listed) => continue,
            None => {}
        }
        in_full = (in_full && line != "]") || line == FULL;
        out += line;
        out.push('\n');
        if line == FULL {
            full = true;
            out.extend(resources.iter().map(|name| format!("  \"{name}\",\n")));
        }
    }
    match (full, features) {
        (false, _) => Err("`full = [`, followed by one feature per line"),
        (_, false) => Err("a feature of a resource, such as `hire-v1-talent = []`"),
        _ => Ok(out),
    }
}

/// `hire-v1-talent`, and not `rustls-aws-lc`.
#[cfg(feature = "cli")]
fn is_resource(name: &str) -> bool {
    let mut parts = name.split('-').skip(1);
    let version = parts.next().and_then(|version| version.strip_prefix('v'));
    let numbered = version.is_some_and(|number| number.starts_with(|c: char| c.is_ascii_digit()));
    numbered && parts.next().is_some() && parts.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str = "[package]\nname = \"a\"\n\n[features]\n# All = of it.\nfull = [\n  \"a-v1-gone\",\n  \"a-v1-b\",\n  \"extra\",\n]\n\
                            a-v1-b = []\na-v1-gone = []\ntls = [\"dep:x\"]\n\n[dependencies]\nx = \"1\"\n";

    #[test]
    fn a_manifest_declares_what_stands_under_features() {
        let expected = ["a-v1-b", "a-v1-gone", "full", "tls"].map(str::to_owned);
        assert_eq!(declared(MANIFEST), expected.into());
    }

    #[cfg(feature = "cli")]
    #[test]
    fn resources_come_and_go_and_everything_else_stays() {
        let resources = ["a-v1-b", "a-v1-c"].map(str::to_owned).into();
        let new = updated(MANIFEST, &resources).unwrap();
        assert_eq!(
            new,
            "[package]\nname = \"a\"\n\n[features]\n# All = of it.\nfull = [\n  \"a-v1-b\",\n  \"a-v1-c\",\n  \"extra\",\n]\n\
             a-v1-b = []\na-v1-c = []\ntls = [\"dep:x\"]\n\n[dependencies]\nx = \"1\"\n"
        );
        assert_eq!(updated(&new, &resources), Ok(new.clone()));
        assert!(updated("[features]\n", &resources).is_err());
    }
}
