"""One example's passage through the net, layer by layer, with the arithmetic of one unit."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from annotated_types import Ge

from engine.errors import Invalid
from engine.layers import BatchNorm, Dense
from engine.memory.arena import Array
from engine.memory.cell import Cell
from engine.net import Site
from engine.probes.base import pick, single
from engine.probes.examples import OfExample
from engine.registry import register
from engine.scores import mean_loss
from engine.session import Session
from engine.spec import doc


@register("probe", "passage")
class Passage(OfExample):
    """One example on its way, in use (dropout off): what every layer of the net's chain answers.

    `input`, `LAYER` for each, and of the layer asked for `sources`: all that comes into it; of a
    dense layer's unit `weights` too. Info: `layers` (name, kind, shape), `unit` (the answer of
    that unit; of a dense layer its `bias` and `sum`; of a batch norm `mean`, `variance`, `eps`,
    `gamma`, `beta`; of what works number by number `came`), the example's `loss`, `target`,
    `aims` (the numbers the loss compares the outputs with), `outputs`, `probabilities`, and
    `where` among the data."""

    layer: Annotated[str | None, doc("a layer of the net's own chain; null: the last")] = None
    unit: Annotated[int, Ge(0), doc("which of its answers, in the order of the array")] = 0

    def answer(self, session: Session) -> tuple[dict[str, Any], dict[str, Array]]:
        run = session.run
        sites = [site for site in run.net.sites if "." not in site.path]
        (layer,) = pick(self.layer or sites[-1].path, tuple(site.path for site in sites))
        x, target, where = self.example(session)
        tape = run.reading.tape(1)
        tape.x[...] = x
        tape.replay()
        arrays: dict[str, Array] = {"input": single(x)}
        arrays |= {site.path: single(tape[site.path].y) for site in sites}
        loss = run.experiment.training.loss
        p = None if loss is None else loss.probabilities(tape.y)
        known = loss is not None and target is not None
        unit, own = self._unit(run.net.by_path[layer], tape[layer], run.arrays)
        info = {
            "layers": [{"name": s.path, "kind": s.layer.kind, "shape": list(s.y)} for s in sites],
            "unit": {"layer": layer, "index": self.unit, **unit},
            "loss": mean_loss(run, tape.y, np.array([target])) if known else None,
            "target": None if target is None else target.item(),
            "aims": self._aims(loss, target, run.prepared.classes) if known else None,
            "where": where,
            "outputs": [float(v) for v in tape.y[:, 0]],
            "probabilities": None if p is None else [float(v) for v in p[:, 0]],
        }
        return info, arrays | own

    def _aims(self, loss: Any, target: Any, classes: int) -> list[float]:
        return [float(v) for v in loss.targets(np.array([target]), classes)[:, 0]]

    def _unit(
        self, site: Site, cell: Cell, arrays: dict[str, Array]
    ) -> tuple[dict[str, Any], dict[str, Array]]:
        """The numbers that one answer of a layer is made of."""
        came, went = single(cell.x), single(cell.y)
        if self.unit >= went.size:
            raise Invalid(
                f"“unit” is at most {went.size - 1} here.", pointer="/unit", limit=went.size - 1
            )
        told: dict[str, Any] = {"answer": float(went.flat[self.unit])}
        made = {"sources": came}
        if came.shape == went.shape and not isinstance(site.layer, Dense):
            told["came"] = float(came.flat[self.unit])
        if isinstance(site.layer, Dense):
            made["weights"] = arrays[f"{site.path}.weight"][self.unit].copy()
            told["bias"] = float(arrays[f"{site.path}.bias"][self.unit])
            told["sum"] = float(made["weights"] @ came)
        elif isinstance(site.layer, BatchNorm):
            channel = self.unit * went.shape[0] // went.size
            told["eps"] = site.layer.eps
            told |= {
                word: float(arrays[f"{site.path}.{name}"][channel])
                for word, name in (("mean", "running_mean"), ("variance", "running_var"),
                                   ("gamma", "gamma"), ("beta", "beta"))
            }  # fmt: skip
        return told, made
