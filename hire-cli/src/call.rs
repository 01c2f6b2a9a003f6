//! `hire call`: one operation, checked and sent.

use std::io::{Read, Write};
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};
use hire_api::{AccessToken, Client, Error, TokenFuture, TokenProvider};
use hire_gen::ir::{Api, Endpoint, Token};
use hire_gen::mock::Mock;
use serde_json::Value;

use crate::arguments::Request;
use crate::catalog::Catalog;
use crate::cli::{Environment, Folder};
use crate::outcome::Failure;
use crate::send;
use crate::table::table;

/// How long a token from the environment is used; Feishu refuses it earlier if it has expired.
const TOKEN_LIFE: Duration = Duration::from_secs(2 * 60 * 60);

#[derive(Args)]
pub(crate) struct Call {
    /// Operation, such as `hire.v1.talent.get`, or an unambiguous end of its name: `note.create`
    #[arg(value_name = "OPERATION", index = 1)]
    operation: String,
    /// Fields of the request, such as `talent_id=1`, `basic_info.name=张三` or `content=@resume.pdf`
    #[arg(value_name = "FIELD=VALUE", index = 2)]
    fields: Vec<String>,
    /// Body as JSON, `@FILE` or `-` for standard input; fields are set on top of it
    #[arg(long, value_name = "JSON")]
    body: Option<String>,
    /// Start from the documented example of the request
    #[arg(long, conflicts_with = "body")]
    example: bool,
    /// Call on behalf of the user whose token is in FEISHU_USER_ACCESS_TOKEN
    #[arg(long)]
    as_user: bool,
    /// Print the request instead of sending it
    #[arg(long)]
    dry_run: bool,
    /// Get every page of a list
    #[arg(long, conflicts_with = "dry_run")]
    all_pages: bool,
    /// Write the answer to a file; required if the answer is a file
    #[arg(long, value_name = "PATH", conflicts_with = "dry_run")]
    out: Option<PathBuf>,
    #[command(flatten)]
    service: Service,
    /// Output format
    #[arg(long, value_enum, default_value_t = Format::Json)]
    format: Format,
    #[command(flatten)]
    schema: Folder,
}

/// The server that requests are sent to.
#[derive(Args)]
pub(crate) struct Service {
    /// Send to a mock server, which answers with the documented example; no credentials are needed
    #[arg(long)]
    pub(crate) mock: bool,
    /// Send to this address instead of Feishu; defaults to FEISHU_BASE_URL
    #[arg(long, value_name = "URL", conflicts_with = "mock")]
    pub(crate) base_url: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// The answer as received, indented
    Json,
    /// The data as a table
    Table,
}

impl Service {
    /// The address that requests go to.
    pub(crate) fn address(&self, api: &Api, environment: Environment<'_>) -> String {
        let given = self.base_url.clone().or_else(|| environment("FEISHU_BASE_URL"));
        given.unwrap_or_else(|| api.base_urls.first().map_or_else(String::new, |base| base.url.clone()))
    }

    /// A client, and the mock that it talks to, if there is one.
    pub(crate) async fn client(
        &self,
        api: &Api,
        environment: Environment<'_>,
    ) -> Result<(Client, Option<Mock>), Failure> {
        let usage = |error: Error| Failure::Usage(error.to_string());
        if self.mock {
            let mock = Mock::builder_for(api.clone()).start().await;
            let mock = mock.map_err(|error| Failure::Call(error.to_string()))?;
            let client =
                Client::builder("cli_mock", "secret").with_base_url(mock.url()).build().map_err(usage)?;
            return Ok((client, Some(mock)));
        }
        let variable = |name: &str| environment(name).filter(|value| !value.is_empty());
        if let Some(token) = variable("FEISHU_TENANT_ACCESS_TOKEN") {
            let builder =
                Client::builder("cli_environment", "").with_base_url(self.address(api, environment));
            let client = builder.with_token_provider(EnvironmentToken(token)).build().map_err(usage)?;
            return Ok((client, None));
        }
        let credential = |name: &str| {
            variable(name).ok_or_else(|| {
                Failure::Usage(format!(
                    "`{name}` is not set: copy it from the developer console, set `FEISHU_TENANT_ACCESS_TOKEN` instead, or \
                     use `--mock`"
                ))
            })
        };
        let (id, secret) = (credential("FEISHU_APP_ID")?, credential("FEISHU_APP_SECRET")?);
        let builder = Client::builder(id, secret).with_base_url(self.address(api, environment));
        Ok((builder.build().map_err(usage)?, None))
    }
}

