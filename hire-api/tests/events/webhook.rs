//! The sender and the contents of deliveries.

use std::time::Duration;

use hire_api::event::{EventEnvelope, Events, Webhook};
use hire_api::{Client, Json};
use hire_gen::mock::PushedEvent;
use serde_json::{Value, json};

use super::{KEY, Seen, StageChanged, TOKEN, push, sealed, send, stage_changed, status, webhook};

#[tokio::test]
async fn e01_an_address_is_checked_before_and_without_a_signature() {
    let challenge = "a \"quoted\" \\ 长 challenge";
    for (webhook, push) in [
        (webhook(Events::new()), sealed()),
        (webhook(Events::new()).with_verification_token(TOKEN).unwrap(), sealed()),
        (Webhook::unencrypted(Events::new(), TOKEN).unwrap(), push()),
    ] {
        let check = push.sealed_check(challenge);
        assert!(check.headers.iter().all(|(name, _)| !name.starts_with("X-Lark")));
        let answer = send(&webhook, &check).await;
        let body: Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!((answer.status, body), (200, json!({ "challenge": challenge })));
    }
    // From another sender it is refused.
    let other = push().with_verification_token("other");
    assert_eq!(
        status(&Webhook::unencrypted(Events::new(), TOKEN).unwrap(), &other.sealed_check("c")).await,
        401
    );
    assert_eq!(
        status(
            &webhook(Events::new()).with_verification_token(TOKEN).unwrap(),
            &other.with_encrypt_key(KEY).sealed_check("c")
        )
        .await,
        401
    );
    assert_eq!(status(&webhook(Events::new()), &push().with_encrypt_key("o").sealed_check("c")).await, 401);
    assert_eq!(status(&webhook(Events::new()), &push().sealed_check("c")).await, 401);
}

