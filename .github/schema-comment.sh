#!/usr/bin/env bash
# Puts a Markdown file into this script's comment on a pull request, or into a new one. Without permission to write, it
# puts the file into the summary of the job.
set -euo pipefail

file=$1
mark='<!-- hire-gen diff -->'
comments="repos/$GITHUB_REPOSITORY/issues/$PULL_REQUEST/comments"
job="$GITHUB_SERVER_URL/$GITHUB_REPOSITORY/actions/runs/$GITHUB_RUN_ID"
body=$(mktemp)
trap 'rm -f "$body"' EXIT

summarize() { cat "$file" >> "$GITHUB_STEP_SUMMARY"; }

# GitHub accepts 65,536 characters in a comment, and more in a summary.
echo "$mark" > "$body"
if [ "$(wc -c < "$file")" -gt 60000 ]; then
  printf 'This is its beginning; [the summary of the job](%s) has all of it.\n\n' "$job" >> "$body"
  head -c 60000 "$file" | sed '$d' >> "$body"
  summarize
else
  cat "$file" >> "$body"
fi

post() {
  local ours id
  ours=".[] | select(.user.type == \"Bot\" and (.body | startswith(\"$mark\"))) | .id"
  id=$(gh api "$comments" --paginate --jq "$ours") || return 1
  id=${id%%$'\n'*}
  if [ -n "$id" ]; then
    gh api --silent --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$id" --field "body=@$body"
  elif ! grep -q '^Nothing has changed' "$file"; then
    gh api --silent --method POST "$comments" --field "body=@$body"
  fi
}

if ! post; then
  echo "::notice::the comment cannot be written, as from a fork; the result is in the job's summary"
  summarize
fi
