//! Claims in Redis: which events are in work or done, and which process renews a user's tokens.

use std::time::Duration;

use redis::{Cmd, FromRedisValue, RedisError};

use super::{ANSWER, Redis, late};
#[cfg(any(feature = "events", feature = "sign-in"))]
use crate::call::sharing::StoreFuture;
use crate::error::Error;
#[cfg(feature = "events")]
use crate::event::{Begun, EventStore};
#[cfg(feature = "sign-in")]
use crate::sign_in::{UserStore, UserTokens};

/// A restart must not forget done events: configure the server with `appendonly yes`, and with `appendfsync always`
/// if no event may be handled twice even after a power failure.
#[cfg(feature = "events")]
impl EventStore for Redis {
    fn begin<'a>(&'a self, event: &'a str, claim: &'a str, lease: Duration) -> StoreFuture<'a, Begun> {
        Box::pin(async move {
            Ok(match self.claim("event", event, claim, lease).await? {
                0 => Begun::Claimed,
                1 => Begun::InWork,
                _ => Begun::Done,
            })
        })
    }

    fn renew<'a>(&'a self, event: &'a str, claim: &'a str, lease: Duration) -> StoreFuture<'a, ()> {
        Box::pin(async move { self.claim("event", event, claim, lease).await.map(drop) })
    }

    fn finish<'a>(&'a self, event: &'a str, keep: Duration) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            let mut command = redis::cmd("SET");
            command.arg(self.claimed("event", event)).arg("done").arg("PX").arg(millis(keep));
            self.command(&command).await
        })
    }

    fn release<'a>(&'a self, event: &'a str, claim: &'a str) -> StoreFuture<'a, ()> {
        Box::pin(self.end("event", event, claim))
    }
}

/// It contains refresh tokens, and forgets them unless it writes to disk (`appendonly yes`).
#[cfg(feature = "sign-in")]
impl UserStore for Redis {
    fn load<'a>(&'a self, user: &'a str) -> StoreFuture<'a, Option<UserTokens>> {
        Box::pin(async move {
            let mut command = redis::cmd("GET");
            command.arg(self.claimed("user", user));
            let text: Option<String> = self.command(&command).await?;
            // Another value under this key would count as no user, and the user's consent as lost.
            let read = |text: String| {
                UserTokens::from_json(&text)
                    .ok_or_else(|| Error::no_store("it does not contain tokens of a user"))
            };
            text.map(read).transpose()
        })
    }

    fn save<'a>(&'a self, user: &'a str, tokens: &'a UserTokens) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            let mut command = redis::cmd("SET");
            command.arg(self.claimed("user", user)).arg(tokens.to_json());
            self.command(&command).await
        })
    }

    fn replace<'a>(
        &'a self,
        user: &'a str,
        before: &'a UserTokens,
        tokens: &'a UserTokens,
    ) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let arguments = [before.refresh_token().unwrap_or_default().to_owned(), tokens.to_json()];
            let replaced: Result<i64, RedisError> =
                self.run(&self.scripts.replace, &[self.claimed("user", user)], &arguments).await;
            replaced.map(|replaced| replaced == 1).map_err(Error::no_redis)
        })
    }

    fn remove<'a>(&'a self, user: &'a str) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            let mut command = redis::cmd("DEL");
            command.arg(self.claimed("user", user));
            self.command::<i64>(&command).await.map(drop)
        })
    }

    fn lock<'a>(&'a self, user: &'a str, holder: &'a str, lease: Duration) -> StoreFuture<'a, bool> {
        Box::pin(async move { Ok(self.claim("renewing", user, holder, lease).await? == 0) })
    }

    fn unlock<'a>(&'a self, user: &'a str, holder: &'a str) -> StoreFuture<'a, ()> {
        Box::pin(self.end("renewing", user, holder))
    }
}

impl Redis {
    async fn claim(&self, what: &str, name: &str, claim: &str, lease: Duration) -> Result<i64, Error> {
        let arguments = [claim.to_owned(), millis(lease)];
        self.run(&self.scripts.claim, &[self.claimed(what, name)], &arguments).await.map_err(Error::no_redis)
    }

    async fn end(&self, what: &str, name: &str, claim: &str) -> Result<(), Error> {
        let ended: Result<i64, RedisError> =
            self.run(&self.scripts.end, &[self.claimed(what, name)], &[claim.to_owned()]).await;
        ended.map(drop).map_err(Error::no_redis)
    }

    async fn command<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, Error> {
        let asked = async {
            let mut connection = self.connection()?;
            command.query_async(&mut connection).await
        };
        tokio::time::timeout(ANSWER * 2, asked).await.unwrap_or_else(|_| Err(late())).map_err(Error::no_redis)
    }

    fn claimed(&self, what: &str, name: &str) -> String {
        format!("{}:{what}:{name}", self.prefix)
    }
}

fn millis(time: Duration) -> String {
    time.as_millis().to_string()
}
