"""The catalogue: everything that can be chosen, read off the registry.

It feeds the API, the forms of the page, the reference and the tests, so nothing is said twice.
"""

from __future__ import annotations

import engine.probes  # noqa: F401  registers the probes
from engine.experiment import Experiment, Model, Training
from engine.layers.base import MAX_LAYERS
from engine.outline import MAX_BYTES, MAX_MULTIPLY_ADDS
from engine.registry import known
from engine.schema import schema
from engine.spec import Field, Json, fields

FAMILIES = (
    "data", "input", "layer", "initializer", "loss", "learner", "optimizer", "schedule", "penalty",
    "edit", "probe",
)  # fmt: skip

# What a newcomer sees first: it succeeds within a second, before anything is touched.
DEFAULT: Json = {
    "format": 1,
    "seed": 3,
    "data": {"kind": "circle", "count": 200},
    "model": {
        "input": {"kind": "plane", "features": ["x1", "x2"]},
        "layers": [
            {"kind": "dense", "units": 5},
            {"kind": "tanh"},
            {"kind": "dense", "units": 3},
            {"kind": "tanh"},
            {"kind": "dense"},
        ],
    },
    "training": {
        "loss": {"kind": "logistic"},
        "learner": {
            "kind": "descent",
            "batch": 10,
            "optimizer": {"kind": "adam", "learning_rate": 0.03},
        },
    },
}


def default() -> Experiment:
    """The experiment of the first visit."""
    return Experiment.from_json(DEFAULT)


def catalog() -> dict[str, Json]:
    """Families of kinds with their fields, JSON Schemas, limits, and the default experiment."""
    return {
        "families": {
            family: {kind: _kind(cls, i) for i, (kind, cls) in enumerate(known(family).items())}
            for family in FAMILIES
        },
        "limits": {"layers": MAX_LAYERS, "bytes": MAX_BYTES, "multiply_adds": MAX_MULTIPLY_ADDS},
        "default": default().to_json(),
    }


def schemas() -> dict[str, Json]:
    """JSON Schema definitions: one per family, one per kind, and the experiment's own parts."""
    made: dict[str, Json] = {"experiment": schema(Experiment)}
    made |= {"model": schema(Model), "training": schema(Training)}
    for family in FAMILIES:
        kinds = known(family)
        made |= {f"{family}.{kind}": schema(cls) for kind, cls in kinds.items()}
        made[family] = {"oneOf": [{"$ref": f"#/$defs/{family}.{kind}"} for kind in kinds]}
    return made


def _kind(cls: type, place: int) -> Json:
    """What is said of a kind; place: among its family, which JSON keeps no order of."""
    says = (cls.__doc__ or "").strip()
    shown: dict[str, Json] = {"description": says, "place": place}
    shown |= {"fields": [_field(f) for f in fields(cls)], "schema": schema(cls)}
    for extra in ("title", "noise_says", "stem", "role", "input_kind"):
        if hasattr(cls, extra):
            shown[extra] = getattr(cls, extra)
    return shown


def _field(field: Field) -> Json:
    kind = field.type
    return {
        "name": field.name,
        "type": getattr(kind, "family", None) or getattr(kind, "__name__", None) or str(kind),
        "default": None if field.required else _plain(field.default),
        "required": field.required,
        "says": field.says,
        "live": field.live,
        "ladder": list(field.ladder),
        "low": field.low,
        "high": field.high,
    }


def _plain(x: object) -> Json:
    if hasattr(x, "to_json"):
        return x.to_json()
    if isinstance(x, tuple):
        return [_plain(item) for item in x]
    return x
