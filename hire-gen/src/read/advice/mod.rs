//! What people write instead of the schema language, and what they mean: pure functions of texts, for the help of
//! diagnostics.

pub(crate) mod keys;
pub(crate) mod quota;
pub(crate) mod types;
pub(crate) mod width;
pub(crate) mod words;
pub(crate) mod yaml;
