"""Whether the net may be believed: how sure it says it is, against how often it is right."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from annotated_types import Ge, Le

from engine.errors import NotNow
from engine.experiment import Experiment
from engine.memory.arena import Array
from engine.probes.pictures import OfAnswers
from engine.registry import register
from engine.scores import parts
from engine.session import Session
from engine.spec import doc


@register("probe", "calibration")
class Calibration(OfAnswers):
    """A reliability diagram: examples in bins of equal width by the probability of what is said.

    Of bin m, (m − 1)/M < p ≤ m/M: `count`, `sure` (the mean of p) and `right` (the share answered
    right), both 0 where nothing is. Info: `sure` and `right` of all, and the expected calibration
    error, ECE = Σ (count/n) |right − sure|. Guo et al. 2017, arXiv:1706.04599."""

    rate = 2.0
    bins: Annotated[int, Ge(2), Le(50), doc("how many bins between 0 and 1, M")] = 10

    def refuse(self, experiment: Experiment) -> str:
        if reason := OfAnswers.refuse(self, experiment):
            return reason
        loss = experiment.training.loss
        spoken = loss is not None and loss.kind in ("logistic", "softmax_cross_entropy")
        return "" if spoken else "This net says no probabilities: its loss asks for none."

    def answer(self, session: Session) -> tuple[dict[str, Any], dict[str, Array]]:
        data, which = session.run.prepared, self.which(session)
        said, p = self.said(session, which)
        if p is None or not len(which):
            raise NotNow("There are no probabilities to compare with.")
        sure = p[said, np.arange(len(which))].astype(np.float64)
        right = (said == data.targets[which]).astype(np.float64)
        # Rounding may put a probability above 1 by a hair.
        places = np.clip(np.ceil(sure * self.bins).astype(np.int64) - 1, 0, self.bins - 1)
        counts = np.bincount(places, minlength=self.bins)
        some = np.maximum(counts, 1)
        means = np.bincount(places, sure, self.bins) / some
        rights = np.bincount(places, right, self.bins) / some
        info = {
            "split": self.split,
            "count": len(which),
            "of": len(parts(session.run)[self.split]),
            "classes": data.classes,
            "sure": float(sure.mean()),
            "right": float(right.mean()),
            "ece": float(counts @ np.abs(rights - means)) / len(which),
        }
        return info, {
            "count": counts.astype(np.int32),
            "sure": means.astype(np.float32),
            "right": rights.astype(np.float32),
        }
