//! Configures a client.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::call::middleware::{Chain, Middleware};
use crate::call::provider::{CustomApp, CustomAppTokens, TokenProvider};
use crate::call::quota::Quotas;
use crate::call::retry::{Budget, Retry};
use crate::call::sharing::Sharing;
use crate::call::token::Tokens;
use crate::call::watch::{Observer, Watch};
use crate::call::{Sender, Settled};
use crate::client::Client;
use crate::error::Error;
use crate::secret::Secret;
#[cfg(feature = "sign-in")]
use crate::sign_in;
use crate::transport::{Connect, Settings, Transport};

impl Client {
    /// Starts a client for a custom app (企业自建应用), with the ID and the secret from Feishu's developer console.
    pub fn builder(app_id: impl Into<String>, app_secret: impl AsRef<str>) -> ClientBuilder {
        ClientBuilder::new(app_id.into(), Secret::new(app_secret.as_ref()))
    }
}

/// Configures how a client connects.
#[derive(Clone)]
#[must_use]
pub struct ClientBuilder {
    app_id: String,
    app_secret: Secret,
    validation: bool,
    strict: bool,
    retry: Retry,
    quotas: Quotas,
    watch: Watch,
    middleware: Chain,
    sharing: Option<Arc<dyn Sharing>>,
    provider: Option<Arc<dyn TokenProvider>>,
    pub(crate) settings: Settings,
    #[cfg(feature = "sign-in")]
    pub(super) sign_in: sign_in::Settings,
}

impl ClientBuilder {
    pub(crate) fn new(app_id: String, app_secret: Secret) -> Self {
        Self {
            app_id,
            app_secret,
            validation: true,
            strict: false,
            retry: Retry::new(),
            quotas: Quotas::Wait,
            watch: Watch::default(),
            middleware: Chain::default(),
            sharing: None,
            provider: None,
            #[cfg(feature = "sign-in")]
            sign_in: sign_in::Settings::default(),
            settings: Settings::new(crate::FEISHU.to_owned(), Duration::from_secs(30)),
        }
    }

    /// Sets the base URL. Defaults to [`FEISHU`](crate::FEISHU); [`LARK`](crate::LARK) and other origins are
    /// possible. It must be `https`, except on loopback, and must not end with `/open-apis`.
    pub fn with_base_url(mut self, base_url: impl Into<String>) -> Self {
        self.settings.base_url = base_url.into();
        self
    }

    /// Sets the retries of every request. Defaults to [`Retry::new`].
    pub fn with_retry(mut self, retry: Retry) -> Self {
        self.retry = retry;
        self
    }

    /// Sets what happens if an endpoint's quota is used up. Defaults to [`Quotas::Wait`]. Clones of a client share
    /// one count; separately built clients do not.
    pub fn with_quotas(mut self, quotas: Quotas) -> Self {
        self.quotas = quotas;
        self
    }

    /// Sets an observer of every attempt, for metrics. With the feature `tracing`, each attempt is also an event at
    /// `DEBUG`.
    pub fn with_observer(mut self, observer: impl Observer) -> Self {
        self.watch = Watch(Some(Arc::new(observer)));
        self
    }

    /// Adds a middleware, which runs before each attempt and after those added before it.
    pub fn with_middleware(mut self, middleware: impl Middleware) -> Self {
        self.middleware.add(middleware);
        self
    }

