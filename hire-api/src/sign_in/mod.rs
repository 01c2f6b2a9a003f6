//! Users sign in: their consent, and tokens that are stored, renewed and used on their behalf.
//!
//! Some endpoints act on behalf of a user and need that user's token. The user agrees once, in the browser; after
//! that [`Client::as_user`](crate::Client::as_user) makes calls with tokens that are renewed in time.
//!
//! ```no_run
//! # async fn example(client: hire_api::Client) -> Result<(), hire_api::Error> {
//! let sign_in = client.sign_in()?;
//! // The user wants to sign in: keep `state` and `verifier` in the session, and send the browser to `url`.
//! let attempt = sign_in.start("https://app.example/signed-in", &["offline_access"])?;
//! // The browser comes back to `/signed-in?code=..&state=..`:
//! let signed_in = sign_in.finish(&attempt, "code=..&state=..").await?;
//! // From then on, also after a restart:
//! let client = client.as_user(signed_in.key);
//! # drop(client);
//! # Ok(())
//! # }
//! ```

mod attempt;
mod file;
mod grant;
mod refresh;
mod tokens;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use crate::call::outcome::unwrapped;
use crate::call::provider::TokenProvider;
use crate::error::Error;
use crate::secret::Secret;
use crate::transport::{Outbound, Outgoing, Transport};
use crate::wire::metadata::{Envelope, Method};

use grant::TokenEndpoint;
use refresh::{UserProvider, Users};

pub use attempt::SignInAttempt;
pub use file::FileUsers;
pub use tokens::{MemoryUsers, UserStore, UserTokens};

/// Codes after which the user starts again: the code is unknown, too old or used, or the verifier does not match.
const START_AGAIN: [i64; 4] = [20_003, 20_004, 20_049, 20_065];

/// Signs users in and stores their tokens; from [`Client::sign_in`](crate::Client::sign_in).
///
/// Cheap to clone; clones share everything.
#[derive(Clone)]
pub struct SignIn(Arc<Inner>);

struct Inner {
    users: Arc<Users>,
    /// Of the authorize page.
    page: String,
    app_id: String,
    transport: Transport,
}

/// A user who has signed in.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SignedIn {
    /// The key of the user's tokens: see [`SignIn::key`].
    pub key: String,
    /// The user.
    pub user: UserInfo,
    /// The granted scopes.
    pub tokens: UserTokens,
}

/// A user. Mail addresses and numbers are not verified: distinguish users by `tenant_key` with `open_id` or
/// `union_id`.
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct UserInfo {
    /// Differs from app to app.
    pub open_id: String,
    /// The same in all apps of one developer.
    pub union_id: Option<String>,
    /// Needs the scope `contact:user.employee_id:readonly`.
    pub user_id: Option<String>,
    /// The tenant.
    pub tenant_key: String,
    /// Name.
    pub name: Option<String>,
    /// Name in English.
    pub en_name: Option<String>,
    /// Address of a picture.
    pub avatar_url: Option<String>,
    /// Needs the scope `contact:user.email:readonly`.
    pub email: Option<String>,
    /// Needs the scope `contact:user.employee:readonly`.
    pub enterprise_email: Option<String>,
    /// Needs the scope `contact:user.phone:readonly`.
    pub mobile: Option<String>,
    /// Needs a scope of employees.
    pub employee_no: Option<String>,
}

/// Hides personal data.
impl fmt::Debug for UserInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserInfo").field("tenant_key", &self.tenant_key).finish_non_exhaustive()
    }
}

/// Sign-in settings from the builder of a client.
#[derive(Clone, Default)]
pub(crate) struct Settings {
    pub(crate) store: Option<Arc<dyn UserStore>>,
    pub(crate) accounts_url: Option<String>,
    pub(crate) token_url: Option<String>,
}

/// The path of the authorize page on the host of accounts.
const PAGE: &str = "/open-apis/authen/v1/authorize";
const FEISHU: (&str, &str) = ("https://accounts.feishu.cn", "https://accounts.feishu.cn/oauth/v3/token");
/// Lark's documentation has no other token endpoint yet.
const LARK: (&str, &str) =
    ("https://accounts.larksuite.com", "https://open.larksuite.com/open-apis/authen/v2/oauth/token");

impl SignIn {
    /// `None` if the addresses are unknown.
    pub(crate) fn new(
        app_id: &str,
        app_secret: &Secret,
        transport: &Transport,
        settings: Settings,
    ) -> Result<Option<Self>, Error> {
        // Only these two hosts: a host with a similar name may be anybody's.
        let (accounts, token) = match transport.base_url() {
            crate::FEISHU => (Some(FEISHU.0), Some(FEISHU.1)),
            crate::LARK => (Some(LARK.0), Some(LARK.1)),
            _ => (None, None),
        };
        let Settings { store, accounts_url, token_url } = settings;
        let own_token =
            accounts_url.as_ref().map(|url| format!("{}/oauth/v3/token", url.trim_end_matches('/')));
        let accounts = accounts_url.or_else(|| accounts.map(str::to_owned));
        let token = token_url.or(own_token).or_else(|| token.map(str::to_owned));
        let (Some(accounts), Some(token)) = (accounts, token) else { return Ok(None) };
        let split =
            token.find("://").and_then(|scheme| token.get(scheme + 3..)?.find('/').map(|at| at + scheme + 3));
        let (origin, path) = split.and_then(|at| token.split_at_checked(at)).unwrap_or((&token, "/"));
        let endpoint = TokenEndpoint {
            transport: transport.at(origin)?,
            path: path.to_owned(),
            app_id: app_id.to_owned(),
            app_secret: app_secret.clone(),
        };
        // Only checked as an address; the browser goes there, not this program.
        let page = format!("{}{PAGE}", transport.at(&accounts)?.base_url());
        let store = store.unwrap_or_else(|| Arc::new(MemoryUsers::new()));
        let users = Arc::new(Users::new(endpoint, store));
        Ok(Some(Self(Arc::new(Inner {
            users,
            page,
            app_id: app_id.to_owned(),
            transport: transport.clone(),
        }))))
    }

