//! Values per runtime: a runtime drives the connections that it opened, and they stall with it.

use std::sync::{Mutex, PoisonError};

use tokio::runtime::{Handle, Id};

/// One value per runtime, so that a stalled runtime does not delay calls of another.
#[derive(Debug)]
pub(crate) struct PerRuntime<T>(Mutex<Vec<(Option<Id>, T)>>);

/// Runtimes come and go; beyond this number, values are created each time.
const MOST: usize = 16;

impl<T> Default for PerRuntime<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T: Clone> PerRuntime<T> {
    /// The value of this runtime, created if there is none yet.
    pub(crate) fn get<E>(&self, make: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        let runtime = Handle::try_current().ok().map(|handle| handle.id());
        // Nothing panics while the lock is held, and its contents are complete at every step.
        let mut values = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, value)) = values.iter().find(|(id, _)| *id == runtime) {
            return Ok(value.clone());
        }
        let value = make()?;
        if values.len() >= MOST {
            // That runtime has probably ended.
            values.remove(0);
        }
        values.push((runtime, value.clone()));
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use tokio::runtime::Builder;

    use super::*;

    #[test]
    fn each_runtime_has_its_value_and_the_oldest_one_is_forgotten_when_there_are_too_many() {
        let values = PerRuntime::default();
        let runtimes = [(); MOST + 1].map(|()| Builder::new_current_thread().build().unwrap());
        let value_in = |runtime: usize, made: usize| {
            let _inside = runtimes[runtime].enter();
            let Ok(value) = values.get(|| Ok::<_, Infallible>(made));
            value
        };
        for runtime in 0..MOST {
            assert_eq!(value_in(runtime, runtime), runtime);
        }
        for runtime in 0..MOST {
            assert_eq!(value_in(runtime, 100), runtime);
        }
        assert_eq!(value_in(MOST, MOST), MOST);
        assert_eq!(value_in(1, 100), 1);
        assert_eq!(value_in(0, 100), 100);
    }
}
