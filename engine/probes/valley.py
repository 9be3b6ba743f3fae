"""A cut through the loss along its steepest curve, and the steps that were made across it."""

from __future__ import annotations

from collections.abc import Generator
from typing import Annotated, Any

import numpy as np
from annotated_types import Ge, Le

from engine.memory.arena import Array
from engine.objective import Objective
from engine.probes.curvature import Steep, edge_of
from engine.probes.glimpse import glimpse
from engine.registry import register
from engine.session import Session
from engine.spec import doc

LEAP = 5.0  # a step that lands so many times farther out than all before it leaves the picture
NARROW = 1e-3  # half the width of a picture of steps that hardly moved


@register("probe", "valley")
class Valley(Steep):
    """The loss at θ_k + s v, v the direction of the probe `curvature`, and how far the next steps,
    as they were made, went along v.

    `offsets` (s) and `losses`: the cut, of the same loss as the curvature's. `steps`: k and the
    steps after it on this line; `along`: vᵀ(θ − θ_k) of each (with a step size for every parameter
    in its measure, so that s means the same); `loss`: the loss at each, on the same examples;
    `gradients`: layers × steps, the norm of each layer's gradient in the step that led there (NaN
    for k); `info.layers` names them. The cut is as wide as the steps, up to the first that leaps.
    """

    steps: Annotated[int, Ge(0), Le(64), doc("steps after this one that are followed")] = 10
    resolution: Annotated[int, Ge(3), Le(257), doc("places along the cut")] = 65

    def work(
        self, session: Session
    ) -> Generator[None, None, tuple[dict[str, Any], dict[str, Array]]]:
        objective, edge = Objective(session.run), edge_of(session)
        first, last = session.step, min(session.step + self.steps, session.head)
        paths = [s.path for s in session.run.net.sites if s.layer.windows(s.x)]
        walker = session
        if last > first:
            walker = yield from glimpse(session, first)
        found = yield from self.search(session, objective, edge)
        root = np.ones_like(found.vector) if edge.scale is None else np.sqrt(edge.scale)
        direction = found.vector / root
        followed = [(first, 0.0, objective.loss(objective.theta), [float("nan")] * len(paths))]
        while walker.step < last and walker.approach(walker.step + 1):
            theta = walker.run.theta.vector.astype(np.float64)
            at = float(found.vector @ (root * (theta - objective.theta)))
            followed.append((walker.step, at, objective.loss(theta), _norms(walker, paths)))
            yield
        along = np.array([at for _, at, _, _ in followed])
        offsets = np.linspace(*_ends(along), self.resolution)
        losses = []
        for s in offsets:
            losses.append(objective.loss(objective.theta + s * direction))
            yield
        return {**self.said(objective, edge, found), "layers": paths}, {
            "offsets": offsets.astype(np.float32),
            "losses": np.array(losses, np.float32),
            "steps": np.array([step for step, _, _, _ in followed], np.int32),
            "along": along.astype(np.float32),
            "loss": np.array([loss for _, _, loss, _ in followed], np.float32),
            "gradients": np.array([norms for _, _, _, norms in followed], np.float32).T,
        }


def _norms(session: Session, paths: list[str]) -> list[float]:
    """The norm of each layer's gradient in the step that was made last."""
    g = session.run.stepper.grad.vector  # type: ignore[attr-defined]
    parts = ([g[part].astype(np.float64) for part in session.run.net.part(p)] for p in paths)
    return [float(np.sqrt(sum(np.dot(part, part) for part in each))) for each in parts]


def _ends(along: Array) -> tuple[float, float]:
    """The cut holds the steps up to the first that leaps, both sides of θ_k alike."""
    reach = 0.0
    for i, at in enumerate(np.abs(along)):
        if not np.isfinite(at) or (i > 1 and at > LEAP * reach):
            break
        reach = max(reach, float(at))
    reach = 1.3 * max(reach, NARROW)
    return -reach, reach
