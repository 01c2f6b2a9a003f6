//! The output of the generator for `tests/golden/schema`, which is stored beside it, compiled here under denied
//! warnings, and used.

// As in a private module of a program that uses only a part.
#[deny(warnings, unreachable_pub, clippy::pedantic)]
#[rustfmt::skip]
#[path = "../golden/rust/api.rs"]
mod api;

use std::path::{Path, PathBuf};

use api::shop::v1::order::create::{Cell, Kind, Line};
use api::shop::v1::order::{attach, create, list};
use api::shop::v1::type_::move_;
use api::shop::v1::types::IdType;
use hire_api::{Draft, Endpoint, Prepared};
use hire_gen::rust::{Options, emit};
use serde_json::{Value, json};

fn golden(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("golden").join(folder)
}

fn generated(options: &Options) -> hire_gen::Files {
    let api = hire_gen::load(&golden("schema")).unwrap_or_else(|problems| panic!("{problems}"));
    emit(&api, options)
}

fn plain() -> Options {
    Options { events: true, ..Options::default() }
}

fn formatted() -> Options {
    Options { format: true, ..plain() }
}

fn prepare(request: &impl Endpoint) -> Prepared {
    let mut draft = Draft::new(metadata(request));
    request.draft(&mut draft);
    draft.finish().unwrap()
}

fn metadata<E: Endpoint>(_: &E) -> &'static hire_api::Metadata {
    E::METADATA
}

fn body(prepared: &Prepared) -> Value {
    serde_json::from_slice(prepared.body.as_deref().unwrap()).unwrap()
}

#[test]
fn output_is_the_golden() {
    let files = generated(&formatted());
    if std::env::var_os("BLESS").is_some() {
        files.write(&golden("rust")).unwrap();
    }
    assert_eq!(files.compare(&golden("rust")).unwrap(), Vec::<String>::new(), "BLESS=1 writes them");
}

#[test]
fn documentation_names_the_feature_of_an_item() {
    let features = ["shop-v1-order".to_owned()].into();
    let files = generated(&Options { inside_hire_api: true, features: Some(features), ..plain() });
    let text = |wanted: &str| files.iter().find(|(path, _)| *path == wanted).unwrap().1.replace('\n', " ");
    for (path, module, feature) in [
        ("shop/v1/mod.rs", "order", "shop-v1-order"),
        // A resource without its own feature.
        ("shop/v1/mod.rs", "stock", "full"),
        ("shop/v1/order/mod.rs", "events", "events"),
    ] {
        let text = text(path);
        let (before, _) = text.split_once(&format!("pub mod {module};")).unwrap();
        let note = format!("#[cfg_attr(docsrs, doc(cfg(feature = \"{feature}\")))]");
        assert!(before.trim_end().ends_with(&note), "{module}: {before}");
    }
}

#[test]
fn plain_and_formatted_output_are_the_same_code() {
    let plain = generated(&plain());
    let formatted = generated(&formatted());
    let squeezed = |text: &str| -> String {
        let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
        code.collect::<String>().chars().filter(|c| !c.is_whitespace() && *c != ',').collect()
    };
    for ((path, plain), (_, formatted)) in plain.iter().zip(formatted.iter()) {
        assert_eq!(squeezed(plain), squeezed(formatted), "{path}");
        let (longest, line) = plain.lines().map(|line| (line.chars().count(), line)).max().unwrap();
        assert!(longest < 400, "{path}: {line}");
        let spaced = [" :: ", " ,", "( ", "# [", " ;"].iter().find(|odd| code(plain).contains(**odd));
        assert_eq!(spaced, None, "{path}");
    }
}

/// With empty literals and without comments.
fn code(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.map(|line| line.split('"').step_by(2).collect::<Vec<_>>().join("\"\"") + "\n").collect()
}

#[test]
fn everything_sent_has_its_wire_name() {
    let request = create::Request::new("exGeIjow7zIqWMy+ONkFxA==", "Tea", Kind::Parcel)
        .user_id_type(IdType::UserId)
        .tag(["a b", "c&d"])
        .shipped_at(1_676_548_784_889_i64)
        .lines([Line::new("sku-1").count(2)])
        .grid(vec![vec![Cell::new().value("x")], vec![]]);
    let prepared = prepare(&request);
    assert_eq!(prepared.path, "/open-apis/shop/v1/customers/exGeIjow7zIqWMy%2BONkFxA%3D%3D/orders");
    assert_eq!(prepared.query, "user_id_type=user_id&tag=a%20b&tag=c%26d");
    assert_eq!(
        body(&prepared),
        json!({
            "title": "Tea",
            "kind": 1,
            "shipped_at": "1676548784889",
            "version": 2,
            "lines": [{"sku": "sku-1", "count": 2}],
            "grid": [[{"value": "x"}], []],
        })
    );
}

#[test]
fn nasty_names_keep_their_wire_names() {
    let request = move_::Request::new("t", "s", "c")
        .async_(1)
        .user_id("camel")
        .snake_user_id("snake")
        .self_check("dotted")
        .chinese("中")
        .draft("d");
    let prepared = prepare(&request);
    assert_eq!(prepared.path, "/open-apis/shop/v1/types/t/s");
    assert_eq!(prepared.query, "async=1");
    let expected = json!({"crate": "c", "userId": "camel", "user_id": "snake", "self.check": "dotted", "中文": "中", "draft": "d"});
    assert_eq!(body(&prepared), expected);
}

#[test]
fn a_trailing_slash_belongs_to_the_path() {
    assert_eq!(prepare(&list::Request::new()).path, "/open-apis/shop/v1/orders/");
}

#[test]
fn a_file_makes_the_body_a_form() {
    let request = attach::Request::new(hire_api::File::new("a.pdf", "x")).kind(3);
    let prepared = prepare(&request);
    assert!(prepared.content_type.as_deref().unwrap().starts_with("multipart/form-data; boundary="));
    assert!(prepared.body.is_none() && prepared.size() > 250, "two parts, between three boundaries");
}

#[test]
fn metadata_is_what_the_schema_says() {
    let metadata = create::Request::METADATA;
    assert_eq!(metadata.name, "shop.v1.order.create");
    assert_eq!(metadata.scopes, ["shop:order", "shop:order:write"]);
    assert_eq!(metadata.errors.len(), 2);
    assert_eq!(list::Request::METADATA.paging, Some("items"));
    assert_eq!(api::ENDPOINTS.len(), 4);
    assert_eq!(api::ERRORS[0].code, 99_991_400);
}
