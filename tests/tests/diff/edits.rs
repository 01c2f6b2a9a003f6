//! Every edit of a schema that reaches the generated code is in the diff, and all others are only text.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use hire_gen::diff::{Impact, diff};
use hire_gen::ir::Api;
use hire_gen::rust::{Options, emit};
use hire_gen::source::Sources;

use super::folder;

pub type Texts = Vec<(String, String)>;

#[test]
fn no_edit_of_a_schema_goes_unnoticed() {
    let (mut compared, mut breaking) = (0, 0);
    let mut schemas = vec![folder("golden/schema")];
    for case in fs::read_dir(folder("diff")).unwrap() {
        schemas.push(case.unwrap().path().join("new"));
    }
    for schema in schemas {
        let texts = read(&schema, "");
        let old = load(&texts).unwrap();
        let code = emitted(&old);
        for (edit, new) in edits(&texts).into_iter().filter_map(|(edit, texts)| Some((edit, load(&texts)?))) {
            let diff = diff(&old, &new);
            let place = format!("{}: {edit}", schema.display());
            if emitted(&new) == code {
                let heavy = diff.changes.iter().find(|change| change.impact != Impact::Documentation);
                assert!(heavy.is_none(), "{place}: the same code, and {}", diff.to_text(false));
            } else {
                assert!(!diff.changes.is_empty(), "{place}: other code, and no change");
            }
            compared += 1;
            breaking += usize::from(diff.impact() == Some(Impact::Breaking));
        }
    }
    assert!(compared > 2000 && breaking > 500, "{compared} edits, of which {breaking} break");
}

/// Every file below a folder: its path from there, and its text.
pub fn read(root: &Path, prefix: &str) -> Texts {
    let mut texts = Vec::new();
    for entry in fs::read_dir(root.join(prefix)).unwrap() {
        let entry = entry.unwrap();
        let path = format!("{prefix}{}", entry.file_name().into_string().unwrap());
        if entry.path().is_dir() {
            texts.extend(read(root, &format!("{path}/")));
        } else {
            texts.push((path, fs::read_to_string(entry.path()).unwrap()));
        }
    }
    texts.sort();
    texts
}

pub fn load(texts: &Texts) -> Option<Api> {
    let (api, _) = hire_gen::load_sources(&Sources::from_texts(texts.clone())).ok()?;
    Some(api)
}

/// The items of every file; their order does not matter to a program.
pub fn emitted(api: &Api) -> BTreeSet<(String, String)> {
    // Inside hire-api there are also constants for the base URLs.
    let files = emit(api, &Options { inside_hire_api: true, events: true, ..Options::default() });
    let items = |(path, text): (&str, &str)| -> Vec<(String, String)> {
        items(text).into_iter().map(|item| (path.to_owned(), item)).collect()
    };
    files.iter().flat_map(items).collect()
}

/// The items of a file with their attributes: each ends with an unindented line that closes or ends something.
fn items(text: &str) -> Vec<String> {
    let mut items = vec![String::new()];
    for line in text.lines() {
        if let Some(item) = items.last_mut() {
            *item += line;
            *item += "\n";
        }
        if !line.starts_with([' ', '#', '/']) && line.ends_with(['}', ';']) {
            items.push(String::new());
        }
    }
    items
}

/// The schema with one line or one list entry removed, swapped with the next, or changed.
pub fn edits(texts: &Texts) -> Vec<(String, Texts)> {
    let mut edits = Vec::new();
    for (index, (path, text)) in texts.iter().enumerate().filter(|(_, (path, _))| path.ends_with(".yaml")) {
        let lines: Vec<&str> = text.lines().collect();
        let mut edit = |what: String, lines: Vec<String>| {
            let mut texts = texts.clone();
            texts[index].1 = lines.join("\n") + "\n";
            edits.push((format!("{path}: {what}"), texts));
        };
        let owned = || lines.iter().map(|line| (*line).to_owned()).collect::<Vec<String>>();
        for (number, line) in lines.iter().enumerate() {
            let mut without = owned();
            without.remove(number);
            edit(format!("without `{line}`"), without);
            if number + 1 < lines.len() {
                let mut exchanged = owned();
                exchanged.swap(number, number + 1);
                edit(format!("`{line}` after the next line"), exchanged);
            }
            for other in others(line) {
                let mut changed = owned();
                let what = format!("`{other}` for `{line}`");
                changed[number] = other;
                edit(what, changed);
            }
        }
    }
    edits
}

/// Replacements of a line: without one of its entries, with another number, with another word.
fn others(line: &str) -> Vec<String> {
    let mut others = Vec::new();
    let entries: Vec<&str> = line.trim_end_matches('}').split(", ").collect();
    let end = &line[line.trim_end_matches('}').len()..];
    for left_out in 1..entries.len() {
        let kept = entries.iter().enumerate().filter(|(at, _)| *at != left_out);
        others.push(kept.map(|(_, entry)| *entry).collect::<Vec<_>>().join(", ") + end);
    }
    let words = [
        ("string", "int"),
        ("int", "float"),
        ("string[]", "string"),
        ("required: true", "required: false"),
        ("type: string", "type: string, format: ms"),
        ("type: string", "type: string, max_length: 7"),
        ("type: string", "type: string, required: true"),
        ("type: string", "type: string, deprecated: true"),
        ("type: string", "type: string, sensitive: true"),
        ("type: int", "type: int, minimum: 2, default: 4"),
        ("POST", "PUT"),
        ("tenant", "user"),
        ("unsafe", "safe"),
        ("name: ", "name: X"),
        ("label: ", "label: x"),
        ("doc: ", "doc: x"),
        ("_", "_x_"),
        ("Kind", "Sort"),
    ];
    others.extend(
        words.iter().filter(|(from, _)| line.contains(from)).map(|(from, to)| line.replacen(from, to, 1)),
    );
    for (at, digit) in line.char_indices().filter(|(_, c)| c.is_ascii_digit()) {
        let next = char::from_digit((digit.to_digit(10).unwrap() + 1) % 10, 10).unwrap();
        others.push(format!("{}{next}{}", &line[..at], &line[at + 1..]));
    }
    others
}
