//! The text of an error: what people need, and nothing secret or personal.

use std::error::Error as _;
use std::fmt;

use super::{Error, Failure, Kind, Transport};
use crate::error::cause::chain;
use crate::wire::envelope::FieldViolation;
use crate::wire::metadata::Token;

/// In characters.
const LONGEST_MESSAGE: usize = 300;
/// An answer may report each of many thousand fields.
const MOST_VIOLATIONS: usize = 10;

/// Text of a server as one line for a terminal.
pub(super) fn one_line(text: &str) -> String {
    text.chars().map(|c| if breaks_lines(c) { ' ' } else { c }).take(LONGEST_MESSAGE).collect()
}

/// Also characters that Unicode counts as line ends, and those that reverse the direction of text.
fn breaks_lines(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(endpoint) = self.0.endpoint {
            write!(f, "{}: ", endpoint.name)?;
        }
        match &self.0.kind {
            Kind::Config(message) => f.write_str(message)?,
            Kind::Refused(violations) => write!(f, "refused before it was sent\n{violations}")?,
            Kind::NeedsOtherToken(Token::User) => f.write_str("does not accept a user access token")?,
            Kind::NeedsOtherToken(Token::App) => f.write_str("does not accept an app access token")?,
            Kind::NeedsOtherToken(Token::Tenant) => {
                f.write_str("does not accept a tenant access token; pass one that it accepts")?;
            }
            Kind::Quota(wait) => {
                write!(f, "its quota is used up for {} ms; nothing was sent", wait.as_millis())?;
            }
            Kind::Answered { code, message, detail } => {
                let name = self.name().map(|name| format!(" {name}")).unwrap_or_default();
                write!(f, "{code}{name}: {message}")?;
                for FieldViolation { field, description } in detail.violations.iter().take(MOST_VIOLATIONS) {
                    write!(f, "; {}: {}", one_line(field), one_line(description))?;
                }
                if let Some(more @ 1..) =
                    (detail.violations.len() + detail.more_violations).checked_sub(MOST_VIOLATIONS)
                {
                    write!(f, "; and {more} more")?;
                }
                if !detail.missing_scopes.is_empty() {
                    write!(f, "; missing scopes: {}", one_line(&detail.missing_scopes.join(", ")))?;
                }
            }
            Kind::Token(cause) => write!(f, "no access token: {cause}")?,
            Kind::Provider(cause) => write!(f, "{cause}")?,
            Kind::Store(cause) => write!(f, "the store is unreachable: {cause}")?,
            Kind::Stopped(cause) => write!(f, "a middleware stopped it: {cause}")?,
            #[cfg(feature = "long-connection")]
            Kind::Connection(why) => write!(f, "the long connection: {why}")?,
            #[cfg(feature = "sign-in")]
            Kind::SignIn(why, None) => f.write_str(why)?,
            #[cfg(feature = "sign-in")]
            Kind::SignIn(why, Some(cause)) => write!(f, "{why}: {cause}")?,
            Kind::Transport(failure) => write!(f, "{failure}")?,
            Kind::Upload(cause) => {
                write!(f, "cannot read the file being sent: {cause}; the request was aborted")?;
            }
            Kind::Unreadable(what) => write!(f, "cannot read the answer: {what}")?,
            Kind::Processed(what) => write!(f, "it was processed, but the answer cannot be read: {what}")?,
            #[cfg(feature = "redis")]
            Kind::Redis(cause) => write!(f, "Redis: {}", cause.category())?,
            Kind::Disk(cause) => write!(f, "cannot write the file: {cause}")?,
            Kind::Download(why) => write!(f, "cannot download the file: {why}")?,
            Kind::Paging(why) => write!(f, "cannot continue to the next page: {why}")?,
        }
        if matches!(self.0.kind, Kind::Token(_)) {
            return Ok(());
        }
        if self.0.unrepeatable {
            f.write_str(
                "; its file is a stream that has been read and cannot be sent again: build the request again",
            )?;
        }
        if let Some(advice) = self.advice() {
            write!(f, " ({advice})")?;
        }
        if let Some(status) = self.0.status {
            write!(f, " [HTTP {status}]")?;
        }
        if self.0.attempts > 1 {
            write!(f, " [attempt {}]", self.0.attempts)?;
        }
        if let Some(log_id) = &self.0.log_id {
            write!(f, " [log id {}]", one_line(log_id))?;
        }
        match self.0.endpoint {
            Some(endpoint) if !endpoint.doc.is_empty() => write!(f, "\nsee {}", endpoint.doc),
            _ => Ok(()),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (what, then) = match self.how {
            Transport::Connect => ("cannot connect", "nothing was sent"),
            Transport::Timeout => ("no answer in time", "it may have been processed"),
            Transport::Broken => ("the connection broke", "it may have been processed"),
        };
        f.write_str(what)?;
        if let Some(words) = self.cause.words().filter(|_| self.how != Transport::Timeout) {
            write!(f, ": {words}")?;
        }
        write!(f, "; {then}")?;
        if self.proxy_unused && self.how == Transport::Connect {
            f.write_str(
                "; the environment names a proxy: `ClientBuilder::with_environment_proxies` uses it",
            )?;
        }
        Ok(())
    }
}

