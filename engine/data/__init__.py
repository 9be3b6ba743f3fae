"""Datasets; importing this package registers them, in the order of their tiles on the page."""

from engine.data import points, tables, functions, stored  # noqa: I001  the order is that of the tiles
from engine.data.base import Dataset, PlaneSet, Samples
from engine.data.features import FEATURES, input_names
from engine.data.images import ImageSet
from engine.data.pictures import PreparedImages
from engine.data.plane import PreparedPoints
from engine.data.prepare import prepare
from engine.data.prepared import Prepared

__all__ = [
    "FEATURES",
    "Dataset",
    "ImageSet",
    "PlaneSet",
    "Prepared",
    "PreparedImages",
    "PreparedPoints",
    "Samples",
    "functions",
    "input_names",
    "points",
    "prepare",
    "stored",
    "tables",
]
