//! Several machines as one app: one token and one count of calls per tenant, in Redis.
//!
//! Each step is one script, so it is atomic and uses the server's clock: the clocks of the machines need not agree.
//! While Redis is unreachable, each worker continues alone, with its share of the quotas, and reports it; when Redis
//! is back, the others wait for one window because they do not know these calls.

#[cfg(any(feature = "events", feature = "sign-in"))]
mod claims;
mod quota;

use std::sync::Arc;
use std::time::Duration;

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, ErrorKind, FromRedisValue, RedisError, Script};

use crate::call::provider::{AccessToken, DEADLINE, TokenFuture, TokenProvider};
use crate::call::sharing::{Sharing, Slots};
use crate::call::token::{MARGIN, RENEWABLE};
use crate::call::watch::{Notice, Watch};
use crate::client::builder::ClientBuilder;
use crate::error::Error;
use crate::transport::PerRuntime;

use quota::SharedLimits;

impl ClientBuilder {
    /// Shares tokens and quotas with all workers of the app that use this Redis. While it is unreachable, each worker
    /// continues alone, with its share of the quotas, and reports it to the observer and `tracing`.
    pub fn with_redis(self, redis: Redis) -> Self {
        self.with_sharing(redis)
    }
}

/// A Redis server that all workers of an app share; pass it to [`ClientBuilder::with_redis`](crate::ClientBuilder).
///
/// Redis 6 or later. It contains tenant access tokens, so nobody else may read it. With `rediss://` in the address
/// the connection is encrypted, if your crate also depends on `redis` with one of its TLS features.
///
/// Cheap to clone; clones share a connection per runtime.
#[derive(Clone)]
pub struct Redis {
    client: Client,
    /// Created by the first call of each runtime.
    connections: Arc<PerRuntime<ConnectionManager>>,
    prefix: Arc<str>,
    /// Unique to this worker.
    worker: Arc<str>,
    scripts: Arc<Scripts>,
}

struct Scripts {
    token: Script,
    store: Script,
    slot: Script,
    give_back: Script,
    sent_late: Script,
    pause: Script,
    #[cfg(any(feature = "events", feature = "sign-in"))]
    claim: Script,
    #[cfg(any(feature = "events", feature = "sign-in"))]
    end: Script,
    #[cfg(feature = "sign-in")]
    replace: Script,
}

/// How long Redis may take to answer: calls wait for it.
const ANSWER: Duration = Duration::from_millis(500);
/// How often a worker checks whether another one has fetched the token.
const LOOK: Duration = Duration::from_millis(25);
/// How long nobody tries again after a failed fetch.
const REST: Duration = Duration::from_secs(1);

impl Redis {
    /// Uses the server at this address, such as `redis://127.0.0.1:6379/0`. It connects on first use, and again
    /// whenever the connection is lost.
    ///
    /// # Errors
    ///
    /// If the address is invalid.
    pub fn new(address: &str) -> Result<Self, Error> {
        // The address may contain a password.
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
            give_back: Script::new(include_str!("give_back.lua")),
            sent_late: Script::new(include_str!("sent_late.lua")),
            pause: Script::new(include_str!("pause.lua")),
            #[cfg(any(feature = "events", feature = "sign-in"))]
            claim: Script::new(include_str!("claim.lua")),
            #[cfg(any(feature = "events", feature = "sign-in"))]
            end: Script::new(include_str!("end.lua")),
            #[cfg(feature = "sign-in")]
            replace: Script::new(include_str!("replace.lua")),
        };
        let worker = format!("{:016x}{:016x}", fastrand::u64(..), fastrand::u64(..));
        let (connections, prefix) = (Arc::default(), "hire-api".into());
        Ok(Self { client, connections, prefix, worker: worker.into(), scripts: Arc::new(scripts) })
    }

    /// Sets the prefix of its keys. Defaults to `hire-api`.
    #[must_use]
    pub fn with_prefix(self, prefix: &str) -> Self {
        Self { prefix: prefix.into(), ..self }
    }

    /// A key of one tenant of an app. All of them are in one slot of a cluster.
    fn key(&self, tenant: &Tenant, what: &str) -> String {
        format!("{}:{{{}}}:{what}", self.prefix, tenant.0)
    }

    fn connection(&self) -> Result<ConnectionManager, RedisError> {
        self.connections.get(|| {
            let config = ConnectionManagerConfig::new()
                .set_connection_timeout(Some(ANSWER))
                .set_response_timeout(Some(ANSWER))
                .set_number_of_retries(0);
            ConnectionManager::new_lazy_with_config(self.client.clone(), config)
        })
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
        answer.await.unwrap_or_else(|_| Err(late()))
    }
}

fn late() -> RedisError {
    RedisError::from((ErrorKind::Io, "no answer in time"))
}

impl std::fmt::Debug for Redis {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Redis").field("prefix", &self.prefix).finish_non_exhaustive()
    }
}

/// The scope of keys: an app, one of its tenants, and the server of both.
#[derive(Clone)]
pub(crate) struct Tenant(Arc<str>);

impl Tenant {
    pub(crate) fn new(base_url: &str, app_id: &str, tenant_key: &str) -> Self {
        // Braces would end the part of a key that decides its slot.
        let text = format!("{base_url} {app_id} {tenant_key}").replace(['{', '}'], "_");
        Self(text.into())
    }
}

impl Sharing for Redis {
    fn share(
        &self,
        base_url: &str,
        app_id: &str,
        tenant_key: &str,
        watch: &Watch,
        provider: Arc<dyn TokenProvider>,
    ) -> (Arc<dyn TokenProvider>, Arc<dyn Slots>) {
        let (redis, tenant, watch) = (self.clone(), Tenant::new(base_url, app_id, tenant_key), watch.clone());
        let slots = SharedLimits::new(redis.clone(), tenant.clone(), watch.clone());
        (Arc::new(SharedTokens { redis, tenant, watch, provider }), Arc::new(slots))
    }
}

/// Tokens of a provider, shared by all workers.
struct SharedTokens {
    redis: Redis,
    tenant: Tenant,
    watch: Watch,
    provider: Arc<dyn TokenProvider>,
}

impl TokenProvider for SharedTokens {
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

impl SharedTokens {
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
