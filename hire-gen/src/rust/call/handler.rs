//! A sample event handler in Rust.

use crate::resolve::ir::{Api, Base, Event, Field, Kind};
use crate::resolve::name;

/// The statements that create `events` with a handler of this event.
///
/// `root` is the path to the generated code: a crate such as `hire_api`, or a module.
pub fn handler(api: &Api, event: &Event, root: &str) -> String {
    let id = &event.id;
    let path = [&id.service, &id.version, &id.resource].map(|part| name::module(part)).join("::");
    let payload = name::type_from_stem(&id.event);
    let shown = shown(api, event).map(|field| format!("delivery.event.{}", field.ident));
    let shown = shown.unwrap_or_else(|| "delivery.header.event_type".to_owned());
    // Imported by module, since the payload may have one of these names.
    format!(
        "use hire_api::event::{{Delivery, Events}};\nuse {root}::{path}::events;\n\n\
         let events = Events::new().on(|delivery: Delivery<events::{payload}>| async move {{\n    \
         println!(\"{{}}: {{:?}}\", delivery.header.event_id, {shown});\n    Ok(())\n}});\n"
    )
}

/// The first field of a payload that an example can show: a single value that is not sensitive.
pub(crate) fn shown<'a>(api: &Api, event: &'a Event) -> Option<&'a Field> {
    let is_value = |field: &&Field| {
        let object = |id| matches!(api.type_(id).map(|ty| &ty.kind), Some(Kind::Object(_)));
        let nested = matches!(field.ty.base, Base::Type(id) if object(id));
        !nested
            && !field.ty.is_map()
            && !field.sensitive
            && field.unusable.is_none()
            && field.deprecated.is_none()
    };
    event.fields.iter().find(is_value)
}
