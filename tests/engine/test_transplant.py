"""A unit that comes changes nothing the net says, whatever stands behind it; one that goes takes
its own numbers with it and nobody else's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine.edits import read_edits
from engine.experiment import Experiment
from engine.session import Session


def conv(channels: int, name: str | None = None, **more: Any) -> dict[str, Any]:
    named = {} if name is None else {"name": name}
    return {"kind": "conv2d", "channels": channels, "padding": "same", **named, **more}


def dense(units: int | None = None, name: str | None = None) -> dict[str, Any]:
    return {"kind": "dense", "units": units, **({} if name is None else {"name": name})}


MEAN: list[dict[str, Any]] = [{"kind": "global_mean_pool"}, dense()]
FLAT: list[dict[str, Any]] = [{"kind": "flatten"}, dense()]
# What stands around the convolution, or the dense layer, that gets one unit more: layers and path.
NETS: dict[str, tuple[list[dict[str, Any]], str]] = {
    "flatten": ([conv(4, "at"), {"kind": "batch_norm"}, {"kind": "max_pool2d"}, *FLAT], "at"),
    "norm of a vector": (
        [conv(3, "at"), {"kind": "flatten"}, {"kind": "batch_norm"}, dense(5), {"kind": "relu"},
         dense()],
        "at",
    ),
    "local2d": ([conv(4, "at"), {"kind": "local2d", "channels": 4, "stride": 3}, *FLAT], "at"),
    "upsample": ([conv(4, "at"), {"kind": "upsample"}, conv(4), *MEAN], "at"),
    "the identity": (
        [conv(8, "at"), {"kind": "residual", "body": [{"kind": "batch_norm"}, {"kind": "relu"}]},
         {"kind": "batch_norm"}, *MEAN],
        "at",
    ),
    "two ways": (
        [conv(8, "at"),
         {"kind": "residual", "body": [conv(8), {"kind": "batch_norm"}],
          "shortcut": [conv(8, kernel=1)]},
         {"kind": "batch_norm"}, *MEAN],
        "at",
    ),
    "inside a body": (
        [conv(4), {"kind": "residual", "name": "block",
                   "body": [conv(5, "at"), {"kind": "batch_norm"}, conv(4)]}, *MEAN],
        "block.at",
    ),
    "inside a branch": (
        [{"kind": "parallel", "name": "block", "branches": [[conv(4, "at")], [conv(3)]]},
         {"kind": "batch_norm"}, {"kind": "relu"}, conv(4), *MEAN],
        "block.branch1.at",
    ),
    "kept beside": (
        [conv(4, "at"), {"kind": "parallel", "branches": [[], [conv(3)], []]}, conv(4), *FLAT],
        "at",
    ),
    "groups": (
        [conv(4, "at"), {"kind": "parallel", "branches": [[], []]}, conv(4, groups=2), *MEAN],
        "at",
    ),
}  # fmt: skip


def session(layers: list[dict[str, Any]]) -> Session:
    made = Session(
        Experiment.from_json(
            {
                "format": 1,
                "data": {"kind": "shapes", "count": 40, "side": 16},
                "model": {"input": {"kind": "image"}, "layers": layers},
                "training": {
                    "loss": {"kind": "softmax_cross_entropy"},
                    "learner": {
                        "kind": "descent", "batch": 8,
                        "optimizer": {"kind": "adam", "learning_rate": 0.01},
                    },
                },
            }
        )
    )  # fmt: skip
    made.advance(3)  # so that slots and statistics are no zeros and ones
    return made


def edit(session: Session, **told: Any) -> None:
    session.edit(read_edits([told]))


def said(session: Session) -> np.ndarray[Any, Any]:
    inputs = np.ascontiguousarray(session.run.prepared.inputs)
    return session.run.reading.forward(inputs)[""].copy()


@pytest.mark.parametrize("case", NETS)
@pytest.mark.parametrize("unit", [0, 2, None])
def test_a_unit_that_comes_changes_no_answer(case: str, unit: int | None) -> None:
    layers, path = NETS[case]
    at = session(layers)
    before, arrays = said(at), {name: a.copy() for name, a in at.run.arrays.items()}
    edit(at, kind="unit_add", layer=path, unit=unit)
    np.testing.assert_allclose(said(at), before, atol=1e-4, rtol=1e-4)
    edit(at, kind="unit_remove", layer=path, unit=unit)
    for name, array in at.run.arrays.items():
        np.testing.assert_array_equal(array, arrays[name], err_msg=name)
    at.advance(2)


@pytest.mark.parametrize("case", NETS)
def test_a_unit_that_went_comes_back_with_all_its_numbers(case: str) -> None:
    layers, path = NETS[case]
    at = session(layers)
    before = at.run.state(0, 0)
    edit(at, kind="unit_remove", layer=path, unit=1)
    edit(at, kind="undo", edit=0)
    after = at.run.state(0, 0)
    np.testing.assert_array_equal(after.theta, before.theta)
    np.testing.assert_array_equal(after.buffers, before.buffers)
    for name, slot in before.slots.items():
        np.testing.assert_array_equal(after.slots[name], slot)


def test_the_slope_of_a_prelu_stays_when_its_only_unit_gets_a_neighbour() -> None:
    at = session([conv(1, "at"), {"kind": "prelu", "name": "bend"}, *FLAT])
    edit(at, kind="write", array="bend.alpha", index=[0], value=0.7)
    edit(at, kind="unit_add", layer="at", unit=0)
    assert at.run.arrays["bend.alpha"] == pytest.approx([0.7])


def test_silent_units_are_those_that_were_silent_before() -> None:
    at = session([conv(5, "at"), {"kind": "relu", "name": "bend"}, *MEAN])
    edit(at, kind="silence", layer="at", units=[4])
    edit(at, kind="silence", layer="bend", units=[0, 3])
    edit(at, kind="unit_remove", layer="at", unit=0)
    assert at.run.silenced == {"at": (3,), "bend": (2,)}
    edit(at, kind="unit_add", layer="at", unit=1)
    assert at.run.silenced == {"at": (4,), "bend": (3,)}
    edit(at, kind="unit_remove", layer="at")
    assert at.run.silenced == {"bend": (3,)}
    at.advance(2)


def test_silent_units_of_a_layer_that_becomes_narrow_are_given_back() -> None:
    at = session([conv(2), {"kind": "relu", "name": "bend"}, conv(9), {"kind": "tanh"}, *MEAN])
    edit(at, kind="layer_move", layer="bend", index=2)
    edit(at, kind="silence", layer="bend", units=[1, 8])
    edit(at, kind="layer_move", layer="bend", index=1)
    assert at.run.silenced == {"bend": (1,)}
    at.advance(2)
