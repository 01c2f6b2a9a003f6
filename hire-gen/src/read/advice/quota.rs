//! Quotas as pages and people write them: `1000 次/分钟、50 次/秒`, `100/m`, `5 QPS`.

use super::width::folded;

/// How often: per minute or per second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Unit {
    Minute,
    Second,
}

/// The remedy for a text that is not a quota.
pub(crate) fn help(written: &str) -> String {
    match meant(written) {
        Some(quota) => format!("did you mean `{quota}`?"),
        None => {
            let text = lowered(written);
            match text.trim() {
                number if !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) => {
                    format!("write `{number}/min` or `{number}/s`")
                }
                text if is_longer(text) => {
                    "a quota counts calls per minute or per second: write `20/min` or `50/s`".to_owned()
                }
                _ => "write `20/min`, `50/s`, `1000/min, 50/s` or `special`".to_owned(),
            }
        }
    }
}

/// The quota that a text means, as the language writes it.
pub(crate) fn meant(written: &str) -> Option<String> {
    let text = lowered(written);
    if matches!(text.trim(), "special" | "特殊频控" | "特殊" | "custom") {
        return Some("special".to_owned());
    }
    let text = without_thousands(&text);
    let parts = text.split([',', ';']).flat_map(|part| part.split(" and "));
    let mut windows: Vec<(Unit, u32)> = parts.map(window).collect::<Option<_>>()?;
    windows.sort_unstable();
    let shown = windows.iter().map(|(unit, count)| match unit {
        Unit::Minute => format!("{count}/min"),
        Unit::Second => format!("{count}/s"),
    });
    let shown = shown.collect::<Vec<_>>().join(", ");
    match windows.as_slice() {
        [_] => Some(shown),
        [(one, _), (other, _)] if one != other => Some(shown),
        _ => None,
    }
}

fn lowered(written: &str) -> String {
    folded(written).unwrap_or_else(|| written.to_owned()).to_lowercase()
}

/// `1,000/min` → `1000/min`.
fn without_thousands(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(',') {
        let digits = after.bytes().take_while(u8::is_ascii_digit).count();
        let joins = digits == 3 && before.ends_with(|c: char| c.is_ascii_digit());
        out.push_str(before);
        out.push_str(if joins { "" } else { "," });
        rest = after;
    }
    out + rest
}

/// `20/min`, `20 次/分钟`, `5 qps`, `20 per minute`.
fn window(text: &str) -> Option<(Unit, u32)> {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit())?;
    let (count, unit) = text.split_at_checked(end)?;
    let count = count.parse::<u32>().ok().filter(|count| *count > 0)?;
    Some((self::unit(unit.trim())?, count))
}

fn unit(text: &str) -> Option<Unit> {
    match text {
        "qps" | "rps" | "tps" => return Some(Unit::Second),
        "qpm" | "rpm" | "tpm" => return Some(Unit::Minute),
        _ => {}
    }
    match period(text) {
        "m" | "min" | "mins" | "minute" | "minutes" | "分" | "分钟" => Some(Unit::Minute),
        "s" | "sec" | "secs" | "second" | "seconds" | "秒" | "秒钟" => Some(Unit::Second),
        _ => None,
    }
}

/// The text after `/`, `每` or `per`.
fn period(text: &str) -> &str {
    let text = text.trim_start_matches("times").trim_start_matches("calls").trim_start_matches("requests");
    let text = text.trim().trim_start_matches('次').trim();
    ["/", "per ", "a ", "每"].iter().find_map(|before| text.strip_prefix(before)).unwrap_or_default().trim()
}

/// Whether a text counts calls per hour or per day.
fn is_longer(text: &str) -> bool {
    let words = ["hour", "hours", "h", "hr", "day", "days", "d", "小时", "时", "天", "日", "month", "月"];
    text.split([',', ';']).any(|part| {
        let unit = part.trim().trim_start_matches(|c: char| c.is_ascii_digit()).trim();
        words.contains(&period(unit))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotas_are_read_leniently() {
        for (written, expected) in [
            ("100/m", "100/min"),
            ("100/minute", "100/min"),
            ("50/sec", "50/s"),
            ("50/second", "50/s"),
            ("100 /min", "100/min"),
            ("20/MIN", "20/min"),
            ("２０／min", "20/min"),
            ("1000/min，50/s", "1000/min, 50/s"),
            ("50/s,1000/min", "1000/min, 50/s"),
            ("1000 次/分钟、50 次/秒", "1000/min, 50/s"),
            ("50次/秒", "50/s"),
            ("5 QPS", "5/s"),
            ("1,000/min", "1000/min"),
            ("20 per minute", "20/min"),
            ("50 calls a second", "50/s"),
            ("特殊频控", "special"),
            ("Special", "special"),
        ] {
            assert_eq!(meant(written).as_deref(), Some(expected), "{written}");
        }
    }

    #[test]
    fn other_texts_are_no_quotas() {
        for (written, expected) in [
            ("100", "write `100/min` or `100/s`"),
            ("100/hour", "a quota counts calls per minute or per second: write `20/min` or `50/s`"),
            ("100/day", "a quota counts calls per minute or per second: write `20/min` or `50/s`"),
            ("100次/小时", "a quota counts calls per minute or per second: write `20/min` or `50/s`"),
            ("often", "write `20/min`, `50/s`, `1000/min, 50/s` or `special`"),
            ("", "write `20/min`, `50/s`, `1000/min, 50/s` or `special`"),
            ("0/s", "write `20/min`, `50/s`, `1000/min, 50/s` or `special`"),
            ("20/min, 30/min", "write `20/min`, `50/s`, `1000/min, 50/s` or `special`"),
            ("9999999999/s", "write `20/min`, `50/s`, `1000/min, 50/s` or `special`"),
        ] {
            assert_eq!(help(written), expected, "{written}");
        }
    }
}
