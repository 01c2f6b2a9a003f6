//! An app of the app store (商店应用): one app, many tenants, and tokens that begin with a ticket.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::time::Instant;

use crate::client::Client;
use crate::error::Error;
use crate::provider::{Ask, TokenFuture, TokenProvider, granted};
use crate::send::{Sender, Settled};
use crate::token::{DEADLINE, Secret, Tokens};
use crate::transport::{Incoming, Transport};

/// An app of the app store, which serves many tenants: [`tenant`](Self::tenant) gives the client of each.
///
/// Feishu pushes a ticket to such an app every hour, in the event `app_ticket`; hand each to
/// [`set_ticket`](Self::set_ticket). Where a call needs a ticket and there is none, Feishu is asked to push one, and the
/// call waits a few seconds for it.
///
/// ```
/// # fn example() -> Result<(), hire_api::Error> {
/// let app = hire_api::Client::builder("cli_a1b2c3", "app secret").build_store_app()?;
/// // In the handler of the event:
/// app.set_ticket("the ticket of the event");
/// // For each tenant that has installed the app:
/// let client = app.tenant("736588c9260f175d");
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
}

impl StoreApp {
    pub(crate) fn new(secret: Secret, settled: Arc<Settled>) -> Self {
        let (id, transport) = (settled.app_id.clone(), settled.transport.clone());
        let (ticket, asked) = (watch::Sender::new(None), Mutex::default());
        let app = Arc::new(App { id, secret, transport, ticket, asked });
        let tokens = Tokens::new(AppTokens(Arc::clone(&app)), settled.watch.clone());
        Self(Arc::new(Shared { app, tokens, settled, tenants: Mutex::default() }))
    }

    /// Hands over the ticket that Feishu has pushed. Keep the last one somewhere if you like: it saves a wait after a
    /// restart.
    pub fn set_ticket(&self, ticket: impl AsRef<str>) {
        self.0.app.ticket.send_replace(Some(Secret::new(ticket.as_ref())));
    }

    /// The client for one tenant, by its `tenant_key`. All of them share connections and the budget for retries; tokens
    /// and quotas are each tenant's own. Asking twice gives the same one.
    pub fn tenant(&self, tenant_key: impl Into<String>) -> Client {
        let Shared { app, tokens, settled, tenants } = &*self.0;
        let client = |key: &String| {
            let (app, app_tokens, key) = (Arc::clone(app), Arc::clone(tokens), key.clone());
            let provider = TenantTokens { app, app_tokens, key: key.clone() };
            Client::new(Sender::new(Arc::clone(settled), &key, provider))
        };
        // Nothing panics while it is held, and what it holds is whole at every step.
        let mut tenants = tenants.lock().unwrap_or_else(PoisonError::into_inner);
        tenants.entry(tenant_key.into()).or_insert_with_key(client).clone()
    }
}

impl fmt::Debug for StoreApp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoreApp").field("app_id", &self.0.app.id).finish_non_exhaustive()
    }
}

/// What leads to an app access token.
struct App {
    id: String,
    secret: Secret,
    transport: Transport,
    ticket: watch::Sender<Option<Secret>>,
    /// When Feishu was last asked to push a ticket.
    asked: Mutex<Option<Instant>>,
}

/// How long Feishu has for pushing a ticket before it is asked again.
const PUSH: Duration = Duration::from_secs(60);
/// The token endpoints' word for a ticket, or an app access token, that is no good.
const APP_REFUSED: [i64; 2] = [10_012, 99_991_664];

impl App {
    /// The ticket that was pushed last; another one than this, where that was refused.
    async fn ticket(&self, refused: Option<&Secret>) -> Result<Secret, Error> {
        let mut tickets = self.ticket.subscribe();
        let good = |ticket: &Option<Secret>| ticket.is_some() && ticket.as_ref() != refused;
        if !good(&tickets.borrow()) {
            self.ask_for_push().await?;
        }
        let pushed = tokio::time::timeout(DEADLINE / 2, tickets.wait_for(good)).await;
        // The sender lives as long as `self`, so that only time can run out.
        let ticket = pushed.ok().and_then(Result::ok).and_then(|ticket| ticket.clone());
        ticket.ok_or_else(|| {
            Error::no_token(
                "there is no app ticket; Feishu was asked to push one: hand it to `StoreApp::set_ticket`",
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

/// The app's own token, by its ticket.
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

/// The app's token for one tenant, by the app's own token.
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
