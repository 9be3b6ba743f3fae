"""Questions asked of nets of pictures: every number is one the net itself computes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from workbench import ask, pictures

from engine.catalog import default
from engine.edits import read_edits
from engine.errors import Invalid, NotNow, Unknown
from engine.memory.tape import Tape
from engine.probes.fields import fields_of
from engine.session import Session

CONV: dict[str, Any] = {"kind": "conv2d", "channels": 6, "kernel": 3, "padding": "same"}
LAYERS: tuple[dict[str, Any], ...] = (
    CONV,
    {"kind": "batch_norm"},
    {"kind": "relu"},
    {"kind": "max_pool2d"},
    {"kind": "conv2d", "channels": 4, "kernel": [2, 3], "groups": 2, "stride": [1, 2],
     "padding": [1, 0], "standardize": True},
    {"kind": "tanh"},
    {"kind": "mean_pool2d", "window": [2, 1]},
    {"kind": "flatten"},
    {"kind": "dropout", "p": 0.2},
    {"kind": "dense"},
)  # fmt: skip


@pytest.fixture(scope="module")
def session() -> Session:
    made = Session(pictures(*LAYERS))
    made.advance(60)
    return made


# --- maps --------------------------------------------------------------------------------------


def test_filters_are_the_weights_themselves(session: Session) -> None:
    found = ask(session, "filters").arrays
    assert {k: a.shape for k, a in found.items()} == {
        "conv1.weight": (6, 1, 3, 3), "conv1.bias": (6,),
        "conv2.weight": (4, 3, 2, 3), "conv2.bias": (4,),
    }  # fmt: skip
    for name, array in found.items():
        np.testing.assert_array_equal(array, session.run.arrays[name])


def test_features_are_what_the_net_answers_layer_by_layer(session: Session) -> None:
    answer = ask(session, "features", split="test", index=5)
    assert {k: a.shape for k, a in answer.arrays.items()} == {
        "input": (1, 8, 8), "raw": (1, 8, 8), "relu1": (6, 8, 8), "pool1": (6, 4, 4),
        "tanh1": (4, 5, 1), "pool2": (4, 2, 1), "head": (10,),
    }  # fmt: skip
    data = session.run.prepared
    where = data.test[5]
    assert (answer.info["where"], answer.info["target"]) == (where, data.targets[where])
    np.testing.assert_array_equal(answer.arrays["raw"], data.raw[where])
    outputs = session.predict(data.raw[where : where + 1])["outputs"][0]
    np.testing.assert_allclose(answer.info["outputs"], outputs, rtol=1e-5)
    assert sum(answer.info["probabilities"]) == pytest.approx(1)
    assert answer.info["layers"]["relu1"]["low"] == 0


def test_a_drawing_is_asked_like_an_example(session: Session) -> None:
    raw = session.run.prepared.raw[session.run.prepared.test[0]]
    own = ask(session, "features", inputs=[float(v) for v in raw.ravel()])
    theirs = ask(session, "features", split="test", index=0)
    assert own.info["where"] is None and own.info["target"] is None
    np.testing.assert_array_equal(own.arrays["head"], theirs.arrays["head"])
    with pytest.raises(Invalid) as refused:
        ask(session, "features", inputs=[1.0, 2.0])
    assert refused.value.pointer.startswith("/inputs")


def drawn(side: int = 24) -> np.ndarray:
    """A stroke from top to bottom near the left border, light on dark."""
    made = np.zeros((side, side))
    made[3:-3, 3:6] = 255
    return made


def test_every_question_about_a_picture_gets_a_drawing_as_the_data_have_theirs(
    session: Session,
) -> None:
    stroke = drawn()
    ours = session.run.prepared.data.prepare_drawing(stroke)  # type: ignore[attr-defined]
    same = [float(v) for v in ours.ravel()]
    asked = [float(v) for v in stroke.ravel()]
    spot = {"layer": "conv1", "channel": 2, "y": 4, "x": 4}
    for name, query in (("features", {}), ("window", spot), ("receptive", spot), ("example", {})):
        found = ask(session, name, drawing=asked, **query)
        known = ask(session, name, inputs=same, **query)
        assert found.arrays.keys() == known.arrays.keys()
        for key, array in found.arrays.items():
            np.testing.assert_array_equal(array, known.arrays[key], f"{name}.{key}")
    found = ask(session, "features", drawing=asked)
    np.testing.assert_array_equal(found.arrays["raw"], ours)
    assert found.arrays["raw"].any()
    assert found.info["where"] is None and found.info["target"] is None


def test_a_drawing_may_be_in_colours(session: Session) -> None:
    grey = np.repeat(drawn()[..., None], 3, axis=2)
    one = ask(session, "features", drawing=[float(v) for v in drawn().ravel()])
    three = ask(session, "features", drawing=[float(v) for v in grey.ravel()])
    np.testing.assert_array_equal(one.arrays["raw"], three.arrays["raw"])
    red = grey * [1, 0, 0]
    faint = ask(session, "features", drawing=[float(v) for v in red.ravel()])
    assert 0 < faint.arrays["raw"].max() < one.arrays["raw"].max()


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ({"drawing": []}, "square"),
        ({"drawing": [0.0] * 5}, "not 5"),
        ({"drawing": [0.0] * 6}, "not 6"),
        ({"drawing": [256.0]}, "255"),
        ({"drawing": [0.0], "inputs": [0.0] * 64}, "not both"),
        ({"drawing": [0.0] * (3 * 65 * 65)}, "12288"),
    ],
)
def test_what_is_no_drawing_is_refused(session: Session, query: dict[str, Any], says: str) -> None:
    with pytest.raises(Invalid, match=says) as refused:
        ask(session, "features", **query)
    assert refused.value.pointer.startswith("/drawing")


def test_of_points_there_is_nothing_to_draw() -> None:
    with pytest.raises(NotNow, match="nothing to draw"):
        ask(Session(default()), "example", drawing=[0.0])


# --- inside one answer -------------------------------------------------------------------------


PLACES = [
    ("conv1", 5, 0, 0), ("conv1", 2, 7, 7), ("conv1", 0, 3, 4), ("pool1", 3, 3, 0),
    ("conv2", 3, 0, 0), ("conv2", 0, 3, 0), ("conv2", 1, 4, 0), ("pool2", 1, 1, 0),
    ("head", 7, 0, 0),
]  # fmt: skip


@pytest.mark.parametrize(("layer", "channel", "y", "x"), PLACES)
def test_products_and_bias_add_up_to_the_answer(
    session: Session, layer: str, channel: int, y: int, x: int
) -> None:
    answer = ask(session, "window", layer=layer, channel=channel, y=y, x=x, index=9)
    info, arrays = answer.info, answer.arrays
    np.testing.assert_allclose(arrays["products"], arrays["window"] * arrays["kernel"], rtol=1e-6)
    np.testing.assert_allclose(arrays["sources"].sum(), info["sum"], rtol=1e-4, atol=1e-5)
    assert info["sum"] + info["bias"] == pytest.approx(info["answer"], rel=1e-4, abs=1e-5)
    whole = ask(session, "features", layer=layer, index=9).arrays[layer]
    spot = (channel, y, x) if whole.ndim == 3 else (channel,)
    assert info["answer"] == pytest.approx(float(whole[spot]), rel=1e-5, abs=1e-6)


def test_what_follows_in_the_column_is_followed(session: Session) -> None:
    answer = ask(session, "window", layer="conv1", channel=1, y=4, x=4, index=2)
    assert [step["layer"] for step in answer.info["then"]] == ["norm1", "relu1"]
    last = ask(session, "features", index=2).arrays["relu1"][1, 4, 4]
    assert answer.info["then"][-1]["answer"] == pytest.approx(float(last), abs=1e-6)


@pytest.mark.parametrize(("layer", "channel"), [("conv1", 4), ("conv2", 1), ("conv2", 2)])
def test_what_the_sources_add_everywhere_is_the_map(
    session: Session, layer: str, channel: int
) -> None:
    answer = ask(session, "window", layer=layer, channel=channel, intermediate=True, index=4)
    whole = ask(session, "features", layer=layer, index=4).arrays[layer][channel]
    added = answer.arrays["intermediate"].sum(axis=0) + answer.info["bias"]
    np.testing.assert_allclose(added, whole, rtol=1e-4, atol=1e-5)


def test_a_dense_layer_behind_a_flatten_sees_maps(session: Session) -> None:
    found = ask(session, "window", layer="head", channel=3).arrays
    assert found["window"].shape == found["kernel"].shape == (4, 2, 1)
    assert found["sources"].shape == (4,)
    weight = session.run.arrays["head.weight"][3]
    np.testing.assert_array_equal(found["kernel"].ravel(), weight)


def test_windows_that_are_not_there_are_refused(session: Session) -> None:
    with pytest.raises(Invalid, match="“y” is at most 7") as refused:
        ask(session, "window", layer="conv1", y=8)
    assert refused.value.pointer == "/y"
    with pytest.raises(NotNow, match="relu1 is a relu"):
        ask(session, "window", layer="relu1")
    with pytest.raises(Unknown, match="no such layer"):
        ask(session, "window", layer="conv9")


# --- receptive fields --------------------------------------------------------------------------

CHAINS: dict[str, tuple[dict[str, Any], ...]] = {
    "strides": ({**CONV, "stride": 2, "padding": 1}, {**CONV, "kernel": 2, "padding": 0}),
    "dilations": ({**CONV, "dilation": 2}, {**CONV, "kernel": [1, 3]}),
    "pools": (CONV, {"kind": "mean_pool2d", "window": 3, "stride": 1, "padding": 1}, CONV),
    "a block": ({"kind": "residual", "body": [{**CONV, "channels": 1}]}, {"kind": "mean_pool2d"}),
    "branches": (
        {"kind": "parallel", "branches": [[CONV], [], [{**CONV, "kernel": 5}]]},
        {**CONV, "kernel": 1},
        {"kind": "upsample"},
        {"kind": "mean_pool2d", "window": 2},
    ),
    "the mean of it all": ({"kind": "mean_pool2d"}, {"kind": "group_norm", "groups": 1}),
}
HEAD = ({"kind": "flatten"}, {"kind": "dense"})


@pytest.mark.parametrize("chain", CHAINS)
def test_the_field_by_formula_is_the_support_of_the_gradient(chain: str) -> None:
    session = Session(pictures(*CHAINS[chain], *HEAD))
    layer = str(session.run.experiment.layers[len(CHAINS[chain]) - 1].name)
    _, height, width = session.run.net.by_path[layer].y
    for y, x in ((0, 0), (height // 2, width // 2), (height - 1, width - 1)):
        answer = ask(session, "receptive", layer=layer, y=y, x=x, over="many")
        top, bottom, left, right = answer.info["boxes"][-1]["box"]
        rows, columns = np.nonzero(answer.arrays["support"].sum(axis=0))
        assert (rows.min(), rows.max()) == (top, bottom)
        assert (columns.min(), columns.max()) == (left, right)
        assert answer.info["boxes"][0]["box"] == [y, y, x, x]


def test_the_short_rule_is_told_where_it_is_wrong() -> None:
    right = Session(pictures(CONV, {"kind": "max_pool2d"}, *HEAD))
    assert ask(right, "receptive", layer="conv1").info["sentence"] == ""
    even = Session(pictures({**CONV, "kernel": 2, "padding": 0}, *HEAD))
    told = ask(even, "receptive", layer="conv1").info
    assert [box["size"] for box in told["boxes"]] == [[1, 1], [2, 2]]
    assert told["boxes"][-1]["lecture"] == 3
    assert "the short rule says 3, the formula 2" in told["sentence"]


def test_fields_grow_layer_by_layer() -> None:
    chain = fields_of(pictures(*[CONV] * 4, *HEAD), "conv4", 4, 4)
    assert [f.rows for _, _, f in chain] == [(4 - i, 4 + i) for i in range(5)]
    assert [name for name, _, _ in chain] == ["conv4", "conv3", "conv2", "conv1", "input"]


# --- pictures of the data ----------------------------------------------------------------------


def test_confusion_counts_every_example_once(session: Session) -> None:
    answer = ask(session, "confusion")
    data = session.run.prepared
    counts = answer.arrays["counts"]
    assert counts.sum() == answer.info["count"] == len(data.test)
    np.testing.assert_array_equal(counts.sum(axis=1), np.bincount(data.targets[data.test]))
    accuracy = session.metrics()["test_accuracy"]
    assert np.trace(counts) / counts.sum() == pytest.approx(accuracy)


def test_mistakes_are_mistakes_the_surest_first(session: Session) -> None:
    answer = ask(session, "mistakes", count=50)
    found = answer.arrays
    assert len(found["where"]) == min(50, answer.info["found"]) > 3
    assert (found["said"] != found["target"]).all()
    assert (np.diff(found["sure"]) <= 0).all()
    data = session.run.prepared
    np.testing.assert_array_equal(found["pictures"], data.raw[found["where"]])
    np.testing.assert_array_equal(data.test[found["index"]], found["where"])
    p = session.predict(data.raw[found["where"]])["probabilities"]
    np.testing.assert_array_equal(p.argmax(axis=1), found["said"])
    np.testing.assert_allclose(p.max(axis=1), found["sure"], rtol=1e-5)
    unsure = ask(session, "mistakes", order="unsure").arrays["sure"]
    assert (np.diff(unsure) >= 0).all() and unsure[0] < found["sure"][0]
    target, said = int(found["target"][0]), int(found["said"][0])
    cell = ask(session, "mistakes", target=target, answer_is=said)
    counts = ask(session, "confusion").arrays["counts"]
    assert cell.info["found"] == counts[target, said]


def test_patches_hold_what_the_unit_answers_most_to(session: Session) -> None:
    answer = ask(session, "patches", layer="pool1", channel=2, count=5)
    found = answer.arrays
    assert found["patches"].shape == (5, 1, 4, 4)  # two windows of 3 side by side
    assert (np.diff(found["values"]) <= 0).all()
    where, y, x = (int(v) for v in found["where"][0])
    index = int(np.flatnonzero(session.run.prepared.test == where)[0])
    maps = ask(session, "features", split="test", index=index, layer="pool1").arrays["pool1"]
    assert maps[2, y, x] == maps[2].max() == pytest.approx(float(found["values"][0]), rel=1e-5)
    padded = np.pad(session.run.prepared.raw[where, 0], 1)
    np.testing.assert_array_equal(
        found["patches"][0, 0], padded[2 * y : 2 * y + 4, 2 * x : 2 * x + 4]
    )


def test_masks_of_pictures_are_by_map_or_by_place() -> None:
    layers = (CONV, {"kind": "dropout2d", "p": 0.5}, {"kind": "dropout", "p": 0.25}, *HEAD)
    session = Session(pictures(*layers))
    session.advance(3)
    found = ask(session, "masks").arrays
    assert found["drop1.mask"].shape == (32, 6) and found["drop1.share"].shape == (6,)
    assert found["drop2.mask"].shape == (32, 6, 8, 8) and found["drop2.share"].shape == (6,)
    tape = session.run.stepper.recording
    assert tape is not None
    y = tape["drop1"].y  # height × channels × width × examples
    silent = (y == 0).all(axis=(0, 2)).T
    np.testing.assert_array_equal(silent, (found["drop1.mask"] == 0) | silent)
    np.testing.assert_array_equal(found["drop1.mask"] == 0, (tape["drop1"].mask[0, :, 0] == 0).T)
    np.testing.assert_allclose(found["drop2.share"].mean(), 0.25, atol=0.03)


def test_normalization_shows_batch_and_running_numbers(session: Session) -> None:
    found = ask(session, "normalization").arrays
    assert {k.split(".")[1] for k in found} == {
        "gamma", "beta", "running_mean", "running_var", "batch_mean", "batch_var",
    }  # fmt: skip
    tape: Tape | None = session.run.stepper.recording
    assert tape is not None
    x = tape["norm1"].x  # height × channels × width × examples
    np.testing.assert_allclose(found["norm1.batch_mean"], x.mean(axis=(0, 2, 3)), atol=1e-5)
    np.testing.assert_allclose(found["norm1.batch_var"], x.var(axis=(0, 2, 3)), rtol=1e-4)


# --- what does not apply, and what asking leaves alone -------------------------------------------


@pytest.mark.parametrize("name", ["filters", "features"])
def test_points_have_no_maps(name: str) -> None:
    with pytest.raises(NotNow, match="no pictures"):
        ask(Session(default()), name)


def test_a_plane_is_not_drawn_of_pictures(session: Session) -> None:
    with pytest.raises(NotNow):
        ask(session, "boundary")
    with pytest.raises(NotNow, match="no normalization"):
        ask(Session(default()), "normalization")


def test_looking_leaves_training_of_pictures_bit_equal() -> None:
    watched, plain = Session(pictures(*LAYERS)), Session(pictures(*LAYERS))
    for _ in range(3):
        watched.advance(4)
        plain.advance(4)
        for name in ("filters", "features", "mistakes", "confusion", "normalization", "scores"):
            ask(watched, name)
        ask(watched, "receptive", layer="conv2", over="many")
        ask(watched, "patches", layer="relu1")
        ask(watched, "window", layer="conv2")
    assert watched.run.theta.vector.tobytes() == plain.run.theta.vector.tobytes()
    assert watched.run.buffers.vector.tobytes() == plain.run.buffers.vector.tobytes()


def test_any_step_of_a_net_of_pictures_is_found_again_to_the_bit() -> None:
    session = Session(pictures(*LAYERS))
    session.advance(90)  # across the border of an epoch, and its smaller last batch
    theta = session.run.theta.vector.tobytes()
    for step in (13, 47, 90):
        session.seek(step)
    assert session.run.theta.vector.tobytes() == theta


def test_masks_inside_a_block_are_shown() -> None:
    block = {"kind": "residual", "name": "block", "body": [{"kind": "dropout", "name": "drop"}]}
    session = Session(pictures(CONV, block, *HEAD))
    session.advance(1)
    assert "block.drop.mask" in ask(session, "masks").arrays


def test_a_unit_of_a_vector_has_no_row_and_no_column(session: Session) -> None:
    plain, given = (ask(session, "receptive", layer="head", **at) for at in ({}, {"y": 5, "x": 3}))
    assert plain.info["boxes"] == given.info["boxes"]


def test_a_patch_of_a_place_outside_the_picture_is_black() -> None:
    zeros = {**CONV, "kernel": 1, "padding": 3, "initializer": {"kind": "zeros"}}
    session = Session(pictures(zeros, *HEAD))  # all places answer 0: the first is the best
    found = ask(session, "patches", layer="conv1", count=2).arrays["patches"]
    assert found.shape == (2, 1, 1, 1) and not found.any()


def test_a_patch_is_at_most_as_large_as_a_picture() -> None:
    wide = {"kind": "mean_pool2d", "window": 32, "stride": 1, "padding": 16}
    session = Session(pictures({**CONV, "kernel": 1, "padding": 0}, wide, *HEAD))
    answer = ask(session, "patches", layer="pool1", count=1)
    patch, (where, y, x) = answer.arrays["patches"][0], answer.arrays["where"][0]
    assert patch.shape == (1, 8, 8)
    picture = session.run.prepared.raw[where].copy()
    rows, columns = (np.arange(8) - at + 16 for at in (y, x))
    picture[:, (rows < 0) | (rows >= 32)] = 0
    picture[:, :, (columns < 0) | (columns >= 32)] = 0
    np.testing.assert_array_equal(patch, picture)


def test_patches_of_places_that_see_unequally_much_stand_in_one_size() -> None:
    """A window of 2 rows on a picture enlarged twice sees one of its rows, or two."""
    tall = {**CONV, "channels": 1, "kernel": [2, 1], "padding": 0}
    session = Session(pictures({"kind": "upsample"}, tall, *HEAD))
    for row, weight in enumerate((0.0, 1.0)):  # the lower row: first found from above, or at 0
        index = [0, 0, row, 0]
        told = {"kind": "write", "array": "conv1.weight", "index": index, "value": weight}
        session.edit(read_edits([told]))
    found = ask(session, "patches", layer="conv1", count=32).arrays
    assert {y % 2 for _, y, _ in found["where"].tolist()} == {0, 1}
    assert found["patches"].shape == (32, 1, 2, 1)
