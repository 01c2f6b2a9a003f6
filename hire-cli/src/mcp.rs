//! `hire mcp`: three tools instead of one per operation, to save the model's context.

use std::sync::Arc;

use hire_api::Client;
use hire_gen::ir::{Endpoint, Safety, Token};
use hire_gen::mock::Mock;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, Implementation, JsonObject,
    ListToolsResult, PaginatedRequestParams, ServerCapabilities, ServerConfig, Tool, ToolAnnotations,
};
use rmcp::service::{RequestContext, ServerInitializeError};
use rmcp::{ErrorData, RoleServer, ServerHandler, ServiceExt as _};
use serde_json::{Value, json};

use crate::arguments::Request;
use crate::catalog::Catalog;
use crate::cli::{Environment, Mcp};
use crate::outcome::Failure;
use crate::{describe, send};

/// The most operations that a search returns.
const FOUND: usize = 20;

/// Serves until standard input ends.
pub(crate) fn serve(options: Mcp, environment: Environment<'_>) -> Result<(), Failure> {
    let catalog = Catalog::open(options.schema.folder.as_deref()).map_err(Failure::Usage)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let failed = |error: &dyn std::fmt::Display| Failure::Call(format!("the connection failed: {error}"));
    let served = runtime.block_on(async {
        let (client, mock) = options.service.client(&catalog.api, environment).await?;
        let user_token = environment("FEISHU_USER_ACCESS_TOKEN").filter(|token| !token.is_empty());
        let user_token = user_token.or_else(|| mock.is_some().then(|| "u-mock".to_owned()));
        let Mcp { read_only, reveal, .. } = options;
        let tools = Tools { catalog, client, read_only, reveal, user_token, _mock: mock };
        match tools.serve(rmcp::transport::stdio()).await {
            Ok(running) => running.waiting().await.map(drop).map_err(|error| failed(&error)),
            // Standard input ended before the client said anything.
            Err(ServerInitializeError::ConnectionClosed(_)) => Ok(()),
            Err(error) => Err(failed(&error)),
        }
    });
    // A read of standard input cannot be cancelled, so do not wait for it.
    runtime.shutdown_background();
    served
}

struct Tools {
    catalog: Catalog,
    client: Client,
    read_only: bool,
    reveal: bool,
    user_token: Option<String>,
    _mock: Option<Mock>,
}

impl ServerHandler for Tools {
    fn get_info(&self) -> ServerConfig {
        let mut info = ServerConfig::default();
        info.capabilities = ServerCapabilities::builder().enable_tools().build();
        info.server_info = Implementation::new("hire", env!("CARGO_PKG_VERSION"));
        info.instructions = Some(
            "Operations of Feishu (Lark) Hire and Contact. Search for an operation, describe it, then call it. Requests \
             are checked before they are sent; an error names the field."
                .to_owned(),
        );
        info
    }

    async fn list_tools(
        &self,
        _request: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        Ok(ListToolsResult::with_all_items(tools(self.read_only)))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        _context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let arguments = Value::Object(request.arguments.unwrap_or_default());
        let result = match request.name.as_ref() {
            "search_operations" => self.search(&arguments),
            "describe_operation" => self.describe(&arguments),
            "call_operation" => self.call(&arguments).await,
            other => return Err(ErrorData::invalid_params(format!("there is no tool `{other}`"), None)),
        };
        let (text, is_error) = match result {
            Ok(value) => (value.to_string(), false),
            Err(failure) => (failure.message().to_owned(), true),
        };
        let content = vec![ContentBlock::text(text)];
        let result = if is_error { CallToolResult::error(content) } else { CallToolResult::success(content) };
        Ok(result.into())
    }
}

impl Tools {
    fn search(&self, arguments: &Value) -> Result<Value, Failure> {
        let words = text(arguments, "query")?;
        let words: Vec<String> = words.split_whitespace().map(str::to_owned).collect();
        let allowed = |endpoint: &&Endpoint| !self.read_only || endpoint.safety == Safety::Safe;
        let found: Vec<&Endpoint> = self.catalog.search(&words).into_iter().filter(allowed).collect();
        let shown: Vec<Value> =
            found.iter().take(FOUND).map(|endpoint| describe::summary(endpoint)).collect();
        Ok(json!({ "operations": shown, "found": found.len() }))
    }

    fn describe(&self, arguments: &Value) -> Result<Value, Failure> {
        Ok(describe::describe(&self.catalog.api, self.find(arguments)?))
    }

    async fn call(&self, arguments: &Value) -> Result<Value, Failure> {
        let endpoint = self.find(arguments)?;
        let request = self.request(endpoint, arguments)?;
        send::check(&self.catalog, endpoint, &request)?;
        let user_token = self.token(endpoint, arguments)?;
        let Self { client, catalog, .. } = self;
        if arguments.get("all_pages").and_then(Value::as_bool) == Some(true) {
            let answer = send::send_all(client, catalog, endpoint, request, user_token).await?;
            let items = answer.items.unwrap_or_default();
            let items =
                if self.reveal { items } else { describe::redacted_items(&catalog.api, endpoint, items) };
            return Ok(json!({ "items": items }));
        }
        let body = send::send(client, catalog, endpoint, &request, user_token).await?;
        Ok(if self.reveal { body } else { describe::redacted(&catalog.api, endpoint, body) })
    }

