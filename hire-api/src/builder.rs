//! How a client is settled before its first call.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::client::Client;
use crate::error::Error;
use crate::limit::Quotas;
use crate::provider::{CustomApp, TokenProvider};
use crate::retry::{Budget, Retry};
use crate::send::{Sender, Settled};
#[cfg(feature = "redis")]
use crate::shared::Redis;
use crate::store_app::StoreApp;
use crate::token::Secret;
use crate::transport::{Settings, Transport};
use crate::watch::{Observer, Watch};

/// Settles how a client connects.
#[derive(Clone)]
#[must_use]
pub struct ClientBuilder {
    app_id: String,
    app_secret: Secret,
    validation: bool,
    retry: Retry,
    quotas: Quotas,
    watch: Watch,
    #[cfg(feature = "redis")]
    redis: Option<Redis>,
    provider: Option<Arc<dyn TokenProvider>>,
    settings: Settings,
}

impl ClientBuilder {
    pub(crate) fn new(app_id: String, app_secret: Secret) -> Self {
        Self {
            app_id,
            app_secret,
            validation: true,
            retry: Retry::new(),
            quotas: Quotas::Wait,
            watch: Watch::default(),
            #[cfg(feature = "redis")]
            redis: None,
            provider: None,
            settings: Settings {
                base_url: crate::FEISHU.to_owned(),
                timeout: Duration::from_secs(30),
                connect_timeout: Duration::from_secs(5),
                http: None,
                download_hosts: Vec::new(),
            },
        }
    }

    /// Where Feishu is: [`FEISHU`](crate::FEISHU) where nothing is said, [`LARK`](crate::LARK), or another one. It has
    /// to be `https`, but for loopback.
    pub fn with_base_url(mut self, base_url: impl Into<String>) -> Self {
        self.settings.base_url = base_url.into();
        self
    }

    /// How often and how patiently a request is sent again; [`Retry::new`] where nothing is said.
    pub fn with_retry(mut self, retry: Retry) -> Self {
        self.retry = retry;
        self
    }

    /// What to do when an endpoint's quota is used up, as the specs give it; [`Quotas::Wait`] where nothing is said.
    /// Clones of a client share one count; clients that were built one by one do not.
    pub fn with_quotas(mut self, quotas: Quotas) -> Self {
        self.quotas = quotas;
        self
    }

    /// Tells this of every attempt, for metrics. With the feature `tracing`, each is an event at `DEBUG`, too.
    pub fn with_observer(mut self, observer: impl Observer) -> Self {
        self.watch = Watch(Some(Arc::new(observer)));
        self
    }

    /// Shares tokens and quotas with all workers of the app that use this Redis. While it is away each worker goes on by
    /// itself, with its share of the quotas, and tells the observer and `tracing`.
    #[cfg(feature = "redis")]
    pub fn with_redis(mut self, redis: Redis) -> Self {
        self.redis = Some(redis);
        self
    }

    /// How long one attempt may take, its answer included; 30 seconds where nothing is said.
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.settings.timeout = timeout;
        self
    }

    /// How long connecting may take; 5 seconds where nothing is said.
    pub fn with_connect_timeout(mut self, timeout: Duration) -> Self {
        self.settings.connect_timeout = timeout;
        self
    }

    /// Lets files be downloaded from this host and those below it, too, where a proxy of yours stands before Feishu's
    /// own.
    pub fn with_download_host(mut self, host: impl Into<String>) -> Self {
        self.settings.download_hosts.push(host.into());
        self
    }

    /// Whether lengths, ranges and conditions are checked before anything is sent; they are where nothing is said.
    /// What would lead to another path is refused in any case.
    pub fn with_validation(mut self, validation: bool) -> Self {
        self.validation = validation;
        self
    }

    /// Sends with a client of yours: its TLS, proxies and connection pool.
    ///
    /// Build it with `redirect::Policy::none()`, so that a token cannot be carried elsewhere, and with
    /// `retry::never()`, so that a record cannot be made twice.
    pub fn with_http_client(mut self, http: reqwest::Client) -> Self {
        self.settings.http = Some(http);
        self
    }

    /// Gets tokens from here and not from Feishu; the app's secret is then not needed and may be empty.
    pub fn with_token_provider(mut self, provider: impl TokenProvider) -> Self {
        self.provider = Some(Arc::new(provider));
        self
    }

    /// The client. Nothing is sent before its first call.
    ///
    /// # Errors
    ///
    /// When an ID or a secret is empty, the base URL is not one, or TLS cannot be set up.
    pub fn build(mut self) -> Result<Client, Error> {
        let sender = match self.provider.take() {
            Some(provider) => Sender::new(self.settle()?.0, "", provider),
            None => {
                let (settled, app_secret) = self.settle_with_secret()?;
                let (app_id, transport) = (settled.app_id.clone(), settled.transport.clone());
                Sender::new(settled, "", CustomApp { app_id, app_secret, transport })
            }
        };
        Ok(Client::new(sender))
    }

    /// The same for a program that is not async: its calls wait for their answers, on a thread of the client's own.
    ///
    /// # Errors
    ///
    /// As for [`build`](Self::build); and when that thread cannot be started.
    #[cfg(feature = "blocking")]
    pub fn build_blocking(self) -> Result<crate::blocking::Client, Error> {
        crate::blocking::Client::new(self.build()?)
    }

    /// The same for an app of the app store (商店应用), which serves many tenants. It gets its tokens by its tickets; a
    /// provider of tokens has no part in that.
    ///
    /// # Errors
    ///
    /// As for [`build`](Self::build).
    pub fn build_store_app(self) -> Result<StoreApp, Error> {
        let (settled, app_secret) = self.settle_with_secret()?;
        Ok(StoreApp::new(app_secret, settled))
    }

    fn settle_with_secret(self) -> Result<(Arc<Settled>, Secret), Error> {
        match self.app_secret.expose() {
            "" => Err(Error::config("the app's secret is empty")),
            _ => self.settle(),
        }
    }

    fn settle(self) -> Result<(Arc<Settled>, Secret), Error> {
        let Self { app_id, app_secret, validation, retry, quotas, watch, settings, .. } = self;
        if app_id.is_empty() {
            return Err(Error::config("the app's ID is empty"));
        }
        let (transport, budget) = (Transport::new(settings)?, Budget::default());
        #[cfg(feature = "redis")]
        let redis = self.redis;
        let settled = Settled {
            app_id,
            validation,
            transport,
            retry,
            budget,
            quotas,
            watch,
            #[cfg(feature = "redis")]
            redis,
        };
        Ok((Arc::new(settled), app_secret))
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("app_id", &self.app_id)
            .field("settings", &self.settings)
            .field("retry", &self.retry)
            .field("quotas", &self.quotas)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn x01_no_secret_is_shown() {
        let builder = Client::builder("cli_a", "canary");
        assert!(!format!("{builder:?}").contains("canary"));
        assert!(!format!("{:?}", builder.build().unwrap()).contains("canary"));
    }
}
