//! Calls on behalf of a user who has signed in.

use std::sync::Arc;

use crate::call::provider::{TokenFuture, TokenProvider};
use crate::client::Client;
use crate::client::builder::ClientBuilder;
use crate::error::Error;
use crate::sign_in::{SignIn, UserStore};

impl ClientBuilder {
    /// Sets where the tokens of users are stored. Defaults to [`MemoryUsers`](crate::sign_in::MemoryUsers).
    pub fn with_user_store(mut self, store: impl UserStore) -> Self {
        self.sign_in.store = Some(Arc::new(store));
        self
    }

    /// Sets the host of the authorize page, and of `/oauth/v3/token` unless [`with_token_url`](Self::with_token_url)
    /// sets another one. Defaults to Feishu's or Lark's host if the base URL is theirs, and is required otherwise.
    pub fn with_accounts_url(mut self, url: impl Into<String>) -> Self {
        self.sign_in.accounts_url = Some(url.into());
        self
    }

    /// Sets the token endpoint. Defaults to `https://accounts.feishu.cn/oauth/v3/token` for Feishu and to
    /// `https://open.larksuite.com/open-apis/authen/v2/oauth/token` for Lark.
    pub fn with_token_url(mut self, url: impl Into<String>) -> Self {
        self.sign_in.token_url = Some(url.into());
        self
    }
}

impl Client {
    pub(super) fn with_sign_in(self, sign_in: Option<SignIn>) -> Self {
        Self { sign_in, ..self }
    }

    /// Signs users in and stores their tokens.
    ///
    /// # Errors
    ///
    /// If the client has a token provider and no secret, or its base URL is neither Feishu's nor Lark's and
    /// [`with_accounts_url`](ClientBuilder::with_accounts_url) was not called.
    pub fn sign_in(&self) -> Result<SignIn, Error> {
        self.sign_in.clone().ok_or_else(|| {
            Error::config(
                "users cannot sign in: the client needs the app's secret, and `ClientBuilder::with_accounts_url` where its \
                 base URL is neither Feishu's nor Lark's",
            )
        })
    }

    /// Returns the same client for a user who has signed in, by the key of [`SignedIn`](crate::sign_in::SignedIn):
    /// its calls use the user's token. The token is renewed in time; a refused one is replaced once.
    ///
    /// If the user has to sign in again, the call fails and [`Error::needs_sign_in`] is true;
    /// [`Error::missing_scopes`] lists the scopes that the user has not granted yet.
    #[must_use]
    pub fn as_user(&self, key: impl Into<String>) -> Self {
        let mut client = self.clone();
        client.user = Some(match &self.sign_in {
            Some(sign_in) => sign_in.provider(key.into()),
            None => Arc::new(NoSignIn(client.sign_in().err())),
        });
        client
    }
}

/// For a client without sign-in addresses: its calls fail with that reason.
struct NoSignIn(Option<Error>);

impl TokenProvider for NoSignIn {
    fn fetch<'a>(&'a self, _refused: Option<&'a str>) -> TokenFuture<'a> {
        let error = self.0.clone();
        Box::pin(async move { Err(error.unwrap_or_else(|| Error::no_token("users cannot sign in"))) })
    }
}
