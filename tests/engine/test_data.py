"""Every registered dataset: what it says of itself, and that it is a pure function of its value."""

from __future__ import annotations

import json

import numpy as np
import pytest

from engine.data import Dataset, ImageSet, PlaneSet, prepare
from engine.data.prepare import _made
from engine.errors import Invalid, Unknown
from engine.registry import find, known
from engine.schema import schema
from engine.spec import fields

SETS: dict[str, type[Dataset]] = known("data")
PLANE = {kind: cls for kind, cls in SETS.items() if issubclass(cls, PlaneSet)}

# The 8th point and its target at seed 1, noise 0.1: a link must show the same points next year.
EIGHTH = {
    "circle": (0.0325618279, -2.1407178623, 1),
    "xor": (3.8638619687, -0.3242067221, 0),
    "gaussians": (2.9803740125, -0.2959364767, 1),
    "spiral": (0.0577261457, 0.0906274244, 1),
    "moons": (4.4682912717, -1.1868407620, 1),
    "spirals": (0.1058567534, -0.0277557583, 1),
    "blobs": (4.4444756276, -4.2959364767, 1),
    "rings": (0.1133132006, -4.4473864061, 1),
    "checkerboard": (-3.9063559463, -0.2203336466, 1),
    "canvas": (-3.3901983164, -3.6994057233, 1),
    "reg_plane": (4.2766343625, -0.0290480666, 0.4619930470),
    "reg_gauss": (4.2766343625, -0.0290480666, 0.0000000000),
}

every_set = pytest.mark.parametrize("kind", SETS)
every_plane_set = pytest.mark.parametrize("kind", PLANE)


def test_the_tiles_stand_in_this_order() -> None:
    assert list(SETS) == (
        "circle xor gaussians spiral moons spirals blobs rings checkerboard iris penguins wine "
        "reg_plane reg_gauss canvas "
        "digits8 digits28 fashion28 textures32 emoji32 shapes far_pixels".split()
    )


@every_set
def test_a_set_says_what_it_is(kind: str) -> None:
    cls = SETS[kind]
    assert 2 <= len(cls.title.split()) <= 3
    for sentence in ((cls.__doc__ or "").splitlines()[0], cls.noise_says):
        assert sentence[0].isupper() and sentence.endswith("."), sentence
    assert schema(cls)["properties"]["kind"] == {"const": kind}
    assert all(field.says for field in fields(cls))


def test_titles_are_different() -> None:
    assert len({cls.title for cls in SETS.values()}) == len(SETS)


@every_set
def test_a_set_knows_its_shape_without_making_data(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = SETS[kind]()
    samples = data.make(3)
    monkeypatch.setattr(SETS[kind], "make", lambda self, seed: pytest.fail("data were made"))
    one = data.shape if isinstance(data, ImageSet) else (len(data.columns),)
    assert samples.inputs.shape == (data.size, *one)
    assert samples.targets.shape == (data.size,)
    assert len(data.class_names) == data.classes
    if data.classes:
        assert samples.targets.dtype == np.int64
        assert set(samples.targets) == set(range(data.classes))
    else:
        assert samples.targets.dtype == np.float64


@every_set
def test_the_same_seed_gives_the_same_points(kind: str) -> None:
    data = SETS[kind]()
    once, again = data.make(5), data.make(5)
    assert np.array_equal(once.inputs, again.inputs)
    assert np.array_equal(once.targets, again.targets)


@pytest.mark.parametrize("kind", sorted(set(PLANE) - {"spiral", "spirals"}))
def test_another_seed_gives_other_points(kind: str) -> None:
    data = SETS[kind]()
    assert not np.isin(data.make(5).inputs, data.make(6).inputs).any()


@pytest.mark.parametrize("kind", ["spiral", "spirals"])
def test_another_seed_moves_a_spiral_only_by_its_noise(kind: str) -> None:
    calm, noisy = SETS[kind](), SETS[kind].from_json({"noise": 0.1})
    assert np.array_equal(calm.make(5).inputs, calm.make(6).inputs)
    assert not np.isin(noisy.make(5).inputs, noisy.make(6).inputs).any()


@every_plane_set
def test_the_points_of_a_seed_never_change(kind: str) -> None:
    count = max(8, PLANE[kind]().count)
    made = PLANE[kind].from_json({"noise": 0.1, "count": count}).make(1)
    x1, x2, target = EIGHTH[kind]
    assert made.inputs[7] == pytest.approx((x1, x2), abs=1e-9)
    assert made.targets[7] == pytest.approx(target, abs=1e-9)


@every_set
def test_a_set_goes_to_json_and_back(kind: str) -> None:
    share = {} if SETS[kind].own_split else {"test_share": 0.25}
    data = SETS[kind].from_json({**share, "standardize": False})
    document = json.loads(json.dumps(data.to_json()))
    assert document["kind"] == kind
    assert find("data", kind).from_json(document) == data


@pytest.mark.parametrize(
    ("kind", "document", "pointer", "limit"),
    [
        ("circle", {"count": 3}, "/count", 4),
        ("circle", {"count": 5001}, "/count", 5000),
        ("circle", {"count": 10.5}, "/count", None),
        ("xor", {"noise": -0.1}, "/noise", 0),
        ("xor", {"noise": 1.1}, "/noise", 1),
        ("moons", {"test_share": 0}, "/test_share", 0),
        ("moons", {"test_share": 1}, "/test_share", 1),
        ("reg_plane", {"standardize": 1}, "/standardize", None),
        ("spirals", {"classes": 2}, "/classes", 3),
        ("blobs", {"classes": 7}, "/classes", 6),
        ("rings", {"rings": 7}, "/rings", 6),
        ("checkerboard", {"squares": 10}, "/squares", 8),
        ("checkerboard", {"squares": 5}, "/squares", None),
    ],
)
def test_a_wrong_value_is_answered_with_place_and_limit(
    kind: str, document: dict[str, object], pointer: str, limit: float | None
) -> None:
    with pytest.raises(Invalid) as caught:
        SETS[kind].from_json(document)
    assert caught.value.pointer == pointer
    assert caught.value.limit == limit
    assert caught.value.detail.endswith(".")


@pytest.mark.parametrize("name", ["count", "noise"])
def test_iris_has_neither_count_nor_noise(name: str) -> None:
    with pytest.raises(Unknown) as caught:
        SETS["iris"].from_json({name: 0.5})
    assert caught.value.pointer == f"/{name}"
    assert caught.value.known == ["erased", "standardize", "test_share"]


@every_set
def test_noise_acts_now_and_the_rest_says_when(kind: str) -> None:
    live = {field.name: field.live for field in fields(SETS[kind])}
    wanted = {
        "count": "next_epoch",
        "noise": "now",
        "test_share": "next_epoch",
        "standardize": "reset",
        "classes": "reset",
        "rings": "reset",
        "squares": "reset",
        "side": "reset",
        "distance": "reset",
        "painted": "now",
        "erased": "now",
        "shift": "now",
        "zoom": "now",
        "flip": "now",
        "train_on": "reset",
        "test_on": "reset",
    }
    assert live == {name: wanted[name] for name in live}


@every_set
def test_preparing_again_gives_the_same_bits(kind: str) -> None:
    data = SETS[kind]()
    once = prepare(data, None, 9)
    assert prepare(data, None, 9) is once, "sessions of a class share one copy"
    assert len(once.train) == data.training_size
    again = _made(data, None, 9)
    assert once.inputs.tobytes() == again.inputs.tobytes()
    assert np.array_equal(once.test, again.test)
