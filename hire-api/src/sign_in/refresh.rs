//! A user's access token, renewed in time: by one task at a time, and stored before it is used.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::grant::{OVER, TokenEndpoint, USED};
use super::tokens::{UserStore, UserTokens};
use crate::call::provider::{AccessToken, TokenFuture, TokenProvider};
use crate::call::sharing::StoreFuture;
use crate::clock;
use crate::error::Error;
use crate::secret::Secret;

/// How long another process may take to renew a user's tokens before this one continues.
///
/// The longest renewal takes less: two refresh tokens, each sent twice, and a slow store.
const LEASE: Duration = Duration::from_secs(60);
/// The interval for checking what another process has stored.
const LOOK: Duration = Duration::from_millis(100);
/// How often saving new tokens is tried before it counts as failed.
const SAVES: u32 = 5;

/// The tokens of all users of an app.
pub(super) struct Users {
    pub(super) endpoint: TokenEndpoint,
    pub(super) store: Arc<dyn UserStore>,
    known: Mutex<BTreeMap<String, Arc<Known>>>,
}

/// The tokens of one user in this process.
#[derive(Default)]
struct Known {
    state: Mutex<State>,
    /// Held by the task that renews.
    renewing: Arc<tokio::sync::Mutex<()>>,
}

#[derive(Default)]
struct State {
    /// The tokens as the store has them, or had them.
    tokens: Option<UserTokens>,
    /// Tokens from Feishu that could not be stored: the only valid ones.
    unsaved: Option<Renewed>,
    /// A refresh token that Feishu refused permanently.
    dead: Option<(Secret, Error)>,
}

/// New tokens, and the tokens that they replace.
#[derive(Clone)]
struct Renewed {
    before: UserTokens,
    tokens: UserTokens,
}

impl Known {
    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing panics while the lock is held.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The known token, if it may be used.
    fn usable(&self, refused: Option<&str>, late: bool) -> Option<AccessToken> {
        self.state().tokens.as_ref().and_then(|tokens| usable(tokens, refused, late))
    }
}

/// The access token, unless it has expired or was refused; one that is due for renewal only if `late` is set.
fn usable(tokens: &UserTokens, refused: Option<&str>, late: bool) -> Option<AccessToken> {
    let now = clock::since_epoch();
    let good = Some(tokens.access.expose()) != refused && !tokens.life(now).is_zero();
    (good && (late || !tokens.is_due(now)))
        .then(|| AccessToken { token: tokens.access.clone(), life: tokens.life(now) })
}

impl Users {
    pub(super) fn new(endpoint: TokenEndpoint, store: Arc<dyn UserStore>) -> Self {
        Self { endpoint, store, known: Mutex::default() }
    }

    fn known(&self, user: &str) -> Arc<Known> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        // Users without calls are only in the store; this keeps memory from growing with every user.
        if known.len() > MOST_KNOWN {
            known.retain(|_, known| Arc::strong_count(known) > 1 || known.state().unsaved.is_some());
        }
        Arc::clone(known.entry(user.to_owned()).or_default())
    }

    /// Stores new tokens of a user who has signed in.
    pub(super) async fn signed_in(&self, user: &str, tokens: UserTokens) -> Result<(), Error> {
        let known = self.known(user);
        // A running renewal of this process ends first: it must not overwrite these tokens with ones of an earlier consent.
        let _one = known.renewing.lock().await;
        patiently(|| self.store.save(user, &tokens)).await?;
        *known.state() = State { tokens: Some(tokens), ..State::default() };
        Ok(())
    }

    /// Forgets a user here and in the store.
    pub(super) async fn forget(&self, user: &str) -> Result<(), Error> {
        let known = self.known(user);
        let _one = known.renewing.lock().await;
        self.store.remove(user).await?;
        *known.state() = State::default();
        Ok(())
    }

    /// An access token of a user that may be used now.
    pub(super) async fn token(
        self: &Arc<Self>,
        user: &str,
        refused: Option<&str>,
    ) -> Result<AccessToken, Error> {
        let known = self.known(user);
        if let Some(token) = known.usable(refused, false) {
            return Ok(token);
        }
        let one = match Arc::clone(&known.renewing).try_lock_owned() {
            Ok(one) => one,
            // While it is renewed, the token is valid until it expires.
            Err(_) => match known.usable(refused, true) {
                Some(token) => return Ok(token),
                None => Arc::clone(&known.renewing).lock_owned().await,
            },
        };
        // After waiting, the previous task's tokens are there.
        if let Some(token) = known.usable(refused, false) {
            return Ok(token);
        }
        // On a separate task: a refresh token works once, and a caller that gives up must not lose the answer.
        let renewal = Renewal {
            users: Arc::clone(self),
            known,
            user: user.to_owned(),
            refused: refused.map(str::to_owned),
        };
        let renewed = tokio::spawn(async move {
            let renewed = renewal.run().await;
            drop(one);
            renewed
        });
        renewed.await.unwrap_or_else(|_| Err(Error::no_token("renewing the user's token panicked")))
    }
}

/// Saves new tokens, with a few attempts.
async fn patiently<'a, T>(save: impl Fn() -> StoreFuture<'a, T>) -> Result<T, Error> {
    let mut wait = LOOK;
    for _ in 1..SAVES {
        if let Ok(saved) = save().await {
            return Ok(saved);
        }
        tokio::time::sleep(wait).await;
        wait *= 3;
    }
    save().await
}

