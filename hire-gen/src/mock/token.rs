//! Issues tokens as Feishu does, and checks them.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::resolve::ir::Token;

/// With this much life left, a request returns the existing token.
const RENEWAL: Duration = Duration::from_secs(30 * 60);

/// The default life of a token.
pub(super) const LIFE: Duration = Duration::from_secs(2 * 60 * 60);

/// No two mocks of a process issue the same token, to detect clients that mix them up.
static ISSUED: AtomicU64 = AtomicU64::new(0);

/// The issued tokens, and the apps.
#[derive(Debug)]
pub(super) struct Tokens {
    /// Secrets by app ID; empty if any app is accepted.
    apps: BTreeMap<String, String>,
    life: Duration,
    issued: Vec<Issued>,
    fetches: u64,
}

#[derive(Debug)]
struct Issued {
    app: String,
    token: String,
    at: Instant,
}

/// Why the gateway refuses a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) code: i64,
    pub(super) message: &'static str,
}

const fn refusal(code: i64, message: &'static str) -> Refusal {
    Refusal { code, message }
}

const CREDENTIALS_MISSING: Refusal =
    refusal(10003, "invalid param: `app_id` and `app_secret` are required strings");
const APP_UNKNOWN: Refusal = refusal(10014, "app id not exists");
const SECRET_WRONG: Refusal = refusal(10015, "app secret invalid");
const TOKEN_MISSING: Refusal =
    refusal(99991661, "Missing access token for authorization. Please make a request with token attached.");
const TENANT_TOKEN_INVALID: Refusal =
    refusal(99991663, "Invalid access token for authorization. It is unknown, expired or revoked.");
const TENANT_TOKEN_NOT_TAKEN: Refusal = refusal(
    99991663,
    "Invalid access token for authorization. This endpoint does not accept a tenant access token.",
);
const APP_TOKEN_INVALID: Refusal =
    refusal(99991664, "Invalid app access token. This mock has not issued it.");
const USER_TOKEN_NOT_TAKEN: Refusal = refusal(99991668, "This endpoint does not accept a user access token.");
const TOKEN_MALFORMED: Refusal = refusal(99991671, "Invalid access token: it must begin with `t-` or `u-`.");

impl Tokens {
    /// Tokens for these apps, or for any app if there are none.
    pub(super) fn new(apps: BTreeMap<String, String>, life: Duration) -> Self {
        Self { apps, life, issued: Vec::new(), fetches: 0 }
    }

    /// How often a token was requested, successfully or not.
    pub(super) fn fetches(&self) -> u64 {
        self.fetches
    }

    /// A token and its remaining life: the existing one while it has half an hour left, then a new one beside it.
    pub(super) fn issue(
        &mut self,
        id: Option<&str>,
        secret: Option<&str>,
        now: Instant,
    ) -> Result<(String, Duration), Refusal> {
        self.fetches += 1;
        let (id, secret) = match (id, secret) {
            (Some(id), Some(secret)) if !id.is_empty() && !secret.is_empty() => (id, secret),
            _ => return Err(CREDENTIALS_MISSING),
        };
        if !self.apps.is_empty() && self.apps.get(id).ok_or(APP_UNKNOWN)? != secret {
            return Err(SECRET_WRONG);
        }
        let life = self.life;
        let left = |issued: &Issued| life.saturating_sub(now.saturating_duration_since(issued.at));
        self.issued.retain(|issued| !left(issued).is_zero());
        if let Some(issued) = self.issued.iter().find(|issued| issued.app == id && left(issued) >= RENEWAL) {
            return Ok((issued.token.clone(), left(issued)));
        }
        let token = format!("t-mock{:016}", ISSUED.fetch_add(1, Ordering::Relaxed));
        self.issued.push(Issued { app: id.to_owned(), token: token.clone(), at: now });
        Ok((token, life))
    }

    /// Invalidates every issued token; the next request returns a new one.
    pub(super) fn revoke(&mut self) {
        self.issued.clear();
    }

    /// Whether an endpoint with these tokens accepts this `Authorization` header.
    pub(super) fn admit(&self, takes: &[Token], header: Option<&str>, now: Instant) -> Result<(), Refusal> {
        if takes.is_empty() {
            return Ok(());
        }
        let token = header.and_then(|header| header.strip_prefix("Bearer ")).map_or("", str::trim);
        match token.as_bytes() {
            [] => Err(TOKEN_MISSING),
            [b'u', b'-', ..] | [b'e', b'y', b'J', ..] if takes.contains(&Token::User) => Ok(()),
            [b'u', b'-', ..] | [b'e', b'y', b'J', ..] => Err(USER_TOKEN_NOT_TAKEN),
            // A custom app has one token, which is both its tenant token and its app token.
            [b't', b'-', ..] if !takes.contains(&Token::Tenant) && !takes.contains(&Token::App) => {
                Err(TENANT_TOKEN_NOT_TAKEN)
            }
            [b't', b'-', ..] if self.is_valid(token, now) => Ok(()),
            [b't', b'-', ..] => Err(TENANT_TOKEN_INVALID),
            [b'a', b'-', ..] => Err(APP_TOKEN_INVALID),
            _ => Err(TOKEN_MALFORMED),
        }
    }

