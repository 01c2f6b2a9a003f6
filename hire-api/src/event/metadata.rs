//! Metadata of events.

use crate::wire::metadata::App;

/// The documented metadata of an event.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct EventMetadata {
    /// Feishu's name of the event: `hire.application.stage_changed_v1`.
    pub name: &'static str,
    /// English title.
    pub title: &'static str,
    /// Address of the page.
    pub doc: &'static str,
    /// Apps that may subscribe to it.
    pub apps: &'static [App],
    /// Scopes, one of which suffices to subscribe.
    pub scopes: &'static [&'static str],
    /// Scopes without which some fields of the payload are empty.
    pub field_scopes: &'static [&'static str],
    /// The envelope of the payload.
    pub envelope: EventEnvelope,
}

impl EventMetadata {
    /// Creates the metadata of an event with defaults: any app may subscribe, and the envelope is 2.0.
    pub const fn new(name: &'static str) -> Self {
        Self {
            name,
            title: "",
            doc: "",
            apps: &[],
            scopes: &[],
            field_scopes: &[],
            envelope: EventEnvelope::V2,
        }
    }

    /// Adds a title and the address of the page.
    #[must_use]
    pub const fn with_page(self, title: &'static str, doc: &'static str) -> Self {
        Self { title, doc, ..self }
    }

    /// Adds the apps that may subscribe.
    #[must_use]
    pub const fn with_apps(self, apps: &'static [App]) -> Self {
        Self { apps, ..self }
    }

    /// Adds the scopes for subscribing, and those that some fields of the payload need.
    #[must_use]
    pub const fn with_scopes(
        self,
        scopes: &'static [&'static str],
        field_scopes: &'static [&'static str],
    ) -> Self {
        Self { scopes, field_scopes, ..self }
    }

    /// Adds the envelope of the payload.
    #[must_use]
    pub const fn with_envelope(self, envelope: EventEnvelope) -> Self {
        Self { envelope, ..self }
    }
}

/// An envelope of events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EventEnvelope {
    /// `ts`, `uuid`, `token`, `type` and `event`, which also names the event.
    V1,
    /// `schema`, `header` and `event`.
    V2,
}
