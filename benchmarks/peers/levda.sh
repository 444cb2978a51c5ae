#!/usr/bin/env bash
# One window of LEVDA beside PyTorch in one run, one thread each: ./levda.sh [PYTHON] [seconds a case]
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
python=${1:-python3}
seconds=${2:-5}
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1 DOTNET_TieredCompilation=0
dotnet build "$here/.." -c Release --nologo -v quiet >&2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
dotnet "$here/../bin/Release/net10.0/Sonde.Benchmarks.dll" levda "$seconds" >"$scratch/sonde.csv"
"$python" "$here/levda_side.py" "$seconds" >"$scratch/torch.csv"
"$python" "$here/levda_side.py" "$seconds" float >"$scratch/float.csv"
awk -F, 'NR == FNR { digest[$1] = $3; next } /Gauss-Newton|gradient/ && ($1 in digest) && (digest[$1] / $3 > 1.000001 || $3 / digest[$1] > 1.000001) { print "Not the same computation: " $0; failed = 1 } END { exit failed }' \
    "$scratch/sonde.csv" "$scratch/torch.csv" >&2
{
    echo "| a window of 6 times × 300 readings, 20 members | Sonde, ms | PyTorch, double, ms | times | PyTorch, single, ms |"
    echo "| --- | --- | --- | --- | --- |"
    awk -F, 'FNR == 1 { file++; next } file == 1 { double[$1] = $2; next } file == 2 { single[$1] = $2; next }
        { printf "| %s | %.1f | %s | %s | %s |\n", $1, $2, ($1 in double) ? sprintf("%.0f", double[$1]) : "", ($1 in double) ? sprintf("%.1f", double[$1] / $2) : "", ($1 in single) ? sprintf("%.0f", single[$1]) : "" }' \
        "$scratch/torch.csv" "$scratch/float.csv" "$scratch/sonde.csv"
} | tee "$here/results/levda.md"
