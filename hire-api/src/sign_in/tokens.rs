//! The tokens of one user, and where they are stored.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;

use crate::call::sharing::StoreFuture;
use crate::secret::Secret;

/// The tokens of one user. Only [`to_json`](Self::to_json), which stores need, shows them.
#[derive(Clone, PartialEq, Eq)]
pub struct UserTokens {
    pub(super) access: Secret,
    /// Times are since 1970: tokens outlive the process.
    pub(super) access_ends: Duration,
    pub(super) refresh: Option<Secret>,
    pub(super) refresh_ends: Duration,
    /// When they were granted.
    pub(super) granted: Duration,
    pub(super) scope: String,
}

impl UserTokens {
    /// Returns the granted scopes.
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        self.scope.split_ascii_whitespace()
    }

    /// Returns whether they can be renewed without the user.
    pub fn can_refresh(&self) -> bool {
        self.refresh.is_some()
    }

    /// Returns everything as JSON, for a store. It is a credential: encrypt it if others can read it.
    pub fn to_json(&self) -> String {
        json!({
            "access_token": self.access.expose(),
            "access_ends_ms": millis(self.access_ends),
            "refresh_token": self.refresh.as_ref().map(Secret::expose),
            "refresh_ends_ms": millis(self.refresh_ends),
            "granted_ms": millis(self.granted),
            "scope": self.scope,
        })
        .to_string()
    }

    /// Reads the output of [`to_json`](Self::to_json); `None` if it is something else.
    pub fn from_json(text: &str) -> Option<Self> {
        let value: Value = serde_json::from_str(text).ok()?;
        let time = |name: &str| value.get(name)?.as_u64().map(Duration::from_millis);
        Some(Self {
            access: Secret::new(value.get("access_token")?.as_str()?),
            access_ends: time("access_ends_ms")?,
            refresh: value.get("refresh_token")?.as_str().map(Secret::new),
            refresh_ends: time("refresh_ends_ms")?,
            granted: time("granted_ms")?,
            scope: value.get("scope")?.as_str()?.to_owned(),
        })
    }

    #[cfg(feature = "redis")]
    pub(crate) fn refresh_token(&self) -> Option<&str> {
        self.refresh.as_ref().map(Secret::expose)
    }

    /// How long the access token is still valid.
    pub(super) fn life(&self, now: Duration) -> Duration {
        self.access_ends.saturating_sub(now)
    }

    /// Whether it is time to renew: in the last five minutes, or the last tenth of a shorter life.
    pub(super) fn is_due(&self, now: Duration) -> bool {
        let whole = self.access_ends.saturating_sub(self.granted);
        self.life(now) <= EARLY.min(whole / 10)
    }
}

/// An access token is renewed this long before it expires.
const EARLY: Duration = Duration::from_secs(5 * 60);

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

impl fmt::Debug for UserTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserTokens").field("scope", &self.scope).finish_non_exhaustive()
    }
}

/// Stores the tokens of users, by a key for each user.
///
/// A refresh token works once: Feishu answers with another one, and the old one becomes invalid. Tokens passed to
/// [`save`](Self::save) must be stored when it returns, even after a crash; a store that loses them loses the user's
/// consent.
///
/// # Errors
///
/// Every method fails if the store is unreachable; [`Error::no_store`](crate::Error::no_store) creates the error.
pub trait UserStore: Send + Sync + 'static {
    /// Returns the tokens of a user, if there are any.
    fn load<'a>(&'a self, user: &'a str) -> StoreFuture<'a, Option<UserTokens>>;

    /// Replaces the tokens of a user.
    fn save<'a>(&'a self, user: &'a str, tokens: &'a UserTokens) -> StoreFuture<'a, ()>;

    /// Replaces `before` by `tokens`. Returns `false` and changes nothing if the store no longer has `before`, because
    /// the user has signed in again or was forgotten. Tokens are compared by their refresh tokens. A store for several
    /// processes should do this atomically.
    fn replace<'a>(
        &'a self,
        user: &'a str,
        before: &'a UserTokens,
        tokens: &'a UserTokens,
    ) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let kept = self.load(user).await?;
            let same = kept.is_some_and(|kept| kept.refresh == before.refresh);
            if same {
                self.save(user, tokens).await?;
            }
            Ok(same)
        })
    }

    /// Forgets a user.
    fn remove<'a>(&'a self, user: &'a str) -> StoreFuture<'a, ()>;

    /// Allows `holder`, a unique text, to renew the tokens of a user; `false` while another one does. It expires
    /// after the lease. A store of one process need not do anything here.
    fn lock<'a>(&'a self, user: &'a str, holder: &'a str, lease: Duration) -> StoreFuture<'a, bool> {
        let _ = (user, holder, lease);
        Box::pin(async { Ok(true) })
    }

    /// Ends [`lock`](Self::lock).
    fn unlock<'a>(&'a self, user: &'a str, holder: &'a str) -> StoreFuture<'a, ()> {
        let _ = (user, holder);
        Box::pin(async { Ok(()) })
    }
}