    /// Sets the longest time of one attempt, including its answer. Defaults to 30 seconds.
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.settings.timeout = timeout;
        self
    }

    /// Sets how long connecting may take. Defaults to 5 seconds.
    pub fn with_connect_timeout(mut self, timeout: Duration) -> Self {
        self.settings.connect.timeout = Some(timeout);
        self
    }

    /// Sends everything through this proxy, including downloads, such as `http://user:password@proxy.example:3128`.
    /// Its address is never shown. By default no proxy is used, not even one from the environment.
    pub fn with_proxy(mut self, url: impl AsRef<str>) -> Self {
        self.settings.connect.proxy = Some(Secret::new(url.as_ref()));
        self
    }

    /// Uses the proxies from the environment: `HTTPS_PROXY`, `HTTP_PROXY` and `ALL_PROXY`, except for the hosts in
    /// `NO_PROXY`.
    pub fn with_environment_proxies(mut self) -> Self {
        self.settings.connect.environment_proxies = true;
        self
    }

    /// Trusts these certificates (PEM, one or several) in addition to those of the system, such as the certificate of
    /// a company whose firewall opens connections.
    pub fn with_root_certificates(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.settings.connect.roots.push(pem.into());
        self
    }

    /// Sends this certificate to servers that ask for one: PEM of the certificate, of its intermediates, and of its
    /// private key.
    pub fn with_client_certificate(mut self, pem: impl AsRef<str>) -> Self {
        self.settings.connect.identity = Some(Secret::new(pem.as_ref()));
        self
    }

    /// Allows a base URL with `http` for hosts other than loopback: a sidecar, a mesh, or a mock in another
    /// container. Tokens and personal data are then readable in transit.
    pub fn with_unencrypted_http(mut self) -> Self {
        self.settings.unencrypted = true;
        self
    }

    /// Sets how long an unused connection stays open. Defaults to 90 seconds.
    pub fn with_pool_idle_timeout(mut self, timeout: Duration) -> Self {
        self.settings.connect.idle = Some(timeout);
        self
    }

    /// Sets how many unused connections stay open. Unlimited by default.
    pub fn with_pool_max_idle(mut self, most: usize) -> Self {
        self.settings.connect.most_idle = Some(most);
        self
    }

    /// Adds a header to every request to the base URL. Hosts of files do not receive it.
    pub fn with_header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.settings.headers.add(name, value);
        self
    }

    /// Sets the user agent. Defaults to this crate and its version.
    pub fn with_user_agent(self, user_agent: impl Into<String>) -> Self {
        self.with_header("user-agent", user_agent)
    }

    /// Allows downloads from this host and its subdomains, for a proxy in front of Feishu's hosts.
    pub fn with_download_host(mut self, host: impl Into<String>) -> Self {
        self.settings.download_hosts.push(host.into());
        self
    }

    /// Sets whether lengths, ranges and conditions are checked before a request is sent. Defaults to `true`. A
    /// request that would lead to another path is refused in any case.
    pub fn with_validation(mut self, validation: bool) -> Self {
        self.validation = validation;
        self
    }

    /// Makes an answer that does not fit its schema an error, for tests. By default, such parts are absent and
    /// [`Answer::mismatches`](crate::Answer::mismatches) lists them. The error tells that the request was processed.
    pub fn with_strict_answers(mut self, strict: bool) -> Self {
        self.strict = strict;
        self
    }

    /// Sends with your own client of reqwest 0.13, with its TLS, proxies, connect timeout and pool.
    ///
    /// Build it with `redirect::Policy::none()`, so that a token cannot be sent elsewhere, and with `retry::never()`,
    /// so that no record is created twice. An answer from another address is an error.
    ///
    /// hire-api enables no feature of reqwest: for `https`, your own `Cargo.toml` selects its TLS.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let http = reqwest::Client::builder()
    ///     .redirect(reqwest::redirect::Policy::none())
    ///     .retry(reqwest::retry::never())
    ///     .build()?;
    /// let client = hire_api::Client::builder("cli_a1b2c3", "app-secret").with_http_client(http).build()?;
    /// # drop(client);
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "reqwest")]
    pub fn with_http_client(mut self, http: reqwest::Client) -> Self {
        self.settings.http = Some(http);
        self
    }

    /// Gets tokens from this provider instead of Feishu; the app's secret is then not needed and may be empty.
    pub fn with_token_provider(mut self, provider: impl TokenProvider) -> Self {
        self.provider = Some(Arc::new(provider));
        self
    }

    /// Shares tokens and quotas with other workers of the app.
    #[cfg_attr(not(feature = "redis"), expect(dead_code, reason = "only Redis is shared"))]
    pub(crate) fn with_sharing(mut self, sharing: impl Sharing + 'static) -> Self {
        self.sharing = Some(Arc::new(sharing));
        self
    }

    /// Builds the client. Nothing is sent before its first call.
    ///
    /// # Errors
    ///
    /// If an ID or a secret is empty, the base URL is invalid, or TLS cannot be set up.
    pub fn build(mut self) -> Result<Client, Error> {
        if let Some(provider) = self.provider.take() {
            return Ok(Client::new(Sender::new(self.settle()?.0, "", provider, None)));
        }
        #[cfg(feature = "sign-in")]
        let sign_in = std::mem::take(&mut self.sign_in);
        let (settled, app_secret) = self.settle_with_secret()?;
        let (app_id, transport) = (settled.app_id.clone(), settled.transport.clone());
        #[cfg(feature = "sign-in")]
        let sign_in = sign_in::SignIn::new(&app_id, &app_secret, &transport, sign_in)?;
        let app = CustomApp { app_id, app_secret, transport };
        let app_tokens = Tokens::new(CustomAppTokens(app.clone()), settled.watch.clone());
        let client = Client::new(Sender::new(settled, "", Arc::new(app), Some(app_tokens)));
        #[cfg(feature = "sign-in")]
        let client = client.with_sign_in(sign_in);
        Ok(client)
    }

    /// What is wrong with the base URL, whether or not plain `http` is allowed.
    pub(super) fn check_base_url(&self) -> Result<(), Error> {
        self.settings.check_base_url()
    }

    pub(super) fn has_provider(&self) -> bool {
        self.provider.is_some()
    }

    pub(crate) fn settle_with_secret(self) -> Result<(Arc<Settled>, Secret), Error> {
        match self.app_secret.expose() {
            "" => Err(Error::config("the app's secret is empty")),
            _ => self.settle(),
        }
    }

    fn settle(self) -> Result<(Arc<Settled>, Secret), Error> {
        let Self { app_id, app_secret, validation, strict, retry, quotas, settings, .. } = self;
        let (watch, middleware, sharing) = (self.watch, self.middleware, self.sharing);
        if app_id.is_empty() {
            return Err(Error::config("the app's ID is empty"));
        }
        for (what, text) in [("ID", app_id.as_str()), ("secret", app_secret.expose())] {
            if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
                return Err(Error::config(format!(
                    "the app's {what} contains a space, a line break or another invalid character: trim it"
                )));
            }
        }
        let Connect { timeout, proxy, environment_proxies, .. } = &settings.connect;
        if settings.timeout.is_zero() || timeout.is_some_and(|timeout| timeout.is_zero()) {
            return Err(Error::config("a timeout of zero allows no call"));
        }
        if retry.deadline().is_zero() {
            return Err(Error::config("a deadline of zero allows no call"));
        }
        if proxy.is_some() && *environment_proxies {
            return Err(Error::config(
                "there are two proxies: an explicit one and those from the environment",
            ));
        }
        let (transport, budget) = (Transport::new(settings)?, Budget::default());
        let settled = Settled {
            app_id,
            validation,
            strict,
            transport,
            retry,
            budget,
            quotas,
            watch,
            middleware,
            sharing,
        };
        Ok((Arc::new(settled), app_secret))
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("app_id", &self.app_id)
            .field("base_url", &self.settings.base_url)
            .field("timeout", &self.settings.timeout)
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
        let builder = Client::builder("cli_a", "canary").with_proxy("http://canary:canary@127.0.0.1:1");
        let builder = builder.with_header("x-key", "canary");
        assert!(!format!("{builder:?}").contains("canary"));
        assert!(!format!("{:?}", builder.build().unwrap()).contains("canary"));
    }

    #[test]
    fn wrong_setups_are_noticed_before_the_first_call() {
        let good = || Client::builder("cli_a", "secret");
        for (builder, what) in [
            (Client::builder("", "secret"), "ID is empty"),
            (Client::builder("cli_a", ""), "secret is empty"),
            (Client::builder("cli_a\n", "secret"), "ID contains"),
            (Client::builder("\u{feff}cli_a", "secret"), "ID contains"),
            (Client::builder("cli_a", "canary\r\n"), "secret contains"),
            (Client::builder("cli_a", " canary"), "secret contains"),
            (Client::builder("cli_a", "canary\u{200b}"), "secret contains"),
            (good().with_base_url("https://open.feishu.cn/open-apis"), "/open-apis"),
            (good().with_base_url("http://10.0.0.5"), "with_unencrypted_http"),
            (good().with_timeout(Duration::ZERO), "timeout of zero"),
            (good().with_connect_timeout(Duration::ZERO), "timeout of zero"),
            (good().with_retry(Retry::new().with_deadline(Duration::ZERO)), "deadline of zero"),
            (good().with_proxy("http://canary:canary@"), "proxy's address"),
            (good().with_proxy("http://canary@a").with_environment_proxies(), "two proxies"),
            (good().with_root_certificates("canary"), "root certificates cannot be read"),
            (good().with_client_certificate("canary"), "client certificate cannot be read"),
            (
                good().with_base_url("http://127.0.0.1:1").with_root_certificates("canary"),
                "root certificates cannot be read",
            ),
            (
                good().with_base_url("http://127.0.0.1:1").with_client_certificate("canary"),
                "client certificate cannot be read",
            ),
            (good().with_header("Authorization", "canary"), "`Authorization` cannot be set"),
            (good().with_header("x-a", "canary\n"), "that headers do not allow"),
            (good().with_user_agent("canary\n"), "that headers do not allow"),
            (good().with_download_host("https://files.example"), "not the name of a host"),
        ] {
            let error = builder.build().expect_err(what);
            let text = format!("{error} {error:?}");
            assert!(text.contains(what) && !text.contains("canary"), "{text}");
        }
        #[cfg(feature = "reqwest")]
        settled_twice();
        good().with_base_url("http://10.0.0.5").with_unencrypted_http().build().unwrap();
    }

    #[cfg(not(any(feature = "rustls-ring", feature = "rustls-aws-lc")))]
    #[test]
    fn without_tls_an_https_address_is_refused_before_the_first_call() {
        let error = Client::builder("cli_a", "secret").build().unwrap_err().to_string();
        assert!(error.contains("`rustls-ring`"), "{error}");
        Client::builder("cli_a", "secret").with_base_url("http://127.0.0.1:1").build().unwrap();
    }

    #[cfg(not(any(feature = "rustls-ring", feature = "rustls-aws-lc")))]
    #[test]
    fn without_tls_certificates_are_refused() {
        let local = || Client::builder("cli_a", "secret").with_base_url("http://127.0.0.1:1");
        for builder in [local().with_root_certificates("pem"), local().with_client_certificate("pem")] {
            let error = builder.build().unwrap_err().to_string();
            assert!(error.contains("`rustls-ring`"), "{error}");
        }
    }

    #[cfg(feature = "reqwest")]
    fn settled_twice() {
        let good = || Client::builder("cli_a", "secret");
        let http = reqwest::Client::new();
        let second = Duration::from_secs(1);
        for builder in
            [good().with_connect_timeout(second), good().with_proxy("http://a"), good().with_pool_max_idle(1)]
        {
            let error = builder.with_http_client(http.clone()).build().unwrap_err().to_string();
            assert!(error.contains("settled twice"), "{error}");
        }
        good().with_http_client(http).build().unwrap();
    }
}
