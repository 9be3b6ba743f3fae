"""The formulas of the plane sets, said a second time, and what noise does to them."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.data import PlaneSet, Samples
from engine.registry import known

PLANE: dict[str, type[PlaneSet]] = {
    kind: cls for kind, cls in known("data").items() if issubclass(cls, PlaneSet)
}
MANY = 5000


def drawn(kind: str, seed: int = 1, **settings: object) -> Samples:
    return PLANE[kind].from_json({"count": MANY, **settings}).make(seed)


def clock(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Angle clockwise from the top, 0 … 2π."""
    return np.arctan2(points[:, 0], points[:, 1]) % (2 * math.pi)


def test_circle_is_a_disk_in_a_ring() -> None:
    made = drawn("circle")
    r = np.hypot(*made.inputs.T)
    assert np.array_equal(made.targets, r < 2.5)
    disk, ring = r[made.targets == 1], r[made.targets == 0]
    assert ring.min() >= 3.5 and ring.max() < 5
    # Uniform in the radius, not in the area.
    assert np.median(disk) == pytest.approx(1.25, abs=0.06)
    assert np.median(ring) == pytest.approx(4.25, abs=0.04)
    assert np.mean(clock(made.inputs) < math.pi / 2) == pytest.approx(0.25, abs=0.02)


def test_xor_is_the_sign_of_the_product() -> None:
    made = drawn("xor")
    assert np.array_equal(made.targets, made.inputs.prod(axis=1) > 0)
    far = np.abs(made.inputs)
    assert far.min() >= 0.3 and far.max() < 5.3
    assert far.mean() == pytest.approx(2.8, abs=0.05)


@pytest.mark.parametrize(("noise", "variance"), [(0.0, 0.5), (0.25, 2.25), (0.5, 4.0), (1.0, 7.5)])
def test_gaussians_have_the_variance_of_the_formula(noise: float, variance: float) -> None:
    made = drawn("gaussians", noise=noise)
    for k, centre in ((1, 2.0), (0, -2.0)):
        own = made.inputs[made.targets == k]
        assert own.mean() == pytest.approx(centre, abs=4 * math.sqrt(variance / MANY))
        assert own.var() == pytest.approx(variance, rel=0.07)


def test_gaussians_without_noise_are_parted_by_a_line() -> None:
    made = drawn("gaussians")
    assert np.mean((made.inputs.sum(axis=1) > 0) == made.targets) > 0.999


def test_spiral_is_the_loop_of_the_original() -> None:
    n, wanted = 250, []
    for delta, label in ((0.0, 1), (math.pi, 0)):
        for i in range(n):
            r, t = i / n * 5, 1.75 * i / n * 2 * math.pi + delta
            wanted.append((r * math.sin(t), r * math.cos(t), label))
    made = drawn("spiral", count=2 * n)
    ours = np.column_stack([made.inputs, made.targets])
    order = np.lexsort(np.round(ours, 6).T)
    other = np.lexsort(np.round(np.array(wanted), 6).T)
    assert ours[order] == pytest.approx(np.array(wanted)[other], abs=1e-12)


def test_moons_are_two_half_circles() -> None:
    made = drawn("moons")
    for k, centre, side in ((0, (-1.5, -0.75), 1), (1, (1.5, 0.75), -1)):
        gap = made.inputs[made.targets == k] - centre
        assert np.hypot(*gap.T) == pytest.approx(np.full(len(gap), 3.0))
        assert np.all(side * gap[:, 1] >= -1e-12)
    assert np.all(made.inputs.max(axis=0) <= (4.5, 2.25))
    assert np.all(made.inputs.min(axis=0) >= (-4.5, -2.25))


@pytest.mark.parametrize("classes", [3, 4, 6])
def test_each_arm_of_the_spirals_is_the_first_one_turned(classes: int) -> None:
    made = drawn("spirals", classes=classes, count=100 * classes)
    arms = [made.inputs[made.targets == k] for k in range(classes)]
    for k, arm in enumerate(arms):
        assert np.hypot(*arm.T) == pytest.approx(np.linspace(0, 5, 100, endpoint=False))
        turned = (clock(arm) - clock(arms[0]))[1:] / (2 * math.pi) % 1
        assert turned == pytest.approx(np.full(99, k / classes))
    along = np.unwrap(clock(arms[0])[1:])
    assert (along[-1] - along[0]) / (2 * math.pi) == pytest.approx(3.5 / classes * 98 / 100)


