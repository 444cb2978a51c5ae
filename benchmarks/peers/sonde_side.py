"""Runs Sonde's methods by `sonde run`, all diagnostics included, on one thread."""

import json
import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

EXPERIMENT = """name: peers
seed: {seed}
system: {{ kind: lorenz96, size: 40, forcing: 8 }}
time: {{ step: 0.05, cycles: {cycles}, burnIn: {burn_in} }}
observations: {{ every: 0.05, noise: 1.0 }}
background: {{ kind: prior }}
output: {{ analysis: none }}
methods:
  - {method}
"""


def run(pair, cycles, burn_in, seed, scratch):
    """(processor seconds of the whole process, the method's own seconds, RMSE)."""
    folder = Path(scratch)
    (folder / "peers.yaml").write_text(EXPERIMENT.format(seed=seed, cycles=cycles, burn_in=burn_in, method=pair.sonde))
    process = subprocess.Popen(
        [ROOT / "sonde", "run", folder / "peers.yaml", "--out", folder / "out", "--threads", "1", "--json"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    text = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        raise SystemExit(f"sonde failed on {pair.name}: exit code {os.waitstatus_to_exitcode(status)}.")
    summary = json.loads(text)["methods"][0]
    return usage.ru_utime + usage.ru_stime, summary["seconds"], summary["rmse"]
