"""One way to carry a session: the same bytes are the download, the fork, the move, the recovery.

For step k ≥ 1 they hold the state at k − 1 and k itself: loading replays one step, so that the
recording of step k is there. Lines, edits and history go along; keyframes stay behind. What is not
numbers stands as JSON among the arrays, since it may be longer than a header should be; a line
tells only the edits it has beyond those it inherited.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from engine.edits import MOST_EDITS, Edit, Silence, read_edits
from engine.errors import Broken, TinkernetError
from engine.experiment import Experiment
from engine.fingerprint import fingerprint
from engine.following import Change
from engine.history import History
from engine.keyframes import Keyframes, State
from engine.lines import Line
from engine.memory.arena import Array
from engine.outline import outline
from engine.registry import find
from engine.session import Session
from engine.tensors import decode, encode
from engine.transplant import Moves
from engine.undoing import Memory

FORMAT = 3
READ = (2, 3)  # 2: without what edits did to the places of units, so that none is followed there
HISTORY, WIDTHS = ("rows", "tiles", "tested"), (4, 8, 3)


def save(session: Session) -> bytes:
    """The session as bytes. Leaves it where it was."""
    step, line, divergence = session.step, session.line, session.divergence
    if step:
        session.seek(step - 1, line)
    state = session.run.state(session.step, session._applied)
    if step:
        session.seek(step, line)
        session.divergence = divergence  # seeking leaves it behind
    bases: list[Experiment] = []
    for each in session.lines_:
        if each.base not in bases:
            bases.append(each.base)
    about = {
        "fingerprint": fingerprint(),
        "exact": session.exact,
        "step": step,
        "line": line,
        "divergence": divergence,
        "bases": [base.to_json() for base in bases],
        "lines": [_told(each, bases) for each in session.lines_],
        "state": {
            "step": state.step,
            "applied": state.applied,
            "experiment": state.experiment.to_json(),
            "learner": state.learner,
            "data": state.data.to_json(),
            "silenced": {path: list(units) for path, units in state.silenced.items()},
            "frozen": sorted(state.frozen),
            "memory": [_memory_told(memory) for memory in state.memory],
        },
    }
    text = json.dumps(about, separators=(",", ":")).encode()
    arrays: dict[str, Array] = {"theta": state.theta, "buffers": state.buffers}
    arrays |= {f"slot.{name}": slot for name, slot in state.slots.items()}
    arrays["memory"] = _flat(
        a for each in state.memory for kept in (each.arrays or {}).values() for a in kept.values()
    )
    histories = [_history(each.history) for each in session.lines_]
    for name, width, parts in zip(HISTORY, WIDTHS, zip(*histories, strict=True), strict=True):
        arrays[f"history.{name}"] = np.concatenate(parts).reshape(-1, width)
    arrays["about"] = np.frombuffer(text, np.uint8)
    form = json.dumps({"format": FORMAT})
    return encode(arrays, {"tinkernet": form, "sha256": _digest(form, arrays)})


def load(raw: bytes) -> Session:
    """The session in the bytes. Raises `Broken` where they are torn, flipped or not ours.

    `session.exact` is False where this machine's arithmetic is not the one that wrote them, and
    stays so when they are saved again: earlier steps come from elsewhere.
    """
    arrays, metadata = decode(raw)
    text = metadata.get("tinkernet", "")
    if metadata.get("sha256") != _digest(text, arrays):
        raise Broken("This checkpoint is damaged: its numbers do not fit its seal.")
    form = json.loads(text).get("format")
    if form not in READ:
        raise Broken(
            f"This checkpoint is of form {form}; this playground reads form {READ[0]} to {FORMAT}."
        )
    try:
        return _session(json.loads(arrays["about"].tobytes()), arrays)
    except TinkernetError:
        raise
    except (
        KeyError,
        ValueError,
        TypeError,
        IndexError,
        AttributeError,
        OverflowError,
        RecursionError,
    ):
        raise Broken("This checkpoint cannot be read.") from None


def _session(about: dict[str, Any], arrays: dict[str, Array]) -> Session:
    kept = about["state"]
    if about["step"] - kept["step"] not in (0, 1):
        raise ValueError  # loading replays one step, never a journey somebody made up
    state = State(
        step=kept["step"],
        applied=kept["applied"],
        experiment=Experiment.from_json(kept["experiment"]),
        theta=arrays["theta"],
        buffers=arrays["buffers"],
        slots={name[5:]: a for name, a in arrays.items() if name.startswith("slot.")},
        learner=kept["learner"],
        data=find("data", kept["data"]["kind"]).from_json(kept["data"]),
        silenced={path: tuple(units) for path, units in kept["silenced"].items()},
        frozen=frozenset(kept["frozen"]),
        memory=_memories(kept["memory"], arrays["memory"]),
    )
    bases = [Experiment.from_json(base) for base in about["bases"]]
    session = Session(bases[0])
    session.lines_ = []
    starts = [0, 0, 0]
    for number, each in enumerate(about["lines"]):
        if each["parent"] is not None and not 0 <= each["parent"] < number:
            raise ValueError  # the way back along the parents would not end
        base, edits = bases[each["base"]], _edits(session.lines_, each)
        ends = [start + n for start, n in zip(starts, each["kept"], strict=True)]
        history = _remembered(
            History(number, each["at"]), each["head"],
            *(arrays[f"history.{name}"][a:b]
              for name, a, b in zip(HISTORY, starts, ends, strict=True)),
        )  # fmt: skip
        starts = ends
        frames = Keyframes(outline(base).cost["multiply_adds"])
        session.lines_.append(
            Line(
                number, each["parent"], each["at"], base, edits, history, frames, each["inherited"]
            )
        )
    session.resume(about["line"], state)
    session.exact = about.get("exact", True) and about["fingerprint"] == fingerprint()
    session.seek(about["step"], about["line"])
    session.divergence = about.get("divergence")
    return session


def _told(line: Line, bases: list[Experiment]) -> dict[str, Any]:
    """A line, with those of its edits that its parent does not have before them."""
    return {
        "parent": line.parent,
        "at": line.at,
        "head": line.head,
        "base": bases.index(line.base),
        "inherited": line.inherited,
        "edits": [edit.to_json() for edit in line.edits[line.inherited :]],
        "kept": [len(part) for part in _history(line.history)],
    }


def _edits(lines: Sequence[Line], line: dict[str, Any]) -> list[Edit]:
    own, inherited = list(read_edits(line["edits"], MOST_EDITS)), line["inherited"]
    theirs = [] if line["parent"] is None else lines[line["parent"]].edits
    if not 0 <= inherited <= len(theirs):
        raise ValueError
    return theirs[:inherited] + own


def _memory_told(memory: Memory) -> dict[str, Any]:
    """What takes an edit back, with the shapes of the arrays, which stand in one row; what it did
    to the places of units, and where a layer stood, where it did anything to them."""
    shapes = {
        vector: {name: list(a.shape) for name, a in kept.items()}
        for vector, kept in (memory.arrays or {}).items()
    }
    told = {"back": [edit.to_json() for edit in memory.back], "arrays": shapes}
    if memory.of is not None:
        told["of"] = memory.of.to_json()
    if memory.in_front is not None:
        told["in_front"] = memory.in_front
    if memory.layer is not None:
        told["layer"] = memory.layer
    if (change := memory.change) is not None:
        told["change"] = {
            "come": change.moves.come,
            "arrays": change.moves.arrays,
            "units": change.moves.units,
            "gone": sorted(change.gone),
            "back": change.back,
        }
    return told


def _memories(told: list[dict[str, Any]], row: Array) -> tuple[Memory, ...]:
    made, at = [], 0
    for each in told:
        arrays: dict[str, dict[str, Array]] = {}
        for vector, shapes in each["arrays"].items():
            for name, shape in shapes.items():
                end = at + math.prod(shape)
                arrays.setdefault(vector, {})[name] = row[at:end].reshape(shape)
                at = end
        of = read_edits([each["of"]])[0] if "of" in each else None
        if not isinstance(of, Silence | None):
            raise ValueError
        change = _change(each["change"]) if "change" in each else None
        before = tuple(map(str, each["in_front"])) if "in_front" in each else None
        layer = str(each["layer"]) if "layer" in each else None
        made.append(Memory(read_edits(each["back"]), arrays or None, change, of, before, layer))
    return tuple(made)


def _change(told: dict[str, Any]) -> Change:
    def places(given: list[int]) -> tuple[int, ...]:
        return tuple(int(place) for place in given)

    arrays = {name: (int(axis), places(at)) for name, (axis, at) in told["arrays"].items()}
    units = {path: places(at) for path, at in told["units"].items()}
    back = None if told["back"] is None else int(told["back"])
    return Change(Moves(bool(told["come"]), arrays, units), frozenset(told["gone"]), back)


def _flat(arrays: Iterable[Array]) -> Array:
    return np.concatenate([np.zeros(0, np.float32), *(a.ravel() for a in arrays)])


def _history(history: History) -> tuple[Array, Array, Array]:
    """Its exact rows, its tiles and its evaluations."""
    tested = [
        (step, loss, np.nan if accuracy is None else accuracy)
        for step, (loss, accuracy) in history.tested.items()
    ]
    return (
        history.window(history.exact, history.head),
        np.array(history.tiles, np.float64).reshape(-1, 8),
        np.array(tested, np.float64).reshape(-1, 3),
    )


def _remembered(history: History, head: int, rows: Array, tiles: Array, tested: Array) -> History:
    history.tiles = [tuple(row) for row in tiles.tolist()]
    history.head = history.exact
    if history.head + len(rows) != head:
        raise ValueError
    history.add(rows.tolist())
    for step, loss, accuracy in tested.tolist():
        history.tested[int(step)] = (loss, None if np.isnan(accuracy) else accuracy)
    return history


def _digest(text: str, arrays: dict[str, Array]) -> str:
    seal = hashlib.sha256(text.encode())
    for name in sorted(arrays):
        seal.update(name.encode())
        seal.update(np.ascontiguousarray(arrays[name]).tobytes())
    return seal.hexdigest()
