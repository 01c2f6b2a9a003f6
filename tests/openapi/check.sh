#!/usr/bin/env bash
# The OpenAPI document before public tools: a validator reads it, and schemathesis holds the mock against it, several
# thousand requests, right and wrong. Wants Python 3.10 or later with `venv`, and leaves nothing behind.
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
"$work/venv/bin/pip" install --quiet --disable-pip-version-check -r "$tests/requirements.txt"

# The folder of a schema, and how many requests schemathesis makes up for each endpoint beside those it derives.
check() {
  local schema=$1 requests=$2 url= token=
  for options in "--openapi 3.1" "--openapi 3.0" "--format yaml"; do
    # shellcheck disable=SC2086 # The options are words.
    cargo hire-gen openapi --schema "$schema" $options --out "$work/document"
    "$work/venv/bin/openapi-spec-validator" "$work/document"
  done

  cargo hire-gen openapi --schema "$schema" --out "$work/openapi.json"
  : > "$work/mock.log"
  cargo hire-gen mock --schema "$schema" >> "$work/mock.log" &
  mock=$!
  for _ in $(seq 100); do
    url=$(head -n 1 "$work/mock.log")
    if [ -n "$url" ] || ! kill -0 "$mock"; then break; fi
    sleep 0.1
  done
  token=$("$work/venv/bin/python" "$tests/token.py" "$url")
  (
    cd "$work" # Where it keeps its notes.
    TENANT_TOKEN=$token SCHEMATHESIS_HOOKS=$tests/hooks.py \
      "$work/venv/bin/schemathesis" --config-file "$tests/schemathesis.toml" run openapi.json --url "$url" \
      --max-examples "$requests" --no-color
  )
  kill "$mock"
  mock=
}

check tests/golden/schema 40
check schema 10
