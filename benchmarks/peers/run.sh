#!/usr/bin/env bash
# Times DAPPER and Sonde in one run, one thread each: ./run.sh DAPPER_CHECKOUT [PYTHON] [more arguments of compare.py]
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
[ $# -ge 1 ] && [ -d "$1/dapper" ] || { echo "usage: run.sh DAPPER_CHECKOUT [PYTHON] [--cycles N] [--repeats N] [--only NAME ...]" >&2; exit 2; }
checkout=$1
python=${2:-python3}
shift $(($# < 2 ? $# : 2))

"$here/../../sonde" --help >/dev/null               # builds, so that no build is timed
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1 MPLBACKEND=Agg
export DAPPER_DATA_ROOT="$scratch" DAPPER_LIVEPLOTTING=no DAPPER_PROGBAR=no
PYTHONPATH="$checkout:$here/shims" "$python" "$here/compare.py" --scratch "$scratch" "$@"
