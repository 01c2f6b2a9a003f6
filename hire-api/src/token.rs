//! A tenant access token, fetched once for any number of waiters and renewed before it ends.
//!
//! Feishu hands out the same token while it has 30 minutes or more left, and a new one after that, when both are valid.
//! So a token is renewed in its last 30 minutes, by one caller, while all others go on with the old one.

use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::error::Error;

/// A token. It is shown by nothing.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secret(Arc<str>);

impl Secret {
    pub(crate) fn new(text: &str) -> Self {
        Self(text.into())
    }

    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[hidden]")
    }
}

/// A token as the token endpoint gives it.
#[derive(Debug)]
pub(crate) struct Grant {
    pub(crate) token: Secret,
    /// How long it is valid.
    pub(crate) life: Duration,
}

/// From here on, Feishu gives a new token and leaves the old one valid.
const RENEWABLE: Duration = Duration::from_secs(30 * 60);
/// A token is not used in its last seconds, so that it cannot end on its way.
const MARGIN: Duration = Duration::from_secs(60);
/// No token lives longer, whatever the answer says.
const LONGEST_LIFE: Duration = Duration::from_secs(2 * 60 * 60);
/// How long a failure is passed on to callers before the token endpoint is asked again; it doubles with each failure.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(64);

/// Holds the token of one app.
#[derive(Debug, Default)]
pub(crate) struct Tokens {
    state: Mutex<State>,
    /// Held by whoever is fetching. When that future is dropped, the next waiter takes over.
    fetching: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct State {
    held: Option<Held>,
    failure: Option<Failure>,
}

#[derive(Clone, Debug)]
struct Held {
    token: Secret,
    renew_at: Instant,
    ends_at: Instant,
}

#[derive(Clone, Debug)]
struct Failure {
    error: Error,
    pause: Duration,
    until: Instant,
}

/// What to do for a token.
enum Now {
    Use(Secret),
    UseAndRenew(Secret),
    Fail(Error),
    Fetch,
}

impl Tokens {
    /// A token that is valid; `fetch` is called where there is none, or where it is time for a new one.
    pub(crate) async fn get<F>(&self, fetch: impl FnOnce() -> F) -> Result<Secret, Error>
    where
        F: Future<Output = Result<Grant, Error>>,
    {
        match self.now(None) {
            Now::Use(token) => return Ok(token),
            Now::Fail(error) => return Err(error),
            Now::UseAndRenew(token) => {
                let Ok(_fetching) = self.fetching.try_lock() else { return Ok(token) };
                // Whoever held the lock before may have renewed it.
                if let Now::Use(token) = self.now(None) {
                    return Ok(token);
                }
                // The old one is still good where there is no new one.
                return Ok(self.store(fetch().await, None).unwrap_or(token));
            }
            Now::Fetch => {}
        }
        self.fetch(fetch, None).await
    }

    /// Another token than this one, which was refused. One caller fetches it for all that were refused.
    pub(crate) async fn replace<F>(
        &self,
        refused: &Secret,
        fetch: impl FnOnce() -> F,
    ) -> Result<Secret, Error>
    where
        F: Future<Output = Result<Grant, Error>>,
    {
        self.fetch(fetch, Some(refused)).await
    }

    async fn fetch<F>(&self, fetch: impl FnOnce() -> F, refused: Option<&Secret>) -> Result<Secret, Error>
    where
        F: Future<Output = Result<Grant, Error>>,
    {
        let _fetching = self.fetching.lock().await;
        match self.now(refused) {
            Now::Use(token) | Now::UseAndRenew(token) => Ok(token),
            Now::Fail(error) => Err(error),
            Now::Fetch => self.store(fetch().await, refused),
        }
    }

    fn now(&self, refused: Option<&Secret>) -> Now {
        let now = Instant::now();
        let state = self.lock();
        let pausing = state.failure.as_ref().filter(|failure| now < failure.until);
        match &state.held {
            Some(held) if now < held.ends_at && Some(&held.token) != refused => {
                let token = held.token.clone();
                if now < held.renew_at || pausing.is_some() {
                    Now::Use(token)
                } else {
                    Now::UseAndRenew(token)
                }
            }
            _ => pausing.map_or(Now::Fetch, |failure| Now::Fail(failure.error.clone())),
        }
    }

