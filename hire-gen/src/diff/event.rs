//! Compares events: which exist, what subscribing requires, and their payloads.

use super::endpoint::structure;
use super::kind::{Effect, Kind};
use super::structs::Slot;
use super::{At, Compare};
use crate::resolve::ir::{Event, Home};

impl Compare<'_> {
    pub(super) fn events(&mut self) {
        let (old, new) = (self.old.api, self.new.api);
        let pairs = self.pairs.events.clone();
        for (index, event) in new.events.iter().enumerate() {
            let at = At::event(&event.id);
            let before = pairs.iter().find(|(_, new)| *new == index);
            match before.and_then(|(before, _)| old.events.get(*before)) {
                Some(before) => self.event(&at, before, event),
                None => self.say(at.change(Kind::EventAdded, Effect::ADDS).added(&event.event_type)),
            }
        }
        for (index, event) in old.events.iter().enumerate() {
            if !pairs.iter().any(|(old, _)| *old == index) {
                let change = At::event(&event.id).change(Kind::EventRemoved, Effect::BREAKS);
                self.say(change.removed(&event.event_type));
            }
        }
    }

    fn event(&mut self, at: &At, old: &Event, new: &Event) {
        if old.id != new.id {
            let why = "the paths of its payload and types change";
            let change = at.change(Kind::EventRenamed, Effect::BREAKS_RUST).key("name").why(why);
            self.say(change.changed(old.id.to_string(), new.id.to_string()));
        }
        if old.event_type != new.event_type {
            let why = "existing handlers are never called";
            let change = at.change(Kind::EventType, Effect::BREAKS_WIRE).key("event_type").why(why);
            self.say(change.changed(&old.event_type, &new.event_type));
        }
        self.apps(at, &old.apps, &new.apps);
        self.scopes(at, &old.scopes, &new.scopes);
        self.section_scopes(at, &old.field_scopes, &new.field_scopes);
        if old.envelope != new.envelope {
            let why = "existing receivers expect the old envelope";
            let change = at.change(Kind::Envelope, Effect::BREAKS_WIRE).key("envelope").why(why);
            self.say(change.changed(old.envelope.as_str(), new.envelope.as_str()));
        }
        let (old_home, new_home) = (Home::Event(old.id.clone()), Home::Event(new.id.clone()));
        let (from, to) = (self.old.api, self.new.api);
        let before = structure(from, &old_home, Slot::all("event", &old.fields), false);
        self.structs(at, &before, &structure(to, &new_home, Slot::all("event", &new.fields), false));
        self.text(at, "title", Some(&old.title), Some(&new.title));
        self.text(at, "label", old.label.as_deref(), new.label.as_deref());
        self.text(at, "about", old.about.as_deref(), new.about.as_deref());
        self.text(at, "doc", Some(&old.doc), Some(&new.doc));
        self.text(at, "revised", old.revised.as_deref(), new.revised.as_deref());
        self.example(at, "event.json", old.example.as_ref(), new.example.as_ref());
    }
}
