"""Compares Sonde with DAPPER on Lorenz-96: prints a table and writes it as JSON and Markdown.

Processor time is what is compared, since it says least about whoever else uses the machine, and of all repeats the
least. DAPPER: of `assimilate` alone. Sonde: of the whole process, reading, truth and observations included, by the
difference of a long and a short run, so that starting and compiling are left out.
"""

import argparse
import json
import platform
from pathlib import Path

import sonde_side
from dapper_side import DapperSide
from methods import PAIRS

BURN_IN = 400
SHORT, LONG = 2_000, 12_000


def processor():
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())


def measure(pair, dapper, options):
    runs = [(dapper.run(pair, True), dapper.run(pair, False)) for _ in range(options.repeats)]
    lean, full = (min(run[side] for run in runs) for side in (0, 1))
    short = min(sonde_side.run(pair, SHORT, BURN_IN, options.seed, options.scratch)[0] for _ in range(options.repeats))
    long = [sonde_side.run(pair, LONG, BURN_IN, options.seed, options.scratch) for _ in range(options.repeats)]
    cpu = 1e3 * (min(run[0] for run in long) - short) / (LONG - SHORT)
    return {
        "method": pair.name,
        "sondeMs": round(cpu, 4),
        "sondeWallMs": round(1e3 * min(run[1] for run in long) / LONG, 4),
        "dapperLeanMs": round(lean[0], 3),
        "dapperFullMs": round(full[0], 3),
        "timesDapperLean": round(lean[0] / cpu, 1),
        "timesDapperFull": round(full[0] / cpu, 1),
        "pdafQuotedMs": pair.pdaf,
        "timesPdaf": pair.pdaf and round(pair.pdaf / cpu, 1),
        "sondeRmse": round(long[0][2], 4),
        "dapperRmse": round(lean[2], 4),
    }


def table(rows):
    lines = [
        "| method | Sonde | DAPPER lean | DAPPER full | × lean | × full | PDAF (quoted) | × PDAF | RMSE Sonde | RMSE DAPPER |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for r in rows:
        pdaf = (f"{r['pdafQuotedMs']:.2f}", f"{r['timesPdaf']:.1f}") if r["pdafQuotedMs"] else ("", "")
        lines.append(
            f"| {r['method']} | {r['sondeMs']:.3f} | {r['dapperLeanMs']:.2f} | {r['dapperFullMs']:.2f} | {r['timesDapperLean']:.0f} "
            f"| {r['timesDapperFull']:.0f} | {pdaf[0]} | {pdaf[1]} | {r['sondeRmse']:.3f} | {r['dapperRmse']:.3f} |")
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cycles", type=int, default=2000, help="DAPPER's cycles; Sonde always takes %d" % LONG)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--seed", type=int, default=3000)
    parser.add_argument("--only", nargs="*", help="beginnings of names")
    parser.add_argument("--scratch", required=True)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "results")
    options = parser.parse_args()
    dapper = DapperSide(options.cycles, BURN_IN, options.seed)
    rows = []
    for pair in PAIRS:
        if options.only and not any(pair.name.startswith(name) for name in options.only):
            continue
        rows.append(measure(pair, dapper, options))
        print(json.dumps(rows[-1]), flush=True)
    print(table(rows))
    if not options.only:
        result = {"processor": processor(), "threads": 1, "repeats": options.repeats, "dapperCycles": options.cycles, "sondeCycles": LONG,
                  "burnIn": BURN_IN, "unit": "ms of processor time a cycle", "rows": rows}
        options.out.mkdir(exist_ok=True)
        (options.out / "lorenz96.json").write_text(json.dumps(result, indent=1) + "\n")
        (options.out / "lorenz96.md").write_text(table(rows))


if __name__ == "__main__":
    main()
