//! The browser's way to the authorize page and back.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use percent_encoding::{percent_decode_str, utf8_percent_encode};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::error::Error;
use crate::secret::Secret;
use crate::wire::request::ENCODED;

/// A sign-in in progress.
///
/// Send the browser to [`url`](Self::url), and keep the rest in the user's session (in a cookie that is `HttpOnly`,
/// `Secure` and `SameSite=Lax`, or on the server): it binds the answer to the browser that started.
/// [`restore`](Self::restore) recreates the attempt from its parts.
#[derive(Clone)]
pub struct SignInAttempt {
    pub(super) url: String,
    pub(super) state: Secret,
    pub(super) verifier: Secret,
    pub(super) redirect_uri: String,
}

impl SignInAttempt {
    pub(super) fn new(page: &str, app_id: &str, redirect_uri: &str, scopes: &[&str]) -> Result<Self, Error> {
        let (state, verifier) = (random()?, random()?);
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&verifier));
        let scope = scopes.join(" ");
        let mut url = page.to_owned();
        let mut separator = '?';
        for (name, value) in [
            ("client_id", app_id),
            ("response_type", "code"),
            ("redirect_uri", redirect_uri),
            ("scope", &scope),
            ("state", &state),
            ("code_challenge", &challenge),
            // The default is `plain`, which protects nothing.
            ("code_challenge_method", "S256"),
        ] {
            if !value.is_empty() {
                url.extend([separator.encode_utf8(&mut [0; 4]), name, "="]);
                url.extend(utf8_percent_encode(value, ENCODED));
                separator = '&';
            }
        }
        Ok(Self {
            url,
            state: Secret::new(&state),
            verifier: Secret::new(&verifier),
            redirect_uri: redirect_uri.to_owned(),
        })
    }

    /// Returns the address to send the browser to.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Returns the value that comes back with the browser; keep it in the session.
    pub fn state(&self) -> &str {
        self.state.expose()
    }

    /// Returns the proof that the same program asked for the code and exchanges it; keep it in the session, and show
    /// it to nobody.
    pub fn verifier(&self) -> &str {
        self.verifier.expose()
    }

    /// Recreates an attempt from the values in the session.
    pub fn restore(
        state: impl AsRef<str>,
        verifier: impl AsRef<str>,
        redirect_uri: impl Into<String>,
    ) -> Self {
        Self {
            url: String::new(),
            state: Secret::new(state.as_ref()),
            verifier: Secret::new(verifier.as_ref()),
            redirect_uri: redirect_uri.into(),
        }
    }

    /// Returns the code in the query of the address that the browser came back with.
    pub(super) fn code(&self, query: &str) -> Result<Secret, Error> {
        let parameter = |wanted: &str| {
            let pairs = query.trim_start_matches('?').split('&').filter_map(|pair| pair.split_once('='));
            let mut values = pairs.filter(|(name, _)| *name == wanted).map(|(_, value)| value);
            let value = values.next()?.replace('+', " ");
            Some(percent_decode_str(&value).decode_utf8_lossy().into_owned())
        };
        let state = parameter("state").unwrap_or_default();
        let expected = self.state.expose();
        if expected.is_empty() || !bool::from(expected.as_bytes().ct_eq(state.as_bytes())) {
            return Err(Error::sign_in_refused("the `state` belongs to another session"));
        }
        if let Some(error) = parameter("error") {
            return Err(Error::sign_in_refused(match error.as_str() {
                "access_denied" => "the user did not agree",
                _ => "the authorize page answered with an error",
            }));
        }
        let code = parameter("code").filter(|code| !code.is_empty());
        code.map(|code| Secret::new(&code))
            .ok_or_else(|| Error::sign_in_refused("the address contains no `code`"))
    }
}

/// The parts are for the session only.
impl fmt::Debug for SignInAttempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignInAttempt").field("redirect_uri", &self.redirect_uri).finish_non_exhaustive()
    }
}

/// 43 characters that nobody can guess.
fn random() -> Result<String, Error> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|_| Error::config("the system has no random numbers"))?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attempt() -> SignInAttempt {
        SignInAttempt::new(
            "https://accounts.feishu.cn/open-apis/authen/v1/authorize",
            "cli_a",
            "https://app.example/back?x=1",
            &["offline_access", "hire:talent"],
        )
        .unwrap()
    }

    #[test]
    fn u02_the_address_has_state_and_a_challenge_by_s256_each_time_others() {
        let (one, other) = (attempt(), attempt());
        assert!(one.state() != other.state() && one.verifier() != other.verifier());
        assert_eq!((one.state().len(), one.verifier().len()), (43, 43));
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(one.verifier()));
        let expected = format!(
            "https://accounts.feishu.cn/open-apis/authen/v1/authorize?client_id=cli_a&response_type=code\
             &redirect_uri=https%3A%2F%2Fapp.example%2Fback%3Fx%3D1&scope=offline_access%20hire%3Atalent\
             &state={}&code_challenge={challenge}&code_challenge_method=S256",
            one.state()
        );
        assert_eq!(one.url(), expected);
        let shown = format!("{one:?}");
        assert!(!shown.contains(one.state()) && !shown.contains(one.verifier()));
    }

    #[test]
    fn u03_only_the_answer_to_this_session_is_taken() {
        let attempt = attempt();
        let state = attempt.state();
        assert_eq!(attempt.code(&format!("?code=a%2Db&state={state}")).unwrap().expose(), "a-b");
        for query in [
            String::new(),
            "code=a".to_owned(),
            "code=a&state=".to_owned(),
            format!("code=a&state={state}x"),
            format!("code=&state={state}"),
            format!("error=access_denied&state={state}"),
            format!("code=a&state=other&state={state}"),
        ] {
            assert!(attempt.code(&query).is_err(), "{query}");
        }
        // A session without a state matches nothing.
        assert!(SignInAttempt::restore("", "", "").code("code=a&state=").is_err());
    }
}
