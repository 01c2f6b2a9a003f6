//! The waits that the headers of an answer request.

use std::time::Duration;

/// The longest of the waits that headers request, in seconds; a text that is not a number requests nothing.
pub(crate) fn reset<'a>(values: impl Iterator<Item = &'a str>) -> Option<Duration> {
    let seconds = values.filter_map(|value| value.trim().parse::<f64>().ok()).filter(|n| n.is_finite());
    // A negative number requests no wait, and one beyond any duration the longest.
    let wait = |seconds: f64| Duration::try_from_secs_f64(seconds.max(0.0)).unwrap_or(Duration::MAX);
    seconds.map(wait).max()
}

/// The wait that `Retry-After` requests, in seconds or as a date. `date` is the time in the same answer, so that the
/// clocks need not agree; without it, `now` counts, since 1970.
pub(crate) fn retry_after(
    value: &str,
    date: Option<&str>,
    now: impl FnOnce() -> Duration,
) -> Option<Duration> {
    let wait = || {
        let until = since_epoch(value)?;
        Some(until.saturating_sub(date.and_then(since_epoch).unwrap_or_else(now)))
    };
    reset(std::iter::once(value)).or_else(wait)
}

fn since_epoch(date: &str) -> Option<Duration> {
    let epoch = httpdate::parse_http_date("Thu, 01 Jan 1970 00:00:00 GMT").ok()?;
    httpdate::parse_http_date(date.trim()).ok()?.duration_since(epoch).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let date = "Sun, 06 Nov 1994 08:49:37 GMT";
        let now = || since_epoch(date).unwrap() - Duration::from_secs(100);
        let seconds = |value: &str, date| retry_after(value, date, now).map(|wait| wait.as_secs());
        assert_eq!(seconds("4", None), Some(4));
        assert_eq!(seconds(" 120 ", Some(date)), Some(120));
        assert_eq!(seconds("-1", None), Some(0));
        assert_eq!(seconds(date, None), Some(100));
        assert_eq!(seconds(date, Some(date)), Some(0));
        assert_eq!(seconds("Sun, 06 Nov 1994 08:49:47 GMT", Some(date)), Some(10));
        assert_eq!(seconds("Sunday, 06-Nov-94 08:49:47 GMT", Some(date)), Some(10));
        assert_eq!(seconds("Sun Nov  6 08:49:47 1994", Some(date)), Some(10));
        assert_eq!(
            seconds("Sat, 05 Nov 1994 08:49:37 GMT", Some(date)),
            Some(0),
            "what has passed asks for nothing"
        );
        assert_eq!(seconds(date, Some("yesterday")), Some(100));
        for none in ["", "soon", "06 Nov", "Sun, 99 Nov 1994 08:49:37 GMT"] {
            assert_eq!(seconds(none, None), None, "{none}");
        }
    }
}
