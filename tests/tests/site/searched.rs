//! The search of the site in a real browser: typos, names in program style, pinyin, and parts of paths.

use super::browser::{Site, browser};
use crate::committed;

/// Typed texts, and the operations of which one is expected.
const TYPED: [(&str, &[&str]); 12] = [
    ("intervew", &["hire.v1.interview.list"]),
    ("attachemnt", &["hire.v1.attachment.get"]),
    ("combinedCreate", &["hire.v1.talent.combined_create"]),
    ("TalentPool", &["hire.v1.talent_pool.search"]),
    ("createNote", &["hire.v1.note.create"]),
    ("cjrc", &["hire.v1.talent.combined_create"]),
    ("beizhu", &["hire.v1.note.create", "hire.v1.note.list"]),
    ("/open-apis/hire/v1/talents/combined_create", &["hire.v1.talent.combined_create"]),
    ("GET hire/v1/notes", &["hire.v1.note.list"]),
    ("talents/:talent_id/onboard_status", &["hire.v1.talent.onboard_status"]),
    ("note.delete", &["hire.v1.note.delete"]),
    ("INTERVIEW Records", &["hire.v1.interview_record.list"]),
];

#[test]
fn typos_spellings_pinyin_and_pieces_of_paths_find_the_operation() {
    let Some(browser) = browser() else { return };
    let mut site = Site::open(&committed(), &browser);
    let mut wrong = Vec::new();
    for (text, meant) in TYPED {
        site.go("index.html");
        site.search(text);
        let first = "[...document.querySelectorAll('#results li .where')].slice(0, 3).map((one) => one.textContent).join('  ')";
        let first = site.tab.text(first);
        let names: Vec<&str> = first.split("  ").collect();
        if !meant.iter().all(|name| names.contains(name)) {
            wrong.push(format!("{text}: {first}"));
        }
    }
    site.close();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
