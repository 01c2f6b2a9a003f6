//! The client for programs that are not async: every call waits for its answer, on a runtime of the client's own.

use std::fmt;
use std::future::Future;
use std::iter::FusedIterator;
use std::sync::Arc;

use tokio::runtime::{Builder, Handle, Runtime};

use crate::client::{Answer, CallOptions};
use crate::error::Error;
use crate::page::{self, Page, Paged};
use crate::request::{Draft, Endpoint};
use crate::value::Json;

/// A client whose calls wait for their answers. Cheap to clone; clones share connections, the token and one thread, which
/// renews the token between calls.
///
/// ```no_run
/// # #[cfg(feature = "hire-v1-talent")]
/// # fn example() -> Result<(), hire_api::Error> {
/// use hire_api::hire::v1::talent::{list, onboard_status};
///
/// let client = hire_api::Client::builder("cli_a1b2c3", "app secret").build_blocking()?;
/// let onboard = onboard_status::OnboardOperation::Onboard;
/// let request = onboard_status::Request::new("6930815272790114324", onboard).onboard_time(1_676_548_784_889_i64);
/// client.call(&request)?;
/// // The same by the name of its method:
/// client.wait(client.asynchronous().hire().v1().talent().onboard_status(request))?;
/// for talent in client.items(list::Request::new()) {
///     println!("{:?}", talent?.id);
/// }
/// # Ok(())
/// # }
/// ```
///
/// It is for threads of your own. Inside of an async task a call is refused with an error before anything is sent, because
/// it would hold up all tasks of that thread and could wait for one of them; so it is on any other thread of a runtime,
/// those of `spawn_blocking` included, which cannot be told apart. Await the calls of [`asynchronous`](Self::asynchronous)
/// there.
#[derive(Clone)]
pub struct Client(Arc<Shared>);

struct Shared {
    client: crate::Client,
    handle: Handle,
    /// There until it is dropped.
    runtime: Option<Runtime>,
}

/// A runtime that is simply dropped waits for what it still does, and panics inside of an async task.
impl Drop for Shared {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Client {
    /// Makes a client blocking: one for a tenant of a store app, say. Each that is made has a thread of its own; for many
    /// tenants one is enough, whose [`wait`](Self::wait) takes the calls of any client.
    ///
    /// # Errors
    ///
    /// When its thread cannot be started.
    pub fn new(client: crate::Client) -> Result<Self, Error> {
        // One thread is enough: callers drive their own calls, it does what goes on beside and between them.
        let runtime =
            Builder::new_multi_thread().worker_threads(1).thread_name("hire-api").enable_all().build();
        let runtime =
            runtime.map_err(|error| Error::config(format!("no runtime can be started: {error}")))?;
        Ok(Self(Arc::new(Shared { client, handle: runtime.handle().clone(), runtime: Some(runtime) })))
    }

    /// The client inside, for its resource methods: what they return goes into [`wait`](Self::wait).
    ///
    /// It may be awaited on other runtimes, too. Both share their connections, and a connection lives on the runtime that
    /// opened it: one that stands still between calls, as a `current_thread` one does, lets calls from elsewhere time out.
    pub fn asynchronous(&self) -> &crate::Client {
        &self.0.client
    }

    /// Waits for a future, such as one or several calls of the [`asynchronous`](Self::asynchronous) client. It may use
    /// everything of tokio's.
    ///
    /// # Errors
    ///
    /// Those of the future; and where this thread must not wait, as for [`call`](Self::call).
    pub fn wait<T, E: From<Error>>(&self, future: impl Future<Output = Result<T, E>>) -> Result<T, E> {
        may_wait()?;
        self.0.handle.block_on(future)
    }

    /// Sends a request, and waits for its answer.
    ///
    /// # Errors
    ///
    /// Everything that [`Error`] can be asked about; and inside of an async task, where nothing is sent.
    pub fn call<E: Endpoint>(&self, request: &E) -> Result<E::Response, Error> {
        self.wait(self.0.client.call(request))
    }

