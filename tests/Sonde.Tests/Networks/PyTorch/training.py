"""Weights, outputs, gradients and optimizer steps of a small network, by PyTorch: what PyTorchTrainingTests compares with.

    python3 training.py write          makes network.safetensors and training.safetensors beside this file
    python3 training.py read FILE      loads a file that Sonde wrote and says by how much its outputs differ from those

Files are written and read by hand, without the safetensors package. Made with PyTorch 1.13.1 on the CPU.
"""
import json
import pathlib
import struct
import sys

import torch

HERE = pathlib.Path(__file__).parent
NAMES = {torch.float64: "F64", torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16", torch.int64: "I64"}


def write(path, tensors, metadata=None):
    header, blobs, begin = {}, [], 0
    if metadata:
        header["__metadata__"] = metadata
    for name, tensor in tensors.items():
        tensor = tensor.detach().contiguous()
        raw = tensor.view(torch.int16) if tensor.dtype is torch.bfloat16 else tensor
        blob = raw.numpy().tobytes()
        header[name] = {"dtype": NAMES[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [begin, begin + len(blob)]}
        blobs.append(blob)
        begin += len(blob)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(blobs))


def read(path):
    data = pathlib.Path(path).read_bytes()
    length = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:8 + length])
    metadata = header.pop("__metadata__", {})
    kinds = {name: kind for kind, name in NAMES.items()}
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        blob = bytearray(data[8 + length + begin:8 + length + end])
        tensors[name] = torch.frombuffer(blob, dtype=kinds[entry["dtype"]]).reshape(entry["shape"])
    return tensors, metadata


def network():
    return torch.nn.Sequential(torch.nn.Linear(3, 8), torch.nn.Tanh(), torch.nn.Linear(8, 2))


def samples():
    torch.manual_seed(11)
    return torch.randn(20, 3), torch.randn(20, 2)


def stepped(state, make):
    net = network()
    net.load_state_dict(state)
    x, y = samples()
    optimizer = make(net.parameters())
    for _ in range(2):
        optimizer.zero_grad()
        torch.nn.functional.mse_loss(net(x), y).backward()
        optimizer.step()
    return net.state_dict()


def main_write():
    torch.manual_seed(7)
    net = network()
    state = {name: tensor.clone() for name, tensor in net.state_dict().items()}
    write(HERE / "network.safetensors", dict(reversed(list(state.items()))), {"format": "pt"})
    x, y = samples()
    loss = torch.nn.functional.mse_loss(net(x), y)
    loss.backward()
    expected = {"inputs": x, "targets": y, "outputs": net(x), "loss": loss}
    expected |= {f"gradient.{name}": parameter.grad for name, parameter in net.named_parameters()}
    rules = {
        "adam": lambda p: torch.optim.Adam(p, lr=0.01),
        "adamw": lambda p: torch.optim.AdamW(p, lr=0.01, weight_decay=0.1),
        "momentum": lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9),
        "nesterov": lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9, nesterov=True, weight_decay=0.01),
    }
    for rule, make in rules.items():
        expected |= {f"{rule}.{name}": tensor for name, tensor in stepped(state, make).items()}
    values = torch.tensor([1 / 3, -2.5e-5, 60000.0, 0.0, float("inf")])
    expected |= {"half": values.half(), "half.wide": values.half().float()}
    expected |= {"brain": values.bfloat16(), "brain.wide": values.bfloat16().float()}
    expected |= {"double": values.double() / 3, "steps": torch.tensor(2)}
    write(HERE / "training.safetensors", expected)


def main_read(path):
    tensors, metadata = read(path)
    expected, _ = read(HERE / "training.safetensors")
    net = network()
    net.load_state_dict({name: tensor.float() for name, tensor in tensors.items()})
    print("metadata:", metadata, "largest difference of outputs:", (net(expected["inputs"]) - expected["outputs"]).abs().max().item())


if sys.argv[1] == "write":
    main_write()
else:
    main_read(sys.argv[2])
