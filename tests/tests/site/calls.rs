//! The calls that the site shows: they compile, and the mock server, which checks requests against the schema, takes them.

use std::future::Future;
use std::pin::Pin;

use hire_api::Client;
use hire_gen::mock::Mock;

type Sent = Result<(), hire_api::Error>;
type Call<'a> = Pin<Box<dyn Future<Output = Sent> + 'a>>;
/// What a function ends with; a type of the schema may be called `Ok`.
const DONE: Sent = Ok(());

async fn client(mock: &Mock) -> Client {
    Client::builder("cli_site", "secret").with_base_url(mock.url()).build().unwrap()
}

#[allow(unused, deprecated, reason = "an example need not use what it gets, and shows what a page does")]
mod committed {
    use super::{Call, Client, DONE, Sent};

    include!(concat!(env!("OUT_DIR"), "/calls.rs"));

    #[tokio::test]
    async fn every_call_of_the_site_is_accepted() {
        let mock = super::Mock::start(hire_api::SCHEMA_DIR).await.unwrap();
        let client = super::client(&mock).await;
        for (name, call) in all(&client, "u-token") {
            call.await.unwrap_or_else(|error| panic!("{name}: {error}"));
        }
        let called: std::collections::BTreeSet<_> =
            mock.requests().into_iter().filter_map(|one| one.endpoint).collect();
        assert_eq!(called.len(), hire_api::ENDPOINTS.len());
    }
}

#[allow(unused, deprecated, reason = "an example need not use what it gets, and shows what a page does")]
mod golden {
    use super::{Call, Client, DONE, Sent};

    include!(concat!(env!("OUT_DIR"), "/golden_calls.rs"));

    #[tokio::test]
    async fn calls_of_another_schema_name_its_crate() {
        let schema = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/schema");
        let mock = super::Mock::start(schema).await.unwrap();
        let client = super::client(&mock).await;
        for (name, call) in all(&client, "u-token") {
            call.await.unwrap_or_else(|error| panic!("{name}: {error}"));
        }
    }
}
