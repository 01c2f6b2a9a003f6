//! A client from the variables of the environment.

use std::env::VarError;

use crate::client::Client;
use crate::client::builder::ClientBuilder;
use crate::error::Error;

const APP_ID: &str = "FEISHU_APP_ID";
const APP_SECRET: &str = "FEISHU_APP_SECRET";
const BASE_URL: &str = "FEISHU_BASE_URL";

impl Client {
    /// Creates a client for the custom app (企业自建应用) that the environment names.
    ///
    /// | variable | contains |
    /// |---|---|
    /// | `FEISHU_APP_ID` | the ID of the app; required |
    /// | `FEISHU_APP_SECRET` | the secret of the app; required |
    /// | `FEISHU_BASE_URL` | the base URL; defaults to [`FEISHU`](crate::FEISHU) |
    ///
    /// [`ClientBuilder::from_env`] takes further settings.
    ///
    /// # Errors
    ///
    /// If a variable is missing, empty or wrong. The error names it and never shows its value.
    pub fn from_env() -> Result<Self, Error> {
        ClientBuilder::from_env()?.build()
    }
}

impl ClientBuilder {
    /// Creates a builder with the settings of [`Client::from_env`].
    ///
    /// # Errors
    ///
    /// If a variable is missing, empty or wrong. The error names it and never shows its value.
    pub fn from_env() -> Result<Self, Error> {
        from(|name| std::env::var(name))
    }
}

fn from(variable: impl Fn(&str) -> Result<String, VarError>) -> Result<ClientBuilder, Error> {
    let wrong = |name: &str, why: &str| Error::config(format!("the environment variable `{name}` {why}"));
    let read = |name: &str| match variable(name) {
        Ok(text) if text.is_empty() => Ok(None),
        Ok(text) if text.bytes().all(|byte| byte.is_ascii_graphic()) => Ok(Some(text)),
        Ok(_) => Err(wrong(
            name,
            "contains a blank, a line break or another character that is not visible ASCII: trim it",
        )),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => Err(wrong(name, "is not Unicode")),
    };
    let required = |name: &str| read(name)?.ok_or_else(|| wrong(name, "is not set, or is empty"));
    let builder = Client::builder(required(APP_ID)?, required(APP_SECRET)?);
    let Some(base_url) = read(BASE_URL)? else { return Ok(builder) };
    let builder = builder.with_base_url(base_url);
    // `http` may still be allowed by a later setting; `build` checks that.
    builder.check_base_url().map_err(|error| wrong(BASE_URL, &format!("is wrong: {error}")))?;
    Ok(builder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_name_the_variable_and_never_show_its_value() {
        let of = |id: Option<&str>, secret: Option<&str>, url: Option<&str>| {
            from(|name| {
                let value = match name {
                    APP_ID => id,
                    APP_SECRET => secret,
                    BASE_URL => url,
                    _ => None,
                };
                value.map(str::to_owned).ok_or(VarError::NotPresent)
            })
        };
        of(Some("cli_a"), Some("canary"), None).unwrap().build().unwrap();
        of(Some("cli_a"), Some("canary"), Some("")).unwrap().build().unwrap();
        let client = of(Some("cli_a"), Some("canary"), Some("http://127.0.0.1:1")).unwrap().build().unwrap();
        assert!(format!("{client:?}").contains("127.0.0.1"));
        of(Some("cli_a"), Some("canary"), Some("http://mock:1"))
            .unwrap()
            .with_unencrypted_http()
            .build()
            .unwrap();
        for (id, secret, url, name) in [
            (None, Some("canary"), None, APP_ID),
            (Some(""), Some("canary"), None, APP_ID),
            (Some("canary\n"), Some("canary"), None, APP_ID),
            (Some("cli_a"), None, None, APP_SECRET),
            (Some("cli_a"), Some(""), None, APP_SECRET),
            (Some("cli_a"), Some(" canary"), None, APP_SECRET),
            (Some("cli_a"), Some("canary\u{feff}"), None, APP_SECRET),
            (Some("cli_a"), Some("canary"), Some("canary"), BASE_URL),
            (Some("cli_a"), Some("canary"), Some("https://canary:canary@a"), BASE_URL),
            (Some("cli_a"), Some("canary"), Some("https://a/open-apis"), BASE_URL),
        ] {
            let error = of(id, secret, url).unwrap_err();
            let text = format!("{error} {error:?}");
            assert!(text.contains(&format!("`{name}`")) && !text.contains("canary"), "{text}");
        }
        let unreadable = from(|_| Err(VarError::NotUnicode("canary".into()))).unwrap_err();
        assert!(unreadable.to_string().contains("`FEISHU_APP_ID` is not Unicode"), "{unreadable}");
        assert!(!format!("{unreadable:?}").contains("canary"));
    }
}
