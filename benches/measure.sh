#!/usr/bin/env bash
# The ratios of the README, all from one run on one machine: `benches/measure.sh [PART..] > benches/RESULTS.md`. Parts: build, release,
# call, codec, whole, edit, scale, peers; all of them by default. Needs valgrind for instructions, and the network for the first fetch.
#
# hire-api is what a registry has: the staged package, with generated sources and without a generator. Only `edit` and `scale` are about
# this repository. Build costs are CPU seconds (user + system) without incremental compilation, as Cargo builds what comes from a registry;
# each is the least of several by turns, since a busy machine changes them, too. Every ratio is ours divided by theirs.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
work=$(mktemp -d)
server=''
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT
TIMEFORMAT='%U %S'
export CARGO_INCREMENTAL=0
turns="${HIRE_TURNS:-3}"
parts=" ${*:-build release call codec whole edit scale peers} "
wants() { [[ "$parts" == *" $1 "* ]]; }

# cpu COMMAND..: CPU seconds it took, its children's included.
cpu() {
  local log="$work/log"
  { time "$@" >"$log" 2>&1; } 2>"$work/time" || { cat "$log" >&2; return 1; }
  awk '{ printf "%.2f", $1 + $2 }' "$work/time"
}
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'; }
least() { awk -v a="$1" -v b="$2" 'BEGIN { print a == "" || b < a + 0 ? b : a }'; }
# row WHAT OURS THEIRS [AIM]
row() { printf '| %s | %s | %s | **%s** | %s |\n' "$1" "$2" "$3" "$(ratio "$2" "$3")" "${4:-}"; }

# build CRATE TARGET FLAGS..: a clean build of a program.
build() {
  local crate=$1 target=$2
  shift 2
  rm -rf "${work:?}/$target"
  CARGO_TARGET_DIR="$work/$target" cpu cargo build --offline --manifest-path "$work/benches/$crate/Cargo.toml" "$@"
}
# instructions BINARY ARGS..: how many it ran.
instructions() { valgrind --tool=callgrind --callgrind-out-file=/dev/null "$@" 2>&1 | awk '/Collected/ { print $NF }'; }
# each BINARY ARGS..: instructions of one more repetition, the last argument being the number of repetitions.
each() { awk -v a="$(instructions "$@" 20)" -v b="$(instructions "$@" 220)" 'BEGIN { printf "%d", (b - a) / 200 }'; }

CARGO_INCREMENTAL=1 cargo build --quiet -p hire-gen --features stage --bins --examples
gen=$root/target/debug/hire-gen
"$gen" stage --schema schema --out "$work/staged" >&2
# The programs as somebody else's packages.
mkdir "$work/benches"
cp -r schema "$work/schema"
for crate in calls codec generated handwritten; do
  cp -r "benches/$crate" "$work/benches/$crate"
  rm -rf "$work/benches/$crate/target"
  sed -i "s#\.\./\.\./hire-api#$work/staged/hire-api#" "$work/benches/$crate/Cargo.toml"
done
for crate in calls codec generated handwritten; do
  cargo fetch --quiet --manifest-path "$work/benches/$crate/Cargo.toml"
done

echo "# Measured"
echo
echo "$(rustc --version), $(nproc) cores, $(git rev-parse --short HEAD). Reproduce: \`benches/measure.sh$([ $# -eq 0 ] || echo " $*")\`."

if wants build || wants release; then
  echo
  echo "| a clean build, CPU s | generated | by hand | ratio | aim |"
  echo "|---|---|---|---|---|"
fi
if wants build; then
  one='' ten='' full='' hand='' default=''
  for ((turn = 0; turn < turns; turn++)); do
    hand=$(least "$hand" "$(build handwritten hand)")
    one=$(least "$one" "$(build generated one)")
    full=$(least "$full" "$(build generated full --features full)")
    ten=$(least "$ten" "$(build generated ten --features ten)")
    default=$(least "$default" "$(build handwritten default --no-default-features --features reqwest-default)")
  done
  row "debug, one resource" "$one" "$hand" "≤ 1.05"
  row "debug, ten resources" "$ten" "$hand"
  row "debug, everything" "$full" "$hand" "≤ 1.20"
  row "debug, one resource, against reqwest's default features" "$one" "$default" "≤ 0.65"
fi
if wants release; then
  one='' full='' hand=''
  for ((turn = 0; turn < (turns + 1) / 2; turn++)); do
    hand=$(least "$hand" "$(build handwritten release-hand --release)")
    one=$(least "$one" "$(build generated release-one --release)")
    full=$(least "$full" "$(build generated release-full --release --features full)")
  done
  row "release, one resource" "$one" "$hand" "≤ 1.10"
  row "release, everything" "$full" "$hand"
  row "stripped binary, bytes" "$(stat -c %s "$work/release-one/release/generated")" "$(stat -c %s "$work/release-hand/release/handwritten")"
fi

