//! Which addresses a client talks to: one base URL with its token, and hosts of files without it.

use std::net::IpAddr;

use reqwest::Url;

use crate::check::{Violation, Violations};
use crate::error::Error;

/// Where Feishu's and Lark's files are.
const HOSTS: [&str; 2] = ["feishu.cn", "larksuite.com"];

/// The base URL without a slash at its end.
pub(super) fn base(base_url: &str) -> Result<String, Error> {
    let refuse = |why: &str| Err(Error::config(format!("the base URL {why}")));
    let Ok(url) = Url::parse(base_url) else {
        return refuse("is not an absolute URL such as `https://open.feishu.cn`");
    };
    if !url.username().is_empty() || url.password().is_some() {
        return refuse("holds a user name or a password");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return refuse("holds a query or a fragment");
    }
    let host = url.host_str().unwrap_or_default();
    let loopback = host == "localhost" || ip(host).is_some_and(|address| address.is_loopback());
    match url.scheme() {
        "https" => {}
        "http" if loopback => {}
        _ => return refuse("must begin with `https://`; `http://` is for loopback only"),
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

/// An address that a file may be fetched from.
#[derive(Clone)]
pub(crate) struct Address(pub(super) Url);

impl Address {
    /// The address of a file: on a host of Feishu's, one of `hosts`, or at the base URL; over `https`, on its port.
    pub(crate) fn of_file(text: &str, base_url: &str, hosts: &[String]) -> Result<Self, Error> {
        let refuse = |why: String| Err(Error::refused(Violations(vec![Violation::new("url", why)])));
        let Ok(url) = Url::parse(text) else { return refuse("must be an absolute URL".to_owned()) };
        if !url.username().is_empty() || url.password().is_some() {
            return refuse("must not hold a user name or a password".to_owned());
        }
        if Url::parse(base_url).is_ok_and(|base| base.origin() == url.origin()) {
            return Ok(Self(url));
        }
        if url.scheme() != "https" || url.port().is_some() {
            return refuse("must begin with `https://` and have no port".to_owned());
        }
        let host = url.host_str().unwrap_or_default().trim_end_matches('.');
        let mut known = HOSTS.into_iter().chain(hosts.iter().map(String::as_str));
        if ip(host).is_some() || !known.any(|known| is_within(host, known)) {
            let help = "`ClientBuilder::with_download_host` adds one";
            return refuse(format!("is on `{host}`, which is no host that files come from; {help}"));
        }
        Ok(Self(url))
    }

    /// Where an answer sends on to.
    pub(crate) fn join(&self, location: &str) -> Option<String> {
        self.0.join(location).ok().map(Into::into)
    }
}

/// Whether a host is a domain or below it.
fn is_within(host: &str, domain: &str) -> bool {
    let domain = domain.trim_matches('.');
    let Some(rest) = host.len().checked_sub(domain.len()).and_then(|at| host.split_at_checked(at)) else {
        return false;
    };
    !domain.is_empty() && rest.1.eq_ignore_ascii_case(domain) && (rest.0.is_empty() || rest.0.ends_with('.'))
}

fn ip(host: &str) -> Option<IpAddr> {
    host.trim_start_matches('[').trim_end_matches(']').parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn x12_base_urls_are_origins_over_https() {
        for (given, expected) in [
            ("https://open.feishu.cn", "https://open.feishu.cn"),
            ("https://open.feishu.cn/", "https://open.feishu.cn"),
            ("HTTPS://Open.Feishu.cn:443/", "https://open.feishu.cn"),
            ("https://gateway.example/feishu/", "https://gateway.example/feishu"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("http://[::1]:8080/", "http://[::1]:8080"),
            ("http://localhost:1", "http://localhost:1"),
        ] {
            assert_eq!(base(given).unwrap(), expected);
        }
        for given in [
            "",
            "open.feishu.cn",
            "http://open.feishu.cn",
            "http://localhost.evil.test",
            "http://127.0.0.1.evil.test",
            "ftp://open.feishu.cn",
            "file:///etc/passwd",
            "https://user@open.feishu.cn",
            "https://a:b@open.feishu.cn",
            "https://open.feishu.cn?x=1",
            "https://open.feishu.cn/#f",
            "http://10.0.0.1",
        ] {
            let error = base(given).unwrap_err().to_string();
            assert!(error.starts_with("the base URL "), "{given}: {error}");
        }
    }

    #[test]
    fn x11_files_come_from_known_hosts_over_https() {
        let hosts = ["files.example".to_owned(), "10.0.0.7".to_owned()];
        let of = |url: &str| Address::of_file(url, "http://127.0.0.1:8080", &hosts).is_ok();
        for good in [
            "https://hire.feishu.cn/a?sign=1",
            "https://TENANT.feishu.cn/hire/file/blob/1",
            "https://feishu.cn./a",
            "https://hire.feishu.cn:443/a",
            "https://x.larksuite.com/a",
            "https://files.example/a",
            "https://eu.files.example/a",
            "http://127.0.0.1:8080/a",
        ] {
            assert!(of(good), "{good}");
        }
        for bad in [
            "http://hire.feishu.cn/a",
            "https://hire.feishu.cn:8443/a",
            "https://feishu.cn.evil.test/a",
            "https://evilfeishu.cn/a",
            "https://open.feishu.cn@evil.test/a",
            "https://open.feishu.cn:x@hire.feishu.cn/a",
            "https://xn--feshu-n4a.cn/a",
            "https://feıshu.cn/a",
            "https://10.0.0.7/a",
            "https://127.0.0.1/a",
            "https://[::1]/a",
            "https://2130706433/a",
            "http://127.0.0.1:8081/a",
            "http://127.0.0.2:8080/a",
            "http://localhost:8080/a",
            "file:///etc/passwd",
            "//hire.feishu.cn/a",
            "hire.feishu.cn/a",
            "",
        ] {
            assert!(!of(bad), "{bad}");
        }
    }
}
