"""A network as a list of named layers, for who trains it elsewhere: the page builds the same one from it (ui/static/autodiff/network.js)."""

from __future__ import annotations

from functools import singledispatch

import keras

from gan_core.errors import ConfigError
from gan_core.nn.layers import (
    AnyScore,
    Chain,
    ConcatLabels,
    LabelPlanes,
    LabelScore,
    LogitAndClasses,
    Saturate,
    SpreadOut,
    UpsampleConv2D,
)

Entries = list[dict[str, object]]  # mostly one; none for a layer that does nothing, two for one with an activation of its own


def describe(chain: Chain) -> dict[str, object]:
    """Role, shape of one input, number of classes, and the layers in turn; JSON.

    Variables follow in Keras' order: layer by layer, kernel and bias, or gamma, beta, moving mean and moving variance.

    Raises: ConfigError for what the page does not train: a layer that it has not, or a network that learns layer by layer.
    """
    if chain.stages:
        raise ConfigError("this network is trained layer by layer, which the page does not do; expected one that is trained as a whole.")
    layers = [entry for layer in chain.steps for entry in entries(layer)]
    return {"role": chain.role, "input": list(chain.sample_shape), "classes": chain.num_classes, "layers": layers}


@singledispatch
def entries(layer: keras.Layer) -> Entries:
    """What `layer` is called in the page, with its sizes. Raises ConfigError for a layer that the page does not have."""
    raise ConfigError(
        f"the layer {type(layer).__name__} cannot be trained in the page; expected one that ui/static/autodiff/layers.js has. "
        "Add it there and to gan_core/nn/description.py."
    )


# ---- Keras' own


def _activation(layer: keras.Layer) -> Entries:
    kind = layer.activation.__name__
    return [] if kind == "linear" else [{"layer": "activation", "kind": kind}]


@entries.register
def _dense(layer: keras.layers.Dense) -> Entries:
    return [{"layer": "dense", "units": layer.units, "bias": layer.use_bias}, *_activation(layer)]


@entries.register
def _conv(layer: keras.layers.Conv2D) -> Entries:
    height, width = layer.kernel_size
    own = {
        "filters": layer.filters,
        "size": height if height == width else [height, width],
        "stride": layer.strides[0],
        "padding": layer.padding,
    }
    return [{"layer": "conv", **own, "bias": layer.use_bias}, *_activation(layer)]


@entries.register
def _conv_transpose(layer: keras.layers.Conv2DTranspose) -> Entries:
    begins = layer.kernel_initializer
    deviation = {"deviation": begins.stddev} if isinstance(begins, keras.initializers.RandomNormal) else {}
    return [{**_conv(layer)[0], "layer": "conv_transpose", **deviation}, *_activation(layer)]


@entries.register
def _batch_norm(layer: keras.layers.BatchNormalization) -> Entries:
    own = {"momentum": layer.momentum, "epsilon": layer.epsilon, "center": layer.center, "scale": layer.scale}
    return [{"layer": "batch_norm", **own}]


@entries.register
def _leaky_relu(layer: keras.layers.LeakyReLU) -> Entries:
    return [{"layer": "leaky_relu", "alpha": layer.negative_slope}]


@entries.register
def _of_activation(layer: keras.layers.Activation) -> Entries:
    return _activation(layer)


@entries.register
def _rescaling(layer: keras.layers.Rescaling) -> Entries:
    return [{"layer": "rescale", "factor": layer.scale, "offset": layer.offset}]


@entries.register
def _reshape(layer: keras.layers.Reshape) -> Entries:
    return [{"layer": "reshape", "shape": list(layer.target_shape)}]


@entries.register
def _flatten(layer: keras.layers.Flatten) -> Entries:
    return [{"layer": "flatten"}]


@entries.register
def _max_pooling(layer: keras.layers.MaxPooling2D) -> Entries:
    return [{"layer": "pool"}]


@entries.register
def _dropout(layer: keras.layers.Dropout) -> Entries:
    return [{"layer": "dropout", "rate": layer.rate}] if layer.rate else []


# ---- our own


@entries.register
def _upsampling(layer: UpsampleConv2D) -> Entries:
    own = {"filters": layer.filters, "size": layer.kernel_size, "padding": layer.padding}
    return [{"layer": "upconv", **own, "bias": layer.use_bias}]


@entries.register
def _spread_out(layer: SpreadOut) -> Entries:
    return [{"layer": "rescale", "factor": layer.spread}]


@entries.register
def _saturate(layer: Saturate) -> Entries:
    return [{"layer": "saturate", "low": layer.low, "high": layer.high, "margin": (1 - 1 / layer.stretch) / 2}]


for _kind, _name in (
    (ConcatLabels, "concat_labels"),
    (LabelPlanes, "label_planes"),
    (LabelScore, "label_score"),
    (AnyScore, "any_score"),
    (LogitAndClasses, "logit_and_classes"),
):
    entries.register(_kind, lambda layer, name=_name: [{"layer": name}])
