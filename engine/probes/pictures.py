"""Examples by what the net says of them: mistakes, confusions, and what excites a unit."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import numpy as np
from annotated_types import Ge, Le

from engine.errors import Invalid, NotNow
from engine.experiment import Experiment
from engine.memory.arena import Array
from engine.probes.base import Probe, pick
from engine.probes.fields import fields_of
from engine.probes.maps import refuse_points
from engine.registry import register, value
from engine.scores import parts
from engine.session import Session
from engine.spec import doc

MOST = 512  # examples that are looked through, the first of the part
AT_ONCE = 64  # examples whose maps are held at once


@value
class OfMany(Probe):
    """Base: a question about a part of the data."""

    rate = 1.0
    split: Annotated[Literal["train", "test"], doc("which part is looked through")] = "test"

    def which(self, session: Session) -> Array:
        """Places in the data of the examples looked through."""
        return parts(session.run)[self.split][:MOST]


@value
class OfAnswers(OfMany):
    """Base: about what the net says the class is."""

    def refuse(self, experiment: Experiment) -> str:
        return "" if experiment.data.classes else "These data have no classes to confuse."

    def said(self, session: Session, which: Array) -> tuple[Array, Array | None]:
        """n class numbers, and classes × n probabilities where the loss has them."""
        run = session.run
        loss = run.experiment.training.loss
        outputs = run.reading.forward(np.ascontiguousarray(run.prepared.inputs[..., which]))[""]
        if loss is None:
            return np.asarray(outputs[0] > 0.5, np.int64), None
        return loss.predicted(outputs, run.prepared.classes), loss.probabilities(outputs)


@register("probe", "confusion")
class Confusion(OfAnswers):
    """How often an example of one class was taken for another: counts, classes × classes, a row for
    what it is, a column for what the net says."""

    rate = 2.0

    def answer(self, session: Session) -> tuple[dict[str, Any], dict[str, Array]]:
        data, which = session.run.prepared, self.which(session)
        said, _ = self.said(session, which)
        counts = np.zeros((data.classes, data.classes), np.int32)
        np.add.at(counts, (data.targets[which], said), 1)
        info = {
            "split": self.split,
            "count": len(which),
            "of": len(parts(session.run)[self.split]),
            "class_names": list(data.data.class_names),
        }
        return info, {"counts": counts}


@register("probe", "mistakes")
class Mistakes(OfAnswers):
    """Examples of the data, in an order of what the net says of them: `where` (places in the data),
    `index` (places in their part), `said`, `target`, `sure` (the probability of what is said), and
    of pictures `pictures`."""

    order: Annotated[
        Literal["wrong", "sure", "unsure"],
        doc("wrong: mistakes, the most confident first; sure, unsure: of all, by confidence"),
    ] = "wrong"
    target: Annotated[int | None, Ge(0), doc("only examples of this class")] = None
    answer_is: Annotated[int | None, Ge(0), doc("only examples taken for this class")] = None
    count: Annotated[int, Ge(1), Le(64), doc("how many at most")] = 12

    def answer(self, session: Session) -> tuple[dict[str, Any], dict[str, Array]]:
        data, which = session.run.prepared, self.which(session)
        said, p = self.said(session, which)
        target = data.targets[which]
        sure = np.ones(len(which)) if p is None else p[said, np.arange(len(which))]
        keep = np.ones(len(which), bool) if self.order != "wrong" else said != target
        for wanted, given in ((self.target, target), (self.answer_is, said)):
            if wanted is not None:
                keep &= given == wanted
        found = np.flatnonzero(keep)
        by = np.argsort(sure[found] if self.order == "unsure" else -sure[found], kind="stable")
        chosen = found[by][: self.count]
        arrays = {
            "where": which[chosen].astype(np.int32),
            "index": chosen.astype(np.int32),
            "said": said[chosen].astype(np.int32),
            "target": target[chosen].astype(np.int32),
            "sure": sure[chosen].astype(np.float32),
        }
        if data.raw.ndim == 4:
            arrays["pictures"] = data.raw[which[chosen]]
        info = {
            "found": len(found),
            "count": len(which),
            "of": len(parts(session.run)[self.split]),
            "class_names": list(data.data.class_names),
        }
        return info, arrays


@register("probe", "patches")
class Patches(OfMany):
    """The pieces of the data that a unit answers most to: `patches` (k × channels × height × width,
    0 … 255, black where the unit does not look; at most as large as a picture), `values`, `where`
    (place in the data, row, column)."""

    layer: Annotated[str, doc("any layer, by its dotted path")]
    channel: Annotated[int, Ge(0), doc("which map, or which unit")] = 0
    count: Annotated[int, Ge(1), Le(32), doc("how many pieces")] = 9

    def refuse(self, experiment: Experiment) -> str:
        return refuse_points(experiment)

    def answer(self, session: Session) -> tuple[dict[str, Any], dict[str, Array]]:
        run, data, which = session.run, session.run.prepared, self.which(session)
        pick(self.layer, tuple(run.net.by_path))
        channels = run.net.by_path[self.layer].y[0]
        if self.channel >= channels:
            raise Invalid(
                f"“channel” is at most {channels - 1} here.", pointer="/channel", limit=channels - 1
            )
        values, spots = [], []
        for start in range(0, len(which), AT_ONCE):
            some = which[start : start + AT_ONCE]
            made = run.reading.forward(
                np.ascontiguousarray(data.inputs[..., some]), layers=(self.layer,)
            )
            y = made[self.layer]
            here = y[:, self.channel] if y.ndim == 4 else y[self.channel][None, None]
            flat = here.reshape(-1, here.shape[-1])
            best = flat.argmax(axis=0)
            values.append(flat[best, np.arange(len(some))])
            spots.append(np.stack([best // here.shape[1], best % here.shape[1]], axis=1))
        answers, place = np.concatenate(values), np.concatenate(spots)
        top = np.argsort(-answers, kind="stable")[: self.count]
        cut = [self._cut(session, which[i], *place[i]) for i in top]
        if not cut:
            raise NotNow("There are no examples to look through.")
        arrays = {
            "patches": _stacked(cut),
            "values": answers[top].astype(np.float32),
            "where": np.concatenate([which[top][:, None], place[top]], axis=1).astype(np.int32),
        }
        return {"count": len(which), "size": list(arrays["patches"].shape[2:])}, arrays

    def _cut(self, session: Session, where: int, y: int, x: int) -> Array:
        """The piece of a picture that the place sees."""
        run = session.run
        raw = run.prepared.raw[where]
        _, _, field = fields_of(run.experiment, self.layer, int(y), int(x))[-1]
        (top, bottom), (left, right) = field.rows, field.columns
        height, width = raw.shape[1:]
        high, low, near, far = field.clipped(height, width)
        if bottom - top >= height:  # of a field larger than the picture, the picture
            top, bottom = 0, height - 1
        if right - left >= width:
            left, right = 0, width - 1
        made = np.zeros((len(raw), bottom - top + 1, right - left + 1), raw.dtype)
        if high <= low and near <= far:  # else it sees nothing but the zeros around the picture
            inside = raw[:, high : low + 1, near : far + 1]
            made[:, high - top : low - top + 1, near - left : far - left + 1] = inside
        return made


def _stacked(cut: list[Array]) -> Array:
    """Pieces as one array, the smaller ones black below and on the right. (Behind an upsampling
    some places see a row or column less than others.)"""
    height, width = (max(piece.shape[axis] for piece in cut) for axis in (1, 2))
    made = np.zeros((len(cut), len(cut[0]), height, width), cut[0].dtype)
    for whole, piece in zip(made, cut, strict=True):
        whole[:, : piece.shape[1], : piece.shape[2]] = piece
    return made
