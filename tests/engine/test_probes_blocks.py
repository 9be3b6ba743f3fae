"""Questions asked of layers inside blocks: the same numbers, down to the picture."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from workbench import ask, pictures

from engine.errors import Unknown
from engine.probes.fields import fields_of, inner_fields
from engine.session import Session

CONV: dict[str, Any] = {"kind": "conv2d", "channels": 4, "kernel": 3, "padding": "same"}
LAYERS: tuple[dict[str, Any], ...] = (
    CONV,
    {"kind": "relu"},
    {
        "kind": "residual",
        "body": [
            {"kind": "group_norm", "groups": 2},
            {"kind": "relu"},
            {**CONV, "channels": 6, "stride": 2, "padding": 1},
            {"kind": "batch_norm"},
            {"kind": "relu"},
            {**CONV, "channels": 6},
        ],
        "shortcut": [{**CONV, "channels": 6, "kernel": 1, "stride": 2, "padding": 0}],
    },
    {
        "kind": "parallel",
        "branches": [
            [{**CONV, "channels": 2}, {"kind": "tanh"}],
            [],
            [{"kind": "max_pool2d", "window": 3, "stride": 1, "padding": 1}],
            [{"kind": "residual", "body": [{**CONV, "channels": 6}], "shortcut": []}],
        ],
    },
    {"kind": "channel_pool", "window": 4},
    {"kind": "upsample"},
    {"kind": "layer_norm"},
    {"kind": "global_mean_pool"},
    {"kind": "residual", "body": [{"kind": "dense", "units": 5}, {"kind": "tanh"}],
     "shortcut": []},
    {"kind": "dense"},
)  # fmt: skip


@pytest.fixture(scope="module")
def session() -> Session:
    made = Session(pictures(*LAYERS))
    made.advance(15)
    return made


PLACES = [
    ("block1.norm1", 3, 7, 0), ("block1.conv1", 5, 0, 3), ("block1.norm2", 1, 2, 2),
    ("block1.conv2", 2, 3, 3), ("block1.shortcut.conv1", 4, 1, 3), ("block1", 5, 3, 0),
    ("block2.branch1.conv1", 1, 0, 0), ("block2.branch3.pool1", 5, 3, 3),
    ("block2.branch4.block1.conv1", 0, 2, 1), ("block2.branch4.block1", 3, 0, 2),
    ("block2", 1, 1, 1), ("block2", 2, 1, 1), ("block2", 13, 3, 2), ("block2", 19, 0, 3),
    ("pool1", 4, 3, 1), ("up1", 2, 7, 4), ("norm1", 3, 4, 6), ("pool2", 1, 0, 0),
    ("block3.dense1", 4, 0, 0), ("block3", 2, 0, 0),
]  # fmt: skip


@pytest.mark.parametrize(("layer", "channel", "y", "x"), PLACES)
def test_what_the_sources_add_is_the_answer_inside_blocks_too(
    session: Session, layer: str, channel: int, y: int, x: int
) -> None:
    answer = ask(session, "window", layer=layer, channel=channel, y=y, x=x, index=9)
    info, arrays = answer.info, answer.arrays
    np.testing.assert_allclose(arrays["products"], arrays["window"] * arrays["kernel"], rtol=1e-6)
    assert info["sum"] == pytest.approx(float(arrays["sources"].sum()), rel=1e-4, abs=1e-5)
    assert info["sum"] + info["bias"] == pytest.approx(info["answer"], rel=1e-3, abs=1e-4)
    whole = ask(session, "features", layer=layer, index=9).arrays[layer]
    spot = (channel, y, x)[: whole.ndim]
    assert info["answer"] == pytest.approx(float(whole[spot]), rel=1e-5, abs=1e-6)


def test_a_residual_block_is_its_body_and_its_shortcut_everywhere(session: Session) -> None:
    answer = ask(session, "window", layer="block1", channel=3, y=1, x=2, intermediate=True)
    assert answer.info["ways"] == ["block1.conv2", "block1.shortcut.conv1"]
    body, short = (
        ask(session, "features", layer=path).arrays[path][3] for path in answer.info["ways"]
    )
    np.testing.assert_array_equal(answer.arrays["intermediate"], [body, short])
    np.testing.assert_array_equal(answer.arrays["sources"], [body[1, 2], short[1, 2]])
    sizes = [np.sqrt((way**2).mean()) for way in (body, short)]
    np.testing.assert_allclose(answer.info["sizes"], sizes, rtol=1e-5)
    assert ask(session, "window", layer="block3").info["ways"] == ["block3.tanh1", ""]


def test_branches_beside_each_other_pass_their_maps_on(session: Session) -> None:
    answer = ask(session, "window", layer="block2", channel=9, y=1, x=1)
    assert (answer.info["takes"], answer.info["way"]) == ("same", "branch3")
    assert (answer.info["ways"], answer.info["first"]) == (["block2.branch3.pool1"], 1)


def test_what_follows_inside_a_block_is_followed(session: Session) -> None:
    answer = ask(session, "window", layer="block1.conv1", channel=1, y=1, x=1)
    assert [step["layer"] for step in answer.info["then"]] == ["block1.norm2", "block1.relu2"]


def test_an_opened_block_shows_its_own_columns(session: Session) -> None:
    closed = ask(session, "features").arrays
    assert "block1.conv2" not in closed
    opened = ask(session, "features", inside=["block1", "block2"]).arrays
    assert set(opened) - set(closed) == {
        "block1.relu1", "block1.relu2", "block1.conv2", "block1.shortcut.conv1",
        "block2.branch1.tanh1", "block2.branch3.pool1", "block2.branch4.block1",
    }  # fmt: skip
    np.testing.assert_array_equal(
        opened["block1"], opened["block1.conv2"] + opened["block1.shortcut.conv1"]
    )
    with pytest.raises(Unknown, match="block1"):
        ask(session, "features", inside=["conv1"])


@pytest.mark.parametrize(
    "layer",
    ["block1.conv1", "block1.conv2", "block1.shortcut.conv1", "block2.branch4.block1.conv1"],
)
def test_an_inner_place_sees_what_its_own_way_sees(layer: str) -> None:
    """By formula and by gradient, of a net without normalization by places."""
    plain = [
        {**layer, "body": layer["body"][2:3] + layer["body"][5:]} if "body" in layer else layer
        for layer in LAYERS[2:4]
    ]
    made = Session(pictures(CONV, *plain, {"kind": "flatten"}, {"kind": "dense"}))
    _, height, width = made.run.net.by_path[layer].y
    for y, x in ((0, 0), (height - 1, width // 2)):
        answer = ask(made, "receptive", layer=layer, y=y, x=x, over="many")
        top, bottom, left, right = answer.info["boxes"][-1]["box"]
        rows, columns = np.nonzero(answer.arrays["support"].sum(axis=0))
        assert (rows.min(), rows.max()) == (top, bottom)
        assert (columns.min(), columns.max()) == (left, right)
        path = [box["layer"] for box in answer.info["boxes"]]
        assert (path[0], path[-1]) == (layer, "input")
        assert not any("shortcut" in name for name in path[1:])


def test_fields_inside_a_block_on_the_way_are_told(session: Session) -> None:
    experiment = session.run.experiment
    outer = dict((path, field) for path, _, field in fields_of(experiment, "block2", 1, 1))
    inside = dict((path, field) for path, _, field in inner_fields(experiment, "block2", 1, 1))
    assert inside["block1.conv2"].rows == inside["block1.shortcut.conv1"].rows
    assert inside["block1.conv2"].rows == outer["block1"].rows == (0, 2)
    assert inside["block1.conv1"].rows == (-1, 3)
    assert inside["block2.branch1.conv1"].rows == (1, 1)


def test_patches_of_an_inner_map_are_pieces_of_pictures(session: Session) -> None:
    answer = ask(session, "patches", layer="block2.branch1.tanh1", channel=1, count=3)
    where, y, x = (int(v) for v in answer.arrays["where"][0])
    index = int(np.flatnonzero(session.run.prepared.test == where)[0])
    path = "block2.branch1.tanh1"
    maps = ask(session, "features", split="test", index=index, layer=path).arrays[path]
    assert maps[1, y, x] == maps[1].max() == pytest.approx(float(answer.arrays["values"][0]))
