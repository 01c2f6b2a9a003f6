//! Documentation pages → specs.

mod condition;
mod describe;
mod doc;
mod json;
mod nest;
mod page;
mod table;
mod text;
mod wire_type;

pub use describe::{Description, PageScope, Value};
pub use doc::{PageDoc, PageError, PageExample, PageField, Seen};
pub use wire_type::{WireBase, WireType};

/// Reads a documentation page.
pub fn read_page(text: &str) -> PageDoc {
    PageDoc::read(text)
}
