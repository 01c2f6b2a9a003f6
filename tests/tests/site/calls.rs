//! The calls that the site shows compile, and the mock server, which checks requests against the schema, accepts them.

use std::future::Future;
use std::pin::Pin;

use hire_api::Client;
use hire_gen::mock::Mock;

type Sent = Result<(), hire_api::Error>;
type Call<'a> = Pin<Box<dyn Future<Output = Sent> + 'a>>;
/// The end of each function; a type of the schema may be called `Ok`.
const DONE: Sent = Ok(());

fn client(mock: &Mock) -> Client {
    Client::builder("cli_site", "secret").with_base_url(mock.url()).build().unwrap()
}

#[allow(
    unused,
    deprecated,
    reason = "an example need not use what it gets, and deprecated calls have examples, too"
)]
mod committed {
    use super::{Call, Client, DONE, Sent};

    include!(concat!(env!("OUT_DIR"), "/calls.rs"));

    #[tokio::test]
    async fn every_call_of_the_site_is_accepted() {
        let mock = super::Mock::start(hire_api::SCHEMA_DIR).await.unwrap();
        let client = super::client(&mock);
        for (name, call) in all(&client, "u-token") {
            call.await.unwrap_or_else(|error| panic!("{name}: {error}"));
        }
        let called: std::collections::BTreeSet<_> =
            mock.requests().into_iter().filter_map(|one| one.endpoint).collect();
        assert_eq!(called.len(), hire_api::ENDPOINTS.len());
    }
}

#[allow(
    unused,
    clippy::needless_borrow,
    reason = "an example has a client of its own, and need not use what it gets"
)]
pub mod zoo {
    use super::{Call, Client, DONE, Sent};

    pub mod api {
        include!(concat!(env!("OUT_DIR"), "/zoo/api.rs"));
    }

    include!(concat!(env!("OUT_DIR"), "/zoo_calls.rs"));

    #[tokio::test]
    async fn whatever_a_schema_asks_for_the_call_has_it() {
        let schema = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("site/schema");
        let mock = super::Mock::start(schema).await.unwrap();
        let client = super::client(&mock);
        for (name, call) in all(&client, "u-token") {
            call.await.unwrap_or_else(|error| panic!("{name}: {error}"));
        }
    }
}

#[test]
fn calls_read_as_these() {
    let folder = crate::here().join("site");
    let api = crate::load(&folder.join("schema"));
    for endpoint in &api.endpoints {
        let call = hire_gen::call::statements(&api, endpoint, "hire_api");
        let path = folder.join(format!("calls/{}.rs", endpoint.id));
        if std::env::var_os("BLESS").is_some() {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, &call).unwrap();
        }
        let expected = std::fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(call, expected, "BLESS=1 writes {}", path.display());
    }
}
