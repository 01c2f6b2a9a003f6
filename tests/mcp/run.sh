#!/usr/bin/env bash
# `hire mcp` under the MCP Inspector: the tools are listed, an operation is found, described and called, and a wrong request is refused. It
# needs Node 20, Python 3 and the npm registry, and leaves nothing behind.
set -euo pipefail
cd "$(dirname "$0")/../.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cargo build --quiet --locked -p hire-cli
npm install --prefix "$work" --no-audit --no-fund --no-save --loglevel=error @modelcontextprotocol/inspector@0.15.0 > /dev/null ||
  { echo "error: the inspector cannot be installed from npm, so the MCP server is not tested" >&2; exit 1; }

inspect() { "$work/node_modules/.bin/mcp-inspector" --cli "${CARGO_TARGET_DIR:-target}/debug/hire" mcp --mock --method "$@"; }
# expect TEXT METHOD..: the inspector's output contains the text.
expect() {
  local text=$1
  shift
  inspect "$@" > "$work/output"
  grep -qF -- "$text" "$work/output" || { echo "error: no \`$text\` in:" >&2; cat "$work/output" >&2; exit 1; }
}

expect '"name": "call_operation"' tools/list
expect 'hire.v1.note.create' tools/call --tool-name search_operations --tool-arg 'query=create note'
expect 'talent_id' tools/call --tool-name describe_operation --tool-arg operation=hire.v1.note.create
expect '"isError": false' tools/call --tool-name call_operation --tool-arg operation=hire.v2.talent.get --tool-arg 'path={"talent_id":"1"}'
expect 'talent_id: is required' tools/call --tool-name call_operation --tool-arg operation=hire.v1.note.create --tool-arg 'body={"content":"x"}'
echo "the inspector lists, describes and calls operations through hire mcp"