if wants call; then
  CARGO_TARGET_DIR="$work/calls" cargo build --quiet --offline --release --manifest-path "$work/benches/calls/Cargo.toml"
  calls="$work/calls/release/calls"
  "$calls" serve >"$work/served" &
  server=$!
  until url=$(head -n 1 "$work/served") && [ -n "$url" ]; do sleep 0.1; done
  echo
  echo "| a call, both with the same limit of time | generated | by hand | ratio | aim |"
  echo "|---|---|---|---|---|"
  row "instructions, small body" "$(each "$calls" generated small "$url")" "$(each "$calls" handwritten small "$url")" "≤ 1.00"
  row "instructions, the documented combined_create" "$(each "$calls" generated documented "$url")" "$(each "$calls" handwritten documented "$url")" "≤ 0.95"
  ours='' theirs=''
  for ((turn = 0; turn < 4 * turns; turn++)); do
    ours=$(least "$ours" "$(cpu "$calls" generated small "$url" 10000)")
    theirs=$(least "$theirs" "$(cpu "$calls" handwritten small "$url" 10000)")
  done
  row "CPU s of 10,000 calls, the least of $((4 * turns)) by turns" "$ours" "$theirs" "≤ 1.05"
  # The best of several by turns: calls a second, and what 99 of 100 take at most.
  ours=0 theirs=0 ours_most='' theirs_most=''
  for ((turn = 0; turn < 4 * turns; turn++)); do
    read -r rate most < <("$calls" generated saturated "$url" 32000)
    ours=$(awk -v a="$ours" -v b="$rate" 'BEGIN { print (b > a ? b : a) }') ours_most=$(least "$ours_most" "$most")
    read -r rate most < <("$calls" handwritten saturated "$url" 32000)
    theirs=$(awk -v a="$theirs" -v b="$rate" 'BEGIN { print (b > a ? b : a) }') theirs_most=$(least "$theirs_most" "$most")
  done
  row "64 tasks: calls a second" "$ours" "$theirs" "≥ 0.97"
  row "64 tasks: 99 of 100 within, µs" "$ours_most" "$theirs_most" "1,000 µs more at most"
  kill "$server"
fi

if wants codec; then
  CARGO_TARGET_DIR="$work/codec" cargo build --quiet --offline --release --manifest-path "$work/benches/codec/Cargo.toml"
  echo
  echo "| instructions for the documented combined_create | generated | serde's derive | ratio | aim |"
  echo "|---|---|---|---|---|"
  codec="$work/codec/release/codec"
  for what in encode pretty compact reordered; do
    case $what in
      encode) name="write it" aim="≤ 0.50" ;;
      pretty) name="read it as the page prints it" aim="≤ 0.85" ;;
      compact) name="read it compact, as on the wire" aim="≤ 0.85" ;;
      reordered) name="read it with its names in another order" aim="≤ 1.00" ;;
    esac
    row "$name" "$(each "$codec" generated "$what")" "$(each "$codec" handwritten "$what")" "$aim"
  done
fi

# The library alone, with everything that it needs compiled already.
if wants whole; then
  again() {
    local manifest=$1
    shift
    touch "$(dirname "$manifest")/src/lib.rs"
    cpu cargo "$@" --offline --manifest-path "$manifest"
  }
  echo
  echo "| everything, the crate alone, CPU s | hire-api | the models through serde's derive | ratio | aim |"
  echo "|---|---|---|---|---|"
  for what in build check; do
    CARGO_TARGET_DIR="$work/whole" cargo "$what" --quiet --offline --manifest-path "$work/staged/hire-api/Cargo.toml" --features full
    CARGO_TARGET_DIR="$work/derived" cargo "$what" --quiet --manifest-path benches/derived/Cargo.toml
    row "\`cargo $what\`" "$(CARGO_TARGET_DIR="$work/whole" again "$work/staged/hire-api/Cargo.toml" "$what" --features full)" \
      "$(CARGO_TARGET_DIR="$work/derived" again benches/derived/Cargo.toml "$what")"
  done
  size=$(find "$work/whole" -name 'libhire_api*.rlib' -exec stat -c %s {} + | awk 'NR == 1 { printf "%.1f", $1 / 1e6 }')
  echo
  echo "The library of everything has $size MB."
fi

# From an edited YAML to a rebuilt program, in a checkout, incremental as people build it.
if wants edit; then
  git clone --quiet --no-hardlinks . "$work/checkout"
  manifest="$work/checkout/benches/generated/Cargo.toml" spec="$work/checkout/schema/hire/v1/talent/onboard_status.yaml"
  rebuilt() { CARGO_INCREMENTAL=1 CARGO_TARGET_DIR="$work/edit" cpu cargo build --offline --manifest-path "$manifest" --features full; }
  cargo fetch --quiet --manifest-path "$manifest"
  rebuilt > /dev/null
  echo
  echo "| everything, in a checkout: one YAML, then a rebuilt program | CPU s |"
  echo "|---|---|"
  echo "| nothing changed | $(rebuilt) |"
  touch "$spec"
  echo "| touched, the same content | $(rebuilt) |"
  sed -i '0,/^title: /s//title: Now /' "$spec"
  echo "| a word | $(rebuilt) |"
  sed 's#^path: .*#path: /open-apis/hire/v1/talents/:talent_id/onboard_status_again#' "$spec" > "${spec%.yaml}_again.yaml"
  echo "| one more endpoint | $(rebuilt) |"
  echo
  echo "A program on the published package has no schema to edit: nothing is rebuilt. In a checkout Cargo recompiles whatever has a build"
  echo "script that ran, and runs it for a newer file, whatever its content (\`-Z checksum-freshness\` leaves build scripts out)."
