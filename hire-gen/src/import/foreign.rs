//! The kind of a text that is not the page of an endpoint, so that the diagnostic can name what to save instead.

/// A text that is not a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Foreign {
    Empty,
    Html,
    /// The portal's answer for a page that is not there.
    Missing,
    Event,
    /// Cells are separated by tabs.
    Tabs,
    /// Tables have no pipes.
    NoTables,
    /// A list of links to other pages.
    Index,
    /// A guide, or anything else.
    Guide,
}

impl Foreign {
    /// Looks at a text that has no method and address that can be read.
    pub(super) fn of(text: &str) -> Self {
        let start: String = text.trim_start().chars().take(200).collect::<String>().to_ascii_lowercase();
        let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty());
        let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
        if text.trim().is_empty() {
            Self::Empty
        } else if start.starts_with("<!doctype") || start.starts_with("<html") || start.contains("<head") {
            Self::Html
        } else if start.contains("document is not found") || start.contains("napi error") {
            Self::Missing
        } else if has(&["事件类型", "Event type", "## 事件"]) {
            Self::Event
        } else if lines().any(|line| line.starts_with("HTTP URL\t") || line.matches('\t').count() > 2) {
            Self::Tabs
        } else if has(&["HTTP URL", "HTTP Method"]) {
            Self::NoTables
        } else if lines().filter(|line| line.contains("](")).count() * 2 > lines().count() {
            Self::Index
        } else {
            Self::Guide
        }
    }

    /// The kind of the text, and the remedy.
    pub(super) fn message(self) -> (&'static str, &'static str) {
        match self {
            Self::Empty => ("the file is empty", "save the page again; see `docs/import.md`"),
            Self::Html => (
                "this is HTML, but pages are read as markdown",
                "save the page's text instead: add `.md` to its address; see `docs/import.md`",
            ),
            Self::Missing => (
                "this is the portal's answer for a page that does not exist or is not public",
                "find the page's current address, and save it again",
            ),
            Self::Event => (
                "this page describes an event, but contains no readable table with the event type (事件类型)",
                "save the page's markdown, whose table has a row `事件类型`; see `docs/import.md`",
            ),
            Self::Tabs => (
                "the tables of this page are separated by tabs",
                "save the page's markdown, whose cells are separated by `|`; see `docs/import.md`",
            ),
            Self::NoTables => (
                "the page names `HTTP URL`, but not in a readable table",
                "are the pipes of its tables missing? Save the page's markdown; see `docs/import.md`",
            ),
            Self::Index => {
                ("this page is a list of links and does not describe an endpoint", "pass the linked pages")
            }
            Self::Guide => (
                "the page does not contain the method and address of an endpoint",
                "pass the page of an endpoint: a table with `HTTP URL` and `HTTP Method`",
            ),
        }
    }
}
