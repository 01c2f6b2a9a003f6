#!/usr/bin/env bash
# Holds every spec against the models of Feishu's Python SDK, which is downloaded into a temporary folder and never run.
# It needs the network, Python 3.11 and a minute. BLESS=1 writes the result into docs/coverage.md.
set -euo pipefail
cd "$(dirname "$0")/../.."

sdk=1.7.5    # the release that is compared
before=1.4.23 # the first one that has everything the pages have: what came later may be newer than the pages

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"
for version in "$sdk" "$before"; do
    "$work/venv/bin/pip" --quiet --disable-pip-version-check install --no-deps --only-binary :all: --no-compile \
        --target "$work/$version" "lark-oapi==$version"
done
cargo hire-gen show --format json > "$work/spec.json" 2> "$work/warnings" || { cat "$work/warnings" >&2; exit 1; }
"$work/venv/bin/python" -B tests/coverage/compare.py --spec "$work/spec.json" --whole hire \
    --sdk "$work/$sdk/lark_oapi" --before "$work/$before/lark_oapi" --versions "$sdk" "$before" \
    --verdicts tests/coverage/verdicts.toml --report docs/coverage.md
