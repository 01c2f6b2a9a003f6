//! The schema of a git revision, read with git; nothing is checked out or written.

use std::io::{self, Read, Write};
use std::path::Path;
use std::process::{self, Stdio};

use crate::read::source::Sources;

/// Why a version cannot be read.
pub(super) struct Failure {
    pub(super) message: String,
    pub(super) help: &'static str,
    /// Whether the command names something that does not exist; otherwise git itself failed.
    pub(super) is_usage: bool,
}

/// A file listed by git, with the ID of its contents.
struct Listed {
    path: String,
    id: String,
}

/// The files below `dir` in this revision of its repository.
pub(super) fn read(revision: &str, dir: &Path) -> Result<Sources, Failure> {
    let folder = dir.display();
    if revision.starts_with('-') {
        let message = format!("`{revision}` is neither a folder nor a revision");
        return Err(usage(message, "git options are not allowed here; pass a branch, a tag or a commit"));
    }
    if !dir.is_dir() {
        return Err(usage(
            format!("the folder `{folder}` does not exist, so there is no repository for `{revision}`"),
            "pass the schema's folder with `--schema`, or two folders",
        ));
    }
    git(dir, &["rev-parse", "--git-dir"]).map_err(|why| {
        why.or_usage(
            format!("`{revision}` is not a folder, and `{folder}` is not in a git repository"),
            "pass a folder that contains `api.yaml`",
        )
    })?;
    let commit = format!("{revision}^{{tree}}");
    git(dir, &["rev-parse", "--verify", "--quiet", &commit]).map_err(|why| {
        why.or_usage(
            format!("`{revision}` is neither a folder nor a revision of the repository of `{folder}`"),
            "pass a folder, a branch, a tag or a commit; a shallow clone may need `git fetch` first",
        )
    })?;
    // `./` is the folder in which git runs, as of the revision.
    let here = format!("{revision}:./");
    let tree = git(dir, &["rev-parse", "--verify", "--quiet", &here]).map_err(|why| {
        why.or_usage(
            format!("`{revision}` has no folder `{folder}`"),
            "pass the folder of the schema at that time with `--schema`, or compare with a later revision",
        )
    })?;
    let tree = String::from_utf8_lossy(&tree).trim().to_owned();
    let listing = git(dir, &["ls-tree", "-r", "-z", "--full-tree", &tree]).map_err(Git::broken)?;
    let listed: Vec<Listed> = listing.split(|byte| *byte == 0).filter_map(file).collect();
    let contents = contents(dir, &listed).map_err(Git::broken)?;
    let paths = listed.into_iter().map(|file| file.path);
    Ok(Sources::from_files(&format!("{revision}:{}/", dir.display()), paths.zip(contents)))
}

/// `100644 blob 5c8e…\thire/v1/talent/get.yaml`
fn file(line: &[u8]) -> Option<Listed> {
    let line = String::from_utf8_lossy(line);
    let (about, path) = line.split_once('\t')?;
    let mut about = about.split(' ').skip(1);
    let is_file = about.next() == Some("blob");
    is_file.then_some(Listed { path: path.to_owned(), id: about.next()?.to_owned() })
}

/// The contents of these files, in one run.
fn contents(dir: &Path, listed: &[Listed]) -> Result<Vec<Vec<u8>>, Git> {
    let wanted: String = listed.iter().map(|file| format!("{}\n", file.id)).collect();
    let batch = git_with(dir, &["cat-file", "--batch"], wanted.as_bytes())?;
    let mut rest = batch.as_slice();
    let mut files = Vec::with_capacity(listed.len());
    for file in listed {
        let wrong = || Git::Failed(format!("git did not return `{}`", file.path));
        // `5c8e… blob 1234\n`, that many bytes, `\n`.
        let end = rest.iter().position(|byte| *byte == b'\n').ok_or_else(wrong)?;
        let (head, after) = rest.split_at(end + 1);
        let head = String::from_utf8_lossy(head);
        let size: usize =
            head.trim().rsplit(' ').next().and_then(|size| size.parse().ok()).ok_or_else(wrong)?;
        let bytes = after.get(..size).ok_or_else(wrong)?;
        files.push(bytes.to_vec());
        rest = after.get(size + 1..).unwrap_or_default();
    }
    Ok(files)
}

/// Why git failed.
enum Git {
    /// It is missing, or cannot be started.
    Missing(io::Error),
    /// It refused, with this message.
    Failed(String),
}

impl Git {
    /// A refusal of git means that the command is wrong, in these words.
    fn or_usage(self, message: String, help: &'static str) -> Failure {
        match self {
            Self::Failed(said) if said.is_empty() => usage(message, help),
            Self::Failed(said) => usage(format!("{message}: {said}"), help),
            missing => missing.broken(),
        }
    }

    fn broken(self) -> Failure {
        match self {
            Self::Missing(error) => Failure {
                message: format!("`git` cannot be run: {error}"),
                help: "install git, or pass two folders",
                is_usage: false,
            },
            Self::Failed(said) => Failure {
                message: format!("git cannot read the revision: {said}"),
                help: "try `git fsck`, or pass two folders",
                is_usage: false,
            },
        }
    }
}

fn usage(message: String, help: &'static str) -> Failure {
    Failure { message, help, is_usage: true }
}

fn git(dir: &Path, arguments: &[&str]) -> Result<Vec<u8>, Git> {
    git_with(dir, arguments, &[])
}

/// The output of git, run in `dir` with `input`.
fn git_with(dir: &Path, arguments: &[&str], input: &[u8]) -> Result<Vec<u8>, Git> {
    let mut child = process::Command::new("git")
        .arg("-C")
        .arg(dir)
        .args(arguments)
        // A git hook sets the repository in the environment; here the repository of the folder is meant.
        .env_remove("GIT_DIR")
        .env_remove("GIT_WORK_TREE")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(Git::Missing)?;
    let (mut stdin, stdout) = (child.stdin.take(), child.stdout.take());
    // Write and read at the same time: git stops reading while nobody reads its output.
    let output = std::thread::scope(|scope| {
        // If git stops reading, it has failed and prints why.
        scope.spawn(move || stdin.as_mut().map(|pipe| pipe.write_all(input)));
        let mut out = Vec::new();
        stdout.map_or(Ok(0), |mut pipe| pipe.read_to_end(&mut out)).map(|_| out)
    });
    let done = child.wait_with_output().map_err(Git::Missing)?;
    if done.status.success() {
        return output.map_err(|error| Git::Failed(error.to_string()));
    }
    let said = String::from_utf8_lossy(&done.stderr);
    let said = said.lines().next().unwrap_or_default().trim_start_matches("fatal: ").trim();
    Err(Git::Failed(said.to_owned()))
}
