#!/usr/bin/env bash
# Matrix products in turns with OpenBLAS in one process, one thread each: ./openblas.sh [library] [seconds a case]
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
library=${1:-libopenblas.so.0}
seconds=${2:-2}
export OPENBLAS_NUM_THREADS=1 DOTNET_TieredCompilation=0
dotnet build "$here/.." -c Release --nologo -v quiet >&2
dotnet "$here/../bin/Release/net10.0/Sonde.Benchmarks.dll" products "$seconds" "$library" | tee "$here/results/products.csv"