    /// Starts a sign-in. `redirect_uri` must be listed in the developer console under security settings.
    ///
    /// Without the scope `offline_access` there is no refresh token, and the user signs in again after two hours.
    /// Scopes add up: a user keeps those that were granted before.
    ///
    /// # Errors
    ///
    /// If the system has no random numbers.
    pub fn start(&self, redirect_uri: &str, scopes: &[&str]) -> Result<SignInAttempt, Error> {
        SignInAttempt::new(&self.0.page, &self.0.app_id, redirect_uri, scopes)
    }

    /// Finishes a sign-in with the query of the address that the browser came back with: checks that it belongs to
    /// this attempt, exchanges its code for tokens, fetches the user, and stores the tokens.
    ///
    /// # Errors
    ///
    /// If the user did not agree, the answer belongs to another session, its code is old or used, or the app is not
    /// configured for it; [`Error::needs_sign_in`] tells whether starting again helps.
    pub async fn finish(&self, attempt: &SignInAttempt, query: &str) -> Result<SignedIn, Error> {
        let code = attempt.code(query)?;
        let endpoint = &self.0.users.endpoint;
        let tokens = endpoint.exchange(&code, &attempt.redirect_uri, &attempt.verifier).await;
        let tokens = tokens.map_err(|error| match error.code() {
            Some(code) if START_AGAIN.contains(&code) => Error::sign_in_again(Some(error)),
            _ => error,
        })?;
        let user = self.info(&tokens.access).await?;
        let key = Self::key(&user.tenant_key, &user.open_id);
        self.0.users.signed_in(&key, tokens.clone()).await?;
        Ok(SignedIn { key, user, tokens })
    }

    /// Returns the key of a user's tokens.
    pub fn key(tenant_key: &str, open_id: &str) -> String {
        format!("{tenant_key}/{open_id}")
    }

    /// Returns the user with this key of [`SignedIn`].
    ///
    /// # Errors
    ///
    /// If the user has to sign in again, or Feishu does not answer.
    pub async fn user_info(&self, key: &str) -> Result<UserInfo, Error> {
        let token = self.0.users.token(key, None).await?;
        self.info(&token.token).await
    }

    /// Forgets a user's tokens, here and in the store.
    ///
    /// # Errors
    ///
    /// If the store is unreachable.
    pub async fn forget(&self, key: &str) -> Result<(), Error> {
        self.0.users.forget(key).await
    }

    /// Forgets a user's tokens if they were granted before this time, in milliseconds: Feishu has revoked those.
    #[cfg(feature = "events")]
    pub(crate) async fn revoked(&self, key: &str, at: Option<Duration>) -> Result<(), Error> {
        let held = self.0.users.store.load(key).await?;
        // The user may have signed in again since.
        let newer = |tokens: &UserTokens| at.is_some_and(|at| tokens.granted > at);
        if held.as_ref().is_some_and(newer) {
            return Ok(());
        }
        self.forget(key).await
    }

    /// Provides tokens for the calls of one user.
    pub(crate) fn provider(&self, user: String) -> Arc<dyn TokenProvider> {
        Arc::new(UserProvider { users: Arc::clone(&self.0.users), user })
    }

    async fn info(&self, token: &Secret) -> Result<UserInfo, Error> {
        let outgoing = Outgoing {
            method: Method::Get,
            base_urls: &[],
            file: false,
            path: "/open-apis/authen/v1/user_info",
            query: "",
            token: Some(token),
            body: Outbound::None,
            content_type: None,
            timeout: None,
            headers: None,
            own: &[],
            heard: None,
            within: Duration::from_secs(10),
        };
        let incoming = self.0.transport.send(outgoing).await?;
        let opened = unwrapped(&incoming, Envelope::Standard, &[token])?;
        let data =
            opened.data.and_then(|data| serde_json::from_slice::<Value>(incoming.body.get(data)?).ok());
        let text = |name: &str| {
            let text = data.as_ref()?.get(name)?.as_str()?;
            (!text.is_empty()).then(|| text.to_owned())
        };
        let (Some(open_id), Some(tenant_key)) = (text("open_id"), text("tenant_key")) else {
            return Err(Error::unreadable("it does not name the user"));
        };
        Ok(UserInfo {
            open_id,
            union_id: text("union_id"),
            user_id: text("user_id"),
            tenant_key,
            name: text("name"),
            en_name: text("en_name"),
            avatar_url: text("avatar_url"),
            email: text("email"),
            enterprise_email: text("enterprise_email"),
            mobile: text("mobile"),
            employee_no: text("employee_no"),
        })
    }
}

impl fmt::Debug for SignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignIn").field("app_id", &self.0.app_id).finish_non_exhaustive()
    }
}
