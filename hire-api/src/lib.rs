//! A typed client for Feishu (Lark) Hire and Contact, generated from the specs in `schema/`.
//!
//! ```no_run
//! use hire_api::Client;
//! # #[cfg(feature = "hire-v1-talent")]
//! use hire_api::hire::v1::talent::onboard_status::{OnboardOperation, Request};
//!
//! # #[cfg(feature = "hire-v1-talent")]
//! # async fn example() -> Result<(), hire_api::Error> {
//! let client = Client::builder("cli_a1b2c3", "app secret").build()?;
//! let request = Request::new("6930815272790114324", OnboardOperation::Onboard).onboard_time(1_676_548_784_889_i64);
//! client.hire().v1().talent().onboard_status(request).await?;
//! # Ok(())
//! # }
//! ```
//!
//! Every endpoint has a module with its own `Request` and `Response`. Required fields are arguments of `new`;
//! everything else is a setter. In an answer everything may be missing: fields are `Option`, and absent lists are
//! empty. Enums keep unknown values.
//!
//! # Features
//!
//! | feature | contents |
//! |---|---|
//! | `common` (default) | the resources that most programs need: talents, attachments, jobs, applications, offers, notes |
//! | `hire-v1-talent`, .. | one feature for each resource |
//! | `full` | every resource |
//! | `rustls-ring` (default) | TLS by rustls over ring, which needs a C compiler, and is quick to build |
//! | `rustls-aws-lc` | TLS by rustls over aws-lc, for programs that already use it; takes longer to build |
//! | `reqwest` (default) | `ClientBuilder::with_http_client`: sends calls with your own `reqwest::Client` |
//! | `tracing` | a span for every call and an event for every attempt, without anything secret or personal |
//! | `redis` | one token and one count of calls for several machines |
//! | `events` | `hire_api::event`: events that Feishu pushes |
//! | `axum` | `Webhook::route`: a webhook as a handler of axum |
//! | `long-connection` | `hire_api::event::LongConnection`: events over a connection that the program opens itself |
//! | `sign-in` | `hire_api::sign_in`: users sign in, and calls are made on their behalf |
//! | `blocking` | `hire_api::blocking`: a client whose calls wait for their answers, for programs that are not async |
//! | `derive` | the derives, for your own endpoints, models and events and for clients that hire-gen generates in other crates |
//! | `jiff`, `chrono` | conversions between `Millis` and `Seconds` and the times of these crates |
//! | `serde` | `Serialize` and `Deserialize` for every model and every request |
//!
//! # Platforms
//!
//! Linux, macOS and Windows. WebAssembly in a browser (`wasm32-unknown-unknown`) is not supported: connections, timers and
//! files are tokio's and the system's, and an app's secret, which every token needs, does not belong in a browser. Call
//! Feishu from your server instead.
//!
//! # Your own endpoints
//!
//! With the feature `derive`, `Model`, `OpenEnum` and `Endpoint` are the derives behind the generated code, and
//! [`Client::call`] sends any type that has them.

#![cfg_attr(docsrs, feature(doc_cfg))]

// Derived code uses this path for the runtime, also inside it.
extern crate self as hire_api;

mod call;
mod check;
mod client;
mod clock;
mod error;
#[cfg(feature = "events")]
pub mod event;
mod file;
#[cfg(any(fuzzing, test))]
#[doc(hidden)]
pub mod fuzzing;
#[cfg(feature = "redis")]
mod redis;
mod secret;
#[cfg(feature = "sign-in")]
pub mod sign_in;
mod transport;
pub mod wire;

pub use call::middleware::{Middleware, Outbound, Passed};
pub use call::options::{Answer, CallOptions};
pub use call::provider::{AccessToken, TokenFuture, TokenProvider};
pub use call::quota::Quotas;
pub use call::retry::Retry;
#[cfg(any(feature = "events", feature = "sign-in"))]
pub use call::sharing::StoreFuture;
pub use call::watch::{Attempt, Notice, Observer, Wait, WaitReason};
pub use check::{Check, Checks, Violation, Violations};
pub use client::Client;
#[cfg(feature = "blocking")]
pub use client::blocking;
pub use client::builder::ClientBuilder;
pub use client::bulk::{Bulk, Done, Stop};
pub use client::offset::Offset;
pub use client::page::{Items, Page, Paged, Pages};
pub use client::store_app::StoreApp;
pub use error::Error;
pub use file::File;
pub use file::download::Download;
#[cfg(feature = "derive")]
pub use hire_macros::{Endpoint, Model, OpenEnum};
pub use wire::custom_value::CustomValue;
pub use wire::envelope::FieldViolation;
pub use wire::headers::Headers;
pub use wire::metadata::{App, Codes, Envelope, ErrorCode, Metadata, Method, NoCodes, Quota, Safety, Token};
pub use wire::open_enum::{UnrecognizedInt, UnrecognizedString};
pub use wire::param::Param;
pub use wire::request::{Draft, Endpoint, Prepared};

pub use wire::value::{Json, Millis, Seconds};

#[cfg(feature = "redis")]
pub use crate::redis::Redis;

include!(concat!(env!("OUT_DIR"), "/api.rs"));

/// The folder of the specs that this crate was generated from; pass it to `hire_gen::mock::Mock::start` in a test.
#[cfg(not(hire_schema_beside))]
pub const SCHEMA_DIR: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/schema");
/// The folder of the specs that this crate was generated from; pass it to `hire_gen::mock::Mock::start` in a test.
// Without a symbolic link, as the build script found.
#[cfg(hire_schema_beside)]
pub const SCHEMA_DIR: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../schema");

/// Called by derived code. Not a public interface: it changes without notice.
#[doc(hidden)]
pub mod __private {
    pub use crate::check::limits::{
        AsNumber, Is, Literal, Number, Tested, date, fixed, is_set, items, json, length, missing, range,
    };
    pub use crate::client::offset::Begins;
    pub use crate::file::bytes;
    pub use crate::wire::form::Part;
    pub use crate::wire::metadata::quota;
    pub use crate::wire::model::{Hidden, debug, field, hidden};
    pub use crate::wire::open_enum::{unrecognized_int, unrecognized_string};
    pub use crate::wire::scalar::{Scalar, scalar};
    #[cfg(feature = "serde")]
    pub use crate::wire::serde;
    pub use crate::wire::write::Fields;
}
