//! A tenant access token, fetched once for any number of waiters and renewed before it expires.
//!
//! Feishu returns the same token while it has 30 minutes or more left, and a new one after that, when both are valid.
//! A token is therefore renewed in its last 30 minutes, in the background, while all callers continue with the old
//! one.

use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use tokio::time::Instant;

use crate::call::provider::{AccessToken, DEADLINE, TokenProvider};
use crate::call::queue::Task;
use crate::call::watch::{Notice, Watch};
use crate::error::{Error, Transport as How};
use crate::secret::Secret;

/// From here on, Feishu gives a new token and leaves the old one valid.
pub(crate) const RENEWABLE: Duration = Duration::from_secs(30 * 60);
/// A random delay up to this, so that machines do not all renew at once.
const JITTER: Duration = Duration::from_secs(5 * 60);
/// A token is not used in its last seconds, so that it cannot expire in transit.
pub(crate) const MARGIN: Duration = Duration::from_secs(60);
/// No token lives longer, whatever the answer claims.
const LONGEST_LIFE: Duration = Duration::from_secs(2 * 60 * 60);
/// How long to wait for another task's fetch: longer than any fetch takes.
const PATIENCE: Duration = Duration::from_secs(15);
/// How long a failure is passed on to callers before the token endpoint is asked again; it doubles with each failure.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(64);

/// The token of one app in one tenant.
pub(crate) struct Tokens {
    provider: Box<dyn TokenProvider>,
    watch: Watch,
    state: Mutex<State>,
    /// Held by the task that fetches. If its future is dropped, the next waiter takes over.
    fetching: Arc<tokio::sync::Mutex<()>>,
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

/// The next step for a token.
enum Now {
    Use(Secret),
    UseAndRenew(Secret),
    Fail(Error),
    Fetch,
}

impl Tokens {
    pub(crate) fn new(provider: impl TokenProvider, watch: Watch) -> Arc<Self> {
        let (state, fetching) = (Mutex::default(), Arc::default());
        Arc::new(Self { provider: Box::new(provider), watch, state, fetching })
    }

    /// A valid token; it is fetched if there is none, and renewed in the background in time.
    pub(crate) async fn get(self: &Arc<Self>) -> Result<Secret, Error> {
        match self.now(None) {
            Now::Use(token) => Ok(token),
            Now::UseAndRenew(token) => {
                self.renew();
                Ok(token)
            }
            Now::Fail(error) => Err(error),
            Now::Fetch => self.fetch(None).await,
        }
    }

    /// The token, if nothing has to be done for it.
    pub(crate) fn held(&self) -> Option<Secret> {
        match self.now(None) {
            Now::Use(token) => Some(token),
            _ => None,
        }
    }

    /// A token different from the refused one. One caller fetches it for all callers whose token was refused.
    pub(crate) async fn replace(self: &Arc<Self>, refused: &Secret) -> Result<Secret, Error> {
        self.fetch(Some(refused)).await
    }

    async fn fetch(self: &Arc<Self>, refused: Option<&Secret>) -> Result<Secret, Error> {
        // A caller that holds the future of a call without polling it must not block the others.
        let mut fetching = Task(tokio::spawn(Arc::clone(self).fetch_once(refused.cloned())));
        match (&mut fetching.0).await {
            Ok(fetched) => fetched,
            Err(_) => Arc::clone(self).fetch_once(refused.cloned()).await,
        }
    }

    async fn fetch_once(self: Arc<Self>, refused: Option<Secret>) -> Result<Secret, Error> {
        // On a stalled runtime a fetch never ends; stop waiting for it.
        let _fetching = tokio::time::timeout(PATIENCE, self.fetching.lock()).await.ok();
        let refused = refused.as_ref();
        match self.now(refused) {
            Now::Use(token) | Now::UseAndRenew(token) => Ok(token),
            Now::Fail(error) => Err(error),
            Now::Fetch => self.store(self.ask(refused).await, refused),
        }
    }

