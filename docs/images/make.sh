#!/usr/bin/env bash
# Makes the pictures of the README: a diagnostic in a terminal, and a page of the reference site.
# It needs Python 3 and Chromium (`HIRE_BROWSER`, or `chromium` in the path).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cargo build --quiet --package hire-gen --features cli
gen="${CARGO_TARGET_DIR:-$PWD/target}/debug/hire-gen"

# A spec with three mistakes, in a schema of its own.
mkdir -p "$work/schema/zoo/v1/animal"
echo 'base_urls: {zoo: "https://zoo.example"}' > "$work/schema/api.yaml"
cat > "$work/schema/zoo/v1/animal/feed.yaml" <<'YAML'
title: Feed an animal
doc: https://zoo.example/docs/feed
method: POST
path: /zoo/v1/animals/:animal_id/feed
tokens: [tenant]
quota: 20/m
path_params:
  animal_id: {type: string, doc: The animal.}
body:
  food: {type: boolean, doc: What it eats.}
  amount: {type: int, minimum: 10, maximum: 1, doc: How much of it.}
YAML
# A terminal of its own, so that the program uses colours.
(cd "$work" && script --quiet --command "$gen check" /dev/null | tr -d '\r' > "$work/diagnostic.txt") || true
python3 "$here/terminal.py" '$ hire-gen check' < "$work/diagnostic.txt" > "$here/diagnostic.svg"

"$gen" docs --out "$work/site" > /dev/null
"${HIRE_BROWSER:-chromium}" --headless --no-sandbox --disable-gpu --hide-scrollbars --user-data-dir="$work/profile" \
  --window-size=1440,900 --screenshot="$here/site.png" "file://$work/site/hire/v1/talent/combined_create.html" 2> /dev/null
ls -l "$here"
