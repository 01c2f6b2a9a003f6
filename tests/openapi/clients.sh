#!/usr/bin/env bash
# Generates clients from the OpenAPI document with public generators, builds them, and calls the mock: oas3-gen
# reads 3.1, openapi-generator and progenitor 3.0. It needs Java, Python with `venv`, crates.io and PyPI, and takes a quarter of an
# hour, most of it for building two of the generators. HIRE_TOOLS_DIR keeps the generators, and CARGO_TARGET_DIR the builds;
# without them nothing is left behind.
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
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$work/target}" CARGO_PROFILE_DEV_DEBUG=0

generators="${HIRE_TOOLS_DIR:-$work}"
cargo install --quiet --locked --root "$generators" oas3-gen@0.29.0 cargo-progenitor@0.15.1
export PATH="$generators/bin:$PATH"
java -version 2> /dev/null || { echo "error: openapi-generator wants Java: install it, as \`default-jre-headless\` on Debian" >&2; exit 1; }
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check --no-cache-dir --no-deps --require-hashes -r /dev/stdin <<'PINS'
openapi-generator-cli==7.26.0 --hash=sha256:e6305fbbf91aa41b3b7fcd8bf2124880ab0bb9e32efad95b3dfe71f9313d856c
PINS

cargo --locked hire-gen openapi --out "$work/3.1.json"
oas3-gen generate client-mod --quiet --input "$work/3.1.json" --output "$work/feishu_oas3_gen" --workspace --api-name Feishu

# It reads 3.1, but turns enums of answers into structs without fields. It uses the document's version, a date, for the crate.
cargo --locked hire-gen openapi --openapi 3.0 --out "$work/3.0.json"
"$work/venv/bin/openapi-generator-cli" generate --generator-name rust --input-spec "$work/3.0.json" \
  --output "$work/feishu_openapi_generator" \
  --additional-properties packageName=feishu_openapi_generator,packageVersion=0.0.0 > "$work/log" 2>&1 ||
  { cat "$work/log" >&2; exit 1; }

# Progenitor does not support forms, so resources with an upload are left out.
mapfile -t resources < <(python3 "$tests/without_forms.py" "$work/3.1.json")
cargo --locked hire-gen openapi --openapi 3.0 "${resources[@]/#/--resource=}" --out "$work/3.0.json"
cargo progenitor --input "$work/3.0.json" --output "$work/feishu_progenitor" --name feishu_progenitor --version 0.0.0 \
  > "$work/log" ||
  { cat "$work/log" >&2; exit 1; }

: > "$work/mock.log"
cargo --locked hire-gen mock >> "$work/mock.log" 2> "$work/warnings" &
mock=$!
for _ in $(seq 100); do
  url=$(head -n 1 "$work/mock.log")
  if [ -n "$url" ] || ! kill -0 "$mock"; then break; fi
  sleep 0.1
done
token=$(python3 "$tests/token.py" "$url")

# Each crate has its own name: two of the same name would replace each other in the target folder.
for generator in oas3_gen openapi_generator progenitor; do
  crate="$work/feishu_${generator}"
  mkdir -p "$crate/examples"
  cp "$tests/clients/$generator.rs" "$crate/examples/"
  cat >> "$crate/Cargo.toml" <<'TOML'

[dev-dependencies]
anyhow = "1"
serde_json = "1"
tokio = { version = "1", features = ["macros", "rt-multi-thread"] }

[workspace]
TOML
  cargo build --quiet --manifest-path "$crate/Cargo.toml" --example "$generator" 2> "$work/built" ||
    { cat "$work/built" >&2; exit 1; }
  cargo run --quiet --manifest-path "$crate/Cargo.toml" --example "$generator" -- "$url" "$token" 2> "$work/called" ||
    { cat "$work/called" >&2; exit 1; }
done
