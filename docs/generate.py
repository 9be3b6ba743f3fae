"""Writes the two pages that are read off the registry: `python docs/generate.py`.

`reference.md` lists every kind with its docstring and fields; `probes.md` every probe with its
query and the arrays it really answered. A test fails where a page is not what this would write.
"""

from __future__ import annotations

import inspect
import json
import sys
import types
import typing
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from engine.catalog import default  # noqa: E402
from engine.experiment import Experiment  # noqa: E402
from engine.probes import Answer, read_probe  # noqa: E402
from engine.registry import known  # noqa: E402
from engine.session import Session  # noqa: E402
from engine.spec import Field, fields  # noqa: E402

COMMAND = "python docs/generate.py"
NOTE = f"<!-- Made by `{COMMAND}` from the code; edit the code, not this page. -->"

# Families of the reference, in the order in which an experiment names them.
FAMILIES = {
    "data": "Data",
    "input": "Input",
    "layer": "Layers",
    "initializer": "Initializers",
    "loss": "Losses",
    "learner": "Learners",
    "optimizer": "Optimizers",
    "schedule": "Schedules",
    "penalty": "Penalties",
    "edit": "Edits",
}
LIVE = {"now": "at once", "next_epoch": "next epoch", "reset": "new start"}
# What a probe must be told before it can answer.
QUERIES: dict[str, dict[str, Any]] = {
    "future": {"steps": 50},
    "trace": {"array": "dense1.weight", "index": [0, 1]},
    "window": {"layer": "conv1", "channel": 1, "y": 3, "x": 4},
    "receptive": {"layer": "pool1", "channel": 1, "y": 2, "x": 2},
    "patches": {"layer": "relu1", "channel": 1},
}
STEPS = 3


def main() -> None:
    """Write every page that differs."""
    for name, text in pages().items():
        (HERE / name).write_text(text, encoding="utf-8")


def pages() -> dict[str, str]:
    """File names and what stands in them."""
    return {"reference.md": reference(), "probes.md": probes()}


def reference() -> str:
    """Every kind that an experiment may name."""
    parts = [NOTE, "# Reference", _INTRODUCTION]
    parts.append(" · ".join(f"[{title}](#{title.lower()})" for title in FAMILIES.values()))
    for family, title in FAMILIES.items():
        parts.append(f"## {title}")
        for kind, cls in known(family).items():
            parts += [f"### {family} `{kind}`", _says(cls), _table(fields(cls), live=True)]
    return _page(parts)


def probes() -> str:
    """Every probe, asked once of a small session."""
    points, images = Session(example()), Session(pictures())
    for session in (points, images):
        session.advance(STEPS)
    parts = [NOTE, "# Probes", _PROBES.format(steps=STEPS)]
    for kind, cls in known("probe").items():
        parts += [f"## `{kind}`", _says(cls)]
        parts += ["Query:", _table(fields(cls), live=False)] if fields(cls) else ["No query."]
        query = QUERIES.get(kind, {})
        probe = read_probe(kind, query)
        refused = probe.refuse(points.experiment)
        answer = (images if refused else points).probe(probe)
        asked = f"Asked{f' with `{json.dumps(query)}`' if query else ''}"
        if refused:
            parts.append(f"Of the session of points it says (409): {refused}")
        parts += [f"{asked} of the session of pictures:" if refused else f"{asked}:"]
        parts.append(_answer(answer))
    return _page(parts)


def example() -> Experiment:
    """The default experiment with dropout behind its first hidden layer."""
    document = default().to_json()
    document["model"]["layers"].insert(2, {"kind": "dropout", "name": "drop1", "p": 0.2})
    return Experiment.from_json(document)


def pictures() -> Experiment:
    """Small digits and a small convolutional net."""
    layers = [
        {"kind": "conv2d", "channels": 4, "kernel": 3, "padding": "same"},
        {"kind": "batch_norm"},
        {"kind": "relu"},
        {"kind": "max_pool2d"},
        {"kind": "flatten"},
        {"kind": "dense"},
    ]
    return Experiment.from_json(
        {
            "format": 1,
            "data": {"kind": "digits8"},
            "model": {"input": {"kind": "image"}, "layers": layers},
            "training": {
                "loss": {"kind": "softmax_cross_entropy"},
                "learner": {
                    "kind": "descent",
                    "optimizer": {"kind": "adam", "learning_rate": 0.01},
                },
            },
        }
    )


