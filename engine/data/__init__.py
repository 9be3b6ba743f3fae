"""Datasets; importing this package registers them, in the order of their tiles on the page."""

from engine.data import points, tables, functions  # noqa: I001  the order is that of the tiles
from engine.data.base import Dataset, PlaneSet, Samples
from engine.data.features import FEATURES, input_names
from engine.data.prepare import Prepared, prepare

__all__ = [
    "FEATURES",
    "Dataset",
    "PlaneSet",
    "Prepared",
    "Samples",
    "functions",
    "input_names",
    "points",
    "prepare",
    "tables",
]
