#!/usr/bin/env bash
# Diagnostics and completions of an editor: yaml-language-server reads the JSON Schemas of `schema/`, over its protocol. It needs Node and the
# npm registry, and leaves nothing behind.
set -euo pipefail
cd "$(dirname "$0")"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

npm install --prefix "$work" --no-audit --no-fund --no-save --loglevel=error yaml-language-server@1.25.0 > /dev/null ||
  { echo "error: yaml-language-server cannot be installed from npm, so the JSON Schemas are not tested" >&2; exit 1; }
node check.js "$work/node_modules/yaml-language-server/bin/yaml-language-server" ../../schema
