"""Learners. Importing this package registers them all."""

from engine.learners.base import Learner, Row, Setting, Stepper
from engine.learners.descent import Descent
from engine.learners.perceptron import Perceptron

__all__ = ["Descent", "Learner", "Perceptron", "Row", "Setting", "Stepper"]
