#!/usr/bin/env bash
# Cost a point and peak memory of the LETKF from 1e3 to 1e6 points, and the same bits on 1 and 2 threads. Prints CSV.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
dotnet build "$here" -c Release --nologo -v quiet >&2
program="$here/bin/Release/net10.0/Sonde.Benchmarks.dll"
echo "points,members,threads,forecastNs,analysisNs,wholeNs,ensembleMB,peakMB,peakOverEnsemble,bits"
for run in "1000 300" "10000 30" "100000 6" "1000000 3"; do
    read -r points cycles <<<"$run"
    for members in ${MEMBERS:-10 20}; do
        for threads in 1 2; do
            for ((i = 0; i < ${REPEATS:-3}; i++)); do
                DOTNET_TieredCompilation=0 dotnet "$program" scaling "$points" "$members" "$threads" "$cycles"
            done | sort -t, -k6n | head -1                  # the fastest
        done
    done
done
