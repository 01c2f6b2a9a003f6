//! `hire mcp` over its protocol: one JSON message per line on standard input and output.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test ends with a panic")]

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

/// A running server.
struct Server {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    sent: u64,
}

impl Server {
    fn start(options: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_hire"))
            .args(["mcp", "--mock"])
            .args(options)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (input, output) = (child.stdin.take(), BufReader::new(child.stdout.take().unwrap()));
        let mut server = Self { child, input, output, sent: 0 };
        let client = json!({ "name": "test", "version": "1" });
        let hello = json!({ "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": client });
        let answer = server.ask("initialize", &hello);
        assert_eq!(answer["serverInfo"]["name"], "hire");
        server.write(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }));
        server
    }

    fn write(&mut self, message: &Value) {
        writeln!(self.input.as_mut().unwrap(), "{message}").unwrap();
    }

    fn ask(&mut self, method: &str, parameters: &Value) -> Value {
        self.sent += 1;
        self.write(&json!({ "jsonrpc": "2.0", "id": self.sent, "method": method, "params": parameters }));
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        let mut answer: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(answer["id"], self.sent);
        answer["result"].take()
    }

    /// The text that a tool returns, or the text of its error.
    fn call(&mut self, tool: &str, arguments: &Value) -> Result<Value, String> {
        let result = self.ask("tools/call", &json!({ "name": tool, "arguments": arguments }));
        let text = result["content"][0]["text"].as_str().unwrap();
        if result["isError"] == true { Err(text.to_owned()) } else { Ok(serde_json::from_str(text).unwrap()) }
    }

    /// Ends the input; the server ends without an error.
    fn end(mut self) {
        drop(self.input.take());
        assert!(self.child.wait().unwrap().success());
    }
}

#[test]
fn three_tools_find_describe_and_call_operations() {
    let mut server = Server::start(&[]);
    let tools = server.ask("tools/list", &json!({}));
    assert!(tools.to_string().len() < 4096);
    let names: Vec<&str> =
        tools["tools"].as_array().unwrap().iter().map(|tool| tool["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["search_operations", "describe_operation", "call_operation"]);

    let found = server.call("search_operations", &json!({ "query": "创建备注" })).unwrap();
    assert_eq!(found["operations"][0]["name"], "hire.v1.note.create");
    let operation = json!({ "operation": "hire.v1.note.create" });
    let described = server.call("describe_operation", &operation).unwrap().to_string();
    assert!(described.contains("talent_id"), "{described}");

    let talent = json!({ "operation": "hire.v2.talent.get", "path": { "talent_id": "1" } });
    let answer = server.call("call_operation", &talent).unwrap();
    assert_eq!((&answer["code"], &answer["data"]["basic_info"]["name"]), (&json!(0), &json!("[hidden]")));

    let incomplete = json!({ "operation": "hire.v1.note.create", "body": { "content": "x" } });
    let refused = server.call("call_operation", &incomplete).unwrap_err();
    assert!(refused.contains("nothing was sent") && refused.contains("talent_id: is required"), "{refused}");
    server.end();
}

/// Clients read an argument by its one type, so a body that is a list has an argument of its own.
#[test]
fn a_body_that_is_a_list_has_an_argument_of_its_own() {
    let schema = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/golden/shapes/schema");
    let mut server = Server::start(&["--schema", schema]);
    let tools = server.ask("tools/list", &json!({}));
    let arguments = tools["tools"][2]["inputSchema"]["properties"].as_object().unwrap();
    assert!(arguments.values().all(|argument| argument["type"].is_string()), "{arguments:?}");

    let mut import = |body: Value| {
        let mut arguments = json!({ "operation": "shop.v1.member.import" });
        arguments.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
        server.call("call_operation", &arguments)
    };
    let answer = import(json!({ "body_list": [{ "name": "Ada" }], "body": null })).unwrap();
    assert_eq!(answer["data"][0]["id"], "m-1");
    for (body, problem) in [
        (json!({ "body_list": [{ "name": "Alexander" }] }), "[0].name: must have at most 5 characters"),
        (json!({ "body": [{ "name": "Ada" }] }), "takes `body_list`, not `body`"),
        (json!({}), "must be a JSON list"),
    ] {
        let refused = import(body).unwrap_err();
        assert!(refused.contains(problem), "{refused}");
    }
    server.end();
}

#[test]
fn a_server_that_only_reads_calls_nothing_that_changes_data() {
    let mut server = Server::start(&["--read-only"]);
    let delete = json!({ "operation": "hire.v1.note.delete", "path": { "note_id": "1" } });
    let refused = server.call("call_operation", &delete).unwrap_err();
    assert!(refused.contains("can change data"), "{refused}");
    assert_eq!(server.call("search_operations", &json!({ "query": "note.delete" })).unwrap()["found"], 0);
    server.end();
}

#[test]
fn input_that_ends_before_the_first_message_is_no_error() {
    let status =
        Command::new(env!("CARGO_BIN_EXE_hire")).args(["mcp", "--mock"]).stdin(Stdio::null()).status();
    assert!(status.unwrap().success());
}
