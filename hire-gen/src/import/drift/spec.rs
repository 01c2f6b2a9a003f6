//! An endpoint or an event, if the difference does not matter.

use std::collections::BTreeSet;
use std::fmt;

use crate::read::grammar::{ENDPOINT_SHAPE, EVENT_SHAPE};
use crate::resolve::ir::{
    Api, Base, Endpoint, EndpointId, ErrorCode, Event, Field, Home, Kind, Scope, TypeId,
};

/// The name of an endpoint or an event.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SpecId {
    /// `hire.v1.talent.get`
    Endpoint(EndpointId),
    /// The value of its `event_type`: `hire.application.stage_changed_v1`.
    Event(String),
}

impl fmt::Display for SpecId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Endpoint(id) => write!(f, "{id}"),
            Self::Event(event_type) => f.write_str(event_type),
        }
    }
}

/// An endpoint or an event.
#[derive(Clone, Copy)]
pub(super) enum Spec<'a> {
    Endpoint(&'a Endpoint),
    Event(&'a Event),
}

impl<'a> Spec<'a> {
    pub(super) fn find(api: &'a Api, id: &SpecId) -> Option<Self> {
        match id {
            SpecId::Endpoint(id) => {
                api.endpoints.iter().find(|endpoint| endpoint.id == *id).map(Self::Endpoint)
            }
            SpecId::Event(event_type) => api.event(event_type).map(Self::Event),
        }
    }

    /// The same endpoint or event in another schema, where its name may be different.
    pub(super) fn of(self, api: &Api) -> Option<Spec<'_>> {
        match self {
            Self::Endpoint(own) => {
                let call = super::call(own);
                api.endpoints.iter().find(|endpoint| super::call(endpoint) == call).map(Spec::Endpoint)
            }
            Self::Event(own) => api.event(&own.event_type).map(Spec::Event),
        }
    }

    /// Its file.
    pub(super) fn file(self) -> u32 {
        match self {
            Self::Endpoint(endpoint) => endpoint.at.file,
            Self::Event(event) => event.at.file,
        }
    }

    /// Where its own types are.
    pub(super) fn home(self) -> Home {
        match self {
            Self::Endpoint(endpoint) => Home::Local(endpoint.id.clone()),
            Self::Event(event) => Home::Event(event.id.clone()),
        }
    }

    /// Service and version.
    pub(super) fn version(self) -> (&'a str, &'a str) {
        match self {
            Self::Endpoint(Endpoint { id, .. }) => (&id.service, &id.version),
            Self::Event(Event { id, .. }) => (&id.service, &id.version),
        }
    }

    pub(super) fn resource(self) -> &'a str {
        match self {
            Self::Endpoint(endpoint) => &endpoint.id.resource,
            Self::Event(event) => &event.id.resource,
        }
    }

    /// The keys of its file, in the usual order.
    pub(super) fn keys(self) -> Vec<&'static str> {
        let shape = match self {
            Self::Endpoint(_) => &ENDPOINT_SHAPE,
            Self::Event(_) => &EVENT_SHAPE,
        };
        shape.keys.iter().map(|key| key.name).collect()
    }

    pub(super) fn revised(self) -> Option<&'a str> {
        match self {
            Self::Endpoint(endpoint) => endpoint.revised.as_deref(),
            Self::Event(event) => event.revised.as_deref(),
        }
    }

    pub(super) fn label(self) -> Option<&'a str> {
        match self {
            Self::Endpoint(endpoint) => endpoint.label.as_deref(),
            Self::Event(event) => event.label.as_deref(),
        }
    }

    pub(super) fn apps(self) -> &'a [crate::resolve::ir::App] {
        match self {
            Self::Endpoint(endpoint) => &endpoint.apps,
            Self::Event(event) => &event.apps,
        }
    }

    /// The scopes below `scopes` or `field_scopes`.
    pub(super) fn scopes(self, key: &str) -> &'a [Scope] {
        let (scopes, field_scopes) = match self {
            Self::Endpoint(endpoint) => (&endpoint.scopes, &endpoint.field_scopes),
            Self::Event(event) => (&event.scopes, &event.field_scopes),
        };
        if key == "scopes" { scopes } else { field_scopes }
    }

    /// An event has none.
    pub(super) fn errors(self) -> &'a [ErrorCode] {
        match self {
            Self::Endpoint(endpoint) => &endpoint.errors,
            Self::Event(_) => &[],
        }
    }

    fn section(self, name: &str) -> Option<&'a [Field]> {
        match (self, name) {
            (Self::Endpoint(endpoint), "path_params") => Some(&endpoint.path_params),
            (Self::Endpoint(endpoint), "query") => Some(&endpoint.query),
            (Self::Endpoint(endpoint), "headers") => Some(&endpoint.headers),
            (Self::Endpoint(endpoint), "body") => endpoint.body.as_deref(),
            (Self::Endpoint(endpoint), "response") => Some(&endpoint.response),
            (Self::Event(event), "fields") => Some(&event.fields),
            _ => None,
        }
    }

    /// `body.education_list.degree` → the field; `body` → the list that the body is.
    pub(super) fn field(self, api: &'a Api, path: &str) -> Option<&'a Field> {
        match path.rsplit_once('.') {
            Some((around, name)) => self.fields(api, around)?.iter().find(|field| field.wire == name),
            None => self.section(path)?.iter().find(|field| field.whole),
        }
    }

    /// The fields of a section or an object, or of the objects in a list.
    pub(super) fn fields(self, api: &'a Api, path: &str) -> Option<&'a [Field]> {
        let mut steps = path.split('.');
        let section = self.section(steps.next()?)?;
        let mut fields = match section {
            [list] if list.whole => inside(api, list)?,
            fields => fields,
        };
        for step in steps {
            fields = inside(api, fields.iter().find(|field| field.wire == step)?)?;
        }
        Some(fields)
    }

    /// The types that callers send.
    pub(super) fn sent_types(self, api: &Api) -> BTreeSet<TypeId> {
        match self {
            Self::Endpoint(endpoint) => reached(api, endpoint.sent()),
            Self::Event(_) => BTreeSet::new(),
        }
    }

    /// The types that callers and receivers get.
    pub(super) fn received_types(self, api: &Api) -> BTreeSet<TypeId> {
        match self {
            Self::Endpoint(endpoint) => reached(api, &endpoint.response),
            Self::Event(event) => reached(api, &event.fields),
        }
    }
}

fn reached<'a>(api: &'a Api, fields: impl IntoIterator<Item = &'a Field>) -> BTreeSet<TypeId> {
    let mut open: Vec<&Field> = fields.into_iter().collect();
    let mut found = BTreeSet::new();
    while let Some(field) = open.pop() {
        if let Base::Type(id) = field.ty.base
            && found.insert(id)
        {
            open.extend(inside(api, field).unwrap_or_default());
        }
    }
    found
}

/// The fields of the object that a field is.
fn inside<'a>(api: &'a Api, field: &Field) -> Option<&'a [Field]> {
    let Base::Type(id) = field.ty.base else { return None };
    match &api.type_(id)?.kind {
        Kind::Object(fields) => Some(fields),
        Kind::Enum { .. } => None,
    }
}
