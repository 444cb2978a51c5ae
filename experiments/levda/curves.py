"""Errors over time, means over truths: python3 curves.py results/NAME curves.csv (the folder of a run, or of a sweep). Needs nothing but Python."""
import csv
import json
import math
import os
import sys

SCORES = ["relativeRmse", "crps", "coverage90"]


def number(text):
    return float(text) if text else math.nan


def mean(values):
    values = [v for v in values if not math.isnan(v)]
    return sum(values) / len(values) if values else math.nan


def curves(folder):
    """(method, time) -> rows of all trajectories, in the order of the file."""
    rows = {}
    with open(os.path.join(folder, "diagnostics.csv"), newline="") as text:
        for row in csv.DictReader(text):
            rows.setdefault((row["method"], float(row["time"])), []).append(row)
    return rows


def write(points, path):
    names = sorted({name for label, folder in points for rows in curves(folder).values() for name in rows[0] if name.endswith(".error")})
    with open(path + ".tmp", "w", newline="") as text:
        out = csv.writer(text, lineterminator="\n")
        labels = [""] if len(points) == 1 else ["point"]
        out.writerow([x for x in labels if x] + ["method", "time"] + SCORES + ["standardError", "spreadErrorRatio"] + [n.replace(".error", "Rmse") for n in names])
        for label, folder in points:
            for (method, time), rows in curves(folder).items():
                relative = [number(row["relativeRmse"]) for row in rows]
                middle, count = mean(relative), sum(not math.isnan(v) for v in relative)
                error = math.sqrt(mean([(v - middle) ** 2 for v in relative]) / (count - 1)) if count > 1 else math.nan
                rmse = mean([number(row["rmse"]) for row in rows])
                values = [mean([number(row[name]) for row in rows]) for name in SCORES] + [error, mean([number(row["spread"]) for row in rows]) / rmse if rmse else math.nan]
                values += [math.sqrt(mean([number(row.get(name, "")) ** 2 for row in rows])) for name in names]
                out.writerow(([label] if len(points) > 1 else []) + [method, f"{time:.10g}"] + ["" if math.isnan(v) else f"{v:.4g}" for v in values])
    os.replace(path + ".tmp", path)


def main(folder, path):
    runs = os.path.join(folder, "runs")
    if not os.path.isdir(runs):
        return write([("", folder)], path)
    with open(os.path.join(folder, "summary.json")) as text:
        overrides = [json.dumps(run["overrides"], separators=(",", ":")) for run in json.load(text)["runs"]]
    write(list(zip(overrides, (os.path.join(runs, name) for name in sorted(os.listdir(runs))))), path)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(f"curves.py has {len(sys.argv) - 1} arguments; expected the folder of a run, and the file to write.")
    main(*sys.argv[1:])
