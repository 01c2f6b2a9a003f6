#!/usr/bin/env bash
# Calls every operation of the mock through Feishu's Python SDK, unchanged. It needs the network (PyPI), Python 3.11 or later and a minute.
set -euo pipefail
cd "$(dirname "$0")/../.."

work=$(mktemp -d)
mock=
trap '[ -z "$mock" ] || kill "$mock"; rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/pip" --quiet --disable-pip-version-check install --only-binary :all: --require-hashes -r tests/sdk/requirements.txt
cargo build --locked --quiet -p hire-gen --features cli
program="${CARGO_TARGET_DIR:-target}/debug/hire-gen"
"$program" show --format json > "$work/spec.json"
port=$("$work/venv/bin/python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
"$program" mock --port "$port" > "$work/mock.log" 2>&1 &
mock=$!
for _ in $(seq 100); do (exec 3<> "/dev/tcp/127.0.0.1/$port") 2> /dev/null && break || sleep 0.1; done
"$work/venv/bin/python" -B tests/sdk/calls.py --spec "$work/spec.json" --url "http://127.0.0.1:$port" --explained tests/sdk/explained.toml
