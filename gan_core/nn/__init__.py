"""Layers, losses and optimizers on TensorFlow, and folding a network into a program."""
