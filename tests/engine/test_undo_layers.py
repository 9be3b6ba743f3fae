"""Undo of what was done to layers, while others came and went: at its own, in its own place."""

from __future__ import annotations

import pytest
from test_undo import do
from workbench import experiment

from engine.errors import Invalid, NotNow
from engine.session import Session


def test_a_layer_comes_back_behind_those_that_stood_in_front_of_it() -> None:
    """Also where some of these went since, or others came: it stood behind the head."""
    block = {"kind": "residual", "body": [{"kind": "tanh"}, {"kind": "dense", "units": 4}]}
    wide, head = {"kind": "dense", "units": 4}, {"kind": "dense"}
    made = Session(experiment(wide, {"kind": "tanh"}, block, {"kind": "relu"}, head))

    def names() -> list[str | None]:
        return [layer.name for layer in made.run.experiment.layers]

    started = names()
    assert started == ["dense1", "tanh1", "block1", "relu1", "head"]
    move = {"kind": "layer_move", "layer": "relu1", "index": 0}
    away = [{"kind": "layer_remove", "layer": name} for name in ("tanh1", "block1")]
    do(made, {"kind": "layer_remove", "layer": "block1.tanh1"}, move, *away)
    do(made, {"kind": "layer_insert", "index": 0, "layer": {"kind": "silu"}})
    # Of what stood inside the block nothing is there to be given back.
    assert made.undoable == [1, 2, 3, 4]
    with pytest.raises(NotNow, match="what it changed is gone"):
        do(made, {"kind": "undo", "edit": 0})
    copy = Session.restore(made.snapshot())
    for each in (made, copy):
        do(each, {"kind": "undo", "edit": 1})
        assert [layer.name for layer in each.run.experiment.layers][1:] == [
            "dense1", "relu1", "head",
        ]  # fmt: skip
    do(made, *({"kind": "undo", "edit": n} for n in (4, 3, 2)))
    assert names() == started
    do(made, {"kind": "undo", "edit": 0})
    inner = made.run.experiment.layers[2].to_json()["body"]
    assert [layer["name"] for layer in inner] == ["tanh1", "dense1"]


def test_a_layers_knob_is_turned_back_at_that_layer() -> None:
    """And not at another that stands in its place, nor at one that got its name."""
    drops = [{"kind": "dropout", "p": p} for p in (0.1, 0.2, 0.3, 0.4)]
    wide, head = {"kind": "dense", "units": 4}, {"kind": "dense"}
    block = {"kind": "residual", "body": [wide, drops[1]]}
    made = Session(experiment(wide, drops[0], {"kind": "tanh"}, block, head))
    turned = [
        {"kind": "set", "path": f"/model/layers/{at}/p", "value": 0.9} for at in ("1", "3/body/1")
    ]
    come = [{"kind": "layer_insert", "index": 1, "layer": drop} for drop in drops[2:]]
    do(made, *turned, *come, {"kind": "layer_remove", "layer": "tanh1"})

    def shares(session: Session) -> dict[str, float]:
        sites = session.run.net.by_path.items()
        return {path: site.layer.p for path, site in sites if site.layer.kind == "dropout"}

    told = {"drop1": 0.9, "drop2": 0.3, "drop3": 0.4, "block1.drop1": 0.9}
    assert shares(made) == told
    for each in (Session.restore(made.snapshot()), made):
        for edit, path, p in ((0, "drop1", 0.1), (1, "block1.drop1", 0.2)):
            do(each, {"kind": "undo", "edit": edit})
            assert shares(each) == (told := told | {path: p})
            do(each, {"kind": "undo", "edit": len(each.lines_[0].edits) - 1})
            assert shares(each) == (told := told | {path: 0.9})
    do(made, {"kind": "layer_remove", "layer": "drop1"})
    do(made, {"kind": "layer_insert", "index": 1, "layer": drops[0]})
    assert made.run.experiment.layers[1].name == "drop1" and 0 not in made.undoable
    with pytest.raises(NotNow, match="what it changed is gone"):
        do(made, {"kind": "undo", "edit": 0})


def test_a_layer_whose_name_is_anothers_now_cannot_come_back_meanwhile() -> None:
    wide, tanh = {"kind": "dense", "units": 4}, {"kind": "tanh"}
    made = Session(experiment(wide, tanh, {"kind": "dense"}))
    do(made, {"kind": "layer_remove", "layer": "tanh1"})
    assert made.undoable == [0]
    do(made, {"kind": "layer_insert", "index": 0, "layer": tanh})
    assert made.undoable == [1]
    with pytest.raises(Invalid, match="The name “tanh1” stands twice"):
        do(made, {"kind": "undo", "edit": 0})
    do(made, {"kind": "undo", "edit": 1})
    assert made.undoable == [0]
