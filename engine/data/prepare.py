"""From a dataset to what the net gets, made once for all sessions of a process that ask for it.

A class of thirty sessions on the same pictures holds one copy of them: the arrays are read-only.
"""

from __future__ import annotations

import copy
from collections import deque
from weakref import WeakValueDictionary

from engine.data.base import Dataset
from engine.data.images import ImageSet
from engine.data.pictures import prepare_images
from engine.data.plane import prepare_points
from engine.data.prepared import Prepared

Key = tuple[Dataset, tuple[str, ...] | None, int]

# What a session holds is found again for the next one; the last stays, for a new start.
_held: WeakValueDictionary[Key, Prepared] = WeakValueDictionary()
_last: deque[Prepared] = deque(maxlen=1)


def prepare(data: Dataset, features: tuple[str, ...] | None, seed: int) -> Prepared:
    """Draw, split and measure a dataset; a pure function of its arguments.

    features: names from `FEATURES`, or None for the data's own columns and for pictures. seed: of
    the data. Raises `Invalid` where the features are not of these data.
    """
    key = (data.plain, features, 0 if data.own_split else seed)
    found = _held.get(key)
    if found is None:
        found = _held[key] = _made(*key)
    _last.append(found)
    if found.data == data:
        return found
    varied = copy.copy(found)  # the same arrays under another way of varying them
    vars(varied).update(data=data, shared=found)  # while this one lives, so does the other
    return varied


def _made(data: Dataset, features: tuple[str, ...] | None, seed: int) -> Prepared:
    if isinstance(data, ImageSet):
        return prepare_images(data, seed)
    return prepare_points(data, features, seed)
