//! Sample event handlers with Feishu's own SDKs for Python and Node, over a long connection.

use serde_json::json;

use crate::resolve::ir::{Api, Event, EventEnvelope};
use crate::rust::call;

/// For Python 3 with the package `lark-oapi`.
pub(super) fn python(api: &Api, event: &Event) -> String {
    let name = json!(event.event_type);
    let (kind, id) = match event.envelope {
        EventEnvelope::V1 => ("p1", "uuid"),
        EventEnvelope::V2 => ("p2", "header.event_id"),
    };
    let shown = call::shown(api, event).map(|field| format!(", event.event.get({})", json!(field.wire)));
    let shown = shown.unwrap_or_default();
    format!(
        "import lark_oapi as lark\n\n\n\
         def handle(event: lark.CustomizedEvent) -> None:\n    print(event.{id}{shown})\n\n\n\
         handler = (\n    lark.EventDispatcherHandler.builder(\"\", \"\")\n    \
         .register_{kind}_customized_event({name}, handle)\n    .build()\n)\n\
         lark.ws.Client(app_id, app_secret, event_handler=handler).start()\n"
    )
}

/// For Node 20 or later with the package `@larksuiteoapi/node-sdk`, which merges header and payload into one object.
pub(super) fn node(api: &Api, event: &Event) -> String {
    let name = json!(event.event_type);
    let id = match event.envelope {
        EventEnvelope::V1 => "uuid",
        EventEnvelope::V2 => "event_id",
    };
    let shown = call::shown(api, event).map(|field| format!(", data[{}]", json!(field.wire)));
    let shown = shown.unwrap_or_default();
    format!(
        "import * as lark from \"@larksuiteoapi/node-sdk\";\n\n\
         const eventDispatcher = new lark.EventDispatcher({{}}).register({{\n  \
         {name}: async (data) => {{\n    console.log(data.{id}{shown});\n  }},\n}});\n\
         new lark.WSClient({{ appId, appSecret }}).start({{ eventDispatcher }});\n"
    )
}
