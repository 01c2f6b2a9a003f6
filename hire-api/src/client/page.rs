//! Walks through the pages of a list. Every page is a call.

use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_util::stream::Stream;
use serde_json::Value;

use crate::call::options::{Answer, CallOptions};
use crate::client::Client;
use crate::client::offset::Offset;
use crate::error::Error;
use crate::wire::listed::listed;
use crate::wire::metadata::Envelope;
use crate::wire::request::Endpoint;

impl Client {
    /// Returns the pages of a list, from the first page or from the page token of the request. Unless the request sets a
    /// page size, pages have the largest size that the documentation allows, which takes the fewest calls.
    pub fn pages<E: Paged>(&self, request: E) -> Pages<E> {
        Pages::new(self.clone(), request.with_largest_page())
    }

    /// Returns the items of a list, page by page.
    ///
    /// ```no_run
    /// # async fn example<E: hire_api::Paged>(client: hire_api::Client, request: E) -> Result<(), hire_api::Error> {
    /// let mut items = client.items(request);
    /// while let Some(item) = items.next().await {
    ///     let item = item?;
    ///     # drop(item);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn items<E: Paged>(&self, request: E) -> Items<E> {
        Items::new(self.pages(request))
    }
}

/// A request whose answer is one page of a list. Generated for every endpoint with `paging` in its spec.
pub trait Paged: Endpoint + Clone + 'static {
    /// The type of the items.
    type Item;

    /// Wire name of the answer's field with the token of the next page, with dots for a nested one.
    const NEXT: &'static str = "page_token";

    /// Wire name of the answer's field that reports more pages, with dots for a nested one.
    const HAS_MORE: &'static str = "has_more";

    /// Returns the same request for the page with this token: one of an answer or, for a list without tokens, the number of
    /// items before the page. `None` if it is neither.
    #[must_use]
    fn at_page(self, page_token: String) -> Option<Self>;

    /// Sets the largest page size that the documentation allows, unless the request sets one.
    #[must_use]
    fn with_largest_page(self) -> Self {
        self
    }

    /// Takes the page out of an answer.
    fn page(response: Self::Response) -> Page<Self::Item>;

    /// Returns the number of items before the requested page. `None` if pages have tokens.
    fn offset(&self) -> Option<Offset> {
        None
    }
}

/// One page.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Page<T> {
    /// Items of the page.
    pub items: Vec<T>,
    /// Whether Feishu reports more pages.
    pub has_more: bool,
    /// Token of the next page.
    pub next: Option<String>,
    /// Number of items on all pages, if the list ends by it.
    pub total: Option<i64>,
    /// Whether the answer contains `has_more`.
    said: bool,
}

impl<T> Page<T> {
    /// Creates a page from the fields of an answer. If `has_more` is absent or not a flag, the token decides: an extra
    /// request loses no record.
    pub fn new(items: Vec<T>, has_more: Option<bool>, page_token: Option<String>) -> Self {
        let next = page_token.filter(|token| !token.is_empty());
        Self { items, has_more: has_more.unwrap_or(next.is_some()), next, total: None, said: true }
    }

    /// Creates a page from the fields of an answer without tokens. The next page begins after the items of this one. Without
    /// `has_more`, the list ends at `total` items, or with a page without items.
    pub fn by_offset(items: Vec<T>, has_more: Option<bool>, total: Option<i64>) -> Self {
        let (said, has_more) = (has_more.is_some(), has_more.unwrap_or(!items.is_empty()));
        Self { items, has_more, next: None, total, said }
    }

    /// Sets the token of the next page, computed from the number of items before this page and on it.
    fn count(&mut self, before: Offset, listed: usize) {
        let Offset::Behind(before) = before else { return };
        let behind = before.saturating_add(listed as u64);
        if !self.said {
            let rest = self.total.is_none_or(|total| u64::try_from(total).is_ok_and(|total| behind < total));
            self.has_more = rest && listed > 0;
        }
        self.next = Some(behind.to_string()).filter(|_| listed > 0);
    }
}

