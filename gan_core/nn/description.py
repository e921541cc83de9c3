"""A network as a list of named layers, for who trains it elsewhere: the page builds the same one from it (ui/static/autodiff/network.js)."""

from __future__ import annotations

from typing import Any

import keras

from gan_core.errors import ConfigError
from gan_core.nn.layers import AnyScore, Chain, ConcatLabels, Despeckle, LabelPlanes, LabelScore, Saturate, SpreadOut, UpsampleConv2D


def describe(chain: Chain) -> dict[str, Any]:
    """Role, shape of one input, number of classes, and the layers in turn; JSON.

    Variables follow in Keras' order: layer by layer, kernel and bias, or gamma, beta, moving mean and moving variance.
    """
    layers = [entry for layer in chain.steps for entry in _layer(layer)]
    return {"role": chain.role, "input": list(chain.sample_shape), "classes": chain.num_classes, "layers": layers}


def _layer(layer: Any) -> list[dict[str, Any]]:
    if isinstance(layer, keras.layers.Dense):
        return [{"layer": "dense", "units": layer.units, "bias": layer.use_bias}, *_activation(layer)]
    if isinstance(layer, keras.layers.Conv2D):
        own = {"filters": layer.filters, "size": layer.kernel_size[0], "stride": layer.strides[0], "padding": layer.padding}
        return [{"layer": "conv", **own, "bias": layer.use_bias}, *_activation(layer)]
    if isinstance(layer, UpsampleConv2D):
        own = {"filters": layer.filters, "size": layer.kernel_size, "padding": layer.padding}
        return [{"layer": "upconv", **own, "bias": layer.use_bias}]
    if isinstance(layer, keras.layers.BatchNormalization):
        own = {"momentum": layer.momentum, "epsilon": layer.epsilon, "center": layer.center, "scale": layer.scale}
        return [{"layer": "batch_norm", **own}]
    if isinstance(layer, keras.layers.LeakyReLU):
        return [{"layer": "leaky_relu", "alpha": layer.negative_slope}]
    if isinstance(layer, keras.layers.Activation):
        return _activation(layer)
    if isinstance(layer, keras.layers.Reshape):
        return [{"layer": "reshape", "shape": list(layer.target_shape)}]
    if isinstance(layer, keras.layers.Flatten):
        return [{"layer": "flatten"}]
    if isinstance(layer, keras.layers.MaxPooling2D):
        return [{"layer": "pool"}]
    if isinstance(layer, keras.layers.Dropout):
        return [{"layer": "dropout", "rate": layer.rate}] if layer.rate else []
    if isinstance(layer, SpreadOut):
        return [{"layer": "rescale", "factor": layer.spread}]
    if isinstance(layer, Saturate):
        return [{"layer": "saturate", "low": layer.low, "high": layer.high, "margin": (1 - 1 / layer.stretch) / 2}]
    named = {
        ConcatLabels: "concat_labels",
        LabelPlanes: "label_planes",
        LabelScore: "label_score",
        AnyScore: "any_score",
        Despeckle: "despeckle",
    }
    if type(layer) not in named:
        raise ConfigError(
            f"the layer {type(layer).__name__} cannot be trained in the page; expected one that ui/static/autodiff/layers.js has."
        )
    return [{"layer": named[type(layer)]}]


def _activation(layer: Any) -> list[dict[str, Any]]:
    kind = layer.activation.__name__
    return [] if kind == "linear" else [{"layer": "activation", "kind": kind}]
