"""Values and gradients of PyTorch's layers in double precision, for tests/Sonde.Tests/Networks/PyTorchTests.cs.

    python3 layers.py > layers.json

Inputs, weights and the cost's factors are formulas that the test repeats, so that the file holds results alone.
"""
import json
import torch
from torch import nn

torch.set_default_dtype(torch.double)


def wave(count, frequency, phase):
    return torch.sin(frequency * torch.arange(count) + phase)


def digits(values):
    return [float(f"{value:.14g}") for value in values.flatten().tolist()]


class Memory(nn.Module):
    """The output of an LSTM, its states in a row: the last, or all."""

    def __init__(self, every, inputs, states, layers=1):
        super().__init__()
        self.every, self.inner = every, nn.LSTM(inputs, states, layers, batch_first=True)

    def forward(self, x):
        states = self.inner(x)[0]
        return states if self.every else states[:, -1]


class FourierFeatures(nn.Module):
    """[sin 2 pi B x, cos 2 pi B x]."""

    def __init__(self, inputs, frequencies):
        super().__init__()
        self.frequencies = nn.Parameter(torch.zeros(frequencies, inputs))

    def forward(self, x):
        z = 2 * torch.pi * x @ self.frequencies.T
        return torch.cat([z.sin(), z.cos()], -1)


class PositionalEmbedding(nn.Module):
    """[sin w t, cos w t] with w = period^(-k / n)."""

    def __init__(self, width, period):
        super().__init__()
        self.w = period ** (-torch.arange(0, width, 2) / width)

    def forward(self, x):
        return torch.cat([(x * self.w).sin(), (x * self.w).cos()], -1)


class Skip(nn.Module):
    """The input and what a layer makes of it, channels upon channels."""

    def __init__(self, branch):
        super().__init__()
        self.branch = branch

    def forward(self, x):
        return torch.cat([x, self.branch(x)], 1)


cases = {
    "convolution of a sequence": (nn.Conv1d(2, 3, 3, padding=1), (2, 2, 7)),
    "convolution of a circular sequence, stride 2": (nn.Conv1d(2, 3, 5, 2, padding=2, padding_mode="circular"), (2, 2, 8)),
    "convolution": (nn.Conv2d(2, 3, 3, padding=1), (2, 2, 4, 5)),
    "convolution, circular": (nn.Conv2d(2, 3, (3, 5), padding=(1, 2), padding_mode="circular"), (2, 2, 4, 6)),
    "convolution, strides": (nn.Conv2d(2, 2, (2, 3), (2, 1), (1, 0)), (2, 2, 5, 6)),
    "transposed convolution of a sequence": (nn.ConvTranspose1d(3, 2, 4, 2, padding=1), (2, 3, 4)),
    "transposed convolution": (nn.ConvTranspose2d(2, 2, (3, 2), (2, 1), (1, 0), output_padding=(1, 0)), (2, 2, 3, 4)),
    "convolution, dilation": (nn.Conv2d(2, 3, (3, 2), padding=(2, 1), dilation=(2, 3)), (2, 2, 7, 6)),
    "convolution, circular, dilation": (nn.Conv2d(2, 3, 3, padding=2, dilation=2, padding_mode="circular"), (2, 2, 6, 7)),
    "convolution of a sequence, dilation, strides, no bias": (nn.Conv1d(2, 3, 3, 2, 2, 2, bias=False), (2, 2, 12)),
    "transposed convolution, dilation, no bias": (
        nn.ConvTranspose2d(3, 2, (2, 3), (2, 1), (1, 0), dilation=(3, 2), bias=False), (2, 3, 4, 5)),
    "dense, no bias": (nn.Linear(4, 3, bias=False), (2, 4)),
    "max pooling": (nn.MaxPool2d(2), (2, 2, 5, 7)),
    "max pooling over time": (nn.MaxPool2d((5, 1)), (2, 2, 5, 4)),
    "average pooling": (nn.AvgPool2d(2), (2, 2, 4, 6)),
    "nearest upsampling": (nn.Upsample(scale_factor=2, mode="nearest"), (2, 2, 2, 3)),
    "memory, last state": (Memory(False, 2, 3), (2, 4, 2)),
    "memory, all states": (Memory(True, 3, 2), (2, 3, 3)),
    "memory of two layers": (Memory(False, 3, 2, 2), (2, 3, 3)),
    "memory of three layers, all states": (Memory(True, 2, 3, 3), (2, 4, 2)),
    "skip": (Skip(nn.Conv2d(2, 1, 3, padding=1)), (2, 2, 3, 3)),
    "layer normalization": (nn.LayerNorm(7), (2, 7)),
    "group normalization": (nn.GroupNorm(2, 4, 1e-3), (2, 4, 2, 3)),
    "Fourier features": (FourierFeatures(2, 3), (2, 2)),
    "positional embedding": (PositionalEmbedding(6, 100.0), (2, 1)),
}

results = {}
for name, (layer, shape) in cases.items():
    weights = list(layer.parameters())
    flat = 0.5 * wave(sum(w.numel() for w in weights), 0.7, 0.3)
    with torch.no_grad():
        for w, part in zip(weights, flat.split([w.numel() for w in weights])):
            w.copy_(part.reshape(w.shape))
    x = wave(torch.Size(shape).numel(), 1.3, 0.1).reshape(shape).requires_grad_()
    y = layer(x)
    (y.flatten() * wave(y.numel(), 0.9, 0.5)).sum().backward()
    results[name] = {
        "weights": [[key.split(".")[-1], *w.shape] for key, w in layer.named_parameters()],
        "output": digits(y),
        "inputGradient": digits(x.grad),
        "weightGradient": [number for w in weights for number in digits(w.grad)],
    }
print("{\n" + ",\n".join(f"{json.dumps(name)}: {json.dumps(result)}" for name, result in results.items()) + "\n}")
