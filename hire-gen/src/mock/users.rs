//! Signs users in as Feishu does: the authorize page, whose user always agrees, codes and refresh tokens that work
//! once, and the user's identity.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::sent::Pairs;

/// The default life of an access token, as documented.
const LIFE: Duration = Duration::from_secs(7200);
const REFRESH_LIFE: Duration = Duration::from_secs(604_800);
const CODE_LIFE: Duration = Duration::from_secs(5 * 60);

/// No two mocks of a process issue the same.
static ISSUED: AtomicU64 = AtomicU64::new(0);

/// Codes and tokens of users.
#[derive(Debug, Default)]
pub(super) struct Users {
    codes: BTreeMap<String, Code>,
    access: BTreeMap<String, Access>,
    refresh: BTreeMap<String, Refresh>,
    refreshes: u64,
    lose_next: bool,
    fail_next: Vec<i64>,
    denies: bool,
}

#[derive(Debug)]
struct Code {
    client_id: String,
    redirect_uri: String,
    challenge: Option<String>,
    scope: String,
    at: Instant,
    used: bool,
}

#[derive(Debug)]
struct Access {
    ends: Instant,
    revoked: bool,
}

#[derive(Debug)]
struct Refresh {
    client_id: String,
    scope: String,
    state: RefreshState,
}

#[derive(Debug, PartialEq, Eq)]
enum RefreshState {
    Good,
    Used,
    Revoked,
}

/// Why no tokens are given: code, HTTP status, and OAuth's error.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NoTokens {
    pub(super) code: i64,
    pub(super) status: u16,
    pub(super) error: &'static str,
}

const fn invalid(code: i64) -> NoTokens {
    NoTokens { code, status: 400, error: "invalid_grant" }
}

impl Users {
    /// The redirect of the authorize page; `None` if it shows an error instead.
    pub(super) fn authorize(&mut self, query: &Pairs, now: Instant) -> Option<String> {
        let get = |name: &str| query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        let (client_id, redirect_uri) = (get("client_id")?, get("redirect_uri")?);
        if get("response_type") != Some("code") {
            return None;
        }
        let mut parameters = if self.denies {
            vec![("error", "access_denied".to_owned())]
        } else {
            let code = format!("mock-code-{:016}", ISSUED.fetch_add(1, Ordering::Relaxed));
            let challenge = get("code_challenge").map(|challenge| match get("code_challenge_method") {
                Some("S256") => challenge.to_owned(),
                _ => s256(challenge),
            });
            let issued = Code {
                client_id: client_id.to_owned(),
                redirect_uri: redirect_uri.to_owned(),
                challenge,
                scope: get("scope").unwrap_or_default().to_owned(),
                at: now,
                used: false,
            };
            self.codes.insert(code.clone(), issued);
            vec![("code", code)]
        };
        if let Some(state) = get("state") {
            parameters.push(("state", state.to_owned()));
        }
        let mut location = redirect_uri.to_owned();
        for (name, value) in parameters {
            location.push(if location.contains('?') { '&' } else { '?' });
            location.extend([name, "="]);
            location.extend(utf8_percent_encode(&value, NON_ALPHANUMERIC));
        }
        Some(location)
    }

