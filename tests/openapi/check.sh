#!/usr/bin/env bash
# Tests the OpenAPI document with public tools: a validator reads it, and schemathesis compares the mock with it, with many
# thousands of requests, valid and invalid. It needs Python 3.11 or later with `venv`, and PyPI, and leaves nothing behind.
set -euo pipefail
cd "$(dirname "$0")/../.."
tests="$PWD/tests/openapi"

work=$(mktemp -d)
mock=
finish() {
  if [ -n "$mock" ]; then kill "$mock" || true; fi
  rm -rf "$work"
}
trap finish EXIT

python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check --no-cache-dir --require-hashes -r "$tests/requirements.txt" ||
  { echo "error: the tools of tests/openapi/requirements.txt cannot be had from PyPI, so the document is unchecked" >&2; exit 1; }

# Starts the mock for the schema in a folder; sets `url` and `token`.
start() {
  : > "$work/mock.log"
  cargo --quiet --locked hire-gen mock --schema "$1" >> "$work/mock.log" 2> "$work/mock.err" &
  mock=$!
  for _ in $(seq 100); do
    url=$(head -n 1 "$work/mock.log")
    if [ -n "$url" ] || ! kill -0 "$mock"; then break; fi
    sleep 0.1
  done
  [ -n "$url" ] || { cat "$work/mock.err" >&2; exit 1; }
  token=$("$work/venv/bin/python" "$tests/token.py" "$url")
}

stop() {
  kill "$mock"
  wait "$mock" || true
  mock=
}

# Compares the mock with a document; the second argument is the number of random requests per operation.
hold() (
  cd "$work" # Where it keeps its notes.
  TENANT_TOKEN=$token SCHEMATHESIS_HOOKS=$tests/hooks.py \
    "$work/venv/bin/schemathesis" --config-file "$tests/schemathesis.toml" run "$1" --url "$url" \
    --max-examples "$2" --no-color --report-json-path report.json
)

# Writes the document of a schema. `hire-gen check` reports warnings.
write() {
  cargo --locked hire-gen openapi --schema "$1" --out "$2" "${@:3}" 2> "$work/problems" || { cat "$work/problems" >&2; exit 1; }
}

# Arguments: the folder of a schema, and the number of random requests.
check() {
  local schema=$1 requests=$2
  for options in "--openapi 3.1" "--openapi 3.0" "--format yaml"; do
    # shellcheck disable=SC2086 # The options are words.
    write "$schema" "$work/document" $options
    "$work/venv/bin/openapi-spec-validator" "$work/document"
  done
  write "$schema" "$work/openapi.json"
  start "$schema"
  hold openapi.json "$requests"
  "$work/venv/bin/python" "$tests/covered.py" "$work/report.json" "$work/openapi.json" "$tests/schemathesis.toml"
  stop
}

# Checks that errors are detected: a document that allows less than the mock, and one that allows more.
finds() {
  local what=$1 change=$2
  sed "$change" "$work/openapi.json" > "$work/wrong.json"
  if cmp -s "$work/openapi.json" "$work/wrong.json"; then echo "error: \`$change\` changes nothing" >&2; exit 1; fi
  if hold wrong.json 5 > "$work/found"; then echo "error: schemathesis did not find: $what" >&2; exit 1; fi
  grep -q "$what" "$work/found" || { cat "$work/found" >&2; exit 1; }
}

check tests/golden/schema 40
start tests/golden/schema
finds "Schema-violating request accepted" 's/"maxLength": 100,/"maxLength": 90,/'
finds "Schema-valid request rejected" 's/\[0-9\]{1,18}/[a-z]{1,18}/'
stop
check schema 10
