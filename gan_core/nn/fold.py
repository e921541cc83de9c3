"""Keras network -> Program: the same function without Keras, BatchNorm folded into its neighbours where that is exact."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from gan_core.arrays import Floats
from gan_core.model.program import Program
from gan_core.nn.distributed import numbers
from gan_core.nn.layers import AnyScore, Chain, ConcatLabels, Despeckle, LabelPlanes, LabelScore, Saturate, UpsampleConv2D

KERNEL_OPS = ("dense", "conv", "upconv")


class _Folder:
    """Operations and tensors collected so far."""

    def __init__(self) -> None:
        self.ops: list[dict[str, Any]] = []
        self.tensors: dict[str, Floats] = {}

    def tensor(self, name: str, value: Any) -> str:
        key = f"{len(self.ops):02d}.{name}"
        self.tensors[key] = numbers(value).astype(np.float32)
        return key

    def kernel_op(self, kind: str, layer: Any, **fields: Any) -> None:
        op = {"op": kind, "kernel": self.tensor("kernel", layer.kernel), **fields}
        if layer.use_bias:
            op["bias"] = self.tensor("bias", layer.bias)
        self.ops.append(op)
        self.activation(getattr(layer, "activation", None))

    def activation(self, function: Any) -> None:
        name = getattr(function, "__name__", "linear")
        if name != "linear":
            self.ops.append({"op": "activation", "kind": name})

    def batch_norm(self, layer: Any) -> None:
        """y = (x - mean) / sqrt(variance + epsilon) * gamma + beta; into the kernel before it where one stands there, else an `affine`."""
        scale = (numbers(layer.gamma) if layer.scale else 1.0) / np.sqrt(numbers(layer.moving_variance) + layer.epsilon)
        shift = (numbers(layer.beta) if layer.center else 0.0) - numbers(layer.moving_mean) * scale
        last = self.ops[-1] if self.ops else {"op": "none"}
        if last["op"] not in KERNEL_OPS:
            op = {"op": "affine", "scale": self.tensor("scale", scale), "shift": self.tensor("shift", shift)}
            self.ops.append(op)
            return
        self.tensors[last["kernel"]] = (self.tensors[last["kernel"]] * scale).astype(np.float32)
        if "bias" in last:
            self.tensors[last["bias"]] = (self.tensors[last["bias"]] * scale + shift).astype(np.float32)
        else:
            last["bias"] = last["kernel"].replace("kernel", "bias")
            self.tensors[last["bias"]] = shift.astype(np.float32)

    def saturate(self, layer: Saturate) -> None:
        """clip(ax + b, low, high) = high - relu(high - low - relu(ax + b - low)): no operation that an older reader lacks."""
        span = layer.high - layer.low
        for scale, shift in ((layer.stretch, layer.shift - layer.low), (-1, span)):
            self.ops.append({"op": "affine", "scale": self.tensor("scale", [scale]), "shift": self.tensor("shift", [shift])})
            self.ops.append({"op": "activation", "kind": "relu"})
        self.ops.append({"op": "affine", "scale": self.tensor("scale", [-1]), "shift": self.tensor("shift", [layer.high])})

    def despeckle(self, layer: Despeckle) -> None:
        """Each pass as two convolutions: the pixel and what is missing around it, then their difference."""
        bias = [0, layer.SLOPE * layer.LEAST]
        for _ in range(layer.passes):
            for kernel, shift in ((layer.around(), bias), (np.reshape([1, -1], (1, 1, 2, 1)), [0])):
                op = {
                    "op": "conv",
                    "kernel": self.tensor("kernel", kernel),
                    "bias": self.tensor("bias", shift),
                    "stride": 1,
                    "padding": "same",
                }
                self.ops += [op, {"op": "activation", "kind": "relu"}]

    def keep_first_output(self) -> None:
        """Of a discriminator's outputs the first is its logit; the classes that an ACGAN's also names are for training only."""
        if self.ops[-1]["op"] in ("label_score", "any_score"):
            return
        for kind in ("kernel", "bias"):
            name = self.ops[-1][kind]
            self.tensors[name] = np.ascontiguousarray(self.tensors[name][..., :1])

    def layer(self, layer: Any, shape: tuple[int, ...]) -> None:
        match layer:
            case keras.layers.Dense():
                self.kernel_op("dense", layer)
            case keras.layers.Conv2D():
                self.kernel_op("conv", layer, stride=layer.strides[0], padding=layer.padding)
            case UpsampleConv2D():
                self.kernel_op("upconv", layer, padding=layer.padding)
            case keras.layers.BatchNormalization():
                self.batch_norm(layer)
            case keras.layers.LeakyReLU():
                self.ops.append({"op": "activation", "kind": "leaky_relu", "alpha": float(layer.negative_slope)})
            case keras.layers.Activation():
                self.activation(layer.activation)
            case Despeckle():
                self.despeckle(layer)
            case Saturate():
                self.saturate(layer)
            case keras.layers.MaxPooling2D():
                self.ops.append({"op": "pool", "size": 2})
            case keras.layers.GlobalAveragePooling2D():
                self.ops.append({"op": "global_pool"})
            case keras.layers.Reshape() | keras.layers.Flatten():
                self.ops.append({"op": "reshape", "shape": list(shape)})
            case ConcatLabels():
                self.ops.append({"op": "concat_labels"})
            case LabelPlanes():
                self.ops.append({"op": "label_planes"})
            case keras.layers.Rescaling():
                scale, shift = (np.full(shape[-1], value) for value in (layer.scale, layer.offset))
                self.ops.append({"op": "affine", "scale": self.tensor("scale", scale), "shift": self.tensor("shift", shift)})
            case AnyScore():
                self.ops.append({"op": "any_score"})
            case LabelScore():
                self.ops.append({"op": "label_score"})
            case keras.layers.Dropout():
                pass  # does nothing outside training
            case _:
                raise TypeError(f"no operation for layer {type(layer).__name__}; add it to fold.py, program.py and engine.js")


def fold(chain: Chain, pixel_range: tuple[float, float], step: int = 0, probability: str = "sigmoid") -> Program:
    """The chain in inference mode as a Program.

    Args:
        chain: any network of a family.
        pixel_range: range of the pixels it draws or sees.
        step: training step, stored with it.
        probability: how a discriminator's output reads as the probability of being real, 'sigmoid' or 'clip'.
    Raises: TypeError for a layer that has no operation.
    """
    folder = _Folder()
    for layer, shape in zip(chain.steps, chain.shapes, strict=True):
        folder.layer(layer, shape)
    if chain.role == "discriminator":
        folder.keep_first_output()
    images = {"name": "images", "shape": [28, 28, 1], "range": list(pixel_range)}
    size = int(np.prod(chain.sample_shape))
    outputs = {"generator": images, "discriminator": {"name": "logits", "shape": [1], "probability": probability},
               "encoder": {"name": "z", "shape": list(chain.output_size)}, "classifier": {"name": "probabilities", "shape": list(chain.output_size)}}  # fmt: skip
    source = {"name": "z", "shape": [size]} if chain.role == "generator" else images
    return Program(chain.role, source, outputs[chain.role], folder.ops, folder.tensors, chain.num_classes, step)
