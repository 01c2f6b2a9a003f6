//! Event handlers by type, and how they run.

use std::collections::BTreeMap;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;

use super::delivery::Delivery;
use super::envelope::Arrived;
use super::metadata::EventMetadata;
use super::once::{EventStore, MemoryStore};
use super::watch::{EventNotice, EventWatch, HandlerError};
use super::{Event, decode};
use crate::client::store_app::StoreApp;
#[cfg(feature = "sign-in")]
use crate::sign_in::SignIn;
use crate::wire::mismatch::Mismatches;
use crate::wire::read::Reading;
use crate::wire::value::Json;

/// A function that handles an event: `|delivery| async move { .. Ok(()) }`.
pub trait Handler<E>: Fn(Delivery<E>) -> <Self as Handler<E>>::Future + Send + Sync + 'static {
    /// The returned future.
    type Future: Future<Output = Result<(), HandlerError>> + Send + 'static;
}

impl<E, F, R> Handler<E> for F
where
    F: Fn(Delivery<E>) -> R + Send + Sync + 'static,
    R: Future<Output = Result<(), HandlerError>> + Send + 'static,
{
    type Future = R;
}

pub(super) type Handling = Pin<Box<dyn Future<Output = Result<(), HandlerError>> + Send>>;
type Run = Box<dyn Fn(&Arrived) -> Result<Handling, HandlerError> + Send + Sync>;

/// The handlers of events, for a [`Webhook`](super::Webhook) or another receiver.
///
/// ```
/// use hire_api::event::{Delivery, Events};
/// use hire_api::Json;
///
/// let events = Events::new()
///     .on_type("hire.offer.status_changed_v1", |delivery: Delivery<Json>| async move {
///         println!("{}", delivery.header.event_id);
///         Ok(())
///     })
///     .otherwise(|delivery| async move {
///         println!("nobody waits for {}", delivery.header.event_type);
///         Ok(())
///     });
/// # drop(events);
/// ```
///
/// An event is done when its handlers have succeeded; it is then remembered for 8 hours, longer than Feishu repeats
/// deliveries, and not handled again. If a handler fails or panics, the answer is 500 and Feishu delivers the event again,
/// after 15 seconds, 5 minutes, 1 hour and 6 hours. If a worker is killed in between, the next delivery is handled. A
/// handler may therefore see an event again that it has handled in part.
#[must_use]
pub struct Events {
    by_type: BTreeMap<String, Vec<Run>>,
    every: Vec<Run>,
    otherwise: Vec<Run>,
    subscribed: Vec<&'static EventMetadata>,
    pub(super) store: Arc<dyn EventStore>,
    pub(super) answer_first: bool,
    pub(super) room: Arc<Semaphore>,
    pub(super) most: usize,
    pub(super) watch: EventWatch,
}

/// Each is a task and a payload; a worker with more events in work is too slow anyway.
const MOST_IN_WORK: usize = 1_000;

impl Events {
    /// Creates an empty set: every event is accepted and dropped.
    pub fn new() -> Self {
        Self {
            by_type: BTreeMap::new(),
            every: Vec::new(),
            otherwise: Vec::new(),
            subscribed: Vec::new(),
            store: Arc::new(MemoryStore::new()),
            answer_first: false,
            room: Arc::new(Semaphore::new(MOST_IN_WORK)),
            most: MOST_IN_WORK,
            watch: EventWatch::default(),
        }
    }

    /// Handles the events of one type. Several handlers of one type run one after the other.
    pub fn on<E: Event>(mut self, handler: impl Handler<E>) -> Self {
        self.subscribed.push(E::METADATA);
        self.add(E::METADATA.name, run(handler, decode::<E>))
    }

    /// Handles the events of a type given by its name; their payload stays JSON.
    pub fn on_type(self, event_type: &str, handler: impl Handler<Json>) -> Self {
        self.add(event_type, run(handler, untyped))
    }

    /// Handles the events without another handler. By default they are dropped; Feishu receives a success either way.
    pub fn otherwise(mut self, handler: impl Handler<Json>) -> Self {
        self.otherwise.push(run(handler, untyped));
        self
    }

    /// Handles every event, before the handlers of its type.
    pub fn on_every(mut self, handler: impl Handler<Json>) -> Self {
        self.every.push(run(handler, untyped));
        self
    }

