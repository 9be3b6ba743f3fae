"""R3: numbers of a machine that computes otherwise are never passed off as this one's."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from served import Server, begin

from engine.session import Session

# Another BLAS kernel, and tanh, exp and sin without wide registers: an older machine.
ELSEWHERE = {"OPENBLAS_CORETYPE": "Nehalem", "NPY_DISABLE_CPU_FEATURES": "AVX2 FMA3 AVX512F"}
PROGRAM = """
import sys
from engine.experiment import Experiment
from engine.session import Session
from workbench import busy
session = Session(busy())
session.advance(30)
sys.stdout.buffer.write(session.snapshot())
"""


@pytest.fixture(scope="module")
def foreign() -> bytes:
    """A checkpoint of step 30 that another machine wrote."""
    tests = Path(__file__).resolve().parents[1]
    paths = os.pathsep.join([str(tests.parent), str(tests / "engine")])
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], env={**os.environ, **ELSEWHERE, "PYTHONPATH": paths},
        capture_output=True, check=True, timeout=60,
    )  # fmt: skip
    return done.stdout


def test_r3_a_checkpoint_from_elsewhere_goes_on_and_says_so_for_ever(foreign: bytes) -> None:
    session = Session.restore(foreign)
    assert (session.step, session.exact) == (30, False)
    session.advance(10)
    # Saved here it is still not this machine's: its first steps were not computed here.
    assert not Session.restore(session.snapshot()).exact
    assert not session.fork().exact


def test_r3_every_answer_says_whether_it_is_exact(
    client: httpx.Client, server: Server, foreign: bytes
) -> None:
    own = begin(client)
    assert own["exact"] is True
    headers = {"content-type": "application/octet-stream"}
    made = client.post("/api/sessions", content=foreign, headers=headers).json()
    assert (made["step"], made["exact"]) == (30, False)
    path = f"/api/sessions/{made['id']}"
    assert client.get(path).json()["exact"] is False
    assert client.post(f"{path}/step", json={"steps": 3}).json()["exact"] is False
    assert client.post(f"{path}/fork", json={}).json()["exact"] is False
    with server.page() as page:
        page.attach(made)
        assert page.heard[-1]["exact"] is False
        page.command(1, made, "step", steps=3)
        assert page.event("state", step=36)["exact"] is False
