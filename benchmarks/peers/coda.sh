#!/usr/bin/env bash
# Training steps of CODA's networks beside PyTorch in one run: ./coda.sh [PYTHON] [seconds a network] [threads]
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
python=${1:-python3}
seconds=${2:-20}
threads=${3:-1}
export OMP_NUM_THREADS=$threads OPENBLAS_NUM_THREADS=$threads MKL_NUM_THREADS=$threads DOTNET_TieredCompilation=0
dotnet build "$here/.." -c Release --nologo -v quiet >&2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
dotnet "$here/../bin/Release/net10.0/Sonde.Benchmarks.dll" coda "$scratch" "$seconds" "$threads" >"$scratch/sonde.csv"
"$python" "$here/coda_side.py" "$scratch" "$seconds" "$threads" >"$scratch/torch.csv"
# Others on the machine lengthen a step, but hardly its processor time; on several threads the time that passes is what counts.
if [ "$threads" = 1 ]; then what="processor time of a step, ms (median)" own=2 other=8; else what="time of a step on $threads threads, ms (least)" own=3 other=9; fi
{
    echo "| network | $what | PyTorch | times |"
    echo "| --- | --- | --- | --- |"
    paste -d, "$scratch/sonde.csv" "$scratch/torch.csv" | tail -n +2 |
        awk -F, -v own=$own -v other=$other '{ printf "| `%s` | %.1f | %.1f | %.2f |\n", $1, $own, $other, $other / $own }'
} | tee "$here/results/coda.md"
