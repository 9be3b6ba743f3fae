"""F2, the filter lab: image ∗ kernel equals a reference, and is what a net's convolution does."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view

from engine.catalog import default
from engine.data.photographs import PHOTOGRAPHS
from engine.errors import Invalid, NotNow
from engine.experiment import Experiment
from engine.probes import Answer, read_probe
from engine.session import Session

SOBEL = [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]
LAPLACIAN = [[0, 1, 0], [1, -4, 1], [0, 1, 0]]


@pytest.fixture(scope="module")
def session() -> Session:
    return Session(
        Experiment.from_json(
            {
                "format": 1, "seed": 4, "data": {"kind": "emoji32"},
                "model": {
                    "input": {"kind": "image"}, "layers": [{"kind": "flatten"}, {"kind": "dense"}]
                },
                "training": {
                    "loss": {"kind": "softmax_cross_entropy"},
                    "learner": {"kind": "descent", "optimizer": {"kind": "sgd"}},
                },
            }
        )
    )  # fmt: skip


def under(session: Session, kernel: Any, **query: Any) -> Answer:
    numbers = [float(v) for v in np.ravel(kernel)]
    return session.probe(read_probe("filtered", {"kernel": numbers, **query}))


def correlated(picture: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """The sum written out, zeros around the picture."""
    side = len(kernel)
    before = (side - 1) // 2
    padded = np.pad(picture.astype(float) / 255, [(before, side - 1 - before)] * 2)
    return np.einsum("ijab,ab->ij", sliding_window_view(padded, (side, side)), kernel)


@pytest.mark.parametrize("side", range(1, 8))
@pytest.mark.parametrize("photograph", ["coins", "china"])
def test_a_filtered_photograph_equals_a_reference(
    session: Session, side: int, photograph: str
) -> None:
    kernel = np.random.default_rng(side).normal(size=(side, side))
    found = under(session, kernel, photograph=photograph).arrays
    assert max(found["picture"].shape) == 160
    np.testing.assert_allclose(
        found["filtered"], correlated(found["picture"], kernel), rtol=1e-4, atol=1e-4
    )


@pytest.mark.parametrize("side", [3, 5])
def test_turned_by_180_degrees_it_is_the_convolution_of_mathematics(
    session: Session, side: int
) -> None:
    """By the convolution theorem: products of the spectra."""
    kernel = np.random.default_rng(side).normal(size=(side, side))
    found = under(session, kernel, photograph="camera", flip=True).arrays
    height, width = found["picture"].shape
    room = (height + side - 1, width + side - 1)
    spectra = [np.fft.rfft2(a, room) for a in (found["picture"] / 255, kernel)]
    full = np.fft.irfft2(spectra[0] * spectra[1], room)
    middle = side // 2
    same = full[middle : middle + height, middle : middle + width]
    np.testing.assert_allclose(found["filtered"], same, rtol=1e-4, atol=1e-4)
    plain = under(session, kernel, photograph="camera").arrays["filtered"]
    assert abs(plain - same).max() > 0.1
    turned = under(session, kernel[::-1, ::-1], photograph="camera").arrays["filtered"]
    np.testing.assert_array_equal(turned, found["filtered"])


def test_what_kernels_are_known_for(session: Session) -> None:
    edge = np.zeros((24, 24))
    edge[:, 12:] = 255
    drawing = [float(v) for v in edge.ravel()]
    upright = under(session, SOBEL, drawing=drawing)
    inside = upright.arrays["filtered"][4:-4, 4:-4]
    columns = np.flatnonzero(abs(inside).max(axis=0) > 1)
    # The picture is prepared as the data's (32 × 32): the edge is at 16.
    assert {11, 12} >= set(columns) != set()
    across = under(session, np.transpose(SOBEL), drawing=drawing).arrays["filtered"]
    assert abs(across[4:-4, 4:-4]).max() < 1e-4
    ramp = np.repeat(np.linspace(0, 255, 32)[None], 32, axis=0)
    flat = under(session, LAPLACIAN, drawing=[float(v) for v in ramp.ravel()])
    assert abs(flat.arrays["filtered"][2:-2, 2:-2]).max() < 2.5 / 255  # but for the rounding
    blur = under(session, np.full((5, 5), 1 / 25), photograph="coins").arrays
    plain = blur["picture"][8:-8, 8:-8] / 255
    soft = blur["filtered"][8:-8, 8:-8]
    assert soft.mean() == pytest.approx(plain.mean(), abs=0.01)
    assert soft.std() < plain.std()


def test_the_weighted_sum_of_a_place_is_its_answer(session: Session) -> None:
    for y, x in ((0, 0), (31, 7), (16, 16)):
        found = under(session, SOBEL, split="test", index=3, y=y, x=x)
        arrays = found.arrays
        np.testing.assert_allclose(arrays["products"], arrays["window"] * arrays["kernel"])
        assert found.info["sum"] == pytest.approx(found.info["answer"], abs=1e-5)
        assert found.info["answer"] == pytest.approx(float(arrays["filtered"][y, x]))
        assert found.info["rows"] == [y - 1, y, y + 1]
    colours = session.run.prepared.raw[session.run.prepared.test[3]].astype(float)
    bright = np.rint(np.einsum("c,chw->hw", [0.299, 0.587, 0.114], colours))
    np.testing.assert_array_equal(arrays["picture"], bright)


def test_every_photograph_says_whom_to_thank(session: Session) -> None:
    for name, says in PHOTOGRAPHS.items():
        assert under(session, [1], photograph=name).info["says"] == says


def test_what_is_no_kernel_or_no_picture_is_refused(session: Session) -> None:
    with pytest.raises(Invalid, match="not 5") as refused:
        under(session, [1.0] * 5, photograph="coins")
    assert refused.value.pointer == "/kernel"
    with pytest.raises(Invalid, match="“y” is at most 31") as refused:
        under(session, [1.0], y=32)
    assert refused.value.pointer == "/y"
    points = Session(default())
    assert under(points, [1.0], photograph="coins").arrays["picture"].size
    with pytest.raises(NotNow, match="no pictures"):
        under(points, [1.0])
