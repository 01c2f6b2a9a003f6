//! A checkout with other line ends is the same schema.

use std::fs;
use std::path::Path;

use super::{diff, folder, load};

/// Copies a schema with CRLF at the end of each line.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            let text = fs::read_to_string(entry.path()).unwrap().replace("\r\n", "\n");
            fs::write(target, text.replace('\n', "\r\n")).unwrap();
        }
    }
}

#[test]
fn line_ends_are_no_change() {
    let schema = folder("../schema");
    let checkout = tempfile::tempdir().unwrap();
    copy(&schema, checkout.path());
    let example = checkout.path().join("hire/v1/talent/combined_create.request.json");
    assert!(fs::read_to_string(example).unwrap().contains("\r\n"));
    for (old, new) in [(&*schema, checkout.path()), (checkout.path(), &*schema)] {
        let found = diff(&load(old), &load(new));
        assert!(found.changes.is_empty(), "{}", found.to_text(false));
    }
}
