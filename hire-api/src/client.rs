//! The client: one send path for every endpoint, under a thin generic shell.

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use serde::de::DeserializeOwned;

use crate::builder::ClientBuilder;
use crate::check::Checks;
use crate::download::Download;
use crate::envelope::Opened;
use crate::error::Error;
use crate::page::{Items, Paged, Pages};
use crate::request::{Draft, Endpoint, Prepared};
use crate::retry::Retry;
use crate::send::Sender;
use crate::token::Secret;
use crate::transport::Headers;
use crate::value::Json;

/// A successful answer, and what came beside its data.
#[derive(Clone)]
#[non_exhaustive]
pub struct Answer<T> {
    /// What `data` holds.
    pub data: T,
    /// HTTP status.
    pub status: u16,
    /// `msg` of the envelope. Do not depend on it.
    pub message: String,
    /// Feishu's name for the call, for its support.
    pub log_id: Option<String>,
    /// The HTTP headers.
    pub headers: Headers,
    /// The whole body as it came, envelope included.
    pub body: Vec<u8>,
}

/// The data may be a person's.
impl<T> fmt::Debug for Answer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer")
            .field("status", &self.status)
            .field("log_id", &self.log_id)
            .finish_non_exhaustive()
    }
}

/// A client for one app of one tenant. Cheap to clone; clones share connections and the token.
#[derive(Clone)]
pub struct Client {
    sender: Arc<Sender>,
}

impl Client {
    pub(crate) fn new(sender: Sender) -> Self {
        Self { sender: Arc::new(sender) }
    }

    /// A client for a custom app (企业自建应用), by the ID and the secret that Feishu's developer console shows for it.
    pub fn builder(app_id: impl Into<String>, app_secret: impl AsRef<str>) -> ClientBuilder {
        ClientBuilder::new(app_id.into(), Secret::new(app_secret.as_ref()))
    }

    /// Sends a request. The methods of the services do just this; it is for endpoints of your own.
    ///
    /// The request is checked and encoded at once; the future it returns holds nothing of it but the bytes.
    ///
    /// # Errors
    ///
    /// Everything that [`Error`] can be asked about.
    pub fn call<E: Endpoint>(
        &self,
        request: &E,
    ) -> impl Future<Output = Result<E::Response, Error>> + Send + use<E> {
        self.call_with(request, CallOptions::new())
    }

    /// The same, with options for this call alone.
    ///
    /// # Errors
    ///
    /// Everything that [`Error`] can be asked about.
    pub fn call_with<E: Endpoint>(
        &self,
        request: &E,
        options: CallOptions,
    ) -> impl Future<Output = Result<E::Response, Error>> + Send + use<E> {
        let answer = self.answer(request, options);
        async move { answer.await.map(|answer| answer.data) }
    }

    /// The same, with what came beside the data: status, headers, message, log id and the body as it was.
    ///
    /// # Errors
    ///
    /// Everything that [`Error`] can be asked about.
    pub fn answer<E: Endpoint>(
        &self,
        request: &E,
        options: CallOptions,
    ) -> impl Future<Output = Result<Answer<E::Response>, Error>> + Send + use<E> {
        let prepared = self.prepare(request);
        let sender = Arc::clone(&self.sender);
        async move {
            let delivered = sender.send(prepared?, options).await?;
            let data = read(&delivered.opened).map_err(|error| delivered.blame(error, E::METADATA))?;
            Ok(delivered.with_data(data))
        }
    }