    fn is_valid(&self, token: &str, now: Instant) -> bool {
        let mut issued = self.issued.iter();
        issued.any(|issued| issued.token == token && now.saturating_duration_since(issued.at) < self.life)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    fn any() -> Tokens {
        Tokens::new(BTreeMap::new(), LIFE)
    }

    fn fetch(tokens: &mut Tokens, now: Instant) -> (String, Duration) {
        tokens.issue(Some("cli_a"), Some("secret"), now).unwrap()
    }

    fn bearer(tokens: &Tokens, takes: &[Token], token: &str, now: Instant) -> Result<(), i64> {
        tokens.admit(takes, Some(&format!("Bearer {token}")), now).map_err(|refusal| refusal.code)
    }

    #[test]
    fn the_same_token_comes_back_until_half_an_hour_is_left() {
        let (mut tokens, start) = (any(), Instant::now());
        let first = fetch(&mut tokens, start);
        assert_eq!(first.1, LIFE);
        assert_eq!(fetch(&mut tokens, start + 90 * MINUTE), (first.0, 30 * MINUTE));
    }

    #[test]
    fn in_the_last_half_hour_a_new_token_comes_and_both_are_valid() {
        let (mut tokens, start) = (any(), Instant::now());
        let (old, _) = fetch(&mut tokens, start);
        let late = start + 90 * MINUTE + Duration::from_secs(1);
        let (new, life) = fetch(&mut tokens, late);
        assert_ne!(old, new);
        assert_eq!(life, LIFE);
        assert_eq!(bearer(&tokens, &[Token::Tenant], &old, late), Ok(()));
        assert_eq!(bearer(&tokens, &[Token::Tenant], &new, late), Ok(()));
        assert_eq!(bearer(&tokens, &[Token::Tenant], &old, start + LIFE), Err(99991663));
    }

    #[test]
    fn each_app_has_its_own_token() {
        let (mut tokens, now) = (any(), Instant::now());
        let (a, _) = fetch(&mut tokens, now);
        let (b, _) = tokens.issue(Some("cli_b"), Some("secret"), now).unwrap();
        assert_ne!(a, b);
        assert_eq!(tokens.fetches(), 2);
    }

    #[test]
    fn two_mocks_never_give_out_the_same_token() {
        let now = Instant::now();
        let (mut one, mut other) = (any(), any());
        let (token, _) = fetch(&mut one, now);
        fetch(&mut other, now);
        assert_eq!(bearer(&other, &[Token::Tenant], &token, now), Err(99991663));
    }

    #[test]
    fn configured_credentials_are_the_only_ones() {
        let now = Instant::now();
        let mut tokens = Tokens::new([("cli_a".to_owned(), "secret".to_owned())].into(), LIFE);
        let mut code = |id, secret| tokens.issue(id, secret, now).map_err(|refusal| refusal.code).map(|_| ());
        assert_eq!(code(Some("cli_a"), Some("secret")), Ok(()));
        assert_eq!(code(Some("cli_a"), Some("other")), Err(10015));
        assert_eq!(code(Some("cli_b"), Some("secret")), Err(10014));
        assert_eq!(code(Some("cli_a"), None), Err(10003));
        assert_eq!(code(Some(""), Some("secret")), Err(10003));
    }

    #[test]
    fn revoked_tokens_are_refused_and_the_next_fetch_gives_another() {
        let (mut tokens, now) = (any(), Instant::now());
        let (old, _) = fetch(&mut tokens, now);
        tokens.revoke();
        assert_eq!(bearer(&tokens, &[Token::Tenant], &old, now), Err(99991663));
        assert_ne!(fetch(&mut tokens, now).0, old);
    }

    #[test]
    fn each_kind_of_token_is_refused_in_its_own_way() {
        let (mut tokens, now) = (any(), Instant::now());
        let (tenant, _) = fetch(&mut tokens, now);
        let tenant_only = [Token::Tenant];
        let user_only = [Token::User];
        assert_eq!(tokens.admit(&tenant_only, None, now).unwrap_err().code, 99991661);
        assert_eq!(tokens.admit(&tenant_only, Some("Basic eA=="), now).unwrap_err().code, 99991661);
        assert_eq!(bearer(&tokens, &tenant_only, "", now), Err(99991661));
        assert_eq!(bearer(&tokens, &tenant_only, "t-elsewhere", now), Err(99991663));
        assert_eq!(bearer(&tokens, &tenant_only, "u-someone", now), Err(99991668));
        assert_eq!(bearer(&tokens, &tenant_only, "a-app", now), Err(99991664));
        assert_eq!(bearer(&tokens, &tenant_only, "nonsense", now), Err(99991671));
        assert_eq!(bearer(&tokens, &user_only, &tenant, now), Err(99991663));
        assert_eq!(bearer(&tokens, &user_only, "u-someone", now), Ok(()));
        assert_eq!(bearer(&tokens, &user_only, "eyJhbGciOi", now), Ok(()));
        assert_eq!(bearer(&tokens, &[Token::App], &tenant, now), Ok(()));
    }
}
