#!/usr/bin/env bash
# Kills a run at a random moment, resumes it, and compares its scores with those of a run that was never stopped.
# Usage: experiments/kill-and-resume.sh [times] [experiment.yaml]
set -euo pipefail
cd "$(dirname "$0")/.."
times=${1:-20}
experiment=${2:-experiments/kill-and-resume.yaml}
./sonde --version >/dev/null
sonde=(dotnet src/Sonde.Cli/bin/Release/net10.0/sonde-cli.dll)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# 3 says that a method diverged: one of them does, which must be resumed like any other.
run() { "${sonde[@]}" run "$experiment" --threads 1 --out "$@" >/dev/null 2>&1 || [ $? = 3 ]; }
scores() { sed -E '/"seconds"/d' "$1/summary.json"; }

start=$(date +%s%N)
run "$work/whole"
length=$(( ($(date +%s%N) - start) / 1000000 ))
scores "$work/whole" >"$work/expected"
echo "a whole run takes $length ms"

same=0
for i in $(seq "$times"); do
    rm -rf "$work/killed"
    "${sonde[@]}" run "$experiment" --threads 1 --out "$work/killed" >/dev/null 2>&1 &
    process=$!
    wait_ms=$(( RANDOM * length / 32768 ))
    sleep "$(printf '%d.%03d' $((wait_ms / 1000)) $((wait_ms % 1000)))"
    kill -9 "$process" 2>/dev/null || true
    wait "$process" 2>/dev/null || true
    run "$work/killed" --resume || true
    if scores "$work/killed" | cmp -s - "$work/expected" && cmp -s "$work/killed/diagnostics.csv" "$work/whole/diagnostics.csv"; then
        same=$((same + 1))
        echo "$i: killed after $wait_ms ms, resumed to the same bits"
    else
        echo "$i: killed after $wait_ms ms, DIFFERENT"
    fi
done
echo "$same of $times the same"
[ "$same" = "$times" ]
