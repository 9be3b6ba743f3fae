"""Optimizers, by idea. Importing this package registers them all."""

from engine.optimizers.adaptive import Adam, AdamW, RMSProp
from engine.optimizers.base import Optimizer, Update
from engine.optimizers.sgd import SGD, Momentum, Nesterov

__all__ = ["SGD", "Adam", "AdamW", "Momentum", "Nesterov", "Optimizer", "RMSProp", "Update"]
