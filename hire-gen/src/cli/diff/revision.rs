//! The schema as a git revision has it. Git is asked, and nothing is checked out or written.

use std::io::{self, Read, Write};
use std::path::Path;
use std::process::{self, Stdio};

use crate::source::Sources;

/// Why there is no such version.
pub(super) struct Failure {
    pub(super) message: String,
    pub(super) help: &'static str,
    /// The command names something that is not there; otherwise git itself did not do its work.
    pub(super) is_usage: bool,
}

/// A file that git lists: where it is and under which id its contents are.
struct Listed {
    path: String,
    id: String,
}

/// The files that are below `dir` in this revision of the repository that holds `dir`.
pub(super) fn read(revision: &str, dir: &Path) -> Result<Sources, Failure> {
    let folder = dir.display();
    if revision.starts_with('-') {
        let message = format!("`{revision}` is neither a folder nor a revision");
        return Err(usage(message, "options of git do not go here; give a branch, a tag or a commit"));
    }
    if !dir.is_dir() {
        return Err(usage(
            format!("the folder `{folder}` is not there, so no repository is known to have `{revision}`"),
            "name the schema's folder with `--schema`, or give two folders",
        ));
    }
    git(dir, &["rev-parse", "--git-dir"]).map_err(|why| {
        why.or_usage(
            format!(
                "`{revision}` is no folder, and `{folder}` is in no git repository to have it as a revision"
            ),
            "give a folder that holds `api.yaml`",
        )
    })?;
    let commit = format!("{revision}^{{tree}}");
    git(dir, &["rev-parse", "--verify", "--quiet", &commit]).map_err(|why| {
        why.or_usage(
            format!(
                "`{revision}` is neither a folder nor a revision of the repository that holds `{folder}`"
            ),
            "give a folder, or what git knows: a branch, a tag, a commit; a shallow clone may lack it, and \
             `git fetch` bring it",
        )
    })?;
    // `./` is the folder that git is run in, as the revision has it.
    let here = format!("{revision}:./");
    let tree = git(dir, &["rev-parse", "--verify", "--quiet", &here]).map_err(|why| {
        why.or_usage(
            format!("`{revision}` has no folder `{folder}`"),
            "name the folder that the schema was in with `--schema`, or compare with a later revision",
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

/// What is in each of these files, in one go.
fn contents(dir: &Path, listed: &[Listed]) -> Result<Vec<Vec<u8>>, Git> {
    let wanted: String = listed.iter().map(|file| format!("{}\n", file.id)).collect();
    let batch = git_with(dir, &["cat-file", "--batch"], wanted.as_bytes())?;
    let mut rest = batch.as_slice();
    let mut files = Vec::with_capacity(listed.len());
    for file in listed {
        let wrong = || Git::Failed(format!("git did not hand out `{}`", file.path));
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

/// Why git gave no answer.
enum Git {
    /// It is not there, or cannot be started.
    Missing(io::Error),
    /// It said no, and why.
    Failed(String),
}

impl Git {
    /// That git said no means that the command is wrong, in these words.
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
                help: "install git, or give two folders",
                is_usage: false,
            },
            Self::Failed(said) => Failure {
                message: format!("git cannot read the revision: {said}"),
                help: "try `git fsck`, or give two folders",
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

/// What git prints when it is run in `dir` and given `input`.
fn git_with(dir: &Path, arguments: &[&str], input: &[u8]) -> Result<Vec<u8>, Git> {
    let mut child = process::Command::new("git")
        .arg("-C")
        .arg(dir)
        .args(arguments)
        // A hook of git names the repository that it runs for; the one that is meant here holds the folder.
        .env_remove("GIT_DIR")
        .env_remove("GIT_WORK_TREE")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(Git::Missing)?;
    let (mut stdin, stdout) = (child.stdin.take(), child.stdout.take());
    // Both ends at once: git stops reading while nobody takes what it has to say.
    let output = std::thread::scope(|scope| {
        // A git that does not read on has failed, and says why.
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
