//! The wire: how requests are written and answers are read.
//!
//! The client uses it for every call. It is public for texts that arrive in another way: [`from_slice`] reads one as
//! the client reads answers, [`to_vec`] writes a model as in the body of a request.

pub(crate) mod custom_value;
pub(crate) mod envelope;
pub(crate) mod form;
#[cfg(any(fuzzing, test))]
pub(crate) mod fuzzing;
pub(crate) mod headers;
pub(crate) mod listed;
pub(crate) mod metadata;
pub(crate) mod mismatch;
pub(crate) mod model;
pub(crate) mod open_enum;
pub(crate) mod param;
pub(crate) mod read;
pub(crate) mod reader;
pub(crate) mod request;
pub(crate) mod reset;
pub(crate) mod scalar;
#[cfg(feature = "serde")]
#[doc(hidden)]
pub mod serde;
mod time;
pub(crate) mod value;
pub(crate) mod write;

pub use mismatch::{Mismatch, Mismatches};
pub use read::{Read, Reading, Unreadable, from_slice};
pub use reader::{Reader, Stop};
pub use write::{Write, to_string, to_vec};
