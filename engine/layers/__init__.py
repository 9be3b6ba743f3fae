"""Layers, one idea a file. Importing this package registers them all."""

from engine.layers.activations import (
    ELU,
    GELU,
    Identity,
    LeakyReLU,
    PReLU,
    ReLU,
    Sigmoid,
    SiLU,
    Softplus,
    Step,
    Tanh,
)
from engine.layers.base import Layer
from engine.layers.blocks import Parallel, Residual
from engine.layers.conv import Conv2d
from engine.layers.dense import Dense
from engine.layers.dropout import Dropout, Dropout2d
from engine.layers.local import Local2d
from engine.layers.norm import BatchNorm
from engine.layers.norm_each import GroupNorm, InstanceNorm, LayerNorm
from engine.layers.pool import ChannelPool, GlobalMeanPool, MaxPool2d, MeanPool2d
from engine.layers.reshape import Flatten, Upsample

__all__ = [
    "ELU",
    "GELU",
    "BatchNorm",
    "ChannelPool",
    "Conv2d",
    "Dense",
    "Dropout",
    "Dropout2d",
    "Flatten",
    "GlobalMeanPool",
    "GroupNorm",
    "Identity",
    "InstanceNorm",
    "Layer",
    "LayerNorm",
    "LeakyReLU",
    "Local2d",
    "MaxPool2d",
    "MeanPool2d",
    "PReLU",
    "Parallel",
    "ReLU",
    "Residual",
    "SiLU",
    "Sigmoid",
    "Softplus",
    "Step",
    "Tanh",
    "Upsample",
]
