"""Whether the edits that an experiment brings along will fit when their steps come.

That depends on what was built, not on what was learned: so they act one after the other on a net
that is not trained, before the first step.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.errors import TinkernetError
from engine.experiment import Experiment
from engine.outline import outline
from engine.running import Run


def rehearsal(experiment: Experiment) -> Iterator[None]:
    """Rehearse its edits, in the order of their steps; one at each turn of the iterator.

    Raises `TooExpensive` before anything is allocated, and what an edit that will not fit would
    raise when its step comes, with a pointer to it.
    """
    outline(experiment)
    if not experiment.edits:
        return
    run = Run(experiment.with_(edits=()))
    order = sorted(range(len(experiment.edits)), key=lambda n: experiment.edits[n].at or 0)
    for number, place in enumerate(order):
        try:
            run.edit(experiment.edits[place], number)
        except TinkernetError as error:
            raise error.at(place).at("edits") from None
        yield