    fn renew(self: &Arc<Self>) {
        let Ok(fetching) = Arc::clone(&self.fetching).try_lock_owned() else { return };
        // The previous holder of the lock may have renewed it.
        if !matches!(self.now(None), Now::UseAndRenew(_)) {
            return;
        }
        let tokens = Arc::clone(self);
        tokio::spawn(async move {
            let _fetching = fetching;
            // Without a new token, the old one is still valid; the failure is recorded inside.
            let _ = tokens.store(tokens.ask(None).await, None);
        });
    }

    /// Asks the provider; hanging and panicking count as failures.
    async fn ask(&self, refused: Option<&Secret>) -> Result<AccessToken, Error> {
        let asked = AssertUnwindSafe(async { self.provider.fetch(refused.map(Secret::expose)).await });
        match tokio::time::timeout(DEADLINE, asked.catch_unwind()).await {
            Ok(Ok(fetched)) => fetched,
            Ok(Err(_panic)) => Err(Error::no_token("its provider panicked")),
            Err(late) => Err(Error::transport(How::Timeout, late)),
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

    fn store(&self, fetched: Result<AccessToken, Error>, refused: Option<&Secret>) -> Result<Secret, Error> {
        let fetched = match fetched {
            Ok(fetched) if Some(&fetched.token) == refused => {
                Err(Error::no_token("Feishu returns the same token that it refuses"))
            }
            other => other,
        };
        let stored = match fetched {
            Ok(AccessToken { token, life }) => {
                let held = Some(Held::new(token.clone(), life.min(LONGEST_LIFE)));
                *self.lock() = State { held, failure: None };
                Ok(token)
            }
            Err(error) => Err(self.failed(Error::token(error), refused)),
        };
        self.watch.notice(match &stored {
            Ok(_) => Notice::TokenFetched,
            Err(error) => Notice::TokenFailed(error),
        });
        stored
    }

    fn failed(&self, error: Error, refused: Option<&Secret>) -> Error {
        let mut state = self.lock();
        state.held = state.held.take().filter(|held| Some(&held.token) != refused);
        let before = state.failure.as_ref().map(|before| before.pause);
        let pause = before.map_or(FIRST_PAUSE, |pause| (pause * 2).min(LONGEST_PAUSE));
        state.failure = Some(Failure { error: error.clone(), pause, until: Instant::now() + pause });
        error
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing panics while the lock is held, and its contents are complete at every step.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    fn new(token: Secret, life: Duration) -> Self {
        let now = Instant::now();
        let renew_in =
            if life > RENEWABLE * 2 { life - RENEWABLE + JITTER.mul_f64(fastrand::f64()) } else { life / 2 };
        let ends_in = if life > MARGIN * 2 { life - MARGIN } else { life / 2 };
        Self { token, renew_at: now + renew_in, ends_at: now + ends_in }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::call::provider::TokenFuture;

    const LIFE: Duration = Duration::from_secs(7200);

    /// A token endpoint that numbers its tokens, counts, and follows instructions.
    #[derive(Clone, Default)]
    struct Endpoint(Arc<Told>);

    #[derive(Default)]
    struct Told {
        fetches: AtomicUsize,
        does: Mutex<Does>,
    }

    #[derive(Clone, Copy, Default)]
    enum Does {
        #[default]
        Well,
        Fail,
        Hang,
        Panic,
        GiveTheSame,
        GiveWithoutLife,
        GiveFor(Duration),
    }

    impl TokenProvider for Endpoint {
        fn fetch<'a>(&'a self, _refused: Option<&'a str>) -> TokenFuture<'a> {
            Box::pin(async {
                let number = self.0.fetches.fetch_add(1, Ordering::SeqCst);
                tokio::time::sleep(Duration::from_millis(50)).await;
                let does = *self.0.does.lock().unwrap();
                match does {
                    Does::Well => Ok(AccessToken::new(format!("t-{number}"), LIFE)),
                    Does::Fail => Err(Error::no_token("down")),
                    Does::Hang => std::future::pending().await,
                    Does::Panic => panic!("on purpose"),
                    Does::GiveTheSame => Ok(AccessToken::new("t-same", LIFE)),
                    Does::GiveWithoutLife => Ok(AccessToken::new("t-0", Duration::ZERO)),
                    Does::GiveFor(life) => Ok(AccessToken::new(format!("t-{number}"), life)),
                }
            })
        }
    }

    impl Endpoint {
        fn tokens(&self) -> Arc<Tokens> {
            Tokens::new(self.clone(), Watch::default())
        }

        fn does(&self, does: Does) {
            *self.0.does.lock().unwrap() = does;
        }

        fn fetches(&self) -> usize {
            self.0.fetches.load(Ordering::SeqCst)
        }
    }

    /// Runs this many tasks to their end.
    async fn together<T, F>(count: usize, task: impl Fn() -> F) -> Vec<T>
    where
        T: Send + 'static,
        F: Future<Output = T> + Send + 'static,
    {
        let tasks: tokio::task::JoinSet<T> = (0..count).map(|_| task()).collect();
        tasks.join_all().await
    }

    async fn pass(seconds: u64) {
        tokio::time::sleep(Duration::from_secs(seconds)).await;
    }

    #[tokio::test(start_paused = true)]
    async fn l01_a_thousand_waiters_share_one_fetch() {
        let endpoint = Endpoint::default();
        let tokens = endpoint.tokens();
        let get = || {
            let tokens = Arc::clone(&tokens);
            async move { tokens.get().await.unwrap() }
        };
        assert!(together(1000, get).await.iter().all(|token| token.expose() == "t-0"));
        assert_eq!(endpoint.fetches(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_token_ends_before_its_life_by_the_margin_or_half_of_it() {
        let token = || Secret::new("t-1");
        for (life, ends_in) in [
            (MARGIN, MARGIN / 2),
            (MARGIN * 2, MARGIN),
            (MARGIN * 5 / 2, MARGIN * 3 / 2),
            (MARGIN * 4, MARGIN * 3),
        ] {
            assert_eq!(Held::new(token(), life).ends_at - Instant::now(), ends_in, "{life:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn l02_a_token_is_renewed_once_in_its_last_half_hour_and_calls_go_on() {
        let endpoint = Endpoint::default();
        let tokens = endpoint.tokens();
        let (mut last, mut since) = (tokens.get().await.unwrap(), Instant::now());
        for _ in 0..20 * 60 * 6 {
            let asked = Instant::now();
            let token = tokens.get().await.unwrap();
            assert_eq!(asked.elapsed(), Duration::ZERO, "nobody waits for a renewal");
            if token != last {
                let age = since.elapsed().as_secs();
                assert!((90 * 60..=95 * 60 + 20).contains(&age), "renewed after {age} s");
                (last, since) = (token, Instant::now());
            }
            pass(10).await;
        }
        assert!((13..=14).contains(&endpoint.fetches()), "{}", endpoint.fetches());
    }

    #[tokio::test(start_paused = true)]
    async fn l03_two_hundred_refusals_cost_one_fetch() {
        let endpoint = Endpoint::default();
        let tokens = endpoint.tokens();
        let refused = tokens.get().await.unwrap();
        let replace = || {
            let (tokens, refused) = (Arc::clone(&tokens), refused.clone());
            async move { tokens.replace(&refused).await.unwrap() }
        };
        assert!(together(200, replace).await.iter().all(|token| token.expose() == "t-1"));
        assert_eq!(endpoint.fetches(), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn l04_a_failure_is_shared_and_the_endpoint_gets_a_rest() {
        let endpoint = Endpoint::default();
        endpoint.does(Does::Fail);
        let tokens = endpoint.tokens();
        let started = Instant::now();
        while started.elapsed() < Duration::from_secs(60) {
            assert!(tokens.get().await.unwrap_err().is_token());
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        // After 0, 1, 3, 7, 15 and 31 seconds.
        assert_eq!(endpoint.fetches(), 6);
    }

    #[tokio::test(start_paused = true)]
    async fn f22_a_token_that_is_refused_and_given_out_again_is_an_error() {
        let endpoint = Endpoint::default();
        endpoint.does(Does::GiveTheSame);
        let tokens = endpoint.tokens();
        let token = tokens.get().await.unwrap();
        assert!(tokens.replace(&token).await.unwrap_err().is_token());
        assert!(tokens.get().await.unwrap_err().is_token());
        assert_eq!(endpoint.fetches(), 2, "it is not asked for at once again");
    }

    #[tokio::test(start_paused = true)]
    async fn f25_a_token_stays_in_use_while_no_new_one_is_to_be_had() {
        for does in [Does::Fail, Does::Hang, Does::Panic] {
            let endpoint = Endpoint::default();
            let tokens = endpoint.tokens();
            tokens.get().await.unwrap();
            endpoint.does(does);
            pass(95 * 60).await;
            for _ in 0..23 {
                let asked = Instant::now();
                assert_eq!(tokens.get().await.unwrap().expose(), "t-0");
                assert_eq!(asked.elapsed(), Duration::ZERO);
                pass(60).await;
            }
            pass(60).await;
            assert!(tokens.get().await.unwrap_err().is_token());
            assert!((10..30).contains(&endpoint.fetches()), "{}", endpoint.fetches());
        }
    }

    #[tokio::test(start_paused = true)]
    async fn f26_a_token_without_a_life_is_used_once() {
        let endpoint = Endpoint::default();
        endpoint.does(Does::GiveWithoutLife);
        let tokens = endpoint.tokens();
        for _ in 0..3 {
            assert_eq!(tokens.get().await.unwrap().expose(), "t-0");
        }
        assert_eq!(endpoint.fetches(), 3);
    }

    /// Whatever the provider says: a token is never used after its end, and fetched no more often than twice in its life.
    #[tokio::test(start_paused = true)]
    async fn tokens_of_any_life_are_used_until_shortly_before_their_end_and_not_longer() {
        for life in [10, 59, 119, 120, 121, 240, 1800, 3599, 3600, 3601, 7200] {
            let life = Duration::from_secs(life);
            let endpoint = Endpoint::default();
            endpoint.does(Does::GiveFor(life));
            let tokens = endpoint.tokens();
            let (mut last, mut since) = (tokens.get().await.unwrap(), Instant::now());
            let mut longest = Duration::ZERO;
            for _ in 0..200 {
                tokio::time::sleep(life / 40).await;
                let token = tokens.get().await.unwrap();
                if token == last {
                    longest = longest.max(since.elapsed());
                } else {
                    (last, since) = (token, Instant::now());
                }
                assert!(since.elapsed() < life, "{life:?}: used after its end");
            }
            // Five lives have gone by.
            let fetches = endpoint.fetches();
            assert!((5..=14).contains(&fetches), "{life:?}: {fetches} fetches");
            assert!(longest >= life * 2 / 5, "{life:?}: replaced after {longest:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn f27_a_waiter_takes_over_where_the_one_who_fetches_is_dropped() {
        let endpoint = Endpoint::default();
        endpoint.does(Does::Hang);
        let tokens = endpoint.tokens();
        let get = move || {
            let tokens = Arc::clone(&tokens);
            async move { tokens.get().await.unwrap() }
        };
        let leader = tokio::spawn(get());
        tokio::time::sleep(Duration::from_millis(100)).await;
        endpoint.does(Does::Well);
        let waiters = tokio::spawn(together(100, get.clone()));
        tokio::time::sleep(Duration::from_millis(100)).await;
        leader.abort();
        assert!(waiters.await.unwrap().iter().all(|token| token.expose() == "t-1"));
        assert_eq!(endpoint.fetches(), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn f28_a_fetch_that_panics_is_a_failure_that_passes() {
        let endpoint = Endpoint::default();
        endpoint.does(Does::Panic);
        let tokens = endpoint.tokens();
        let get = || {
            let tokens = Arc::clone(&tokens);
            async move { tokens.get().await }
        };
        assert!(together(100, get).await.into_iter().all(|got| got.unwrap_err().is_token()));
        assert_eq!(endpoint.fetches(), 1);
        endpoint.does(Does::Well);
        pass(2).await;
        assert_eq!(tokens.get().await.unwrap().expose(), "t-1");
    }

    #[test]
    fn x01_a_token_is_shown_by_nothing() {
        let held = Held::new(Secret::new("t-canary"), LIFE);
        assert!(!format!("{held:?}").contains("canary"));
    }
}
