//! Behaviour for one annotated item: [`Model`], [`OpenEnum`], [`Endpoint`] and [`Event`].
//!
//! hire-gen writes declarations with these derives; you can write the same by hand for a private endpoint or event.
//! **The text of `#[hire(..)]` below is the whole contract between the two.**
//!
//! On every item, `crate = "corp_sdk::hire_api"` sets the path of hire-api if it is renamed or re-exported. It
//! defaults to `::hire_api`, and in the types of the item's fields `::hire_api` also means that crate.
//!
//! A field of type `Option<..>` is optional; any other is required: it is an argument of `new`. `Option<Option<..>>` is a field of a
//! JSON body for which `null` differs from being absent; `clear_<field>` sends it. Lists are `Vec`, maps
//! `BTreeMap<String, _>`, and a recursive field is `Option<Box<_>>`.
//!
//! # `#[derive(Model)]`: an object of a body or an answer
//!
//! | on the struct | effect |
//! |---|---|
//! | `request` | sent: `Write`, `new` with the required fields in order, a setter for each optional field, checks |
//! | `response` | received: `Read`, which accepts absent, `null` and odd values and ignores unknown fields |
//! | `serde` | also `Serialize` and `Deserialize`; needs the feature `serde` of hire-api |
//!
//! Every model gets a `Debug` that hides `sensitive` fields. `request` and `response` can be combined.
//!
//! | on a field | effect |
//! |---|---|
//! | `rename = "type"` | its wire name, if it is not the Rust name |
//! | `sensitive` | hidden by `Debug` |
//! | `minimum = 1`, `maximum = 100` | range of a number |
//! | `min_length = 1`, `max_length = 100` | length of a string in characters |
//! | `min_items = 1`, `max_items = 100` | length of a list |
//! | `max_bytes = 1000` | size of a file |
//! | `fixed = 2`, `fixed = "x"` | the only value; `new` sets it, and there is no setter |
//! | `date` | the string must be a calendar date, `YYYY-MM-DD` |
//! | `json` | the string must contain JSON |
//! | `body` | in a struct that is only received: the answer is this `Vec`, and no object around it |
//! | `required_when(<condition>, .., reason = "..")` | required if all conditions hold; the violation contains the reason |
//!
//! Conditions name siblings by their Rust name: `is(operation, 1)`, `is(kind, "a", "b")` for one of several,
//! `contains(options, 2)` for a list, `present(job_id)`, `absent(job_id)`.
//!
//! # `#[derive(OpenEnum)]`: named values that keep unknown ones
//!
//! On the enum: `int` or `string`, and `serde` for its traits. On each variant: `value = 1` and optionally `label =
//! "男"`. The last variant is `#[hire(unrecognized)] Unrecognized(hire_api::UnrecognizedInt)` (or
//! `UnrecognizedString`) and keeps any other value. `Display`, `FromStr` and `From` (`i64`, or `&str` and `String`) use the
//! wire value.
//!
//! # `#[derive(Endpoint)]`: one method and path
//!
//! On the request struct. Its fields take the attributes of a model's fields, and `path`, `query` or `header` if they
//! are not part of the JSON body. A header is one value of visible ASCII. `multipart` fields (`hire_api::File`) make
//! the body multipart/form-data.
//! A `Vec` with `body` is the whole JSON body, which is then a list; no other field can be part of the body.
//!
//! | on the struct | meaning |
//! |---|---|
//! | `name = "hire.v1.talent.onboard_status"` | its name in errors |
//! | `method = "POST"`, `path = "/open-apis/…/:talent_id"` | method and path |
//! | `response = Response` | the model of `data` |
//! | `code = Code` | an enum that implements `Codes`, with the documented codes |
//! | `title = ".."`, `doc = "https://…"` | a one-line title, and the address of the page |
//! | `tokens(tenant, user, app)`, `apps(custom, store)` | accepted tokens and apps; `tokens()` sends no token |
//! | `scopes("hire:talent")`, `field_scopes("..")` | scopes, one of which suffices; scopes for some fields |
//! | `quota = "1000/min, 50/s"` | or `"special"` |
//! | `safety = "unsafe"` | or `"safe"`, `"idempotent"`, `"keyed(external_id)"` |
//! | `envelope = "standard"` | or `"message"`, `"flat"` (fields beside `code`), `"bare"` |
//! | `paging = "items"` | the list that has pages |
//! | `base_url("https://open.feishu.cn", "https://www.feishu.cn")` | replaces the first base URL of clients; one for each region |
//! | `error(code = 1002001, http = 500, name = "SystemError", label = "系统错误", advice = "..")` | one for each documented code |
//! | `serde` | `Serialize` and `Deserialize` for the whole request, including path and query |
//!
//! `name`, `method`, `path` and `response` are required.
//!
//! # `#[derive(Event)]`: an event that Feishu sends
//!
//! On the struct of the payload, the object `event` of the envelope. It is a received model: every field is an
//! `Option`, a `Vec` or a `BTreeMap`, with the attributes of such a model's fields. It needs the feature `events` of
//! hire-api.
//!
//! | on the struct | meaning |
//! |---|---|
//! | `name = "hire.application.stage_changed_v1"` | its type, as Feishu sends it; required |
//! | `title = ".."`, `doc = "https://…"` | a one-line title, and the address of the page |
//! | `apps(custom, store)` | apps that may subscribe |
//! | `scopes("hire:application:readonly")`, `field_scopes("..")` | scopes, one of which suffices; scopes for some fields |
//! | `envelope = "v2"` | or `"v1"`: the envelope |
//! | `serde` | also `Serialize` and `Deserialize` |

