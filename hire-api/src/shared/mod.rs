//! Several machines as one app: one token and one count of calls for each tenant, in Redis.
//!
//! Each step is one script, so that it happens whole or not at all, and by the clock of the server, so that the clocks
//! of the machines need not agree. While Redis is away each worker goes on by itself, with its share of the quotas, and
//! says so; what the others cannot know of these calls holds them back for one window when Redis is there again.

mod quota;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, ErrorKind, FromRedisValue, RedisError, Script};

use crate::error::Error;
use crate::provider::{AccessToken, TokenFuture, TokenProvider};
use crate::token::{DEADLINE, MARGIN, RENEWABLE};
use crate::watch::{Notice, Watch};

pub(crate) use quota::SharedLimits;

/// A Redis server that all workers of an app share; give it to [`ClientBuilder::with_redis`](crate::ClientBuilder).
///
/// Redis 6 or later. It holds tenant access tokens: let nobody else read it. With `rediss://` in the address the
/// connection is encrypted, as long as your crate also depends on `redis` with one of its TLS features.
///
/// Cheap to clone; clones share a connection.
#[derive(Clone)]
pub struct Redis {
    client: Client,
    /// Made by the first call, since it wants a runtime.
    connection: Arc<OnceLock<ConnectionManager>>,
    prefix: Arc<str>,
    /// Differs from that of every other worker.
    worker: Arc<str>,
    scripts: Arc<Scripts>,
}

struct Scripts {
    token: Script,
    store: Script,
    slot: Script,
    pause: Script,
}

/// How long Redis has to answer. Whoever waits for it is a call.
const ANSWER: Duration = Duration::from_millis(500);
/// How often a worker looks whether another one has fetched the token.
const LOOK: Duration = Duration::from_millis(25);
/// How long nobody tries again after a fetch that failed.
const REST: Duration = Duration::from_secs(1);

impl Redis {
    /// By the address, such as `redis://127.0.0.1:6379/0`. It connects when it is first needed, and again whenever the
    /// connection is lost.
    ///
    /// # Errors
    ///
    /// When the address is none.
    pub fn new(address: &str) -> Result<Self, Error> {
        // The address may hold a password.
        let wrong = |error: RedisError| {
            Error::config(format!(
                "the address of Redis is wrong: {}",
                error.detail().unwrap_or("it cannot be read")
            ))
        };
        let client = Client::open(address).map_err(wrong)?;
        let scripts = Scripts {
            token: Script::new(include_str!("token.lua")),
            store: Script::new(include_str!("store.lua")),
            slot: Script::new(include_str!("slot.lua")),
            pause: Script::new(include_str!("pause.lua")),
        };
        let worker = format!("{:016x}{:016x}", fastrand::u64(..), fastrand::u64(..));
        let (connection, prefix) = (Arc::default(), "hire-api".into());
        Ok(Self { client, connection, prefix, worker: worker.into(), scripts: Arc::new(scripts) })
    }

    /// With another beginning for its keys; `hire-api` where nothing is said.
    #[must_use]
    pub fn with_prefix(self, prefix: &str) -> Self {
        Self { prefix: prefix.into(), ..self }
    }

    /// A key of one tenant of an app. All of them are in one slot of a cluster.
    fn key(&self, tenant: &Tenant, what: &str) -> String {
        format!("{}:{{{}}}:{what}", self.prefix, tenant.0)
    }

    fn connection(&self) -> Result<ConnectionManager, RedisError> {
        if let Some(connection) = self.connection.get() {
            return Ok(connection.clone());
        }
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(ANSWER))
            .set_response_timeout(Some(ANSWER))
            .set_number_of_retries(0);
        let made = ConnectionManager::new_lazy_with_config(self.client.clone(), config)?;
        Ok(self.connection.get_or_init(|| made).clone())
    }

    async fn run<T: FromRedisValue>(
        &self,
        script: &Script,
        keys: &[String],
        arguments: &[String],
    ) -> Result<T, RedisError> {
        let mut invocation = script.prepare_invoke();
        for key in keys {
            invocation.key(key);
        }
        for argument in arguments {
            invocation.arg(argument);
        }
        let mut connection = self.connection()?;
        let answer = tokio::time::timeout(ANSWER * 2, invocation.invoke_async(&mut connection));
        answer.await.unwrap_or_else(|_| Err(RedisError::from((ErrorKind::Io, "no answer in time"))))
    }
}

impl std::fmt::Debug for Redis {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Redis").field("prefix", &self.prefix).finish_non_exhaustive()
    }
}

/// What keys are about: an app, one of its tenants, and the server that both are at.
#[derive(Clone)]
pub(crate) struct Tenant(Arc<str>);

impl Tenant {
    pub(crate) fn new(base_url: &str, app_id: &str, tenant_key: &str) -> Self {
        // Braces would end the part of a key that decides its slot.
        let text = format!("{base_url} {app_id} {tenant_key}").replace(['{', '}'], "_");
        Self(text.into())
    }
}

/// Tokens of a provider, for all workers.
pub(crate) struct SharedTokens<P> {
    pub(crate) redis: Redis,
    pub(crate) tenant: Tenant,
    pub(crate) watch: Watch,
    pub(crate) provider: P,
}

impl<P: TokenProvider> TokenProvider for SharedTokens<P> {
    fn fetch<'a>(&'a self, refused: Option<&'a str>) -> TokenFuture<'a> {
        Box::pin(async move {
            loop {
                match self.look(refused).await {
                    Ok((what, token, life)) if what == "token" => {
                        return Ok(AccessToken::new(token, Duration::from_millis(life)));
                    }
                    Ok((what, ..)) if what == "fetch" => return self.fetch_for_all(refused).await,
                    Ok(_) => tokio::time::sleep(LOOK.mul_f64(1.0 + fastrand::f64())).await,
                    Err(error) => {
                        self.watch.notice(Notice::Alone(&Error::no_redis(error)));
                        return self.provider.fetch(refused).await;
                    }
                }
            }
        })
    }
}

impl<P: TokenProvider> SharedTokens<P> {
    fn keys(&self) -> [String; 2] {
        ["token", "fetching"].map(|what| self.redis.key(&self.tenant, what))
    }

    async fn look(&self, refused: Option<&str>) -> Result<(String, String, u64), RedisError> {
        let arguments = [
            refused.unwrap_or_default().to_owned(),
            RENEWABLE.as_millis().to_string(),
            MARGIN.as_millis().to_string(),
            self.redis.worker.to_string(),
            DEADLINE.as_millis().to_string(),
        ];
        self.redis.run(&self.redis.scripts.token, &self.keys(), &arguments).await
    }

    async fn fetch_for_all(&self, refused: Option<&str>) -> Result<AccessToken, Error> {
        let fetched = self.provider.fetch(refused).await;
        let good = fetched.as_ref().ok().filter(|fetched| Some(fetched.token.expose()) != refused);
        let good = good.filter(|fetched| !fetched.life.is_zero());
        let (token, life) = good.map_or(("", REST), |AccessToken { token, life }| (token.expose(), *life));
        let arguments = [self.redis.worker.to_string(), token.to_owned(), life.as_millis().to_string()];
        let stored: Result<i64, _> =
            self.redis.run(&self.redis.scripts.store, &self.keys(), &arguments).await;
        if let Err(error) = stored {
            self.watch.notice(Notice::Alone(&Error::no_redis(error)));
        }
        fetched
    }
}