/// Stores tokens in the memory of this process: after a restart every user signs in again.
#[derive(Default)]
pub struct MemoryUsers(Mutex<BTreeMap<String, Held>>);

#[derive(Default)]
struct Held {
    tokens: Option<UserTokens>,
    /// The process that renews them, and until when.
    lock: Option<(String, Instant)>,
}

impl MemoryUsers {
    /// Creates an empty store.
    pub fn new() -> Self {
        Self::default()
    }

    fn with<T: Send + 'static>(&self, user: &str, change: impl FnOnce(&mut Held) -> T) -> StoreFuture<'_, T> {
        // Nothing panics while the lock is held.
        let mut users = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let done = change(users.entry(user.to_owned()).or_default());
        users.retain(|_, held| held.tokens.is_some() || held.lock.is_some());
        Box::pin(async { Ok(done) })
    }
}

impl fmt::Debug for MemoryUsers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryUsers").finish_non_exhaustive()
    }
}

impl UserStore for MemoryUsers {
    fn load<'a>(&'a self, user: &'a str) -> StoreFuture<'a, Option<UserTokens>> {
        self.with(user, |held| held.tokens.clone())
    }

    fn save<'a>(&'a self, user: &'a str, tokens: &'a UserTokens) -> StoreFuture<'a, ()> {
        self.with(user, |held| held.tokens = Some(tokens.clone()))
    }

    fn replace<'a>(
        &'a self,
        user: &'a str,
        before: &'a UserTokens,
        tokens: &'a UserTokens,
    ) -> StoreFuture<'a, bool> {
        self.with(user, |held| {
            let kept = held.tokens.as_mut().filter(|kept| kept.refresh == before.refresh);
            kept.map(|kept| *kept = tokens.clone()).is_some()
        })
    }

    fn remove<'a>(&'a self, user: &'a str) -> StoreFuture<'a, ()> {
        self.with(user, |held| held.tokens = None)
    }

    fn lock<'a>(&'a self, user: &'a str, holder: &'a str, lease: Duration) -> StoreFuture<'a, bool> {
        let now = Instant::now();
        self.with(user, |held| {
            let free = held.lock.as_ref().is_none_or(|(by, until)| by == holder || *until <= now);
            if free {
                held.lock = Some((holder.to_owned(), now + lease));
            }
            free
        })
    }

    fn unlock<'a>(&'a self, user: &'a str, holder: &'a str) -> StoreFuture<'a, ()> {
        self.with(user, |held| {
            held.lock.take_if(|(by, _)| by == holder);
        })
    }
}

impl<T: UserStore + ?Sized> UserStore for std::sync::Arc<T> {
    fn load<'a>(&'a self, user: &'a str) -> StoreFuture<'a, Option<UserTokens>> {
        (**self).load(user)
    }

    fn save<'a>(&'a self, user: &'a str, tokens: &'a UserTokens) -> StoreFuture<'a, ()> {
        (**self).save(user, tokens)
    }

    fn replace<'a>(
        &'a self,
        user: &'a str,
        before: &'a UserTokens,
        tokens: &'a UserTokens,
    ) -> StoreFuture<'a, bool> {
        (**self).replace(user, before, tokens)
    }

    fn remove<'a>(&'a self, user: &'a str) -> StoreFuture<'a, ()> {
        (**self).remove(user)
    }

    fn lock<'a>(&'a self, user: &'a str, holder: &'a str, lease: Duration) -> StoreFuture<'a, bool> {
        (**self).lock(user, holder, lease)
    }

    fn unlock<'a>(&'a self, user: &'a str, holder: &'a str) -> StoreFuture<'a, ()> {
        (**self).unlock(user, holder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn u01_tokens_are_written_read_and_not_shown() {
        let tokens = UserTokens {
            access: Secret::new("u-canary"),
            access_ends: Duration::from_millis(7_200_000),
            refresh: Some(Secret::new("ur-canary")),
            refresh_ends: Duration::from_secs(604_800),
            granted: Duration::ZERO,
            scope: "offline_access hire:talent".to_owned(),
        };
        assert!(!format!("{tokens:?}").contains("canary"));
        assert!(UserTokens::from_json(&tokens.to_json()) == Some(tokens.clone()));
        assert!(UserTokens::from_json("{}").is_none());
        assert_eq!(tokens.scopes().count(), 2);
        assert!(!tokens.is_due(Duration::from_secs(6_899)) && tokens.is_due(Duration::from_secs(6_900)));
    }
}