fi

# Build scripts are compiled without optimization, so the generation is, too.
if wants scale; then
  cargo build --quiet --release -p hire-gen --features stage --bin hire-gen
  echo
  echo "| specs | \`hire-gen check\`, CPU s | the build script, everything | the build script, one resource |"
  echo "|---|---|---|---|"
  for times in 1 9; do
    schema="$work/schema-$times"
    cp -rL schema "$schema"
    for ((i = 1; i < times; i++)); do
      # Another version of the same services: the same names under another path.
      for service in hire contact; do
        for version in schema/"$service"/*/; do
          copy="$schema/$service/w$i$(basename "$version")"
          cp -r "$version" "$copy"
          grep -rl --include='*.yaml' '^path:' "$copy" | xargs sed -i "s|/$service/v|/$service/w$i/v|"
          # Some versions have no events.
          { grep -rl --include='*.yaml' '^event_type:' "$copy" || true; } | xargs -r sed -i "s|^event_type: |event_type: w$i.|"
          find "$copy" -name '*.event.json' -exec sed -i -E "s#\"(event_type|type)\": *\"($service)\.#\"\1\": \"w$i.\2.#" {} +
        done
      done
    done
    count=$(grep -rl --include='*.yaml' '^path:' "$schema" | wc -l)
    mkdir "$work/all-$times" "$work/one-$times"
    script=target/debug/examples/build_script
    checked=$(cpu target/release/hire-gen check --schema "$schema")
    all=$(OUT_DIR="$work/all-$times" cpu "$script" "$schema")
    one=$(OUT_DIR="$work/one-$times" cpu "$script" "$schema" hire-v1-talent)
    printf '| %s | %s | %s | %s |\n' "$count" "$checked" "$all" "$one"
  done
fi

# Other clients, each as published; what they generate or contain is compiled into a program that does nothing.
if wants peers; then
  # peer NAME DEPENDENCIES [BUILD-DEPENDENCIES]
  peer() {
    mkdir -p "$work/benches/$1/src"
    printf '[package]\nname = "%s"\nversion = "0.0.0"\nedition = "2024"\n\n[dependencies]\n%s\n\n[build-dependencies]\n%s\n\n[workspace]\n' \
      "$1" "$2" "${3:-}" > "$work/benches/$1/Cargo.toml"
    echo 'fn main() {}' > "$work/benches/$1/src/main.rs"
  }
  peer peer-progenitor $'progenitor-client = "0.15"\nreqwest = { version = "0.13", features = ["json", "stream"] }\nserde = { version = "1", features = ["derive"] }\nserde_json = "1"\nchrono = { version = "0.4", features = ["serde"] }\nuuid = { version = "1", features = ["serde"] }\nregress = "0.11"\nbytes = "1"\nfutures = "0.3"\nrand = "0.9"' \
    $'progenitor = "0.15"\nprettyplease = "0.2"\nsyn = "2"\nserde_json = "1"\nopenapiv3 = "2"'
  "$gen" openapi --schema schema --openapi 3.0 --resource hire-v1-talent > "$work/benches/peer-progenitor/openapi.json"
  cat > "$work/benches/peer-progenitor/build.rs" <<'RUST'
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let spec: openapiv3::OpenAPI = serde_json::from_str(&std::fs::read_to_string("openapi.json")?)?;
    let tokens = progenitor::Generator::default().generate_tokens(&spec)?;
    let text = prettyplease::unparse(&syn::parse2(tokens)?);
    std::fs::write(std::path::Path::new(&std::env::var("OUT_DIR")?).join("client.rs"), text)?;
    Ok(())
}
RUST
  echo 'include!(concat!(env!("OUT_DIR"), "/client.rs")); fn main() {}' > "$work/benches/peer-progenitor/src/main.rs"
  peer peer-openlark 'openlark-hr = { version = "0.21", default-features = false, features = ["hire"] }'
  peer peer-larksuite 'larksuite-oapi-sdk-rs = "0.3"'
  hand=$(build handwritten hand)
  echo
  echo "| a clean debug build, CPU s | | against by hand |"
  echo "|---|---|---|"
  for crate in peer-progenitor peer-openlark peer-larksuite; do
    if cargo fetch --quiet --manifest-path "$work/benches/$crate/Cargo.toml" && seconds=$(build "$crate" peer); then
      printf '| %s | %s | **%s** |\n' "${crate#peer-}" "$seconds" "$(ratio "$seconds" "$hand")"
    else
      printf '| %s | does not build | |\n' "${crate#peer-}"
    fi
  done
fi
