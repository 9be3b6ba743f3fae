"""The arrows: engine core ← engine/probes ← app (schemas ← sessions, workers ← api ← main)."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = sorted(
    p.relative_to(ROOT) for tree in ("engine", "app") for p in (ROOT / tree).rglob("*.py")
)


def imports(path: Path) -> set[str]:
    """Every module a file imports, those inside functions too, but not those only for types."""
    tree = ast.parse((ROOT / path).read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            node.body = []
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            module = node.module or ""
            found |= {module, *(f"{module}.{alias.name}" for alias in node.names)}
    return found


def touches(names: set[str], package: str) -> set[str]:
    return {name for name in names if name == package or name.startswith(f"{package}.")}


def under(path: Path, *folders: str) -> bool:
    return any(path.as_posix().startswith(folder) for folder in folders)


STANDARD = set(sys.stdlib_module_names) | {"numpy", "annotated_types", "engine"}


@pytest.mark.parametrize("path", [p for p in FILES if under(p, "engine/")], ids=str)
def test_the_engine_imports_numpy_the_standard_library_and_itself(path: Path) -> None:
    assert {name.split(".")[0] for name in imports(path)} <= STANDARD


@pytest.mark.parametrize(
    "path",
    [
        p
        for p in FILES
        if under(p, "engine/") and not under(p, "engine/probes/", "engine/catalog.py")
    ],
    ids=str,
)
def test_the_engines_core_never_imports_probes(path: Path) -> None:
    """The catalogue lists them, so that it imports them to be complete."""
    assert not touches(imports(path), "engine.probes")


@pytest.mark.parametrize("path", [p for p in FILES if under(p, "app/")], ids=str)
def test_only_api_and_main_know_fastapi(path: Path) -> None:
    known = touches(imports(path), "fastapi") | touches(imports(path), "starlette")
    if not under(path, "app/api/", "app/main.py", "app/__main__.py"):
        assert not known


# What each part may import of the others, besides the small files that stand alone.
PARTS = {
    "app/schemas/": {"app.schemas"},
    "app/workers/": {"app.workers"},
    "app/sessions/": {"app.sessions", "app.schemas", "app.workers.base"},
    "app/api/": {"app.api", "app.sessions", "app.schemas", "app.workers.base"},
}
ALONE = {
    "app.errors",
    "app.bodies",
    "app.queries",
    "app.settings",
    "app.texts",
    "app.gauges",
    "app.guard",
    "app.logs",
    "app.once",
    "app.__version__",
    "app",
}
NUMBERS = {"app.wire", "app.png"}  # arrays: for workers only


@pytest.mark.parametrize("part", PARTS)
def test_arrows_inside_the_app_go_one_way(part: str) -> None:
    for path in (p for p in FILES if under(p, part)):
        allowed = PARTS[part] | ALONE | (NUMBERS if part == "app/workers/" else set())
        for name in touches(imports(path), "app"):
            whole = {".".join(name.split(".")[:i]) for i in range(1, name.count(".") + 2)} - {"app"}
            assert name == "app" or whole & allowed, f"{path} imports {name}"


@pytest.mark.parametrize("path", [p for p in FILES if under(p, "app/")], ids=str)
def test_the_small_files_stand_alone(path: Path) -> None:
    if path.parent == Path("app") and path.stem not in ("main", "__main__", "__init__"):
        beside = tuple(f"{name}." for name in ALONE - {"app"})
        assert {
            n for n in touches(imports(path), "app") - ALONE if not n.startswith(beside)
        } == set()


FRONT = [
    p for p in FILES
    if under(p, "app/") and not under(p, "app/workers/", "app/wire.py", "app/png.py")
]  # fmt: skip
# The engine's values, which the front may read; nothing that holds an array.
VALUES = {
    "engine.catalog", "engine.errors", "engine.experiment", "engine.outline", "engine.registry",
    "engine.spec",
}  # fmt: skip


@pytest.mark.parametrize(
    "path", [*FRONT, Path("app/workers/base.py"), Path("app/workers/local.py")], ids=str
)
def test_the_front_reads_values_and_touches_no_array(path: Path) -> None:
    """No NumPy work in the front: it knows neither arenas nor tapes nor sessions of the engine."""
    found = imports(path)
    assert not touches(found, "numpy")
    modules = {".".join(name.split(".")[:2]) for name in touches(found, "engine")}
    assert modules <= VALUES
    assert not touches(found, "app.wire") | touches(found, "app.png")
    for worker in ("desk", "work", "viewer", "frames", "forms", "process"):
        assert not touches(found, f"app.workers.{worker}")


def test_the_front_loads_no_session_tape_or_arena_code_of_the_workers() -> None:
    """The same, of what is really loaded when the server starts."""
    code = "import sys, app.main; print(*sorted(m for m in sys.modules if m.startswith('app.')))"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    loaded = set(run.stdout.split())
    assert "app.main" in loaded, run.stderr
    assert not loaded & {
        f"app.workers.{w}" for w in ("desk", "work", "viewer", "frames", "process")
    }
    assert not loaded & NUMBERS


def test_files_of_the_app_are_small() -> None:
    long = {str(p): n for p in FILES if under(p, "app/") and (n := lines(p)) > 300}
    assert long == {}


def lines(path: Path) -> int:
    return len((ROOT / path).read_text().splitlines())
