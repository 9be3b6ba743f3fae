"""The files of the datasets are those their sources name, and hold what is said of them."""

from __future__ import annotations

import hashlib
import re

import numpy as np
import pytest

from engine.data.digits import Digits8, Digits28
from engine.data.emoji import Emoji32
from engine.data.opened import FILES, opened
from engine.data.photographed import Fashion28, Textures32
from engine.data.photographs import PHOTOGRAPHS, photograph
from engine.errors import Unknown

SOURCES = (FILES / "SOURCES.md").read_text(encoding="utf-8")
HASHES = dict(re.findall(r"^- `(\w+\.npz)`: `([0-9a-f]{64})`$", SOURCES, re.MULTILINE))
SCRIPTS = FILES.parents[2] / "tests" / "data"


def test_every_file_has_a_source() -> None:
    files = {file.name for file in FILES.glob("*")} - {"SOURCES.md"}
    assert files == HASHES.keys()
    for name in files:
        row = next(line for line in SOURCES.splitlines() if line.startswith(f"| `{name}`"))
        script = re.search(r"`tests/data/(\w+\.py)`", row)
        assert script is not None and (SCRIPTS / script[1]).exists()


@pytest.mark.parametrize("name", HASHES)
def test_a_file_is_the_one_its_sources_name(name: str) -> None:
    assert hashlib.sha256((FILES / name).read_bytes()).hexdigest() == HASHES[name]


@pytest.mark.parametrize("name", HASHES)
def test_no_data_file_needs_pickle(name: str) -> None:
    with np.load(FILES / name, allow_pickle=False) as kept:
        assert all(kept[key].dtype.kind in "uif" for key in kept.files)


def test_digits8_is_the_table_of_uci() -> None:
    made = Digits8().make(0)
    assert np.bincount(made.targets).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    # The first row of the table, a zero: 0,0,5,13,9,1,0,0 …
    sixteenths = made.inputs[0, 0].astype(float) * 16 / 255
    assert np.abs(sixteenths - np.round(sixteenths)).max() < 0.032
    assert np.round(sixteenths[0]).tolist() == [0, 0, 5, 13, 9, 1, 0, 0]
    assert np.unique(made.inputs).tolist() == [round(v * 255 / 16) for v in range(17)]


def test_all_files_together_stay_small() -> None:
    assert sum(file.stat().st_size for file in FILES.glob("*")) < 10 * 10**6


