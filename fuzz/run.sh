#!/bin/sh
# Runs the fuzz targets on stable: `fuzz/run.sh SECONDS [TARGET..]`, each for so many seconds.
set -eu
cd "$(dirname "$0")"
cp ../Cargo.lock .
RUSTFLAGS="--cfg fuzzing" exec cargo run --quiet -- "$@"
