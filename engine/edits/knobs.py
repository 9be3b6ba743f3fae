"""Knobs: another value for a field of the experiment, and when a field may change."""

from __future__ import annotations

import copy
from typing import Annotated, Any

from engine.edits.base import Document, Edit
from engine.errors import Invalid, NotNow, Unknown
from engine.registry import register
from engine.spec import Json, Spec, doc, fields


@register("edit", "set")
class Set(Edit):
    """Give a field of the experiment another value: a knob turned."""

    path: Annotated[str, doc("JSON pointer, such as /training/learner/optimizer/learning_rate")]
    value: Any

    def change(self, document: Document) -> None:
        at, key = _find(document, self.path)
        at[key] = copy.deepcopy(self.value)

    def words(self) -> str:
        name = self.path.rsplit("/", 1)[-1].replace("learning_rate", "rate").replace("_", " ")
        shown = self.value.get("kind", "…") if isinstance(self.value, dict) else self.value
        if self.path.startswith("/model/layers/") and name == "p":
            name = "dropout"
        if "/penalties/" in self.path and name == "rate":
            name = "λ"
        if isinstance(shown, list):
            shown = ", ".join(_brief(item) for item in shown) or "none"
        elif shown is None or isinstance(shown, bool):
            shown = {None: "none", True: "on", False: "off"}[shown]
        return f"{name} {shown}"


def when(experiment: Spec, path: str) -> str:
    """When a change of the field at `path` acts: now, next_epoch or reset."""
    at: Any = experiment
    live = "reset"
    for key in _keys(path):
        if isinstance(at, Spec):
            known = {field.name: field for field in fields(type(at))}
            if key == "kind":
                return "reset"
            if key not in known:
                raise Unknown(f"There is nothing at “{path}”.", pointer="/path", known=known)
            live, at = known[key].live, getattr(at, key)
        elif isinstance(at, tuple) and key.isdecimal() and int(key) < len(at):
            at = at[int(key)]
        else:
            raise Unknown(f"There is nothing at “{path}”.", pointer="/path")
    return live


def refuse_reset(experiment: Spec, edit: Set) -> None:
    """Raise `NotNow` where the field needs a new start."""
    if when(experiment, edit.path) == "reset":
        raise NotNow(
            f"“{edit.path}” cannot change while the run goes on: it needs a new start. "
            "Begin a new session with it.",
            pointer="/path",
        )


def _keys(path: str) -> list[str]:
    if not path.startswith("/") or len(path) > 200:
        raise Invalid("“path” is a JSON pointer such as /data/noise.", pointer="/path")
    return path[1:].split("/")


def _find(document: Document, path: str) -> tuple[Any, Any]:
    at: Any = document
    *way, last = _keys(path)
    for key in way:
        at = at[int(key)] if isinstance(at, list) else at[key]
    return at, int(last) if isinstance(at, list) else last


def _brief(item: Json) -> str:
    if isinstance(item, dict):
        return f"{item.get('kind', '…')} {item.get('rate', '')}".strip()
    return str(item)
