#!/usr/bin/env bash
# Value and gradient beside PyTorch in one run, one thread each: ./torch.sh [PYTHON] [seconds a case] [part of a case's name]
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
python=${1:-python3}
seconds=${2:-2}
only=${3:-}
results=${only:-gradients}
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1 DOTNET_TieredCompilation=0
dotnet build "$here/.." -c Release --nologo -v quiet >&2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
dotnet "$here/../bin/Release/net10.0/Sonde.Benchmarks.dll" gradients "$seconds" "$only" >"$scratch/sonde.csv"
"$python" "$here/torch_side.py" "$seconds" "$only" >"$scratch/torch.csv"
paste -d, <(cut -d, -f1,2,5 "$scratch/sonde.csv") <(cut -d, -f1,2,4 "$scratch/torch.csv") | tail -n +2 |
    awk -F, '$1 != $4 || $2 != $5 || ($3 != "" && ($3 / $6 > 1.0001 || $6 / $3 > 1.0001)) { print "Not the same computation: " $0; failed = 1 } END { exit failed }' >&2
{
    echo "| case | members | Sonde, ms | PyTorch, ms | times | bytes allocated by Sonde |"
    echo "| --- | --- | --- | --- | --- | --- |"
    join -t'|' <(tail -n +2 "$scratch/sonde.csv" | awk -F, '{ print $1 ", " $2 "|" $1 "|" $2 "|" $3 "|" $4 }' | sort) \
        <(tail -n +2 "$scratch/torch.csv" | awk -F, '{ print $1 ", " $2 "|" $3 }' | sort) |
        awk -F'|' '{ printf "| %s | %s | %.2f | %.1f | %.1f | %s |\n", $2, $3, $4, $6, $6 / $4, $5 }' | sort -t'|' -k2,2 -k3,3n
} | tee "$here/results/${results// /-}.md"
