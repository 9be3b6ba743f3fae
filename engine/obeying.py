"""How a run obeys an edit: what changes at once, what is carried over, and what undo will need.

Each function acts on a run (engine/running.py) and returns what takes the edit back; it raises
`Invalid`, `Unknown` or `NotNow`, and has then changed nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from engine.data import Dataset
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
from engine.edits.places import owner
from engine.edits.points import inverse, pointed
from engine.errors import Invalid, NotNow, TinkernetError, Unknown
from engine.experiment import Experiment
from engine.following import Change, now
from engine.memory.arena import Array
from engine.net import Net
from engine.outline import outline
from engine.transplant import Moves, clear, copies, give_back, lost, moves, transplant
from engine.undoing import STRUCTURE, Memory, changed, in_front, inverse_of, is_there, placed

if TYPE_CHECKING:
    from engine.running import Run


def act(run: Run, edit: Edit, number: int) -> Memory:
    """Let an edit act on a run. number: its place in the line's list, which addresses chance."""
    match edit:
        case Set():
            return _set(run, edit)
        case Write():
            return _write(run, edit)
        case Silence():
            return _silence(run, edit)
        case Freeze():
            return _freeze(run, edit)
        case PointsAdd() | PointsErase():
            return _by_hand(run, edit)
        case Undo():
            return _undo(run, edit, number)
    return _restructure(run, edit, number, None)


def _set(run: Run, edit: Set) -> Memory:
    refuse_reset(run.experiment, edit)
    document = run.experiment.to_json()
    old, layer = _get(document, edit.path), owner(document, edit.path)
    edit.change(document)
    at_once = when(run.experiment, edit.path) == "now"
    data = run.in_use
    try:
        changed = Experiment.from_json(document)
        if edit.path.startswith("/data/") and at_once:
            name = edit.path.split("/")[2]
            data = _enough(changed, data.with_(**{name: getattr(changed.data, name)}))
    except TinkernetError as error:
        raise error.at("value") from None
    outline(changed)
    run.experiment, run.in_use = changed, data
    run.waiting = data != changed.data  # for the next epoch's border
    if edit.path.startswith("/data/"):
        run.stepper.use(run.prepared)
    else:
        if changed.layers != run.net.layers:
            run.net = Net(changed.layers, changed.input_shape)
        run.again()
    return Memory((Set(path=edit.path, value=old),), layer=layer)


def _by_hand(run: Run, edit: PointsAdd | PointsErase) -> Memory:
    """Points come or go at once; other data that wait for the epoch's border go on waiting."""
    document, before = run.experiment.to_json(), run.experiment.data
    edit.change(document)
    names = [name for name in ("painted", "erased") if name in document["data"]]
    try:
        changed = Experiment.from_json(document)
    except TinkernetError as error:
        raise pointed(error, len(before.painted)) from None
    outline(changed)
    now, run.experiment = changed.data, changed
    data = run.in_use.with_(**{name: getattr(now, name) for name in names})
    run.in_use = _enough(changed, data)
    run.waiting = run.in_use != now
    run.stepper.use(run.prepared)
    return Memory(inverse(before, now))


def _write(run: Run, edit: Write) -> Memory:
    arrays = run.arrays
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


def _silence(run: Run, edit: Silence) -> Memory:
    path, site = edit.layer, run.site(edit.layer)
    if any(unit >= site.y[0] or unit < 0 for unit in edit.units):
        most = site.y[0] - 1
        raise Invalid(f"“units” are from 0 to {most}.", pointer="/units", limit=most)
    old = run.silenced.get(path, ())
    run.silenced = {k: v for k, v in run.silenced.items() if k != path}
    if edit.units:
        run.silenced[path] = edit.units
    run.again()
    of = Silence(layer=path, units=tuple(sorted({*old} ^ {*edit.units})))
    return Memory((Silence(layer=path, units=old),), of=of)


def _freeze(run: Run, edit: Freeze) -> Memory:
    path = edit.layer
    run.site(path)
    was = path in run.frozen
    run.frozen = run.frozen | {path} if edit.on else run.frozen - {path}
    run.again()
    return Memory((Freeze(layer=path, on=was),))


