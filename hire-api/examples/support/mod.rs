//! A client for examples: for Feishu if the environment has an app, otherwise for a mock server on loopback.

use std::env;
use std::error::Error;

use hire_api::Client;
use hire_gen::mock::Mock;

/// The client, and its mock, which stops when it is dropped.
pub(crate) async fn client() -> Result<(Client, Option<Mock>), Box<dyn Error>> {
    if let (Ok(id), Ok(secret)) = (env::var("FEISHU_APP_ID"), env::var("FEISHU_APP_SECRET")) {
        println!("Calling Feishu as the app {id}.");
        return Ok((Client::builder(id, secret).build()?, None));
    }
    let mock = Mock::start(hire_api::SCHEMA_DIR).await?;
    println!(
        "Calling a mock server at {}; set FEISHU_APP_ID and FEISHU_APP_SECRET to call Feishu.",
        mock.url()
    );
    let client = Client::builder("cli_example", "no-secret").with_base_url(mock.url()).build()?;
    Ok((client, Some(mock)))
}
