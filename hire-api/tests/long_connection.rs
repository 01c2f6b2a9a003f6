//! Events over a long connection, against the mock.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test ends with a panic, and says what it skips"
)]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use hire_api::Error;
use hire_api::event::{ConnectionState, Events, LongConnection};
use hire_gen::mock::{Delivered, Mock, Push, PushedEvent};
use serde_json::json;
use tokio::task::JoinHandle;

const OK: Delivered = Delivered::Answered(200);

async fn mock() -> Mock {
    let mock = Mock::start(hire_api::SCHEMA_DIR).await.unwrap();
    mock.set_connection_pace(0, 1, 1);
    mock
}

fn push() -> Push {
    let again = [Duration::from_millis(20), Duration::from_secs(1), Duration::from_secs(1)];
    Push::to("http://127.0.0.1/").unwrap().with_redelivery(again)
}

fn event() -> PushedEvent {
    PushedEvent::new(
        "hire.offer.status_changed_v1",
        json!({"offer_id": "7016605170635213100", "name": "张三 长"}),
    )
}

#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Vec<String>>>);

impl Seen {
    fn all(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }

    fn events(&self) -> Events {
        let seen = Arc::clone(&self.0);
        Events::new().on_every(move |delivery| {
            seen.lock().unwrap().push(delivery.header.event_id.clone());
            let name = delivery.field::<String>("name");
            async move {
                if name.as_deref() == Some("张三 长") { Ok(()) } else { Err("another payload".into()) }
            }
        })
    }
}

fn connection(mock: &Mock, events: Events) -> LongConnection {
    let connection = LongConnection::new("cli_mock", "secret-canary", events).unwrap();
    connection.with_base_url(mock.url()).unwrap().with_margin(Duration::from_secs(1))
}

async fn run(connection: &LongConnection) -> JoinHandle<Result<(), Error>> {
    let running = connection.clone();
    let task = tokio::spawn(async move { running.run().await });
    within(connection.wait_for(ConnectionState::Connected)).await;
    task
}

async fn within<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(60), what).await.unwrap()
}

#[tokio::test]
async fn e35_events_arrive_whole_or_in_parts_and_are_answered_when_they_were_handled() {
    let (mock, seen) = (mock().await, Seen::default());
    let connection = connection(&mock, seen.events());
    let task = run(&connection).await;
    let (one, many, wrong) = (event(), event(), PushedEvent::new("a.b_v1", json!({"name": "other"})));
    assert_eq!(mock.deliver(&push(), &one).await, [OK]);
    assert_eq!(mock.deliver(&push(), &one).await, [OK]);
    // With more parts than characters, a cut falls inside a character.
    assert_eq!(mock.deliver(&push().with_parts(200), &many).await, [OK]);
    assert_eq!(seen.all(), [one.id(), many.id()]);
    assert_eq!(mock.deliver(&push().with_redelivery([]), &wrong).await, [Delivered::Answered(500)]);
    assert!(connection.status().last_pong.is_some());
    assert!(!format!("{connection:?} {:?}", connection.status()).contains("canary"));
    task.abort();
}

