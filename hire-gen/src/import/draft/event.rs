//! The page of an event → a draft.

use super::{Answer, Draft, Drafter, Place, scopes, words};
use crate::import::event;
use crate::import::spelling;
use crate::import::text::unmarked;
use crate::import::yaml::Yaml;
use crate::read::diag::{Code, Severity};
use crate::resolve::ir::EndpointId;
use crate::resolve::name::placeholder_title;

impl Drafter<'_> {
    /// `None` if the page's name of the event is invalid.
    pub(super) fn event(&mut self, event_type: &str) -> Option<Draft> {
        let doc = self.doc;
        let Some(id) = event::id(event_type) else {
            self.problem(
                (0, 0),
                Code::H401,
                Severity::Error,
                format!("`{event_type}` is not the type of an event"),
                "correct the row of the page, or write the spec by hand",
            );
            return None;
        };
        self.service.clone_from(&id.service);
        self.unread();
        let payload = doc.response.iter().find(|field| field.name == "event");
        let rows = payload.map_or(&[][..], |payload| &payload.fields);
        let shape = doc.seen.get(1).and_then(Option::as_ref).and_then(|shape| shape.get("event")).cloned();
        let fields = self.fields(rows, Place::received(), shape.as_ref());
        if payload.is_none() {
            self.problem(
                (0, 0),
                Code::H402,
                Severity::Warning,
                "the page has no table with a row `event`",
                "its fields come from the example; compare them with the page",
            );
        }
        // The old envelope has no `schema`, and a `uuid` where the new one has a header.
        let row = |name: &str| doc.response.iter().any(|field| field.name == name);
        let seen = |name: &str| {
            doc.seen.get(1).and_then(Option::as_ref).is_some_and(|shape| shape.get(name).is_some())
        };
        let old = (row("uuid") || seen("uuid")) && !row("header") && !seen("header");
        let id =
            EndpointId { service: id.service, version: id.version, resource: id.resource, action: id.event };
        Some(Draft {
            head: self.event_head(&id, event_type, old),
            of_event: true,
            call: event_type.to_owned(),
            revised: doc.revised.clone(),
            id,
            path_params: Vec::new(),
            query: Vec::new(),
            headers: Vec::new(),
            body: None,
            response: fields,
            answer: Answer::Fields,
            types: std::mem::take(&mut self.types),
            errors: Vec::new(),
            request_example: None,
            response_example: self.example(doc.response_example.as_ref()),
        })
    }

    fn event_head(&mut self, id: &EndpointId, event_type: &str, old: bool) -> Vec<(String, Yaml)> {
        let doc = self.doc;
        let mut head = Vec::new();
        let mut put = |key: &str, value: Yaml| head.push((key.to_owned(), value));
        put(
            "title",
            Yaml::text(
                self.glossary
                    .title(&doc.title)
                    .unwrap_or_else(|| placeholder_title(&id.resource, &id.action)),
            ),
        );
        if !doc.title.is_empty() {
            put("label", Yaml::text(doc.title.as_str()));
        }
        put("doc", Yaml::text(spelling::address(doc)));
        if let Some(revised) = &doc.revised {
            put("revised", Yaml::plain(revised));
        }
        let page = doc.about.iter().map(|line| unmarked(line)).collect::<Vec<_>>().join(" ");
        if self.full && !page.is_empty() {
            put("about", Yaml::text(page));
        }
        put("event_type", Yaml::text(event_type));
        if !doc.apps.is_empty() {
            put("apps", words(&doc.apps));
        }
        if !doc.scopes.is_empty() {
            put("scopes", scopes(&doc.scopes));
        }
        if !doc.field_scopes.is_empty() {
            put("field_scopes", scopes(&doc.field_scopes));
        }
        if old {
            put("envelope", Yaml::text("v1"));
        }
        head
    }
}
