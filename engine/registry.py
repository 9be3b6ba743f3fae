"""Kinds by name: the single source of truth.

A layer, loss, optimizer, dataset, probe … is one class, registered under one name by one decorator:

    @register("optimizer", "sgd")
    class SGD(Optimizer):
        learning_rate: LearningRate = 0.1

The decorator makes it a frozen, keyword-only dataclass and adds the field `kind`. The registered
fields *are* the schema: validation, JSON Schema, the forms on the page, the reference and the tests
are derived from `known(family)`.
"""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable
from typing import Any, Literal, TypeVar, dataclass_transform

from engine.errors import Unknown

_kinds: dict[str, dict[str, type[Any]]] = {}
_T = TypeVar("_T", bound=type)


@dataclass_transform(kw_only_default=True, frozen_default=True)
def value(cls: _T) -> _T:
    """Make a class a frozen, keyword-only dataclass: a value."""
    return dataclasses.dataclass(frozen=True, kw_only=True)(cls)  # type: ignore[return-value]


@dataclass_transform(kw_only_default=True, frozen_default=True)
def register(family: str, kind: str) -> Callable[[_T], _T]:
    """Register a value class as `kind` of `family`."""

    def add(cls: _T) -> _T:
        names = _kinds.setdefault(family, {})
        if kind in names:
            raise ValueError(f"{family} {kind!r} is registered twice")
        own = inspect.get_annotations(cls)
        cls.__annotations__ = {"kind": Literal[kind], **own}
        cls.kind = kind  # type: ignore[attr-defined]
        cls.family = family  # type: ignore[attr-defined]
        names[kind] = value(cls)
        return names[kind]  # type: ignore[return-value]

    return add


def known(family: str) -> dict[str, type[Any]]:
    """Every registered class of a family by its kind, in the order of registration."""
    return dict(_kinds.get(family, {}))


def find(family: str, kind: object) -> type[Any]:
    """The class registered as `kind`; raises `Unknown`, which lists the known kinds."""
    names = _kinds.get(family, {})
    if isinstance(kind, str) and kind in names:
        return names[kind]
    shown = f" “{kind}”" if isinstance(kind, str) and len(kind) <= 24 and kind.isprintable() else ""
    raise Unknown(
        f"There is no {family}{shown}; choose one of: {', '.join(sorted(names))}.",
        pointer="/kind",
        known=names,
    )
