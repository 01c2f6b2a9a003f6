//! Parses a multipart/form-data body.

/// One part.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Part<'a> {
    pub(super) name: String,
    pub(super) file_name: Option<String>,
    pub(super) content: &'a [u8],
}

/// The most parts of a form.
const MOST_PARTS: usize = 1000;

/// Splits a complete body.
///
/// # Errors
///
/// A description of the error, without anything that was sent.
pub(super) fn parse<'a>(boundary: &str, body: &'a [u8]) -> Result<Vec<Part<'a>>, &'static str> {
    let delimiter = format!("\r\n--{boundary}");
    // The first delimiter may be at the very beginning, without a line break before it.
    let first = delimiter.as_bytes().get(2..).unwrap_or_default();
    let mut rest = body.strip_prefix(first).ok_or("must begin with its boundary")?;
    let mut parts = Vec::new();
    loop {
        if rest.starts_with(b"--") {
            return Ok(parts);
        }
        rest = rest.strip_prefix(b"\r\n").ok_or("must have a line break after each boundary")?;
        let (content, behind) = split(rest, delimiter.as_bytes()).ok_or("must end with its boundary")?;
        if parts.len() == MOST_PARTS {
            return Err("must have at most 1000 parts, the most that the mock reads");
        }
        parts.push(part(content)?);
        rest = behind;
    }
}

fn part(part: &[u8]) -> Result<Part<'_>, &'static str> {
    let (headers, content) =
        split(part, b"\r\n\r\n").ok_or("must have an empty line after the headers of each part")?;
    let headers = std::str::from_utf8(headers).map_err(|_| "must have headers in UTF-8")?;
    let dispositions: Vec<&str> = headers
        .split("\r\n")
        .filter_map(|line| line.split_once(':'))
        .filter(|(name, _)| name.trim().eq_ignore_ascii_case("content-disposition"))
        .map(|(_, value)| value)
        .collect();
    let [disposition] = dispositions.as_slice() else {
        return Err("must have one `Content-Disposition` in each part");
    };
    let name = quoted(disposition, "name").ok_or("must have a `name` in each part")?;
    Ok(Part { name, file_name: quoted(disposition, "filename"), content })
}

/// A quoted parameter, in which `\` and `%22` are escapes.
fn quoted(disposition: &str, name: &str) -> Option<String> {
    let mut rest = disposition;
    loop {
        let (_, behind) = rest.split_once(';')?;
        let (key, value) = behind.split_once("=\"")?;
        let mut text = String::new();
        let mut chars = value.char_indices();
        let end = loop {
            match chars.next()? {
                (at, '"') => break at,
                (_, '\\') => text.push(chars.next()?.1),
                (_, other) => text.push(other),
            }
        };
        if key.trim().eq_ignore_ascii_case(name) {
            return Some(text.replace("%22", "\""));
        }
        rest = value.get(end..)?;
    }
}

fn split<'a>(bytes: &'a [u8], at: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let first = *at.first()?;
    let mut from = 0;
    loop {
        let next = from + bytes.get(from..)?.iter().position(|byte| *byte == first)?;
        let (before, rest) = bytes.split_at_checked(next)?;
        if let Some(behind) = rest.strip_prefix(at) {
            return Some((before, behind));
        }
        from = next + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = "--xyz\r\nContent-Disposition: form-data; name=\"kind\"\r\n\r\n2\r\n\
        --xyz\r\ncontent-type: text/plain\r\nContent-Disposition: form-data; filename=\"a;\\\"b.txt\"; name=\"content\"\r\n\r\n\
        one\r\n--xy\r\ntwo\r\n--xyz--\r\n";

    #[test]
    fn parts_come_apart_at_the_boundary_only() {
        let parts = parse("xyz", BODY.as_bytes()).unwrap();
        let kind = Part { name: "kind".into(), file_name: None, content: b"2" };
        let file = Part {
            name: "content".into(),
            file_name: Some("a;\"b.txt".into()),
            content: b"one\r\n--xy\r\ntwo",
        };
        assert_eq!(parts, [kind, file]);
        assert_eq!(parse("xyz", b"--xyz--").unwrap(), []);
    }

    #[test]
    fn every_cut_is_refused_but_the_one_behind_the_end() {
        let end = BODY.trim_end().len();
        for cut in 0..end {
            assert!(parse("xyz", &BODY.as_bytes()[..cut]).is_err(), "{cut}");
        }
        assert!(parse("xyz", &BODY.as_bytes()[..end]).is_ok());
        assert!(parse("abc", BODY.as_bytes()).is_err());
    }

    #[test]
    fn a_part_says_once_what_it_is() {
        let twice = "--x\r\nContent-Disposition: form-data; name=\"a\"\r\nContent-Disposition: form-data; name=\"b\"\r\n\r\n1\r\n--x--";
        assert_eq!(parse("x", twice.as_bytes()), Err("must have one `Content-Disposition` in each part"));
        let nameless = "--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x--";
        assert_eq!(parse("x", nameless.as_bytes()), Err("must have a `name` in each part"));
    }
}
