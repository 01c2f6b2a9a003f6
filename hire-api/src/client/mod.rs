//! The client: one send path for every endpoint, behind a thin generic layer.

#[cfg(feature = "blocking")]
pub mod blocking;
pub(crate) mod builder;
pub(crate) mod bulk;
mod environment;
pub(crate) mod offset;
pub(crate) mod page;
pub(crate) mod store_app;
#[cfg(feature = "sign-in")]
mod user;

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use crate::call::Sender;
use crate::call::options::{Answer, CallOptions};
use crate::call::provider::TokenProvider;
use crate::check::Checks;
use crate::error::Error;
use crate::file::download::Download;
#[cfg(feature = "sign-in")]
use crate::sign_in::SignIn;
use crate::wire::read::Read as _;
use crate::wire::request::{Draft, Endpoint, Prepared};
use crate::wire::value::Json;

/// A client for one app of one tenant. Cheap to clone; clones share connections and the token.
#[derive(Clone)]
pub struct Client {
    sender: Arc<Sender>,
    /// The source of the token, if it is not the app's own.
    user: Option<Arc<dyn TokenProvider>>,
    #[cfg(feature = "sign-in")]
    sign_in: Option<SignIn>,
}

impl Client {
    pub(crate) fn new(sender: Sender) -> Self {
        Self {
            sender: Arc::new(sender),
            user: None,
            #[cfg(feature = "sign-in")]
            sign_in: None,
        }
    }

    /// Sends a request. The methods of the services do the same; use this one for your own endpoints.
    ///
    /// The request is checked and encoded at once; the returned future contains only the bytes.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    pub fn call<E: Endpoint>(
        &self,
        request: &E,
    ) -> impl Future<Output = Result<E::Response, Error>> + Send + use<E> {
        self.call_with(request, CallOptions::new())
    }

    /// Sends a request with options for this call alone.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    pub fn call_with<E: Endpoint>(
        &self,
        request: &E,
        options: CallOptions,
    ) -> impl Future<Output = Result<E::Response, Error>> + Send + use<E> {
        let prepared = self.prepare_with(request, options.validation);
        let (sender, options) = (Arc::clone(&self.sender), options.by_default(self.user.as_ref()));
        async move {
            let mut delivered = sender.send(prepared?, options).await?;
            delivered.data(&sender.settled, E::METADATA).map(|reading| reading.value)
        }
    }

    /// Sends a request and returns its data with status, headers, message, log ID and the body as received.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    pub fn answer<E: Endpoint>(
        &self,
        request: &E,
        options: CallOptions,
    ) -> impl Future<Output = Result<Answer<E::Response>, Error>> + Send + use<E> {
        let prepared = self.prepare_with(request, options.validation);
        let (sender, options) = (Arc::clone(&self.sender), options.by_default(self.user.as_ref()));
        async move { sender.send(prepared?, options).await?.answer(&sender.settled, E::METADATA) }
    }

    /// Calls an endpoint that has no spec, with the same tokens, quotas and retries; the answer stays JSON.
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
    /// See [`Error`].
    pub fn call_untyped(
        &self,
        draft: Draft,
        options: CallOptions,
    ) -> impl Future<Output = Result<Answer<Json>, Error>> + Send + use<> {
        let metadata = draft.metadata();
        let prepared = draft.finish().map_err(|wrong| Error::refused(wrong).with_endpoint(metadata));
        let (sender, options) = (Arc::clone(&self.sender), options.by_default(self.user.as_ref()));
        async move { sender.send(prepared?, options).await?.answer(&sender.settled, metadata) }
    }

    /// Calls an endpoint that has no spec and answers with a file, with the same tokens, quotas and retries.
    ///
    /// # Errors
    ///
    /// See [`Error`]; also if the answer is not a file.
    pub fn call_untyped_file(
        &self,
        draft: Draft,
        options: CallOptions,
    ) -> impl Future<Output = Result<Download, Error>> + Send + use<> {
        let metadata = draft.metadata();
        let prepared = draft.finish().map_err(|wrong| Error::refused(wrong).with_endpoint(metadata));
        let (sender, options) = (Arc::clone(&self.sender), options.by_default(self.user.as_ref()));
        async move {
            let prepared = Prepared { file: true, ..prepared? };
            Ok(sender.send(prepared, options).await?.data(&sender.settled, metadata)?.value)
        }
    }

    /// Opens a file by an address from an answer, such as that of `hire.v1.attachment.get`. The file may have at most
    /// `max_bytes`.
    ///
    /// No token is sent, since the address alone opens the file; keep such addresses secret. Only hosts of Feishu and
    /// those of [`with_download_host`](crate::ClientBuilder::with_download_host) are used, over `https`, also for
    /// redirects.
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
    /// If the address is not one of files, the file cannot be fetched or is too large, or something else comes
    /// instead: an answer whose end cannot be determined, a failure of Feishu with HTTP 200 (returned as that error),
    /// or a web page, such as one to sign in, unless the address or the name of the file asks for one.
    pub async fn download(&self, url: &str, max_bytes: u64) -> Result<Download, Error> {
        let settled = &self.sender.settled;
        Download::open(&settled.transport, &settled.retry, url, max_bytes).await
    }

    /// Returns the request that [`call`](Self::call) would send: method, path, query and body, without host and
    /// token.
    ///
    /// ```
    /// # #[cfg(feature = "hire-v1-note")]
    /// # fn main() -> Result<(), hire_api::Error> {
    /// use hire_api::hire::v1::note::create;
    ///
    /// let client = hire_api::Client::builder("cli_a1b2c3", "app secret".replace(' ', "-")).build()?;
    /// let prepared = client.prepare(&create::Request::new("6930815272790114324", "Called back."))?;
    /// assert_eq!(prepared.metadata.method.as_str(), "POST");
    /// assert_eq!(prepared.path, "/open-apis/hire/v1/notes");
    /// assert!(prepared.body.is_some());
    /// # Ok(())
    /// # }
    /// # #[cfg(not(feature = "hire-v1-note"))]
    /// # fn main() {}
    /// ```
    ///
    /// # Errors
    ///
    /// If the request is refused before it is sent.
    pub fn prepare<E: Endpoint>(&self, request: &E) -> Result<Prepared, Error> {
        self.prepare_with(request, None)
    }

    fn prepare_with<E: Endpoint>(&self, request: &E, validation: Option<bool>) -> Result<Prepared, Error> {
        let mut checks = Checks::new();
        if validation.unwrap_or(self.sender.settled.validation) {
            request.check(&mut checks);
        }
        let mut draft = Draft::new(E::METADATA);
        request.draft(&mut draft);
        let prepared = match (checks.finish(), draft.finish()) {
            (Ok(()), Ok(prepared)) => return Ok(Prepared { file: E::Response::IS_FILE, ..prepared }),
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