    fn find(&self, arguments: &Value) -> Result<&Endpoint, Failure> {
        let name = text(arguments, "operation")?;
        let endpoint = self.catalog.find(name).map_err(Failure::Usage)?;
        if self.read_only && endpoint.safety != Safety::Safe {
            return Err(Failure::Usage(format!(
                "`{}` can change data, and this server only reads",
                endpoint.id
            )));
        }
        Ok(endpoint)
    }

    fn request(&self, endpoint: &Endpoint, arguments: &Value) -> Result<Request, Failure> {
        let mut request = Request::with_body(endpoint, body(endpoint, arguments)?).map_err(Failure::Usage)?;
        let sent = &mut request.sent;
        let parts = [("path", &mut sent.path), ("query", &mut sent.query), ("headers", &mut sent.headers)];
        for (name, section) in parts {
            match arguments.get(name) {
                None | Some(Value::Null) => {}
                Some(Value::Object(values)) => section.clone_from(values),
                Some(_) => return Err(Failure::Usage(format!("`{name}` must be an object"))),
            }
        }
        if endpoint.is_multipart() {
            return Err(Failure::Usage(format!("`{}` uploads a file; use `hire call`", endpoint.id)));
        }
        Ok(request)
    }

    fn token(&self, endpoint: &Endpoint, arguments: &Value) -> Result<Option<&str>, Failure> {
        let wanted = arguments.get("as_user").and_then(Value::as_bool) == Some(true);
        if !wanted && endpoint.tokens != [Token::User] {
            return Ok(None);
        }
        let missing =
            || Failure::Usage("this needs the token of a user; set `FEISHU_USER_ACCESS_TOKEN`".to_owned());
        self.user_token.as_deref().map(Some).ok_or_else(missing)
    }
}

/// The JSON body: `body`, or `body_list` for an operation whose body is a list. Clients read arguments by one type each, so there are two.
fn body(endpoint: &Endpoint, arguments: &Value) -> Result<Option<Value>, Failure> {
    let given = |name: &str| arguments.get(name).filter(|body| !body.is_null());
    let (name, other) =
        if endpoint.body_list().is_some() { ("body_list", "body") } else { ("body", "body_list") };
    if given(other).is_some() {
        return Err(Failure::Usage(format!("`{}` takes `{name}`, not `{other}`", endpoint.id)));
    }
    Ok(given(name).cloned())
}

fn text<'a>(arguments: &'a Value, name: &str) -> Result<&'a str, Failure> {
    let text = arguments.get(name).and_then(Value::as_str);
    text.ok_or_else(|| Failure::Usage(format!("`{name}` is required, as a string")))
}

/// The tools, in less than 4 kB.
fn tools(read_only: bool) -> Vec<Tool> {
    let operation =
        json!({ "type": "string", "description": "Name from search_operations, e.g. hire.v1.talent.get" });
    let object = |about: &str| json!({ "type": "object", "description": about });
    let calls = json!({
        "operation": operation,
        "path": object("Path parameters"),
        "query": object("Query parameters"),
        "headers": object("HTTP headers of the operation"),
        "body": object("JSON body"),
        "body_list": { "type": "array", "description": "JSON body of an operation that has a body_list" },
        "all_pages": { "type": "boolean", "description": "Get every page and return the items" },
        "as_user": { "type": "boolean", "description": "Call with the user's token instead of the app's" },
    });
    let query = json!({ "query": { "type": "string", "description": "Words in English or Chinese; all must match" } });
    let reads = ToolAnnotations::from_raw(None, Some(true), Some(false), Some(true), Some(false));
    let acts =
        ToolAnnotations::from_raw(None, Some(read_only), Some(!read_only), Some(read_only), Some(true));
    vec![
        tool(
            "search_operations",
            "Find operations by words of their name, title or label",
            query,
            &["query"],
            reads.clone(),
        ),
        tool(
            "describe_operation",
            "Fields with types, limits and enum values, error codes with advice, and examples of an operation",
            json!({ "operation": operation }),
            &["operation"],
            reads,
        ),
        tool(
            "call_operation",
            "Check a request against the schema and send it. Personal data in the answer is hidden unless the server reveals it",
            calls,
            &["operation"],
            acts,
        ),
    ]
}

fn tool(
    name: &'static str,
    about: &'static str,
    properties: Value,
    required: &[&str],
    annotations: ToolAnnotations,
) -> Tool {
    let mut schema = JsonObject::new();
    schema.insert("type".to_owned(), "object".into());
    schema.insert("properties".to_owned(), properties);
    schema.insert("required".to_owned(), required.into());
    Tool::new(name, about, Arc::new(schema)).with_annotations(annotations)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_list_of_tools_is_small() {
        let list = serde_json::to_string(&super::tools(false)).unwrap();
        assert!(list.len() < 4096, "{} bytes", list.len());
    }
}
