"""Experiments: one canonical form, links that come back, names, and refusals that help."""

from __future__ import annotations

import copy
import hashlib
import json
import math
import time
from typing import Any

import pytest
from workbench import BUSY, busy, experiment

from engine.catalog import DEFAULT, default
from engine.errors import Broken, Invalid, TinkernetError, TooExpensive, Unknown
from engine.experiment import Experiment
from engine.outline import outline
from engine.session import Session

LEARNER = ("training", "learner")


def changed(path: str, value: Any) -> dict[str, Any]:
    """The default experiment's JSON with another value at a path such as data/noise."""
    document = copy.deepcopy(DEFAULT)
    *way, last = path.split("/")
    at: Any = document
    for key in way:
        at = at[int(key)] if isinstance(at, list) else at[key]
    at[int(last) if isinstance(at, list) else last] = value
    return document


# --- the canonical form ------------------------------------------------------------------------


def test_the_canonical_form_is_sorted_compact_and_complete() -> None:
    text = default().canonical().decode()
    document = json.loads(text)
    again = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert text == again
    assert document["training"]["learner"]["schedule"] == {"kind": "constant"}
    assert document["edits"] == [] and document["seeds"] == {}
    assert Experiment.from_json(document).canonical().decode() == text


def test_the_id_is_the_hash_of_the_canonical_form_and_does_not_change() -> None:
    assert default().id == hashlib.sha256(default().canonical()).hexdigest()
    assert Experiment.from_json(copy.deepcopy(DEFAULT)).id == default().id


def test_equal_experiments_have_one_id_however_they_are_written() -> None:
    one = Experiment.from_json(changed("data/noise", 0))
    assert Experiment.from_json(changed("data/noise", 0.0)).id == one.id
    assert Experiment.from_json(changed("data/noise", -0.0)).id == one.id
    turned = json.loads(json.dumps(changed("data/noise", 0.0)))
    backwards = {key: turned[key] for key in reversed(turned)}
    assert Experiment.from_json(backwards).id == one.id
    assert Experiment.from_json(one.to_json()) == one


@pytest.mark.parametrize("path, value", [
    ("seed", 4), ("data/noise", 0.1), ("training/learner/batch", 11),
    ("model/layers/0/units", 6), ("model/layers/0/name", "first"),
])  # fmt: skip
def test_whatever_decides_numbers_or_names_counts_in_the_id(path: str, value: Any) -> None:
    assert Experiment.from_json(changed(path, value)).id != default().id


def test_edits_count_in_the_id() -> None:
    edit = {"kind": "set", "path": "/data/noise", "value": 0.1, "at": 5}
    assert experiment(edits=[edit]).id != experiment().id


# --- links -------------------------------------------------------------------------------------

SHARED = {
    "the default": default,
    "every kind of memory": busy,
    "names": lambda: experiment(
        {"kind": "dense", "units": 3, "name": "first"}, {"kind": "tanh"}, {"kind": "dense"}
    ),
    "a block": lambda: experiment(
        {"kind": "dense", "units": 3},
        {"kind": "residual", "body": [{"kind": "gelu"}, {"kind": "dense", "units": 3}]},
        {"kind": "dense"},
    ),
    "seeds": lambda: experiment(seeds={"data": 1, "init": 9}),
    "edits": lambda: experiment(
        edits=[
            {"kind": "set", "path": "/data/noise", "value": 0.1, "at": 5},
            {"kind": "layer_insert", "layer": {"kind": "dropout"}, "index": 2, "at": 9},
            {"kind": "undo", "edit": 0, "at": 12},
        ]
    ),
}


@pytest.mark.parametrize("what", SHARED)
def test_a_link_gives_the_same_experiment_back(what: str) -> None:
    made = SHARED[what]()
    link = made.link()
    assert len(link) < 1000 and link.replace("-", "").replace("_", "").isalnum()
    assert Experiment.from_link(link) == made
    assert Experiment.from_link(link).id == made.id


