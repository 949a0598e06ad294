#!/usr/bin/env bash
# Measures the time to the first result file of each start:
#   fresh      mvn -q in a fresh clone
#   compiled   mvn -q again, before there is an archive of classes
#   archive    mvn -q with the archive that a start made
#   java       java without Maven, on the same class path and with the archive, if there is one
#   no page    the same with page.enabled=false
#   zip        bin/camel-roboflow of the zip, before there is an archive of classes
#   zip+cds    bin/camel-roboflow with the archive that a start made
# Usage: first-result.sh [--empty] [--zip] [--rounds N] [--pages N] [COMMIT ...]
#   --empty    the fresh start uses an empty local Maven repository, into which it downloads everything
#   --zip      measures the zip only, N times without and with the archive, in turns
#   --pages N  measures java with the page and without it, N times in turns
#   COMMIT     compares these commits in turns; without one, the present commit is measured
set -euo pipefail

here=$(git -C "$(dirname "$0")" rev-parse --show-toplevel)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
rounds=1
pages=1
zip=
fresh=(-q)
while [ $# -gt 0 ]; do
  case $1 in
    --empty) fresh+=("-Dmaven.repo.local=$folder/repository"); shift ;;
    --zip) zip=yes; shift ;;
    --rounds) rounds=$2; shift 2 ;;
    --pages) pages=$2; shift 2 ;;
    *) break ;;
  esac
done
[ $# -gt 0 ] || set -- HEAD

used() { # parameter: a file with the output of times; prints the seconds that the processes of this script used
  tail -1 "$1" | awk '{ for (i = 1; i <= 2; i++) { split($i, t, "[ms]"); sum += t[1] * 60 + t[2] } printf "%.2f", sum }'
}

measure() { # parameters: name of the start, command; the program stops after the first result, or once there is an archive
  local name=$1 start end before program
  shift
  rm -rf data
  if [ -n "${image:-}" ]; then
    mkdir -p data/inbox
    cp -p "$image" data/inbox
  fi
  times >"$folder/before"
  start=$(date +%s.%N)
  "$@" >"$folder/output" 2>&1 &
  program=$!
  until [ -n "$(find data/results -name '*.json' -not -name '.*' -print -quit 2>/dev/null)" ]; do
    if ! kill -0 $program 2>/dev/null; then
      cat "$folder/output"
      exit 1
    fi
    sleep 0.02
  done
  end=$(date +%s.%N)
  if [ "$name" = "(archive)" ]; then
    until compgen -G 'target/launch/classes-*.jsa' >/dev/null || compgen -G 'cache/classes-*.jsa' >/dev/null ||
      ! kill -0 $program; do sleep 1; done
  fi
  kill $program
  wait $program 2>/dev/null || true
  times >"$folder/after"
  awk "BEGIN { printf \"  %-10s%6.1f s, %5.1f s of processor time with the stop\n\", \"$name\", $end - $start,
      $(used "$folder/after") - $(used "$folder/before") }"
}

measure_zip() { # parameter: rounds
  [ -f src/build/zip.xml ] || return 0
  mvn -q package -DskipTests >/dev/null
  unzip -q target/camel-roboflow-*.zip -d unpacked
  echo "  jar $(stat -c %s target/camel-roboflow-*.jar) bytes, zip $(stat -c %s target/camel-roboflow-*.zip) bytes"
  image=$PWD/config/samples/gears.jpg
  cp -r config/models/parts-detect unpacked/*/config/models
  cd unpacked/*
  # a start that is stopped at its first result makes no archive
  measure "(unpack)" env CAMEL_ROBOFLOW_CACHE=cache/none bin/camel-roboflow >/dev/null
  measure "(archive)" bin/camel-roboflow >/dev/null
  for _ in $(seq "$1"); do
    measure zip env CAMEL_ROBOFLOW_CACHE=cache/none bin/camel-roboflow
    measure zip+cds bin/camel-roboflow
  done
  image=
}

for _ in $(seq "$([ -n "$zip" ] && echo 1 || echo "$rounds")"); do
  for commit in "$@"; do
    rm -rf "$folder/clone"
    git clone -q "$here" "$folder/clone"
    cd "$folder/clone"
    git checkout -q "$(git -C "$here" rev-parse "$commit")"
    echo "$(git log -1 --format='%h %s'), load $(cut -d' ' -f1 </proc/loadavg)"
    if [ -n "$zip" ]; then
      measure_zip "$rounds"
      cd "$here"
      continue
    fi
    measure fresh mvn "${fresh[@]}"
    measure compiled mvn -q
    options=()
    if [ -d target/launch ]; then
      measure "(archive)" mvn -q >/dev/null
      measure archive mvn -q
      options=(-XX:SharedArchiveFile="$(ls target/launch/classes-*.jsa)" @target/launch/classpath.args)
    else
      mvn -q dependency:build-classpath -Dmdep.includeScope=runtime -Dmdep.outputFile=target/classpath >/dev/null
      options=(-cp "target/classes:$(cat target/classpath)")
    fi
    program=(--enable-native-access=ALL-UNNAMED "${options[@]}" io.github.camelroboflow.app.Main)
    for _ in $(seq "$pages"); do
      measure java java "${program[@]}"
      measure "no page" java -Dpage.enabled=false "${program[@]}"
    done
    measure_zip 1
    cd "$here"
  done
done