    /// The same, with options for this call alone.
    ///
    /// # Errors
    ///
    /// As for [`call`](Self::call).
    pub fn call_with<E: Endpoint>(&self, request: &E, options: CallOptions) -> Result<E::Response, Error> {
        self.wait(self.0.client.call_with(request, options))
    }

    /// The same, with what came beside the data: status, headers, message, log id and the body as it was.
    ///
    /// # Errors
    ///
    /// As for [`call`](Self::call).
    pub fn answer<E: Endpoint>(
        &self,
        request: &E,
        options: CallOptions,
    ) -> Result<Answer<E::Response>, Error> {
        self.wait(self.0.client.answer(request, options))
    }

    /// Calls an endpoint that has no spec, as [`Client::call_untyped`](crate::Client::call_untyped) does.
    ///
    /// # Errors
    ///
    /// As for [`call`](Self::call).
    pub fn call_untyped(&self, draft: Draft, options: CallOptions) -> Result<Answer<Json>, Error> {
        self.wait(self.0.client.call_untyped(draft, options))
    }

    /// The pages of a list, from the first one or from the one whose token the request has.
    pub fn pages<E: Paged>(&self, request: E) -> Pages<E> {
        Pages { client: self.clone(), pages: self.0.client.pages(request), ended: false }
    }

    /// The items of a list, page by page.
    pub fn items<E: Paged>(&self, request: E) -> Items<E> {
        Items { client: self.clone(), items: self.0.client.items(request), ended: false }
    }

    /// Steps of an iterator end with the first error: one that comes again and again would keep `flatten` busy forever.
    fn step<T>(
        &self,
        ended: &mut bool,
        next: impl Future<Output = Option<Result<T, Error>>>,
    ) -> Option<Result<T, Error>> {
        if *ended {
            return None;
        }
        let next = self.wait(async { next.await.transpose() }).transpose();
        *ended = !matches!(next, Some(Ok(_)));
        next
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("asynchronous", self.asynchronous()).finish_non_exhaustive()
    }
}

/// Whether this thread may wait: in an error's words, where tokio would panic.
fn may_wait() -> Result<(), Error> {
    match Handle::try_current() {
        Err(error) if error.is_missing_context() => Ok(()),
        Err(_) => Err(Error::config("a blocking call on a thread that ends; nothing was sent")),
        Ok(_) => Err(Error::config(
            "a blocking call inside of an async task, or on another thread of its runtime; nothing was sent: await \
             the client of `asynchronous` there",
        )),
    }
}

/// The pages of a list, each asked for when it is wanted; only one is held at a time. It ends with the first error.
#[must_use = "nothing is sent before `next` is called"]
pub struct Pages<E: Paged> {
    client: Client,
    pages: page::Pages<E>,
    ended: bool,
}

impl<E: Paged> Pages<E> {
    /// Goes on from a token that [`resume_token`](Self::resume_token) gave, as long as Feishu knows it.
    pub fn from_token(mut self, token: impl Into<String>) -> Self {
        self.pages = self.pages.from_token(token);
        self
    }

    /// Stands for the page that comes next, or after an error for the one that did not come; `None` before the first one
    /// and after the last.
    pub fn resume_token(&self) -> Option<&str> {
        self.pages.resume_token()
    }
}

impl<E: Paged> Iterator for Pages<E> {
    type Item = Result<Page<E::Item>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.client.step(&mut self.ended, self.pages.next())
    }
}

impl<E: Paged> FusedIterator for Pages<E> {}

impl<E: Paged> fmt::Debug for Pages<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.pages.fmt(f)
    }
}

/// The items of a list, one after the other, page by page. It ends with the first error.
#[must_use = "nothing is sent before `next` is called"]
pub struct Items<E: Paged> {
    client: Client,
    items: page::Items<E>,
    ended: bool,
}

impl<E: Paged> Iterator for Items<E> {
    type Item = Result<E::Item, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.client.step(&mut self.ended, self.items.next())
    }
}

impl<E: Paged> FusedIterator for Items<E> {}

impl<E: Paged> fmt::Debug for Items<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.items.fmt(f)
    }
}
