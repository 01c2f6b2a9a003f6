//! Deliveries that Feishu's own SDK accepts, from the folder named by `HIRE_VECTORS_DIR`; skipped without it.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::{env, fs};

use hire_api::Json;
use hire_api::event::{Delivery, Events, Webhook};
use serde_json::Value;

fn vectors() -> Option<Value> {
    let folder = PathBuf::from(env::var_os("HIRE_VECTORS_DIR")?);
    Some(serde_json::from_str(&fs::read_to_string(folder.join("webhook.json")).unwrap()).unwrap())
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("no {name}"))
}

fn headers(event: &Value) -> Vec<(String, String)> {
    let headers = event["headers"].as_object().unwrap();
    headers.iter().map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned())).collect()
}

#[tokio::test]
async fn e20_every_delivery_of_the_vectors_is_taken_without_loss_and_nothing_else() {
    let Some(vectors) = vectors() else {
        println!("skipped: HIRE_VECTORS_DIR is not set");
        return;
    };
    let taken: Arc<Mutex<Vec<Delivery<Json>>>> = Arc::default();
    let note = Arc::clone(&taken);
    let events = Events::new().on_every(move |delivery| {
        note.lock().unwrap().push(delivery);
        async { Ok(()) }
    });
    let (key, token) = (text(&vectors, "encrypt_key"), text(&vectors, "verification_token"));
    let webhook = Webhook::new(events, key).unwrap().with_verification_token(token).unwrap();
    let other = Webhook::new(Events::new(), "another key").unwrap();
    for check in vectors["url_verification"].as_array().unwrap() {
        let answer = webhook.answer(headers(check), text(check, "body").as_bytes()).await;
        let challenge: Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!((answer.status, &challenge), (200, &check["expect"]));
    }
    let events = vectors["events"].as_array().unwrap();
    assert_eq!(events.len(), 17);
    for event in events {
        let (name, body, headers) = (text(event, "event_type"), text(event, "body"), headers(event));
        for at in 0..body.len() {
            let mut altered = body.as_bytes().to_vec();
            altered[at] ^= 4;
            let answer = webhook.answer(headers.clone(), &altered).await;
            assert_eq!((answer.status, answer.body.as_str()), (401, r#"{"msg":"refused"}"#), "{name} {at}");
        }
        let again = serde_json::from_str::<Value>(body).unwrap().to_string();
        assert_ne!(again, body);
        let none: [(&str, &str); 0] = [];
        assert_eq!(webhook.answer(headers.clone(), again.as_bytes()).await.status, 401, "{name}");
        assert_eq!(webhook.answer(none, body.as_bytes()).await.status, 401, "{name}");
        assert_eq!(other.answer(headers.clone(), body.as_bytes()).await.status, 401, "{name}");
        let small = webhook.clone().with_max_bytes(body.len() - 1);
        assert_eq!(small.answer(headers.clone(), body.as_bytes()).await.status, 413, "{name}");
        assert_eq!(webhook.answer(headers.clone(), body.as_bytes()).await.status, 200, "{name}");
        // A replay is recognised.
        assert_eq!(webhook.answer(headers, body.as_bytes()).await.status, 200, "{name}");
    }
    let taken = taken.lock().unwrap();
    assert_eq!(taken.len(), events.len());
    for (delivery, event) in taken.iter().zip(events) {
        let plain: Value = serde_json::from_str(text(event, "plain")).unwrap();
        assert_eq!(delivery.header.event_type, text(event, "event_type"));
        assert_eq!(delivery.raw.parse::<Value>().unwrap(), plain["event"]);
        // Unchanged, byte for byte.
        assert!(text(event, "plain").contains(delivery.raw.get()));
    }
}
