"""Datasets; importing this package registers them."""

# In the order of the tiles on the page.
from engine.data import points, patterns, tables, functions, canvas  # noqa: I001
from engine.data import digits, photographed, emoji, drawn
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
    "canvas",
    "digits",
    "drawn",
    "emoji",
    "functions",
    "input_names",
    "patterns",
    "photographed",
    "points",
    "prepare",
    "tables",
]
