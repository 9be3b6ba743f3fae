"""A session is an experiment in time: it has a step, and obeys step, seek, edit, fork, reset.

Synchronous: no clock, no thread. Lines are the branches of its time: seeking never opens one; the
first edit in the past or before edits that lie ahead, or running on where they do, does, and the
old line stays as the ghost. Any step of any line is a keyframe and a short replay away, and equal
to the bit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from engine.budget import scoring_cost
from engine.divergence import culprit, explained
from engine.edits import MOST_EDITS, Edit, Undo
from engine.errors import Invalid, NotNow, TinkernetError
from engine.experiment import Experiment
from engine.history import History
from engine.keyframes import Keyframes, State
from engine.lines import Line, balance, keyframe, shrink, trace
from engine.outline import Outline, outline
from engine.rehearsal import rehearsal
from engine.running import Run
from engine.scores import parts, score, test

if TYPE_CHECKING:
    from engine.probes.base import Answer, Probe


class Session:
    """An experiment in time."""

    def __init__(self, experiment: Experiment, *, rehearsed: bool = False) -> None:
        """At step 0 of line 0; edits the experiment carries act when their step comes.

        Raises `TooExpensive` before anything is allocated, and what an edit that will not fit when
        its step comes would raise then, with a pointer to it. rehearsed: this was looked after
        (engine/rehearsal.py), as thousands of edits take seconds.
        """
        for _ in () if rehearsed else rehearsal(experiment):
            pass
        base = experiment.with_(edits=())
        edits = sorted(experiment.edits, key=lambda edit: edit.at or 0)
        self.step = 0
        self.exact = True  # False when loaded from a machine whose arithmetic differs
        self.divergence: dict[str, Any] | None = None
        self.lines_: list[Line] = []
        self._open(base, None, 0, list(edits))
        self._start()

    # --- where it is -------------------------------------------------------------------------

    @property
    def line(self) -> int:
        """Number of the present line."""
        return self._line.number

    @property
    def head(self) -> int:
        """The farthest step that was reached on the present line."""
        return self._line.head

    @property
    def _line(self) -> Line:
        return self.lines_[self._at]

    @property
    def state(self) -> str:
        """The word “diverged” after a step that was not finite, else “paused”: nobody runs here."""
        return "diverged" if self.divergence else "paused"

    @property
    def epoch(self) -> float:
        """Epochs seen on this line, with the part of the present one."""
        return self.run.stepper.at

    @property
    def experiment(self) -> Experiment:
        """What the present line began as, with its edits and their steps: a session made from it
        comes here again in as many steps, to the bit. Edits ahead are in it as far as they will
        act when this line goes on."""
        line = self._line
        known = line.edits[: self._applied] if self.edits_ahead else line.edits
        return line.base.with_(edits=tuple(known))

    @property
    def now(self) -> Experiment:
        """The experiment as it stands, the outcome of its edits in it and no edits: what `reset`
        starts again."""
        return self.run.experiment

    @property
    def acted(self) -> int:
        """How many edits of the present line have acted."""
        return self._applied

    @property
    def edits_ahead(self) -> bool:
        """Whether edits that were made farther along this line lie ahead. (Those beyond its head an
        experiment brought along: they act when their step comes.)"""
        waiting = self._line.edits[self._applied :]
        return bool(waiting) and (waiting[0].at or 0) <= self._line.head

    @property
    def outline(self) -> Outline:
        """Shapes and cost of the net as it is now."""
        return outline(self.run.experiment)

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Every line: parent, where it left it, how far it goes, and its own edits in words, after
        the `inherited` first ones of its parent."""
        return [line.described() for line in self.lines_]

    @property
    def undoable(self) -> list[int]:
        """Numbers of the edits that have acted and are not taken back; an undo of an undo does
        again what was taken back, and is undone like it."""
        acted = self._line.edits[: self._applied]
        gone = self.run.past
        takes: list[bool] = []  # whether an edit takes another back
        for n, edit in enumerate(acted):
            takes.append(isinstance(edit, Undo) and not takes[edit.edit])
            gone |= {n} if takes[n] else set()
            gone |= {edit.edit} if isinstance(edit, Undo) else set()
        return [n for n in range(len(acted)) if n not in gone]

    # --- time --------------------------------------------------------------------------------

    def advance(self, steps: int, stop: Callable[[], bool] | None = None) -> int:
        """Make up to `steps` steps; returns how many. Ends early at divergence, or when stop()."""
        if self.divergence:
            return 0
        if self.edits_ahead:
            self._branch()
        made = 0
        while made < steps and not self.divergence:
            if stop is not None and stop():
                break
            made += self._walk(min(steps - made, 64))
        return made

    def seek(self, step: int, line: int | None = None) -> None:
        """Go to a step of a line. Raises `Invalid` where that line does not reach."""
        self.depart(step, line)
        while self.step < step and not self.divergence:
            self.approach(step)

    def depart(self, step: int, line: int | None = None) -> None:
        """Begin a journey to a step of a line, where a state before it is kept; `approach` goes on
        from there. Raises as `seek`."""
        number = self.line if line is None else line
        if not 0 <= number < len(self.lines_):
            most = len(self.lines_) - 1
            raise Invalid(f"Lines are from 0 to {most}.", pointer="/line", limit=most)
        target = self.lines_[number]
        if not 0 <= step <= target.head:
            raise Invalid(
                f"This line reaches from step 0 to {target.head}.",
                pointer="/step",
                limit=target.head,
            )
        self.divergence = None
        self._at = number
        shrink(self.lines_, target)
        found = keyframe(self.lines_, target, step)
        if found is None:
            self._start()
        else:
            self.run.restore(found)
            self.step, self._applied = found.step, found.applied
            self._act()

    def approach(self, step: int, most: int = 64) -> int:
        """Walk at most so many steps again, towards the step that was departed for; how many."""
        made, most = 0, min(most, step - self.step)
        while made < most and not self.divergence:
            made += self._walk(min(most - made, 64))
        return made

    def edit(self, edits: Sequence[Edit]) -> None:
        """Let edits act now, in order; all or nothing: a refused one leaves all as it was."""
        before = self.run.state(self.step, self._applied)
        kept = (self._at, len(self.lines_), len(self._line.edits))
        recording, divergence = self.run.stepper.recording, self.divergence
        if self.step < self._line.head or self._applied < len(self._line.edits):
            self._branch()
        try:
            for i, edit in enumerate(edits):
                self._edit(edit, i)
        except Exception:  # a mistake of ours too must leave no half of it
            self._at, lines, count = kept
            del self.lines_[lines:]
            del self._line.edits[count:]
            self.run.restore(before)
            self._applied = before.applied
            if recording is not None and self.step:
                self.seek(self.step)
            self.divergence = divergence  # seeking leaves it behind
            raise
        self.divergence = None

    def _edit(self, edit: Edit, place: int) -> None:
        """One of several edits; what refuses it points at its place among them."""
        known = self._line.edits
        try:
            if len(known) >= MOST_EDITS:
                raise NotNow(
                    f"A line carries {MOST_EDITS} edits at most, and this one does: “reset” folds "
                    "them into a new beginning.",
                    limit=MOST_EDITS,
                )
            self.run.edit(edit, len(known))
        except TinkernetError as error:
            raise error.at(place) from None
        known.append(edit.with_(at=self.step))
        self._applied = len(known)

    def reset(self) -> None:
        """Start again from step 0 on a new line, with everything that was set or built since;
        weights written by hand, lesions and frozen layers are dropped."""
        self.divergence = None
        self._open(self.now, None, 0, [])
        self._start()

    def fork(self) -> Session:
        """Another session at this moment."""
        return Session.restore(self.snapshot())

    def snapshot(self) -> bytes:
        """This moment as bytes (engine/checkpoint.py)."""
        from engine.checkpoint import save

        return save(self)

    @staticmethod
    def restore(raw: bytes) -> Session:
        """The session in the bytes of `snapshot`. Raises `Broken`."""
        from engine.checkpoint import load

        return load(raw)

    def resume(self, line: int, state: State) -> None:
        """Stand where a state was taken, and keep it as the first keyframe of the line."""
        self._at = line
        self._keep(state)
        self.run.restore(state)
        self.step, self._applied = state.step, state.applied
        self._act()

    # --- reading -----------------------------------------------------------------------------

    def points(self, line: int, since: int, most: int = 512) -> dict[str, list[Any]]:
        """History of a line after step `since`, as columns of tiles that never overlap."""
        if not 0 <= line < len(self.lines_):
            most_line = len(self.lines_) - 1
            raise Invalid(f"Lines are from 0 to {most_line}.", pointer="/line", limit=most_line)
        return self.lines_[line].history.points(since, most)

    def metrics(self) -> dict[str, Any]:
        """The last point, with the test evaluated at this very step."""
        found = self.passing()
        scored = score(self.run)
        found |= {
            "train_loss": scored["train"]["loss"],
            "train_accuracy": scored["train"]["accuracy"],
            "train_count": scored["train"]["count"],
            "test_loss": scored["test"]["loss"],
            "test_accuracy": scored["test"]["accuracy"],
            "test_count": scored["test"]["count"],
        }
        return found

    @property
    def scoring_cost(self) -> int:
        """Multiply-adds that `metrics` takes."""
        counts = {part: len(which) for part, which in parts(self.run).items()}
        return scoring_cost(self.run.net.sites, counts)

    def passing(self) -> dict[str, Any]:
        """The last point, with the last test along the line: what can be told in passing, where
        scoring takes longer than a step."""
        history, now = self._line.history, self.run.stepper.now
        found = history.at(self.step)
        if found["loss_mean"] is None and now[3]:  # an epoch's part, as soon as a step was made
            found = history.walked(now)
        found |= {"line": self.line, "step": self.step, "epoch": self.epoch}
        if (tested := self._line.history.last_test(self.step)) is not None:
            found["test_loss"], found["test_accuracy"] = tested
        return found

    def probe(self, probe: Probe) -> Answer:
        """Ask a question that changes nothing. Raises `NotNow` where it does not apply."""
        return probe.ask(self)

    def trace(self, array: str, index: tuple[int, ...]) -> list[tuple[int, float]]:
        """(step, value) of one number at the kept steps of this line before the present one."""
        return trace(self.lines_, self._line, self.step, array, index)

    def predict(self, inputs: Any) -> dict[str, Any]:
        """Outputs (N × outputs) and probabilities for raw inputs (N × columns), evaluate mode."""
        try:
            x = self.run.prepared.transform(inputs)
        except TinkernetError as error:
            raise error.at("inputs") from None
        outputs = self.run.reading.forward(x)[""]
        loss = self.run.experiment.training.loss
        p = None if loss is None else loss.probabilities(outputs)
        return {"outputs": outputs.T, "probabilities": None if p is None else p.T}

    # --- inside ------------------------------------------------------------------------------

    def _open(self, base: Experiment, parent: int | None, at: int, edits: list[Edit]) -> Line:
        number = len(self.lines_)
        frames = Keyframes(outline(base).cost["multiply_adds"])
        inherited = 0 if parent is None else len(edits)
        line = Line(number, parent, at, base, edits, History(number, at), frames, inherited)
        self.lines_.append(line)
        self._at = number
        shrink(self.lines_, line)
        return line

    def _start(self) -> None:
        """Step 0 of the present line."""
        self.run = Run(self._line.base)
        self.step, self._applied = 0, 0
        self._act()
        if not self._line.history.tested:
            self._test()

    def _branch(self) -> None:
        """Open a line that leaves the present one here, with the edits that have acted."""
        parent = self._line
        self._open(parent.base, parent.number, self.step, parent.edits[: self._applied])

    def _act(self) -> None:
        """Let the edits of this step act."""
        edits = self._line.edits
        while self._applied < len(edits) and (edits[self._applied].at or 0) <= self.step:
            self.run.edit(edits[self._applied], self._applied)
            self._applied += 1

    def _walk(self, most: int) -> int:
        """Up to `most` steps without looking up, to the next step where something is due."""
        run, history, line = self.run, self._line.history, self._line
        waiting = line.edits[self._applied :]
        if waiting:
            most = min(most, max((waiting[0].at or 0) - self.step, 1))
        test_every = run.reading.test_every
        due = min(test_every, line.keyframes.spacing)
        most = min(most, due - self.step % due)
        rows = run.steps(most)
        history.add(rows[max(history.head - self.step, 0) :])  # which nobody has made before
        made = len(rows)
        self.step += made
        if made < most:
            self._diverged()
            return made
        if line.keyframes.due(self.step):
            self._keep(run.state(self.step, self._applied))
        if self.step % test_every == 0 and self.step not in history.tested:
            self._test()
        self._act()
        return most

    def _keep(self, state: State) -> None:
        self._line.keyframes.keep(state)
        balance(self.lines_, self._line)

    def _test(self) -> None:
        self._line.history.test(self.step, *test(self.run))

    def _diverged(self) -> None:
        """Stand at the last finite step, and say what broke."""
        step = self.step
        array = culprit(self.run)
        self.seek(step)  # θ and the recording as they were after the last finite step
        self.divergence = explained(self.run.experiment, step, array)