@pytest.mark.parametrize("classes", [3, 4, 6])
def test_blobs_stand_on_a_circle(classes: int) -> None:
    made = drawn("blobs", classes=classes, noise=0.1)
    angles = 2 * math.pi * np.arange(classes) / classes
    centres = 4 * np.column_stack([np.sin(angles), np.cos(angles)])
    for k in range(classes):
        own = made.inputs[made.targets == k]
        assert own.mean(axis=0) == pytest.approx(centres[k], abs=0.15)
    gap = made.inputs - centres[made.targets]
    assert gap.var(axis=0) == pytest.approx(np.full(2, 1.2), rel=0.07)
    calm = drawn("blobs", classes=classes)
    nearest = np.hypot(*(calm.inputs[:, None] - centres).transpose(2, 0, 1)).argmin(axis=1)
    assert np.mean(nearest == calm.targets) > 0.99


@pytest.mark.parametrize("rings", [2, 3, 6])
def test_rings_take_turns_from_a_disk_in_the_middle(rings: int) -> None:
    made = drawn("rings", rings=rings)
    r = np.hypot(*made.inputs.T) * rings / 5
    which = np.floor(r)
    assert np.array_equal(made.targets, which % 2 == 0)
    assert set(which) == set(range(rings))
    for ring in range(rings):
        own = r[which == ring] - ring
        low = 0.08 if ring else 0.0
        assert low <= own.min() < low + 0.02 and 0.9 < own.max() <= 0.92
        assert np.median(own) == pytest.approx((low + 0.92) / 2, abs=0.05)
        # As many rings as its class has share the class's half of the points.
        of_class = (rings + 1) // 2 if ring % 2 == 0 else rings // 2
        assert len(own) / MANY == pytest.approx(0.5 / of_class, abs=0.03)
    assert np.mean(clock(made.inputs) < math.pi / 2) == pytest.approx(0.25, abs=0.02)


@pytest.mark.parametrize("squares", [2, 4, 8])
def test_checkerboard_is_the_parity_of_the_square(squares: int) -> None:
    made = drawn("checkerboard", squares=squares)
    at = (made.inputs + 5) * squares / 10
    square = np.floor(at)
    assert np.array_equal(made.targets, square.sum(axis=1) % 2)
    inside = at - square
    assert 0.08 <= inside.min() < 0.09 and 0.91 < inside.max() <= 0.92
    counts = np.unique(square, axis=0, return_counts=True)[1]
    assert len(counts) == squares**2
    wanted = MANY / squares**2
    assert np.abs(counts - wanted).max() < 5 * math.sqrt(wanted)


def test_reg_plane_is_a_tilted_plane() -> None:
    made = drawn("reg_plane")
    assert made.targets == pytest.approx((made.inputs[:, 0] + made.inputs[:, 1]) / 10)
    assert np.abs(made.inputs).max() < 6
    assert np.abs(made.inputs).mean() == pytest.approx(3, abs=0.06)


def test_reg_gauss_is_the_loop_of_the_original() -> None:
    hills = [(-4, 2.5, 1), (0, 2.5, -1), (4, 2.5, 1), (-4, -2.5, -1), (0, -2.5, 1), (4, -2.5, -1)]
    made = drawn("reg_gauss", count=1000)
    for (x, y), target in zip(made.inputs, made.targets, strict=True):
        label = 0.0
        for cx, cy, sign in hills:
            new = sign * max(0.0, 1 - math.dist((x, y), (cx, cy)) / 2)
            if abs(new) > abs(label):
                label = new
        assert target == pytest.approx(label, abs=1e-12)
    assert made.targets.min() < -0.9 and made.targets.max() > 0.9


@pytest.mark.parametrize("kind", ["circle", "xor", "checkerboard", "reg_plane", "reg_gauss"])
def test_noise_leaves_the_drawn_point_where_the_formula_says_so(kind: str) -> None:
    calm, noisy = drawn(kind), drawn(kind, noise=0.4)
    assert np.array_equal(calm.inputs, noisy.inputs)
    assert np.mean(calm.targets != noisy.targets) > 0.1


@pytest.mark.parametrize("kind", ["spiral", "moons", "spirals", "rings"])
def test_noise_moves_each_point_along_a_line_of_its_own(kind: str) -> None:
    calm, some, more = (drawn(kind, noise=noise) for noise in (0.0, 0.2, 0.6))
    assert more.inputs - calm.inputs == pytest.approx(3 * (some.inputs - calm.inputs))
    assert np.array_equal(calm.targets, more.targets)
    directions = some.inputs - calm.inputs
    assert len(np.unique(np.round(directions, 9), axis=0)) == MANY


