//! How a client connects: TLS, proxies, and the pool of connections.

use std::time::Duration;

use hyper_util::client::proxy::matcher::Matcher;
use url::Url;

use super::connector::Connector;
use super::tls;
use crate::error::Error;
use crate::secret::Secret;

/// How a client connects; unset options have defaults.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct Connect {
    pub(crate) timeout: Option<Duration>,
    /// Its address may contain a password.
    pub(crate) proxy: Option<Secret>,
    pub(crate) environment_proxies: bool,
    /// PEM.
    pub(crate) roots: Vec<Vec<u8>>,
    /// A certificate and its key, PEM.
    pub(crate) identity: Option<Secret>,
    pub(crate) idle: Option<Duration>,
    pub(crate) most_idle: Option<usize>,
}

const TIMEOUT: Duration = Duration::from_secs(5);

impl Connect {
    /// Creates the connector. `encrypted`: TLS is needed in any case.
    ///
    /// # Errors
    ///
    /// If the proxy's address is invalid, a certificate cannot be read, or TLS cannot be set up.
    pub(super) fn connector(&self, encrypted: bool) -> Result<Connector, Error> {
        let within = self.timeout.unwrap_or(TIMEOUT);
        let mut tls = tls::settled(&self.roots, self.identity.as_ref());
        if encrypted || !self.roots.is_empty() || self.identity.is_some() {
            tls = Ok(tls?);
        }
        Ok(Connector::new(tls, self.proxies()?, within))
    }

    fn proxies(&self) -> Result<Matcher, Error> {
        match &self.proxy {
            Some(proxy) => given(proxy.expose()),
            None if self.environment_proxies => Ok(Matcher::from_env()),
            None => Ok(Matcher::builder().build()),
        }
    }
}

/// One proxy for everything. Errors never repeat its address, which may contain a password.
fn given(proxy: &str) -> Result<Matcher, Error> {
    let url = if proxy.contains("://") { proxy.to_owned() } else { format!("http://{proxy}") };
    let usable = Url::parse(&url).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https")
            && url.host_str().is_some_and(|host| !host.is_empty())
            && url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
    });
    let matcher = Matcher::builder().all(url).build();
    // The library ignores an address that it cannot read, and would then bypass the proxy.
    let used = ["http://open.feishu.cn/", "https://open.feishu.cn/"]
        .iter()
        .all(|to| to.parse().is_ok_and(|to| matcher.intercept(&to).is_some()));
    if usable && used {
        return Ok(matcher);
    }
    Err(Error::config(
        "the proxy's address is invalid: it begins with `http://` or `https://` and has no path, such as \
         `http://user:password@proxy.example:3128`",
    ))
}

/// Whether the environment names a proxy that other programs would use.
pub(super) fn is_proxy_in_environment() -> bool {
    ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"]
        .into_iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_is_used_or_refused_and_never_gone_round() {
        let matcher =
            |proxy: &str| Connect { proxy: Some(Secret::new(proxy)), ..Connect::default() }.proxies();
        for (given, uri, authorization) in [
            ("http://proxy.example:3128", "http://proxy.example:3128/", None),
            ("proxy.example:3128", "http://proxy.example:3128/", None),
            ("https://proxy.example", "https://proxy.example/", None),
            ("http://a:b@proxy.example/", "http://proxy.example/", Some("Basic YTpi")),
            ("http://a%40b:c%3Ad@[::1]:3128", "http://[::1]:3128/", Some("Basic YUBiOmM6ZA==")),
        ] {
            let matcher = matcher(given).unwrap();
            for to in ["http://10.0.0.5/a", "https://open.feishu.cn/a"] {
                let intercept = matcher.intercept(&to.parse().unwrap()).unwrap();
                assert_eq!(intercept.uri().to_string(), uri);
                assert_eq!(intercept.basic_auth().map(|value| value.to_str().unwrap()), authorization);
            }
        }
        for given in [
            "",
            "http://",
            "http://canary:canary@",
            "socks5://canary@proxy.example:1080",
            "ftp://proxy.example",
            "http://proxy.example/canary",
            "http://proxy.example?canary",
            "http://proxy.example:99999",
            "http://proxy example",
        ] {
            let error = matcher(given).unwrap_err().to_string();
            assert!(error.contains("the proxy's address is invalid") && !error.contains("canary"), "{error}");
        }
    }
}
