"""Training steps of CODA's networks as `Sonde.Benchmarks coda FOLDER` makes them, in PyTorch on one thread, from what that left in FOLDER. Prints CSV."""
import os
import sys
import time

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

folder = sys.argv[1]
seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 3.0
torch.set_num_threads(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
SITES, ROLLOUT, STEP, ALPHA, TOLERANCE, WARM = 40, 25, 0.01, 0.5, 1e-4, 5


def pair(inputs, hidden, outputs, flat=False):
    conv, norm = (nn.Conv1d, nn.BatchNorm1d) if flat else (nn.Conv2d, nn.BatchNorm2d)
    return nn.Sequential(
        conv(inputs, hidden, 3, padding=1, padding_mode="circular"), norm(hidden), nn.ReLU(inplace=True),
        conv(hidden, outputs, 3, padding=1, padding_mode="circular"))


class TimePooledUNet(nn.Module):
    """The authors' network, [windows, 4, 51, 40] to [windows, 40]."""

    def __init__(self):
        super().__init__()
        self.down1, self.down2, self.down3 = pair(4, 32, 32), pair(32, 64, 64), pair(64, 128, 128)
        self.up3, self.double3 = pair(128, 128, 64, True), nn.ConvTranspose1d(64, 64, 2, 2)
        self.up2, self.double2 = pair(128, 64, 32, True), nn.ConvTranspose1d(32, 32, 2, 2)
        self.up1, self.head = pair(64, 32, 32, True), nn.Conv1d(32, 1, 3, padding=1, padding_mode="circular")

    def forward(self, x):
        one = self.down1(x)
        two = self.down2(F.max_pool2d(one, 2))
        y = self.double3(self.up3(self.down3(F.max_pool2d(two, 2)).amax(2)))
        y = self.double2(self.up2(torch.cat([two.amax(2), y], 1)))
        return self.head(self.up1(torch.cat([one.amax(2), y], 1))).squeeze(1)


class Ring(nn.Conv2d):
    """A convolution with zeros before and after and a ring of components."""

    def forward(self, x):
        return F.conv2d(F.pad(x, (1, 1, 0, 0), mode="circular"), self.weight, self.bias, padding=(self.dilation[0], 0), dilation=self.dilation)


class WindowConvolutions(nn.Module):
    """Residual convolutions over times and components, [series, 6, times, 40] to [series, times, 40]."""

    def __init__(self, channels=32):
        super().__init__()
        self.first = Ring(6, channels, 3)
        self.blocks = nn.ModuleList(
            nn.Sequential(nn.SiLU(), Ring(channels, channels, 3, dilation=(dilation, 1)), nn.SiLU(), Ring(channels, channels, 3)) for dilation in (1, 2, 3, 2))
        self.head = nn.Conv2d(channels, 1, 1)

    def forward(self, x):
        x = self.first(x)
        for block in self.blocks:
            x = x + block(x)
        return self.head(F.silu(x)).squeeze(1)


def read(name, *shape):
    return torch.from_numpy(np.fromfile(os.path.join(folder, case, name), dtype="<f4").reshape(shape))


def arrays(network):
    """Weights and populations in the order in which they lie in one vector."""
    for module in network.modules():
        if isinstance(module, (nn.Conv1d, nn.Conv2d, nn.ConvTranspose1d, nn.BatchNorm1d, nn.BatchNorm2d)):
            yield from (module.weight, module.bias)
            if hasattr(module, "running_mean"):
                yield from (module.running_mean, module.running_var)


def load(network, flat):
    at = 0
    with torch.no_grad():
        for array in arrays(network):
            array.copy_(flat[at:at + array.numel()].reshape(array.shape))
            at += array.numel()
    assert at == flat.numel()


def slope(x):
    return (torch.roll(x, -1, 1) - torch.roll(x, 2, 1)) * torch.roll(x, 1, 1) - x + 8


def rollout(x):
    """x at 26 times."""
    states = [x]
    for _ in range(ROLLOUT):
        k1 = slope(x)
        k2 = slope(x + STEP / 2 * k1)
        k3 = slope(x + STEP / 2 * k2)
        k4 = slope(x + STEP * k3)
        x = x + STEP / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        states.append(x)
    return torch.stack(states, 1)


def compare(start, end, values, mask):
    states = rollout(start)
    return (mask * (values - states) ** 2).sum() / mask.sum() + ALPHA * ((states[:, -1] - end) ** 2).mean()


def u_net():
    network = TimePooledUNet()
    images, ahead = read("images", -1, 4, 51, SITES), read("ahead", -1, 4, 51, SITES)
    values, mask = (read(name, -1, ROLLOUT + 1, SITES) for name in ("values", "mask"))
    return network, lambda: compare(network(images), network(ahead), values, mask)


def windows():
    network = WindowConvolutions()
    lines = 2 * 25 + 32 + ROLLOUT + 1
    images, basis = read("images", -1, 6, lines, SITES), read("basis", -1, lines, SITES)
    center, unit = read("center", SITES), read("unit", SITES)
    values, mask = (read(name, -1, 32 + ROLLOUT, SITES).unfold(1, ROLLOUT + 1, 1).transpose(2, 3).reshape(-1, ROLLOUT + 1, SITES) for name in ("values", "mask"))

    def loss():
        states = (network(images) + basis) * unit + center
        start, end = states[:, 25:25 + 32], states[:, 25 + ROLLOUT + 1:25 + ROLLOUT + 1 + 32]
        return compare(start.reshape(-1, SITES), end.reshape(-1, SITES), values, mask)

    return network, loss


print("network,processor ms,least ms,median ms,loss")
for case, build in (("time-pooled-u-net", u_net), ("window-convolutions", windows)):
    network, loss = build()
    load(network, read("weights", -1))
    optimizer = torch.optim.Adam(network.parameters(), 1e-3, foreach=True)

    def work():
        optimizer.zero_grad(set_to_none=True)
        value = loss()
        value.backward()
        optimizer.step()
        return value.item()

    first = loss()
    first.backward()
    own = torch.cat([(array.grad if array.requires_grad else torch.zeros_like(array)).flatten() for array in arrays(network)])
    theirs, value = read("gradient", -1), float(open(os.path.join(folder, case, "loss")).read())
    off = max(abs(first.item() - value) / abs(value), float((own - theirs).norm() / theirs.norm()))
    if not off < TOLERANCE:
        sys.exit(f"Not the same computation: {case} differs by {off:.1e}")
    print(f"{case}: loss and gradient differ by {off:.1e}", file=sys.stderr)
    load(network, read("weights", -1))
    for _ in range(WARM):
        work()
    times, processor, begin = [], [], time.perf_counter()
    while len(times) < 5 or time.perf_counter() - begin < seconds:
        start, used = time.perf_counter(), time.process_time()
        work()
        times.append(1e3 * (time.perf_counter() - start))
        processor.append(1e3 * (time.process_time() - used))
    times.sort()
    processor.sort()
    print(f"{case},{processor[len(processor) // 2]:.2f},{times[0]:.2f},{times[len(times) // 2]:.2f},{first.item()!r}", flush=True)
