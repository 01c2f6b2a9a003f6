//! Specs of services that also exist elsewhere, and hand-written endpoints, with hire-api under another name.

/// A company's SDK: a crate that re-exports hire-api.
pub mod sdk {
    pub use hire as api;
}

/// Derives that name hire-api by its path.
pub mod by_hand;

/// The specs of `schema/`.
pub mod api {
    include!(concat!(env!("OUT_DIR"), "/api.rs"));
}