/// The pages of a list, each requested on demand; only one is held at a time. Also a [`Stream`].
///
/// It ends after an error, so that a loop that only records errors does not call forever:
/// [`try_again`](Self::try_again) requests the same page again, [`skip`](Self::skip) continues after a page that
/// cannot be read. Dropping a future loses nothing: the next call continues with it.
#[must_use = "nothing is sent before `next` is called"]
pub struct Pages<E: Paged> {
    client: Client,
    request: E,
    /// Token of the page to request; `None` for the first.
    token: Option<String>,
    /// A token seen before; it detects cycles of any length without storing all tokens.
    anchor: Option<String>,
    steps: u64,
    call: Option<Call<E>>,
    state: State,
}

/// A requested page.
type Call<E> = Pin<Box<dyn Future<Output = Result<Answer<<E as Endpoint>::Response>, Error>> + Send>>;

/// Why a page cannot be requested.
const NO_TOKEN: &str = "the page token is not valid for this list";

/// The current position.
enum State {
    /// There is another page to request.
    More,
    /// The page arrived, but the next one cannot be requested, for this reason.
    Stuck(Error),
    /// The page did not arrive. The token of the next page, if the answer contains it.
    Failed {
        next: Option<String>,
    },
    Done,
}

impl<E: Paged> Pages<E> {
    pub(crate) fn new(client: Client, request: E) -> Self {
        let (token, anchor, steps, call) = (None, None, 0, None);
        Self { client, request, token, anchor, steps, call, state: State::More }
    }

    /// Continues from a token of [`resume_token`](Self::resume_token), as long as Feishu knows it.
    pub fn from_token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// Returns the token of the next page, or after an error of the missing page; `None` before the first page and
    /// after the last.
    pub fn resume_token(&self) -> Option<&str> {
        self.token.as_deref().filter(|_| !matches!(self.state, State::Done))
    }

    /// Returns the next page; `None` after the last one and after an error.
    ///
    /// # Errors
    ///
    /// As for a call; also if Feishu reports more pages without a token, or repeats a page token. Such an error comes
    /// after the page in question.
    pub async fn next(&mut self) -> Option<Result<Page<E::Item>, Error>> {
        poll_fn(|cx| self.poll_page(cx)).await
    }

    /// Requests the page that did not arrive again, with the next call of [`next`](Self::next).
    pub fn try_again(&mut self) {
        if matches!(self.state, State::Failed { .. }) {
            self.state = State::More;
        }
    }

    /// Continues after a page that arrived but could not be read. Returns whether its answer contained the next
    /// token; otherwise nothing changes.
    pub fn skip(&mut self) -> bool {
        let State::Failed { next } = &mut self.state else { return false };
        let Some(next) = next.take() else { return false };
        self.token = Some(next);
        self.state = State::More;
        true
    }

