"""Layers, one idea a file. Importing this package registers them all."""

from engine.layers.activations import GELU, LeakyReLU, PReLU, ReLU, Sigmoid, Step, Tanh
from engine.layers.base import Layer
from engine.layers.blocks import Residual
from engine.layers.dense import Dense
from engine.layers.dropout import Dropout
from engine.layers.norm import BatchNorm, LayerNorm

__all__ = [
    "GELU",
    "BatchNorm",
    "Dense",
    "Dropout",
    "Layer",
    "LayerNorm",
    "LeakyReLU",
    "PReLU",
    "ReLU",
    "Residual",
    "Sigmoid",
    "Step",
    "Tanh",
]
