"""One window of LEVDA as `Sonde.Benchmarks levda` does it, in PyTorch on one thread, all members in one batch. Prints CSV."""
import math
import sys
import time

import numpy as np
import torch
import torch.autograd.forward_ad as forward

LATENT, PARAMETERS, MEMBERS, TIMES, MODES, HIDDEN, LAYERS = 10, 2, 20, 6, 300, 50, 8
STEP, NOISE = 0.3, 0.1
seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 3.0
torch.set_num_threads(1)
torch.set_default_dtype(torch.float32 if "float" in sys.argv else torch.float64)


def wave(rows, width, size, frequency):
    i = np.arange(rows * width, dtype=np.float64)
    return size * np.sin(frequency * i * (1 + np.fmod(1e-3 * i, 0.1)) + 0.3).reshape(rows, width)


def tensor(a):
    return torch.tensor(a, dtype=torch.get_default_dtype())


def perceptron(widths, flat):
    layers, at = [], 0
    for i in range(len(widths) - 1):
        layer = torch.nn.Linear(widths[i], widths[i + 1])
        for p in (layer.weight, layer.bias):
            p.data = tensor(flat[0, at:at + p.numel()].reshape(p.shape))
            p.requires_grad_(False)
            at += p.numel()
        layers.append(layer)
        if i + 2 < len(widths):
            layers.append(torch.nn.Tanh())
    assert at == flat.size
    return torch.nn.Sequential(*layers)


def count(widths):
    return sum((a + 1) * b for a, b in zip(widths, widths[1:]))


f_widths, b_widths = [LATENT + PARAMETERS] + LAYERS * [HIDDEN] + [LATENT], [LATENT, 192, 384, MODES]
dynamics = perceptron(f_widths, wave(1, count(f_widths), 0.2, 0.7))
branch = perceptron(b_widths, wave(1, count(b_widths), 0.1, 0.9))
basis = tensor(wave(MODES, MODES, 0.1, 0.37))


def trajectory(z):
    """[rows, latent + parameters] to all readings in units of their errors, [rows, times × readings], and the last state."""
    s, u, read = z[:, :LATENT], z[:, LATENT:], []
    for _ in range(TIMES):
        s = s + STEP * dynamics(torch.cat([s, u], 1))
        read.append(branch(s) @ basis)
    return torch.cat(read, 1) / NOISE, torch.cat([s, u], 1)


with torch.no_grad():
    target = trajectory(tensor(wave(1, LATENT + PARAMETERS, 0.5, 2.1)))[0]
    target = target + tensor(np.concatenate([wave(1, MODES, NOISE, 1.7 + k) for k in range(TIMES)], 1)) / NOISE
members = tensor(wave(MEMBERS, LATENT + PARAMETERS, 0.5, 1.1))
mean = members.mean(0, keepdim=True)
anomalies = (members - mean) / math.sqrt(MEMBERS - 1)
u, _, _ = torch.linalg.svd(anomalies, full_matrices=False)
E, start = u.T @ anomalies, (math.sqrt(MEMBERS - 1) * u).contiguous()              # the same reduction to as many directions as there are
p = E.shape[0]


def cost(v):
    return 0.5 * ((v - start) ** 2).sum(1) + 0.5 * ((trajectory(mean + v @ E)[0] - target) ** 2).sum(1)


def gauss_newton(steps):
    """Damping-free steps, halved where they fail; Jacobians by forward-mode derivatives of all members in all directions at once."""
    v = start.clone()
    eye = torch.eye(p).repeat(MEMBERS, 1)

    def linearize(v):
        with forward.dual_level():
            at = forward.make_dual((mean + v @ E).repeat_interleave(p, 0), eye @ E)
            value, jacobian = forward.unpack_dual(trajectory(at)[0])
        j = jacobian.reshape(MEMBERS, p, -1)
        r = value[::p] - target
        g = (j @ r.unsqueeze(2)).squeeze(2) + v - start
        return 0.5 * ((v - start) ** 2).sum(1) + 0.5 * (r ** 2).sum(1), g, j @ j.transpose(1, 2) + torch.eye(p)

    with torch.no_grad():
        now, g, h = linearize(v)
        for _ in range(steps):
            step = -torch.cholesky_solve(g.unsqueeze(2), torch.linalg.cholesky(h)).squeeze(2)
            alpha, slope = torch.ones(MEMBERS, 1), (g * step).sum(1)
            for _ in range(11):
                failed = cost(v + alpha * step) > now + 1e-4 * alpha.squeeze(1) * slope
                if not failed.any():
                    break
                alpha[failed] *= 0.5
            v = v + alpha * step
            now, g, h = linearize(v)
    return v


def lbfgs(steps):
    v = start.clone().requires_grad_(True)
    optimizer = torch.optim.LBFGS([v], lr=1, max_iter=steps, max_eval=1000, tolerance_grad=0, tolerance_change=0, history_size=100, line_search_fn="strong_wolfe")

    def closure():
        optimizer.zero_grad()
        total = cost(v).sum()
        total.backward()
        return total

    optimizer.step(closure)
    return v.detach()


def report(name, work):
    best, begin, n = float("inf"), time.perf_counter(), 0
    while n < 3 or time.perf_counter() - begin < seconds:
        from_ = time.perf_counter()
        with_members = work()
        with torch.no_grad():
            last = trajectory(mean + with_members @ E)[1]
        best = min(best, time.perf_counter() - from_)
        n += 1
    print(f"{name},{1e3 * best:.2f},{float((last ** 2).mean().sqrt())!r}", flush=True)


def gradient():
    """Value and gradient of all members' costs where a search begins."""
    best, begin, n, total = float("inf"), time.perf_counter(), 0, None
    while n < 5 or time.perf_counter() - begin < seconds:
        from_ = time.perf_counter()
        v = start.clone().requires_grad_(True)
        total = cost(v).sum()
        total.backward()
        best = min(best, time.perf_counter() - from_)
        n += 1
    print(f"value and gradient of all costs,{1e3 * best:.2f},{float(total)!r}", flush=True)


print("case,ms,digest")
report("4 Gauss-Newton steps", lambda: gauss_newton(4))
report("20 joint L-BFGS steps", lambda: lbfgs(20))
gradient()
