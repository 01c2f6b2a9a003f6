//! `hire-gen diff` as a command: folders and git revisions, formats, exit codes, and that it writes nothing.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::SystemTime;

use serde_json::Value;

use super::folder;

struct Said {
    code: u8,
    out: String,
    err: String,
}

fn run(arguments: &[&str]) -> Said {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let arguments = ["hire-gen", "diff"].iter().chain(arguments);
    let code = hire_gen::cli::run(arguments, &mut out, &mut err, false).unwrap();
    Said { code, out: String::from_utf8(out).unwrap(), err: String::from_utf8(err).unwrap() }
}

fn side(case: &str, side: &str) -> String {
    folder("diff").join(case).join(side).display().to_string()
}

/// A repository whose first commit has the old version of a case in `specs/` and whose second has the new one, as does
/// the working tree. `None` without git.
fn repository(case: &str) -> Option<tempfile::TempDir> {
    if Command::new("git").arg("--version").output().is_err() {
        println!("skipped: there is no git");
        return None;
    }
    let dir = tempfile::tempdir().unwrap();
    git(dir.path(), &["init", "--quiet", "--initial-branch", "main"]);
    for (version, tag) in [("old", "v1"), ("new", "v2")] {
        let specs = dir.path().join("specs");
        if specs.exists() {
            fs::remove_dir_all(&specs).unwrap();
        }
        copy(Path::new(&side(case, version)), &specs);
        fs::write(specs.join("README.md"), "not a spec").unwrap();
        git(dir.path(), &["add", "--all"]);
        git(dir.path(), &["commit", "--quiet", "--message", version]);
        git(dir.path(), &["tag", tag]);
    }
    Some(dir)
}

fn git(dir: &Path, arguments: &[&str]) {
    let identity =
        ["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "commit.gpgSign=false"];
    let output = Command::new("git")
        .current_dir(dir)
        .env_remove("GIT_DIR")
        .args(identity)
        .args(arguments)
        .output()
        .unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let (entry, target) = (entry.as_ref().unwrap().path(), to.join(entry.as_ref().unwrap().file_name()));
        if entry.is_dir() {
            copy(&entry, &target);
        } else {
            fs::copy(entry, target).unwrap();
        }
    }
}

/// Every file below a folder, with its modification time.
fn below(dir: &Path) -> BTreeMap<String, SystemTime> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(below(&path));
        }
        found.insert(path.display().to_string(), fs::symlink_metadata(&path).unwrap().modified().unwrap());
    }
    found
}

#[test]
fn folders_and_revisions_say_the_same() {
    let case = "shared_types";
    let expected = fs::read_to_string(folder("diff").join(case).join("expected.txt")).unwrap();
    let folders = run(&[&side(case, "old"), &side(case, "new")]);
    assert_eq!((folders.code, folders.out.as_str(), folders.err.as_str()), (0, expected.as_str(), ""));
    let Some(dir) = repository(case) else { return };
    let specs = dir.path().join("specs").display().to_string();
    let before = below(dir.path());
    for versions in [&["v1"][..], &["HEAD~1"], &["v1", "v2"], &["HEAD^", "main"], &["v1", &side(case, "new")]]
    {
        let said = run(&[versions, &["--schema", &specs]].concat());
        assert_eq!(
            (said.code, said.out.as_str(), said.err.as_str()),
            (0, expected.as_str(), ""),
            "{versions:?}"
        );
    }
    assert_eq!(run(&["HEAD", "--schema", &specs]).out, "nothing has changed\n");
    assert_eq!(below(dir.path()), before, "the repository was written to");
}

#[test]
fn a_folder_may_be_the_whole_repository() {
    let Some(dir) = repository("limits") else { return };
    let specs = dir.path().join("specs");
    git(&specs, &["init", "--quiet", "--initial-branch", "main"]);
    git(&specs, &["add", "--all"]);
    git(&specs, &["commit", "--quiet", "--message", "specs"]);
    let said = run(&["main", "--schema", &specs.display().to_string()]);
    assert_eq!((said.code, said.out.as_str()), (0, "nothing has changed\n"), "{}", said.err);
}

/// Git receives all requests at once, and answers before it has read the last one.
#[test]
fn more_files_than_a_pipe_holds_are_read() {
    let Some(dir) = repository("limits") else { return };
    let types = dir.path().join("specs/shop/v1/types");
    fs::create_dir_all(&types).unwrap();
    for number in 0..2000 {
        let text = format!("doc: {}\nenum: int\nvalues: [{{value: 1, name: One}}]\n", "x".repeat(100));
        fs::write(types.join(format!("t_{number}.yaml")), text).unwrap();
    }
    git(dir.path(), &["add", "--all"]);
    git(dir.path(), &["commit", "--quiet", "--message", "many"]);
    let said = run(&["HEAD", "--schema", &dir.path().join("specs").display().to_string()]);
    assert_eq!((said.code, said.out.as_str()), (0, "nothing has changed\n"), "{}", said.err);
}