@pytest.mark.parametrize(
    ("kind", "deviation"), [("spiral", 3**-0.5), ("rings", 3**-0.5), ("moons", 3.0)]
)
def test_noise_has_the_size_of_the_formula(kind: str, deviation: float) -> None:
    moved = drawn(kind, noise=0.2).inputs - drawn(kind).inputs
    assert moved.mean() == pytest.approx(0, abs=0.02)
    assert moved.std() == pytest.approx(0.2 * deviation, rel=0.03)


@pytest.mark.parametrize("kind", ["gaussians", "blobs"])
def test_noise_widens_a_cloud_around_its_centre(kind: str) -> None:
    a, b, c = (drawn(kind, noise=noise).inputs for noise in (0.0, 0.5, 1.0))
    # Deviations 0.5^½, 4^½, 7.5^½ times the same numbers: three points on one line.
    assert (b - a) / (2 - 0.5**0.5) == pytest.approx((c - a) / (7.5**0.5 - 0.5**0.5))


def test_noise_reads_the_plane_elsewhere_and_scales() -> None:
    calm, some, more = (drawn("reg_plane", noise=noise) for noise in (0.0, 0.1, 0.3))
    moved = some.targets - calm.targets
    assert more.targets - calm.targets == pytest.approx(3 * moved)
    # The sum of two U(−0.6, 0.6), over 10.
    assert moved.std() == pytest.approx(0.06 * math.sqrt(2 / 3), rel=0.05)


@pytest.mark.parametrize("kind", ["circle", "xor"])
def test_noise_flips_as_many_labels_as_chance_would(kind: str) -> None:
    chance, flips = random.Random(4), 0
    calm, noisy = drawn(kind), drawn(kind, noise=0.3)
    for (x, y), label in zip(calm.inputs, calm.targets, strict=True):
        x, y = x + chance.uniform(-5, 5) * 0.3, y + chance.uniform(-5, 5) * 0.3
        flips += label != (math.hypot(x, y) < 2.5 if kind == "circle" else x * y >= 0)
    assert np.mean(calm.targets != noisy.targets) == pytest.approx(flips / MANY, abs=0.02)
    # Near the border only: no chance moves a point further than 1.5 each way.
    far = np.abs(np.hypot(*calm.inputs.T) - 2.5) > 1.5 * math.sqrt(2)
    if kind == "xor":
        far = np.abs(calm.inputs).min(axis=1) > 1.5
    assert far.sum() > 100
    assert np.array_equal(calm.targets[far], noisy.targets[far])


@pytest.mark.parametrize("kind", sorted(set(PLANE) - {"spiral", "spirals"}))
def test_more_points_leave_the_old_ones_alone(kind: str) -> None:
    few, more = drawn(kind, count=101, noise=0.2), drawn(kind, count=400, noise=0.2)
    assert np.array_equal(few.inputs, more.inputs[:101])
    assert np.array_equal(few.targets, more.targets[:101])


@pytest.mark.parametrize("kind", ["spiral", "spirals"])
def test_more_points_leave_the_noise_of_a_spiral_alone(kind: str) -> None:
    # The places are i/n of the arm, so they depend on n; what chance adds does not.
    def moved(count: int) -> NDArray[np.float64]:
        calm, noisy = drawn(kind, count=count), drawn(kind, count=count, noise=0.5)
        return noisy.inputs - calm.inputs

    assert moved(102) == pytest.approx(moved(400)[:102])


@pytest.mark.parametrize("count", [4, 5, 400, 401])
@pytest.mark.parametrize("kind", sorted(set(PLANE) - {"xor", "reg_plane", "reg_gauss"}))
def test_classes_are_balanced_to_one_point(kind: str, count: int) -> None:
    data = PLANE[kind].from_json({"count": count})
    sizes = np.bincount(data.make(2).targets, minlength=data.classes)
    assert sizes.sum() == count and sizes.max() - sizes.min() <= 1


@pytest.mark.parametrize("seed", range(5))
def test_xor_is_balanced_by_chance(seed: int) -> None:
    assert drawn("xor", seed=seed).targets.mean() == pytest.approx(0.5, abs=0.03)
