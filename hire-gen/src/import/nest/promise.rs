//! Keys of the example that later rows can have. They count for a history only while it is compared with others.

use std::collections::BTreeMap;

use super::{Frame, History, Index, Search, bit};
use crate::import::json::Shape;

/// The assumed weight of a key of the example that is still to come. Without it a history that has taken another
/// object's keys early would look better than the right one, until it is too late.
pub(super) const PROMISE: i32 = 2;

impl<'a> Search<'a> {
    /// Counts for each history the keys of its open objects that are still to come.
    pub(super) fn promise(&self, histories: &mut [History], at: usize) {
        let mut known: BTreeMap<Index, i32> = BTreeMap::new();
        for history in histories {
            let mut open = history.frame;
            history.promise = 0;
            while let Some(frame) = self.frames.get(open as usize) {
                let promise = known.entry(open).or_insert_with(|| self.missing(frame, at));
                history.promise = history.promise.saturating_add(*promise);
                open = frame.around;
            }
        }
    }

    /// The most weight that the missing keys of an object can add.
    fn missing(&self, frame: &Frame<'a>, at: usize) -> i32 {
        let keys = frame.shape.map_or(&[][..], Shape::keys).iter().enumerate();
        let keys = keys.filter(|(key, _)| frame.keys & bit(*key) == 0);
        keys.map(|(_, (key, inner))| self.coming(key, inner, at)).fold(0, i32::saturating_add)
    }

    /// The most weight that a key and the keys inside it can add after a row.
    fn coming(&self, key: &str, inner: &Shape, at: usize) -> i32 {
        if self.last_seen.get(key).is_none_or(|last| *last <= at) {
            return 0;
        }
        let inside = inner.keys().iter().map(|(key, inner)| self.coming(key, inner, at));
        inside.fold(PROMISE, i32::saturating_add)
    }
}
