#!/usr/bin/env bash
# Feishu's official clients for Python and Node receive events from the mock, by webhook and over a long connection.
# It needs the network, Python 3.11 and Node 20. Each client must see every documented event once.
set -euo pipefail
cd "$(dirname "$0")/../.."

node_sdk=1.74.0
key=evt-key
token=evt-token

work=$(mktemp -d)
running=()
stop() {
    for process in ${running[@]+"${running[@]}"}; do kill "$process" 2> "$work/stop" || true; done
    running=()
}
trap 'stop; rm -rf "$work"' EXIT

"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/pip" --quiet --disable-pip-version-check install --only-binary :all: --require-hashes -r tests/sdk/requirements.txt
npm --prefix "$work" --silent install --no-audit --no-fund "@larksuiteoapi/node-sdk@$node_sdk"
cp tests/events/client.mjs "$work/"

cargo build --locked --quiet --package hire-gen --features cli
gen=target/debug/hire-gen
names=$(find schema -name '*.event.json' | sed 's/event.json$/yaml/' | xargs sed -n 's/^event_type: *//p')
events=$(wc -w <<< "$names")
EVENTS=$(echo $names)
export EVENTS

# Waits two minutes until a file has this many lines of a kind; shows it otherwise. A client needs seconds to start.
lines() {
    local file=$1 pattern=$2 wanted=$3 what=$4
    : >> "$file"
    for _ in $(seq 1200); do
        if [ "$(grep -c "$pattern" "$file" || true)" -ge "$wanted" ]; then return; fi
        sleep 0.1
    done
    echo "$what: $(grep -c "$pattern" "$file" || true) of $wanted" >&2
    tail -n 50 "$file" >&2
    exit 1
}

# Each event has such a line, and only one.
expect() {
    local file=$1 pattern=$2 what=$3
    lines "$file" "$pattern" "$events" "$what"
    if [ "$(grep "$pattern" "$file" | sort | uniq -d)" ]; then
        echo "$what: some events came twice" >&2
        grep "$pattern" "$file" | sort | uniq -d >&2
        exit 1
    fi
    echo "$what: $events events"
}

client() {
    case $1 in
        python) exec "$work/venv/bin/python" -B tests/events/client.py "${@:2}" ;;
        node) cd "$work" && exec node client.mjs "${@:2}" ;;
    esac
}

for kind in python node; do
    port=$((20000 + RANDOM % 20000))
    client "$kind" webhook "$port" "$key" "$token" > "$work/$kind-webhook" 2>&1 &
    running+=($!)
    lines "$work/$kind-webhook" '^ready' 1 "$kind, webhook, start"
    "$gen" mock --events "http://127.0.0.1:$port/events" --encrypt-key "$key" --verification-token "$token" \
        > "$work/$kind-mock" 2>&1 &
    running+=($!)
    expect "$work/$kind-mock" ' -> 200' "$kind, webhook"
    expect "$work/$kind-webhook" '^received ' "$kind, webhook, handler"
    stop

    "$gen" mock --events connection > "$work/$kind-mock" 2>&1 &
    running+=($!)
    lines "$work/$kind-mock" '^http' 1 "$kind, mock, start"
    url=$(head -n 1 "$work/$kind-mock")
    client "$kind" connection "$url" > "$work/$kind-connection" 2>&1 &
    running+=($!)
    expect "$work/$kind-mock" ' -> 200' "$kind, long connection"
    expect "$work/$kind-connection" '^received ' "$kind, long connection, handler"
    stop
done
