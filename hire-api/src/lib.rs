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
//! Every endpoint has a module of its own with a `Request` and a `Response`. What a request must have is an argument
//! of `new`; everything else is a setter. In an answer everything may be missing: fields are `Option`, and absent lists
//! are empty. Enums keep the values they do not know.
//!
//! # Features
//!
//! | feature | is |
//! |---|---|
//! | `common` (default) | the resources that most programs need: talents, attachments, jobs, applications, offers, notes |
//! | `hire-v1-talent`, .. | one feature for each resource |
//! | `full` | every resource |
//! | `rustls-ring` (default) | TLS without native libraries |
//! | `rustls-aws-lc` | TLS as reqwest does it by default; needs a C compiler |
//! | `tracing` | a span for every call and an event for every attempt, without anything secret or personal |
//! | `redis` | one token and one count of calls for several machines |
//! | `blocking` | `hire_api::blocking`: a client whose calls wait for their answers, for programs that are not async |
//! | `roundtrip` | `Serialize` and `Deserialize` for every model, also in the direction the wire does not need |
//!
//! # Your own endpoints
//!
//! [`Model`], [`OpenEnum`] and [`Endpoint`](derive@Endpoint) are the derives behind the generated code, and
//! [`Client::call`] sends whatever has them.

// Derived code names the runtime by this path, also inside of it.
extern crate self as hire_api;

#[cfg(feature = "blocking")]
pub mod blocking;
mod builder;
mod check;
mod client;
mod custom_value;
mod download;
mod envelope;
mod error;
mod file;
#[cfg(any(fuzzing, test))]
#[doc(hidden)]
pub mod fuzzing;
mod limit;
mod limits;
mod metadata;
mod model;
mod open_enum;
mod page;
mod param;
mod provider;
mod request;
mod retry;
mod scalar;
mod send;
#[cfg(feature = "redis")]
mod shared;
mod store_app;
mod token;
mod transport;
mod upload;
mod value;
mod watch;

pub use builder::ClientBuilder;
pub use check::{Check, Checks, Violation, Violations};
pub use client::{Answer, CallOptions, Client};
pub use custom_value::CustomValue;
pub use download::Download;
pub use error::{Error, FieldViolation};
pub use file::File;
pub use hire_macros::{Endpoint, Model, OpenEnum};
pub use limit::Quotas;
pub use metadata::{App, Codes, Envelope, ErrorCode, Metadata, Method, NoCodes, Quota, Safety, Token};
pub use open_enum::{UnrecognizedInt, UnrecognizedString};
pub use page::{Items, Page, Paged, Pages};
pub use param::Param;
pub use provider::{AccessToken, TokenFuture, TokenProvider};
pub use request::{Draft, Endpoint, Prepared};
pub use retry::Retry;
#[cfg(feature = "redis")]
pub use shared::Redis;
pub use store_app::StoreApp;
pub use transport::Headers;
pub use value::{Json, Millis, Seconds};
pub use watch::{Attempt, Notice, Observer};

include!(concat!(env!("OUT_DIR"), "/api.rs"));

/// The specs this crate was generated from: hand it to `hire_gen::mock::Mock::start` in a test.
pub const SCHEMA_DIR: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/schema");

/// What derived code calls. Not for people: it changes without notice.
#[doc(hidden)]
pub mod __private {
    pub use serde::de::{Deserialize, Deserializer, MapAccess};
    pub use serde::ser::{Serialize, Serializer};

    pub use crate::file::Part;
    pub use crate::limits::{
        AsNumber, Is, Literal, Number, Tested, bytes, date, fixed, is_set, items, length, missing, range,
    };
    pub use crate::metadata::quota;
    pub use crate::model::{Blank, Entries, Fields, Hidden, Read, ReadModel, debug, field, hidden, object};
    pub use crate::open_enum::{unrecognized_int, unrecognized_string};
    pub use crate::scalar::{Scalar, scalar};
}