    fn store(&self, fetched: Result<Grant, Error>, refused: Option<&Secret>) -> Result<Secret, Error> {
        let now = Instant::now();
        let mut state = self.lock();
        let failed = match fetched {
            Ok(grant) if Some(&grant.token) == refused => {
                state.held = None;
                Error::token(Error::unreadable("Feishu gives out the very token that it refuses"))
            }
            Ok(Grant { token, life }) => {
                let life = life.min(LONGEST_LIFE);
                let renew_at = now + if life > RENEWABLE * 2 { life - RENEWABLE } else { life / 2 };
                let ends_at = now + if life > MARGIN * 2 { life - MARGIN } else { life / 2 };
                *state =
                    State { held: Some(Held { token: token.clone(), renew_at, ends_at }), failure: None };
                return Ok(token);
            }
            Err(error) => Error::token(error),
        };
        let pause =
            state.failure.as_ref().map_or(FIRST_PAUSE, |before| (before.pause * 2).min(LONGEST_PAUSE));
        state.failure = Some(Failure { error: failed.clone(), pause, until: now + pause });
        Err(failed)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing panics while it is held, and what it holds is whole at every step.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    const LIFE: Duration = Duration::from_secs(7200);

    /// A token endpoint that numbers its tokens, and counts.
    #[derive(Default)]
    struct Endpoint {
        fetches: AtomicUsize,
    }

    impl Endpoint {
        async fn fetch(&self) -> Result<Grant, Error> {
            let number = self.fetches.fetch_add(1, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(50)).await;
            Ok(Grant { token: Secret::new(&format!("t-{number}")), life: LIFE })
        }

        fn fetches(&self) -> usize {
            self.fetches.load(Ordering::SeqCst)
        }
    }

    async fn down() -> Result<Grant, Error> {
        Err(Error::unreadable("down"))
    }

    #[tokio::test(start_paused = true)]
    async fn l01_a_thousand_waiters_share_one_fetch() {
        let (tokens, endpoint) = (Arc::new(Tokens::default()), Arc::new(Endpoint::default()));
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..1000 {
            let (tokens, endpoint) = (Arc::clone(&tokens), Arc::clone(&endpoint));
            tasks.spawn(async move { tokens.get(|| endpoint.fetch()).await.unwrap() });
        }
        let got = tasks.join_all().await;
        assert!(got.iter().all(|token| token.expose() == "t-0"));
        assert_eq!(endpoint.fetches(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn l02_a_token_is_renewed_once_in_its_last_half_hour_and_calls_go_on() {
        let (tokens, endpoint) = (Tokens::default(), Endpoint::default());
        for minute in 0..20 * 60 {
            let got = tokens.get(|| endpoint.fetch()).await.unwrap();
            let lifetimes = minute / 90;
            assert!(
                endpoint.fetches() <= lifetimes + 2,
                "{} at minute {minute}: {got:?}",
                endpoint.fetches()
            );
            tokio::time::advance(Duration::from_secs(60)).await;
        }
        assert!(endpoint.fetches() >= 12);
    }

    #[tokio::test(start_paused = true)]
    async fn l03_two_hundred_refusals_cost_one_fetch() {
        let (tokens, endpoint) = (Arc::new(Tokens::default()), Arc::new(Endpoint::default()));
        let refused = tokens.get(|| endpoint.fetch()).await.unwrap();
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..200 {
            let (tokens, endpoint, refused) = (Arc::clone(&tokens), Arc::clone(&endpoint), refused.clone());
            tasks.spawn(async move { tokens.replace(&refused, || endpoint.fetch()).await.unwrap() });
        }
        assert!(tasks.join_all().await.iter().all(|token| token.expose() == "t-1"));
        assert_eq!(endpoint.fetches(), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn l04_a_failure_is_shared_and_the_endpoint_gets_a_rest() {
        let (tokens, fetches) = (Tokens::default(), AtomicUsize::new(0));
        for _ in 0..60_000 {
            let fetch = || {
                fetches.fetch_add(1, Ordering::SeqCst);
                down()
            };
            assert!(tokens.get(fetch).await.unwrap_err().is_token());
            tokio::time::advance(Duration::from_millis(1)).await;
        }
        // After 0, 1, 3, 7, 15 and 31 seconds.
        assert_eq!(fetches.load(Ordering::SeqCst), 6);
    }

    #[tokio::test(start_paused = true)]
    async fn f22_a_token_that_is_refused_and_given_out_again_is_an_error() {
        let tokens = Tokens::default();
        let same = || async { Ok(Grant { token: Secret::new("t-same"), life: LIFE }) };
        let token = tokens.get(same).await.unwrap();
        assert!(tokens.replace(&token, same).await.unwrap_err().is_token());
        assert!(tokens.get(same).await.unwrap_err().is_token(), "it is not asked for at once again");
    }

    #[tokio::test(start_paused = true)]
    async fn f25_a_token_stays_in_use_while_no_new_one_is_to_be_had() {
        let (tokens, endpoint) = (Tokens::default(), Endpoint::default());
        tokens.get(|| endpoint.fetch()).await.unwrap();
        tokio::time::advance(LIFE - Duration::from_secs(10 * 60)).await;
        for _ in 0..8 {
            assert_eq!(tokens.get(down).await.unwrap().expose(), "t-0");
            tokio::time::advance(Duration::from_secs(60)).await;
        }
        tokio::time::advance(Duration::from_secs(120)).await;
        assert!(tokens.get(down).await.is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn f26_a_token_without_a_life_is_used_once() {
        let (tokens, fetches) = (Tokens::default(), AtomicUsize::new(0));
        for _ in 0..3 {
            let fetch = || async {
                fetches.fetch_add(1, Ordering::SeqCst);
                Ok(Grant { token: Secret::new("t-0"), life: Duration::ZERO })
            };
            assert_eq!(tokens.get(fetch).await.unwrap().expose(), "t-0");
        }
        assert_eq!(fetches.load(Ordering::SeqCst), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn f27_a_waiter_takes_over_where_the_one_who_fetches_is_dropped() {
        let (tokens, endpoint) = (Arc::new(Tokens::default()), Arc::new(Endpoint::default()));
        let leader = {
            let tokens = Arc::clone(&tokens);
            tokio::spawn(async move { tokens.get(std::future::pending).await })
        };
        tokio::task::yield_now().await;
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..100 {
            let (tokens, endpoint) = (Arc::clone(&tokens), Arc::clone(&endpoint));
            tasks.spawn(async move { tokens.get(|| endpoint.fetch()).await.unwrap() });
        }
        tokio::task::yield_now().await;
        leader.abort();
        assert_eq!(tasks.join_all().await.len(), 100);
        assert_eq!(endpoint.fetches(), 1);
    }

    #[test]
    fn x01_a_token_is_shown_by_nothing() {
        let held = Held { token: Secret::new("t-canary"), renew_at: Instant::now(), ends_at: Instant::now() };
        let tokens =
            Tokens { state: Mutex::new(State { held: Some(held), failure: None }), ..Tokens::default() };
        assert!(!format!("{tokens:?}").contains("canary"));
    }
}