def test_a_live_experiment_with_its_edits_comes_back_from_a_link() -> None:
    from engine.edits import read_edits

    session = Session(busy())
    session.advance(5)
    session.edit(read_edits([{"kind": "layer_remove", "layer": "tanh1"}]))
    for made in (session.experiment, session.now):
        assert Experiment.from_link(made.link()) == made


@pytest.mark.parametrize("text", ["", "!!!", "abc", "A" * 9000, "eNqrVg", default().link()[:-5]])
def test_a_link_that_is_not_whole_says_so(text: str) -> None:
    with pytest.raises(Broken) as caught:
        Experiment.from_link(text)
    assert caught.value.detail == "This link is not whole: copy it again."


def test_a_link_of_blocks_inside_blocks_without_end_is_refused() -> None:
    import base64
    import zlib

    document = copy.deepcopy(DEFAULT)
    layer = {"kind": "relu"}
    for _ in range(200):
        layer = {"kind": "residual", "body": [layer]}
    document["model"]["layers"].insert(0, layer)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(json.dumps(document).encode()) + packer.flush()
    with pytest.raises(Broken):
        Experiment.from_link(base64.urlsafe_b64encode(packed).decode().rstrip("="))


def test_a_small_link_cannot_unpack_to_much() -> None:
    import base64
    import zlib

    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    bomb = packer.compress(b"[" * 5_000_000) + packer.flush()
    start = time.thread_time()
    with pytest.raises(Broken):
        Experiment.from_link(base64.urlsafe_b64encode(bomb).decode().rstrip("="))
    assert time.thread_time() - start < 0.5


# --- names -------------------------------------------------------------------------------------


def test_names_are_stem_and_smallest_free_number_and_the_last_dense_is_head() -> None:
    names = [layer.name for layer in busy().model.layers]
    assert names == ["dense1", "norm1", "tanh1", "drop1", "dense2", "relu1", "head"]


def test_a_given_name_is_kept_and_skipped_over() -> None:
    made = experiment(
        {"kind": "dense", "units": 3},
        {"kind": "dense", "units": 3, "name": "dense1"},
        {"kind": "dense", "units": 3, "name": "head"},
        {"kind": "dense"},
    )
    assert [layer.name for layer in made.model.layers] == ["dense2", "dense1", "head", "dense3"]


def test_names_inside_a_block_count_for_themselves() -> None:
    made = experiment(
        {"kind": "dense", "units": 3},
        {"kind": "residual", "body": [{"kind": "dense", "units": 3}, {"kind": "tanh"}]},
        {"kind": "dense"},
    )
    assert [site["name"] for site in outline(made).layers] == [
        "dense1", "block1", "block1.dense1", "block1.tanh1", "head",
    ]  # fmt: skip


# --- refusals ----------------------------------------------------------------------------------