impl Call {
    pub(crate) fn run(
        self,
        environment: Environment<'_>,
        input: &mut dyn Read,
        output: &mut dyn Write,
    ) -> Result<(), Failure> {
        let catalog = Catalog::open(self.schema.folder.as_deref()).map_err(Failure::Usage)?;
        let endpoint = catalog.find(&self.operation).map_err(Failure::Usage)?;
        let request = self.request(&catalog.api, endpoint, input)?;
        send::check(&catalog, endpoint, &request)?;
        if self.dry_run {
            let address = self.service.address(&catalog.api, environment);
            let builder = Client::builder("cli_dry_run", "secret").with_base_url(&address);
            builder.build().map_err(|error| Failure::Usage(error.to_string()))?;
            output.write_all(send::dry_run(&catalog, endpoint, &request, &address)?.as_bytes())?;
            return Ok(());
        }
        let user_token = self.user_token(endpoint, environment)?;
        let file = match (&self.out, endpoint.answers_file) {
            (_, true) if self.all_pages => {
                return Err(Failure::Usage(format!("`{}` answers with a file, not with pages", endpoint.id)));
            }
            (out, is_file) => out.as_deref().filter(|_| is_file),
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let answer = runtime.block_on(async {
            let (client, mock) = self.service.client(&catalog.api, environment).await?;
            let token = user_token.as_deref();
            let answer = if let Some(path) = file {
                let saved = send::save(&client, &catalog, endpoint, &request, token, path).await;
                saved.map(|_| None)
            } else if self.all_pages {
                send::send_all(&client, &catalog, endpoint, request, token).await.map(Some)
            } else {
                let body = send::send(&client, &catalog, endpoint, &request, token).await;
                body.map(|body| Some(send::Answer { body, items: None }))
            };
            drop(mock);
            answer
        })?;
        match (answer, &self.out) {
            (None, _) => Ok(()),
            (Some(answer), None) => self.print(answer, output),
            (Some(answer), Some(path)) => {
                let mut text = Vec::new();
                self.print(answer, &mut text)?;
                let wrong = |error| Failure::Call(format!("cannot write `{}`: {error}", path.display()));
                std::fs::write(path, text).map_err(wrong)
            }
        }
    }

    fn request(&self, api: &Api, endpoint: &Endpoint, input: &mut dyn Read) -> Result<Request, Failure> {
        let body = match (&self.body, &endpoint.request_example) {
            (Some(body), _) => Some(read_json(body, input)?),
            (None, Some(example)) if self.example => {
                let read = serde_json::from_str(&example.text);
                Some(read.map_err(|error| {
                    Failure::Usage(format!("the documented example is not JSON: {error}"))
                })?)
            }
            (None, _) => None,
        };
        let body = if endpoint.body.is_none() && self.example { None } else { body };
        let mut request = Request::with_body(endpoint, body).map_err(Failure::Usage)?;
        for field in &self.fields {
            request.set(api, endpoint, field).map_err(Failure::Usage)?;
        }
        Ok(request)
    }

    /// The token of the user, if the call is for one.
    fn user_token(
        &self,
        endpoint: &Endpoint,
        environment: Environment<'_>,
    ) -> Result<Option<String>, Failure> {
        let only_users = endpoint.tokens == [Token::User];
        if self.as_user && !endpoint.tokens.contains(&Token::User) {
            return Err(Failure::Usage(format!(
                "`{}` does not accept a user's token: leave out `--as-user`",
                endpoint.id
            )));
        }
        if !self.as_user && !only_users {
            return Ok(None);
        }
        let token = environment("FEISHU_USER_ACCESS_TOKEN").filter(|token| !token.is_empty());
        match token {
            None if self.service.mock => Ok(Some("u-mock".to_owned())),
            None => Err(Failure::Usage(format!(
                "`FEISHU_USER_ACCESS_TOKEN` is not set, and `{}` is called on behalf of a user",
                endpoint.id
            ))),
            token => Ok(token),
        }
    }

    fn print(&self, answer: send::Answer, output: &mut dyn Write) -> Result<(), Failure> {
        let shown = match (answer.items, self.format) {
            (Some(items), _) => Value::Array(items),
            (None, Format::Table) => answer.body.get("data").cloned().unwrap_or(answer.body),
            (None, Format::Json) => answer.body,
        };
        match self.format {
            Format::Json => writeln!(output, "{shown:#}")?,
            Format::Table => output.write_all(table(&shown).as_bytes())?,
        }
        Ok(())
    }
}

/// The tenant's token in FEISHU_TENANT_ACCESS_TOKEN.
struct EnvironmentToken(String);

impl TokenProvider for EnvironmentToken {
    fn fetch<'a>(&'a self, refused: Option<&'a str>) -> TokenFuture<'a> {
        let token = match refused {
            Some(_) => Err(Error::no_token(
                "Feishu refused the token in `FEISHU_TENANT_ACCESS_TOKEN`; set a new one",
            )),
            None => Ok(AccessToken::new(self.0.clone(), TOKEN_LIFE)),
        };
        Box::pin(std::future::ready(token))
    }
}

/// JSON from the argument itself, a file, or standard input.
fn read_json(argument: &str, input: &mut dyn Read) -> Result<Value, Failure> {
    let text = match argument.strip_prefix('@') {
        Some(path) => std::fs::read_to_string(PathBuf::from(path))
            .map_err(|error| Failure::Usage(format!("`{path}`: {error}")))?,
        None if argument == "-" => {
            let mut text = String::new();
            input.read_to_string(&mut text)?;
            text
        }
        None => argument.to_owned(),
    };
    serde_json::from_str(&text).map_err(|error| Failure::Usage(format!("the body is not JSON: {error}")))
}
