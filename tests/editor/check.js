// Opens specs in yaml-language-server and compares its diagnostics and completions with the expected ones:
// `node check.js SERVER SCHEMA_FOLDER`.
"use strict";

const { spawn } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const { pathToFileURL } = require("node:url");

const [server, folder] = process.argv.slice(2);
const schema = (name) => pathToFileURL(path.resolve(folder, `${name}.schema.json`)).href;

const HEAD = [
  "title: Feed an animal",
  "doc: https://zoo.example/feed",
  "method: POST",
  "path: /zoo/v1/animals/:id/feed",
  "tokens: [tenant]",
  "quota: 20/min",
];

// A line of the head is replaced if the other lines have its key.
const spec = (lines) => {
  const keys = lines.map((line) => line.split(":")[0]);
  return [...HEAD.filter((line) => !keys.includes(line.split(":")[0])), ...lines].join("\n") + "\n";
};
const field = (...lines) => spec(["body:", "  food:", ...lines.map((line) => `    ${line}`)]);

const RIGHT = {
  "the head alone": spec([]),
  "two windows": spec(["quota: 1000/min, 50/s"]),
  "no quota": spec(["quota: special"]),
  "a key": spec(["safety: keyed(food)", "body:", "  food: string"]),
  "a slash at the end": spec(["path: /zoo/v1/animals/"]),
  "lists and maps": spec(["body:", "  a: string[]", "  b: Food[][]", "  c: {type: map<int>}"]),
  "one value": field("type: string", "example: hay", "default: 3"),
  "a list of values": field("type: string[]", "example: [hay, 1]"),
  "a condition": field("type: string", "required_when: {kind: {any: [A, B]}}"),
  "a name of its own": field("type: string", "rust: food_2"),
  "an enum": spec(["types:", "  Kind:", "    enum: int", "    values: [{value: 1, name: Cat}]"]),
};

const WRONG = {
  "a type with a typo": field("type: sting"),
  "a type of the page": field("type: boolean"),
  "a list of the page": field("type: list<string>"),
  "a type in lower case": field("type: fodder"),
  "a short form with a typo": spec(["body:", "  food: sting"]),
  "a quota by the hour": spec(["quota: 20/hour"]),
  "a quota by the letter": spec(["quota: 100/m"]),
  "one window twice": spec(["quota: 5/s, 6/s"]),
  "no calls at all": spec(["quota: 0/s"]),
  "a safety that is none": spec(["safety: save"]),
  "a key without a name": spec(["safety: keyed()"]),
  "a path without a slash": spec(["path: zoo/v1"]),
  "a path with an origin": spec(["path: https://zoo.example/v1"]),
  "a path with braces": spec(["path: /zoo/{id}"]),
  "a path with an empty segment": spec(["path: /zoo//v1"]),
  "a page without an address": spec(["doc: see the wiki"]),
  "a method that is none": spec(["method: FETCH"]),
  "a token of the page": spec(["tokens: [tenant_access_token]"]),
  "an unknown key": spec(["quotas: 1/s"]),
  "a type's name in lower case": spec(["types:", "  kind:", "    fields: {a: string}"]),
  "a value's name in lower case": spec(["types:", "  Kind:", "    enum: int", "    values: [{value: 1, name: cat}]"]),
  "an error's name in lower case": spec(["errors:", "  1: {http: 400, name: wrong}"]),
  "a field's name with a dash": field("type: string", "rust: a-b"),
  "a date of another kind": spec(["revised: 5 June 2025"]),
};

// `|` marks the cursor.
const OFFERS = [
  ["scalar types", field("type: |"), ["string", "int", "bool", "string[]", "map<string>"]],
  ["quotas", spec(["quota: |"]), ["20/min", "50/s", "special"]],
  ["safeties", spec(["safety: |"]), ["safe", "idempotent", "unsafe", "keyed(external_id)"]],
  ["methods", spec(["method: |"]), ["GET", "DELETE"]],
  ["formats", field("type: string", "format: |"), ["ms", "date"]],
  ["conditions", field("type: string", "required_when:", "  kind:", "    |"), ["contains", "any", "present"]],
  ["keys of a field", field("type: string", "|"), ["required", "max_length", "example"]],
  ["keys of an endpoint", spec(["|"]), ["body", "safety", "paging"]],
];

