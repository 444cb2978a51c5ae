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
{
    echo "| network | | Sonde, ms | PyTorch, ms | times |"
    echo "| --- | --- | --- | --- | --- |"
    paste -d, "$scratch/sonde.csv" "$scratch/torch.csv" | tail -n +2 | awk -F, '{
        printf "| `%s` | processor time, median | %.1f | %.1f | %.2f |\n", $1, $2, $8, $8 / $2
        printf "| | wall time, least | %.1f | %.1f | %.2f |\n| | wall time, median | %.1f | %.1f | %.2f |\n", $3, $9, $9 / $3, $4, $10, $10 / $4 }'
} | tee "$here/results/coda.md"
