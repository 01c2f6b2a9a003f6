//! A webhook behind axum, and the mock that delivers to it.

use std::time::Duration;

use axum::Router;
use hire_api::event::Webhook;
use hire_gen::mock::{Delivered, Push};

use super::{KEY, Seen, stage_changed};

async fn serve(webhook: Webhook) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().route("/events", webhook.route());
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}/events")
}

#[tokio::test]
async fn e19_a_route_of_axum_takes_what_the_mock_delivers() {
    let seen = Seen::default();
    let url = serve(Webhook::new(seen.events(), KEY).unwrap()).await;
    let again = [Duration::from_millis(5)];
    let push = Push::to(&url).unwrap().with_encrypt_key(KEY).with_redelivery(again);
    push.check_address().await.unwrap();
    let event = stage_changed();
    assert_eq!(push.deliver(&event).await, [Delivered::Answered(200)]);
    assert_eq!(push.deliver(&event).await, [Delivered::Answered(200)]);
    assert_eq!(seen.all(), [event.id()]);
    let other = Push::to(&url).unwrap().with_encrypt_key("other").with_redelivery(again);
    assert_eq!(other.deliver(&stage_changed()).await, [Delivered::Answered(401); 2]);
    assert!(other.check_address().await.is_err());
}

#[tokio::test]
async fn e19_what_is_too_large_is_not_read_to_its_end() {
    let webhook = Webhook::new(Seen::default().events(), KEY).unwrap().with_max_bytes(10);
    let push = Push::to(&serve(webhook).await).unwrap().with_encrypt_key(KEY);
    assert_eq!(push.deliver_once(&stage_changed()).await, Delivered::Answered(413));
}