    fn poll_page(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Page<E::Item>, Error>>> {
        match std::mem::replace(&mut self.state, State::Done) {
            State::More => self.state = State::More,
            State::Stuck(error) => return Poll::Ready(Some(Err(error))),
            ended @ (State::Failed { .. } | State::Done) => {
                self.state = ended;
                return Poll::Ready(None);
            }
        }
        let call = self.call.get_or_insert_with(|| {
            let request = self.request.clone();
            let request = match &self.token {
                Some(token) => request.at_page(token.clone()),
                None => Some(request),
            };
            match request {
                Some(request) => Box::pin(self.client.answer(&request, CallOptions::new())),
                None => Box::pin(async { Err(Error::paging(NO_TOKEN).with_endpoint(E::METADATA)) }),
            }
        });
        let answer = ready!(call.as_mut().poll(cx));
        self.call = None;
        Poll::Ready(Some(match answer {
            Ok(Answer { data, body, .. }) => {
                let mut page = E::page(data);
                if let Some(before) = self.before() {
                    page.count(before, listed(&body, &place::<E>(E::METADATA.paging.unwrap_or_default())));
                }
                Ok(self.turn(page))
            }
            Err(error) => {
                self.state = State::Failed { next: self.next_page(&error) };
                Err(error)
            }
        }))
    }

    /// The number of items before the requested page; `None` if pages have tokens.
    fn before(&self) -> Option<Offset> {
        let offset = self.request.offset()?;
        Some(self.token.as_deref().map_or(offset, Offset::of_text))
    }

    /// The token of the next page in an answer that could not be read.
    fn next_page(&self, error: &Error) -> Option<String> {
        let body = error.body()?;
        let answer: Value = serde_json::from_slice(body).ok()?;
        let failed = |code: &Value| code.as_i64() != Some(0);
        if E::METADATA.envelope != Envelope::Bare && answer.get("code").is_none_or(failed) {
            return None;
        }
        let at = |path| place::<E>(path).iter().try_fold(&answer, |value, name| value.get(name));
        let more = at(E::HAS_MORE).is_none_or(|more| more != &Value::Bool(false));
        let next = match self.before() {
            None => at(E::NEXT).and_then(Value::as_str).map(str::to_owned),
            Some(before) => {
                let mut page: Page<E::Item> = Page::by_offset(Vec::new(), None, None);
                page.count(before, listed(body, &place::<E>(E::METADATA.paging.unwrap_or_default())));
                page.next
            }
        };
        next.filter(|token| more && !token.is_empty())
    }

    /// Returns the pages as a stream; they already are one.
    pub fn into_stream(self) -> Self {
        self
    }

    /// Moves to the next page. The current one is returned in any case.
    fn turn(&mut self, page: Page<E::Item>) -> Page<E::Item> {
        let stuck = |why| State::Stuck(Error::paging(why).with_endpoint(E::METADATA));
        self.state = match &page.next {
            _ if !page.has_more => State::Done,
            None => stuck("the answer reports more pages without a token"),
            Some(next) if self.token.as_ref() == Some(next) || self.anchor.as_ref() == Some(next) => {
                stuck("the page tokens repeat")
            }
            Some(next) => {
                self.steps += 1;
                if self.steps.is_power_of_two() {
                    self.anchor = Some(next.clone());
                }
                self.token = Some(next.clone());
                State::More
            }
        };
        page
    }
}

/// The names on the path to a field of an answer, envelope included.
fn place<E: Endpoint>(path: &'static str) -> Vec<&'static str> {
    let in_data = matches!(E::METADATA.envelope, Envelope::Standard | Envelope::Message);
    in_data.then_some("data").into_iter().chain(path.split('.')).collect()
}

impl<E: Paged> Unpin for Pages<E> {}

impl<E: Paged> Stream for Pages<E> {
    type Item = Result<Page<E::Item>, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_page(cx)
    }
}

/// A page token may encode a query, which may be personal.
impl<E: Paged> fmt::Debug for Pages<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages")
            .field("endpoint", &E::METADATA.name)
            .field("steps", &self.steps)
            .field("done", &matches!(self.state, State::Done))
            .finish_non_exhaustive()
    }
}

/// The items of a list, one after the other, page by page. Also a [`Stream`]; ends after an error, like [`Pages`].
#[must_use = "nothing is sent before `next` is called"]
pub struct Items<E: Paged> {
    pages: Pages<E>,
    here: VecDeque<E::Item>,
}

impl<E: Paged> Items<E> {
    pub(crate) fn new(pages: Pages<E>) -> Self {
        Self { pages, here: VecDeque::new() }
    }

    /// Returns the next item; `None` after the last one and after an error. Pages without items are skipped.
    ///
    /// # Errors
    ///
    /// As for [`Pages::next`].
    pub async fn next(&mut self) -> Option<Result<E::Item, Error>> {
        poll_fn(|cx| self.poll_item(cx)).await
    }

    /// Requests the page that did not arrive again, with the next call of [`next`](Self::next).
    pub fn try_again(&mut self) {
        self.pages.try_again();
    }

    /// Continues after a page that arrived but could not be read, like [`Pages::skip`].
    pub fn skip(&mut self) -> bool {
        self.pages.skip()
    }

    /// Returns the token of the next page, like [`Pages::resume_token`]; some items of the last page may not have
    /// been returned yet.
    pub fn resume_token(&self) -> Option<&str> {
        self.pages.resume_token()
    }

    fn poll_item(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<E::Item, Error>>> {
        loop {
            if let Some(item) = self.here.pop_front() {
                return Poll::Ready(Some(Ok(item)));
            }
            match ready!(self.pages.poll_page(cx)) {
                Some(Ok(page)) => self.here = page.items.into(),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }

    /// Returns the items as a stream; they already are one.
    pub fn into_stream(self) -> Self {
        self
    }
}

impl<E: Paged> Unpin for Items<E> {}

impl<E: Paged> Stream for Items<E> {
    type Item = Result<E::Item, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_item(cx)
    }
}

impl<E: Paged> fmt::Debug for Items<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items").field("pages", &self.pages).finish_non_exhaustive()
    }
}
