"""The documentation says what is there: no call, message, setting or kind without its place,
no generated page older than the code, and no example that the server would answer otherwise."""

from __future__ import annotations

import importlib.util
import json
import re
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from served import Server

from app.schemas.commands import COMMANDS
from app.schemas.events import EVENTS
from app.schemas.messages import MESSAGES
from app.settings import SETTINGS
from engine.catalog import FAMILIES, catalog
from engine.data.features import FEATURES
from engine.experiment import PURPOSES, Experiment
from engine.history import COLUMNS
from engine.registry import known

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = (ROOT / "README.md", *sorted(DOCS.glob("*.md")))


def text(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def headings(page: str) -> set[str]:
    """The headings of a page, without their marks."""
    return {line.lstrip("# ").strip() for line in page.splitlines() if line.startswith("#")}


def generator() -> Any:
    spec = importlib.util.spec_from_file_location("docs_generate", DOCS / "generate.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["reference.md", "probes.md"])
def test_generated_pages_are_fresh(name: str) -> None:
    made = generator()
    assert text(name) == made.pages()[name], f"docs/{name} is stale: run `{made.COMMAND}`"


def test_every_kind_has_a_heading() -> None:
    reference = headings(text("reference.md"))
    probes = headings(text("probes.md"))
    for family in FAMILIES:
        for kind in known(family):
            if family == "probe":
                assert f"`{kind}`" in probes
            else:
                assert f"{family} `{kind}`" in reference


def test_every_call_has_a_heading_and_no_heading_lacks_a_call(server: Server) -> None:
    with server.client() as client:
        paths = client.get("/openapi.json").json()["paths"]
    calls = {f"`{method.upper()} {path}`" for path, methods in paths.items() for method in methods}
    assert calls == {h for h in headings(text("rest.md")) if h.startswith("`")}


@pytest.mark.parametrize("kind", COMMANDS)
def test_every_command_has_a_place_in_both_doors(kind: str) -> None:
    assert f"`POST /api/sessions/{{session}}/{kind}`" in headings(text("rest.md"))
    assert f'"kind": "{kind}"' in text("socket.md")


@pytest.mark.parametrize("kind", [*MESSAGES, *EVENTS])
def test_every_message_and_event_has_a_heading(kind: str) -> None:
    assert f"`{kind}`" in headings(text("socket.md"))


def test_every_field_of_a_message_or_event_is_named_on_its_page() -> None:
    page = text("socket.md")
    for cls in (*MESSAGES.values(), *EVENTS.values()):
        for field in set(cls.model_fields) - {"type"}:
            assert re.search(rf"[`\"]{field}[`\"]", page), f"{cls.__name__}.{field}"


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda s: s.name)
def test_every_setting_stands_in_the_readme(setting: Any) -> None:
    flag = "--no-browser" if setting.name == "browser" else f"--{setting.name}"
    readme = (ROOT / "README.md").read_text()
    assert f"`{flag}" in readme and f"`TINKERNET_{setting.name.upper()}`" in readme


def test_every_column_of_the_history_is_explained() -> None:
    for column in COLUMNS:
        assert f"`{column}`" in text("time.md")


def test_links_between_pages_lead_somewhere() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name} → {target}"


BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)


def exchanges(page: str) -> Iterator[tuple[str, str, str, str | None]]:
    """Method, address, body and the answer that is shown, in the order of the page."""
    blocks = BLOCK.findall(page)
    for (kind, request), (after, answer) in zip(blocks, [*blocks[1:], ("", "")], strict=True):
        if kind == "http":
            line, _, body = request.partition("\n")
            method, address = line.split()
            yield method, address, body.strip(), answer if after == "json" else None


def test_the_examples_of_rest_are_what_the_server_answers(client: httpx.Client) -> None:
    session = "none yet"
    default = json.dumps(catalog()["default"])
    played = 0
    for method, address, body, shown in exchanges(text("rest.md")):
        given = body.replace("DEFAULT", default).encode() or None
        answer = client.request(
            method, address.replace("SESSION", session), content=given,
            headers={"content-type": "application/json"} if given else {},
        )  # fmt: skip
        expected = {} if shown is None else json.loads(shown)
        status = expected.get("status")
        refused = isinstance(status, int)
        assert answer.status_code == status if refused else answer.is_success, answer.text
        if shown is not None:
            alike(expected, answer.json(), f"{method} {address}")
        if (method, address) == ("POST", "/api/sessions"):
            session = answer.json()["id"]
        played += 1
    assert played >= 20


