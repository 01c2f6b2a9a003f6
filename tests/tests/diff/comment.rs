//! The script that posts a diff on a pull request, with a `gh` that only records its arguments.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::folder;

/// The script's requests to GitHub, line by line, and its output in the job summary.
struct Done {
    asked: String,
    body: String,
    summary: String,
}

/// `gh` finds a comment with this ID, or fails if it is `!`. `None` if there is no bash to run the script.
fn run(markdown: &str, found: &str) -> Option<Done> {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name).display().to_string();
    let gh = format!(
        "#!/bin/sh\necho \"$*\" >> '{asked}'\n\
         case \"$*\" in\n\
         *body=@*) for last; do :; done; cp \"${{last#body=@}}\" '{body}' ;;\n\
         *) [ '{found}' != '!' ] || exit 1; echo '{found}' ;;\n\
         esac\n",
        asked = path("asked"),
        body = path("body"),
    );
    write_program(&dir.path().join("gh"), &gh);
    for (name, text) in [("schema.md", markdown), ("asked", ""), ("body", ""), ("summary", "")] {
        fs::write(path(name), text).unwrap();
    }
    let search = format!("{}:{}", dir.path().display(), std::env::var("PATH").unwrap_or_default());
    let output = Command::new("bash")
        .arg(folder("../.github/schema-comment.sh"))
        .arg(path("schema.md"))
        .env("PATH", search)
        .env("GITHUB_REPOSITORY", "a/b")
        .env("GITHUB_SERVER_URL", "https://github.example")
        .env("GITHUB_RUN_ID", "7")
        .env("GITHUB_STEP_SUMMARY", path("summary"))
        .env("PULL_REQUEST", "12")
        .output();
    let Ok(output) = output else {
        println!("skipped: there is no bash");
        return None;
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let read = |name: &str| fs::read_to_string(path(name)).unwrap();
    Some(Done { asked: read("asked"), body: read("body"), summary: read("summary") })
}

#[cfg(unix)]
fn write_program(path: &Path, text: &str) {
    use std::os::unix::fs::PermissionsExt;
    fs::write(path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

#[cfg(not(unix))]
fn write_program(path: &Path, text: &str) {
    fs::write(path, text).unwrap();
}

const CHANGES: &str = "### Changes of the schema\n\n1 breaking.\n";

#[test]
fn the_first_diff_is_a_new_comment() {
    let Some(done) = run(CHANGES, "") else { return };
    assert!(done.asked.contains("--method POST repos/a/b/issues/12/comments"), "{}", done.asked);
    assert_eq!(done.body, format!("<!-- hire-gen diff -->\n{CHANGES}"));
    assert_eq!(done.summary, "");
}

#[test]
fn later_ones_take_its_place() {
    let Some(done) = run(CHANGES, "345\n678") else { return };
    assert!(done.asked.contains("--method PATCH repos/a/b/issues/comments/345 "), "{}", done.asked);
    assert!(!done.asked.contains("POST"), "{}", done.asked);
}

#[test]
fn that_nothing_has_changed_is_said_only_where_something_had() {
    let nothing = "### Changes of the schema\n\nNothing has changed.\n";
    let Some(done) = run(nothing, "") else { return };
    assert!(!done.asked.contains("POST") && done.summary.is_empty(), "{}", done.asked);
    let Some(done) = run(nothing, "345") else { return };
    assert!(done.asked.contains("PATCH"), "{}", done.asked);
}

#[test]
fn without_permission_it_stands_in_the_summary() {
    let Some(done) = run(CHANGES, "!") else { return };
    assert_eq!(done.summary, CHANGES);
    assert!(!done.asked.contains("POST"), "{}", done.asked);
}

#[test]
fn what_is_too_long_for_a_comment_stands_in_the_summary_as_a_whole() {
    let long = format!("{CHANGES}{}", "- a line of twenty\n".repeat(5000));
    let Some(done) = run(&long, "") else { return };
    assert!(done.body.len() < 65_536 && done.body.ends_with("twenty\n"), "{}", done.body.len());
    assert!(done.body.contains("https://github.example/a/b/actions/runs/7"));
    assert_eq!(done.summary, long);
}

/// The permissions of the workflow, and whose code it runs.
#[test]
fn the_workflow_has_few_permissions_and_actions_of_a_major_version() {
    let workflow = fs::read_to_string(folder("../.github/workflows/schema.yml")).unwrap();
    let permissions: Vec<&str> = workflow
        .lines()
        .map(str::trim)
        .filter(|line| line.ends_with(": write") || line.ends_with("-all"))
        .collect();
    assert_eq!(permissions, ["pull-requests: write"]);
    let (before, _) = workflow.split_once("\n  comment:\n").unwrap();
    assert!(!before.contains(": write"), "the job that compiles the branch's code must not write");
    assert!(!workflow.contains("pull_request_target"), "code of a fork would run with a token that writes");
    for action in workflow.lines().filter_map(|line| line.trim().strip_prefix("- uses: ")) {
        let (name, version) = action.split_once("@v").unwrap();
        assert!(
            name.starts_with("actions/") && version.bytes().all(|byte| byte.is_ascii_digit()),
            "{action}"
        );
    }
    // Nothing from a pull request is part of a script.
    let scripts = workflow.lines().filter(|line| line.contains("run: "));
    assert!(scripts.clone().count() >= 3 && scripts.clone().all(|line| !line.contains("${{")));
}