REFUSED: dict[str, tuple[str, Any, type[TinkernetError], str]] = {
    "units": ("model/layers/0/units", 10**9, Invalid, "/model/layers/0/units"),
    "no units": ("model/layers/0/units", 0, Invalid, "/model/layers/0/units"),
    "negative": ("model/layers/0/units", -1, Invalid, "/model/layers/0/units"),
    "a half": ("model/layers/0/units", 8.5, Invalid, "/model/layers/0/units"),
    "a text": ("model/layers/0/units", "8", Invalid, "/model/layers/0/units"),
    "true": ("model/layers/0/units", True, Invalid, "/model/layers/0/units"),
    "layers": ("model/layers", [{"kind": "tanh"}] * 10**4, Invalid, "/model/layers"),
    "no layers": ("model/layers", [], Invalid, "/model/layers"),
    "nan": ("data/noise", math.nan, Invalid, "/data/noise"),
    "inf": ("data/noise", math.inf, Invalid, "/data/noise"),
    "huge": ("data/noise", 10**400, Invalid, "/data/noise"),
    "rate -1": (
        "training/learner/optimizer/learning_rate", -1, Invalid,
        "/training/learner/optimizer/learning_rate",
    ),
    "rate nan": (
        "training/learner/optimizer/learning_rate", math.nan, Invalid,
        "/training/learner/optimizer/learning_rate",
    ),
    "batch": ("training/learner/batch", 0, Invalid, "/training/learner/batch"),
    "field": ("colour", "red", Unknown, "/colour"),
    "deep field": ("model/layers/1/slope", 3, Unknown, "/model/layers/1/slope"),
    "kind": ("model/layers/1/kind", "dens", Unknown, "/model/layers/1/kind"),
    "no kind": ("model/layers/1", {}, Invalid, "/model/layers/1/kind"),
    "data": ("data/kind", "circles", Unknown, "/data/kind"),
    "feature": ("model/input/features", ["x3"], Unknown, "/model/input/features"),
    "seed": ("seed", 2**32, Invalid, "/seed"),
    "format": ("format", 2, Invalid, "/format"),
    "name": ("model/layers/0/name", "Dense One", Invalid, "/model/layers/0/name"),
    "list": ("data", [], Invalid, "/data"),
    "none": ("data", None, Invalid, "/data"),
    "ends wide": ("model/layers/4/units", 7, Invalid, "/model/layers/4"),
    "purpose": ("seeds", {"luck": 1}, Invalid, "/seeds"),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_a_bad_experiment_is_refused_at_once_with_its_place(what: str) -> None:
    path, value, error, pointer = REFUSED[what]
    document = changed(path, value)
    start = time.thread_time()
    with pytest.raises(error) as caught:
        Experiment.from_json(document)
    assert time.thread_time() - start < 0.05
    assert caught.value.pointer.startswith(pointer)
    detail = caught.value.detail
    assert detail[0].isupper() or detail[0] in "“"
    assert detail.endswith((".", "}")) and len(detail) < 400


def test_a_refusal_carries_the_limit_or_what_is_known() -> None:
    def caught(path: str, value: Any) -> TinkernetError:
        with pytest.raises(TinkernetError) as found:
            Experiment.from_json(changed(path, value))
        return found.value

    assert caught("model/layers/0/units", 10**9).limit == 1024
    assert caught("model/layers/0/units", 0).limit == 1
    assert caught("model/layers", [{"kind": "tanh"}] * 65).limit == 64
    assert "tanh" in (caught("model/layers/1/kind", "dens").known or [])
    assert "noise" in (caught("data/noice", 1).known or [])
    assert "x1" in (caught("model/input/features", ["x3"]).known or [])


def test_what_was_given_is_repeated_only_if_short_and_plain() -> None:
    for value in ("<script>" * 20, "a\nb", 10**40):
        with pytest.raises(Invalid) as caught:
            Experiment.from_json(changed("model/layers/0/units", value))
        assert str(value) not in caught.value.detail


def test_what_costs_too_much_is_refused_before_memory_is_taken() -> None:
    wide = [{"kind": "dense", "units": 1024} for _ in range(40)]
    made = Experiment.from_json(changed("model/layers", [*wide, {"kind": "dense"}]))
    start = time.thread_time()
    with pytest.raises(TooExpensive) as caught:
        Session(made)
    assert time.thread_time() - start < 0.05
    assert caught.value.limit and caught.value.pointer == "/model/layers"


@pytest.mark.parametrize("what", ["perceptron with a loss", "descent without", "step in descent"])
def test_what_does_not_go_together_is_said(what: str) -> None:
    document = copy.deepcopy(DEFAULT)
    if what == "perceptron with a loss":
        document["training"]["learner"] = {"kind": "perceptron"}
    elif what == "descent without":
        del document["training"]["loss"]
    else:
        document["model"]["layers"][1] = {"kind": "step"}
    with pytest.raises(Invalid) as caught:
        Experiment.from_json(document)
    words = {"perceptron with a loss": "has no loss", "descent without": "needs a loss",
             "step in descent": "derivative"}  # fmt: skip
    assert words[what] in caught.value.detail


def test_the_outline_counts_what_the_memory_takes() -> None:
    made = experiment(*BUSY)
    session = Session(made)
    arrays = session.run.net.arrays(session.run.theta)
    assert outline(made).parameters == sum(a.size for a in arrays.values())
