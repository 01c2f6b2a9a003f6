//! `hire-gen diff` for the pairs of schemas in `diff/`, compared with the compiler, and its general properties.

#[path = "diff/command.rs"]
mod command;
#[path = "diff/comment.rs"]
mod comment;
#[path = "diff/compiler.rs"]
mod compiler;
#[path = "diff/edits.rs"]
mod edits;
#[path = "diff/line_ends.rs"]
mod line_ends;
#[path = "diff/program.rs"]
mod program;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use hire_gen::diff::{Change, Diff, Kind, diff};
use hire_gen::ir::Api;

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn load(dir: &Path) -> Api {
    hire_gen::load(dir).unwrap_or_else(|problems| panic!("{}: {problems}", dir.display()))
}

/// Name, old and new version of every pair.
fn cases() -> Vec<(String, Api, Api)> {
    let entries = fs::read_dir(folder("diff")).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    let api = |name: &str, side: &str| load(&folder("diff").join(name).join(side));
    let cases: Vec<_> =
        names.into_iter().map(|name| (name.clone(), api(&name, "old"), api(&name, "new"))).collect();
    assert!(!cases.is_empty());
    cases
}

#[test]
fn every_pair_is_judged_as_expected_in_every_format() {
    let mut wrong = Vec::new();
    for (name, old, new) in cases() {
        let diff = diff(&old, &new);
        let json = format!("{:#}\n", diff.to_json());
        let said = [("txt", diff.to_text(false)), ("md", diff.to_markdown()), ("json", json)];
        for (ending, said) in said {
            let file = folder("diff").join(&name).join(format!("expected.{ending}"));
            if std::env::var_os("BLESS").is_some() {
                fs::write(&file, &said).unwrap();
            }
            if fs::read_to_string(&file).unwrap_or_default() != said {
                wrong.push(format!("diff/{name}/expected.{ending} is different; BLESS=1 writes it:\n{said}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_kind_of_change_has_a_case_and_a_line_in_the_manual() {
    let cases = cases();
    let changes = cases.iter().flat_map(|(_, old, new)| diff(old, new).changes);
    let seen: BTreeSet<Kind> = changes.map(|change| change.kind).collect();
    let manual = fs::read_to_string(folder("../docs/diff.md")).unwrap();
    for kind in Kind::ALL {
        assert!(seen.contains(kind), "no case in diff/ has a change of the kind `{}`", kind.as_str());
        let row = format!("| `{}` | {} |", kind.as_str(), kind.meaning());
        assert!(manual.contains(&row), "docs/diff.md lacks the row that begins with {row}");
    }
    let rows = manual.lines().filter(|line| line.starts_with("| `") && line.matches('|').count() == 4);
    assert_eq!(rows.count(), Kind::ALL.len(), "docs/diff.md has rows for kinds that are none");
}

#[test]
fn a_schema_changes_nothing_against_itself() {
    let mut schemas = vec![load(&folder("../schema")), load(&folder("golden/schema"))];
    schemas.extend(cases().into_iter().flat_map(|(_, old, new)| [old, new]));
    for api in schemas {
        let diff = diff(&api, &api);
        assert!(diff.changes.is_empty(), "{}", diff.to_text(false));
        assert_eq!(diff.to_text(false), "nothing has changed\n");
    }
}

/// What is only in the new version becomes what is only in the old one, and vice versa.
#[test]
fn what_is_added_one_way_is_removed_the_other_way() {
    let opposites = [
        (Kind::EndpointAdded, Kind::EndpointRemoved),
        (Kind::ErrorAdded, Kind::ErrorRemoved),
        (Kind::FieldAdded, Kind::FieldRemoved),
        (Kind::TypeAdded, Kind::TypeRemoved),
        (Kind::ValueAdded, Kind::ValueRemoved),
    ];
    let places = |diff: &Diff, kind: Kind| -> BTreeSet<String> {
        let place = |change: &Change| {
            // The schema's own last step; the steps before it may have other names in either version.
            change.path.rsplit('.').next().unwrap().to_owned()
        };
        diff.changes.iter().filter(|change| change.kind == kind).map(place).collect()
    };
    let mut compared = 0;
    for (name, old, new) in cases() {
        let (there, back) = (diff(&old, &new), diff(&new, &old));
        // Merging two types renames them; splitting one replaces it.
        if [&there, &back].iter().any(|diff| diff.changes.iter().any(|one| one.kind == Kind::TypeRenamed)) {
            continue;
        }
        for (added, removed) in opposites {
            for (here, there) in [(&there, &back), (&back, &there)] {
                let (added, removed) = (places(here, added), places(there, removed));
                compared += added.len();
                assert_eq!(added, removed, "{name}:\n{}\n{}", here.to_text(false), there.to_text(false));
            }
        }
    }
    assert!(compared > 35, "{compared}");
}