def _answer(answer: Answer) -> str:
    rows = [
        f"| `{name}` | {a.dtype.name} | {' × '.join(map(str, a.shape)) or 'one number'} |"
        for name, a in answer.arrays.items()
    ]
    table = "\n".join(["| array | type | shape |", "|---|---|---|", *rows])
    if not answer.info:
        return table
    return f"{table}\n\nInfo: {', '.join(f'`{name}`' for name in answer.info)}."


def _table(found: tuple[Field, ...], live: bool) -> str:
    if not found:
        return "No fields."
    head = ["field", "type", "default", *(["acts"] if live else []), "what it is"]
    rows = [head, ["---"] * len(head)]
    for field in found:
        acts = [LIVE[field.live]] if live else []
        rows.append([f"`{field.name}`", _type(field), _default(field), *acts, field.says])
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"
                     for row in rows)  # fmt: skip


def _default(field: Field) -> str:
    if field.required:
        return "required"
    x = field.default
    if hasattr(x, "kind"):
        return f"`{x.kind}`"
    if x is None:
        return "null"
    return f"`{json.dumps(x, ensure_ascii=False)}`"


def _type(field: Field) -> str:
    """A type in words, with its range."""
    low, high = field.low, field.high
    ends = [] if low is None else [f"{'>' if field.open_low else '≥'} {low:g}"]
    ends += [] if high is None else [f"{'<' if field.open_high else '≤'} {high:g}"]
    words = _words(field.type)
    plain = words.removesuffix(" or null")
    return ", ".join([plain, *ends]).replace("-", "−") + (", or null" if plain != words else "")


def _words(kind: Any) -> str:
    origin, parts = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        return " or ".join(_words(part) for part in parts)
    if origin is typing.Literal:
        return " or ".join(f"`{part}`" for part in parts)
    if origin is typing.Annotated:
        return _words(parts[0])
    if origin is tuple:
        inner = {_words(part) for part in parts if part is not Ellipsis}
        count = "" if parts[-1] is Ellipsis else f"{len(parts)} "
        plural = [word if word.startswith("`") else _plural(word) for word in sorted(inner)]
        return f"list of {count}{' or '.join(plural)}"
    if origin is dict:
        return f"object of {_words(parts[1])}"
    plain = {int: "whole number", float: "number", bool: "true or false", str: "text",
             type(None): "null", Any: "any JSON"}  # fmt: skip
    return plain.get(kind) or getattr(kind, "family", kind.__name__.lower())


def _plural(word: str) -> str:
    return f"{word[:-1]}ies" if word.endswith("y") else f"{word}s"


def _says(cls: type) -> str:
    """The docstring: its first paragraph as text, the formulas below it as they were set."""
    first, _, rest = inspect.cleandoc(cls.__doc__ or "").partition("\n\n")
    return f"**{' '.join(first.split())}**" + (f"\n\n{rest}" if rest else "")


def _page(parts: list[str]) -> str:
    return "\n\n".join(parts) + "\n"


_INTRODUCTION = """\
Everything an experiment may name, by family. A value is an object with its `kind` and its fields,
such as `{"kind": "dropout", "p": 0.2}`; a field that is left out has its default. *Acts* says when
a change of the field reaches a session that already trains: at once, at the next epoch, or only
with a new start. The same in a form for programs: `GET /api/catalog`."""

_PROBES = """A probe is a question to a session that changes nothing. Its fields are the query:

```sh
curl 'http://127.0.0.1:8000/api/sessions/SESSION/probes/boundary?resolution=32'
```

The answer has the `line` and `step` it was taken at, `info` (numbers and names) and named arrays:
as JSON, or by `Accept` as `application/x-safetensors`, `application/x-npz` or, for pictures,
`image/png`. Where a probe does not apply, it answers 409 with the reason. All are asked as the net
is in use (dropout off), except `masks`, `rests`, `gradients`, `updates` and `activations`, which
read what the last step left behind: at step 0 there is none. Row 0 of every picture is the largest
x2, and values are those at the cells' centres. In [frames of the socket](socket.md) some pictures
travel as bytes.

The shapes below are those of the default experiment with a dropout layer, `drop1`, behind `tanh1`,
after {steps} steps: 200 points, layers of 5, 3 and 1 units, batches of 10. Questions about pictures
are asked of a net for 8 × 8 digits after as many steps: `conv1` (4 kernels of 3 × 3), `norm1`,
`relu1`, `pool1`, `flat1`, `head`; maps are channels × height × width."""


if __name__ == "__main__":
    main()
