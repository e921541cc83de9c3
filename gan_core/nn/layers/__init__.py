"""Layers of our own. Each says itself of which operations it is made (`to_operations`), so a new one needs no other file."""

from gan_core.nn.layers.blocks import convolutional_discriminator, convolutional_generator, spread_out
from gan_core.nn.layers.chain import Chain
from gan_core.nn.layers.cheaper import BatchNormalization, Dropout
from gan_core.nn.layers.damage import Damage
from gan_core.nn.layers.labels import AnyClass, AnyScore, ConcatLabels, LabelPlanes, LabelScore, LogitAndClasses
from gan_core.nn.layers.pixels import Saturate, SpreadOut
from gan_core.nn.layers.upsampling import UpsampleConv2D

__all__ = ["AnyClass", "AnyScore", "BatchNormalization", "Chain", "ConcatLabels", "Damage", "Dropout", "LabelPlanes", "LabelScore", "LogitAndClasses",
           "Saturate", "SpreadOut", "UpsampleConv2D", "convolutional_discriminator", "convolutional_generator", "spread_out"]  # fmt: skip
