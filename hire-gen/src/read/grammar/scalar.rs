//! Classifies unquoted scalars, and finds those that YAML readers interpret differently.

/// A scalar that all readers read alike.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Scalar {
    Text,
    /// A whole number of 64 bits.
    Int(i64),
    /// A whole number of more than 64 bits.
    HugeInt,
    Float(f64),
    Bool(bool),
    Null,
    /// Readers disagree; the text names the interpretations.
    Doubtful(&'static str),
}

/// Reads YAML 1.1 and 1.2 together: a scalar that is text in only one of them is [`Scalar::Doubtful`].
pub(crate) fn scalar(text: &str, plain: bool) -> Scalar {
    if !plain {
        return Scalar::Text;
    }
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Scalar::Null,
        "true" => return Scalar::Bool(true),
        "false" => return Scalar::Bool(false),
        _ => {}
    }
    if is_truth_word(text) {
        return Scalar::Doubtful("`true` or `false` for some YAML readers, text for others");
    }
    if is_decimal(text) {
        return text.parse().map_or(Scalar::HugeInt, Scalar::Int);
    }
    if let Some((whole, fraction)) = text.split_once('.')
        && (is_decimal(whole) || whole == "-0")
        && !fraction.is_empty()
        && fraction.bytes().all(|byte| byte.is_ascii_digit())
    {
        return text.parse().map_or(Scalar::Text, Scalar::Float);
    }
    if looks_like_number(text) {
        Scalar::Doubtful("a number for some YAML readers, text for others")
    } else {
        Scalar::Text
    }
}

/// `no` is the country code that taught people to quote.
fn is_truth_word(text: &str) -> bool {
    ["yes", "no", "on", "off", "true", "false", "y", "n"].iter().any(|word| word.eq_ignore_ascii_case(text))
}

/// `0`, `17`, `-1`: no sign except `-`, no leading zero.
fn is_decimal(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    plain && (digits == "0" || !digits.starts_with('0')) && text != "-0"
}

/// `1_000`, `0o7`, `0x1F`, `0b1`, `007`, `+1`, `1e3`, `.5`, `1.`, `.inf`, `.nan`, `12:30`.
fn looks_like_number(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let unsigned = lower.strip_prefix(['-', '+']).unwrap_or(&lower);
    if matches!(unsigned, ".inf" | ".nan") {
        return true;
    }
    if let Some(digits) = unsigned.strip_prefix("0x") {
        return !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'_');
    }
    if let Some(digits) = unsigned.strip_prefix("0o").or_else(|| unsigned.strip_prefix("0b")) {
        return !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
    }
    let (mantissa, exponent) = unsigned.split_once('e').unwrap_or((unsigned, "0"));
    let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
    let number = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'_' | b'.' | b':');
    // A version such as `1.2.3` is text everywhere, and so is a colon without exactly two digits after it.
    let sixty = mantissa
        .split(':')
        .skip(1)
        .all(|part| matches!(part.split('.').next(), Some(part) if matches!(part.len(), 1 | 2)));
    mantissa.bytes().all(number)
        && mantissa.bytes().any(|byte| byte.is_ascii_digit())
        && !mantissa.starts_with(['_', ':'])
        && mantissa.bytes().filter(|byte| *byte == b'.').count() < 2
        && sixty
        && !exponent.is_empty()
        && exponent.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_every_reader_agrees_on_is_settled() {
        for (text, meaning) in [
            ("", Scalar::Null),
            ("~", Scalar::Null),
            ("null", Scalar::Null),
            ("true", Scalar::Bool(true)),
            ("false", Scalar::Bool(false)),
            ("0", Scalar::Int(0)),
            ("-1", Scalar::Int(-1)),
            ("9223372036854775807", Scalar::Int(i64::MAX)),
            ("9223372036854775808", Scalar::HugeInt),
            ("0.5", Scalar::Float(0.5)),
            ("-12.25", Scalar::Float(-12.25)),
            ("-0.5", Scalar::Float(-0.5)),
            ("Onboard", Scalar::Text),
            ("hire:talent", Scalar::Text),
            ("20/min", Scalar::Text),
            ("2024-01-01", Scalar::Text),
            ("1.2.3", Scalar::Text),
            ("+86", Scalar::Doubtful("a number for some YAML readers, text for others")),
            ("127.0.0.1:80", Scalar::Text),
            ("e", Scalar::Text),
            ("-", Scalar::Text),
            (".", Scalar::Text),
            ("北京", Scalar::Text),
        ] {
            assert_eq!(scalar(text, true), meaning, "{text}");
            assert_eq!(scalar(text, false), Scalar::Text, "{text}");
        }
    }

    #[test]
    fn what_readers_disagree_about_is_doubtful() {
        for text in [
            "yes",
            "No",
            "ON",
            "off",
            "True",
            "FALSE",
            "y",
            "N",
            "1_000",
            "0o7",
            "0x1F",
            "0b1",
            "007",
            "+1",
            "1e3",
            "1.5e+3",
            ".inf",
            "-.inf",
            ".NaN",
            "12:30",
            "190:20:30",
            ".5",
            "1.",
            "-0",
        ] {
            assert!(matches!(scalar(text, true), Scalar::Doubtful(_)), "{text}");
        }
    }
}
