//! The addresses that a client talks to: one base URL with its token, and hosts of files without it.

use std::net::IpAddr;

use url::Url;

use crate::check::{Violation, Violations};
use crate::error::Error;

/// The hosts of Feishu's and Lark's files.
const HOSTS: [&str; 2] = ["feishu.cn", "larksuite.com"];

/// The base URL without a slash at its end. `unencrypted` allows `http` for any host.
pub(super) fn base(base_url: &str, unencrypted: bool) -> Result<String, Error> {
    let refuse = |why: &str| Err(Error::config(format!("the base URL {why}")));
    let Ok(url) = Url::parse(base_url) else {
        return refuse("is not an absolute URL such as `https://open.feishu.cn`");
    };
    if !url.username().is_empty() || url.password().is_some() {
        return refuse("contains a user name or a password");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return refuse("contains a query or a fragment");
    }
    let host = url.host_str().unwrap_or_default();
    let loopback = host == "localhost" || ip(host).is_some_and(|address| address.is_loopback());
    match url.scheme() {
        "https" => {}
        "http" if loopback || unencrypted => {}
        "http" => {
            return refuse(
                "must begin with `https://`; `http://` is for loopback only, unless \
                 `ClientBuilder::with_unencrypted_http` allows it",
            );
        }
        _ => return refuse("must begin with `https://`"),
    }
    if url.path().split('/').any(|segment| segment == "open-apis") {
        return refuse("contains `/open-apis`, which is part of every path: leave it out");
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

/// Whether a text is exactly the name or address of a host.
pub(super) fn is_host(text: &str) -> bool {
    // A leading dot means subdomains.
    let text = text.trim_start_matches('.');
    Url::parse(&format!("https://{text}/")).is_ok_and(|url| {
        let host = url.host_str().unwrap_or_default();
        host.eq_ignore_ascii_case(text) || host.split('.').any(|label| label.starts_with("xn--"))
    })
}

/// The base URL of an endpoint whose metadata replaces the client's one. A client of a gateway or of a test server
/// keeps its own, and no client of one region reaches the other's servers.
pub(super) fn elsewhere<'a>(base_url: &'a str, base_urls: &'a [(&'a str, &'a str)]) -> &'a str {
    base_urls.iter().find(|(from, _)| *from == base_url).map_or(base_url, |(_, to)| to)
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
            return refuse("must not contain a user name or a password".to_owned());
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
            return refuse(format!("is on `{host}`, which is not a host of files; {help}"));
        }
        Ok(Self(url))
    }

    /// Whether its name is that of a web page, so that one is expected.
    pub(crate) fn is_of_page(&self) -> bool {
        let ending = self.0.path().rsplit_once('.').map_or("", |(_, ending)| ending);
        ["html", "htm", "xhtml"].iter().any(|page| ending.eq_ignore_ascii_case(page))
    }

    /// The target of a redirect.
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
            assert_eq!(base(given, false).unwrap(), expected);
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
            "https://open.feishu.cn/open-apis",
            "https://open.feishu.cn/open-apis/",
            "https://gateway.example/feishu/open-apis/hire",
        ] {
            let error = base(given, false).unwrap_err().to_string();
            assert!(error.starts_with("the base URL "), "{given}: {error}");
        }
    }

    #[test]
    fn plain_http_goes_to_other_hosts_where_that_was_allowed() {
        for given in [
            "http://feishu-mock:8080",
            "http://10.0.0.5:8080",
            "http://gateway.default.svc.cluster.local/feishu",
        ] {
            assert_eq!(base(given, true).unwrap(), given);
            assert!(base(given, false).unwrap_err().to_string().contains("with_unencrypted_http"));
        }
        for given in ["ftp://a", "http://user@a", "http://a/open-apis", "a"] {
            assert!(base(given, true).is_err(), "{given}");
        }
        for (host, good) in [
            ("files.example", true),
            (".files.example", true),
            ("10.0.0.7", true),
            ("", false),
            ("https://files.example", false),
            ("files.example/a", false),
            ("files.example:443", false),
            ("a b", false),
        ] {
            assert_eq!(is_host(host), good, "{host}");
        }
    }

    #[test]
    fn an_endpoint_is_elsewhere_for_clients_of_its_region_alone() {
        let pairs = [("https://open.feishu.cn", "https://www.feishu.cn")];
        assert_eq!(elsewhere("https://open.feishu.cn", &pairs), "https://www.feishu.cn");
        for own in ["https://open.larksuite.com", "http://127.0.0.1:8080", "https://gateway.example/feishu"] {
            assert_eq!(elsewhere(own, &pairs), own);
        }
        assert_eq!(elsewhere("https://open.feishu.cn", &[]), "https://open.feishu.cn");
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