class Server {
  constructor() {
    this.process = spawn(process.execPath, [server, "--stdio"], { stdio: ["pipe", "pipe", "inherit"] });
    this.process.stdout.on("data", (data) => this.read(data));
    this.rest = Buffer.alloc(0);
    this.next = 1;
    this.answers = new Map();
    this.diagnostics = new Map();
  }

  read(data) {
    this.rest = Buffer.concat([this.rest, data]);
    for (;;) {
      const end = this.rest.indexOf("\r\n\r\n");
      if (end < 0) return;
      const length = Number(/Content-Length: (\d+)/i.exec(this.rest.subarray(0, end).toString())[1]);
      if (this.rest.length < end + 4 + length) return;
      const message = JSON.parse(this.rest.subarray(end + 4, end + 4 + length).toString());
      this.rest = this.rest.subarray(end + 4 + length);
      this.take(message);
    }
  }

  take(message) {
    if (message.method === "textDocument/publishDiagnostics") {
      this.diagnostics.get(message.params.uri)?.(message.params.diagnostics);
    } else if (message.method && message.id !== undefined) {
      // The server asks for settings, which have only defaults.
      const result = message.method === "workspace/configuration" ? message.params.items.map(() => null) : null;
      this.write({ id: message.id, result });
    } else if (this.answers.has(message.id)) {
      this.answers.get(message.id)(message);
      this.answers.delete(message.id);
    }
  }

  write(message) {
    const text = JSON.stringify({ jsonrpc: "2.0", ...message });
    this.process.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
  }

  notify(method, params) {
    this.write({ method, params });
  }

  request(method, params) {
    const id = this.next++;
    this.write({ id, method, params });
    return new Promise((done, failed) =>
      this.answers.set(id, ({ result, error }) => (error ? failed(new Error(error.message)) : done(result))),
    );
  }

  async start() {
    await this.request("initialize", { processId: process.pid, rootUri: null, capabilities: {} });
    this.notify("initialized", {});
  }

  // The server's diagnostics for a text.
  open(uri, text) {
    const said = new Promise((done) => this.diagnostics.set(uri, done));
    this.notify("textDocument/didOpen", { textDocument: { uri, languageId: "yaml", version: 1, text } });
    return said;
  }

  stop() {
    this.process.kill();
  }
}

const withSchema = (text) => `# yaml-language-server: $schema=${schema("endpoint")}\n${text}`;

async function main() {
  const failures = [];
  const language = new Server();
  const overdue = setTimeout(() => {
    console.error("error: the language server does not answer");
    language.stop();
    process.exit(1);
  }, 240_000);
  await language.start();
  let count = 0;
  const uri = () => `file:///spec-${count++}.yaml`;
  for (const [name, text] of Object.entries(RIGHT)) {
    const said = await language.open(uri(), withSchema(text));
    if (said.length > 0) failures.push(`${name} is right, and the editor says: ${said.map((one) => one.message).join("; ")}`);
  }
  for (const [name, text] of Object.entries(WRONG)) {
    const said = await language.open(uri(), withSchema(text));
    if (said.length === 0) failures.push(`${name} is wrong, and the editor says nothing`);
  }
  for (const [name, text, expected] of OFFERS) {
    const whole = withSchema(text);
    const before = whole.split("|")[0].split("\n");
    const document = uri();
    await language.open(document, whole.replace("|", ""));
    const position = { line: before.length - 1, character: before.at(-1).length };
    const offered = await language.request("textDocument/completion", { textDocument: { uri: document }, position });
    const items = Array.isArray(offered) ? offered : offered.items;
    const labels = items.map((item) => item.label);
    const missing = expected.filter((label) => !labels.includes(label));
    if (missing.length > 0) failures.push(`${name}: the editor offers ${labels.join(", ") || "nothing"}, and not ${missing.join(", ")}`);
    for (const { label, insertText } of items) {
      if (["default", "example", "fixed"].includes(label) && /\n\s*- /.test(insertText)) {
        failures.push(`${name}: \`${label}\` begins a list`);
      }
    }
  }
  clearTimeout(overdue);
  language.stop();
  failures.forEach((failure) => console.error(`error: ${failure}`));
  console.log(`${count} texts: ${failures.length === 0 ? "as they should be" : `${failures.length} failures`}`);
  process.exitCode = failures.length === 0 ? 0 : 1;
}

if (!fs.existsSync(path.resolve(folder, "endpoint.schema.json"))) throw new Error(`no schemas in ${folder}`);
main();
