//! State that several machines share as one app; `redis` implements it.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use crate::call::provider::TokenProvider;
use crate::call::quota::{Later, Limits, Route, Slot, Windows};
use crate::call::watch::Watch;

/// Gives a tenant of an app its shared state.
pub(crate) trait Sharing: Send + Sync {
    /// The source of the tenant's tokens and slots; `provider` fetches a token if no worker has one.
    fn share(
        &self,
        base_url: &str,
        app_id: &str,
        tenant_key: &str,
        watch: &Watch,
        provider: Arc<dyn TokenProvider>,
    ) -> (Arc<dyn TokenProvider>, Arc<dyn Slots>);
}

/// The return type of the methods of a store.
#[cfg(any(feature = "events", feature = "sign-in"))]
pub type StoreFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, crate::error::Error>> + Send + 'a>>;

/// The return type of the methods of [`Slots`].
pub(crate) type Waiting<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The slots of one tenant, counted by all workers together. Dropping a future leaves nothing behind.
pub(crate) trait Slots: Send + Sync {
    /// Takes a slot of an endpoint if one is free now. `own` counts the slots of this worker.
    fn take<'a>(
        &'a self,
        route: Route,
        windows: Windows,
        own: &'a Limits,
    ) -> Waiting<'a, Result<Slot, Later>>;

    /// Returns a slot whose call was not sent.
    fn give_back(&self, route: Route, slot: &Slot);

    /// A connection took the call of a slot later than it is counted: it counts from now.
    fn sent_late(&self, route: Route, slot: &Slot);

    /// Feishu has refused a call of this endpoint and asks to wait: this applies to all workers.
    fn pause(&self, route: Route, wait: Duration) -> Waiting<'_, ()>;
}