// hire-gen includes these files as a module of its own, to expand the derives before it publishes: `super` is this
// module here, and that one there.
mod ast;
mod attr;
mod check;
mod codec;
mod ctxt;
mod endpoint;
mod event;
mod expand;
mod fallback;
mod home;
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
/// assert_eq!(hire_api::wire::to_string(&address), r#"{"street":"Main Street","phone":"555-0100"}"#);
/// assert_eq!(format!("{address:?}"), r#"Address { street: "Main Street", phone: [hidden] }"#);
/// ```
#[proc_macro_derive(Model, attributes(hire))]
pub fn derive_model(input: TokenStream) -> TokenStream {
    model::derive(&parse_macro_input!(input as DeriveInput)).into()
}

/// Named values that keep unknown ones; see [the attributes](crate).
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
/// assert_eq!(Gender::Female.to_string(), "2");
/// assert!("2".parse() == Ok(Gender::Female));
/// let later: Gender = hire_api::wire::from_slice(b"3")?.value;
/// assert_eq!(hire_api::wire::to_string(&later), "3");
/// # Ok::<(), hire_api::wire::Unreadable>(())
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

/// An event that Feishu sends, on the struct of its payload; see [the attributes](crate).
///
/// ```
/// use hire_api::event::Event;
///
/// #[derive(Clone, Event)]
/// #[hire(name = "hire.application.stage_changed_v1", scopes("hire:application:readonly"))]
/// struct StageChanged {
///     application_id: Option<String>,
///     target_stage_id: Option<String>,
/// }
///
/// let json = br#"{"application_id": "689", "new_in_2027": true}"#;
/// let event: StageChanged = hire_api::wire::from_slice(json)?.value;
/// assert_eq!(event.application_id.as_deref(), Some("689"));
/// assert_eq!(StageChanged::METADATA.scopes, ["hire:application:readonly"]);
/// # Ok::<(), hire_api::wire::Unreadable>(())
/// ```
#[proc_macro_derive(Event, attributes(hire))]
pub fn derive_event(input: TokenStream) -> TokenStream {
    event::derive(&parse_macro_input!(input as DeriveInput)).into()
}
