//! Signs a user in and makes calls on the user's behalf: the work of a web server, against a mock server and without a
//! browser.

#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use std::error::Error;
use std::io::{Read, Write};
use std::net::TcpStream;

use hire_api::Client;
use hire_api::hire::v1::todo::list::{Request as ListTodos, TodoType};
use hire_api::sign_in::{FileUsers, SignInAttempt};
use hire_gen::mock::Mock;

/// Must be among the redirect addresses of the app, in the developer console under security settings.
const BACK: &str = "https://app.example/signed-in";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mock = Mock::start(hire_api::SCHEMA_DIR).await?;
    let folder = tempfile::tempdir()?;
    // Only its owner can read the file; for several processes use `Redis`.
    let client = Client::builder("cli_mock", "no-secret")
        .with_base_url(mock.url())
        .with_accounts_url(mock.url())
        .with_user_store(FileUsers::new(folder.path().join("users.json")))
        .build()?;
    let sign_in = client.sign_in()?;

    // GET /sign-in: store `state` and `verifier` in the session, and redirect the browser to the address.
    let attempt = sign_in.start(BACK, &["offline_access", "hire:todo:readonly"])?;
    let session = (attempt.state().to_owned(), attempt.verifier().to_owned());
    println!("1. The browser is sent to the authorize page.");

    // The browser, with a user who agrees.
    let query = browse(&mock, &attempt)?;
    println!("2. It comes back to {BACK} with a code.");

    // GET /signed-in?..: the session shows whether this is the same browser.
    let attempt = SignInAttempt::restore(&session.0, &session.1, BACK);
    let signed_in = sign_in.finish(&attempt, &query).await?;
    println!("3. Signed in; the tokens are stored. The session now holds the key of the user.");
    println!("   granted: {}", signed_in.tokens.scopes().collect::<Vec<_>>().join(", "));
    match sign_in.finish(&attempt, &query).await {
        Ok(_) => return Err("a code works once".into()),
        Err(error) => println!("   the same code again: {error}"),
    }

    // The endpoint requires a user access token.
    let user = client.as_user(&signed_in.key);
    let todos = async || user.call(&ListTodos::new(TodoType::Evaluation)).await;
    println!("4. A call for the user: {} to-dos", todos().await?.items.len());
    mock.expire_user_tokens();
    println!("5. The access token is over, and is renewed: {} to-dos", todos().await?.items.len());
    mock.revoke_user_tokens();
    match todos().await {
        Err(error) if error.needs_sign_in() => println!("6. The user has revoked the consent: {error}"),
        _ => return Err("tokens that were revoked are refused".into()),
    }
    Ok(())
}

/// Acts as a browser: opens the address and follows the redirect to the app's address, with this query.
fn browse(mock: &Mock, attempt: &SignInAttempt) -> Result<String, Box<dyn Error>> {
    let path = attempt.url().strip_prefix(mock.url()).ok_or("the page is the mock's")?;
    let mut stream = TcpStream::connect(mock.address())?;
    write!(stream, "GET {path} HTTP/1.1\r\nhost: mock\r\nconnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let location = answer.lines().find_map(|line| line.strip_prefix("location: "));
    let (_, query) = location.and_then(|location| location.split_once('?')).ok_or("the mock sends on")?;
    Ok(query.to_owned())
}