/// Users beyond this number are read from the store again.
const MOST_KNOWN: usize = 10_000;

/// One renewal of one user's tokens.
struct Renewal {
    users: Arc<Users>,
    known: Arc<Known>,
    user: String,
    refused: Option<String>,
}

impl Renewal {
    async fn run(&self) -> Result<AccessToken, Error> {
        let unsaved = self.known.state().unsaved.clone();
        if let Some(renewed) = unsaved {
            return self.store(renewed).await;
        }
        let tokens = self.load().await?;
        if let Some(token) = self.usable(&tokens, false) {
            return Ok(token);
        }
        let holder = format!("{:032x}", fastrand::u128(..));
        let start = Instant::now();
        while !self.users.store.lock(&self.user, &holder, LEASE).await? {
            tokio::time::sleep(LOOK.mul_f64(1.0 + fastrand::f64())).await;
            let tokens = self.load().await?;
            // The old token is valid until it expires.
            if let Some(token) = self.usable(&tokens, true) {
                return Ok(token);
            }
            if start.elapsed() >= LEASE {
                return Err(Error::no_token(
                    "another process has been renewing the user's token for too long",
                ));
            }
        }
        let renewed = self.renew().await;
        // If that fails, the lease ends by itself.
        drop(self.users.store.unlock(&self.user, &holder).await);
        renewed
    }

    /// With the lock held: the tokens that the store has by now, or new ones.
    async fn renew(&self) -> Result<AccessToken, Error> {
        let mut tokens = self.load().await?;
        if let Some(token) = self.usable(&tokens, false) {
            return Ok(token);
        }
        // At most twice: the second time with a refresh token that another process has stored meanwhile.
        for last in [false, true] {
            let refresh = self.refresh_token(&tokens)?;
            let error = match self.users.endpoint.refresh(&refresh).await {
                Ok(mut renewed) => {
                    // Some answers omit unchanged values.
                    if renewed.scope.is_empty() {
                        renewed.scope.clone_from(&tokens.scope);
                    }
                    return self.store(Renewed { before: tokens, tokens: renewed }).await;
                }
                Err(error) => error,
            };
            let code = error.code().unwrap_or_default();
            if !USED.contains(&code) && code != OVER {
                // It may be temporary; the old access token is valid until it expires.
                return self.usable(&tokens, true).ok_or(error);
            }
            let before = std::mem::replace(&mut tokens, self.load().await?);
            if tokens.refresh == before.refresh || last {
                let error = Error::sign_in_again(Some(error));
                self.known.state().dead = Some((refresh, error.clone()));
                return self.usable(&tokens, true).ok_or(error);
            }
            if let Some(token) = self.usable(&tokens, false) {
                return Ok(token);
            }
        }
        Err(Error::sign_in_again(None))
    }

    /// The refresh token, unless only the user can help.
    fn refresh_token(&self, tokens: &UserTokens) -> Result<Secret, Error> {
        let Some(refresh) = &tokens.refresh else {
            let why = "there is no refresh token: ask for the scope `offline_access` when the user signs in";
            return Err(Error::sign_in_again(Some(Error::no_token(why))));
        };
        match &self.known.state().dead {
            Some((dead, error)) if dead == refresh => Err(error.clone()),
            _ => Ok(refresh.clone()),
        }
    }

    async fn load(&self) -> Result<UserTokens, Error> {
        let loaded = self.users.store.load(&self.user).await?;
        self.known.state().tokens.clone_from(&loaded);
        loaded.ok_or_else(|| Error::sign_in_again(Some(Error::no_token("the user has not signed in"))))
    }

    /// Stores new tokens and returns them only then. Tokens that cannot be stored stay here for the next call.
    async fn store(&self, renewed: Renewed) -> Result<AccessToken, Error> {
        self.known.state().unsaved = Some(renewed.clone());
        let Renewed { before, tokens } = renewed;
        if patiently(|| self.users.store.replace(&self.user, &before, &tokens)).await? {
            return Ok(self.stored(tokens));
        }
        // Meanwhile the user has signed in again or was forgotten, or an earlier attempt to save succeeded without an answer.
        self.known.state().unsaved = None;
        let kept = self.load().await?;
        let changed = || Error::no_token("the user's tokens were changed while they were renewed");
        self.usable(&kept, true).ok_or_else(changed)
    }

    fn stored(&self, tokens: UserTokens) -> AccessToken {
        let now = clock::since_epoch();
        let token = AccessToken { token: tokens.access.clone(), life: tokens.life(now) };
        *self.known.state() = State { tokens: Some(tokens), ..State::default() };
        token
    }

    fn usable(&self, tokens: &UserTokens, late: bool) -> Option<AccessToken> {
        usable(tokens, self.refused.as_deref(), late)
    }
}

/// The tokens of one user, for the calls on the user's behalf.
pub(super) struct UserProvider {
    pub(super) users: Arc<Users>,
    pub(super) user: String,
}

impl TokenProvider for UserProvider {
    fn fetch<'a>(&'a self, refused: Option<&'a str>) -> TokenFuture<'a> {
        Box::pin(self.users.token(&self.user, refused))
    }
}