    /// Passes the tickets that Feishu pushes to a store app. Tickets of other apps are ignored, so several apps may
    /// share one address.
    pub fn with_store_app(self, app: &StoreApp) -> Self {
        let app = app.clone();
        self.on_type("app_ticket", move |delivery| {
            let ticket = delivery.field::<String>("app_ticket");
            if let Some(ticket) = ticket.filter(|_| delivery.header.app_id == app.app_id()) {
                app.set_ticket(ticket);
            }
            async { Ok(()) }
        })
    }

    /// Forgets the tokens of users whose consent was revoked, by the event `auth.user_access_token.revoked_v4`.
    #[cfg(feature = "sign-in")]
    pub fn with_sign_in(self, sign_in: &SignIn) -> Self {
        let sign_in = sign_in.clone();
        self.on_type("auth.user_access_token.revoked_v4", move |delivery| {
            let sign_in = sign_in.clone();
            async move {
                let Some(open_id) = delivery.field::<String>("open_id") else {
                    return Err("the event does not name the user whose tokens were revoked".into());
                };
                let key = SignIn::key(&delivery.header.tenant_key, &open_id);
                Ok(sign_in.revoked(&key, delivery.header.sent()).await?)
            }
        })
    }

    /// Sets the store of handled events. Defaults to a [`MemoryStore`]. Several workers share one in Redis.
    pub fn with_store(mut self, store: impl EventStore) -> Self {
        self.store = Arc::new(store);
        self
    }

    /// Answers Feishu as soon as an event is claimed, and handles it afterwards.
    ///
    /// For handlers that take longer than the 3 seconds that Feishu waits. Feishu does not deliver such an event
    /// again: a failed handler is repeated here, after the same times, and an event is **lost** if the process ends
    /// before that. Call [`idle`](Self::idle) before you end it.
    pub fn with_answer_first(mut self) -> Self {
        self.answer_first = true;
        self
    }

    /// Sets how many events may be in work at the same time. Defaults to 1,000. Further events are refused, and
    /// Feishu delivers them again.
    pub fn with_most_in_work(mut self, most: usize) -> Self {
        (self.room, self.most) = (Arc::new(Semaphore::new(most)), most);
        self
    }

    /// Sets an observer of every event's outcome, for metrics. It runs on the task of the event, so it should only
    /// count or record. A panic of the observer is ignored.
    pub fn with_observer(mut self, observer: impl Fn(&EventNotice<'_>) + Send + Sync + 'static) -> Self {
        self.watch = EventWatch(Some(Arc::new(observer)));
        self
    }

    /// Returns the events with a typed handler, with the scopes for subscribing to them in the developer console.
    pub fn subscribed(&self) -> impl Iterator<Item = &'static EventMetadata> {
        self.subscribed.iter().copied()
    }

    /// Waits until no event is in work.
    pub async fn idle(&self) {
        let most = u32::try_from(self.most).unwrap_or(u32::MAX);
        // It is never closed.
        drop(self.room.acquire_many(most).await);
    }

    fn add(mut self, event_type: &str, run: Run) -> Self {
        self.by_type.entry(event_type.to_owned()).or_default().push(run);
        self
    }

    /// Runs the handlers of an event, one after the other; returns whether there are any.
    pub(super) async fn handle(&self, arrived: &Arrived) -> Result<bool, HandlerError> {
        let own = self.by_type.get(&arrived.header.event_type).map_or(&self.otherwise, |own| own);
        for run in self.every.iter().chain(own) {
            run(arrived)?.await?;
        }
        Ok(!own.is_empty() || !self.every.is_empty())
    }
}

impl Default for Events {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Events {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Events").field("types", &self.by_type.keys()).finish_non_exhaustive()
    }
}

fn run<E: 'static>(
    handler: impl Handler<E>,
    read: impl Fn(&Json) -> Result<Reading<E>, HandlerError> + Send + Sync + 'static,
) -> Run {
    Box::new(move |arrived| {
        let Arrived { header, raw } = arrived;
        let Reading { value: event, mismatches } = read(raw)?;
        let delivery = Delivery { header: header.clone(), event, mismatches, raw: raw.clone() };
        Ok(Box::pin(handler(delivery)))
    })
}

#[expect(clippy::unnecessary_wraps, reason = "as typed payloads are read")]
fn untyped(raw: &Json) -> Result<Reading<Json>, HandlerError> {
    Ok(Reading { value: raw.clone(), mismatches: Mismatches::default() })
}

/// How long Feishu may deliver an event again: 7 h 6 min after the first delivery, plus a margin.
pub(super) const KEEP: Duration = Duration::from_secs(8 * 60 * 60);
