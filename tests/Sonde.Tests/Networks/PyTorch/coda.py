"""What PyTorch makes of CODA's network, for tests/Sonde.Tests/Assimilation/AmortizedNetworkTests.cs.

    python3 coda.py > coda.json

Inputs and weights are formulas that the test repeats. A module's parameters and, where it normalizes, its running mean and variance follow each other
in the order in which modules are applied.
"""
import json
import torch
from torch import nn

torch.set_default_dtype(torch.double)


def wave(count, frequency, phase):
    return torch.sin(frequency * torch.arange(count) + phase)


def pair(dimension, inputs, hidden, outputs):
    convolution = nn.Conv2d if dimension == 2 else nn.Conv1d
    normalization = nn.BatchNorm2d if dimension == 2 else nn.BatchNorm1d
    return nn.Sequential(
        convolution(inputs, hidden, 3, padding=1, padding_mode="circular"), normalization(hidden), nn.ReLU(),
        convolution(hidden, outputs, 3, padding=1, padding_mode="circular"))


class Network(nn.Module):
    def __init__(self, c, numbers):
        super().__init__()
        self.down = nn.ModuleList([pair(2, 4, c, c), pair(2, c, 2 * c, 2 * c), pair(2, 2 * c, 4 * c, 4 * c)])
        self.bottom = pair(1, 4 * c, 4 * c, 2 * c)
        self.doubling = nn.ModuleList([nn.ConvTranspose1d(2 * c, 2 * c, 2, 2), nn.ConvTranspose1d(c, c, 2, 2)])
        self.up = nn.ModuleList([pair(1, 4 * c, 2 * c, c), pair(1, 2 * c, c, c)])
        self.heads = nn.ModuleList([nn.Conv1d(c, outputs, 3, padding=1, padding_mode="circular") for outputs in (1, numbers - 1) if outputs])

    def ordered(self):
        return [*self.down, self.bottom, self.doubling[0], self.up[0], self.doubling[1], self.up[1], *self.heads]

    def arrays(self):
        for part in self.ordered():
            for module in part.modules():
                yield from (array for array in module._parameters.values())
                if isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d)):
                    yield from (module.running_mean, module.running_var)

    def forward(self, x):
        fine = self.down[0](x)
        middle = self.down[1](nn.functional.max_pool2d(fine, 2))
        coarse = self.down[2](nn.functional.max_pool2d(middle, 2))
        over = lambda image: image.max(2).values
        y = self.doubling[0](self.bottom(over(coarse)))
        y = self.doubling[1](self.up[0](torch.cat([over(middle), y], 1)))
        y = self.up[1](torch.cat([over(fine), y], 1))
        return torch.cat([head(y) for head in self.heads], 1)


results = {}
for name, c, numbers, times, width in [("small", 2, 2, 11, 8), ("published", 32, 2, 51, 40)]:
    network = Network(c, numbers)
    arrays = list(network.arrays())
    variances = {id(module.running_var) for module in network.modules() if hasattr(module, "running_var")}
    flat = 0.3 * wave(sum(array.numel() for array in arrays), 0.7, 0.3)
    for array, part in zip(arrays, flat.split([array.numel() for array in arrays])):
        array.data.copy_(part.reshape(array.shape) + (0.5 if id(array) in variances else 0))
    x = wave(2 * 4 * times * width, 1.3, 0.1).reshape(2, 4, times, width)
    with torch.no_grad():
        network.eval()
        inference = network(x).flatten()
        network.train()
        training = network(x).flatten()
    results[name] = {
        "parameters": sum(p.numel() for p in network.parameters()),
        "inference": [float(f"{v:.10g}") for v in inference[:64].tolist()], "training": [float(f"{v:.10g}") for v in training[:64].tolist()]}
print(json.dumps(results, indent=1))
