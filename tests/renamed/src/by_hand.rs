//! Every derive, on private types, with another name of hire-api.

use hire::event::Event;
use hire::{Endpoint, File, Model, OpenEnum};

/// The food of an animal.
#[derive(Clone, Copy, PartialEq, OpenEnum)]
#[hire(int, crate = "crate::sdk::api", serde)]
pub enum Food {
    /// Hay.
    #[hire(value = 1, label = "干草")]
    Hay,
    /// Anything else.
    #[hire(unrecognized)]
    Unrecognized(hire::UnrecognizedInt),
}

/// A kind of food.
#[derive(Clone, PartialEq, OpenEnum)]
#[hire(string, crate = "hire")]
pub enum Word {
    /// Hay.
    #[hire(value = "hay")]
    Hay,
    /// Anything else.
    #[hire(unrecognized)]
    Unrecognized(::hire::UnrecognizedString),
}

/// An animal, sent and received.
#[derive(Clone, PartialEq, Model)]
#[hire(request, response, serde, crate = "hire")]
pub struct Animal {
    /// Its food.
    #[hire(required_when(present(since), reason = "since is set"))]
    pub food: Option<Food>,
    /// Since when.
    pub since: Option<crate::sdk::api::Millis>,
    /// Its name.
    #[hire(max_length = 10)]
    pub name: Option<String>,
}

/// Feeds an animal.
#[derive(Clone, Endpoint)]
#[hire(
    crate = "::hire",
    name = "zoo.v1.animal.feed",
    method = "POST",
    path = "/zoo/v1/animals/:animal_id/feed"
)]
#[hire(response = Animal, quota = "20/min", error(code = 1, http = 400, name = "Full"), serde)]
pub struct Feed {
    /// Which animal.
    #[hire(path)]
    pub animal_id: String,
    /// The food.
    pub food: Option<Food>,
}

/// Sends a picture of an animal.
#[derive(Clone, Endpoint)]
#[hire(
    crate = "self::super::sdk::api",
    name = "zoo.v1.animal.show",
    method = "POST",
    path = "/zoo/v1/animals/show"
)]
#[hire(response = Animal)]
pub struct Show {
    /// The picture.
    #[hire(multipart)]
    pub picture: File,
}

/// An animal was fed.
#[derive(Clone, Event)]
#[hire(crate = "hire", name = "zoo.animal.fed_v1", serde)]
pub struct Fed {
    /// Which animal.
    pub animal_id: Option<String>,
}
