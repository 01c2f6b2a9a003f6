//! Values that must not be shown: tokens, tickets, the secret of an app.

use std::fmt;
use std::sync::{Arc, OnceLock};

use http::HeaderValue;

/// A text that is never shown.
#[derive(Clone)]
pub(crate) struct Secret(Arc<Kept>);

struct Kept {
    text: Box<str>,
    /// The header of a token, built once; `None` if it has characters that no header allows.
    bearer: OnceLock<Option<HeaderValue>>,
}

impl Secret {
    pub(crate) fn new(text: &str) -> Self {
        Self(Arc::new(Kept { text: text.into(), bearer: OnceLock::new() }))
    }

    pub(crate) fn expose(&self) -> &str {
        &self.0.text
    }

    /// As a token in the header `Authorization`.
    pub(crate) fn bearer(&self) -> Option<&HeaderValue> {
        let make = || {
            let visible = self.expose().bytes().all(|byte| byte.is_ascii_graphic());
            let mut value =
                HeaderValue::from_str(&format!("Bearer {}", self.expose())).ok().filter(|_| visible)?;
            value.set_sensitive(true);
            Some(value)
        };
        self.0.bearer.get_or_init(make).as_ref()
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl Eq for Secret {}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[hidden]")
    }
}
