//! Resumes a broken download: at the next byte of the same version of the file, or not at all.

use http::header::{HeaderMap, HeaderName, HeaderValue, IF_RANGE, RANGE};
use tokio::time::Instant;

use crate::call::retry::Retry;
use crate::error::Error;
use crate::file::follow::follow;
use crate::transport::{Flow, Transport};

/// The data for requesting the rest of a file.
pub(super) struct Resume {
    transport: Transport,
    retry: Retry,
    url: String,
    /// The server's identification of this version of the file.
    version: Version,
    /// How often the download broke at this number of bytes, and when it first did.
    breaks: u32,
    at: u64,
    since: Option<Instant>,
}

/// Identifies one version of a file.
struct Version {
    header: HeaderName,
    value: HeaderValue,
}

/// In bytes: breaks with less progress than this between them count together.
const PROGRESS: u64 = 64 << 10;

impl Resume {
    /// `None` if the server does not identify the version of the file or does not support ranges.
    pub(super) fn of(transport: &Transport, retry: &Retry, url: &str, flow: &Flow) -> Option<Self> {
        let encoded = flow.header("content-encoding").is_some_and(|encoding| encoding != "identity");
        if encoded || flow.header("accept-ranges") == Some("none") {
            return None;
        }
        let version = Version::of(flow)?;
        let (transport, retry, url) = (transport.clone(), *retry, url.to_owned());
        Some(Self { transport, retry, url, version, breaks: 0, at: 0, since: None })
    }

    /// The rest of the file from this byte on, after an error. `None` if the download cannot resume.
    pub(super) async fn go_on(&mut self, error: &Error, from: u64, size: Option<u64>) -> Option<Flow> {
        if from.saturating_sub(self.at) >= PROGRESS {
            (self.breaks, self.since) = (0, None);
        }
        self.at = from;
        let since = *self.since.get_or_insert_with(Instant::now);
        let mut error = error.clone();
        loop {
            self.breaks += 1;
            let again = self.retry.again(&error, true, self.breaks, since.elapsed(), fastrand::f64())?;
            tokio::time::sleep(again.wait).await;
            match self.ask(from, size).await {
                Ok(rest) => return rest,
                Err(failed) => error = failed,
            }
        }
    }

    /// The rest of this version; `None` if the server now has another version or sends only the whole file.
    async fn ask(&self, from: u64, size: Option<u64>) -> Result<Option<Flow>, Error> {
        let mut headers = HeaderMap::new();
        let range = HeaderValue::try_from(format!("bytes={from}-"));
        headers.insert(RANGE, range.map_err(|_| Error::download("it is too large to resume"))?);
        headers.insert(IF_RANGE, self.version.value.clone());
        let flow = follow(&self.transport, &self.url, &headers).await?;
        let here = flow.header(self.version.header.as_str());
        // A server that omits it may have ignored the condition.
        let same = here.is_some_and(|here| here.as_bytes() == self.version.value.as_bytes());
        let rest = flow
            .header("content-range")
            .and_then(rest_of)
            .filter(|(first, whole)| *first == from && size.is_none_or(|size| size == *whole));
        let length = rest.and_then(|(first, whole)| whole.checked_sub(first));
        let fits = flow.size().is_none_or(|size| Some(size) == length);
        let encoded = flow.header("content-encoding").is_some_and(|encoding| encoding != "identity");
        Ok((flow.status() == 206 && rest.is_some() && same && fits && !encoded).then_some(flow))
    }
}

impl Version {
    /// From a strong entity tag, or from a date old enough to identify one version (RFC 9110, 8.8.2.2).
    fn of(flow: &Flow) -> Option<Self> {
        let kept = |name: &str, value: &str| {
            let (header, value) = (HeaderName::try_from(name).ok()?, HeaderValue::try_from(value).ok()?);
            Some(Self { header, value })
        };
        if let Some(tag) = flow.header("etag") {
            let strong = tag.len() > 2 && tag.starts_with('"') && tag.ends_with('"');
            return strong.then(|| kept("etag", tag)).flatten();
        }
        let modified = flow.header("last-modified")?;
        let (then, now) = (httpdate::parse_http_date(modified).ok()?, flow.header("date")?);
        let age = httpdate::parse_http_date(now).ok()?.duration_since(then).ok()?;
        (age.as_secs() >= 60).then(|| kept("last-modified", modified)).flatten()
    }
}

/// First byte and total size, if the answer contains all the rest.
fn rest_of(range: &str) -> Option<(u64, u64)> {
    let (range, whole) = range.trim().strip_prefix("bytes ")?.split_once('/')?;
    let (first, last) = range.split_once('-')?;
    let number = |text: &str| {
        let text = text.trim();
        text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<u64>().ok()).flatten()
    };
    let (first, last, whole) = (number(first)?, number(last)?, number(whole)?);
    (first <= last && last.checked_add(1) == Some(whole)).then_some((first, whole))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_all_the_rest_is_the_rest() {
        assert_eq!(rest_of("bytes 5-9/10"), Some((5, 10)));
        assert_eq!(rest_of(" bytes 0-0/1 "), Some((0, 1)));
        for range in [
            "",
            "bytes 5-8/10",
            "bytes 5-10/10",
            "bytes 9-5/10",
            "bytes 5-9/*",
            "bytes */10",
            "items 5-9/10",
            "bytes +5-9/10",
            "bytes 5-18446744073709551615/10",
            "bytes 5/10",
        ] {
            assert_eq!(rest_of(range), None, "{range}");
        }
    }
}
