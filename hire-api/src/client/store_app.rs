//! An app of the app store (商店应用): one app, many tenants, and tokens derived from a ticket.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::time::Instant;

use crate::call::provider::{Ask, DEADLINE, TokenFuture, TokenProvider, granted};
use crate::call::token::Tokens;
use crate::call::{Sender, Settled};
use crate::client::Client;
use crate::client::builder::ClientBuilder;
use crate::error::Error;
use crate::secret::Secret;
#[cfg(feature = "sign-in")]
use crate::sign_in::SignIn;
use crate::transport::{Incoming, Transport};

impl ClientBuilder {
    /// Builds a client for an app of the app store (商店应用), which serves many tenants and gets its tokens from
    /// tickets.
    ///
    /// # Errors
    ///
    /// As for [`build`](Self::build); also with a token provider, which store apps cannot use.
    #[cfg_attr(
        not(feature = "sign-in"),
        expect(unused_mut, reason = "the addresses of sign-in are taken out")
    )]
    pub fn build_store_app(mut self) -> Result<StoreApp, Error> {
        if self.has_provider() {
            return Err(Error::config(
                "a store app gets its tokens from tickets and cannot use a token provider",
            ));
        }
        #[cfg(feature = "sign-in")]
        let sign_in = std::mem::take(&mut self.sign_in);
        let (settled, app_secret) = self.settle_with_secret()?;
        #[cfg(feature = "sign-in")]
        let sign_in = SignIn::new(&settled.app_id, &app_secret, &settled.transport, sign_in)?;
        let shared = Shared {
            #[cfg(feature = "sign-in")]
            sign_in,
            ..Shared::new(app_secret, settled)
        };
        Ok(StoreApp(Arc::new(shared)))
    }
}

/// An app of the app store, which serves many tenants: [`tenant`](Self::tenant) returns the client of each.
///
/// Feishu pushes a ticket to such an app every hour, in the event `app_ticket`; pass each one to
/// [`set_ticket`](Self::set_ticket). If a call needs a ticket and there is none, the client asks Feishu to push one
/// and waits a few seconds for it.
///
/// ```
/// # fn example() -> Result<(), hire_api::Error> {
/// let app = hire_api::Client::builder("cli_a1b2c3", "app secret").build_store_app()?;
/// // In the handler of the event:
/// app.set_ticket("the ticket of the event");
/// // For each tenant that has installed the app:
/// let client = app.tenant("736588c9260f175d")?;
/// # drop(client);
/// # Ok(())
/// # }
/// ```
///
/// Cheap to clone; clones share everything.
#[derive(Clone)]
pub struct StoreApp(Arc<Shared>);

struct Shared {
    app: Arc<App>,
    tokens: Arc<Tokens>,
    settled: Arc<Settled>,
    tenants: Mutex<BTreeMap<String, Client>>,
    #[cfg(feature = "sign-in")]
    sign_in: Option<SignIn>,
}

impl Shared {
    fn new(secret: Secret, settled: Arc<Settled>) -> Self {
        let (id, transport) = (settled.app_id.clone(), settled.transport.clone());
        let (ticket, asked) = (watch::Sender::new(None), Mutex::default());
        let app = Arc::new(App { id, secret, transport, ticket, asked });
        let tokens = Tokens::new(AppTokens(Arc::clone(&app)), settled.watch.clone());
        Self {
            app,
            tokens,
            settled,
            tenants: Mutex::default(),
            #[cfg(feature = "sign-in")]
            sign_in: None,
        }
    }
}

impl StoreApp {
    /// Sets the ticket that Feishu has pushed. Storing the last one elsewhere saves a wait after a restart.
    pub fn set_ticket(&self, ticket: impl AsRef<str>) {
        self.0.app.ticket.send_replace(Some(Secret::new(ticket.as_ref())));
    }

    /// Returns the ID of the app.
    pub fn app_id(&self) -> &str {
        &self.0.app.id
    }

    /// Returns whether a ticket was set since the start of the program.
    pub fn has_ticket(&self) -> bool {
        self.0.app.ticket.borrow().is_some()
    }

