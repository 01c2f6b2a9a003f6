//! The token endpoint: exchanges a code or a refresh token for tokens.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::tokens::UserTokens;
use crate::clock;
use crate::error::{Error, Transport as How};
use crate::secret::Secret;
use crate::transport::{Incoming, Outbound, Outgoing, Transport};
use crate::wire::envelope::Detail;
use crate::wire::metadata::Method;

/// The token endpoint and the app.
#[derive(Clone)]
pub(super) struct TokenEndpoint {
    pub(super) transport: Transport,
    /// `/oauth/v3/token`
    pub(super) path: String,
    pub(super) app_id: String,
    pub(super) app_secret: Secret,
}

/// Codes after which only the user can help: the refresh token is invalid, expired, revoked or used.
pub(super) const USED: [i64; 3] = [20_026, 20_064, 20_073];
pub(super) const OVER: i64 = 20_037;
/// The endpoint failed; nothing was consumed.
const BUSY: [i64; 2] = [20_050, 20_072];
const WITHIN: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(500);

impl TokenEndpoint {
    /// Tokens for a code of the authorize page.
    pub(super) async fn exchange(
        &self,
        code: &Secret,
        redirect_uri: &str,
        verifier: &Secret,
    ) -> Result<UserTokens, Error> {
        let body = json!({
            "grant_type": "authorization_code",
            "code": code.expose(),
            "redirect_uri": redirect_uri,
            "code_verifier": verifier.expose(),
        });
        self.ask(body, &[code, verifier]).await
    }

    /// New tokens for a refresh token, which is invalid after that.
    ///
    /// Without an answer, the endpoint may have consumed it: it is asked once more with the same token, also if the
    /// endpoint reports a failure.
    pub(super) async fn refresh(&self, refresh: &Secret) -> Result<UserTokens, Error> {
        let body = json!({"grant_type": "refresh_token", "refresh_token": refresh.expose()});
        match self.ask(body.clone(), &[refresh]).await {
            Err(error) if is_passing(&error) => {
                tokio::time::sleep(PAUSE).await;
                self.ask(body, &[refresh]).await
            }
            answer => answer,
        }
    }

    async fn ask(&self, body: Value, secrets: &[&Secret]) -> Result<UserTokens, Error> {
        let mut fields = match body {
            Value::Object(fields) => fields,
            _ => Map::new(),
        };
        fields.insert("client_id".to_owned(), json!(self.app_id));
        fields.insert("client_secret".to_owned(), json!(self.app_secret.expose()));
        let outgoing = Outgoing {
            method: Method::Post,
            base_urls: &[],
            file: false,
            path: &self.path,
            query: "",
            token: None,
            body: Outbound::Bytes(Value::Object(fields).to_string().into()),
            content_type: Some("application/json; charset=utf-8"),
            timeout: None,
            headers: None,
            own: &[],
            heard: None,
            within: WITHIN,
        };
        let incoming = self.transport.send(outgoing).await?;
        let secrets = [&[&self.app_secret], secrets].concat();
        granted(&incoming, &secrets, clock::since_epoch())
            .map_err(|error| error.with_status(incoming.status, incoming.log_id.as_deref()))
    }
}

fn is_passing(error: &Error) -> bool {
    error.how().is_some_and(|how| how != How::Connect)
        || error.code().is_some_and(|code| BUSY.contains(&code))
}

/// Reads a flat answer; on some pages its `code` is a text.
fn granted(incoming: &Incoming, secrets: &[&Secret], now: Duration) -> Result<UserTokens, Error> {
    let answer: Value = serde_json::from_slice(&incoming.body)
        .map_err(|_| Error::unreadable("the answer of the token endpoint is not JSON"))?;
    let number = |name: &str| {
        let value = answer.get(name)?;
        value.as_i64().or_else(|| value.as_str()?.parse().ok())
    };
    let text = |name: &str| answer.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let success = (200..300).contains(&incoming.status);
    match number("code") {
        Some(0) if success => {}
        // The OAuth standard has none.
        None if success && text("error").is_none() => {}
        Some(0) | None => return Err(Error::unreadable("the answer of the token endpoint has no `code`")),
        Some(code) => {
            let mut message = text("error_description").or(text("error")).unwrap_or_default().to_owned();
            for secret in secrets.iter().map(|secret| secret.expose()).filter(|secret| !secret.is_empty()) {
                message = message.replace(secret, "[hidden]");
            }
            return Err(Error::answered(code, &message, Detail::default()));
        }
    }
    let access = text("access_token").ok_or_else(|| Error::unreadable("it contains no token"))?;
    let life = |name: &str| {
        let seconds = number(name).and_then(|seconds| u64::try_from(seconds).ok()).unwrap_or_default();
        now.saturating_add(Duration::from_secs(seconds.min(LONGEST)))
    };
    Ok(UserTokens {
        access: Secret::new(access),
        access_ends: life("expires_in"),
        refresh: text("refresh_token").map(Secret::new),
        refresh_ends: life("refresh_token_expires_in"),
        granted: now,
        scope: text("scope").unwrap_or_default().to_owned(),
    })
}

/// No consent lasts longer than a year.
const LONGEST: u64 = 366 * 24 * 60 * 60;