    /// Tokens for a code or a refresh token.
    pub(super) fn grant(&mut self, body: &Value, now: Instant) -> Result<Value, NoTokens> {
        if let Some(code) = self.fail_next.pop() {
            let status = if code == 20_050 {
                500
            } else if code == 20_072 {
                503
            } else {
                400
            };
            return Err(NoTokens { code, status, error: "server_error" });
        }
        let text = |name: &str| body.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        let missing = NoTokens { code: 20_001, status: 400, error: "invalid_request" };
        let (Some(client_id), Some(_)) = (text("client_id"), text("client_secret")) else {
            return Err(missing);
        };
        match text("grant_type") {
            Some("authorization_code") => {
                let code = self.codes.get_mut(text("code").ok_or(missing)?).ok_or(invalid(20_003))?;
                if code.used {
                    return Err(invalid(20_065));
                }
                if now.saturating_duration_since(code.at) > CODE_LIFE {
                    return Err(invalid(20_004));
                }
                if code.client_id != client_id {
                    return Err(invalid(20_024));
                }
                if text("redirect_uri") != Some(&code.redirect_uri) {
                    return Err(invalid(20_071));
                }
                if text("code_verifier").map(s256) != code.challenge {
                    return Err(invalid(20_049));
                }
                code.used = true;
                let scope = code.scope.clone();
                Ok(self.issue(client_id, &scope, now))
            }
            Some("refresh_token") => {
                self.refreshes += 1;
                let refresh = self.refresh.get_mut(text("refresh_token").ok_or(missing)?);
                let refresh = refresh.ok_or(invalid(20_026))?;
                match refresh.state {
                    RefreshState::Used => return Err(invalid(20_073)),
                    RefreshState::Revoked => return Err(invalid(20_064)),
                    RefreshState::Good if refresh.client_id != client_id => return Err(invalid(20_024)),
                    RefreshState::Good => refresh.state = RefreshState::Used,
                }
                let scope = refresh.scope.clone();
                let issued = self.issue(client_id, &scope, now);
                if std::mem::take(&mut self.lose_next) {
                    return Err(NoTokens { code: 20_050, status: 500, error: "server_error" });
                }
                Ok(issued)
            }
            _ => Err(NoTokens { code: 20_036, status: 400, error: "unsupported_grant_type" }),
        }
    }

    fn issue(&mut self, client_id: &str, scope: &str, now: Instant) -> Value {
        let number = ISSUED.fetch_add(1, Ordering::Relaxed);
        let access = format!("u-mock{number:016}");
        self.access.insert(access.clone(), Access { ends: now + LIFE, revoked: false });
        let mut answer = Map::new();
        answer.insert("code".to_owned(), json!(0));
        answer.insert("access_token".to_owned(), json!(access));
        answer.insert("expires_in".to_owned(), json!(LIFE.as_secs()));
        answer.insert("token_type".to_owned(), json!("Bearer"));
        answer.insert("scope".to_owned(), json!(scope));
        if scope.split(' ').any(|scope| scope == "offline_access") {
            let refresh = format!("ur-mock{number:016}");
            let issued = Refresh {
                client_id: client_id.to_owned(),
                scope: scope.to_owned(),
                state: RefreshState::Good,
            };
            self.refresh.insert(refresh.clone(), issued);
            answer.insert("refresh_token".to_owned(), json!(refresh));
            answer.insert("refresh_token_expires_in".to_owned(), json!(REFRESH_LIFE.as_secs()));
        }
        Value::Object(answer)
    }

    /// The code with which the gateway refuses a user token, known or unknown.
    pub(super) fn refuse(&self, token: &str, now: Instant) -> Option<i64> {
        match self.access.get(token) {
            Some(access) if access.revoked => Some(99_991_668),
            Some(access) if access.ends <= now => Some(99_991_677),
            _ => None,
        }
    }

    /// Whether this mock issued the token.
    pub(super) fn knows(&self, token: &str) -> bool {
        self.access.contains_key(token)
    }

    pub(super) fn expire(&mut self, now: Instant) {
        self.access.values_mut().for_each(|access| access.ends = now);
    }

    pub(super) fn revoke(&mut self) {
        self.access.values_mut().for_each(|access| access.revoked = true);
        self.refresh.values_mut().for_each(|refresh| refresh.state = RefreshState::Revoked);
    }

    pub(super) fn refreshes(&self) -> u64 {
        self.refreshes
    }

    pub(super) fn lose_next(&mut self) {
        self.lose_next = true;
    }

    pub(super) fn fail_next(&mut self, code: i64) {
        self.fail_next.insert(0, code);
    }

    pub(super) fn deny(&mut self) {
        self.denies = true;
    }
}

/// The identity of every user of the mock: the documented example, without personal data.
pub(super) fn user_info() -> Value {
    json!({"code": 0, "msg": "success", "data": {
        "name": "zhangsan", "en_name": "zhangsan", "avatar_url": "https://www.feishu.cn/avatar/icon",
        "open_id": "ou-caecc734c2e3328a62489fe0648c4b98779515d3", "union_id": "on-d89jhsdhjsajkda7828enjdj328ydhhw3u43yjhdj",
        "user_id": "5d9bdxxx", "tenant_key": "736588c92lxf175d", "email": "zhangsan@feishu.cn",
    }})
}

fn s256(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier))
}
