//! Decides whether an answer is a success or an error, and which one.

use crate::error::{Error, Transport as How};
use crate::secret::Secret;
use crate::transport::Incoming;
use crate::wire::envelope::{Opened, open};
use crate::wire::headers::Headers;
use crate::wire::metadata::Envelope;
use crate::wire::request::Endpoint;

/// Returns a successful answer or its error. Secrets are removed from the message and from everything that comes with
/// it.
pub(crate) fn unwrapped(
    incoming: &Incoming,
    envelope: Envelope,
    secrets: &[&Secret],
) -> Result<Opened, Error> {
    let success = (200..300).contains(&incoming.status);
    let at = |error: Error| {
        let error = error.with_status(incoming.status, incoming.log_id.as_deref());
        // Feishu may send the header with any answer, but it only applies to calls beyond the quota.
        let reset = incoming.reset.filter(|_| error.is_throttled());
        error.with_retry_after(reset.max(incoming.away))
    };
    if envelope == Envelope::Bare && success {
        return Ok(Opened { data: Some(0..incoming.body.len()), ..Opened::default() });
    }
    // "No content" has no envelope either.
    if incoming.status == 204 && incoming.body.is_empty() {
        return Ok(Opened::default());
    }
    match open(&incoming.body) {
        Ok(opened) if opened.code == 0 && success && envelope == Envelope::Flat => {
            Ok(Opened { data: Some(0..incoming.body.len()), ..opened })
        }
        Ok(opened) if opened.code == 0 && success => Ok(opened),
        Ok(opened) if opened.code == 0 => {
            Err(at(Error::unreadable("its code is 0, but its HTTP status is a failure")))
        }
        Ok(mut opened) => {
            for text in std::iter::once(&mut opened.message).chain(opened.detail.texts()) {
                for secret in secrets.iter().map(|secret| secret.expose()) {
                    // An empty text is found between all characters.
                    if !secret.is_empty() && text.contains(secret) {
                        *text = text.replace(secret, "[hidden]");
                    }
                }
            }
            Err(at(Error::answered(opened.code, &opened.message, opened.detail)))
        }
        Err(what) => Err(at(Error::unreadable(elsewhere(incoming).unwrap_or_else(|| what.to_string())))),
    }
}

/// Errors for tests of programs.
impl Error {
    /// Returns the error of an answer, for tests of your own error handling. It equals the error of a call with this
    /// HTTP status and body, without headers; `None` if the answer is a success. A real call whose data does not fit
    /// fails later, when the data is read.
    ///
    /// ```
    /// # #[cfg(feature = "hire-v1-note")]
    /// # fn main() {
    /// use hire_api::hire::v1::note::create;
    ///
    /// let body = br#"{"code":99991400,"msg":"request trigger frequency limit"}"#;
    /// let error = hire_api::Error::of_answer::<create::Request>(429, body).unwrap();
    /// assert!(error.is_rate_limited());
    /// # }
    /// # #[cfg(not(feature = "hire-v1-note"))]
    /// # fn main() {}
    /// ```
    pub fn of_answer<E: Endpoint>(status: u16, body: &[u8]) -> Option<Self> {
        let incoming = Incoming {
            status,
            log_id: None,
            headers: Headers::default(),
            reset: None,
            away: None,
            body: body.to_owned().into(),
            flow: None,
        };
        let error = unwrapped(&incoming, E::METADATA.envelope, &[]).err()?;
        let error = error.with_answer(incoming.headers, incoming.body).with_attempts(1, false);
        Some(error.with_endpoint(E::METADATA))
    }

    /// Returns the error of a request that could not be sent because there was no connection, for tests of your own
    /// error handling.
    pub fn of_no_connection<E: Endpoint>() -> Self {
        let refused = std::io::Error::from(std::io::ErrorKind::ConnectionRefused);
        Self::transport(How::Connect, refused).with_attempts(1, false).with_endpoint(E::METADATA)
    }

    /// Returns the error of a request without an answer in time, which may have been processed, for tests of your own
    /// error handling.
    pub fn of_timeout<E: Endpoint>() -> Self {
        let late = std::io::Error::from(std::io::ErrorKind::TimedOut);
        Self::transport(How::Timeout, late).with_attempts(1, false).with_endpoint(E::METADATA)
    }
}

/// The target of a redirect: only the host, since the rest may be personal.
fn elsewhere(incoming: &Incoming) -> Option<String> {
    let location = incoming.headers.get("location").filter(|_| (300..400).contains(&incoming.status))?;
    let host = location
        .split_once("//")
        .map_or("", |(_, rest)| rest.split(['/', '?', '#']).next().unwrap_or_default());
    let host = host.rsplit('@').next().unwrap_or_default();
    Some(match host {
        "" => "it redirects to another address, which is not followed".to_owned(),
        host => format!("it redirects to `{host}`, which is not followed"),
    })
}

/// A file, or the failure that came instead.
pub(crate) fn file(incoming: &Incoming, secrets: &[&Secret]) -> Result<Opened, Error> {
    match open(&incoming.body) {
        Ok(opened) if opened.code != 0 => unwrapped(incoming, Envelope::Standard, secrets),
        _ => Ok(Opened::default()),
    }
}
