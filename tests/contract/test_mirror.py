"""What the page draws, the engine answers, the documentation describes and a test holds: four
places with the same names. Read off the page's own source, so that a new picture needs them all."""

from __future__ import annotations

import fnmatch
import json
import re
import time
from pathlib import Path
from typing import Any

import pytest
from served import decode

from app.workers.foresight import Foresight
from app.workers.frames import FIRST, frame
from app.workers.work import Work
from engine.catalog import DEFAULT
from engine.experiment import Experiment
from engine.probes import read_probe
from engine.registry import known
from engine.session import Session

ROOT = Path(__file__).parents[2]
SCRIPTS = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in sorted((ROOT / "static/js").rglob("*.js"))
}
PROBES = known("probe")
TEXTS = json.loads((ROOT / "static/texts/en.json").read_text(encoding="utf-8"))


def calls(source: str, name: str) -> list[str]:
    """The arguments of every call of a function, as text."""
    found = []
    for match in re.finditer(rf"(?<![\w.]){name}\(store, ", source):
        depth, end = 1, match.end()
        while depth:
            depth += {"(": 1, ")": -1}.get(source[end], 0)
            end += 1
        found.append(source[match.end() : end - 1])
    return found


def wanted() -> dict[str, set[str]]:
    """Probes the page subscribes to or asks, with the files that do."""
    found: dict[str, set[str]] = {}
    for path, source in SCRIPTS.items():
        code = re.sub(r"/\*.*?\*/", "", source, flags=re.S)
        names = [
            n for call in calls(code, "want") for n in re.findall(r"(\w+): (?:\{|plane)", call)
        ]
        names += [n for call in calls(code, "ask") for n in re.findall(r'^"(\w+)"', call)]
        for name in names:
            found.setdefault(name, set()).add(path)
    return found


def read_by_the_page() -> dict[str, set[str]]:
    """Names of arrays that the page takes out of frames; * where a name is put in."""
    found: dict[str, set[str]] = {}
    probes = "|".join(PROBES)
    for path, source in SCRIPTS.items():
        taken = re.findall(r"arrays\??\.(?:get|has)\(([\"`])(.+?)\1\)", source)
        listed = re.findall(rf'"((?:{probes})\.\w+)"', source)
        # Texts have such names too; what is taken out of a frame by name is in `taken`.
        listed = [name for name in listed if name not in TEXTS]
        for name in [*(text for _, text in taken), *listed]:
            found.setdefault(re.sub(r"\$\{.*?\}", "*", name), set()).add(path)
    return found


WANTED = wanted()
READ = read_by_the_page()


def experiment(**changes: Any) -> Experiment:
    """The default experiment with dropout, and with parts changed."""
    layers = list(DEFAULT["model"]["layers"])
    layers.insert(2, {"kind": "dropout", "p": 0.2})
    model = {**DEFAULT["model"], "layers": layers}
    training = {**DEFAULT["training"], "loss": {"kind": changes.pop("loss", "logistic")}}
    return Experiment.from_json({**DEFAULT, "model": model, "training": training, **changes})


@pytest.fixture(scope="module")
def sent() -> set[str]:
    """Names of all arrays in frames: of two classes and three, and of pictures."""
    names: set[str] = set()
    for made in (
        experiment(),
        experiment(loss="squared_error"),
        experiment(loss="softmax_cross_entropy", data={"kind": "blobs"}),
        pictures(),
    ):
        session = Session(made)
        session.advance(2)
        asked = [read_probe(name, QUERIES.get(name, {})) for name in PROBES]
        probes = {probe.kind: probe for probe in asked if not probe.refuse(made)}
        names |= set(decode(frame(session, "s", probes))[1])
        names |= set(decode(piece(made))[1])
    return names


def piece(made: Experiment) -> bytes:
    """A piece of a future, as the page gets it."""
    foresight = Foresight(Work("s", Session(made), time.monotonic))
    wish = {"id": 1, "steps": 4, "edits": [], "pictures": 2, "resolution": 8, "columns": (0, 1)}
    foresight.wish(1, wish)
    foresight.slice(1.0, time.monotonic, 10**9)
    return foresight.piece(1, 0.0)


QUERIES: dict[str, dict[str, Any]] = {
    "future": {"steps": 4},
    "features": {"gradients": True},
    "trace": {"array": "head.bias", "index": [0]},
    "window": {"layer": "conv1", "intermediate": True},
    "receptive": {"layer": "conv1"},
    "patches": {"layer": "conv1"},
}


def pictures() -> Experiment:
    """Small digits and a convolutional net with batch norm and dropout."""
    kinds = ("conv2d", "batch_norm", "relu", "max_pool2d", "flatten", "dropout", "dense")
    layers = [{"kind": kind, **({"channels": 4} if kind == "conv2d" else {})} for kind in kinds]
    model = {"input": {"kind": "image"}, "layers": layers}
    training = {**DEFAULT["training"], "loss": {"kind": "softmax_cross_entropy"}}
    changed = {"data": {"kind": "digits8"}, "model": model, "training": training}
    return Experiment.from_json({**DEFAULT, **changed})


def test_the_page_was_read() -> None:
    """Guards the reader itself: these the lab cannot do without."""
    assert {"boundary", "neurons", "parameters", "scores", "masks", "example"} <= set(WANTED)
    assert {"boundary.probabilities", "neurons.*", "masks.*.mask"} <= set(READ)


@pytest.mark.parametrize("probe", sorted({*WANTED, *FIRST}))
def test_what_the_page_wants_is_answered_documented_and_tested(probe: str) -> None:
    assert probe in PROBES, f"{WANTED[probe]} want a probe that nobody registered"
    assert f"## `{probe}`\n" in (ROOT / "docs/probes.md").read_text(encoding="utf-8")
    tests = [path.read_text(encoding="utf-8") for path in (ROOT / "tests/engine").glob("*.py")]
    assert any(f'"{probe}"' in text for text in tests), f"no test of the engine asks “{probe}”"


@pytest.mark.parametrize("name", sorted(READ))
def test_every_array_the_page_reads_is_sent(name: str, sent: set[str]) -> None:
    assert any(fnmatch.fnmatchcase(real, name) for real in sent), f"{READ[name]} read {name}"


def test_frames_and_the_page_about_the_socket_name_the_same_pictures(sent: set[str]) -> None:
    page = (ROOT / "docs/socket.md").read_text(encoding="utf-8")
    for name in sent:
        probe = name.partition(".")[0]
        if probe in ("boundary", "inputs"):
            assert f"`{name}`" in page
        elif probe == "neurons":
            assert "`neurons.LAYER`" in page