def _restructure(
    run: Run, edit: Edit, number: int, fresh: Mapping[str, Mapping[str, Array]] | None
) -> Memory:
    """Make the new net and carry over what survives. fresh: arrays for what does not."""
    old_net, document = run.net, run.experiment.to_json()
    back, before = inverse_of(edit, document), in_front(edit, document)
    edit.change(document)
    changed = Experiment.from_json(document)
    outline(changed)
    new_net, shift = Net(changed.layers, changed.input_shape), Moves()
    if isinstance(edit, UnitAdd | UnitRemove):
        shift = moves(edit, old_net, new_net)
    old = {name: copies(arrays) for name, arrays in run.vectors().items()}
    step, state = run.stepper.made, run.stepper.state()
    sites = new_net.by_path
    silenced = {
        path: shift.renumbered(path, units, sites[path].y[0])
        for path, units in run.silenced.items()
        if path in sites
    }
    held, frozen = run.silenced, run.frozen
    run.silenced = {path: units for path, units in silenced.items() if units}
    run.frozen = frozenset(path for path in run.frozen if path in sites)
    run.build(changed, run.in_use)
    run.net.initialize(run.theta, run.buffers, changed.seed_of("init") + (number + 1) * 2**32)
    given = dict(fresh or {})
    if given.keys() - {"theta", "buffers"} != run.stepper.slots.keys():
        for name in run.stepper.slots:  # they are of another optimizer
            given.pop(name, None)
    for name, arrays in run.vectors().items():
        if name == "theta":
            clear(arrays, shift)
        give_back(given.get(name, {}), arrays, shift)
        if name in old:
            transplant(old[name], arrays, shift)
    run.stepper.resume(step, state)
    dropped = tuple(
        Silence(layer=path, units=units)
        for path, units in held.items()
        if len(run.silenced.get(path, ())) < len(units)
    ) + tuple(Freeze(layer=path) for path in sorted(frozen - run.frozen))
    gone = old_net.by_path.keys() - sites.keys()
    if not isinstance(edit, UnitAdd | UnitRemove):
        theirs, ours = old["theta"] | old["buffers"], run.arrays
        gone |= {
            name for name, a in theirs.items()
            if name not in ours or ours[name].shape != a.shape
        }  # fmt: skip
    return Memory(
        (*back, *dropped),
        {name: lost(old[name], a, shift) for name, a in run.vectors().items()},
        Change(shift, frozenset(gone)),
        in_front=before,
    )


def _undo(run: Run, edit: Undo, number: int) -> Memory:
    if not run.memory:
        raise NotNow("There is no edit on this line yet that could be undone.")
    if edit.edit >= len(run.memory):
        most = len(run.memory) - 1
        raise Invalid("There is no such edit to undo.", pointer="/edit", limit=most)
    memory = run.memory[edit.edit]
    since = changed(run.memory, edit.edit + 1)
    if not is_there(memory, since):
        why = "what it changed is gone" if memory.back else "what it removed is no longer kept"
        raise NotNow(f"That edit cannot be taken back: {why}.", pointer="/edit")
    made: list[Edit] = []
    kept = Memory()
    for each in memory.back:
        back = now(each, since)
        if back is None:
            continue  # a lesion of a layer that another edit took away since
        back = placed(back, memory, run.experiment.to_json())
        if isinstance(back, STRUCTURE):
            redo = _restructure(run, back, number, memory.arrays)
            assert redo.change is not None
            change = replace(redo.change, back=edit.edit)
            kept = replace(redo, change=change)
            # What follows was dropped with it, and is numbered as it was before.
            since = [*changed(run.memory, edit.edit), (number, change)]
        else:
            redo = act(run, back, number)
            kept = kept if kept.change else redo
        made = [*redo.back, *made]
    return replace(kept, back=tuple(made))


def _enough(experiment: Experiment, data: Dataset) -> Dataset:
    """Data in use while the experiment's wait for the epoch's border; the experiment's at once,
    where a hand took too many of those in use for a step or a test."""
    try:
        return experiment.with_(data=data).data
    except TinkernetError:
        return experiment.data


def _get(document: Any, path: str) -> Any:
    for key in path[1:].split("/"):
        document = document[int(key)] if isinstance(document, list) else document[key]
    return document
