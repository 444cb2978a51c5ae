"""Readings of twelve gauges from the wave of wave.yaml: python3 gauges.py trajectories.zarr tsunami-gauges.csv (needs numpy)."""
import gzip
import json
import os
import sys

import numpy as np

GAUGES = [(-420e3, -350e3), (-300e3, 310e3), (-60e3, -430e3), (40e3, 120e3), (150e3, -210e3), (260e3, 390e3),
          (330e3, -60e3), (420e3, -390e3), (-450e3, 60e3), (-180e3, 140e3), (440e3, 220e3), (90e3, 440e3)]
NOISE = 0.02  # m


def read(root, name):
    with open(f"{root}/{name}/zarr.json") as text:
        meta = json.load(text)
    shape, chunk = meta["shape"], meta["chunk_grid"]["configuration"]["chunk_shape"]
    values, folder = np.zeros(shape), f"{root}/{name}/c"
    for at, _, files in os.walk(folder):
        for file in files:
            with open(os.path.join(at, file), "rb") as binary:
                raw = binary.read()
            if any(codec["name"] == "gzip" for codec in meta["codecs"]):
                raw = gzip.decompress(raw)
            block = np.frombuffer(raw, np.dtype(meta["data_type"]).newbyteorder("<")).reshape(chunk)
            index = [int(i) for i in os.path.relpath(os.path.join(at, file), folder).split("/")]
            place = tuple(slice(i * c, min((i + 1) * c, s)) for i, c, s in zip(index, chunk, shape))
            values[place] = block[tuple(slice(0, p.stop - p.start) for p in place)]
    return values


def main(root, path):
    eta, x, y, time = (read(root, name) for name in ("eta", "x", "y", "time"))
    rng, rows = np.random.default_rng(2012), []
    for number, (px, py) in enumerate(GAUGES, 1):
        i, j = np.searchsorted(x, px) - 1, np.searchsorted(y, py) - 1
        a, b = (px - x[i]) / (x[i + 1] - x[i]), (py - y[j]) / (y[j + 1] - y[j])
        k = int(rng.integers(1, 6))
        while k < len(time):
            e = eta[0, k]
            level = (1 - b) * ((1 - a) * e[j, i] + a * e[j, i + 1]) + b * ((1 - a) * e[j + 1, i] + a * e[j + 1, i + 1])
            rows.append((time[k], f"gauge-{number}", px, py, level + NOISE * rng.normal()))
            k += int(rng.integers(2, 7))  # every 10 to 30 minutes
    with open(path, "w") as file:
        file.write("time,station,x,y,eta\n")
        for t, station, px, py, level in sorted(rows):
            file.write(f"{t:.0f},{station},{px:.0f},{py:.0f},{level:.4f}\n")
    print(f"{len(rows)} readings; the source is at", read(root, "sourceX"), read(root, "sourceY"))


main(*sys.argv[1:])
