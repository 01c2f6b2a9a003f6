#!/usr/bin/env bash
# The importer at scale: all pages in the given folders become one schema in one run, with no edit by hand. The schema is checked, compiled
# with everything on under denied warnings, served by the mock (every documented answer comes back), documented as a site, and exported as
# OpenAPI. Prints the table of docs/import.md.
#
#   tests/import/scale.sh pages/c other/c other/p portal
#
# It wants Python 3.11 or later with `venv`, PyPI for the validator of OpenAPI documents, and some minutes of a release build;
# HIRE_GEN names a program that is built already. STEPS names the steps to take; without it all of them.
set -euo pipefail
[ $# -gt 0 ] || { echo "usage: tests/import/scale.sh DIR..." >&2; exit 2; }
folders=()
for folder in "$@"; do folders+=("$(realpath "$folder")"); done
cd "$(dirname "$0")/../.."
root=$PWD
steps=${STEPS:-linear compile mock site openapi}

work=$(mktemp -d)
mock=
finish() {
  if [ -n "$mock" ]; then kill "$mock" 2> /dev/null || true; fi
  rm -rf "$work"
}
trap finish EXIT

if [ -z "${HIRE_GEN:-}" ]; then
  cargo build --quiet --release --locked -p hire-gen --features cli
  HIRE_GEN="${CARGO_TARGET_DIR:-$root/target}/release/hire-gen"
fi

row() { printf '| %s | %s |\n' "$1" "$2"; }
takes() { case " $steps " in *" $1 "*) true ;; *) false ;; esac; }

# Seconds of CPU that a command takes; its output goes to a file. A command that finds something wrong with a page exits with 1.
seconds() {
  local out=$1 TIMEFORMAT='%U %S'
  shift
  { time "$@" > "$out" 2>&1 || [ $? = 1 ]; } 2> "$work/time"
  awk '{ printf "%.2f", $1 + $2 }' "$work/time"
}

# Messages say which page cannot be imported; a part of them is about guides, which describe no endpoint.
cpu=$(seconds "$work/import.log" "$HIRE_GEN" import "${folders[@]}" --out "$work/schema")
files=$(find "${folders[@]}" -name '*.md' | wc -l)
"$HIRE_GEN" check --schema "$work/schema" > "$work/check.log" 2>&1 ||
  { echo "error: the imported schema is refused" >&2; tail -50 "$work/check.log" >&2; exit 1; }
printf '| | |\n|---|---|\n'
row "pages" "$files"
row "schema" "$(tail -1 "$work/import.log" | sed 's/;.*//'), $(tail -1 "$work/check.log")"
row "import, seconds of CPU" "$cpu"

# Each run takes twice as many pages as the one before.
if takes linear; then
  find "${folders[@]}" -name '*.md' | sort > "$work/list"
  line=
  for part in 4 2 1; do
    count=$((files / part))
    awk -v part="$part" 'NR % part == 0' "$work/list" > "$work/part"
    # shellcheck disable=SC2046 # Names of pages have no blanks.
    cpu=$(seconds "$work/part.log" "$HIRE_GEN" import $(cat "$work/part") --out "$work/part.$part")
    line+="${line:+, }$count pages $cpu s"
  done
  row "a quarter, a half, all" "$line"
fi

if takes compile; then
  mkdir -p "$work/crate/src"
  cat > "$work/crate/Cargo.toml" <<TOML
[package]
name = "scale"
version = "0.0.0"
edition = "2024"

[dependencies]
hire-api = { path = "$root/hire-api", default-features = false, features = ["derive", "events", "rustls-ring", "serde"] }

[build-dependencies]
hire-gen = { path = "$root/hire-gen" }

[lints.rust]
warnings = "deny"

[workspace]
TOML
  cat > "$work/crate/build.rs" <<RUST
fn main() -> Result<(), hire_gen::out_dir::Failure> {
    hire_gen::out_dir::OutDir::new("$work/schema").with_serde(true).with_events(true).generate()
}
RUST
  echo 'include!(concat!(env!("OUT_DIR"), "/api.rs"));' > "$work/crate/src/lib.rs"
  cp Cargo.lock "$work/crate/"
  export CARGO_TARGET_DIR="${SCALE_TARGET_DIR:-$work/target}"
  cpu=$(cd "$work/crate" && seconds "$work/compile.log" cargo check --quiet)
  if grep -q '^error' "$work/compile.log"; then tail -50 "$work/compile.log" >&2; exit 1; fi
  unset CARGO_TARGET_DIR
  row "everything on, warnings denied" "compiles"
fi

if takes mock; then
  "$HIRE_GEN" show --schema "$work/schema" --format json > "$work/shown.json" 2> /dev/null
  "$HIRE_GEN" mock --schema "$work/schema" --lenient > "$work/mock.log" 2> "$work/mock.err" &
  mock=$!
  for _ in $(seq 300); do
    url=$(head -n 1 "$work/mock.log")
    if [ -n "$url" ] || ! kill -0 "$mock"; then break; fi
    sleep 0.1
  done
  python3 "$root/tests/import/answers.py" "$work/shown.json" "$work/schema" "$url" > "$work/answers" || wrong=1
  row "calls of the mock" "$(paste -sd, "$work/answers" | sed 's/,/, /g')"
  kill "$mock"
  mock=
fi

if takes site; then
  "$HIRE_GEN" docs --schema "$work/schema" --out "$work/site" > "$work/site.log" 2>&1
  "$HIRE_GEN" docs --schema "$root/schema" --out "$work/small" > "$work/site.log" 2>&1
  row "site" "$(find "$work/site" -name '*.html' | wc -l) pages in two languages, $(du -sm "$work/site" | cut -f1) MiB; \
$(python3 "$root/tests/import/page_sizes.py" "$work/small" "$work/site")"
fi

if takes openapi; then
  "$HIRE_GEN" openapi --schema "$work/schema" --out "$work/openapi.json" > "$work/openapi.log" 2>&1
  python3 -m venv "$work/venv"
  "$work/venv/bin/pip" install --quiet --disable-pip-version-check --no-cache-dir -r tests/openapi/requirements.txt
  "$work/venv/bin/openapi-spec-validator" "$work/openapi.json" > "$work/openapi.log" || { cat "$work/openapi.log" >&2; exit 1; }
  row "OpenAPI 3.1" "valid, $(du -m "$work/openapi.json" | cut -f1) MiB"
fi
exit "${wrong:-0}"
