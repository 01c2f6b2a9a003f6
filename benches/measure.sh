#!/usr/bin/env bash
# The ratios of the README, all from one run on one machine: `benches/measure.sh > benches/RESULTS.md`.
# Needs valgrind for the two instruction counts. Build costs are CPU seconds (user + system), so that a busy machine
# changes them little, and the least of three by turns, since it does change them; every row is ours divided by theirs.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'kill "${mock:-0}" 2>/dev/null || true; rm -rf "$work"' EXIT
TIMEFORMAT='%U %S'

# cpu COMMAND..: CPU seconds it took, its children's included.
cpu() {
  local log="$work/log"
  { time "$@" >"$log" 2>&1; } 2>"$work/time" || { cat "$log" >&2; return 1; }
  awk '{ printf "%.2f", $1 + $2 }' "$work/time"
}
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'; }
least() { awk -v a="$1" -v b="$2" 'BEGIN { print a == "" || b < a + 0 ? b : a }'; }
row() { printf '| %s | %s | %s | **%s** |\n' "$1" "$2" "$3" "$(ratio "$2" "$3")"; }

# build CRATE TARGET FLAGS..: a clean build.
build() { local crate=$1 target=$2; shift 2; rm -rf "${work:?}/$target"; CARGO_TARGET_DIR="$work/$target" cpu cargo build --offline --manifest-path "benches/$crate/Cargo.toml" "$@"; }
# recheck CRATE TARGET: `cargo check` after touching its main.rs.
recheck() {
  local crate=$1 target=$2 manifest="benches/$1/Cargo.toml" sum=0 i
  CARGO_TARGET_DIR="$work/$target" cargo check --quiet --offline --manifest-path "$manifest"
  for i in 1 2 3; do
    touch "benches/$crate/src/main.rs"
    sum=$(awk -v a="$sum" -v b="$(CARGO_TARGET_DIR="$work/$target" cpu cargo check --offline --manifest-path "$manifest")" 'BEGIN { print a + b }')
  done
  echo "$sum"
}
# instructions BINARY ARGS..: how many it ran.
instructions() { valgrind --tool=callgrind --callgrind-out-file=/dev/null "$@" 2>&1 | awk '/Collected/ { print $NF }'; }
# each BINARY ARGS..: instructions of one more repetition, the last argument being the number of repetitions.
each() { awk -v a="$(instructions "$@" 20)" -v b="$(instructions "$@" 220)" 'BEGIN { printf "%d", (b - a) / 200 }'; }

for crate in generated handwritten codec derived; do cargo fetch --quiet --manifest-path "benches/$crate/Cargo.toml"; done
cargo build --quiet --release -p hire-gen --features cli --bins --examples
gen=$PWD/target/release/hire-gen

echo "# Measured"
echo
echo "$(rustc --version), $(nproc) cores, $(git rev-parse --short HEAD). Reproduce: \`benches/measure.sh\`."
echo
echo "| | generated | by hand | ratio |"
echo "|---|---|---|---|"
ours='' theirs='' default=''
for _ in 1 2 3; do
  ours=$(least "$ours" "$(build generated debug-ours)")
  theirs=$(least "$theirs" "$(build handwritten debug-theirs)")
  default=$(least "$default" "$(build handwritten debug-default --no-default-features --features reqwest-default)")
done
row "clean debug build, CPU s" "$ours" "$theirs"
row "clean debug build against reqwest's default features, CPU s" "$ours" "$default"
row "\`cargo check\` after a change, 3 times, CPU s" "$(recheck generated debug-ours)" "$(recheck handwritten debug-theirs)"
row "clean release build, CPU s" "$(build generated release-ours --release)" "$(build handwritten release-theirs --release)"
row "stripped release binary, bytes" "$(stat -c %s "$work/release-ours/release/generated")" "$(stat -c %s "$work/release-theirs/release/handwritten")"

"$gen" mock --schema schema --port 0 >"$work/mock.log" 2>&1 &
mock=$!
until url=$(grep -o 'http://127.0.0.1:[0-9]*' "$work/mock.log" | head -n 1) && [ -n "$url" ]; do sleep 0.1; done
row "instructions of a call" "$(each "$work/release-ours/release/generated" "$url")" "$(each "$work/release-theirs/release/handwritten" "$url")"
kill "$mock"
CARGO_TARGET_DIR="$work/codec" cargo build --quiet --release --manifest-path benches/codec/Cargo.toml
for what in encode decode; do
  row "instructions to $what the documented combined_create" "$(each "$work/codec/release/codec" generated "$what")" "$(each "$work/codec/release/codec" handwritten "$what")"
