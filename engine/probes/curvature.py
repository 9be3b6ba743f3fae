"""How steeply the loss curves at θ_k, and the learning rate that this curvature bears."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
from annotated_types import Ge, Le

from engine.errors import NotNow
from engine.experiment import Experiment
from engine.learners import Descent
from engine.learners.descent import Descending
from engine.memory.arena import Array
from engine.objective import Objective
from engine.probes.base import Slow
from engine.registry import register, value
from engine.rng import generator
from engine.session import Session
from engine.spec import doc
from engine.steepest import Steepest, steepest


@dataclass(frozen=True)
class Edge:
    """The curvature as the optimizer meets it: `scale` is d of its `edge`, `factor` its c; factor
    None where it has no simple limit."""

    factor: float | None
    scale: Array | None
    rate: float  # the learning rate of the next step, by the schedule


@value
class Steep(Slow):
    """Base of probes that look along the direction in which the loss curves most."""

    products: Annotated[int, Ge(1), Le(1000), doc("Hessian-vector products at most")] = 100
    tolerance: Annotated[
        float, Ge(1e-12), Le(1.0), doc("‖Hv − λv‖ / |λ| at which the search ends")
    ] = 1e-3

    def refuse(self, experiment: Experiment) -> str:
        if isinstance(experiment.training.learner, Descent):
            return ""
        return "The perceptron's rule follows no gradient: there is no rate that is too large."

    def search(
        self, session: Session, objective: Objective, edge: Edge
    ) -> Generator[None, None, Steepest]:
        """The largest eigenvalue of D⁻¹ᐟ² H D⁻¹ᐟ² and its vector, a pause after each product."""
        root = 1.0 if edge.scale is None else 1 / np.sqrt(edge.scale)
        if not objective.free.any():
            raise NotNow("Every layer is frozen: no direction is left in which to look.")
        seed = session.run.experiment.seed_of("init")
        start = generator(seed, "curvature").standard_normal(objective.theta.size) * objective.free

        def apply(v: Array) -> Array:
            return np.asarray(root * objective.product(root * v))

        return (yield from steepest(apply, start, self.tolerance, self.products))

    def said(self, objective: Objective, edge: Edge, found: Steepest) -> dict[str, Any]:
        """What the information of an answer says of the search."""
        value, factor = found.value, edge.factor
        limit = factor / value if factor is not None and value > 0 else None
        return {
            "sharpness": value,
            "rate": edge.rate,
            "product": edge.rate * value,
            "factor": factor,
            "limit": limit,
            "preconditioned": edge.scale is not None,
            "products": found.products,
            "residual": found.residual,
            "converged": found.residual <= self.tolerance,
            "examples": objective.count,
            "of": objective.of,
        }


@register("probe", "curvature")
class Curvature(Steep):
    """The largest curvature λmax of the training loss at θ_k, and the largest learning rate that it
    bears.

    λmax is the largest eigenvalue of the Hessian H of the mean loss over the whole training part
    (of a large net over its first `examples` of `of`), found by power iteration on products H v,
    which are differences of gradients in float64. Dropout is off, batch norms take the statistics
    of these examples, frozen layers stand still, l2 counts where it is part of the gradient. Along
    its direction gradient descent overshoots more each step once η λmax > `factor` = 2; with
    momentum 2 + 2β, with Nesterov's (2 + 2β) / (1 + 2β) (Cohen et al. 2021, arXiv:2103.00065).
    Optimizers with a step size for every parameter meet D⁻¹ᐟ² H D⁻¹ᐟ² instead, D the root of their
    mean square: `sharpness` is then its largest eigenvalue, `preconditioned` is true, the factor is
    2 for rmsprop, (2 + 2β₁) / (1 − β₁) for Adam (Cohen et al. 2022, arXiv:2207.14484). `limit` =
    factor / sharpness; null where the loss curves up nowhere, or the optimizer has no such limit.
    `shares`: how much of the direction's square lies in each layer. Batches that are not the whole
    part add noise, and leave the valley a little sooner.
    """

    def work(
        self, session: Session
    ) -> Generator[None, None, tuple[dict[str, Any], dict[str, Array]]]:
        objective, edge = Objective(session.run), edge_of(session)
        net = session.run.net
        found = yield from self.search(session, objective, edge)
        info = self.said(objective, edge, found)
        info["shares"] = {
            site.path: float(sum(np.sum(found.vector[part] ** 2) for part in net.part(site.path)))
            for site in net.sites
            if site.layer.windows(site.x)
        }
        return info, {}


def edge_of(session: Session) -> Edge:
    """What the optimizer makes of a curvature, at the present step."""
    stepper = session.run.stepper
    assert isinstance(stepper, Descending)
    optimizer = stepper.spec.optimizer
    factor = 1.0 if stepper.factor is None else stepper.factor(stepper.made)
    rate = optimizer.learning_rate * factor
    known = optimizer.edge(stepper.slots, stepper.update.t)
    if known is None:
        return Edge(None, None, rate)
    c, d = known
    return Edge(c, None if d is None else np.asarray(d, np.float64), rate)