/// The same with all causes: a `main` that returns the error prints this.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = self.to_string();
        f.write_str(&shown)?;
        for cause in self.source().into_iter().flat_map(chain) {
            let text: String = cause.to_string().lines().map(one_line).collect::<Vec<_>>().join(" ");
            // Many errors repeat the text of their source.
            if !shown.contains(&text) {
                write!(f, "\n  because: {text}")?;
                shown.push_str(&text);
            }
        }
        Ok(())
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.0.kind {
            Kind::Token(cause) => Some(cause),
            #[cfg(feature = "redis")]
            Kind::Redis(cause) => Some(&**cause),
            Kind::Disk(cause) | Kind::Upload(cause) => Some(&**cause),
            Kind::Provider(cause) | Kind::Store(cause) => Some(&**cause),
            Kind::Transport(failure) => Some(&*failure.below),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::time::Duration;

    use super::*;
    use crate::wire::envelope::Detail;
    use crate::wire::metadata::{ErrorCode, Metadata, Method};

    static CODES: [ErrorCode; 1] = [ErrorCode::new(1_002_053, 500, "AlreadyThere", "", "Look at it first.")];
    static ENDPOINT: Metadata = Metadata::new("test.v1.a.b", Method::Post, "/a")
        .with_page("A", "https://open.feishu.cn/a")
        .with_errors(&CODES);

    fn violation(field: &str) -> FieldViolation {
        FieldViolation { field: field.to_owned(), description: format!("{field} is wrong") }
    }

    #[test]
    fn every_part_of_a_failure_is_there() {
        let detail = Detail {
            violations: vec![violation("a"), violation("b")],
            missing_scopes: vec!["hire:talent".to_owned(), "hire:note".to_owned()],
            ..Detail::default()
        };
        let error = Error::answered(1_002_053, "it is\nthere", detail)
            .with_endpoint(&ENDPOINT)
            .with_status(500, Some("log-1"))
            .with_attempts(3, false);
        assert_eq!(
            error.to_string(),
            "test.v1.a.b: 1002053 AlreadyThere: it is there; a: a is wrong; b: b is wrong; missing scopes: hire:talent, \
             hire:note (Look at it first.) [HTTP 500] [attempt 3] [log id log-1]\nsee https://open.feishu.cn/a"
        );
        let plain = Error::answered(7, "no", Detail::default()).with_attempts(1, false);
        assert_eq!(plain.to_string(), "7: no", "and nothing that is not known");
    }

    #[test]
    fn a_failure_to_get_a_token_says_nothing_about_the_endpoint_that_needs_it() {
        let refused = Error::answered(7, "no", Detail::default()).with_status(400, Some("log-1"));
        let error = Error::token(refused).with_endpoint(&ENDPOINT).with_attempts(3, false);
        assert_eq!(error.to_string(), "test.v1.a.b: no access token: 7: no [HTTP 400] [log id log-1]");
    }

    #[test]
    fn of_many_violations_ten_are_shown_and_the_others_counted() {
        for (count, more) in [(10, None), (11, Some("; and 1 more")), (25, Some("; and 15 more"))] {
            let violations = (0..count).map(|number| violation(&format!("f{number}"))).collect();
            let text = Error::answered(7, "no", Detail { violations, ..Detail::default() }).to_string();
            assert_eq!(text.matches(" is wrong").count(), 10, "{text}");
            assert_eq!(text.split_once("; and ").map(|(_, more)| format!("; and {more}")).as_deref(), more);
        }
    }

    #[test]
    fn every_kind_says_what_happened_and_what_became_of_the_request() {
        let transport = |how, kind| Error::transport(how, io::Error::from(kind));
        let refused = || transport(Transport::Connect, io::ErrorKind::ConnectionRefused);
        for (error, expected) in [
            (Error::config("the base URL is wrong"), "the base URL is wrong"),
            (Error::needs_other_token(Token::User), "does not accept a user access token"),
            (
                Error::needs_other_token(Token::Tenant),
                "does not accept a tenant access token; pass one that it accepts",
            ),
            (Error::quota(Duration::from_millis(1500)), "its quota is used up for 1500 ms; nothing was sent"),
            (Error::no_token("the vault is shut"), "the vault is shut"),
            (Error::no_store("the disk is full"), "the store is unreachable: the disk is full"),
            (refused(), "cannot connect: the connection was refused; nothing was sent"),
            (
                refused().with_unused_proxy(true),
                "cannot connect: the connection was refused; nothing was sent; the environment names a proxy: \
                 `ClientBuilder::with_environment_proxies` uses it",
            ),
            (
                Error::token(refused()),
                "no access token: cannot connect: the connection was refused; nothing was sent",
            ),
            (
                transport(Transport::Timeout, io::ErrorKind::TimedOut),
                "no answer in time; it may have been processed",
            ),
            (
                transport(Transport::Broken, io::ErrorKind::ConnectionReset),
                "the connection broke: the connection was reset; it may have been processed",
            ),
            (
                transport(Transport::Broken, io::ErrorKind::Other),
                "the connection broke; it may have been processed",
            ),
            (Error::unreadable("it is not a JSON object"), "cannot read the answer: it is not a JSON object"),
            (
                Error::processed("data: expected an object".to_owned()),
                "it was processed, but the answer cannot be read: data: expected an object",
            ),
            (Error::download("it is gone"), "cannot download the file: it is gone"),
            (Error::paging("it goes round"), "cannot continue to the next page: it goes round"),
            (Error::disk(io::Error::other("full")), "cannot write the file: full"),
            (
                Error::upload(io::Error::other("gone")),
                "cannot read the file being sent: gone; the request was aborted",
            ),
        ] {
            assert_eq!(error.to_string(), expected);
        }
    }

    #[test]
    fn debug_shows_the_causes_too_and_each_of_them_once() {
        let inner = io::Error::other("invalid peer certificate: UnknownIssuer");
        let error = Error::token(Error::transport(Transport::Connect, io::Error::other(inner)));
        let shown = format!("{error:?}");
        assert!(
            shown.starts_with("no access token: cannot connect: the certificate is not trusted"),
            "{shown}"
        );
        assert!(shown.ends_with("\n  because: invalid peer certificate: UnknownIssuer"), "{shown}");
        assert_eq!(shown.matches("UnknownIssuer").count(), 1, "{shown}");
    }
}
