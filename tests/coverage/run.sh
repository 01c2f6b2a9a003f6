#!/usr/bin/env bash
# Compares every spec with the models of Feishu's Python SDK, which is downloaded into a temporary folder and never run.
# It needs the network, Python 3.11 and a minute. BLESS=1 writes the result to docs/coverage.md.
set -euo pipefail
cd "$(dirname "$0")/../.."

sdk=1.7.5    # the release that is compared
before=1.4.23 # the first one with everything on the pages: later additions may be newer than the pages

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"
hash() {
    case "$1" in
        "$sdk") echo ff70fd5cdf436e26d80bf903fdd7a80cbdbd71981b87ce4c2aa49bb95fc96020 ;;
        "$before") echo 6bfa4dc7c2f66ec679d7f3ebd39069311bbf48c81e365d8067c04cc453514fb2 ;;
    esac
}
for version in "$sdk" "$before"; do
    "$work/venv/bin/pip" --quiet --disable-pip-version-check install --no-deps --only-binary :all: --no-compile \
        --target "$work/$version" --require-hashes -r <(echo "lark-oapi==$version --hash=sha256:$(hash "$version")")
done
cargo --locked hire-gen show --format json > "$work/spec.json" 2> "$work/warnings" || { cat "$work/warnings" >&2; exit 1; }
"$work/venv/bin/python" -B tests/coverage/compare.py --spec "$work/spec.json" --whole hire \
    --sdk "$work/$sdk/lark_oapi" --before "$work/$before/lark_oapi" --versions "$sdk" "$before" \
    --verdicts tests/coverage/verdicts.toml --report docs/coverage.md
