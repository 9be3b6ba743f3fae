"""Dropout over the last steps: how often each unit rested, beside how often it should.

Masks are addressed by step (engine/rng.py), so that those of steps gone by need not be kept: they
are drawn again, bit by bit the same.
"""

from __future__ import annotations

import math
from typing import Annotated, Any

import numpy as np
from annotated_types import Ge, Le

from engine.edits import Edit, PointsAdd, PointsErase, Set, Undo
from engine.experiment import Experiment
from engine.layers.dropout import BLOCK
from engine.memory.arena import Array
from engine.net import walk
from engine.probes.base import Probe, pick, recording
from engine.probes.recorded import DROPS, silenced_share
from engine.registry import register
from engine.rng import bits16
from engine.session import Session
from engine.spec import doc

MOST_BITS = 3_000_000  # of one block; larger masks are told of the last step alone


@register("probe", "rests")
class Rests(Probe):
    """How often dropout silenced each unit (of pictures: each map) in the last steps.

    `steps` (k), `LAYER.shares` (k × units: the share of each step's batch) and `LAYER.share` (of
    all those answers). Info, by layer: `p`, and `answers`, how many each unit gave. Steps reach
    back to the last change of the experiment at most, and to this epoch where data changed."""

    rate = 5.0
    layer: Annotated[str | None, doc("one dropout layer; null: all")] = None
    steps: Annotated[int, Ge(1), Le(256), doc("how many of the last steps at most")] = 64

    def refuse(self, experiment: Experiment) -> str:
        sites = walk(experiment.layers, experiment.input_shape)
        found = any(site.layer.kind in DROPS for site in sites)
        return "" if found else "There is no dropout layer in this net."

    def answer(self, session: Session) -> tuple[dict[str, Any], dict[str, Array]]:
        tape = recording(session)
        run = session.run
        drops = {s.path: s.layer for s in run.net.sites if s.layer.kind in DROPS}
        paths = pick(self.layer, tuple(drops))
        batches = self._batches(session)
        batch = tape.clock.batch
        if any(BLOCK * tape[path].mask[..., 0].size * batch > MOST_BITS for path in paths):
            batches = batches[-1:]
        info: dict[str, Any] = {}
        made: dict[str, Array] = {"steps": np.array([k for k, _ in batches], np.int32)}
        weights = np.array([n for _, n in batches], np.float64)
        for path in paths:
            p = float(getattr(drops[path], "p", 0.0))
            shape = tape[path].mask.shape[:-1]
            if len(batches) == 1:
                shares = [_units(tape[path].mask > 0)]
            else:
                shares = self._again(tape.clock.seed, path, p, (*shape, batch), batches)
            made[f"{path}.shares"] = np.array(shares, np.float32)
            made[f"{path}.share"] = np.asarray(
                weights @ made[f"{path}.shares"] / weights.sum(), np.float32
            )
            places = math.prod(shape) // made[f"{path}.share"].size
            info[path] = {"p": p, "answers": int(weights.sum()) * places}
        return info, made

    def _again(
        self, seed: int, path: str, p: float, shape: tuple[int, ...], batches: list[tuple[int, int]]
    ) -> list[Array]:
        """The shares of steps gone by, from the bits their masks were made of."""
        threshold, block, bits = round(p * 65536), -1, np.empty(0, np.uint16)
        made = []
        for step, n in batches:
            number, i = divmod(step - 1, BLOCK)
            if number != block:
                count = BLOCK * math.prod(shape)
                bits = bits16(seed, "masks", path, number, count=count).reshape(BLOCK, *shape)
                block = number
            made.append(_units(bits[i, ..., :n] >= threshold))
        return made

    def _batches(self, session: Session) -> list[tuple[int, int]]:
        """(step, examples) of the last steps that were made as the next would be, oldest first."""
        stepper: Any = session.run.stepper
        edits = session.lines_[session.line].edits[: session.acted]
        since = max((edit.at or 0 for edit in edits), default=0)
        moved = any(_moves_data(edit) for edit in edits)
        size, end = stepper.batch, stepper.end
        # Only the last batch of an epoch is smaller, wherever the data of a hand let it begin.
        made = [(session.step, stepper.recording.n)]
        last = stepper.position - stepper.recording.n
        for step in range(session.step - 1, max(since, session.step - self.steps), -1):
            n = size
            if last == 0:
                if moved:
                    break
                last = end
                n = (end - 1) % size + 1
            made.append((step, n))
            last -= n
        return made[::-1]


def _moves_data(edit: Edit) -> bool:
    """Whether it may have changed who trains, and so the borders of the batches."""
    return isinstance(edit, PointsAdd | PointsErase | Undo) or (
        isinstance(edit, Set) and edit.path.startswith("/data/")
    )


def _units(kept: Array) -> Array:
    """The silenced share of each unit or map, of a mask as a tape has it: examples last."""
    return silenced_share(kept.transpose(3, 1, 0, 2) if kept.ndim == 4 else kept.T)
