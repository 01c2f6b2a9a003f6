#!/usr/bin/env bash
# Clones as Git for Windows does: without symbolic links, and with `core.autocrlf`. The clone must contain the same bytes as any other,
# build, and run the README's example; a package without specs must fail with an explanation. Needs a commit; leaves nothing behind.
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Cargo takes a package of a clone for that of this checkout, so the clone gets its own builds.
export CARGO_TARGET_DIR="$work/target"

git clone --quiet --no-hardlinks --config core.symlinks=false --config core.autocrlf=true . "$work/clone"
cd "$work/clone"

converted=$(git ls-files --eol | grep 'w/\(crlf\|mixed\)' || true)
[ -z "$converted" ] || { echo "error: these files depend on the settings of git: $converted" >&2; exit 1; }
[ -f hire-api/schema ] || { echo "error: this clone has symbolic links, so it shows nothing" >&2; exit 1; }

cargo run --quiet --locked --example quickstart > /dev/null

# A package of such a clone would contain the link's text and no spec.
mv schema elsewhere
if cargo check --locked -p hire-api --no-default-features --features hire-v1-note 2> "$work/said"; then
  echo "error: hire-api was built without a spec" >&2
  exit 1
fi
grep -q 'symbolic link' "$work/said" || { cat "$work/said" >&2; exit 1; }
