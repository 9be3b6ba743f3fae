"""One way to carry a session: the same bytes are the download, the fork, the move, the recovery.

For step k ≥ 1 they hold the state at k − 1 and k itself: loading replays one step, so that the
recording of step k is there. Lines, edits and history go along; keyframes stay behind.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

import numpy as np

from engine.edits import MOST_EDITS, read_edits
from engine.errors import Broken, TinkernetError
from engine.experiment import Experiment
from engine.fingerprint import fingerprint
from engine.history import History
from engine.keyframes import Keyframes, State
from engine.lines import Line
from engine.memory.arena import Array
from engine.outline import outline
from engine.registry import find
from engine.running import Memory
from engine.session import Session
from engine.tensors import decode, encode

FORMAT = 1


def save(session: Session) -> bytes:
    """The session as bytes. Leaves it where it was."""
    step, line, divergence = session.step, session.line, session.divergence
    if step:
        session.seek(step - 1, line)
    state = session.run.state(session.step, session._applied)
    if step:
        session.seek(step, line)
        session.divergence = divergence  # seeking leaves it behind
    arrays: dict[str, Array] = {"theta": state.theta, "buffers": state.buffers}
    arrays |= {f"slot.{name}": slot for name, slot in state.slots.items()}
    for i, memory in enumerate(state.memory):
        for vector, kept in (memory.arrays or {}).items():
            arrays |= {f"memory.{i}.{vector}.{name}": a for name, a in kept.items()}
    for number, each in enumerate(session.lines_):
        arrays |= _history(number, each.history)
    about = {
        "format": FORMAT,
        "fingerprint": fingerprint(),
        "exact": session.exact,
        "step": step,
        "line": line,
        "divergence": divergence,
        "lines": [
            {
                "parent": each.parent,
                "at": each.at,
                "head": each.head,
                "base": each.base.to_json(),
                "edits": [edit.to_json() for edit in each.edits],
            }
            for each in session.lines_
        ],
        "state": {
            "step": state.step,
            "applied": state.applied,
            "experiment": state.experiment.to_json(),
            "learner": state.learner,
            "data": state.data.to_json(),
            "silenced": {path: list(units) for path, units in state.silenced.items()},
            "frozen": sorted(state.frozen),
            "memory": [[edit.to_json() for edit in memory.back] for memory in state.memory],
        },
    }
    text = json.dumps(about, separators=(",", ":"))
    return encode(arrays, {"tinkernet": text, "sha256": _digest(text, arrays)})


def load(raw: bytes) -> Session:
    """The session in the bytes. Raises `Broken` where they are torn, flipped or not ours.

    `session.exact` is False where this machine's arithmetic is not the one that wrote them, and
    stays so when they are saved again: earlier steps come from elsewhere.
    """
    arrays, metadata = decode(raw)
    text = metadata.get("tinkernet", "")
    if metadata.get("sha256") != _digest(text, arrays):
        raise Broken("This checkpoint is damaged: its numbers do not fit its seal.")
    about = json.loads(text)
    if about.get("format") != FORMAT:
        raise Broken("This checkpoint is of a newer form than this playground reads.")
    try:
        return _session(about, arrays)
    except TinkernetError:
        raise
    except (KeyError, ValueError, TypeError, IndexError, AttributeError, OverflowError):
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
        memory=tuple(_memory(i, back, arrays) for i, back in enumerate(kept["memory"])),
    )
    session = Session(Experiment.from_json(about["lines"][0]["base"]))
    session.lines_ = []
    for number, each in enumerate(about["lines"]):
        base = Experiment.from_json(each["base"])
        frames = Keyframes(outline(base).cost["multiply_adds"])
        history = _remembered(number, each, arrays)
        edits = list(read_edits(each["edits"], MOST_EDITS))
        session.lines_.append(
            Line(number, each["parent"], each["at"], base, edits, history, frames)
        )
    session.resume(about["line"], state)
    session.exact = about.get("exact", True) and about["fingerprint"] == fingerprint()
    session.seek(about["step"], about["line"])
    session.divergence = about.get("divergence")
    return session


def _memory(i: int, back: list[Any], arrays: dict[str, Array]) -> Memory:
    made: dict[str, dict[str, Array]] = {}
    for name, a in arrays.items():
        if name.startswith(f"memory.{i}."):
            vector, place = name.split(".", 3)[2:]
            made.setdefault(vector, {})[place] = a
    return Memory(read_edits(back), made or None)


def _history(number: int, history: History) -> dict[str, Array]:
    tested = [
        (step, loss, np.nan if accuracy is None else accuracy)
        for step, (loss, accuracy) in history.tested.items()
    ]
    return {
        f"history.{number}.rows": history.window(history.exact, history.head),
        f"history.{number}.tiles": np.array(history.tiles, np.float64).reshape(-1, 8),
        f"history.{number}.tested": np.array(tested, np.float64).reshape(-1, 3),
    }


def _remembered(number: int, line: dict[str, Any], arrays: dict[str, Array]) -> History:
    history = History(number, line["at"])
    rows = arrays[f"history.{number}.rows"]
    history.tiles = [tuple(row) for row in arrays[f"history.{number}.tiles"].tolist()]
    history.head = history.exact
    if history.head + len(rows) != line["head"]:
        raise ValueError
    history.add(rows.tolist())
    for step, loss, accuracy in arrays[f"history.{number}.tested"].tolist():
        history.tested[int(step)] = (loss, None if np.isnan(accuracy) else accuracy)
    return history


def _digest(text: str, arrays: dict[str, Array]) -> str:
    seal = hashlib.sha256(text.encode())
    for name in sorted(arrays):
        seal.update(name.encode())
        seal.update(np.ascontiguousarray(arrays[name]).tobytes())
    return seal.hexdigest()