    /// Calls an endpoint that has no spec, with the same tokens, quotas and retries; what it answers stays JSON.
    ///
    /// ```no_run
    /// # async fn example(client: hire_api::Client) -> Result<(), hire_api::Error> {
    /// use hire_api::{CallOptions, Draft, Metadata, Method, Quota, Safety};
    ///
    /// static APPROVAL: Metadata =
    ///     Metadata::new("approval.v4.instance.get", Method::Get, "/open-apis/approval/v4/instances/:instance_id")
    ///         .with_use(Quota::Special, Safety::Safe);
    ///
    /// let mut draft = Draft::new(&APPROVAL);
    /// draft.path("instance_id", &"81D31358-93AF-92D6-7425-01A5D67C4E71".to_owned());
    /// draft.query("locale", &"zh-CN".to_owned());
    /// let answer = client.call_untyped(draft, CallOptions::new()).await?;
    /// # drop(answer);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Everything that [`Error`] can be asked about.
    pub fn call_untyped(
        &self,
        draft: Draft,
        options: CallOptions,
    ) -> impl Future<Output = Result<Answer<Json>, Error>> + Send + use<> {
        let metadata = draft.metadata();
        let prepared = draft.finish().map_err(|wrong| Error::refused(wrong).with_endpoint(metadata));
        let sender = Arc::clone(&self.sender);
        async move {
            let delivered = sender.send(prepared?, options).await?;
            let data = read(&delivered.opened).map_err(|error| delivered.blame(error, metadata))?;
            Ok(delivered.with_data(data))
        }
    }

    /// The pages of a list, from the first one or from the one whose token the request has.
    pub fn pages<E: Paged>(&self, request: E) -> Pages<E> {
        Pages::new(self.clone(), request)
    }

    /// The items of a list, page by page.
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

    /// Opens a file by the address that an answer gave, such as that of `hire.v1.attachment.get`. The file may have
    /// `max_bytes` at most.
    ///
    /// No token goes along, since the address alone opens it; so keep addresses to yourself. Only hosts of Feishu and
    /// those of [`with_download_host`](ClientBuilder::with_download_host) are asked, over `https`, and also where one
    /// sends on to another.
    ///
    /// ```no_run
    /// # async fn example(client: hire_api::Client, url: &str) -> Result<(), hire_api::Error> {
    /// let download = client.download(url, 50 * 1024 * 1024).await?;
    /// let name = download.name().unwrap_or("résumé").to_owned();
    /// download.save(std::path::Path::new("résumés").join(name)).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// When the address is none that files come from, nothing can be had there, or the file is larger.
    pub async fn download(&self, url: &str, max_bytes: u64) -> Result<Download, Error> {
        let settled = &self.sender.settled;
        Download::open(&settled.transport, &settled.retry, url, max_bytes).await
    }

    fn prepare<E: Endpoint>(&self, request: &E) -> Result<Prepared, Error> {
        let mut checks = Checks::new();
        if self.sender.settled.validation {
            request.check(&mut checks);
        }
        let mut draft = Draft::new(E::METADATA);
        request.draft(&mut draft);
        let prepared = match (checks.finish(), draft.finish()) {
            (Ok(()), Ok(prepared)) => return Ok(prepared),
            (Err(mut wrong), Err(more)) => {
                wrong.0.extend(more.0);
                wrong
            }
            (Err(wrong), _) | (_, Err(wrong)) => wrong,
        };
        Err(Error::refused(prepared).with_endpoint(E::METADATA))
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("app_id", &self.sender.settled.app_id)
            .field("base_url", &self.sender.settled.transport.base_url())
            .finish_non_exhaustive()
    }
}

fn read<T: DeserializeOwned>(opened: &Opened) -> Result<T, Error> {
    let data = opened.data.as_ref().map_or("{}", |data| data.get());
    serde_json::from_str(data).map_err(|error| {
        let what = error.to_string();
        Error::unreadable(format!("data{}{what}", if what.starts_with(['.', '[', ':']) { "" } else { ": " }))
    })
}

/// Options of one call. Nothing shows its token.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct CallOptions {
    pub(crate) retry: Option<Retry>,
    pub(crate) user_token: Option<Secret>,
}

impl CallOptions {
    /// As the client does it.
    pub fn new() -> Self {
        Self::default()
    }

    /// How often and how patiently this request is sent again.
    pub fn with_retry(mut self, retry: Retry) -> Self {
        self.retry = Some(retry);
        self
    }

    /// Calls for a user, with the user access token that your sign-in got. It is never replaced: when Feishu refuses it,
    /// the error says so, and getting another one is yours.
    pub fn with_user_token(mut self, token: impl AsRef<str>) -> Self {
        self.user_token = Some(Secret::new(token.as_ref()));
        self
    }
}