def alike(shown: Any, real: Any, where: str) -> None:
    """Every member that is shown is there and the same; numbers to the digits that are shown."""
    match shown:
        case dict():
            for key, item in shown.items():
                assert key in real, f"{where}: no {key}"
                alike(item, real[key], f"{where} {key}")
        case list():
            assert len(shown) == len(real), where
            for a, b in zip(shown, real, strict=True):
                alike(a, b, where)
        case "…":
            assert isinstance(real, str) and real, where
        case float():
            digits = len(repr(shown).partition(".")[2])
            assert real == pytest.approx(shown, abs=0.6 * 10**-digits), where
        case _:
            assert shown == real, where


def python_blocks(page: Path) -> list[str]:
    return [code for kind, code in BLOCK.findall(page.read_text()) if kind == "python"]


def run(code: list[str], server: Server) -> str:
    done = subprocess.run([sys.executable, *code], capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_script_of_the_readme_prints_what_the_readme_says(server: Server) -> None:
    readme = ROOT / "README.md"
    (code,) = python_blocks(readme)
    said = [block for kind, block in BLOCK.findall(readme.read_text()) if kind == "text"]
    printed = run(["-c", code.replace("http://127.0.0.1:8000", server.url)], server)
    assert printed in said


def test_the_circle_example_learns_and_walks_the_same_line_again(server: Server) -> None:
    lines = run([str(ROOT / "examples/train_circle.py"), server.url], server).splitlines()
    steps = [line for line in lines if line.startswith("step")]
    assert [line.split(":")[0] for line in steps] == [
        "step 100", "step 200", "step 300", "step 200",
    ]  # fmt: skip
    assert steps[1] == steps[3]
    assert "100.0%" in steps[2]


def test_the_learning_rates_example_shows_that_the_middle_one_is_best(server: Server) -> None:
    _, *rows = run([str(ROOT / "examples/learning_rates.py"), server.url], server).splitlines()
    last = [float(row.split()[-1]) for row in rows]
    assert len(last) == 3 and last[1] == min(last)


def test_the_filters_example_learns_digits_and_writes_its_pictures(
    server: Server, tmp_path: Path
) -> None:
    script, out = str(ROOT / "examples/look_at_filters.py"), tmp_path / "seen"
    options = ["--data", "digits8", "--steps", "150", "--out", str(out)]
    lines = run([script, server.url, *options], server).splitlines()
    right = float(re.search(r"step 150: ([\d.]+)%", lines[1])[1])  # type: ignore[index]
    assert right > 85
    written = {path.stem: path.read_bytes() for path in out.iterdir()}
    assert set(written) == {"filters", "maps", "patches", "mistakes", "confusion", "field"}
    for name, png in written.items():
        assert png.startswith(b"\x89PNG"), name
        width, height = struct.unpack("!2I", png[16:24])
        assert min(width, height) >= 320, name


def test_the_experiments_that_are_shown_are_some_and_their_links_lead_back() -> None:
    shown = [json.loads(block) for kind, block in BLOCK.findall(text("experiment.md"))]
    points, pictures = (Experiment.from_json(block) for block in shown)
    for experiment in (points, pictures):
        assert Experiment.from_link(experiment.link()) == experiment
    assert points.edits


def test_the_shapes_that_are_told_of_the_net_of_pictures_are_its_shapes(
    client: httpx.Client,
) -> None:
    page = text("experiment.md")
    _, block = BLOCK.findall(page)[1]
    body = {"experiment": json.loads(block)}
    checked = client.post("/api/experiments/check", json=body).raise_for_status().json()
    assert f"{checked['parameters']} parameters" in page
    for layer in checked["layers"]:
        if layer["kind"] != "relu":
            shape = " × ".join(str(size) for size in layer["shape"])
            assert re.search(rf"{shape} in\s+`{layer['name']}`", page)


def test_every_purpose_of_a_seed_and_every_feature_is_explained() -> None:
    for name in (*PURPOSES, *FEATURES):
        assert f"`{name}`" in text("experiment.md")
