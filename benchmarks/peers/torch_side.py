"""Value and gradient of the computations that `Sonde.Benchmarks gradients` does too, in PyTorch on one thread. Prints CSV."""
import sys
import time

import torch

STEPS, LATENT, POINTS, DECODE_EVERY = 100, 10, 100, 10
COMPARED_STEPS = 5
seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 2.0
only = sys.argv[2] if len(sys.argv) > 2 else ""
torch.set_num_threads(1)


def perceptron(widths):
    layers = []
    for i in range(len(widths) - 1):
        layers.append(torch.nn.Linear(widths[i], widths[i + 1]))
        if i + 2 < len(widths):
            layers.append(torch.nn.Tanh())
    return torch.nn.Sequential(*layers)


def report(name, members, work, loss=""):
    if only not in name:
        return
    best, count, begin = float("inf"), 0, time.perf_counter()
    while count < 5 or time.perf_counter() - begin < seconds:
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
        count += 1
    print(f"{name},{members},{1e3 * best:.4f},{loss}", flush=True)


def rollout(members, decodes, trains):
    dynamics = perceptron([LATENT] + 8 * [50] + [LATENT])
    decoder = perceptron([LATENT + 2] + 5 * [128] + [2])
    for p in decoder.parameters():
        p.requires_grad_(False)
    for p in dynamics.parameters():
        p.requires_grad_(trains)
    z0, places = torch.randn(members, LATENT), torch.randn(POINTS, 2)

    def work():
        dynamics.zero_grad(set_to_none=True)
        start = z0.clone().requires_grad_(True)
        points = places.repeat(members, 1)
        z, cost = start, (start * start).sum()
        for k in range(1, STEPS + 1):
            z = z + 0.01 * dynamics(z)
            if decodes and k % DECODE_EVERY == 0:
                out = decoder(torch.cat([z.repeat_interleave(POINTS, 0), points], 1))
                cost = cost + (out * out).sum()
        cost = cost + (z * z).sum()
        cost.backward()

    return work


def wave(shape, a, frequency, phase):
    i = torch.arange(torch.Size(shape).numel(), dtype=torch.float64)
    return (a * torch.sin(frequency * i + phase)).float().reshape(shape)


class Skip(torch.nn.Module):
    """The input and what a branch makes of it, channels upon channels."""

    def __init__(self, *branch):
        super().__init__()
        self.branch = torch.nn.Sequential(*branch)

    def forward(self, x):
        return torch.cat([x, self.branch(x)], 1)


def block(inputs, outputs):
    return torch.nn.Sequential(torch.nn.Conv2d(inputs, outputs, 3, padding=1), torch.nn.GroupNorm(4, outputs), torch.nn.SiLU())


def u_net():
    nn = torch.nn
    low = Skip(nn.AvgPool2d(2), block(32, 64), block(64, 64), nn.ConvTranspose2d(64, 32, 2, 2))
    middle = Skip(nn.AvgPool2d(2), block(16, 32), block(32, 32), low, block(64, 32), nn.ConvTranspose2d(32, 16, 2, 2))
    return nn.Sequential(block(8, 16), block(16, 16), middle, block(32, 16), nn.Conv2d(16, 8, 3, padding=1))


class Largest(torch.nn.Module):
    """Over time."""

    def forward(self, x):
        return x.amax(2)


class Beside(torch.nn.Module):
    """What two branches make of the same input, channels upon channels."""

    def __init__(self, one, *other):
        super().__init__()
        self.one, self.other = one, torch.nn.Sequential(*other)

    def forward(self, x):
        return torch.cat([self.one(x), self.other(x)], 1)


def pair(inputs, hidden, outputs, flat=False):
    nn = torch.nn
    kind = nn.Conv1d if flat else nn.Conv2d
    first, second = kind(inputs, hidden, 3, padding=1, padding_mode="circular"), kind(hidden, outputs, 3, padding=1, padding_mode="circular")
    return nn.Sequential(first, nn.GroupNorm(8, hidden), nn.ReLU(), second)


def coda():
    nn = torch.nn
    low = Beside(
        Largest(), nn.MaxPool2d(2), pair(64, 128, 128), Largest(), pair(128, 128, 64, True), nn.ConvTranspose1d(64, 64, 2, 2))
    middle = Beside(
        Largest(), nn.MaxPool2d(2), pair(32, 64, 64), low, pair(128, 64, 32, True), nn.ConvTranspose1d(32, 32, 2, 2))
    return nn.Sequential(pair(4, 32, 32), middle, pair(64, 32, 32, True), nn.Conv1d(32, 1, 3, padding=1, padding_mode="circular"))


class LatentNetwork(torch.nn.Module):
    """An LDNet: from parameters to the coefficients of the modes at all times of a rollout."""

    def __init__(self):
        super().__init__()
        self.dynamics, self.decoder = perceptron([12, 50, 50, 50, 50, 10]), perceptron([10, 192, 192, 768, 600])

    def forward(self, u):
        s, states = torch.zeros(len(u), 10), []
        for _ in range(51):
            s = s + 0.5 * self.dynamics(torch.cat([s, u], 1))
            states.append(s)
        return self.decoder(torch.stack(states, 1)).flatten(1)


def train(name, network, image, target):
    if only not in name:
        return
    parameters = list(network.parameters())
    flat = wave((sum(p.numel() for p in parameters),), 0.1, 0.7, 0.3)
    with torch.no_grad():
        for p, part in zip(parameters, flat.split([p.numel() for p in parameters])):
            p.copy_(part.reshape(p.shape))
    x, y = wave(image, 1, 1.3, 0.1), wave(target, 1, 0.9, 0.5)
    optimizer = torch.optim.Adam(parameters, 1e-3, foreach=True)

    def work():
        optimizer.zero_grad(set_to_none=True)
        loss = torch.nn.functional.mse_loss(network(x), y)
        loss.backward()
        optimizer.step()
        return loss.item()

    for _ in range(COMPARED_STEPS):
        work()
    report(name, image[0], work, work())


def lorenz(members):
    x0 = torch.randn(members, 40, dtype=torch.float64)

    def slope(x):
        return (torch.roll(x, -1, 1) - torch.roll(x, 2, 1)) * torch.roll(x, 1, 1) - x + 8

    def work():
        start = x0.clone().requires_grad_(True)
        x, dt = start, 0.05
        for _ in range(STEPS):
            k1 = slope(x)
            k2 = slope(x + dt / 2 * k1)
            k3 = slope(x + dt / 2 * k2)
            k4 = slope(x + dt * k3)
            x = x + dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        (x * x).sum().backward()

    return work


print("case,members,ms,loss")
for members in (1, 20, 100):
    report("latent rollout", members, rollout(members, False, False))
    report("latent rollout with weights", members, rollout(members, False, True))
    report("latent rollout and decoder", members, rollout(members, True, False))
report("lorenz96 rk4", 64, lorenz(64))
for rows in (1, 8):
    train("training step of a U-Net", u_net(), (rows, 8, 64, 64), (rows, 8, 64, 64))
train("training step of CODA's network", coda(), (16, 4, 51, 40), (16, 1, 40))
train("training step of an LDNet", LatentNetwork(), (16, 2), (16, 51 * 600))