#[tokio::test]
async fn e02_the_signature_is_over_the_bytes_as_they_came() {
    let seen = Seen::default();
    let webhook = webhook(seen.events());
    let good = sealed().sealed(&stage_changed());
    for at in 0..good.body.len() {
        let mut body = good.body.clone().into_bytes();
        body[at] ^= 1;
        let answer = webhook.answer(good.headers.clone(), &body).await;
        assert_eq!((answer.status, answer.body.as_str()), (401, r#"{"msg":"refused"}"#), "byte {at}");
    }
    // The same JSON with other bytes.
    let spaced = good.body.replacen(':', ": ", 1);
    assert_eq!(webhook.answer(good.headers.clone(), spaced.as_bytes()).await.status, 401);
    assert_eq!(seen.all(), Vec::<String>::new());
    let lower: Vec<_> =
        good.headers.iter().map(|(name, value)| (name.to_lowercase(), value.clone())).collect();
    assert_eq!(webhook.answer(lower, good.body.as_bytes()).await.status, 200);
    assert_eq!(seen.all().len(), 1);
}

#[tokio::test]
async fn e03_whatever_is_wrong_the_answer_is_one() {
    let seen = Seen::default();
    let webhook = webhook(seen.events()).with_verification_token(TOKEN).unwrap();
    let good = sealed().sealed(&stage_changed());
    let mut wrong = vec![
        push().sealed(&stage_changed()),
        push().with_encrypt_key("another key").sealed(&stage_changed()),
        sealed().with_verification_token("other").sealed(&stage_changed()),
        sealed().with_verification_token("").sealed(&stage_changed()),
    ];
    for name in ["X-Lark-Signature", "X-Lark-Request-Timestamp", "X-Lark-Request-Nonce"] {
        let mut without = good.clone();
        without.headers.retain(|(known, _)| known != name);
        wrong.push(without);
        let mut other = good.clone();
        for header in other.headers.iter_mut().filter(|(known, _)| known == name) {
            header.1.push('0');
        }
        wrong.push(other);
    }
    for body in ["", "{}", "[]", "{\"encrypt\":5}", "{\"encrypt\":\"\"}", "{\"encrypt\":\"AAAA\"}", "\u{0}"] {
        let mut other = good.clone();
        other.body = body.to_owned();
        wrong.push(other);
    }
    for (index, sealed) in wrong.iter().enumerate() {
        let answer = send(&webhook, sealed).await;
        assert_eq!((answer.status, answer.body.as_str()), (401, r#"{"msg":"refused"}"#), "{index}");
    }
    assert_eq!(seen.all(), Vec::<String>::new());
    assert_eq!(status(&webhook, &good).await, 200);
}

#[test]
fn e04_what_proves_nothing_is_refused_at_once() {
    assert!(Webhook::new(Events::new(), "").is_err());
    assert!(Webhook::unencrypted(Events::new(), "").is_err());
    assert!(webhook(Events::new()).with_verification_token("").is_err());
}

#[tokio::test]
async fn e06_size_and_time_are_bounded() {
    let good = sealed().sealed(&stage_changed());
    let small = webhook(Events::new()).with_max_bytes(good.body.len() - 1);
    assert_eq!(status(&small, &good).await, 413);
    assert_eq!(status(&small.with_max_bytes(good.body.len()), &good).await, 200);
    let exact = webhook(Events::new()).with_tolerance(Duration::ZERO);
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    assert_eq!(status(&exact, &good).await, 401);
    assert_eq!(status(&exact.with_tolerance(Duration::from_secs(3_600)), &good).await, 200);
}

#[tokio::test]
async fn e07_both_envelopes_arrive_with_header_and_payload_apart() {
    let seen = Seen::default();
    let (typed, untyped) = (seen.clone(), seen.clone());
    let events = Events::new()
        .on::<StageChanged>(move |delivery| {
            let unknown: Json = delivery.field("new").unwrap();
            let event = &delivery.event;
            let Some((id, time)) = event.application_id.as_ref().zip(event.update_time) else { panic!() };
            typed.note(format!("{:?} {id} {time} {}", delivery.header.envelope, unknown.get()));
            async { Ok(()) }
        })
        .on_type("leave_approval", move |delivery| {
            let Json { .. } = delivery.event;
            untyped.note(format!("{:?} {}", delivery.header.envelope, delivery.header.tenant_key));
            async { Ok(()) }
        });
    let subscribed: Vec<_> = events.subscribed().map(|metadata| metadata.name).collect();
    assert_eq!(subscribed, ["hire.application.stage_changed_v1"]);
    let webhook = webhook(events);
    assert_eq!(status(&webhook, &sealed().sealed(&stage_changed())).await, 200);
    let old = PushedEvent::new("leave_approval", json!({"leave_type": "x"})).in_v1();
    assert_eq!(status(&webhook, &sealed().sealed(&old)).await, 200);
    let v2 = format!("{:?} 6891470273284114702 1652806656258 {}", EventEnvelope::V2, r#"{"a":[1.5]}"#);
    assert_eq!(seen.all(), [v2, "V1 mock-tenant".to_owned()]);
}

#[tokio::test]
async fn e08_an_unknown_type_is_answered_200_and_goes_to_the_fall_back() {
    let unknown = PushedEvent::new("hire.unheard_of_v9", json!({}));
    assert_eq!(status(&webhook(Events::new()), &sealed().sealed(&unknown)).await, 200);
    let seen = Seen::default();
    let (fall_back, known) = (seen.clone(), seen.clone());
    let events = Events::new()
        .on::<StageChanged>(move |_| {
            known.note("known");
            async { Ok(()) }
        })
        .otherwise(move |delivery| {
            fall_back.note(delivery.header.event_type);
            async { Ok(()) }
        });
    let webhook = webhook(events);
    assert_eq!(status(&webhook, &sealed().sealed(&unknown)).await, 200);
    assert_eq!(status(&webhook, &sealed().sealed(&stage_changed())).await, 200);
    assert_eq!(seen.all(), ["hire.unheard_of_v9", "known"]);
}

#[tokio::test]
async fn e15_a_ticket_reaches_its_store_app_and_no_other() {
    let store_app =
        |id: &str| Client::builder(id, "s").with_base_url("http://127.0.0.1:9").build_store_app().unwrap();
    let (own, other) = (store_app("cli_mock"), store_app("cli_other"));
    let webhook = webhook(Events::new().with_store_app(&own).with_store_app(&other));
    let ticket = PushedEvent::new("app_ticket", json!({"app_ticket": "a ticket"})).in_v1();
    assert_eq!(status(&webhook, &sealed().sealed(&ticket)).await, 200);
    assert!(own.has_ticket() && !other.has_ticket());
}

#[tokio::test]
async fn e16_nothing_shows_keys_tokens_or_payloads() {
    let seen = Seen::default();
    let note = seen.clone();
    let events = Events::new().on_every(move |delivery| {
        note.note(format!("{delivery:?}"));
        async { Ok(()) }
    });
    let webhook = webhook(events).with_verification_token(TOKEN).unwrap();
    assert_eq!(status(&webhook, &sealed().sealed(&stage_changed())).await, 200);
    let shown = format!("{webhook:?} {:?}", seen.all());
    for secret in [KEY, TOKEN, "6891470273284114702"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}
