"""The data, how well they are answered, and one example on its way through the net."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal

import numpy as np
from annotated_types import Ge, MaxLen

from engine.data import PlaneSet
from engine.data.images import ImageSet
from engine.errors import Invalid, NotNow
from engine.experiment import Experiment
from engine.memory.arena import Array
from engine.memory.tape import Clock, Tape
from engine.probes.base import Probe, single, visible
from engine.registry import register, value
from engine.scores import examine, parts
from engine.session import Session
from engine.spec import doc


@register("probe", "points")
class Points(Probe):
    """The examples as they are drawn, and which are kept for the test. `numbers`: of each in the
    set itself, by which it is erased; −1 where a hand painted it."""

    def refuse(self, experiment: Experiment) -> str:
        pictures = len(experiment.input_shape) == 3
        return "These data are pictures: they have no plane to draw." if pictures else ""

    def answer(self, session: Session) -> tuple[dict[str, Any], dict[str, Array]]:
        data = session.run.prepared
        test = np.zeros(len(data.raw), np.uint8)
        test[data.test] = 1
        kind = np.int32 if data.classes else np.float32
        info: dict[str, Any] = {
            "columns": list(data.data.columns),
            "classes": data.classes,
            "class_names": list(data.data.class_names),
            "extent": list(data.extent),
            "paintable": isinstance(data.data, PlaneSet),
            "plane": list(data.data.plane),
        }
        own = np.arange(len(data.raw)) if data.numbers is None else data.numbers
        arrays: dict[str, Array] = {
            "inputs": data.raw,
            "targets": data.targets.astype(kind),
            "test": test,
            "numbers": own.astype(np.int32),
        }
        return info, arrays


@register("probe", "scores")
class Scores(Probe):
    """Loss, accuracy and mistakes on the training and the test examples, evaluate mode.

    Of each part the first `count` of all `of` are scored, as many as a budget of multiply-adds
    allows; `wrong` is there where that is all."""

    def answer(self, session: Session) -> tuple[dict[str, Any], dict[str, Array]]:
        scores, missed = examine(session.run)
        arrays: dict[str, Array] = {} if missed is None else {"wrong": missed.astype(np.uint8)}
        return {**scores}, arrays


@value
class OfExample(Probe):
    """Base: a question about one example of the data, or about one of the asker's own."""

    split: Annotated[Literal["train", "test"], doc("which part `index` counts in")] = "train"
    index: Annotated[int | None, Ge(0), doc("which example of that part")] = None
    inputs: Annotated[
        tuple[float, ...] | None,
        MaxLen(4096),
        doc("or any example, as its raw columns; a picture by channel, row and column"),
    ] = None
    drawing: Annotated[
        tuple[float, ...] | None,
        MaxLen(3 * 64 * 64),
        doc(
            "or a person's own picture, prepared as the data's are: a grey square row by row, 0 "
            "black to 255 white, or red, green and blue of each pixel; at most 64 × 64 of them"
        ),
    ] = None

    def example(self, session: Session) -> tuple[Array, Any, int | None]:
        """The example as the net gets it (a batch of one), its target and its place in the data;
        both None for one of the asker's own."""
        run, data = session.run, session.run.prepared
        raw = self.own(session)
        if raw is not None:
            try:
                return data.transform(raw[None]), None, None
            except Invalid as error:
                raise error.at("inputs") from None
        which = parts(run)[self.split]
        i = self.index or 0
        if i >= len(which):
            most = len(which) - 1
            raise Invalid(f"“index” is at most {most} here.", pointer="/index", limit=most)
        where = int(which[i])
        return data.inputs[..., where : where + 1], data.targets[where], where

    def own(self, session: Session) -> Array | None:
        """The asker's own example as the data has its own; None for one of the data. Raises
        `Invalid`, and `NotNow` for a drawing where the data are points."""
        if self.drawing is not None:
            if self.inputs is not None:
                raise Invalid("Either “inputs” or a “drawing”, not both.", pointer="/drawing")
            return prepared(session, self.drawing)
        if self.inputs is None:
            return None
        shape = session.run.experiment.input_shape
        raw = np.array(self.inputs)
        return raw.reshape(shape) if len(shape) == 3 and raw.size == math.prod(shape) else raw


def prepared(session: Session, drawing: tuple[float, ...]) -> Array:
    """A square of numbers as one of the data's own pictures, channels × height × width."""
    data = session.run.prepared.data
    if not isinstance(data, ImageSet):
        raise NotNow("These data are points, not pictures: there is nothing to draw.")
    n = len(drawing)
    # side² = 3 · other² has no whole solution but 0: a length says which of the two it is.
    for colours in (1, 3):
        side = math.isqrt(n // colours)
        if n and n == colours * side**2:
            try:
                return data.prepare_drawing(np.reshape(drawing, (side, side, colours)))
            except Invalid as error:
                raise error.at("drawing") from None
    raise Invalid(
        f"A drawing is a square: side × side numbers, or three times as many; not {n}.",
        pointer="/drawing",
    )


@register("probe", "example")
class Example(OfExample):
    """One example: what every visible layer answers, and its loss's gradient by each answer."""

    def answer(self, session: Session) -> tuple[dict[str, Any], dict[str, Array]]:
        run, data = session.run, session.run.prepared
        x, target, where = self.example(session)
        loss = run.experiment.training.loss
        names = visible(run.experiment)
        known = loss is not None and target is not None
        grad = run.net.theta() if known else None
        tape = Tape(
            run.net, 1, "evaluate", run.theta, run.buffers, grad, loss if known else None,
            Clock(0, 1), need=known, silenced=run.silenced,
        )  # fmt: skip
        tape.x[...] = x
        if known and loss is not None:
            tape.targets[...] = loss.targets(np.array([target]), data.classes)
        tape.replay()
        arrays: dict[str, Array] = {"input": single(x)}
        for name in names:
            arrays[name] = single(tape[name].y)
            if known:
                arrays[f"{name}.grad"] = single(tape[name].dy)
        p = None if loss is None else loss.probabilities(tape.y)
        info = {
            "loss": float(tape.loss) if known else None,
            "target": None if target is None else target.item(),
            "where": where,
            "outputs": [float(v) for v in tape.y[:, 0]],
            "probabilities": None if p is None else [float(v) for v in p[:, 0]],
        }
        return info, arrays
