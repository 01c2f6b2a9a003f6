//! Behaviour for one annotated item: [`Model`], [`OpenEnum`] and [`Endpoint`].
//!
//! hire-gen writes declarations with these derives on them; a person can write the same by hand for a private
//! endpoint. **The text of `#[hire(..)]` below is the whole contract between the two.**
//!
//! A field of type `Option<..>` is optional; any other is required: it is an argument of `new`. Lists are `Vec`, maps
//! `BTreeMap<String, _>`, and a recursive field is `Option<Box<_>>`.
//!
//! # `#[derive(Model)]`: an object of a body or an answer
//!
//! | on the struct | does |
//! |---|---|
//! | `request` | it is sent: `Serialize`, `new` with the required fields in order, a setter for each optional field, checks |
//! | `response` | it is received: `Deserialize`, where absent and `null` are fine everywhere and unknown fields are ignored |
//! | `roundtrip` | the other of `Serialize` and `Deserialize` as well |
//!
//! Every model gets a `Debug` that hides `sensitive` fields. `request` and `response` may stand together.
//!
//! | on a field | does |
//! |---|---|
//! | `rename = "type"` | its name on the wire, where it is not the Rust name |
//! | `sensitive` | hidden by `Debug` |
//! | `minimum = 1`, `maximum = 100` | range of a number |
//! | `min_length = 1`, `max_length = 100` | length of a string in characters |
//! | `min_items = 1`, `max_items = 100` | length of a list |
//! | `max_bytes = 1000` | size of a file |
//! | `fixed = 2`, `fixed = "x"` | the only value; `new` fills it in, and there is no setter |
//! | `date` | the string must be a calendar date, `YYYY-MM-DD` |
//! | `required_when(<condition>, .., reason = "..")` | must be set when all conditions hold; the reason is what the violation says |
//!
//! Conditions name siblings by their Rust name: `is(operation, 1)`, `is(kind, "a", "b")` for one of several,
//! `contains(options, 2)` for a list, `present(job_id)`, `absent(job_id)`.
//!
//! # `#[derive(OpenEnum)]`: named values, and room for those that come later
//!
//! On the enum `int` or `string`; on each variant `value = 1` and optionally `label = "男"`. The last variant is
//! `#[hire(unrecognized)] Unrecognized(hire_api::UnrecognizedInt)` (or `UnrecognizedString`) and keeps any other value.
//!
//! # `#[derive(Endpoint)]`: one method and path
//!
//! On the request struct; its fields take the attributes of a model's, and `path` or `query` where they are not part
//! of the JSON body. `multipart` fields (`hire_api::File`) make the body multipart/form-data.
//!
//! | on the struct | says |
//! |---|---|
//! | `name = "hire.v1.talent.onboard_status"` | its name in errors |
//! | `method = "POST"`, `path = "/open-apis/…/:talent_id"` | what it is |
//! | `response = Response` | the model of `data` |
//! | `code = Code` | an enum that implements `Codes`, by which errors tell the endpoint's codes apart |
//! | `title = ".."`, `doc = "https://…"` | one line, and the page |
//! | `tokens(tenant, user, app)`, `apps(custom, store)` | who may call it |
//! | `scopes("hire:talent")`, `field_scopes("..")` | any one suffices; needed for some fields |
//! | `quota = "1000/min, 50/s"` | or `"special"` |
//! | `safety = "unsafe"` | or `"safe"`, `"idempotent"`, `"keyed(external_id)"` |
//! | `envelope = "standard"` | or `"message"`, `"bare"` |
//! | `paging = "items"` | the list its pages hold |
//! | `error(code = 1002001, http = 500, name = "SystemError", label = "系统错误", advice = "..")` | one for each documented code |
//! | `roundtrip` | `Deserialize` for the body, too |
//!
//! `name`, `method`, `path` and `response` must be there.

mod ast;
mod attr;
mod check;
mod ctxt;
mod endpoint;
mod expand;
mod fallback;
mod model;
mod open_enum;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// An object of a body or an answer; see [the attributes](crate).
///
/// ```
/// use hire_api::Model;
///
/// #[derive(Clone, Model)]
/// #[hire(request)]
/// struct Address {
///     #[hire(min_length = 1, max_length = 100)]
///     street: String,
///     #[hire(rename = "type")]
///     kind: Option<i64>,
///     #[hire(sensitive)]
///     phone: Option<String>,
/// }
///
/// let address = Address::new("Main Street").phone("555-0100");
/// assert_eq!(serde_json::to_string(&address)?, r#"{"street":"Main Street","phone":"555-0100"}"#);
/// assert_eq!(format!("{address:?}"), r#"Address { street: "Main Street", phone: [hidden] }"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[proc_macro_derive(Model, attributes(hire))]
pub fn derive_model(input: TokenStream) -> TokenStream {
    model::derive(&parse_macro_input!(input as DeriveInput)).into()
}

/// Named values, and room for those that come later; see [the attributes](crate).
///
/// ```
/// use hire_api::{OpenEnum, UnrecognizedInt};
///
/// #[derive(Clone, Copy, PartialEq, OpenEnum)]
/// #[hire(int)]
/// enum Gender {
///     #[hire(value = 1, label = "男")]
///     Male,
///     #[hire(value = 2, label = "女")]
///     Female,
///     #[hire(unrecognized)]
///     Unrecognized(UnrecognizedInt),
/// }
///
/// assert!(Gender::from(1) == Gender::Male);
/// assert_eq!(Gender::Female.label(), Some("女"));
/// let later: Gender = serde_json::from_str("3")?;
/// assert_eq!(serde_json::to_string(&later)?, "3");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[proc_macro_derive(OpenEnum, attributes(hire))]
pub fn derive_open_enum(input: TokenStream) -> TokenStream {
    open_enum::derive(&parse_macro_input!(input as DeriveInput)).into()
}

/// One method and path, on the struct of its request; see [the attributes](crate).
///
/// ```
/// use hire_api::{Client, Endpoint, Error, Model};
///
/// #[derive(Clone, Endpoint)]
/// #[hire(name = "hire.v1.note.get", method = "GET", path = "/open-apis/hire/v1/notes/:note_id", response = Note)]
/// struct GetNote {
///     #[hire(path)]
///     note_id: String,
///     #[hire(query)]
///     user_id_type: Option<String>,
/// }
///
/// #[derive(Clone, Default, Model)]
/// #[hire(response)]
/// struct Note {
///     content: Option<String>,
/// }
///
/// async fn content(client: &Client) -> Result<Option<String>, Error> {
///     Ok(client.call(&GetNote::new("6949805467799537964").user_id_type("open_id")).await?.content)
/// }
/// ```
#[proc_macro_derive(Endpoint, attributes(hire))]
pub fn derive_endpoint(input: TokenStream) -> TokenStream {
    endpoint::derive(&parse_macro_input!(input as DeriveInput)).into()
}
