"""Optimizers, by idea. Importing this package registers them all."""

# In the order of the menu: from plain descent to the field's usual choice.
from engine.optimizers.base import Optimizer, Update  # noqa: I001
from engine.optimizers.sgd import SGD, Momentum, Nesterov
from engine.optimizers.adaptive import Adam, AdamW, RMSProp
from engine.optimizers.summed import Adadelta, Adagrad

__all__ = [
    "SGD",
    "Adadelta",
    "Adagrad",
    "Adam",
    "AdamW",
    "Momentum",
    "Nesterov",
    "Optimizer",
    "RMSProp",
    "Update",
]
