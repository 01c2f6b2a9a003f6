//! The kind of cause of a failed connection, derived from its source errors. The words distinguish causes and contain
//! nothing of a request.

use std::error::Error;
use std::io;

/// A kind of cause, with its own words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    Refused,
    Unreachable,
    Slow,
    UnknownHost,
    Untrusted,
    Expired,
    NotYetValid,
    OtherHost,
    Certificate,
    Handshake,
    Proxy,
    NoTls,
    Reset,
    Ended,
    Other,
}

/// The texts of errors, in lower case, and the causes they indicate; specific ones come before general ones.
const TEXTS: [(&str, Cause); 19] = [
    ("scheme is not http", Cause::NoTls),
    ("unknownissuer", Cause::Untrusted),
    ("unknown issuer", Cause::Untrusted),
    ("self-signed", Cause::Untrusted),
    ("not trusted", Cause::Untrusted),
    ("notvalidyet", Cause::NotYetValid),
    ("not valid yet", Cause::NotYetValid),
    ("certificate expired", Cause::Expired),
    ("notvalidforname", Cause::OtherHost),
    ("not valid for name", Cause::OtherHost),
    ("peer certificate", Cause::Certificate),
    ("dns error", Cause::UnknownHost),
    ("tunnel error", Cause::Proxy),
    ("proxy", Cause::Proxy),
    ("socks", Cause::Proxy),
    ("fatal alert", Cause::Handshake),
    ("corrupt message", Cause::Handshake),
    ("handshake", Cause::Handshake),
    ("connection closed before message completed", Cause::Ended),
];

impl Cause {
    pub(crate) fn of(error: &(dyn Error + 'static)) -> Self {
        let texts: Vec<String> = chain(error).map(|error| error.to_string().to_lowercase()).collect();
        let said = TEXTS.iter().find(|(part, _)| texts.iter().any(|text| text.contains(part)));
        let system =
            || chain(error).find_map(|error| Self::of_system(error.downcast_ref::<io::Error>()?.kind()));
        let late = || texts.iter().any(|text| text.contains("timed out")).then_some(Self::Slow);
        said.map(|(_, cause)| *cause).or_else(system).or_else(late).unwrap_or(Self::Other)
    }

    fn of_system(kind: io::ErrorKind) -> Option<Self> {
        Some(match kind {
            io::ErrorKind::ConnectionRefused => Self::Refused,
            io::ErrorKind::NetworkUnreachable
            | io::ErrorKind::HostUnreachable
            | io::ErrorKind::NetworkDown
            | io::ErrorKind::AddrNotAvailable => Self::Unreachable,
            io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted | io::ErrorKind::BrokenPipe => {
                Self::Reset
            }
            io::ErrorKind::TimedOut => Self::Slow,
            io::ErrorKind::UnexpectedEof => Self::Ended,
            _ => return None,
        })
    }

    /// A sentence without a full stop; `None` if nothing is known.
    pub(crate) fn words(self) -> Option<&'static str> {
        Some(match self {
            Self::Refused => "the connection was refused",
            Self::Unreachable => "the network or the host cannot be reached",
            Self::Slow => "the server did not answer in time",
            Self::UnknownHost => "the host name is unknown",
            Self::Untrusted => {
                "the certificate is not trusted, because its issuer is unknown: `ClientBuilder::with_root_certificates` \
                 adds a company's own"
            }
            Self::Expired => "the certificate has expired",
            Self::NotYetValid => "the certificate is not valid yet",
            Self::OtherHost => "the certificate belongs to another host",
            Self::Certificate => "the certificate is not accepted",
            Self::Handshake => "the server has no TLS version or cipher in common with this client",
            Self::Proxy => "the proxy refused the connection",
            Self::NoTls => "the HTTP client has no TLS",
            Self::Reset => "the connection was reset",
            Self::Ended => "the connection was closed",
            Self::Other => return None,
        })
    }

    pub(crate) fn is_certificate(self) -> bool {
        matches!(
            self,
            Self::Untrusted | Self::Expired | Self::NotYetValid | Self::OtherHost | Self::Certificate
        )
    }

    /// Whether another attempt would fail in the same way.
    pub(crate) fn is_permanent(self) -> bool {
        self.is_certificate() || self == Self::NoTls
    }
}

/// An error and all its sources, including those inside the system's errors.
pub(crate) fn chain<'a>(
    error: &'a (dyn Error + 'static),
) -> impl Iterator<Item = &'a (dyn Error + 'static)> + use<'a> {
    std::iter::successors(Some(error), |error| below(*error))
}

fn below<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(inside) => Some(inside),
        None => error.source(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_another_attempt_cannot_change_is_permanent() {
        use Cause::{
            Certificate, Ended, Expired, NoTls, NotYetValid, Other, OtherHost, Refused, Slow, Untrusted,
        };
        for cause in [Untrusted, Expired, NotYetValid, OtherHost, Certificate, NoTls] {
            assert!(cause.is_permanent(), "{cause:?}");
            assert_eq!(cause.is_certificate(), cause != NoTls);
        }
        for cause in [Refused, Slow, Ended, Other] {
            assert!(!cause.is_permanent(), "{cause:?}");
        }
    }

    #[test]
    fn each_cause_has_words_of_its_own() {
        let text = |text: &str| Cause::of(&io::Error::other(text.to_owned()));
        for (message, cause) in [
            ("invalid peer certificate: UnknownIssuer", Cause::Untrusted),
            ("invalid peer certificate: certificate expired: verification time 1 (UNIX)", Cause::Expired),
            ("invalid peer certificate: certificate not valid yet: verification time 1", Cause::NotYetValid),
            ("invalid peer certificate: certificate not valid for name \"a\"", Cause::OtherHost),
            ("invalid peer certificate: BadSignature", Cause::Certificate),
            ("received fatal alert: HandshakeFailure", Cause::Handshake),
            ("received corrupt message of type InvalidContentType", Cause::Handshake),
            ("dns error", Cause::UnknownHost),
            ("tunnel error: unsuccessful", Cause::Proxy),
            ("invalid URL, scheme is not http", Cause::NoTls),
            ("operation timed out", Cause::Slow),
            ("connection closed before message completed", Cause::Ended),
            ("something else", Cause::Other),
        ] {
            assert_eq!(text(message), cause, "{message}");
        }
        for (kind, cause) in [
            (io::ErrorKind::ConnectionRefused, Cause::Refused),
            (io::ErrorKind::HostUnreachable, Cause::Unreachable),
            (io::ErrorKind::ConnectionReset, Cause::Reset),
            (io::ErrorKind::UnexpectedEof, Cause::Ended),
            (io::ErrorKind::TimedOut, Cause::Slow),
            (io::ErrorKind::Other, Cause::Other),
        ] {
            assert_eq!(Cause::of(&io::Error::from(kind)), cause, "{kind}");
        }
        let words: std::collections::BTreeSet<_> =
            TEXTS.iter().filter_map(|(_, cause)| cause.words()).collect();
        assert_eq!(words.len(), 10, "{words:?}");
    }
}