#[test]
fn what_is_no_version_is_told_what_to_be() {
    let Some(dir) = repository("limits") else { return };
    let specs = dir.path().join("specs").display().to_string();
    let wrong = [
        (&["v3", "--schema", &specs][..], "error: `v3` is neither a folder nor a revision of the repository"),
        (&["--schema", &specs, "--", "--all"], "error: `--all` is neither a folder nor a revision\n"),
        (&["v1", "--schema", "no/such/folder"], "error: the folder `no/such/folder` does not exist"),
    ];
    for (arguments, message) in wrong {
        let said = run(arguments);
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{arguments:?}: {}", said.err);
        assert!(said.err.starts_with(message) && said.err.contains("\n  help: "), "{}", said.err);
    }
    let later = dir.path().join("later");
    fs::create_dir(&later).unwrap();
    let said = run(&["v1", "--schema", &later.display().to_string()]);
    assert!(said.code == 2 && said.err.starts_with("error: `v1` has no folder `"), "{}", said.err);
    let outside = tempfile::tempdir().unwrap();
    let said = run(&["v1", "--schema", &outside.path().display().to_string()]);
    assert!(said.code == 2 && said.err.contains("is not in a git repository"), "{}", said.err);
}

#[test]
fn what_is_wrong_with_an_old_version_is_shown_where_it_was() {
    let Some(dir) = repository("limits") else { return };
    let specs = dir.path().join("specs");
    fs::write(specs.join("shop/v1/order/broken.yaml"), "title: [\n").unwrap();
    fs::write(specs.join("shop/v1/order/latin.yaml"), b"title: \xe9\n").unwrap();
    git(dir.path(), &["add", "--all"]);
    git(dir.path(), &["commit", "--quiet", "--message", "broken"]);
    let specs = specs.display().to_string();
    let said = run(&["HEAD", "v1", "--schema", &specs]);
    assert_eq!((said.code, said.out.as_str()), (1, ""), "{}", said.err);
    let place = format!("HEAD:{specs}/shop/v1/order/");
    for (file, code) in [("broken.yaml", "error[H005]"), ("latin.yaml", "error[H003]")] {
        assert!(said.err.contains(&format!("{place}{file}")) && said.err.contains(code), "{}", said.err);
    }
}

#[test]
fn a_denied_weight_and_all_above_it_are_an_error() {
    let exits = |case: &str, deny: &str| run(&[&side(case, "old"), &side(case, "new"), "--deny", deny]).code;
    for (case, denied) in
        [("limits", 4), ("quota_and_safety", 3), ("request_field_added", 2), ("texts", 1), ("nothing", 0)]
    {
        for (weight, deny) in ["documentation", "additive", "behaviour", "breaking"].iter().enumerate() {
            assert_eq!(exits(case, deny), u8::from(weight < denied), "{case} --deny {deny}");
        }
        assert_eq!(run(&[&side(case, "old"), &side(case, "new")]).code, 0);
    }
    let said = run(&[&side("limits", "old"), &side("limits", "new"), "--deny", "breaking"]);
    assert!(said.out.starts_with("breaking (4)\n"), "what is denied is said all the same: {}", said.out);
    assert_eq!(said.err, "error: 4 changes denied by `--deny breaking`\n");
    assert_eq!(run(&[&side("texts", "old"), "--deny", "typos"]).code, 2);
}

#[test]
fn it_speaks_to_programs_and_to_pull_requests() {
    let versions = [side("texts", "old"), side("texts", "new")];
    let said = |format: &str| run(&[&versions[0], &versions[1], "--format", format]);
    let value: Value = serde_json::from_str(&said("json").out).unwrap();
    assert_eq!(value["impact"], "documentation");
    assert_eq!((value["step"].as_str(), value["step_before_1"].as_str()), (Some("patch"), Some("patch")));
    assert_eq!(value["changes"][0]["endpoint"], "shop.v1.order.get");
    let markdown = said("markdown").out;
    assert!(markdown.starts_with("### Changes of the schema\n"), "{markdown}");
    // All text of the schema stays inside a code span.
    assert!(markdown.contains("``标题 `x` @team <b>``"), "{markdown}");
}
