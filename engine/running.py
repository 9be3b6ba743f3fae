"""A run: an experiment with memory. It makes steps and obeys edits; it knows nothing of lines.

The session (engine/session.py) owns time: which line, which step, what to remember. This is the
thing that is at a step.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from engine.data import Dataset, Prepared, prepare
from engine.edits import (
    Edit,
    Freeze,
    PointsAdd,
    PointsErase,
    Set,
    Silence,
    Undo,
    UnitAdd,
    UnitRemove,
    Write,
    refuse_reset,
    when,
)  # fmt: skip
from engine.edits.points import inverse, pointed
from engine.errors import Invalid, NotNow, TinkernetError, Unknown
from engine.experiment import PURPOSES, Experiment
from engine.following import Change, now
from engine.keyframes import State
from engine.learners import Row, Setting, Stepper
from engine.memory.arena import Arena, Array
from engine.net import Net
from engine.outline import outline
from engine.reading import Reading
from engine.transplant import Moves, clear, copies, give_back, lost, moves, transplant
from engine.undoing import STRUCTURE, Memory, bounded, changed, inverse_of, is_there


class Run:
    """An experiment in memory: net, θ, buffers, stepper, and what edits did to it."""

    def __init__(self, experiment: Experiment) -> None:
        self.silenced: dict[str, tuple[int, ...]] = {}
        self.frozen: frozenset[str] = frozenset()
        self.memory: tuple[Memory, ...] = ()
        self._prepared: Prepared | None = None
        self._build(experiment, experiment.data)
        begin(experiment, self.net, self.theta, self.buffers)

    # --- making ------------------------------------------------------------------------------

    def _build(self, experiment: Experiment, data: Dataset) -> None:
        """Memory for the experiment: a net, arenas of zeros, a stepper."""
        outline(experiment)
        self.experiment = experiment
        self.net = Net(experiment.layers, experiment.input_shape)
        self.theta, self.buffers = self.net.theta(), self.net.buffers()
        self.in_use, self.waiting = data, data != experiment.data
        self._begin()

    def _begin(self) -> None:
        e = self.experiment
        seeds = {purpose: e.seed_of(purpose) for purpose in PURPOSES}
        setting = Setting(
            self.net, self.theta, self.buffers, e.training.loss, self.prepared, seeds,
            self.silenced, self.frozen,
        )  # fmt: skip
        self.stepper: Stepper = e.training.learner.begin(setting)
        self._forget()

    def _again(self) -> None:
        """A new stepper over the same arrays, going on where the old one stood."""
        old = self.stepper
        self._begin()
        state = old.state()
        if old.slots.keys() == self.stepper.slots.keys():
            for name, slot in self.stepper.slots.items():
                slot[:] = old.slots[name]
        elif "updates" in state:  # another optimizer starts fresh, though one name may be alike
            state["updates"] = 0
        self.stepper.resume(old.made, state)

    @property
    def prepared(self) -> Prepared:
        """The data in use, as the net gets them."""
        e = self.experiment
        plane = e.model.input
        if self._prepared is None or self._prepared.data != self.in_use:
            features = getattr(plane, "features", None)
            self._prepared = prepare(self.in_use, features, e.seed_of("data"))
        return self._prepared

    # --- stepping ----------------------------------------------------------------------------

    def steps(self, most: int) -> list[Row]:
        """Up to `most` steps, as the stepper's; other data that wait for it come in at an epoch's
        border."""
        rows: list[Row] = []
        while self.waiting and len(rows) < most:
            s = self.stepper
            if s.position >= s.end:
                self.in_use, self.waiting = self.experiment.data, False
                s.use(self.prepared)
                self._forget()
            elif not s.step():
                return rows
            else:
                rows.append(s.now)
        return rows + self.stepper.steps(most - len(rows))

    # --- states ------------------------------------------------------------------------------

    def state(self, step: int, applied: int) -> State:
        """A copy of everything the next step follows from."""
        s = self.stepper
        return State(
            step, applied, self.experiment, self.theta.vector.copy(), self.buffers.vector.copy(),
            copies(s.slots), s.state(), self.in_use, dict(self.silenced), self.frozen, self.memory,
        )  # fmt: skip

    def restore(self, state: State) -> None:
        """Become what a state says."""
        self.silenced, self.frozen = dict(state.silenced), state.frozen
        self.memory = state.memory
        self._build(state.experiment, state.data)
        self.theta.vector[:] = state.theta
        self.buffers.vector[:] = state.buffers
        for name, slot in state.slots.items():
            self.stepper.slots[name][:] = slot
        self.stepper.resume(state.step, state.learner)

    # --- edits -------------------------------------------------------------------------------

    def edit(self, edit: Edit, number: int) -> None:
        """Let an edit act now. number: its place in the line's list, which addresses its chance.

        Raises `Invalid`, `Unknown` or `NotNow`, and has then changed nothing.
        """
        memory = self._act(edit, number)
        self.memory = bounded((*self.memory, memory))
        self._forget()

    def _act(self, edit: Edit, number: int) -> Memory:
        match edit:
            case Set():
                return self._set(edit)
            case Write():
                return self._write(edit)
            case Silence(layer=path):
                site = self._site(path)
                if any(unit >= site.y[0] or unit < 0 for unit in edit.units):
                    most = site.y[0] - 1
                    raise Invalid(f"“units” are from 0 to {most}.", pointer="/units", limit=most)
                old = self.silenced.get(path, ())
                self.silenced = {k: v for k, v in self.silenced.items() if k != path}
                if edit.units:
                    self.silenced[path] = edit.units
                self._again()
                of = Silence(layer=path, units=tuple(sorted({*old} ^ {*edit.units})))
                return Memory((Silence(layer=path, units=old),), of=of)
            case Freeze(layer=path):
                self._site(path)
                was = path in self.frozen
                self.frozen = self.frozen | {path} if edit.on else self.frozen - {path}
                self._again()
                return Memory((Freeze(layer=path, on=was),))
            case PointsAdd() | PointsErase():
                return self._by_hand(edit)
            case Undo():
                return self._undo(edit, number)
        return self._restructure(edit, number, None)

    def _set(self, edit: Set) -> Memory:
        refuse_reset(self.experiment, edit)
        document = self.experiment.to_json()
        old = _get(document, edit.path)
        edit.change(document)
        at_once = when(self.experiment, edit.path) == "now"
        data = self.in_use
        try:
            changed = Experiment.from_json(document)
            if edit.path.startswith("/data/") and at_once:
                name = edit.path.split("/")[2]
                data = _enough(changed, data.with_(**{name: getattr(changed.data, name)}))
        except TinkernetError as error:
            raise error.at("value") from None
        outline(changed)
        self.experiment, self.in_use = changed, data
        self.waiting = data != changed.data  # for the next epoch's border
        if edit.path.startswith("/data/"):
            self.stepper.use(self.prepared)
        else:
            if changed.layers != self.net.layers:
                self.net = Net(changed.layers, changed.input_shape)
            self._again()
        return Memory((Set(path=edit.path, value=old),))

    def _by_hand(self, edit: PointsAdd | PointsErase) -> Memory:
        """Points come or go at once; other data that wait for the epoch's border go on waiting."""
        document, before = self.experiment.to_json(), self.experiment.data
        edit.change(document)
        names = [name for name in ("painted", "erased") if name in document["data"]]
        try:
            changed = Experiment.from_json(document)
        except TinkernetError as error:
            raise pointed(error, len(before.painted)) from None
        outline(changed)
        now, self.experiment = changed.data, changed
        data = self.in_use.with_(**{name: getattr(now, name) for name in names})
        self.in_use = _enough(changed, data)
        self.waiting = self.in_use != now
        self.stepper.use(self.prepared)
        return Memory(inverse(before, now))

    def _write(self, edit: Write) -> Memory:
        arrays = self.arrays
        if edit.array not in arrays:
            raise Unknown(f"There is no array “{edit.array[:60]}”.", pointer="/array", known=arrays)
        array = arrays[edit.array]
        if len(edit.index) != array.ndim or any(
            not 0 <= i < n for i, n in zip(edit.index, array.shape, strict=False)
        ):
            shown = " × ".join(map(str, array.shape))
            raise Invalid(f"“index” is a place in {edit.array}: {shown}.", pointer="/index")
        if edit.array.endswith(".running_var") and edit.value < 0:
            raise Invalid("A variance is at least 0.", pointer="/value", limit=0)
        old = float(array[edit.index])
        array[edit.index] = edit.value
        return Memory((Write(array=edit.array, index=edit.index, value=old),))

    def _restructure(
        self, edit: Edit, number: int, fresh: Mapping[str, Mapping[str, Array]] | None
    ) -> Memory:
        """Make the new net and carry over what survives. fresh: arrays for what does not."""
        old_net, document = self.net, self.experiment.to_json()
        back = inverse_of(edit, document)
        edit.change(document)
        changed = Experiment.from_json(document)
        outline(changed)
        new_net, shift = Net(changed.layers, changed.input_shape), Moves()
        if isinstance(edit, UnitAdd | UnitRemove):
            shift = moves(edit, old_net, new_net)
        old = {name: copies(arrays) for name, arrays in self._vectors().items()}
        step, state = self.stepper.made, self.stepper.state()
        sites = new_net.by_path
        silenced = {
            path: shift.renumbered(path, units, sites[path].y[0])
            for path, units in self.silenced.items()
            if path in sites
        }
        held, frozen = self.silenced, self.frozen
        self.silenced = {path: units for path, units in silenced.items() if units}
        self.frozen = frozenset(path for path in self.frozen if path in sites)
        self._build(changed, self.in_use)
        self.net.initialize(
            self.theta, self.buffers, changed.seed_of("init") + (number + 1) * 2**32
        )
        given = dict(fresh or {})
        if given.keys() - {"theta", "buffers"} != self.stepper.slots.keys():
            for name in self.stepper.slots:  # they are of another optimizer
                given.pop(name, None)
        for name, arrays in self._vectors().items():
            if name == "theta":
                clear(arrays, shift)
            give_back(given.get(name, {}), arrays, shift)
            if name in old:
                transplant(old[name], arrays, shift)
        self.stepper.resume(step, state)
        dropped = tuple(
            Silence(layer=path, units=units)
            for path, units in held.items()
            if len(self.silenced.get(path, ())) < len(units)
        ) + tuple(Freeze(layer=path) for path in sorted(frozen - self.frozen))
        gone = old_net.by_path.keys() - sites.keys()
        if not isinstance(edit, UnitAdd | UnitRemove):
            theirs, ours = old["theta"] | old["buffers"], self.arrays
            gone |= {
                name for name, a in theirs.items()
                if name not in ours or ours[name].shape != a.shape
            }  # fmt: skip
        return Memory(
            (*back, *dropped),
            {name: lost(old[name], a, shift) for name, a in self._vectors().items()},
            Change(shift, frozenset(gone)),
        )

    def _undo(self, edit: Undo, number: int) -> Memory:
        if not self.memory:
            raise NotNow("There is no edit on this line yet that could be undone.")
        if edit.edit >= len(self.memory):
            most = len(self.memory) - 1
            raise Invalid("There is no such edit to undo.", pointer="/edit", limit=most)
        memory = self.memory[edit.edit]
        since = changed(self.memory, edit.edit + 1)
        if not is_there(memory, since):
            why = "what it changed is gone" if memory.back else "what it removed is no longer kept"
            raise NotNow(f"That edit cannot be taken back: {why}.", pointer="/edit")
        made: list[Edit] = []
        arrays = change = of = None
        for each in memory.back:
            back = now(each, since)
            if back is None:
                continue  # a lesion of a layer that another edit took away since
            if isinstance(back, STRUCTURE):
                redo = self._restructure(back, number, memory.arrays)
                assert redo.change is not None
                arrays, change = redo.arrays, replace(redo.change, back=edit.edit)
                # What follows was dropped with it, and is numbered as it was before.
                since = [*changed(self.memory, edit.edit), (number, change)]
            else:
                redo = self._act(back, number)
                of = redo.of
            made = [*redo.back, *made]
        return Memory(tuple(made), arrays, change, None if change else of)

    @property
    def past(self) -> set[int]:
        """Numbers of the edits that can be taken back no more: what they take is not kept, or what
        they changed is gone."""
        since, made = changed(self.memory, 0), set()
        for number, memory in enumerate(self.memory):
            while since and since[0][0] <= number:
                del since[0]
            if not is_there(memory, since):
                made.add(number)
        return made

    def _vectors(self) -> dict[str, dict[str, Array]]:
        """Every vector like θ, and the statistics, as arrays by dotted name."""
        net = self.net
        made = {"theta": net.arrays(self.theta)}
        both = net.arrays(self.theta, self.buffers)
        made["buffers"] = {name: a for name, a in both.items() if name not in made["theta"]}
        for name, vector in self.stepper.slots.items():
            slot = Arena.over(net.theta_plan, vector)
            made[name] = net.arrays(slot)
        return made

    def _site(self, path: str) -> Any:
        if path not in self.net.by_path:
            raise Unknown(
                f"There is no layer “{path[:60]}”.", pointer="/layer", known=self.net.by_path
            )
        return self.net.by_path[path]

    def _forget(self) -> None:
        """Whatever was read was of another net, other data or other lesions."""
        self.reading = Reading(self.stepper, self.prepared)

    @property
    def arrays(self) -> dict[str, Array]:
        """Every array of the net by its dotted name, as views in PyTorch's shapes."""
        return self.net.arrays(self.theta, self.buffers)


def _enough(experiment: Experiment, data: Dataset) -> Dataset:
    """Data in use while the experiment's wait for the epoch's border; the experiment's at once,
    where a hand took too many of those in use for a step or a test."""
    try:
        return experiment.with_(data=data).data
    except TinkernetError:
        return experiment.data


def begin(experiment: Experiment, net: Net, theta: Arena, buffers: Arena) -> None:
    """Fill θ and buffers with what an experiment starts from: drawn; the perceptron from 0."""
    net.initialize(theta, buffers, experiment.seed_of("init"))
    if experiment.training.learner.kind == "perceptron":
        theta.vector.fill(0.0)


def _get(document: Any, path: str) -> Any:
    for key in path[1:].split("/"):
        document = document[int(key)] if isinstance(document, list) else document[key]
    return document