done

# A consumer that makes one call, with more and more behind it. What is generated is counted as a person would read it.
echo
echo "| a consumer with | \`cargo check\`, CPU s | \`cargo build\`, CPU s | against by hand | generated lines | library, MB | its largest unit, lines |"
echo "|---|---|---|---|---|---|---|"
for set in one ten full; do
  flags=(); [ "$set" = one ] || flags=(--features "$set")
  check=$(rm -rf "$work/set"; CARGO_TARGET_DIR="$work/set" cpu cargo check --offline --manifest-path benches/generated/Cargo.toml "${flags[@]}")
  built=$(least "$(build generated set "${flags[@]}")" "$(build generated set "${flags[@]}")")
  out=$(dirname "$(find "$work/set" -path '*/out/api.rs')")
  find "$out" -name '*.rs' -exec rustfmt --edition 2024 --config max_width=110 {} + 2>/dev/null || true
  lines=$(find "$out" -name '*.rs' -exec cat {} + | wc -l)
  largest=$(find "$out" -name '*.rs' -exec wc -l {} + | awk -v out="$out/" '$2 != "total" && $1 > most { most = $1; sub(out, "", $2); unit = $2 } END { print most " (`" unit "`)" }')
  size=$(find "$work/set" -name 'libhire_api*.rlib' -exec stat -c %s {} + | awk '{ printf "%.1f", $1 / 1e6 }')
  printf '| %s | %s | %s | **%s** | %s | %s | %s |\n' "$set" "$check" "$built" "$(ratio "$built" "$theirs")" "$lines" "$size" "$largest"
done

# The library alone, each time with everything it needs compiled already.
again() { local manifest=$1; shift; touch "$(dirname "$manifest")/src/lib.rs"; cpu cargo "$@" --offline --manifest-path "$manifest"; }
echo
echo "| the whole API, the crate alone | hire-api | the models through serde's derive | ratio |"
echo "|---|---|---|---|"
export CARGO_INCREMENTAL=0
for what in build check; do
  CARGO_TARGET_DIR="$work/whole" cargo "$what" --quiet --manifest-path hire-api/Cargo.toml --features full
  CARGO_TARGET_DIR="$work/derived" cargo "$what" --quiet --manifest-path benches/derived/Cargo.toml
  row "\`cargo $what\`, CPU s" "$(CARGO_TARGET_DIR="$work/whole" again hire-api/Cargo.toml "$what" --features full)" "$(CARGO_TARGET_DIR="$work/derived" again benches/derived/Cargo.toml "$what")"
done
unset CARGO_INCREMENTAL

echo
echo "| specs | \`hire-gen check\`, CPU s | generation as in a build script, CPU s | per spec, ms |"
echo "|---|---|---|---|"
for times in 1 10; do
  schema="$work/schema-$times"
  cp -rL schema "$schema"
  for ((i = 1; i < times; i++)); do
    # Another version of the same services: the same names under another path.
    for service in hire contact; do
      for version in schema/"$service"/*/; do
        copy="$schema/$service/w$i$(basename "$version")"
        cp -r "$version" "$copy"
        grep -rl --include='*.yaml' '^path:' "$copy" | xargs sed -i "s|/$service/v|/$service/w$i/v|"
      done
    done
  done
  count=$(grep -rl --include='*.yaml' '^path:' "$schema" | wc -l)
  mkdir "$work/out-$times"
  checked=$(cpu "$gen" check --schema "$schema")
  seconds=$(OUT_DIR="$work/out-$times" cpu target/release/examples/build_script "$schema")
  printf '| %s | %s | %s | %s |\n' "$count" "$checked" "$seconds" "$(awk -v s="$seconds" -v n="$count" 'BEGIN { printf "%.2f", s * 1000 / n }')"
done

echo
rm -rf "$work/gen"
share=$(CARGO_TARGET_DIR="$work/gen" cpu cargo build --offline -p hire-gen --lib --no-default-features)
echo "hire-gen's library with everything it needs is $share of the $ours CPU s of the clean debug build above: $(awk -v a="$share" -v b="$ours" 'BEGIN { printf "%d", 100 * a / b }') %, before what it shares with hire-macros and reqwest."
