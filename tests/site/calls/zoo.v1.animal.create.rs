use hire_api::zoo::v1::animal::create;
use hire_api::zoo::v1::animal::create::{
    Mood, Request, Species,
};
use hire_api::zoo::v1::types::{Food, Kind};

let request = Request::new(
    1,
    Kind::Zoo,
    "2026-01-31",
    Species::Bear,
    create::Option::new(Species::Bear),
    1_767_225_600_000_i64,
    [1_767_225_600_i64],
    [vec![hire_api::Millis::from(1_767_225_600_000_i64)]],
    [vec!["names".to_owned()]],
    std::collections::BTreeMap::from([("key".to_owned(), "tags".to_owned())]),
    [Food::new("hay").grams(12_000), Food::new("hay").grams(12_000)],
    std::collections::BTreeMap::from([("key".to_owned(), Food::new("hay").grams(12_000))]),
    [vec![hire_api::CustomValue::from("values")]],
    serde_json::json!("{\"a\": [1, null]}"),
    1.0,
    -2,
    "codexxxxx",
    true,
    "a \"b\" \\ 中",
)
.external_id("external_id")
.mood(Mood::Angry)
.reason("reason")
.witness("witness");
let animal = client.zoo().v1().animal();
let answer = animal.create(request).await?;
