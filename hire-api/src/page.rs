//! Walks through the pages of a list. No I/O of its own: every page is a call.

use std::collections::VecDeque;
use std::fmt;

use futures_util::stream::{Stream, unfold};

use crate::client::Client;
use crate::error::Error;
use crate::request::Endpoint;

/// A request whose answer is one page of a list. Generated for every endpoint whose spec says `paging`.
pub trait Paged: Endpoint + Clone {
    /// What the list holds.
    type Item;

    /// The same request for the page that this token stands for.
    #[must_use]
    fn at_page(self, page_token: String) -> Self;

    /// What an answer holds.
    fn page(response: Self::Response) -> Page<Self::Item>;
}

/// One page.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Page<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// Whether Feishu says that there is more.
    pub has_more: bool,
    /// Stands for the next page.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// From the fields of an answer.
    pub fn new(items: Vec<T>, has_more: Option<bool>, page_token: Option<String>) -> Self {
        let next = page_token.filter(|token| !token.is_empty());
        Self { items, has_more: has_more.unwrap_or(false), next }
    }
}

/// The pages of a list, each asked for when it is wanted; only one is held at a time.
///
/// A future that is dropped before it ends has lost nothing: the same page is asked for again. After an error the next
/// call asks for the same page again, too.
#[must_use = "nothing is sent before `next` is called"]
pub struct Pages<E: Paged> {
    client: Client,
    request: E,
    /// Stands for the page to ask for; `None` for the first.
    token: Option<String>,
    /// A token seen before, by which a circle of any length is found without keeping them all.
    anchor: Option<String>,
    steps: u64,
    done: bool,
}

impl<E: Paged> Pages<E> {
    pub(crate) fn new(client: Client, request: E) -> Self {
        Self { client, request, token: None, anchor: None, steps: 0, done: false }
    }

    /// Goes on from a token that [`resume_token`](Self::resume_token) gave, as long as Feishu knows it.
    pub fn from_token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// Stands for the page that comes next; `None` before the first one and after the last.
    pub fn resume_token(&self) -> Option<&str> {
        self.token.as_deref().filter(|_| !self.done)
    }

    /// The next page; `None` after the last one.
    ///
    /// # Errors
    ///
    /// As for a call; and when Feishu says that there is more but not where, or sends the pages round in a circle.
    pub async fn next(&mut self) -> Option<Result<Page<E::Item>, Error>> {
        if self.done {
            return None;
        }
        let request = self.request.clone();
        let request = match &self.token {
            Some(token) => request.at_page(token.clone()),
            None => request,
        };
        Some(match self.client.call(&request).await {
            Ok(response) => self.turn(E::page(response)),
            Err(error) => Err(error),
        })
    }

    /// The pages as a stream. It ends with the first error.
    pub fn into_stream(self) -> impl Stream<Item = Result<Page<E::Item>, Error>> {
        unfold(Some(self), |pages| async move {
            let mut pages = pages?;
            let page = pages.next().await?;
            let more = page.is_ok().then_some(pages);
            Some((page, more))
        })
    }

    fn turn(&mut self, page: Page<E::Item>) -> Result<Page<E::Item>, Error> {
        let stop = |pages: &mut Self, why| {
            pages.done = true;
            Err(Error::paging(why).with_endpoint(E::METADATA))
        };
        if !page.has_more {
            self.done = true;
            return Ok(page);
        }
        let Some(next) = page.next.clone() else {
            return stop(self, "the answer says that there is more, and not where");
        };
        if self.token.as_ref() == Some(&next) || self.anchor.as_ref() == Some(&next) {
            return stop(self, "the pages go round in a circle");
        }
        self.steps += 1;
        if self.steps.is_power_of_two() {
            self.anchor = Some(next.clone());
        }
        self.token = Some(next);
        Ok(page)
    }
}

/// A page token may stand for a query, which may be about a person.
impl<E: Paged> fmt::Debug for Pages<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { steps, done, .. } = self;
        f.debug_struct("Pages")
            .field("endpoint", &E::METADATA.name)
            .field("steps", steps)
            .field("done", done)
            .finish_non_exhaustive()
    }
}

/// The items of a list, one after the other, page by page.
#[must_use = "nothing is sent before `next` is called"]
pub struct Items<E: Paged> {
    pages: Pages<E>,
    here: VecDeque<E::Item>,
}

impl<E: Paged> Items<E> {
    pub(crate) fn new(pages: Pages<E>) -> Self {
        Self { pages, here: VecDeque::new() }
    }

    /// The next item; `None` after the last one. Pages without items are passed over.
    ///
    /// # Errors
    ///
    /// As for [`Pages::next`].
    pub async fn next(&mut self) -> Option<Result<E::Item, Error>> {
        loop {
            if let Some(item) = self.here.pop_front() {
                return Some(Ok(item));
            }
            match self.pages.next().await? {
                Ok(page) => self.here = page.items.into(),
                Err(error) => return Some(Err(error)),
            }
        }
    }

    /// The items as a stream. It ends with the first error.
    pub fn into_stream(self) -> impl Stream<Item = Result<E::Item, Error>> {
        unfold(Some(self), |items| async move {
            let mut items = items?;
            let item = items.next().await?;
            let more = item.is_ok().then_some(items);
            Some((item, more))
        })
    }
}

impl<E: Paged> fmt::Debug for Items<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items").field("pages", &self.pages).finish_non_exhaustive()
    }
}
