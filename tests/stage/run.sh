#!/usr/bin/env bash
# Stages the published packages, verifies them without the network, and builds and runs programs on their contents, as from a registry:
# programs compile no generator, and no macros unless they derive something.
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$PWD
work=$(mktemp -d)
mock=''
trap '[ -z "$mock" ] || kill "$mock"; rm -rf "$work" "$CARGO_TARGET_DIR"' EXIT
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$root/target}/stage"
# Everything here is compiled once.
export CARGO_INCREMENTAL=0

(unset CARGO_TARGET_DIR; cargo build --quiet --locked -p hire-gen --features stage)
gen="$(dirname "$CARGO_TARGET_DIR")/debug/hire-gen"
"$gen" stage --out "$work/staged"
if "$gen" stage --out "$work/staged" 2> /dev/null; then
  echo "error: staged over what was there" >&2
  exit 1
fi
linked=$(find "$work/staged" -type l)
[ -z "$linked" ] || { echo "error: symbolic links in a package: $linked" >&2; exit 1; }

# Cargo packs each package, unpacks it and builds it on the others.
(cd "$work/staged" && cargo package --quiet --workspace --offline)

# Programs see only the contents of the packages.
mkdir "$work/registry"
for package in "$CARGO_TARGET_DIR"/package/*.crate; do tar -xzf "$package" -C "$work/registry"; done
version=$(sed -n 's/^version = "\(.*\)"/\1/p' "$root/Cargo.toml" | head -n 1)

# program NAME FEATURES: a package on hire-api with these features; its main.rs comes from standard input.
program() {
  mkdir -p "$work/$1/src"
  cat > "$work/$1/src/main.rs"
  cp "$root/Cargo.lock" "$work/$1/"
  cat > "$work/$1/Cargo.toml" <<TOML
[package]
name = "$1"
version = "0.1.0"
edition = "2024"

[dependencies]
hire-api = { version = "$version", default-features = false, features = [$2] }
serde_json = "1"
tokio = { version = "1", features = ["macros", "rt"] }

[patch.crates-io]
hire-api = { path = "$work/registry/hire-api-$version" }
hire-macros = { path = "$work/registry/hire-macros-$version" }
TOML
}

# compiles PROGRAM: the crates behind it, build scripts included.
compiles() { cargo tree --quiet --offline --manifest-path "$work/$1/Cargo.toml" -e normal,build --prefix none | cut -d ' ' -f 1 | sort -u; }

program generated '"rustls-ring", "hire-v1-talent"' < benches/generated/src/main.rs
for crate in hire-gen hire-macros yaml_serde saphyr-parser serde_derive; do
  if compiles generated | grep -qx "$crate"; then
    echo "error: a program without derives compiles $crate" >&2
    exit 1
  fi
done
program derived '"derive", "serde", "events", "full"' <<'RUST'
//! A hand-written endpoint beside the generated ones.

use hire_api::hire::v1::talent::combined_create::{BasicInfo, Request};
use hire_api::{Client, Endpoint, Model};

#[derive(Clone, Endpoint)]
#[hire(name = "hire.v1.note.get", method = "GET", path = "/open-apis/hire/v1/notes/:note_id", response = Got)]
struct Get {
    #[hire(path)]
    note_id: String,
}

#[derive(Clone, Default, Model)]
#[hire(response, serde)]
struct Got {
    note: Option<hire_api::Json>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = Client::builder("cli_stage", "secret").with_base_url(std::env::args().nth(1).unwrap_or_default()).build()?;
    let got = client.call(&Get::new("6949805467799537964")).await?;
    assert!(serde_json::to_string(&got)?.contains("note"));
    let request = Request::new(BasicInfo::new("Zhang San"));
    let again: Request = serde_json::from_str(&serde_json::to_string(&request)?)?;
    assert!(again == request && !hire_api::EVENTS.is_empty() && hire_api::ENDPOINTS.len() > 100);
    assert!(std::path::Path::new(hire_api::SCHEMA_DIR).join("api.yaml").is_file());
    Ok(())
}
RUST

"$gen" mock --port 0 > "$work/mock.log" 2>&1 &
mock=$!
until url=$(grep -o 'http://127.0.0.1:[0-9]*' "$work/mock.log" | head -n 1) && [ -n "$url" ]; do sleep 0.1; done
cargo run --quiet --offline --manifest-path "$work/generated/Cargo.toml" -- "$url" 3
cargo run --quiet --offline --manifest-path "$work/derived/Cargo.toml" -- "$url"

# A resource compiles alone and without a warning, with its events and without.
cd "$work/generated"
each=8
if [ "${1:-}" = all ]; then each=1; fi
resources=$(sed -n 's/^\([a-z]*-v[0-9]*-[a-z_]*\) = \[\]$/\1/p' "$root/hire-api/Cargo.toml" | awk -v each="$each" 'NR % each == 0')
for features in '' events serde,events $resources; do
  touch "$work/registry/hire-api-$version/src/lib.rs"
  (cd "$work/registry/hire-api-$version" && RUSTFLAGS='-D warnings' cargo check --quiet --offline --config "patch.crates-io.hire-macros.path='$work/registry/hire-macros-$version'" --no-default-features --features "$features")
done
echo "$(wc -w <<< "$resources") resources compile alone from the staged packages, and programs on them run"
