"""The same networks and steps in eager PyTorch, as well as it is usually written: fused Adam, channels-last, no graph compiler.

Imports nothing of the project, so that any interpreter with torch and NumPy can run it (`train_speed.py --torch-python`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional

CLASSES = 10


def _dense() -> tuple[nn.Module, nn.Module]:
    generator = nn.Sequential(nn.Linear(100, 256), nn.ReLU(), nn.Linear(256, 784), nn.Sigmoid())
    return generator, nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 1))


def _drawing(inputs: int) -> nn.Module:
    return nn.Sequential(
        nn.Linear(inputs, 128 * 49), nn.LeakyReLU(0.2), nn.BatchNorm1d(128 * 49), nn.Unflatten(1, (128, 7, 7)),
        nn.Upsample(scale_factor=2), nn.Conv2d(128, 64, 5, padding=2), nn.BatchNorm2d(64), nn.LeakyReLU(0.2),
        nn.Upsample(scale_factor=2), nn.Conv2d(64, 1, 5, padding=2), nn.Tanh(),
    )  # fmt: skip


def _judging(channels: int) -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(channels, 64, 5, stride=2, padding=2), nn.LeakyReLU(0.2), nn.Dropout(0.3),
        nn.Conv2d(64, 128, 5, stride=2, padding=2), nn.LeakyReLU(0.2), nn.Dropout(0.3), nn.Flatten(), nn.Linear(128 * 49, 1),
    )  # fmt: skip


def _autoencoder() -> nn.Module:
    # Keras pads a stride of 2 over 7 rows by one on each side and pools 7 rows into 4: the same sizes here
    return nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(16, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(8, 8, 3, stride=2, padding=1), nn.ReLU(),
        nn.Conv2d(8, 8, 3, padding=1), nn.ReLU(), nn.Upsample(scale_factor=2), nn.Conv2d(8, 8, 3, padding=1), nn.ReLU(),
        nn.Upsample(scale_factor=2), nn.Conv2d(8, 16, 3), nn.ReLU(), nn.Upsample(scale_factor=2), nn.Conv2d(16, 1, 3, padding=1), nn.Sigmoid(),
    )  # fmt: skip


class EagerGAN:
    """One family's step: D on real and drawn pictures, then G with fresh z."""

    def __init__(self, family: str, pictures: np.ndarray, labels: np.ndarray, batch: int, bfloat16: bool, seed: int = 0) -> None:
        torch.manual_seed(seed)
        self.layers = torch.autocast("cpu", torch.bfloat16, enabled=bfloat16)
        self.conditional, self.batch = family == "cgan", batch
        self.generator, self.discriminator = _dense() if family == "dense" else (
            _drawing(100 + CLASSES * self.conditional), _judging(1 + CLASSES * self.conditional))  # fmt: skip
        scaled = torch.from_numpy(pictures.astype(np.float32) / 255)
        self.pictures = scaled.reshape(-1, 784) if family == "dense" else scaled[:, None] * 2 - 1
        self.labels = functional.one_hot(torch.from_numpy(labels.astype(np.int64)), CLASSES).float()
        if family != "dense":
            for network in (self.generator, self.discriminator):
                network.to(memory_format=torch.channels_last)
            self.pictures = self.pictures.contiguous(memory_format=torch.channels_last)
        self.g_adam, self.d_adam = (torch.optim.Adam(n.parameters(), 1e-3, fused=True) for n in (self.generator, self.discriminator))

    def _draw(self, labels: Any) -> Any:
        z = torch.randn(self.batch, 100)
        with self.layers:
            return self.generator(torch.cat([z, labels], 1) if self.conditional else z)

    def _judge(self, pictures: Any, labels: Any) -> Any:
        if self.conditional:
            pictures = torch.cat([pictures, labels[:, :, None, None].expand(-1, -1, 28, 28)], 1)
        with self.layers:
            return self.discriminator(pictures).float()

    def step(self) -> None:
        """One update of each network."""
        rows = torch.randint(0, len(self.pictures), (self.batch,))
        real, labels = self.pictures[rows], self.labels[rows]
        with torch.no_grad():
            fakes = self._draw(labels)
        loss = functional.softplus(-self._judge(real, labels)).mean() + functional.softplus(self._judge(fakes, labels)).mean()
        self.d_adam.zero_grad()
        loss.backward()
        self.d_adam.step()
        self.discriminator.requires_grad_(False)  # no gradients of D's weights in G's step
        loss = functional.softplus(-self._judge(self._draw(labels), labels)).mean()
        self.g_adam.zero_grad()
        loss.backward()
        self.g_adam.step()
        self.discriminator.requires_grad_(True)


class EagerAutoencoder:
    """One step on the mean binary cross-entropy."""

    def __init__(self, pictures: np.ndarray, batch: int, seed: int = 0) -> None:
        torch.manual_seed(seed)
        self.batch = batch
        self.network = _autoencoder().to(memory_format=torch.channels_last)
        self.pictures = torch.from_numpy(pictures.astype(np.float32) / 255)[:, None].contiguous(memory_format=torch.channels_last)
        self.adam = torch.optim.Adam(self.network.parameters(), 1e-3, fused=True)

    def step(self) -> None:
        """One update."""
        shown = self.pictures[torch.randint(0, len(self.pictures), (self.batch,))]
        loss = functional.binary_cross_entropy(self.network(shown), shown)
        self.adam.zero_grad()
        loss.backward()
        self.adam.step()


def stepper(family: str, pictures: np.ndarray, labels: np.ndarray, batch: int, bfloat16: bool = False) -> Callable[[int], None]:
    """A function that takes so many steps."""
    made = EagerAutoencoder(pictures, batch) if family == "autoencoder" else EagerGAN(family, pictures, labels, batch, bfloat16)

    def steps(count: int) -> None:
        for _ in range(count):
            made.step()

    return steps
