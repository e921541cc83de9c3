"""Generators as people write them in PyTorch, by `torch.onnx.export` as it is and by the older exporter: the checkpoint draws what PyTorch does.

PyTorch is none of the project's packages; where it is installed beside them (`pip install torch onnxscript`), these tests run.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gan_core

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")
pytest.importorskip("onnxscript")
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]  # its exporters warn of their own
nn: Any = torch.nn


def dense() -> Any:
    return nn.Sequential(
        nn.Linear(32, 64), nn.LeakyReLU(0.2), nn.Linear(64, 96), nn.BatchNorm1d(96, 0.8), nn.LeakyReLU(0.2), nn.Linear(96, 784), nn.Tanh(),
        nn.Unflatten(1, (1, 28, 28)),
    )  # fmt: skip


def dcgan() -> Any:
    """The layers of PyTorch's DCGAN example, at 28 pixels; z as a row, as most classes have it."""
    layers: list[Any] = [nn.Unflatten(1, (32, 1, 1))]
    for inputs, outputs, size, stride, pad in ((32, 32, 4, 1, 0), (32, 16, 3, 2, 1), (16, 8, 4, 2, 1)):
        layers += [nn.ConvTranspose2d(inputs, outputs, size, stride, pad, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(True)]
    return nn.Sequential(*layers, nn.ConvTranspose2d(8, 1, 4, 2, 1, bias=False), nn.Tanh())


def upsampling() -> Any:
    return nn.Sequential(
        nn.Linear(32, 16 * 7 * 7), nn.Unflatten(1, (16, 7, 7)), nn.BatchNorm2d(16), nn.Upsample(scale_factor=2), nn.Conv2d(16, 8, 3, padding=1),
        nn.BatchNorm2d(8, 0.8), nn.PReLU(), nn.Upsample(scale_factor=2), nn.Conv2d(8, 1, 3, padding="same"), nn.Sigmoid(),
    )  # fmt: skip


def normalized() -> Any:
    spectral, by_weight = nn.utils.spectral_norm, nn.utils.parametrizations.weight_norm
    return nn.Sequential(
        spectral(nn.Linear(32, 16 * 7 * 7)), nn.ReLU(), nn.Unflatten(1, (16, 7, 7)), by_weight(nn.Conv2d(16, 16, 3, padding=1)), nn.PixelShuffle(2),
        nn.Dropout(0.3), nn.Conv2d(4, 4, 3, padding=1), nn.PixelShuffle(2), nn.Tanh(),
    )  # fmt: skip


def viewed() -> Any:
    class Generator(nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.first, self.last = nn.Linear(32, 8 * 7 * 7), nn.Conv2d(8, 1, 5, padding=2)

        def forward(self, z: Any) -> Any:
            grid = nn.functional.relu(self.first(z)).view(z.size(0), 8, 7, 7)
            return (torch.tanh(self.last(nn.functional.interpolate(grid, size=(28, 28)))) + 1) / 2

    return Generator()


def after_a_training(network: Any) -> Any:
    for part in network.modules():
        if isinstance(part, nn.BatchNorm1d | nn.BatchNorm2d):
            nn.init.normal_(part.running_mean, 0, 0.3)
            for values in (part.running_var, part.weight):
                nn.init.uniform_(values, 0.5, 1.5)
            nn.init.normal_(part.bias, 0, 0.2)
    return network.eval()


@pytest.mark.parametrize("pictures", [1, 4])
@pytest.mark.parametrize("dynamo", [True, False], ids=["as it is", "older"])
@pytest.mark.parametrize("make", [dense, dcgan, upsampling, normalized, viewed])
def test_a_generator_of_pytorch_draws_the_same(make: Callable[[], Any], dynamo: bool, pictures: int, tmp_path: Path) -> None:
    torch.manual_seed(0)
    network, z = after_a_training(make()), torch.randn(pictures, 32)
    file = tmp_path / "generator.onnx"
    torch.onnx.export(network, (z,), file, **({} if dynamo else {"dynamo": False}))
    model = gan_core.load(gan_core.from_onnx(file, tmp_path / "mine", pixel_range=(0, 1) if make is viewed else None))
    with torch.no_grad():
        expected = network(z).numpy().transpose(0, 2, 3, 1)
    assert expected.std() > 0.01 and np.abs(model.program().run(z.numpy()) - expected).max() < 1e-4
