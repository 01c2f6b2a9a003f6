#!/bin/sh
# The long run: `tests/random/run.sh SEED CRATES`, a hundred endpoints per crate, about a minute each. With `readers` after that, nothing is compiled.
set -eu
cd "$(dirname "$0")/../.."
exec cargo run --quiet --locked --profile random -p hire-random -- "${1:-1}" "${2:-50}" ${3:+"$3"}