@pytest.mark.parametrize("count", [50, 500, 10_000])
def test_digits28_keeps_the_split_of_mnist_and_its_balance(count: int) -> None:
    data = Digits28(count=count)
    made = data.make(0)
    assert made.test is not None
    for part, size in ((~made.test, data.training_size), (made.test, count - data.training_size)):
        assert np.bincount(made.targets[part]).tolist() == [size // 10] * 10
    assert np.array_equal(made.inputs, Digits28().make(0).inputs[:count]), "fewer: the first"


def test_digits28_is_centred_by_mass_as_mnist_is() -> None:
    pictures = Digits28().make(0).inputs[:, 0].astype(float)
    mass = pictures.sum(axis=(1, 2))
    for axis in (1, 2):
        middle = (pictures.sum(axis=3 - axis) @ np.arange(28)) / mass
        assert np.abs(middle - 14).max() < 0.52, "moved by whole pixels to the 15th"
    # A box of 20 × 20, whatever the digit.
    assert ((pictures > 0).any(axis=2).sum(axis=1)).max() <= 20
    assert ((pictures > 0).any(axis=1).sum(axis=1)).max() <= 20


def test_no_test_digit_is_a_training_digit() -> None:
    made = Digits28().make(0)
    assert made.test is not None
    seen = {picture.tobytes() for picture in made.inputs}
    assert len(seen) == len(made.inputs)


@pytest.mark.parametrize("count", [50, 1000, 6000])
def test_fashion28_is_balanced(count: int) -> None:
    made = Fashion28(count=count).make(0)
    assert np.bincount(made.targets).tolist() == [count // 10] * 10


def test_trousers_are_narrow_and_bags_are_wide() -> None:
    """That the names stand in the order of the labels."""
    made = Fashion28().make(0)
    lit = made.inputs[:, 0] > 40
    names = Fashion28().class_names
    wide, high = (
        {name: np.median(size[made.targets == k]) for k, name in enumerate(names)}
        for size in (lit.any(axis=1).sum(axis=1), lit.any(axis=2).sum(axis=1))
    )
    assert sorted(names, key=lambda name: wide[name])[:2] == ["trousers", "dress"]
    assert sorted(names, key=lambda name: high[name])[:3] == ["trainer", "sandal", "boot"]
    assert {name for name in names if wide[name] > 25} == {"sandal", "trainer", "bag", "boot"}


@pytest.mark.parametrize("train_on", ["noto", "twemoji", "both"])
@pytest.mark.parametrize("test_on", ["noto", "twemoji", "both"])
def test_emoji_of_the_test_are_of_no_artist_in_training(train_on: str, test_on: str) -> None:
    data = Emoji32.from_json({"train_on": train_on, "test_on": test_on})
    made, kept = data.make(0), opened("emoji32")
    assert made.test is not None
    artists = {"noto": [0], "twemoji": [1], "both": [0, 1]}
    for part, name, side in ((~made.test, train_on, 0), (made.test, test_on, 1)):
        own = kept["test"] == side
        each = len(artists[name])
        for i, a in enumerate(artists[name]):
            assert np.array_equal(made.inputs[part][i::each], kept["pictures"][a, own])
        counts = np.bincount(made.targets[part], minlength=10)
        assert np.array_equal(counts, each * np.bincount(kept["targets"][own]))
        assert counts.min() >= 8


def test_emoji_of_one_kind_stand_on_one_side_whoever_does_it() -> None:
    kept = opened("emoji32")
    people = [0x1F468, 0x1F469, 0x1F9D1, 0x200D, 0x2640, 0x2642, 0xFE0F, 0]
    sides: dict[tuple[int, ...], set[int]] = {}
    for codes, test in zip(kept["codes"].tolist(), kept["test"].tolist(), strict=True):
        kind = tuple(code for code in codes if code not in people) or tuple(codes)
        sides.setdefault(kind, set()).add(test)
    assert all(len(side) == 1 for side in sides.values())
    assert len({tuple(codes) for codes in kept["codes"].tolist()}) == Emoji32.EMOJI
    assert kept["test"].sum() == Emoji32.TESTED


def test_emoji_have_the_colours_and_classes_they_should() -> None:
    kept = opened("emoji32")
    codes = kept["codes"][:, 0].tolist()
    names = Emoji32().class_names
    # 🤔 face, 🌹 plant, 🚕 transport, 👖 clothing, 🐼 animal.
    for code, name in ((0x1F914, "face"), (0x1F339, "plant"), (0x1F695, "transport"),
                       (0x1F456, "clothing"), (0x1F43C, "animal")):  # fmt: skip
        assert names[kept["targets"][codes.index(code)]] == name
    for a in (0, 1):
        rose = kept["pictures"][a, codes.index(0x1F339), :, :16].astype(int)
        inked = kept["opacity"][a, codes.index(0x1F339), :16] == 255
        red, green, blue = (channel[inked].mean() for channel in rose)
        assert red > 150 and green < 80 and blue < 80
    clear = kept["opacity"] == 0
    assert all((kept["pictures"][:, :, c][clear] >= 254).all() for c in range(3)), "on white"


def test_textures_are_split_by_halves_of_the_photograph_and_balanced() -> None:
    made = Textures32().make(0)
    assert made.test is not None
    for part in (made.test, ~made.test):
        assert np.bincount(made.targets[part]).tolist() == [128, 128, 128]
    for k in range(3):
        own = np.flatnonzero(made.targets == k)
        patches = made.inputs[own, 0].reshape(16, 16, 32, 32).astype(int)
        assert made.test[own].reshape(16, 16).all(axis=0).tolist() == [False] * 8 + [True] * 8
        # In rows of 16 they make the photograph again; in another order their borders are edges.
        borders = [
            np.abs(some[:, :-1, :, 31] - some[:, 1:, :, 0]).mean()
            for some in (patches, patches[:, ::-1])
        ]
        assert borders[0] < borders[1] / 2


@pytest.mark.parametrize("name", PHOTOGRAPHS)
def test_a_photograph_is_of_bytes_and_has_a_credit(name: str) -> None:
    pixels = photograph(name)
    assert pixels.dtype == np.uint8 and not pixels.flags.writeable
    assert max(pixels.shape[:2]) == 320 and pixels.shape[2] in (1, 3)
    assert pixels.std() > 20
    assert PHOTOGRAPHS[name].endswith(".") and name in SOURCES


def test_another_photograph_is_refused() -> None:
    with pytest.raises(Unknown) as caught:
        photograph("lena")
    assert caught.value.known == sorted(PHOTOGRAPHS)
    with np.load(FILES / "photographs.npz") as kept:
        assert set(kept.files) == set(PHOTOGRAPHS)
