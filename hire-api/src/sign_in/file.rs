//! Tokens of users in a file that only its owner can read.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::tokens::{UserStore, UserTokens};
use crate::call::sharing::StoreFuture;
use crate::error::Error;

/// Stores tokens in a file, for programs on one machine. On Unix only its owner can read it (0600).
///
/// A new version is written to a second file and renamed, so that a crash leaves a complete file, old or new. Processes
/// that share the file lock two empty files beside it, `<name>.lock` and `<name>.renewing`; the locks end with the
/// process. Several machines need a store such as `Redis`.
pub struct FileUsers(Arc<Inner>);

struct Inner {
    path: PathBuf,
    /// One writer at a time.
    writing: Mutex<()>,
    renewing: Mutex<Option<Renewing>>,
}

/// The task of this process that renews tokens of any user, and until when.
struct Renewing {
    holder: String,
    until: Instant,
    /// Locked; other processes wait while it is open.
    _file: File,
}

type Users = BTreeMap<String, String>;

impl FileUsers {
    /// Uses this file, which the first save creates.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        let (writing, renewing) = (Mutex::default(), Mutex::default());
        Self(Arc::new(Inner { path: path.into(), writing, renewing }))
    }

    fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Inner) -> io::Result<T> + Send + 'static,
    ) -> StoreFuture<'_, T> {
        let inner = Arc::clone(&self.0);
        // The disk may be slow.
        let done = tokio::task::spawn_blocking(move || work(&inner));
        Box::pin(async move { done.await.map_err(io::Error::other).flatten().map_err(Error::no_store) })
    }

    /// Changes the users in the file, unless `change` returns `false`.
    fn change(
        &self,
        change: impl FnOnce(&mut Users) -> io::Result<bool> + Send + 'static,
    ) -> StoreFuture<'_, bool> {
        self.with(|inner| {
            let _one = inner.writing.lock().unwrap_or_else(PoisonError::into_inner);
            let turn = inner.beside(".lock")?;
            turn.lock()?;
            let mut users = inner.read()?;
            let changed = change(&mut users)?;
            if changed {
                inner.write(&users)?;
            }
            Ok(changed)
        })
    }
}

impl Inner {
    fn read(&self) -> io::Result<Users> {
        match fs::read(&self.path) {
            Ok(text) => serde_json::from_slice(&text).map_err(|_| damaged()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Users::new()),
            Err(error) => Err(error),
        }
    }

    fn write(&self, users: &Users) -> io::Result<()> {
        let new = self.path_beside(".new");
        let mut file = private(&new)?;
        file.write_all(&serde_json::to_vec(users)?)?;
        // Before the rename, so that a crash cannot leave an empty file.
        file.sync_all()?;
        drop(file);
        fs::rename(&new, &self.path)?;
        // The rename must survive a crash, too.
        #[cfg(unix)]
        File::open(self.path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new(".")))?
            .sync_all()?;
        Ok(())
    }

    /// Lets a holder renew tokens, unless another task or process does.
    fn renew(&self, holder: &str, lease: Duration) -> io::Result<bool> {
        let mut renewing = self.renewing.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        if renewing.as_ref().is_some_and(|one| one.holder != holder && one.until > now) {
            return Ok(false);
        }
        // The lease of the task before has ended.
        *renewing = None;
        let file = self.beside(".renewing")?;
        match file.try_lock() {
            Ok(()) => {
                *renewing = Some(Renewing { holder: holder.to_owned(), until: now + lease, _file: file });
                Ok(true)
            }
            Err(TryLockError::WouldBlock) => Ok(false),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    fn path_beside(&self, ending: &str) -> PathBuf {
        let mut name = self.path.file_name().unwrap_or_default().to_owned();
        name.push(ending);
        self.path.with_file_name(name)
    }

    /// An empty file to lock.
    fn beside(&self, ending: &str) -> io::Result<File> {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(self.path_beside(ending))
    }
}

fn damaged() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "the file of users is damaged")
}

/// The tokens of a user. An entry that cannot be read is an error, not a missing user.
fn tokens(users: &Users, user: &str) -> io::Result<Option<UserTokens>> {
    users.get(user).map(|text| UserTokens::from_json(text).ok_or_else(damaged)).transpose()
}

/// A new file that nobody else can read at any moment.
fn private(path: &Path) -> io::Result<File> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

impl fmt::Debug for FileUsers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileUsers").finish_non_exhaustive()
    }
}

impl UserStore for FileUsers {
    fn load<'a>(&'a self, user: &'a str) -> StoreFuture<'a, Option<UserTokens>> {
        let user = user.to_owned();
        self.with(move |inner| tokens(&inner.read()?, &user))
    }

    fn save<'a>(&'a self, user: &'a str, tokens: &'a UserTokens) -> StoreFuture<'a, ()> {
        let (user, text) = (user.to_owned(), tokens.to_json());
        let saved = self.change(|users| {
            users.insert(user, text);
            Ok(true)
        });
        Box::pin(async move { saved.await.map(drop) })
    }

    fn replace<'a>(
        &'a self,
        user: &'a str,
        before: &'a UserTokens,
        after: &'a UserTokens,
    ) -> StoreFuture<'a, bool> {
        let (user, refresh, text) = (user.to_owned(), before.refresh.clone(), after.to_json());
        self.change(move |users| {
            let same = tokens(users, &user)?.is_some_and(|kept| kept.refresh == refresh);
            if same {
                users.insert(user, text);
            }
            Ok(same)
        })
    }

    fn remove<'a>(&'a self, user: &'a str) -> StoreFuture<'a, ()> {
        let user = user.to_owned();
        let removed = self.change(move |users| Ok(users.remove(&user).is_some()));
        Box::pin(async move { removed.await.map(drop) })
    }

    fn lock<'a>(&'a self, _user: &'a str, holder: &'a str, lease: Duration) -> StoreFuture<'a, bool> {
        let holder = holder.to_owned();
        self.with(move |inner| inner.renew(&holder, lease))
    }

    fn unlock<'a>(&'a self, _user: &'a str, holder: &'a str) -> StoreFuture<'a, ()> {
        let holder = holder.to_owned();
        self.with(move |inner| {
            let mut renewing = inner.renewing.lock().unwrap_or_else(PoisonError::into_inner);
            renewing.take_if(|one| one.holder == holder);
            Ok(())
        })
    }
}