#[tokio::test]
async fn e36_a_lost_or_half_open_connection_is_made_again_with_a_fresh_address() {
    let (mock, seen) = (mock().await, Seen::default());
    let connection = connection(&mock, seen.events());
    let task = run(&connection).await;
    for (index, lose) in [Mock::drop_connections, Mock::silence_connections].into_iter().enumerate() {
        let opened = mock.connections_opened();
        lose(&mock);
        within(async {
            while mock.connections_opened() == opened {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        })
        .await;
        within(connection.wait_for(ConnectionState::Connected)).await;
        assert_eq!(connection.status().reconnects, u64::try_from(index).unwrap() + 1);
    }
    // The mock accepts each address once and picks one of its connections: one is still half open.
    mock.drop_connections();
    tokio::time::sleep(Duration::from_millis(100)).await;
    within(connection.wait_for(ConnectionState::Connected)).await;
    let event = event();
    assert_eq!(mock.deliver(&push(), &event).await.last(), Some(&OK));
    assert_eq!(seen.all(), [event.id()]);
    task.abort();
}

#[tokio::test]
async fn e45_an_end_that_drops_every_connection_is_not_stormed() {
    let mock = mock().await;
    let connection = connection(&mock, Events::new());
    let task = run(&connection).await;
    for _ in 0..350 {
        mock.drop_connections();
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    // Immediately, after 1 second, and after 2 more.
    assert!((3..=6).contains(&mock.connections_opened()), "{}", mock.connections_opened());
    task.abort();
}

#[tokio::test]
async fn e37_what_is_final_ends_it_and_what_passes_does_not() {
    let mock = mock().await;
    for code in [1_000_040_344, 1_000_040_350, 1_000_040_351, 514, 403] {
        mock.refuse_connections(Some(code));
        let connection = connection(&mock, Events::new());
        let error = within(connection.run()).await.unwrap_err();
        assert_eq!(error.code(), Some(code));
        assert_eq!(connection.status().state, ConnectionState::Stopped);
    }
    mock.refuse_connections(None);
    for refusal in [(403, None), (514, Some(1_000_040_350))] {
        mock.refuse_upgrades(Some(refusal));
        let error = within(connection(&mock, Events::new()).run()).await.unwrap_err();
        assert!(!error.to_string().contains("ticket"), "{error}");
    }
    mock.refuse_upgrades(Some((514, None)));
    let connection = connection(&mock, Events::new());
    let running = connection.clone();
    let task = tokio::spawn(async move { running.run().await });
    within(async {
        while connection.status().reconnects < 2 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
    mock.refuse_upgrades(None);
    within(connection.wait_for(ConnectionState::Connected)).await;
    task.abort();
}

#[tokio::test]
async fn e38_it_stops_when_it_is_told_and_answers_what_is_in_work() {
    let mock = mock().await;
    let events = Events::new().on_every(|_| async {
        tokio::time::sleep(Duration::from_millis(600)).await;
        Ok(())
    });
    let connection = connection(&mock, events);
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let running = connection.clone();
    let task = tokio::spawn(async move { running.run_until(async { drop(stopped.await) }).await });
    within(connection.wait_for(ConnectionState::Connected)).await;
    let (push, event) = (push(), event());
    let delivery = mock.deliver(&push, &event);
    let told = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        drop(stop);
    };
    let (attempts, ()) = futures_util::future::join(delivery, told).await;
    assert_eq!(attempts, [OK]);
    within(task).await.unwrap().unwrap();
    assert_eq!(connection.status().state, ConnectionState::Stopped);
    // The server notices a moment after the client has closed it.
    within(async {
        while mock.connections() != 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
    // A connection attempt also stops at once.
    mock.refuse_connections(Some(1));
    within(connection.run_until(async {})).await.unwrap();
}

#[tokio::test]
async fn e39_bytes_that_are_no_frame_change_nothing() {
    let (mock, seen) = (mock().await, Seen::default());
    let connection = connection(&mock, seen.events());
    let task = run(&connection).await;
    let none: [&[u8]; 4] = [&[], &[0xff; 40], b"\x08", b"\x42\xff\xff\xff\xff\x0f"];
    for bytes in none {
        mock.send_over_connections(bytes);
    }
    assert_eq!(mock.deliver(&push(), &event()).await, [OK]);
    assert_eq!(connection.status().reconnects, 0);
    task.abort();
}

#[tokio::test]
async fn e40_frames_that_official_clients_take_are_taken() {
    let Some(folder) = std::env::var_os("HIRE_VECTORS_DIR") else {
        println!("skipped: HIRE_VECTORS_DIR is not set");
        return;
    };
    let text = std::fs::read_to_string(std::path::Path::new(&folder).join("frames.json")).unwrap();
    let frames: serde_json::Value = serde_json::from_str(&text).unwrap();
    let mock = mock().await;
    let taken: Arc<Mutex<Vec<serde_json::Value>>> = Arc::default();
    let note = Arc::clone(&taken);
    let events = Events::new().on_every(move |delivery| {
        note.lock().unwrap().push(delivery.raw.parse().unwrap());
        async { Ok(()) }
    });
    // The frames contain one event: with a shared ID, the second would be recognised.
    let events = events.with_store(hire_api::event::MemoryStore::new().with_most(0));
    let connection = connection(&mock, events);
    let task = run(&connection).await;
    let mut payload = None;
    for frame in frames.as_array().unwrap() {
        let name = frame.get("name").unwrap().as_str().unwrap();
        let hex = frame.get("hex").unwrap().as_str().unwrap();
        if name.starts_with("event, one part") {
            let text = frame.get("payload").unwrap().as_str().unwrap();
            payload = serde_json::from_str::<serde_json::Value>(text).unwrap().get("event").cloned();
        }
        let pairs = hex.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).unwrap());
        let bytes: Vec<u8> = pairs.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect();
        mock.send_over_connections(&bytes);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    within(async {
        while taken.lock().unwrap().len() < 2 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
    assert_eq!(*taken.lock().unwrap(), vec![payload.unwrap(); 2]);
    task.abort();
}
