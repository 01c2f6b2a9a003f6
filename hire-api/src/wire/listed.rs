//! The number of items in a list of an answer, including unreadable ones.

use crate::wire::reader::{Reader, Stop};

/// The number of items of the list at a path; 0 if there is none.
pub(crate) fn listed(body: &[u8], path: &[&'static str]) -> usize {
    let mut reader = Reader::of_bytes(body);
    if body.starts_with("\u{feff}".as_bytes()) {
        reader.go_to("\u{feff}".len());
    }
    match count(&mut reader, path) {
        Ok(Some(items)) => items,
        Ok(None) | Err(Stop { .. }) => 0,
    }
}

/// As for a field that is read: a repeated name overrides the first, unless it is empty.
fn count(reader: &mut Reader<'_>, path: &[&'static str]) -> Result<Option<usize>, Stop> {
    let Some((&name, rest)) = path.split_first() else { return length(reader) };
    let Some(mut object) = reader.object()? else { return Ok(None) };
    let mut found = None;
    while reader.next(&mut object, &[name])?.is_some() {
        found = count(reader, rest)?.or(found);
    }
    Ok(found)
}

fn length(reader: &mut Reader<'_>) -> Result<Option<usize>, Stop> {
    let Some(begun) = reader.list()? else { return Ok(None) };
    let mut items = 0;
    while begun && reader.item(items == 0)? {
        reader.skip()?;
        items += 1;
    }
    Ok(Some(items))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_that_cannot_be_read_count() {
        let count = |body: &str| listed(body.as_bytes(), &["data", "page", "items"]);
        assert_eq!(count(r#"{"code":0,"data":{"page":{"items":[1,null,{"a":[1,2]},"x"]}}}"#), 4);
        assert_eq!(count(r#"{"data":{"page":{"items":[]}}}"#), 0);
        assert_eq!(count(r#"{"data":{"page":{"items":{"0":1}}}}"#), 0);
        assert_eq!(count(r#"{"data":{"page":{"items":[1]}},"data":null}"#), 1);
        assert_eq!(count("\u{feff}{\"data\":{\"page\":{\"items\":[1,2]}}}"), 2);
        assert_eq!(count(r#"{"data":null}"#), 0);
        assert_eq!(count("[["), 0);
    }
}
