#!/usr/bin/env bash
# Measures the seconds from "mvn -q" in a fresh clone to the first result file.
#   first-result.sh           uses the local Maven repository as it is
#   first-result.sh --empty   uses an empty repository: Maven downloads everything
set -euo pipefail

here=$(git -C "$(dirname "$0")" rev-parse --show-toplevel)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
git clone -q "$here" "$folder/clone"
cd "$folder/clone"

options=(-q)
if [ "${1:-}" = --empty ]; then
  options+=("-Dmaven.repo.local=$folder/repository")
fi

start=$(date +%s.%N)
mvn "${options[@]}" >"$folder/output" 2>&1 &
program=$!
until [ -n "$(find data/results -name '*.json' -not -name '.*' -print -quit 2>/dev/null)" ]; do
  if ! kill -0 $program 2>/dev/null; then
    cat "$folder/output"
    exit 1
  fi
  sleep 0.02
done
end=$(date +%s.%N)
kill $program
wait $program 2>/dev/null || true
awk "BEGIN { printf \"%.1f s to the first result\n\", $end - $start }"
