"""Varied pictures: what each variation does to a pixel, and that chance is addressed."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest

from engine.data import ImageSet, prepare
from engine.data.augment import Augment
from engine.edits import read_edits
from engine.experiment import Experiment
from engine.registry import known
from engine.session import Session

SIZE = 500
SETS = {kind: cls for kind, cls in known("data").items() if issubclass(cls, ImageSet)}


def pictures(n: int = 6, height: int = 9, channels: int = 2, width: int = 7) -> np.ndarray:
    """n × height × channels × width, every pixel another number."""
    rng = np.random.default_rng(4)
    return rng.permutation(n * height * channels * width).reshape(
        n, height, channels, width
    ).astype(np.float32)  # fmt: skip


def varied(
    batch: np.ndarray, examples: list[int] | None = None, epoch: int = 0, **how: Any
) -> np.ndarray:
    settings = {"shift": 0, "zoom": 0.0, "flip": False, "seed": 1} | how
    out = np.full_like(batch, np.nan)
    Augment(SIZE, **settings).apply(batch, out, np.array(examples or range(len(batch))), epoch)
    return out


def moved(picture: np.ndarray, down: int, across: int) -> np.ndarray:
    """A picture moved by whole pixels; what comes in is the nearest border."""
    height, _, width = picture.shape
    rows = np.clip(np.arange(height) - down, 0, height - 1)
    columns = np.clip(np.arange(width) - across, 0, width - 1)
    return picture[rows][:, :, columns]


def test_without_variation_a_picture_stays_to_the_bit() -> None:
    batch = pictures()
    assert varied(batch).tobytes() == batch.tobytes()


def test_a_shift_moves_by_whole_pixels_and_repeats_the_border() -> None:
    batch = pictures(300)
    made = varied(batch, shift=2)
    ways = list(itertools.product(range(-2, 3), repeat=2))
    found = []
    for old, new in zip(batch, made, strict=True):
        fits = [way for way in ways if np.array_equal(moved(old, *way), new)]
        assert len(fits) == 1
        found += fits
    assert set(found) == set(ways), "each way comes"
    assert np.abs(np.mean(found, axis=0)).max() < 0.25


def test_a_flip_mirrors_half_of_the_pictures_left_for_right() -> None:
    batch = pictures(400)
    made = varied(batch, flip=True)
    same = np.array([np.array_equal(a, b) for a, b in zip(batch, made, strict=True)])
    turned = np.array([np.array_equal(a[..., ::-1], b) for a, b in zip(batch, made, strict=True)])
    assert np.array_equal(same, ~turned)
    assert turned.mean() == pytest.approx(0.5, abs=0.08)


def test_a_zoom_reads_between_the_pixels() -> None:
    batch = pictures(20)
    augment = Augment(SIZE, shift=0, zoom=0.4, flip=False, seed=1)
    made = np.empty_like(batch)
    augment.apply(batch, made, np.arange(20), 0)
    _, _, scale, _ = augment._drawn(np.arange(20), 0)
    assert 0.6 <= scale.min() < 0.8 and 1.2 < scale.max() <= 1.4

    def read(old: np.ndarray, size: int, u: int, s: float) -> list[tuple[int, float]]:
        c = (size - 1) / 2
        v = min(max(c + (u - c) / s, 0), size - 1)
        low = math.floor(v)
        return [(low, 1 - (v - low)), (min(low + 1, size - 1), v - low)]

    for i in (0, 3, 7, 19):
        old, s = batch[i].astype(float), float(scale[i])
        _, _, width = old.shape
        for y, x in ((0, 0), (4, 3), (2, 6), (8, 1)):
            wanted = sum(
                a * b * old[row, 1, column]
                for row, a in read(old, len(old), y, s)
                for column, b in read(old, width, x, s)
            )
            assert made[i, y, 1, x] == pytest.approx(wanted, rel=1e-5)


@pytest.mark.parametrize(
    "how", [{"shift": 8}, {"zoom": 0.5}, {"shift": 3, "zoom": 0.5, "flip": True}]
)
def test_no_pixel_leaves_the_range_of_its_picture_and_channel(how: dict[str, Any]) -> None:
    batch = pictures(60)
    made = varied(batch, **how)
    assert np.isfinite(made).all()
    room = 1e-5 * batch.max()
    assert (made.max(axis=(1, 3)) <= batch.max(axis=(1, 3)) + room).all()
    assert (made.min(axis=(1, 3)) >= batch.min(axis=(1, 3)) - room).all()


HOW: dict[str, Any] = {"shift": 2, "zoom": 0.2, "flip": True}


def test_what_happens_follows_from_seed_epoch_and_place_alone() -> None:
    batch = pictures(8)
    places = [3, 499, 0, 17, 18, 4, 250, 77]
    whole = varied(batch, places, 5, **HOW)
    for i, place in enumerate(places):  # in a batch of its own
        assert varied(batch[i : i + 1], [place], 5, **HOW).tobytes() == whole[i].tobytes()
    order = [5, 2, 7, 0, 1, 6, 4, 3]
    mixed = varied(np.ascontiguousarray(batch[order]), [places[i] for i in order], 5, **HOW)
    assert mixed.tobytes() == np.ascontiguousarray(whole[order]).tobytes()
    for other in ({"seed": 2}, {"epoch": 6}, {"examples": [p + 1 for p in range(8)]}):
        again = varied(batch, **({"examples": places, "epoch": 5} | HOW | other))
        assert not any(np.array_equal(a, b) for a, b in zip(again, whole, strict=True))


def test_one_augment_goes_to_and_fro_between_epochs_and_batch_sizes() -> None:
    batch = pictures(8)
    augment = Augment(SIZE, seed=1, **HOW)
    first, between, again = (np.empty_like(batch) for _ in range(3))
    augment.apply(batch, first, np.arange(8), 0)
    augment.apply(batch[:3], between[:3], np.arange(3), 1)
    augment.apply(batch, again, np.arange(8), 0)
    assert again.tobytes() == first.tobytes()


@pytest.mark.parametrize("kind", SETS)
def test_variations_share_the_prepared_pictures(kind: str) -> None:
    plain = prepare(SETS[kind](), None, 1)
    some = prepare(SETS[kind](shift=1, flip=True), None, 1)
    assert some.rows.base is plain.rows.base and some.data != plain.data
    assert plain.augment(3) is None and some.augment(3) is not None
    assert some.test is plain.test


def experiment(augment: int | None = None, extra: tuple[Any, ...] = (), **data: Any) -> Experiment:
    return Experiment.from_json(
        {
            "format": 1,
            "seed": 4,
            "seeds": {} if augment is None else {"augment": augment},
            "data": {"kind": "digits8", **data},
            "model": {
                "input": {"kind": "image"},
                "layers": [*extra, {"kind": "flatten"}, {"kind": "dense"}],
            },
            "training": {
                "loss": {"kind": "softmax_cross_entropy"},
                "learner": {
                    "kind": "descent",
                    "batch": 100,
                    "optimizer": {"kind": "sgd", "learning_rate": 0.05},
                },
            },
        }
    )


def seen(session: Session) -> np.ndarray:
    """The inputs of the recorded batch."""
    assert session.run.stepper.recording is not None
    return session.run.stepper.recording.x.copy()


def test_training_sees_varied_pictures_and_nobody_else_does() -> None:
    session = Session(experiment(shift=1, flip=True))
    session.advance(3)
    where = session.run.stepper.recorded()  # type: ignore[attr-defined]
    plain = session.run.prepared.pick(where)
    assert seen(session).shape == plain.shape
    changed = (seen(session) != plain).any(axis=(0, 1, 2))
    assert changed.mean() > 0.8
    raw = session.run.prepared.raw[:5]
    other = Session(experiment())
    other.run.theta.vector[:] = session.run.theta.vector
    assert np.array_equal(session.predict(raw)["outputs"], other.predict(raw)["outputs"])


def test_a_layer_more_and_a_seek_leave_the_variations_as_they_were() -> None:
    one, two = Session(experiment(**HOW)), Session(experiment(extra=({"kind": "relu"},), **HOW))
    for session in (one, two):
        session.advance(20)  # into the second epoch
        assert session.run.stepper.epoch == 1
    assert seen(one).tobytes() == seen(two).tobytes()
    last, theta = seen(one), one.run.theta.vector.copy()
    one.advance(13)
    one.seek(20)
    assert seen(one).tobytes() == last.tobytes()
    assert one.run.theta.vector.tobytes() == theta.tobytes()


def test_the_seed_of_augment_decides_and_only_over_the_variations() -> None:
    sessions = [Session(experiment(seed, shift=2)) for seed in (None, 4, 5)]
    for session in sessions:
        session.advance(2)
    batches = [seen(session) for session in sessions]
    assert batches[0].tobytes() == batches[1].tobytes() != batches[2].tobytes()
    orders = [session.run.stepper.order for session in sessions]  # type: ignore[attr-defined]
    assert np.array_equal(orders[0], orders[2])


def test_a_variation_can_be_turned_while_training_and_is_replayed() -> None:
    session = Session(experiment())
    session.advance(5)
    session.edit(read_edits([{"kind": "set", "path": "/data/shift", "value": 2}]))
    session.advance(12)
    theta = session.run.theta.vector.copy()
    assert session.now.data.shift == 2  # type: ignore[attr-defined]
    session.seek(3)
    session.seek(17)
    assert session.run.theta.vector.tobytes() == theta.tobytes()
    calm = Session(experiment())
    calm.advance(17)
    assert calm.run.theta.vector.tobytes() != theta.tobytes()
