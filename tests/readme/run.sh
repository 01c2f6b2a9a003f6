#!/usr/bin/env bash
# Builds the programs of the README as it prints them, runs their tests, and runs its commands in a clone, where a page of `tests/import` becomes
# a new endpoint. Dependencies on the repository are those of this checkout, and the versions of all others are those of Cargo.lock.
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Most dependencies are already compiled.
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$root/target}"

"${HIRE_PYTHON:-python3}" tests/readme/extract.py README.md "$work"

# The result of the README's `cargo add`.
cat > "$work/first/Cargo.toml" <<TOML
[package]
name = "first"
version = "0.1.0"
edition = "2024"

[dependencies]
hire-api = { git = "https://github.com/hire-api/hire-api" }
tokio = { version = "1", features = ["macros", "rt-multi-thread"] }

[dev-dependencies]
hire-gen = { git = "https://github.com/hire-api/hire-api", features = ["mock"] }
TOML
cat > "$work/events/Cargo.toml" <<TOML
[package]
name = "events"
version = "0.1.0"
edition = "2024"

[dependencies]
axum = { version = "0.8", default-features = false, features = ["http1", "tokio"] }
hire-api = { git = "https://github.com/hire-api/hire-api", features = ["axum", "hire-v1-application"] }
tokio = { version = "1", features = ["macros", "net", "rt-multi-thread"] }
TOML
for program in first own events; do
  cp Cargo.lock "$work/$program/"
  # The repository is this checkout.
  sed -i -E "s#(hire-[a-z]+) = \{ git = \"[^\"]+\"#\1 = { path = \"$root/\1\"#" "$work/$program/Cargo.toml"
done
(cd "$work/first" && cargo test --quiet)
for program in own events; do (cd "$work/$program" && cargo build --quiet); done
echo "the programs of the README build, and their tests pass"

git clone --quiet --no-hardlinks . "$work/clone"
cp tests/import/portal.md "$work/clone/page.md"
cd "$work/clone"
# Cargo takes a package of a clone for that of this checkout, so the clone gets its own builds.
export CARGO_TARGET_DIR="$work/target"
for script in endpoint look; do
  bash "$work/$script.sh" < /dev/null > "$work/$script.log" 2>&1 || { cat "$work/$script.log" >&2; exit 1; }
done
new=$(git status --porcelain --untracked-files=all schema)
[ -n "$new" ] || { echo "error: the import wrote no spec" >&2; exit 1; }
[ -f site/index.html ] && [ -f openapi.json ] || { echo "error: no site or no document was written" >&2; exit 1; }
echo "the commands of the README run, and a page becomes an endpoint"
