//! Control of long connections for tests.

use std::sync::{MutexGuard, PoisonError};

use super::connection::{self, Lines};
use super::{Delivered, Mock, Push, PushedEvent};

impl Mock {
    /// Delivers an event over one of the open long connections, until the answer is 200 or as often as Feishu would.
    /// Returns the outcome of each attempt.
    pub async fn deliver(&self, push: &Push, event: &PushedEvent) -> Vec<Delivered> {
        push.patiently(async || self.deliver_once(push, event).await).await
    }

    /// Delivers an event over a long connection once, whatever the answer is.
    pub async fn deliver_once(&self, push: &Push, event: &PushedEvent) -> Delivered {
        let sent = self.lines().send(&push.enveloped(event), push.parts());
        connection::answered(sent).await
    }

    /// Returns the number of open long connections.
    pub fn connections(&self) -> usize {
        self.lines().count()
    }

    /// Returns the number of long connections opened so far.
    pub fn connections_opened(&self) -> u64 {
        self.lines().opened()
    }

    /// Closes every long connection.
    pub fn drop_connections(&self) {
        self.lines().order(connection::drop_all);
    }

    /// Leaves every long connection open, but stops reading and writing.
    pub fn silence_connections(&self) {
        self.lines().order(connection::silence);
    }

    /// Sends these bytes over every long connection, as one message.
    pub fn send_over_connections(&self, bytes: &[u8]) {
        self.lines().order(|| connection::raw(bytes));
    }

    /// Sets the intervals that clients receive from now on, in seconds: wait up to `first` after a loss and `interval`
    /// between later attempts, and send a ping every `ping`.
    pub fn set_connection_pace(&self, first: u64, interval: u64, ping: u64) {
        self.lines().set_pace(first, interval, ping);
    }

    /// Answers requests for an address with this code, until set to `None`.
    pub fn refuse_connections(&self, code: Option<i64>) {
        self.lines().refuse(code);
    }

    /// Refuses upgrades with these two headers, `handshake-status` and `handshake-autherrcode`, until set to `None`.
    pub fn refuse_upgrades(&self, refusal: Option<(i64, Option<i64>)>) {
        self.lines().refuse_upgrades(refusal);
    }

    fn lines(&self) -> MutexGuard<'_, Lines> {
        self.server.lines().lock().unwrap_or_else(PoisonError::into_inner)
    }
}
