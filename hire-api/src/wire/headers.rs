//! The headers of an answer, and additional headers of a request.

use std::fmt;

use http::header::{HeaderMap, HeaderName, HeaderValue};

/// The headers of an answer.
#[derive(Clone, Default)]
pub struct Headers(pub(crate) HeaderMap);

impl Headers {
    /// Returns the value of a header, in any case: the first of several, `None` if it is not text.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.to_str().ok()
    }

    /// Returns names, in lower case, and values. Values that are not text are left out.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)))
    }
}

/// Cookies are secret: only names are shown.
impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.keys()).finish()
    }
}

/// Unchecked headers for a request. Values may be secret.
#[derive(Clone, Default)]
pub(crate) struct Extra(Vec<(String, String)>);

/// Headers that are set otherwise, or concern the connection.
const RESERVED: [&str; 12] = [
    "authorization",
    "connection",
    "content-length",
    "content-type",
    "expect",
    "host",
    "keep-alive",
    "proxy-authorization",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

impl Extra {
    /// A later header overrides an earlier one of the same name.
    pub(crate) fn add(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.0.push((name.into(), value.into()));
    }

    /// The error describes invalid headers without their values.
    pub(crate) fn checked(&self) -> Result<HeaderMap, String> {
        let mut headers = HeaderMap::new();
        for (name, value) in &self.0 {
            let shown: String = name.chars().take(40).map(|c| if c.is_control() { ' ' } else { c }).collect();
            let header = HeaderName::from_bytes(name.as_bytes())
                .map_err(|_| format!("`{shown}` is not the name of a header"))?;
            if RESERVED.contains(&header.as_str()) {
                return Err(format!("the header `{shown}` cannot be set: each request has its own"));
            }
            let mut value = HeaderValue::from_str(value).map_err(|_| {
                format!("the value of the header `{shown}` has characters that headers do not allow")
            })?;
            value.set_sensitive(true);
            headers.insert(header, value);
        }
        Ok(headers)
    }
}

/// Only names are shown.
impl fmt::Debug for Extra {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn x06_x07_headers_forge_nothing_and_replace_nothing() {
        let of = |name: &str, value: &str| {
            let mut extra = Extra::default();
            extra.add(name, value);
            let shown = format!("{extra:?}");
            assert!(!shown.contains("canary"), "{shown}");
            extra.checked()
        };
        let good = of("X-Tt-Env", "canary-pre").unwrap();
        assert!(good["x-tt-env"].is_sensitive() && good["x-tt-env"] == "canary-pre");
        for (name, value) in [
            ("x-a\r\nhost", "canary"),
            ("x-a", "canary\r\nhost: evil"),
            ("x-a", "canary\n"),
            ("x-a", "canary\0"),
            ("", "canary"),
            ("x a", "canary"),
            ("AUTHORIZATION", "canary"),
            ("Host", "canary"),
            ("content-length", "canary"),
            ("Transfer-Encoding", "canary"),
        ] {
            let error = of(name, value).unwrap_err();
            assert!(!error.contains("canary") && !error.contains(['\r', '\n']), "{error}");
        }
    }

    #[test]
    fn a_long_name_is_shown_in_part() {
        let mut extra = Extra::default();
        extra.add(" 234567890".repeat(9), "a");
        let shown = format!("`{}`", " 234567890".repeat(4));
        assert_eq!(extra.checked().unwrap_err(), format!("{shown} is not the name of a header"));
    }
}
