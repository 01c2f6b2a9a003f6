//! Pages of events: their headings, names and specs.

use super::page::Section;
use crate::resolve::ir::EventId;

/// The sections of an event page: the facts, the body as a table, its example.
pub(super) fn section(name: &str) -> Option<Section> {
    let name = name.trim();
    if name.starts_with("事件订阅示例") {
        // Code of SDKs, without rows or examples.
        Some(Section::Prose)
    } else if name.starts_with("事件体示例") {
        Some(Section::ResponseExample)
    } else if name.starts_with("事件体") {
        Some(Section::Response)
    } else {
        matches!(name, "事件").then_some(Section::Facts)
    }
}

/// `hire.application.stage_changed_v1` → the path of its spec. A name of the old envelope, such as `leave_approval`,
/// contains neither service nor version: its spec is in `legacy`.
pub(super) fn id(event_type: &str) -> Option<EventId> {
    let stem = |text: &str| super::spelling::stem(text);
    let parts: Vec<&str> = event_type.split('.').collect();
    let version = |last: &str| {
        let (event, digits) = last.rsplit_once("_v")?;
        let is_version = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        (is_version && !event.is_empty()).then(|| (event.to_owned(), format!("v{digits}")))
    };
    if let [service, resource @ .., last] = parts.as_slice()
        && !resource.is_empty()
        && let Some((event, version)) = version(last)
    {
        let resource = not_types(stem(&resource.join("_"))?);
        return Some(EventId { service: stem(service)?, version, resource, event: stem(&event)? });
    }
    let name = stem(event_type)?;
    let (service, version) = ("legacy".to_owned(), "v1".to_owned());
    Some(EventId { service, version, resource: not_types(name.clone()), event: name })
}

/// A folder called `types` contains types.
fn not_types(resource: String) -> String {
    if resource == "types" { "type_".to_owned() } else { resource }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_where_a_spec_lies() {
        for (event_type, place) in [
            ("hire.application.stage_changed_v1", Some("hire.v1.application.events.stage_changed")),
            ("contact.employee_type_enum.actived_v3", Some("contact.v3.employee_type_enum.events.actived")),
            ("im.chat.member.bot.added_v1", Some("im.v1.chat_member_bot.events.added")),
            ("leave_approval", Some("legacy.v1.leave_approval.events.leave_approval")),
            ("approval.instance_v", Some("legacy.v1.approval_instance_v.events.approval_instance_v")),
            ("", None),
            ("事件", None),
        ] {
            assert_eq!(id(event_type).map(|id| id.to_string()).as_deref(), place, "{event_type}");
        }
    }
}
