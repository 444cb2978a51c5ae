"""The finite-volume step of a Kolmogorov flow in NumPy and scipy.fft, to compare values and speed with `Sonde.Benchmarks flows`: kolmogorov_side.py [seconds a case]."""
import math
import sys
import time

import numpy as np
from scipy import fft


class Flow:
    def __init__(self, n, reynolds=1000.0, drag=0.1, wavenumber=4):
        self.n, self.h, self.nu, self.drag = n, 2 * math.pi / n, 1 / reynolds, drag
        self.push = np.sin(wavenumber * (np.arange(n) + 0.5) * self.h)[:, None]
        theta = 2 * np.pi * np.arange(n) / n
        eigen = (2 * np.cos(theta) - 2)[:, None] + (2 * np.cos(theta[: n // 2 + 1]) - 2)[None, :]
        eigen[0, 0] = 1
        self.inverse = 1 / eigen
        self.inverse[0, 0] = 0

    def flux(self, c, speed, axis, dt):
        left, right = c, np.roll(c, -1, axis)
        b = right - left
        a = np.where(speed < 0, np.roll(c, -2, axis) - right, left - np.roll(c, 1, axis))
        with np.errstate(divide="ignore", invalid="ignore"):
            g = np.where(a * b > 0, a * b / (a + b), 0.0)
        size = np.abs(speed)
        return speed * np.where(speed < 0, right, left) + size * (1 - dt / self.h * size) * g

    def explicit(self, c, u, v, axis, dt):
        x = self.flux(c, 0.5 * (u + np.roll(u, -1, axis)), 1, dt)
        y = self.flux(c, 0.5 * (v + np.roll(v, -1, axis)), 0, dt)
        outward = x - np.roll(x, 1, 1) + y - np.roll(y, 1, 0)
        around = np.roll(c, 1, 0) + np.roll(c, -1, 0) + np.roll(c, 1, 1) + np.roll(c, -1, 1) - 4 * c
        return c - dt / self.h * outward + dt * self.nu / self.h**2 * around - dt * self.drag * c

    def step(self, u, v, dt):
        u, v = self.explicit(u, u, v, 1, dt) + dt * self.push, self.explicit(v, u, v, 0, dt)
        divergence = u - np.roll(u, 1, 1) + v - np.roll(v, 1, 0)
        q = fft.irfft2(fft.rfft2(divergence) * self.inverse, s=(self.n, self.n))
        return u - (np.roll(q, -1, 1) - q), v - (np.roll(q, -1, 0) - q)


def start(n):
    h = 2 * math.pi / n
    y, x = np.meshgrid(np.arange(n) * h, np.arange(n) * h, indexing="ij")
    return np.sin(x + h) * np.cos(y + 0.5 * h) + np.cos(3 * (y + 0.5 * h)), -np.cos(x + 0.5 * h) * np.sin(y + h) + np.sin(2 * (x + 0.5 * h))


def main(seconds):
    print("size,ms,checksum")
    for n in (64, 150):
        flow, parts = Flow(n), math.ceil(0.04 / (0.5 * 2 * math.pi / n / 5) - 1e-9)
        u, v = start(n)
        best, begun = math.inf, time.perf_counter()
        checksum = None
        while checksum is None or time.perf_counter() - begun < seconds:
            before = time.perf_counter()
            for _ in range(parts):
                u, v = flow.step(u, v, 0.04 / parts)
            best = min(best, time.perf_counter() - before)
            checksum = checksum or float((u * u).sum() + 2 * (v * v).sum())
        print(f"{n},{1000 * best:.4f},{checksum!r}")


main(float(sys.argv[1]) if len(sys.argv) > 1 else 3)
