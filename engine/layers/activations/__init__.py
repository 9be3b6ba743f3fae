"""Nonlinearities: what makes two layers more than one.

Elementwise, so x, y, dx and dy share one shape. Without one, W₂(W₁x) = (W₂W₁)x is one layer again.
Each backward pass multiplies dy by the slope; where the slope is 0 nothing is learned.
"""

# In the order of the menus: the line, the threshold, what squashes, what has a corner, what bends.
from engine.layers.activations.identity import Identity  # noqa: I001
from engine.layers.activations.step import Step
from engine.layers.activations.base import Activation, FromOutput
from engine.layers.activations.squashing import Sigmoid, Tanh
from engine.layers.activations.rectified import LeakyReLU, PReLU, ReLU
from engine.layers.activations.smooth import ELU, GELU, SiLU, Softplus

__all__ = [
    "ELU",
    "GELU",
    "Activation",
    "FromOutput",
    "Identity",
    "LeakyReLU",
    "PReLU",
    "ReLU",
    "SiLU",
    "Sigmoid",
    "Softplus",
    "Step",
    "Tanh",
]