    /// Returns the client for a tenant, by its `tenant_key`. All clients share connections and the retry budget; each
    /// tenant has its own tokens and quotas. Repeated calls return the same client.
    ///
    /// # Errors
    ///
    /// If the key is empty or contains a space or another character that keys do not have.
    pub fn tenant(&self, tenant_key: impl Into<String>) -> Result<Client, Error> {
        let tenant_key = tenant_key.into();
        if tenant_key.is_empty() || !tenant_key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Error::config(
                "the tenant's key is empty, or contains a space, a line break or another invalid character",
            ));
        }
        let Shared { app, tokens, settled, tenants, .. } = &*self.0;
        let client = |key: &String| {
            let (app, app_tokens, key) = (Arc::clone(app), Arc::clone(tokens), key.clone());
            let provider = Arc::new(TenantTokens { app, app_tokens, key: key.clone() });
            let app_tokens = Some(Arc::clone(tokens));
            let client = Client::new(Sender::new(Arc::clone(settled), &key, provider, app_tokens));
            #[cfg(feature = "sign-in")]
            let client = client.with_sign_in(self.0.sign_in.clone());
            client
        };
        // Nothing panics while the lock is held, and its contents are complete at every step.
        let mut tenants = tenants.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(tenants.entry(tenant_key).or_insert_with_key(client).clone())
    }

    /// Forgets a tenant's token and counts, for example after it removed the app, and returns whether there were any.
    /// Existing clients of the tenant continue; [`tenant`](Self::tenant) returns a new one.
    pub fn forget_tenant(&self, tenant_key: &str) -> bool {
        let mut tenants = self.0.tenants.lock().unwrap_or_else(PoisonError::into_inner);
        tenants.remove(tenant_key).is_some()
    }
}

impl fmt::Debug for StoreApp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoreApp").field("app_id", &self.0.app.id).finish_non_exhaustive()
    }
}

/// The way to an app access token.
struct App {
    id: String,
    secret: Secret,
    transport: Transport,
    ticket: watch::Sender<Option<Secret>>,
    /// When Feishu was last asked to push a ticket.
    asked: Mutex<Option<Instant>>,
}

/// How long Feishu may take to push a ticket before it is asked again.
const PUSH: Duration = Duration::from_secs(60);
/// Codes of the token endpoints for an invalid ticket or app access token.
const APP_REFUSED: [i64; 2] = [10_012, 99_991_664];

impl App {
    /// The ticket that was pushed last, different from this refused one.
    async fn ticket(&self, refused: Option<&Secret>) -> Result<Secret, Error> {
        let mut tickets = self.ticket.subscribe();
        let good = |ticket: &Option<Secret>| ticket.is_some() && ticket.as_ref() != refused;
        if !good(&tickets.borrow()) {
            self.ask_for_push().await?;
        }
        let pushed = tokio::time::timeout(DEADLINE / 2, tickets.wait_for(good)).await;
        // The sender lives as long as `self`, so only time can run out.
        let ticket = pushed.ok().and_then(Result::ok).and_then(|ticket| ticket.clone());
        ticket.ok_or_else(|| {
            Error::no_token(
                "there is no app ticket; Feishu was asked to push one: pass it to `StoreApp::set_ticket`",
            )
        })
    }

    async fn ask_for_push(&self) -> Result<(), Error> {
        let now = Instant::now();
        {
            let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
            if asked.is_some_and(|asked| now < asked + PUSH) {
                return Ok(());
            }
            *asked = Some(now);
        }
        let body = serde_json::json!({"app_id": self.id, "app_secret": self.secret.expose()});
        self.ask("/open-apis/auth/v3/app_ticket/resend", &body, &[&self.secret]).await.map(drop)
    }

    async fn ask(&self, path: &str, body: &Value, secrets: &[&Secret]) -> Result<Incoming, Error> {
        Ask { path, body: body.to_string(), secrets }.patiently(&self.transport).await
    }
}

/// The app's own token, from its ticket.
struct AppTokens(Arc<App>);

impl TokenProvider for AppTokens {
    fn fetch<'a>(&'a self, _refused: Option<&'a str>) -> TokenFuture<'a> {
        let app = &self.0;
        let ask = async |ticket: &Secret| {
            let (secret, ticket_text) = (app.secret.expose(), ticket.expose());
            let body = json!({"app_id": app.id, "app_secret": secret, "app_ticket": ticket_text});
            app.ask("/open-apis/auth/v3/app_access_token", &body, &[&app.secret, ticket]).await
        };
        Box::pin(async move {
            let ticket = app.ticket(None).await?;
            let answer = match ask(&ticket).await {
                Err(error) if is_app_refused(&error) => ask(&app.ticket(Some(&ticket)).await?).await,
                answer => answer,
            };
            granted(&answer?, "app_access_token")
        })
    }
}

/// The app's token for one tenant, from the app's own token.
struct TenantTokens {
    app: Arc<App>,
    app_tokens: Arc<Tokens>,
    key: String,
}

impl TokenProvider for TenantTokens {
    fn fetch<'a>(&'a self, _refused: Option<&'a str>) -> TokenFuture<'a> {
        let ask = async |token: &Secret| {
            let body = json!({"app_access_token": token.expose(), "tenant_key": self.key});
            self.app.ask("/open-apis/auth/v3/tenant_access_token", &body, &[token]).await
        };
        Box::pin(async move {
            let token = self.app_tokens.get().await?;
            let answer = match ask(&token).await {
                Err(error) if is_app_refused(&error) => ask(&self.app_tokens.replace(&token).await?).await,
                answer => answer,
            };
            granted(&answer?, "tenant_access_token")
        })
    }
}

fn is_app_refused(error: &Error) -> bool {
    error.code().is_some_and(|code| APP_REFUSED.contains(&code))
}
