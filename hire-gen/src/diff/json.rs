//! A diff as JSON; `docs/diff.md` describes the keys.

use serde_json::{Value, json};

use super::{Change, Diff, Impact, Subject};

impl Diff {
    /// One object, the same bytes for the same diff.
    pub fn to_json(&self) -> Value {
        let counts = Impact::ALL.map(|impact| (impact.as_str().to_owned(), self.of(impact).count().into()));
        let step = self.impact().map(Impact::step);
        json!({
            "impact": self.impact().map(Impact::as_str),
            "step": step.map(super::Step::as_str),
            "step_before_1": step.map(|step| step.before_1().as_str()),
            "counts": serde_json::Map::from_iter(counts),
            "changes": self.changes.iter().map(change).collect::<Vec<_>>(),
            "shared_types": self.shared.iter().map(|shared| json!({
                "name": shared.name,
                "used_by": shared.used_by.iter().map(|one| json!({
                    "endpoint": matches!(one.user, Subject::Endpoint(_)).then(|| one.user.to_string()),
                    "event": matches!(one.user, Subject::Event(_)).then(|| one.user.to_string()),
                    "sent": one.sent,
                    "received": one.received,
                })).collect::<Vec<_>>(),
            })).collect::<Vec<_>>(),
        })
    }
}

fn change(change: &Change) -> Value {
    let (endpoint, event, shared_type) = match &change.subject {
        Subject::Api => (None, None, None),
        Subject::Endpoint(id) => (Some(id.to_string()), None, None),
        Subject::Event(id) => (None, Some(id.to_string()), None),
        Subject::SharedType(name) => (None, None, Some(name)),
    };
    json!({
        "impact": change.impact.as_str(),
        "rust": change.rust,
        "wire": change.wire,
        "kind": change.kind.as_str(),
        "endpoint": endpoint,
        "event": event,
        "shared_type": shared_type,
        "path": change.path,
        "also": change.also,
        "key": change.key,
        "old": change.old,
        "new": change.new,
        "why": change.why,
    })
}
