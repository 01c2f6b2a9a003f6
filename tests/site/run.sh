#!/usr/bin/env bash
# Runs every sample of the reference site against the mock server, and axe (accessibility) over each kind of page in both languages. It needs
# Node 20, Python 3.11, curl, the npm registry, PyPI and Chromium (`HIRE_BROWSER`), and takes two minutes after the build.
set -euo pipefail
cd "$(dirname "$0")/../.."

work=$(mktemp -d)
mock=
trap '[ -z "$mock" ] || kill "$mock"; rm -rf "$work"' EXIT

cargo build --quiet --locked -p hire-gen --features cli
program="${CARGO_TARGET_DIR:-target}/debug/hire-gen"
"$program" docs --out "$work/site" > /dev/null

"${HIRE_PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/pip" --quiet --disable-pip-version-check install --only-binary :all: --require-hashes -r tests/sdk/requirements.txt ||
  { echo "error: requests cannot be installed from PyPI, so the samples are not tested" >&2; exit 1; }
npm install --prefix "$work" --no-audit --no-fund --no-save --loglevel=error axe-core@4.14.1 puppeteer-core@24.43.1 > /dev/null ||
  { echo "error: axe-core and puppeteer-core cannot be installed from npm, so accessibility is not tested" >&2; exit 1; }

port=$("$work/venv/bin/python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
"$program" mock --port "$port" > "$work/mock.log" 2>&1 &
mock=$!
for _ in $(seq 100); do (exec 3<> "/dev/tcp/127.0.0.1/$port") 2> /dev/null && break || sleep 0.1; done

"$work/venv/bin/python" -B tests/site/samples.py "$work/site" "http://127.0.0.1:$port"
NODE_PATH="$work/node_modules" node tests/site/axe.cjs "$work/site" "${HIRE_BROWSER:-$(command -v chromium)}"
