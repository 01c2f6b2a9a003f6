//! Bulk work: many items, a few at a time, and nothing lost when it is stopped.

use std::fmt;
use std::future::Future;
use std::iter::{Enumerate, Fuse};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use futures_util::stream::{FuturesUnordered, Stream, StreamExt};

/// Processes many items with bounded concurrency and reports each result with its index.
///
/// A [`Stream`] of [`Done`], in the order in which items finish. An outcome is whatever the work returns; an error does not
/// stop the others. Each item is reported exactly once, including those that a [`Stop`] leaves out, so that a program knows
/// what is still to do.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// use hire_api::{Bulk, Done};
///
/// let rows = ["a", "", "c"];
/// let mut bulk = Bulk::new(rows, 8, |row| async move { if row.is_empty() { Err("no name") } else { Ok(row) } });
/// while let Some(done) = bulk.next().await {
///     match done {
///         Done::Worked { index, outcome: Err(why) } => println!("row {index}: {why}"),
///         Done::Worked { .. } => {}
///         Done::Left { index, .. } => println!("row {index} was not begun"),
///     }
/// }
/// # }
/// ```
///
/// The client already keeps all calls together within the quota of an endpoint, so the number at a time does not depend on
/// it. Dropping the value drops the work that is running: a request that was sent may then have been processed without
/// anybody knowing. Call [`stop`](Self::stop) and read to the end instead.
#[must_use = "nothing is done before it is polled"]
pub struct Bulk<I: Iterator, W, F> {
    items: Enumerate<Fuse<I>>,
    work: W,
    at_once: usize,
    running: FuturesUnordered<Indexed<F>>,
    stop: Stop,
}

/// The result of one item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Done<T, O> {
    /// The work has run.
    Worked {
        /// Its place among the items, from 0.
        index: usize,
        /// What the work returned.
        outcome: O,
    },
    /// The work was stopped before this item.
    Left {
        /// Its place among the items, from 0.
        index: usize,
        /// The item.
        item: T,
    },
}

/// Stops bulk work: no further item begins. Cheap to clone; clones stop the same work.
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Creates one that has not stopped anything yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets no further item begin. Running ones finish.
    pub fn stop(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    /// Returns whether `stop` was called.
    pub fn is_stopped(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

impl<I: Iterator, W, F> Bulk<I, W, F>
where
    W: FnMut(I::Item) -> F,
    F: Future,
{
    /// Creates work on these items, at most `at_once` at a time; 0 counts as 1.
    pub fn new(items: impl IntoIterator<IntoIter = I>, at_once: usize, work: W) -> Self {
        let (items, running) = (items.into_iter().fuse().enumerate(), FuturesUnordered::new());
        Self { items, work, at_once: at_once.max(1), running, stop: Stop::new() }
    }

    /// Sets its [`Stop`], which other work may share. By default it has one of its own.
    pub fn with_stop(self, stop: Stop) -> Self {
        Self { stop, ..self }
    }

    /// Returns its [`Stop`], for another task.
    pub fn stopper(&self) -> Stop {
        self.stop.clone()
    }

    /// Lets no further item begin. Running ones finish.
    pub fn stop(&self) {
        self.stop.stop();
    }

    /// Returns the next result, or `None` after the last one. Dropping the future before it ends loses nothing.
    pub async fn next(&mut self) -> Option<Done<I::Item, F::Output>> {
        std::future::poll_fn(|cx| self.poll_done(cx)).await
    }

    fn poll_done(&mut self, cx: &mut Context<'_>) -> Poll<Option<Done<I::Item, F::Output>>> {
        while self.running.len() < self.at_once && !self.stop.is_stopped() {
            let Some((index, item)) = self.items.next() else { break };
            self.running.push(Indexed { index, future: Box::pin((self.work)(item)) });
        }
        match self.running.poll_next_unpin(cx) {
            Poll::Ready(Some((index, outcome))) => Poll::Ready(Some(Done::Worked { index, outcome })),
            Poll::Pending => Poll::Pending,
            // Items remain only after a stop.
            Poll::Ready(None) => {
                Poll::Ready(self.items.next().map(|(index, item)| Done::Left { index, item }))
            }
        }
    }
}

/// A future with the index of its item.
struct Indexed<F> {
    index: usize,
    future: Pin<Box<F>>,
}

impl<F: Future> Future for Indexed<F> {
    type Output = (usize, F::Output);

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let index = self.index;
        self.future.as_mut().poll(cx).map(|outcome| (index, outcome))
    }
}

impl<I: Iterator, W, F> Unpin for Bulk<I, W, F> {}

impl<I: Iterator, W, F> Stream for Bulk<I, W, F>
where
    W: FnMut(I::Item) -> F,
    F: Future,
{
    type Item = Done<I::Item, F::Output>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_done(cx)
    }
}

/// Items may be personal data.
impl<I: Iterator, W, F> fmt::Debug for Bulk<I, W, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bulk")
            .field("at_once", &self.at_once)
            .field("stopped", &self.stop.is_stopped())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn every_item_is_told_of_once_whatever_is_stopped_and_dropped(
            times in prop::collection::vec(0..30_u64, 0..60),
            at_once in 0..9_usize,
            stop_after in prop::option::of(0..60_usize),
            patience in 1..20_u64,
        ) {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
            runtime.block_on(async {
                let (now, most, begun) = (Cell::new(0), Cell::new(0), Cell::new(0));
                let mut bulk = Bulk::new(times.clone(), at_once, |time: u64| {
                    let (now, most, begun) = (&now, &most, &begun);
                    async move {
                        now.set(now.get() + 1);
                        begun.set(begun.get() + 1);
                        most.set(most.get().max(now.get()));
                        tokio::time::sleep(Duration::from_millis(time)).await;
                        now.set(now.get() - 1);
                        if time.is_multiple_of(3) { Err(time) } else { Ok(time) }
                    }
                });
                let mut told = vec![0; times.len()];
                let (mut worked, mut begun_at_stop) = (0, None);
                loop {
                    if stop_after == Some(worked) && begun_at_stop.is_none() {
                        bulk.stop();
                        begun_at_stop = Some(begun.get());
                    }
                    // A caller may give up and try again.
                    let next = tokio::time::timeout(Duration::from_millis(patience), bulk.next()).await;
                    let Ok(next) = next else { continue };
                    let Some(done) = next else { break };
                    match done {
                        Done::Worked { index, outcome } => {
                            worked += 1;
                            told[index] += 1;
                            assert_eq!(outcome.unwrap_or_else(|time| time), times[index]);
                        }
                        Done::Left { index, item } => {
                            told[index] += 1;
                            assert_eq!(item, times[index]);
                            assert!(begun_at_stop.is_some());
                        }
                    }
                }
                assert!(told.iter().all(|told| *told == 1), "{told:?}");
                assert!(most.get() <= at_once.max(1));
                assert!(begun_at_stop.is_none_or(|at| begun.get() <= at + at_once.max(1)));
                assert!(bulk.next().await.is_none());
            });
        }
    }
}
